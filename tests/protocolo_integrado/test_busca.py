"""A busca por palavras: acentos, nomes, o que se esconde, páginas."""

import contextlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from pen.comum import busca_textual
from pen.comum.errors import BuscaDemorada, BuscaInvalida
from pen.comum.marcadores import marcar
from pen.identidade.models import Orgao
from pen.protocolo_integrado.errors import ProcessoNaoEncontrado
from pen.protocolo_integrado.selectors import processos
from pen.protocolo_integrado.selectors.busca import POR_PAGINA, buscar_andamentos, buscar_processos
from pen.protocolo_integrado.selectors.processos import andamentos_do_processo, consultar_com_andamentos, consultar_processo
from pen.protocolo_integrado.services.cuidado import reter_movimento
from pen.protocolo_integrado.values import FiltrosDeBusca, InteressadoRecebido
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.pessoas import fabricar_gestor
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento

pytestmark = pytest.mark.django_db
NINGUEM = AnonymousUser()


@pytest.fixture
def orgao():
    return fabricar_sistema()


def achar(**filtros):
    return [r.numero for r in buscar_processos(FiltrosDeBusca(**filtros), para=NINGUEM).itens]


@pytest.mark.parametrize(
    ("assunto", "digitado"),
    [
        ("Tramitação de processos", "tramitacoes"),
        ("Tramitação de processos", "tramitação"),
        ("Licitações e contratos", "licitacao"),
        ("Concorrência pública", "concorrencia publica"),
        ("Aposentadoria de servidora", "APOSENTADORIAS"),
        ("Diárias e passagens", "diarias passagem"),
        ("Ofício nº 12", "oficio 12"),
    ],
)
def test_quem_digita_sem_acento_ou_no_plural_acha(orgao, assunto, digitado):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, assunto=assunto), documento(assunto="Outra coisa qualquer"))

    assert achar(palavras=digitado) == [nup]


def test_todas_as_palavras_precisam_aparecer_e_ou_da_alternativas(orgao):
    a, b = fabricar_nup(), fabricar_nup()
    enviar(orgao, documento(a, assunto="Compra de veículos"), documento(b, assunto="Reforma do prédio"))

    assert achar(palavras="compra reforma") == []
    assert set(achar(palavras="compra OU reforma")) == {a, b}


def test_palavras_podem_estar_parte_no_assunto_parte_no_nome(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, assunto="Pensão", interessados=interessados("José Antônio da Conceição")))

    assert achar(palavras="pensao jose conceicao") == [nup]
    assert achar(interessado="ANTONIO da conceicao") == [nup]


def test_nome_so_acha_no_campo_de_nome_e_assunto_no_de_assunto(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, assunto="Viagem a Natal", interessados=interessados("Ana Maranhão")))

    assert achar(interessado="natal") == [] and achar(assunto="maranhao") == []
    assert achar(interessado="maranhao") == [nup] and achar(assunto="natal") == [nup]


def test_so_artigos_e_preposicoes_pede_palavras_melhores(orgao):
    with pytest.raises(BuscaInvalida, match="comuns demais"):
        achar(palavras="de para os")


def test_sem_filtro_nenhum_e_recusada():
    with pytest.raises(BuscaInvalida, match="pelo menos um"):
        achar()


@pytest.mark.parametrize(
    "texto", ["' OR 1=1 --", "a & | !", ":*", "<script>", "((", "“curvas”", "ação:A", "x" * 5000, "\\"]
)
def test_texto_estranho_nao_quebra_a_busca(orgao, texto):
    with contextlib.suppress(BuscaInvalida):
        assert achar(palavras=texto) == []


def test_processo_resumido_ou_oculto_nao_aparece_por_nenhum_filtro(orgao):
    restrito, sigiloso = fabricar_nup(), fabricar_nup()
    enviar(
        orgao,
        documento(
            restrito,
            movimento(operacao="Processo Restrito gerado"),
            assunto="Sindicância",
            interessados=interessados("Ana"),
        ),
        documento(sigiloso, movimento(operacao="Processo Sigiloso gerado"), assunto="Sindicância"),
    )

    assert achar(palavras="sindicancia") == [] and achar(interessado="ana") == [] and achar(orgao_id=orgao.orgao_id) == []


def test_um_orgao_restringe_e_o_processo_some_da_busca_tambem_pelo_outro(orgao):
    nup, outro = fabricar_nup(), fabricar_sistema()
    enviar(orgao, documento(nup, assunto="Convênio"))
    enviar(outro, documento(nup, movimento(operacao="Processo Restrito gerado"), assunto="Convênio"))

    assert achar(palavras="convenio") == []


def test_processo_de_dois_orgaos_aparece_uma_vez(orgao):
    nup = fabricar_nup()
    for sistema in (orgao, fabricar_sistema()):
        enviar(sistema, documento(nup, assunto="Convênio"))

    assert achar(palavras="convenio") == [nup]


def test_orgao_periodo_e_especie_combinam(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, produzido_em="2023-12-31T23:30:00-03:00"), documento(especie="Ofício"))
    from datetime import date

    assert achar(orgao_id=orgao.orgao_id, especie="processo", desde=date(2023, 12, 31), ate=date(2023, 12, 31)) == [nup]


def test_documento_da_parte_acha_so_com_o_numero_exato(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, interessados=[InteressadoRecebido("Ana", "529.982.247-25")]), documento())

    assert achar(documento="52998224725") == [nup]
    with pytest.raises(BuscaInvalida, match="não confere"):
        achar(documento="52998224726")


def test_paginas_por_marcador_cobrem_tudo_sem_repetir(orgao):
    enviar(orgao, *[documento(assunto="Concurso público") for _ in range(POR_PAGINA + 5)])
    filtros = FiltrosDeBusca(palavras="concurso")

    primeira = buscar_processos(filtros, para=NINGUEM)
    segunda = buscar_processos(filtros, para=NINGUEM, depois_de=primeira.proxima)

    numeros = [r.numero for r in primeira.itens + segunda.itens]
    assert len(numeros) == len(set(numeros)) == POR_PAGINA + 5 == primeira.total.valor and not segunda.proxima


def test_marcador_que_nao_e_nosso_recomeca(orgao):
    enviar(orgao, documento(assunto="Concurso"))

    assert buscar_processos(FiltrosDeBusca(palavras="concurso"), para=NINGUEM, depois_de="zzz!").itens


@pytest.mark.parametrize(
    "partes",
    [
        ["9" * 30],
        ["-1"],
        ["٣"],
        ["\0"],
        ["2024-01-01T00:00:00+00:00", "\0"],
        ["x", "y"],
        ["2024-01-01T00:00:00", "0", "0" * 32, "1"],
        ["9" * 99, "0", "0" * 32, "1"],
        ["2024-01-01T00:00:00+00:00", "9" * 5_000, "0" * 32, "1"],
        ["2024-01-01T00:00:00+00:00", "-1", "0" * 32, "1"],
        ["2024-01-01T00:00:00+00:00", "0", "0" * 31, "1"],
        ["2024-01-01T00:00:00+00:00", "0", "0" * 32, "9" * 30],
    ],
)
def test_marcador_forjado_recomeca_e_nunca_quebra(orgao, partes):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, assunto="Concurso"))
    filtros, forjado = FiltrosDeBusca(palavras="concurso"), marcar(*partes)

    assert buscar_processos(filtros, para=NINGUEM, depois_de=forjado).itens
    assert buscar_andamentos(filtros, para=NINGUEM, depois_de=forjado).itens
    assert andamentos_do_processo(consultar_processo(nup, para=NINGUEM), depois_de=forjado).itens


def test_as_paginas_do_historico_se_encaixam_mesmo_com_movimentos_no_mesmo_instante_de_dois_orgaos(orgao):
    nup, quando = fabricar_nup(), "2024-05-05T10:00:00-03:00"
    iguais = [movimento(quando=quando, operacao=f"Passo {n}") for n in range(7)]
    for sistema in (orgao, fabricar_sistema()):
        enviar(sistema, documento(nup, *iguais, movimento(quando="2024-05-06T10:00:00-03:00", operacao="Último")))
    processo = consultar_processo(nup, para=NINGUEM)

    vistos, apos = [], ""
    while True:
        pagina = andamentos_do_processo(processo, depois_de=apos, limite=3)
        vistos += [(a.chave, a.orgao_id) for a in pagina.itens]
        assert pagina.total.valor == 16
        if not (apos := pagina.proxima):
            break

    assert len(vistos) == len(set(vistos)) == 16
    assert vistos == [(a.chave, a.orgao_id) for a in andamentos_do_processo(processo).itens]
    assert (processo, andamentos_do_processo(processo)) == consultar_com_andamentos(nup, para=NINGUEM)


def test_a_primeira_pagina_lida_com_o_processo_e_a_que_se_le_depois_dele(orgao, monkeypatch):
    """Com mais movimentos do que cabem, de dois órgãos, e um deles retido."""
    monkeypatch.setattr(processos, "ANDAMENTOS_POR_PAGINA", 5)
    nup, vazio = fabricar_nup(), fabricar_nup()
    passos = [movimento(quando=f"2024-05-0{n}T10:00:00-03:00", operacao=f"Passo {n}") for n in range(1, 6)]
    for sistema in (orgao, fabricar_sistema()):
        enviar(sistema, documento(nup, *passos))
    enviar(orgao, documento(vazio))
    ultimo, *_ = andamentos_do_processo(consultar_processo(nup, para=NINGUEM)).itens
    gestor = fabricar_gestor(Orgao.objects.get(pk=orgao.orgao_id))
    reter_movimento(por=gestor, numero=nup, orgao_id=orgao.orgao_id, chave=ultimo.chave, motivo="Saiu um nome")

    for numero in (nup, vazio):
        processo, pagina = consultar_com_andamentos(numero, para=NINGUEM)
        assert processo == consultar_processo(numero, para=NINGUEM)
        assert pagina == andamentos_do_processo(processo, limite=5)
    _, pagina = consultar_com_andamentos(nup, para=NINGUEM)
    assert pagina.proxima and pagina.total.valor == 10
    assert [a.operacao for a in pagina.itens].count("Passo 5") == 1
    with pytest.raises(ProcessoNaoEncontrado):
        consultar_com_andamentos(fabricar_nup(), para=NINGUEM)


def test_as_paginas_de_movimentos_da_busca_se_encaixam_com_o_mesmo_movimento_em_tres_orgaos(orgao):
    nup, iguais = fabricar_nup(), [movimento(operacao=f"Passo {n}") for n in range(25)]
    for sistema in (orgao, fabricar_sistema(), fabricar_sistema()):
        enviar(sistema, documento(nup, *iguais, assunto="Cessão"))

    vistos, apos = [], ""
    while True:
        pagina = buscar_andamentos(FiltrosDeBusca(palavras="cessao"), para=NINGUEM, depois_de=apos)
        vistos += [(a.chave, a.orgao_id) for a in pagina.itens]
        if not (apos := pagina.proxima):
            break

    assert len(vistos) == len(set(vistos)) == 75


def test_movimentos_listados_sao_os_dos_processos_achados(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, movimento(), movimento(operacao="Processo concluído"), assunto="Cessão"), documento())

    pagina = buscar_andamentos(FiltrosDeBusca(palavras="cessao"), para=NINGUEM)

    assert pagina.total.valor == 2 and {a.numero for a in pagina.itens} == {nup}


# O que o planejador espera: registros ao todo e no lugar, achados, e de cada condição que o índice responde, sozinha.
MILHAO = 1_000_000
COMUM, RARO = (MILHAO, MILHAO, 500_000, [10 * MILHAO]), (MILHAO, MILHAO, 10, [10])
POUCOS_NO_LUGAR, RECENTES = (100 * MILHAO, MILHAO, 100_000, [10 * MILHAO]), (1_000, 1_000, 5_000, [MILHAO])
UM_DIA_PARA_CADA_REMESSA = """
UPDATE protocolo_integrado_registro r SET atualizado_em = r.atualizado_em - interval '1 day' * o.ordem
FROM (SELECT numero, orgao_id, dense_rank() OVER (ORDER BY atualizado_em DESC) AS ordem FROM protocolo_integrado_registro) o
WHERE r.numero = o.numero AND r.orgao_id = o.orgao_id
"""


@pytest.fixture
def caminho(request, monkeypatch, orgao):
    """Por onde a busca acha: os mais novos, mais adiante, os dias mais novos do índice, ele todo, ou a data toda; há outros 30."""
    from pen.protocolo_integrado.selectors import busca

    enviar(orgao, *[documento(assunto="Férias") for _ in range(30)])
    sonda, esperada, pelo_indice = {
        "sonda": (5_000, COMUM, 200_000), "adiante": (1, POUCOS_NO_LUGAR, 200_000), "recentes": (1, RECENTES, 200_000),
        "indice": (1, RARO, 200_000), "data": (1, RARO, 2),
    }[request.param]  # fmt: skip
    monkeypatch.setattr(busca._Busca, "estimar", lambda _: busca._Estimativa(*esperada))
    monkeypatch.setattr(busca, "SONDA", sonda)
    monkeypatch.setattr(busca, "JANELA", 20)
    monkeypatch.setattr(busca, "PELO_INDICE_MAXIMO", pelo_indice)
    return request.param


@pytest.mark.parametrize("com_facetas", [True, False], ids=["com-facetas", "so-a-pagina"])
@pytest.mark.parametrize("caminho", ["sonda", "adiante", "recentes", "indice", "data"], indirect=True)
def test_os_caminhos_acham_o_mesmo_na_mesma_ordem(orgao, caminho, com_facetas, monkeypatch):
    from pen.protocolo_integrado.selectors import busca

    numeros = []
    for _ in range(3):
        nups = sorted(fabricar_nup() for _ in range(15))
        enviar(orgao, *[documento(n, assunto="Concurso público") for n in nups])
        numeros = nups + numeros
    enviar(fabricar_sistema(), documento(numeros[0], assunto="Concurso público"))  # o mesmo processo, por outro órgão
    restrito = numeros.pop(20)
    enviar(fabricar_sistema(), documento(restrito, movimento(operacao="Processo Restrito gerado")))
    with connection.cursor() as cursor:
        cursor.execute(UM_DIA_PARA_CADA_REMESSA)
        cursor.execute("ANALYZE protocolo_integrado_registro (atualizado_em)")
    desde, dias = busca._Busca.desde, []
    monkeypatch.setattr(busca._Busca, "desde", lambda self, dia: dias.append(dia) or desde(self, dia))

    filtros, vistos, apos = FiltrosDeBusca(palavras="concurso publico"), [], ""
    while True:
        pagina = buscar_processos(filtros, para=NINGUEM, depois_de=apos, com_facetas=com_facetas)
        vistos += [achado.numero for achado in pagina.itens]
        assert (pagina.facetas is not None) == com_facetas
        if not (apos := pagina.proxima):
            break

    assert vistos == numeros
    assert achar(palavras="concurso", orgao_id=orgao.orgao_id) == numeros[:POR_PAGINA]
    assert achar(palavras="zebra") == []
    assert (len(set(dias)) > 1) == (caminho == "recentes")


def test_as_palavras_que_andam_juntas_se_acham_andando_mesmo_que_o_planejador_espere_poucas(orgao, monkeypatch):
    from pen.protocolo_integrado.selectors import busca

    nups = sorted(fabricar_nup() for _ in range(30))
    enviar(orgao, *[documento(n, assunto="Licença para capacitação") for n in nups])
    monkeypatch.setattr(busca._Busca, "estimar", lambda _: busca._Estimativa(MILHAO, MILHAO, 100, [MILHAO]))
    monkeypatch.setattr(busca._Busca, "pelo_indice", lambda *_, **__: pytest.fail("foi ao índice"))
    monkeypatch.setattr(busca, "SONDA", 10)  # os dez mais novos são todos delas

    pagina = buscar_processos(FiltrosDeBusca(palavras="licenca capacitacao"), para=NINGUEM, com_facetas=False)

    assert [achado.numero for achado in pagina.itens] == nups[:POR_PAGINA]


def test_num_dia_cheio_anda_se_em_vez_de_ler_o_dia_todo_no_indice(orgao, monkeypatch):
    from pen.protocolo_integrado.selectors import busca

    nups = sorted(fabricar_nup() for _ in range(60))
    enviar(orgao, *[documento(n, assunto="Férias" if posicao % 5 else "Concurso") for posicao, n in enumerate(nups)])
    monkeypatch.setattr(busca._Busca, "estimar", lambda _: busca._Estimativa(MILHAO, MILHAO, 130_000, [130_000]))
    monkeypatch.setattr(busca._Busca, "_faixas", [timezone.now()] * 100)  # o registro todo se atualizou hoje
    monkeypatch.setattr(busca._Busca, "pelo_indice", lambda *_, **__: pytest.fail("foi ao índice"))
    monkeypatch.setattr(busca, "SONDA", 10)

    assert achar(palavras="concurso") == nups[::5]


@pytest.mark.parametrize("caminho", ["adiante"], indirect=True)
def test_quem_anda_ate_o_fim_do_lugar_tem_o_total_exato(orgao, caminho):
    enviar(orgao, *[documento(assunto="Concurso") for _ in range(40)])
    enviar(fabricar_sistema(), documento(assunto="Concurso"))

    total = buscar_processos(FiltrosDeBusca(palavras="concurso", orgao_id=orgao.orgao_id), para=NINGUEM).total

    assert (total.valor, total.parou, total.estimado) == (40, False, False)


@pytest.mark.parametrize("caminho", ["indice"], indirect=True)
def test_pelo_indice_o_total_e_exato_ate_mil(orgao, caminho):
    nups = [fabricar_nup() for _ in range(40)]
    enviar(orgao, *[documento(n, assunto="Concurso") for n in nups])
    enviar(fabricar_sistema(), documento(nups[0], assunto="Concurso"))

    total = buscar_processos(FiltrosDeBusca(palavras="concurso"), para=NINGUEM).total

    assert (total.valor, total.parou, total.estimado) == (40, False, False)


@pytest.mark.parametrize("caminho", ["indice"], indirect=True)
def test_sem_facetas_o_que_nao_se_leu_se_diz_estimado_e_o_que_se_leu_todo_e_exato(orgao, caminho):
    enviar(orgao, *[documento(assunto="Concurso") for _ in range(40)], *[documento(assunto="Licença") for _ in range(15)])

    de_muitos = buscar_processos(FiltrosDeBusca(palavras="concurso"), para=NINGUEM, com_facetas=False).total
    de_poucos = buscar_processos(FiltrosDeBusca(palavras="licença"), para=NINGUEM, com_facetas=False).total

    assert (de_muitos.valor, de_muitos.estimado) == (40, True) and (de_poucos.valor, de_poucos.estimado) == (15, False)


@pytest.mark.parametrize("caminho", ["sonda"], indirect=True)
def test_o_que_so_se_olhou_em_parte_se_diz_estimado(orgao, caminho):
    enviar(orgao, *[documento(assunto="Concurso") for _ in range(30)])

    total = buscar_processos(FiltrosDeBusca(palavras="concurso"), para=NINGUEM, com_facetas=False).total

    assert total.estimado and total.valor == 1_000_000  # os 21 que se olharam são todos dele


def test_facetas_contam_por_orgao_ano_e_tipo_so_o_que_se_acha(orgao):
    outro = fabricar_sistema()
    enviar(orgao, *[documento(assunto="Convênio", produzido_em="2023-12-31T23:30:00-03:00") for _ in range(3)])
    enviar(outro, documento(assunto="Convênio", especie="Ofício"), documento(assunto="Compra"))
    enviar(outro, documento(None, movimento(operacao="Processo Restrito gerado"), assunto="Convênio"))

    facetas = buscar_processos(FiltrosDeBusca(palavras="convenio"), para=NINGUEM).facetas

    assert facetas.sobre == 4
    assert [(o.pk, n) for o, n in facetas.orgaos] == [(orgao.orgao_id, 3), (outro.orgao_id, 1)]
    assert facetas.anos == [(2024, 1), (2023, 3)] and facetas.especies == [("Processo", 3), ("Ofício", 1)]


def test_busca_que_passa_do_tempo_diz_isso_a_pessoa(orgao, monkeypatch):
    from pen.protocolo_integrado.selectors import busca

    monkeypatch.setattr(busca_textual, "TEMPO_MAXIMO_MS", 1)
    monkeypatch.setattr(
        busca, "_ACHAR", busca._ACHAR.replace("SELECT r.numero", "SELECT pg_sleep(0.2)::text || r.numero", 1)
    )
    enviar(orgao, documento(assunto="Convênio"))

    with pytest.raises(BuscaDemorada, match="demorou demais"):
        achar(palavras="convenio")


def test_numero_de_consultas_e_o_mesmo_com_um_e_com_tres(orgao, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    enviar(orgao, documento(assunto="Cessão"))
    with CaptureQueriesContext(connection) as uma:
        achar(palavras="cessao")
    enviar(orgao, documento(assunto="Cessão"), documento(assunto="Cessão"))

    with django_assert_num_queries(len(uma)):
        assert len(achar(palavras="cessao")) == 3
