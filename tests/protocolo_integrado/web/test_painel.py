"""O painel: só o centro vê; cada gráfico é uma tabela, um CSV e uma resposta de API; nada diz de um cidadão."""

import csv
import json
import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.identidade.public import Esfera, Papel, Poder
from pen.protocolo_integrado.models import (
    Acompanhamento,
    AcompanhamentosDoDia,
    AtrasosDoDia,
    AvisosDoDia,
    ConsultasDoDia,
    EspeciesDoDia,
    RecusasDoDia,
    TotalDoDia,
)
from pen.protocolo_integrado.selectors.painel import CONSULTAS_GERENCIAIS
from pen.protocolo_integrado.services.retratos import retratar_acompanhamentos
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import dar_papel, entrar, fabricar_central, fabricar_gestor, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento
from tests.protocolo_integrado.test_integracao import integrar

pytestmark = pytest.mark.django_db
PAINEL = "/central/"
DE_TODAS = pytest.mark.parametrize("consulta", CONSULTAS_GERENCIAIS)


@pytest.fixture
def central(client):
    pessoa = fabricar_central()
    entrar(client, pessoa)
    return pessoa


def baixar(client, consulta, **filtros) -> list[list[str]]:
    resposta = client.get(f"{PAINEL}{consulta}.csv", filtros)
    assert resposta.status_code == 200, resposta.content[:300]
    return list(csv.reader(StringIO(resposta.content.decode("utf-8-sig")), delimiter=";"))


def pedir(client, consulta, **filtros) -> list[dict]:
    resposta = client.get(f"/api/v1/gestao/{consulta}", filtros)
    assert resposta.status_code == 200, resposta.content[:300]
    return resposta.json()["itens"]


def encher(orgao, dia=None, vezes=1) -> None:
    """Um dia de totais de um órgão."""
    dia = dia or timezone.localdate()
    TotalDoDia.objects.create(
        dia=dia, orgao=orgao, remessas=2 * vezes, documentos=10 * vezes, novos=5 * vezes, alterados=2 * vezes,
        repetidos=2 * vezes, recusados=vezes, andamentos_novos=40 * vezes, duracao_ms=300 * vezes,
    )  # fmt: skip
    RecusasDoDia.objects.create(dia=dia, orgao=orgao, codigo="NF005", quantas=vezes)
    AtrasosDoDia.objects.create(dia=dia, orgao=orgao, faixa=0, quantos=40 * vezes)
    EspeciesDoDia.objects.create(dia=dia, orgao=orgao, especie="Processo", novos=20 * vezes)
    ConsultasDoDia.objects.create(dia=dia, orgao=orgao, quantas=7 * vezes)


# --- Quem


@pytest.mark.parametrize("papel", [Papel.EQUIPE_CENTRAL, Papel.AUDITORIA])
@DE_TODAS
def test_o_centro_ve_a_pagina_baixa_e_pede(client, papel, consulta):
    entrar(client, dar_papel(fabricar_pessoa(), papel))
    encher(fabricar_orgao())

    assert f'id="{consulta}"' in client.get(PAINEL).text
    assert len(baixar(client, consulta)[0]) >= 2 and isinstance(pedir(client, consulta), list)


@pytest.mark.parametrize("estranho", ["sem papel", "gestor", "entrada fraca"])
@DE_TODAS
def test_para_os_outros_nada_existe(client, estranho, consulta):
    pessoa = fabricar_pessoa(forte=estranho != "entrada fraca")
    if estranho == "gestor":
        dar_papel(pessoa, Papel.GESTOR, fabricar_orgao())
    elif estranho == "entrada fraca":
        dar_papel(pessoa, Papel.EQUIPE_CENTRAL)
    entrar(client, pessoa)

    assert client.get(PAINEL).status_code == client.get(f"{PAINEL}{consulta}.csv").status_code == 404
    assert client.get(PAINEL, {"desde": "ontem"}).status_code == 404
    resposta = client.get(f"/api/v1/gestao/{consulta}")
    assert resposta.status_code == 404 and resposta["Content-Type"] == "application/problem+json"
    assert resposta.json()["codigo"] == "nao-encontrado"


def test_quem_nao_entrou_vai_entrar_e_a_api_diz_que_nao_existe(client):
    assert client.get(PAINEL)["Location"].startswith("/entrar/")
    assert client.get(f"{PAINEL}cargas.csv")["Location"].startswith("/entrar/")
    assert client.get("/api/v1/gestao/cargas").status_code == 404


@pytest.mark.parametrize(
    "erro",
    [
        {"desde": "ontem"},
        {"esfera": "x"},
        {"agrupar": "x"},
        {"orgao": "x" * 201},
        {"orgao": "não há"},
        {"ate": "1000-01-01"},
    ],
)
@pytest.mark.parametrize("quem", ["ninguém", "sem papel", "gestor de um órgão"])
def test_a_api_responde_o_mesmo_a_quem_nao_a_ve_com_campos_certos_ou_errados(client, quem, erro):
    if quem != "ninguém":
        entrar(client, fabricar_pessoa() if quem == "sem papel" else fabricar_gestor(fabricar_orgao()))

    certa, errada = client.get("/api/v1/gestao/cargas"), client.get("/api/v1/gestao/cargas", erro)

    assert certa.status_code == errada.status_code == 404 and certa.json() == errada.json()


def test_consulta_que_nao_existe(client, central):
    assert client.get(f"{PAINEL}nao-ha.csv").status_code == client.get("/api/v1/gestao/nao-ha").status_code == 404


@pytest.mark.parametrize("endereco", [PAINEL, f"{PAINEL}cargas.csv", "/api/v1/gestao/cargas"])
def test_aqui_so_se_le_e_nada_fica_em_cache(client, central, endereco):
    assert client.post(endereco).status_code == client.delete(endereco).status_code == 405
    resposta = client.get(endereco)
    assert "no-store" in resposta["Cache-Control"] and "noindex" in resposta["X-Robots-Tag"]


# --- O que dizem


def test_as_somas_batem_nas_tres_formas(client, central):
    a, b = fabricar_orgao(sigla="AAA"), fabricar_orgao(sigla="BBB")
    encher(a)
    encher(b, vezes=3)
    hoje = timezone.localdate().isoformat()

    item = pedir(client, "recebidos")[-1]
    assert item == {"dia": hoje, "documentos": 40, "novos": 20, "alterados": 8, "repetidos": 8, "recusados": 4,
                    "andamentos_novos": 160}  # fmt: skip
    assert baixar(client, "recebidos")[-1] == [hoje, "40", "20", "8", "8", "4", "160"]
    assert pedir(client, "cargas")[-1] == {"dia": hoje, "remessas": 8, "recusadas": 0, "duracao_media_ms": 150}
    assert pedir(client, "recusas") == [{"codigo": "NF005", "descricao": "data inválida", "documentos": 4}]
    assert pedir(client, "especies") == [{"especie": "Processo", "novos": 80}]
    assert [(i["sigla"], i["consultas"]) for i in pedir(client, "mais-consultados")] == [("BBB", 21), ("AAA", 7)]
    assert pedir(client, "atrasos")[-1] == {"dia": hoje, "movimentos": 160, "mediana_horas": 0.5, "p95_horas": 0.9}
    destaques = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", client.get(PAINEL).text))
    assert destaques["Documentos"] == "40" and destaques["Atraso: mediana"] == "0,5 h" and destaques["Consultas"] == "28"


def test_o_que_ainda_nao_foi_somado_ja_aparece(client, central):
    sistema = fabricar_sistema()
    enviar(
        sistema, documento(None, movimento((timezone.now() - timedelta(minutes=30)).isoformat())), documento(assunto=" ")
    )

    recebido = pedir(client, "recebidos")[-1]
    assert (recebido["documentos"], recebido["novos"], recebido["recusados"]) == (2, 1, 1)
    assert pedir(client, "recusas")[0]["codigo"] == "NF004" and pedir(client, "atrasos")[-1]["movimentos"] == 1


def test_situacoes_e_uf_contam_os_orgaos_ativos(client, central):
    hora = timedelta(hours=1)
    integrar(hora, fabricar_orgao(uf="DF"))
    integrar(60 * hora, fabricar_orgao(uf="DF"))
    integrar(300 * hora, fabricar_orgao())
    integrar(None, fabricar_orgao(uf="SP"))
    integrar(hora, fabricar_orgao(situacao="extinto"))

    assert {i["situacao"]: i["orgaos"] for i in pedir(client, "situacoes")} == {
        "parada": 1, "atrasada": 1, "nunca enviou": 1, "em dia": 1,
    }  # fmt: skip
    por_uf = {i["uf"]: i for i in pedir(client, "por-uf")}
    assert list(por_uf) == ["DF", "SP", "Sem UF"] and por_uf["SP"]["ultima_carga_em"] is None
    assert (por_uf["DF"]["orgaos"], por_uf["DF"]["em_dia"], por_uf["DF"]["atrasada"]) == (2, 1, 1)
    assert [i["situacao"] for i in pedir(client, "orgaos")] == ["parada", "atrasada", "nunca enviou", "em dia"]


def test_filtros_por_esfera_poder_e_orgao(client, central):
    uniao = fabricar_orgao(sigla="UNI")
    estado = fabricar_orgao(sigla="EST", esfera=Esfera.ESTADUAL, poder=Poder.JUDICIARIO)
    encher(uniao)
    encher(estado, vezes=2)
    for orgao in (uniao, estado):
        integrar(timedelta(hours=1), orgao)

    for filtros, documentos, orgaos in (
        ({}, 30, 2), ({"esfera": "federal"}, 10, 1), ({"poder": "judiciario"}, 20, 1), ({"orgao": "est"}, 20, 1),
        ({"esfera": "federal", "poder": "judiciario"}, 0, 0), ({"esfera": "municipal"}, 0, 0),
    ):  # fmt: skip
        assert pedir(client, "recebidos", **filtros)[-1]["documentos"] == documentos, filtros
        assert sum(i["orgaos"] for i in pedir(client, "situacoes", **filtros)) == orgaos, filtros
        assert baixar(client, "recebidos", **filtros)[-1][1] == str(documentos)


def test_periodo_e_agrupamento(client, central):
    orgao, hoje = fabricar_orgao(), timezone.localdate()
    encher(orgao, hoje)
    encher(orgao, hoje - timedelta(days=40))
    encher(orgao, date(2026, 1, 31))
    encher(orgao, date(2026, 2, 1))

    assert len(pedir(client, "cargas")) == 30 and sum(i["remessas"] for i in pedir(client, "cargas")) == 2
    ano = pedir(client, "cargas", desde="2026-01-01", ate="2026-04-30")
    assert [(i["mes"], i["remessas"]) for i in ano[:2]] == [("2026-01-01", 2), ("2026-02-01", 2)] and len(ano) == 4
    assert len(pedir(client, "cargas", desde="2026-01-01", ate="2026-04-30", agrupar="dia")) == 120
    assert baixar(client, "cargas", desde="2026-01-01", ate="2026-02-28", agrupar="mes")[1][0] == "2026-01"


@pytest.mark.parametrize(
    ("filtros", "frase"),
    [
        ({"desde": "2026-02-02", "ate": "2026-02-01"}, "O fim do período vem antes do começo."),
        ({"desde": "2020-01-01", "ate": "2026-02-01"}, "O período passa de dois anos"),
        ({"desde": "ontem"}, "Informe uma data válida"),
        ({"orgao": "não há"}, "Nenhum órgão com essa sigla"),
        ({"esfera": "x"}, "Faça uma escolha válida"),
    ],
)
def test_filtro_errado_se_explica(client, central, filtros, frase):
    resposta = client.get(PAINEL, filtros)

    assert resposta.text.count(frase) == 2 and "<title>Erro: " in resposta.text and "<svg class=" not in resposta.text
    assert client.get(f"{PAINEL}cargas.csv", filtros)["Location"].startswith(f"{PAINEL}?")
    assert client.get("/api/v1/gestao/cargas", filtros).status_code in {404, 422}


def test_dois_anos_inteiros_cabem(client, central):
    assert client.get(PAINEL, {"desde": "2024-02-01", "ate": "2026-01-31"}).text.count('<svg class="grafico"') >= 5


# --- Nada de um cidadão


def test_nada_do_painel_identifica_um_cidadao(client, central):
    sistema, nup = fabricar_sistema(), fabricar_nup()
    enviar(sistema, documento(nup, movimento(operacao="Entregue a Zulmira"), assunto="Multa de Zulmira",
                              especie="Carta de Zulmira", interessados=interessados("Zulmira Dias")),
           documento("11122233344", assunto=" ", bruto=lambda: "Zulmira"))  # fmt: skip
    ana = fabricar_pessoa(nome="Zulmira Dias")
    Acompanhamento.objects.create(pessoa=ana, numero=nup)
    retratar_acompanhamentos()
    fabricar_gestor(fabricar_orgao())

    filtrada = client.get(PAINEL, {"especie": "Carta de Zulmira"}).text.partition('<dl class="destaques"')[2]
    textos = [
        client.get(PAINEL).text,
        re.sub(r'href="[^"]*"', "", filtrada),
    ]  # o endereço repete o que a própria pessoa digitou
    for consulta in CONSULTAS_GERENCIAIS:
        textos += [str(baixar(client, consulta)), json.dumps(pedir(client, consulta))]
        textos.append(json.dumps(pedir(client, consulta, especie="Carta de Zulmira")))

    assert not [t for t in textos if any(p in t for p in ("Zulmira", nup, ana.email, "Multa", "11122233344"))]
    assert pedir(client, "acompanhamentos")[-1]["pessoas"] == 1


def test_especies_raras_somam_em_outras_e_as_grafias_se_juntam(client, central):
    orgao, hoje = fabricar_orgao(), timezone.localdate()
    for especie, novos in (("Ofício", 30), ("ofício", 5), ("Carta de Ana", 9), ("Bilhete", 4)):
        EspeciesDoDia.objects.create(dia=hoje, orgao=orgao, especie=especie, novos=novos)

    itens = pedir(client, "especies")
    assert [(i["especie"].lower(), i["novos"]) for i in itens] == [("ofício", 35), ("outras", 13)]
    assert pedir(client, "especies", especie="OFÍCIO")[0]["novos"] == 35
    assert pedir(client, "especies", especie="Carta de Ana") == [{"especie": "menos de 10 documentos", "novos": None}]
    assert pedir(client, "especies", especie="não há") == []


# --- Acompanhamentos e avisos


def test_acompanhamentos_sao_retratos_que_nao_se_somam(client, central):
    orgao, hoje = fabricar_orgao(sigla="AAA"), timezone.localdate()
    for dias, todos, do_orgao in ((1, 5, 2), (0, 8, 3)):
        dia = hoje - timedelta(days=dias)
        AcompanhamentosDoDia.objects.create(dia=dia, orgao=None, pessoas=todos, acompanhamentos=todos * 2)
        AcompanhamentosDoDia.objects.create(dia=dia, orgao=orgao, pessoas=do_orgao, acompanhamentos=do_orgao)

    assert [i["pessoas"] for i in pedir(client, "acompanhamentos")] == [5, 8]
    assert [i["pessoas"] for i in pedir(client, "acompanhamentos", orgao="AAA")] == [2, 3]
    assert pedir(client, "acompanhamentos", agrupar="mes")[-1]["pessoas"] == 8


def test_avisos_por_dia_e_por_mes(client, central):
    AvisosDoDia.objects.create(dia=date(2026, 1, 1), enviadas=3, falharam=1)
    AvisosDoDia.objects.create(dia=date(2026, 1, 2), enviadas=4, falharam=0)

    assert [i["enviadas"] for i in pedir(client, "avisos", desde="2026-01-01", ate="2026-01-03")] == [3, 4, 0]
    [mes] = pedir(client, "avisos", desde="2026-01-01", ate="2026-01-03", agrupar="mes")
    assert mes == {"mes": "2026-01-01", "enviadas": 7, "falharam": 1}


# --- Gráficos e CSV


def test_cada_grafico_tem_nome_resumo_e_tabela(client, central):
    orgao = fabricar_orgao()
    encher(orgao)
    integrar(timedelta(hours=1), orgao)

    secoes = re.findall(r'<section class="consulta-gerencial".*?</section>', client.get(PAINEL).text, re.S)

    assert len(secoes) == len(CONSULTAS_GERENCIAIS)
    com_grafico = [s for s in secoes if '<svg class="grafico"' in s]
    assert len(com_grafico) >= 9
    for secao in com_grafico:
        nome = re.search(r'aria-labelledby="([\w-]+)"', secao)[1]
        assert f'role="img" aria-labelledby="grafico-{nome}-titulo grafico-{nome}-resumo"' in secao
        assert secao.index("<table") > secao.rindex("</svg>") and f"/central/{nome}.csv" in secao
        assert f'<title id="grafico-{nome}-titulo">' in secao and "style=" not in secao and "NaN" not in secao


def test_pagina_sem_nenhum_dado_nao_quebra(client, central):
    texto = client.get(PAINEL).text

    assert "Nada no período." in texto and client.get(PAINEL, {"agrupar": "mes"}).status_code == 200


def test_baixar_csv_leva_os_filtros(client, central):
    texto = client.get(PAINEL, {"esfera": "federal", "agrupar": "mes"}).text

    assert 'href="/central/cargas.csv?esfera=federal&amp;agrupar=mes"' in texto


@pytest.mark.parametrize("comeco", ["=", "+", "-", "@", "＝"])
def test_planilha_nao_executa_nome_de_orgao_nem_especie(client, central, comeco):
    perigo = f'{comeco}HYPERLINK("http://x";"y")'
    orgao = fabricar_orgao(sigla=perigo, nome=perigo)
    encher(orgao)
    EspeciesDoDia.objects.create(dia=timezone.localdate(), orgao=orgao, especie=perigo, novos=50)
    integrar(timedelta(hours=1), orgao)

    celulas = [
        c for consulta in ("orgaos", "mais-consultados", "especies") for linha in baixar(client, consulta) for c in linha
    ]

    assert f"'{perigo}" in celulas and not [c for c in celulas if c.startswith(("=", "+", "-", "@", "＝"))]


def test_nome_de_orgao_com_html_aparece_como_texto(client, central):
    orgao = fabricar_orgao(sigla="<b>x", nome="<script>alert(1)</script>")
    encher(orgao)
    integrar(timedelta(hours=1), orgao)

    texto = client.get(PAINEL).text

    assert "<script>alert" not in texto and "<b>x" not in texto and "&lt;b&gt;x" in texto


def test_o_numero_de_consultas_e_fixo(client, central, django_assert_num_queries):
    def preparar(n: int) -> None:
        for _ in range(n):
            orgao = fabricar_orgao()
            encher(orgao)
            integrar(timedelta(hours=1), orgao)
            enviar(fabricar_sistema(orgao), documento(), documento(assunto=" "))

    preparar(1)
    client.get(PAINEL)
    with CaptureQueriesContext(connection) as com_um:
        client.get(PAINEL)
    preparar(2)

    with django_assert_num_queries(len(com_um)):
        client.get(PAINEL)
    assert len(com_um) <= 20
