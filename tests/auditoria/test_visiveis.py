"""Quem vê que atos, e em que ordem."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pen.auditoria.models import Ato
from pen.auditoria.public import atos_visiveis
from pen.auditoria.selectors.atos import listar_atos, percorrer_atos
from pen.auditoria.values import FiltrosDeAtos
from pen.identidade.public import Papel, Pessoa
from tests.auditoria.registro import com_papel, registrar
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.django_db
TUDO = FiltrosDeAtos()
CENTRAIS = [Papel.EQUIPE_CENTRAL, Papel.AUDITORIA]


@pytest.fixture
def a():
    return fabricar_orgao(sigla="AAA")


@pytest.fixture
def b():
    return fabricar_orgao(sigla="BBB")


@pytest.fixture
def alheios(a, b):
    """Um ato em cada órgão e um sem órgão, todos de outra pessoa sobre outra pessoa."""
    outra = fabricar_pessoa(nome="Ana Souza")
    registrar(outra, "orgao.alterado", orgao_id=a.pk)
    registrar(outra, "orgao.suspenso", orgao_id=b.pk)
    registrar(outra, "pessoa.entrou", f"pessoa:{outra.pk}")
    return outra


def vistos(para) -> set[str]:
    return set(atos_visiveis(para).values_list("ato", flat=True))


@pytest.mark.parametrize("papel", CENTRAIS)
def test_os_centrais_veem_tudo(alheios, papel):
    assert vistos(com_papel(papel)) == {"orgao.alterado", "orgao.suspenso", "pessoa.entrou"}


@pytest.mark.parametrize("papel", [Papel.GESTOR, Papel.CONSULTA])
def test_quem_atua_num_orgao_ve_os_atos_dele_e_nao_os_de_outro(alheios, papel, a, b):
    assert vistos(com_papel(papel, a)) == {"orgao.alterado"}
    assert vistos(com_papel(papel, b)) == {"orgao.suspenso"}


def test_quem_nao_entrou_nao_ve_nada(alheios):
    registrar(None, "regra.criada", "pessoa:None")

    assert vistos(AnonymousUser()) == set()


def test_pessoa_sem_papel_ve_so_o_que_fez_e_o_que_foi_feito_sobre_ela(alheios, a):
    eu = fabricar_pessoa()
    registrar(eu, "pessoa.trocou_email", f"pessoa:{eu.pk}")
    registrar(alheios, "papel.concedido", f"pessoa:{eu.pk}", orgao_id=a.pk)
    registrar(alheios, "papel.encerrado", f"pessoa:{eu.pk}0")

    assert vistos(eu) == {"pessoa.trocou_email", "papel.concedido"}


@pytest.mark.parametrize("papel", [*CENTRAIS, Papel.CONSULTA])
def test_entrada_fraca_nao_exerce_papel_mas_ve_o_que_e_seu(alheios, papel, a):
    fraca = com_papel(papel, a if papel == Papel.CONSULTA else None, forte=False)
    registrar(fraca, "pessoa.saiu_de_aparelho", f"pessoa:{fraca.pk}")

    assert vistos(fraca) == {"pessoa.saiu_de_aparelho"}


def test_conta_desligada_nao_ve_nem_o_que_e_seu(alheios):
    Pessoa.objects.filter(pk=alheios.pk).update(is_active=False)

    assert vistos(Pessoa.objects.get(pk=alheios.pk)) == set()


def test_nome_so_para_quem_ve_tudo(alheios, a):
    assert {ato.nome for ato in listar_atos(com_papel(Papel.AUDITORIA), TUDO).itens} == {"Ana Souza"}
    assert {ato.nome for ato in listar_atos(com_papel(Papel.GESTOR, a), TUDO).itens} == {""}
    assert {ato.nome for ato in listar_atos(alheios, TUDO).itens} == {""}


@pytest.mark.parametrize(
    ("filtros", "esperados"),
    [
        ({"ato": "orgao.alterado"}, ["orgao.alterado"]),
        ({"so_meus": True}, ["regra.criada"]),
        ({"desde": date(2026, 3, 2)}, ["nome.mascarado"]),
        ({"ate": date(2026, 3, 1)}, ["movimento.retido"]),
        ({"desde": date(2026, 3, 1), "ate": date(2026, 3, 2)}, ["nome.mascarado", "movimento.retido"]),
    ],
)
def test_filtros_se_somam_ao_que_se_pode_ver(alheios, filtros, esperados):
    eu = com_papel(Papel.AUDITORIA)
    if "desde" in filtros or "ate" in filtros:  # os dois lados da meia-noite de Brasília
        filtros |= {"ato": ""}
        for hora, ato in ((2, "movimento.retido"), (3, "nome.mascarado")):
            Ato.objects.create(ato=ato, objeto="movimento:1", ocorrido_em=datetime(2026, 3, 2, hora, tzinfo=UTC))
        filtros.setdefault("ate", date(2026, 3, 2))
    registrar(eu, "regra.criada", "regra:1")

    assert [ato.ato for ato in listar_atos(eu, FiltrosDeAtos(**filtros)).itens] == esperados


def test_filtro_de_orgao_alheio_nao_mostra_nada(alheios, a, b):
    eu = com_papel(Papel.GESTOR, a)

    assert listar_atos(eu, FiltrosDeAtos(orgao_id=b.pk)).itens == []
    assert [ato.ato for ato in listar_atos(eu, FiltrosDeAtos(orgao_id=a.pk)).itens] == ["orgao.alterado"]


def test_paginas_nao_repetem_nem_pulam_com_instantes_iguais_e_atos_novos_no_meio():
    eu, instante = com_papel(Papel.AUDITORIA), datetime(2026, 3, 2, tzinfo=UTC)
    Ato.objects.bulk_create(
        Ato(ato="regra.criada", objeto=f"regra:{n}", ocorrido_em=instante.replace(hour=n // 60)) for n in range(120)
    )
    lidos, marcador, tamanhos = [], "", []
    while True:
        pagina = listar_atos(eu, TUDO, marcador)
        lidos += [ato.id for ato in pagina.itens]
        tamanhos.append(len(pagina.itens))
        registrar(eu)  # chega depois de lida a página; é mais novo, e não desloca as seguintes
        if not (marcador := pagina.proxima):
            break

    assert tamanhos == [50, 50, 20] and len(set(lidos)) == 120
    assert lidos == list(
        Ato.objects.filter(ato="regra.criada").order_by("-ocorrido_em", "-id").values_list("id", flat=True)
    )


@pytest.mark.parametrize("marcador", ["", "lixo", "\0", "00000000000070008000000000000000", "é" * 32])
def test_marcador_que_nao_se_entende_recomeca_do_inicio(alheios, marcador):
    assert len(listar_atos(com_papel(Papel.AUDITORIA), TUDO, marcador).itens) == 3


def test_marcador_alheio_nao_diz_onde_o_ato_alheio_esta(alheios):
    eu = fabricar_pessoa()
    registrar(eu)
    alheio = Ato.objects.filter(pessoa=alheios).latest("ocorrido_em")

    assert len(listar_atos(eu, TUDO, alheio.pk.hex).itens) == 1


def test_numero_de_consultas_nao_cresce(alheios, a):
    def contar() -> int:
        with CaptureQueriesContext(connection) as consultas:
            assert listar_atos(com_papel(Papel.GESTOR, a), TUDO).itens
        return len(consultas)

    com_um = contar()
    for _ in range(2):
        registrar(fabricar_pessoa(), orgao_id=a.pk)

    assert contar() == com_um


def test_percorrer_le_o_mesmo_que_a_pagina(alheios, a):
    eu = com_papel(Papel.GESTOR, a)

    assert list(percorrer_atos(eu, TUDO)) == listar_atos(eu, TUDO).itens


def test_percorrer_para_no_limite(alheios, monkeypatch):
    monkeypatch.setattr("pen.auditoria.selectors.atos.MAXIMO_PARA_BAIXAR", 2)

    assert len(list(percorrer_atos(com_papel(Papel.AUDITORIA), TUDO))) == 2
