"""A busca entre chamados: o que cada um acha, e por que palavras."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pen.atendimento.enums import Passo
from pen.atendimento.models import TextoDoChamado
from pen.atendimento.models.texto import VETOR_MAXIMO
from pen.atendimento.selectors import busca
from pen.atendimento.selectors.busca import FiltrosDeChamado, buscar_chamados
from pen.atendimento.selectors.chamados import POR_PAGINA
from pen.atendimento.services.atendimento import encaminhar_chamado, falar_no_chamado
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.values.anexos import AnexoNovo
from pen.comum.errors import BuscaInvalida
from tests.fabricas.atendimento import SEGUNDA, fabricar_atendente, fabricar_chamado, fabricar_equipe, fabricar_seguidor
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]


def achar(para, palavras="", **filtros):
    return [c.pk for c in buscar_chamados(FiltrosDeChamado(palavras=palavras, **filtros), para=para)[0]]


@pytest.mark.parametrize("digitado", ["tramitacoes", "tramitação", "TRAMITAÇÕES", "erro tramitacao", "edital tramitação"])
def test_busca_tramitacoes_sem_acento(digitado):
    chamado = fabricar_chamado(assunto="Erro na tramitação", descricao="Ao tramitar editais, nada acontece.")
    fabricar_chamado(por=chamado.solicitante, assunto="Outra coisa")

    assert achar(chamado.solicitante, digitado) == achar(fabricar_atendente(), digitado) == [chamado.pk]


def test_acha_pelo_que_se_disse_em_mensagens_diferentes_e_pelo_nome_do_anexo():
    chamado, atendente = fabricar_chamado(assunto="Certificado"), fabricar_atendente()
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="Envie o xilofone.")
    anexo = AnexoNovo("relatório trimestral.txt", open(__file__, "rb"))  # noqa: SIM115
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Segue a zabumba.", anexos=[anexo])

    assert achar(chamado.solicitante, "certificado xilofone zabumba") == [chamado.pk]
    assert achar(chamado.solicitante, "relatorio trimestral") == [chamado.pk]
    assert achar(chamado.solicitante, "certificado violino") == []


def test_a_nota_interna_so_e_achada_por_quem_a_le():
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.ANOTAR, texto="Suspeita de quimera no servidor.")

    assert achar(atendente, "quimera") == [chamado.pk]
    assert achar(chamado.solicitante, "quimera") == []


def test_cada_um_so_acha_o_que_ve():
    chamado, colega = fabricar_chamado(assunto="Quimera"), fabricar_pessoa()
    fabricar_seguidor(chamado, colega)
    outra_equipe = fabricar_atendente(fabricar_equipe())

    assert achar(colega, "quimera") == [chamado.pk]
    for estranho in (fabricar_pessoa(), outra_equipe, fabricar_atendente(forte=False), AnonymousUser()):
        assert achar(estranho, "quimera") == achar(estranho, chamado.protocolo) == []


def test_a_equipe_acha_o_que_ja_passou_por_ela():
    chamado, atendente = fabricar_chamado(assunto="Quimera"), fabricar_atendente()
    tecnica = fabricar_atendente("tecnica")
    equipe = tecnica_de(tecnica)
    encaminhar_chamado(por=atendente, chave=chamado.chave, equipe_id=equipe, motivo="m", tentado="t")

    assert achar(atendente, "quimera") == achar(tecnica, "quimera") == [chamado.pk]


def tecnica_de(pessoa) -> int:
    from pen.atendimento.models import Integrante

    return Integrante.objects.get(pessoa=pessoa).equipe_id


@pytest.mark.parametrize("escrito", ["{0}", " {0} ", "{1}"])
def test_o_protocolo_acha_direto(escrito):
    chamado = fabricar_chamado()

    assert achar(chamado.solicitante, escrito.format(chamado.protocolo, chamado.protocolo.lower())) == [chamado.pk]


def test_filtros_se_combinam():
    orgao = fabricar_orgao()
    certo = fabricar_chamado(orgao=orgao, assunto="Quimera")
    fabricar_chamado(assunto="Quimera")
    fabricar_chamado(orgao=orgao, assunto="Quimera", agora=SEGUNDA + timedelta(days=3))
    dia = date(2026, 11, 16)
    atendente = fabricar_atendente()

    assert achar(atendente, "quimera", orgao_id=orgao.pk, desde=dia, ate=dia, situacao="na_fila") == [certo.pk]
    assert achar(atendente, orgao_id=orgao.pk, ate=dia, produto_id=certo.produto_id) == [certo.pk]
    assert achar(atendente, "quimera", situacao="encerrado") == []


@pytest.mark.parametrize(
    ("filtros", "frase"),
    [
        ({}, "pelo menos um"),
        ({"palavras": "de para"}, "comuns demais"),
        ({"desde": date(2026, 2, 1), "ate": date(2026, 1, 1)}, "antes de começar"),
    ],
)
def test_o_que_nao_se_busca_se_explica(filtros, frase):
    with pytest.raises(BuscaInvalida, match=frase):
        achar(fabricar_pessoa(), **filtros)


@pytest.mark.parametrize("pelo_indice", [0, 1_000])
def test_as_paginas_dao_todos_uma_vez_do_mais_novo_ao_mais_antigo(monkeypatch, pelo_indice):
    monkeypatch.setattr(busca, "PELO_INDICE", pelo_indice)
    chamados = [fabricar_chamado(assunto="Quimera", agora=SEGUNDA + timedelta(minutes=n)) for n in range(POR_PAGINA + 3)]
    atendente, filtros = fabricar_atendente(), FiltrosDeChamado(palavras="quimera")

    primeira, marcador = buscar_chamados(filtros, para=atendente)
    segunda, fim = buscar_chamados(filtros, para=atendente, depois_de=marcador)

    assert [c.pk for c in primeira + segunda] == [c.pk for c in reversed(chamados)] and not fim
    assert buscar_chamados(filtros, para=atendente, depois_de="x|y")[0] == primeira


def test_o_que_a_estimativa_promete_e_nao_esta_entre_os_novos_vem_do_indice(monkeypatch):
    monkeypatch.setattr(busca, "PELO_INDICE", 0)
    monkeypatch.setattr(busca, "JANELA", 2)
    velho = fabricar_chamado(assunto="Quimera")
    for _ in range(3):
        fabricar_chamado()

    assert achar(fabricar_atendente(), "quimera") == [velho.pk]


def test_um_chamado_enorme_continua_aceitando_mensagens():
    chamado = fabricar_chamado()
    for n in range(40):
        texto = " ".join(f"p{n}x{m}" for m in range(2_000))
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto=texto[:19_000])
        connection.cursor().execute("DELETE FROM identidade_janeladeuso")

    with connection.cursor() as cursor:
        cursor.execute("SELECT max(pg_column_size(vetor)) FROM atendimento_textodochamado")
        assert cursor.fetchone()[0] < VETOR_MAXIMO + 100_000
    assert TextoDoChamado.objects.count() == 1


def test_o_numero_de_consultas_e_o_mesmo_com_um_e_com_tres():
    atendente = fabricar_atendente()
    fabricar_chamado(assunto="Quimera")
    achar(atendente, "quimera")
    with CaptureQueriesContext(connection) as de_um:
        achar(atendente, "quimera")
    for _ in range(2):
        fabricar_chamado(assunto="Quimera")

    with CaptureQueriesContext(connection) as de_tres:
        achar(atendente, "quimera")
    assert len(de_um) == len(de_tres)
