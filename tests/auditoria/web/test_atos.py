"""A página ``/auditoria/`` e o CSV dela."""

import csv
from io import StringIO
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pen.auditoria.models import Ato
from pen.identidade.public import Papel
from tests.auditoria.registro import com_papel, registrar
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import entrar, fabricar_pessoa

pytestmark = pytest.mark.django_db
PAGINA, CSV = "/auditoria/", "/auditoria/atos.csv"


def baixar(client, **filtros) -> list[list[str]]:
    texto = b"".join(client.get(CSV, filtros).streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(texto), delimiter=";"))


@pytest.fixture
def eu(client):
    pessoa = fabricar_pessoa(forte=False, nome="Bia Lima")
    entrar(client, pessoa)
    return pessoa


def test_pessoa_sem_papel_ve_so_o_que_e_seu(client, eu):
    registrar(eu, "pessoa.trocou_email", f"pessoa:{eu.pk}", detalhes={"antes_de_hoje": True})
    registrar(fabricar_pessoa(), "regra.criada", "regra:1")

    texto = client.get(PAGINA).text
    tabela = texto.partition("<tbody")[2]

    assert "Trocou o e-mail" in tabela and f"Você (pessoa {eu.pk})" in tabela and "antes de hoje: sim" in tabela
    assert "Criou uma regra" not in tabela and "Bia Lima" not in texto


def test_sem_atos_a_pagina_diz(client, eu):
    assert "Nenhum ato que você possa ver" in client.get(PAGINA).text


def test_auditoria_ve_nomes_e_gestor_ve_numeros(client):
    ana, orgao = fabricar_pessoa(nome="Ana Souza"), fabricar_orgao(sigla="AAA")
    registrar(ana, "orgao.alterado", f"orgao:{orgao.pk}", orgao_id=orgao.pk)

    entrar(client, com_papel(Papel.AUDITORIA))
    assert f"Ana Souza (pessoa {ana.pk})" in client.get(PAGINA).text and baixar(client)[1][4] == "Ana Souza"

    entrar(client, com_papel(Papel.GESTOR, orgao))
    texto = client.get(PAGINA).text
    assert f"pessoa {ana.pk}" in texto and "Ana Souza" not in texto and baixar(client)[1][4] == ""


def test_entrada_fraca_de_quem_audita_ve_so_o_que_e_seu(client):
    registrar(fabricar_pessoa(), "orgao.alterado")
    entrar(client, com_papel(Papel.AUDITORIA, forte=False))

    texto = client.get(PAGINA).text
    assert "Nenhum ato que você possa ver" in texto and "atos de todos" not in texto and len(baixar(client)) == 1


def test_de_quem_nao_e_pessoa_a_pagina_diz_o_que_foi(client):
    registrar(None, "regra.criada", "regra:1")
    registrar(None, "coisa.nova", "regra:2", credencial_id=UUID(int=7))
    entrar(client, com_papel(Papel.EQUIPE_CENTRAL))

    texto = client.get(PAGINA).text

    assert "Comando da instalação" in texto and "coisa.nova" in texto
    assert "Sistema (credencial 00000000-0000-0000-0000-000000000007)" in texto


@pytest.mark.parametrize(
    ("pedido", "destino"),
    [
        (PAGINA, "%2Fauditoria%2F"),
        (CSV, "%2Fauditoria%2Fatos.csv"),
        (f"{PAGINA}?ato=a&orgao=b", "%2Fauditoria%2F%3Fato%3Da%26orgao%3Db"),
    ],
)
def test_quem_nao_entrou_vai_entrar_e_volta(client, pedido, destino):
    resposta = client.get(pedido)

    assert (resposta.status_code, resposta["Location"]) == (302, f"/entrar/?proximo={destino}")


@pytest.mark.parametrize("endereco", [PAGINA, CSV])
def test_nada_disto_fica_em_cache_nem_em_buscador(client, eu, endereco):
    resposta = client.get(endereco)

    assert "private" in resposta["Cache-Control"] and "noindex" in resposta["X-Robots-Tag"]


@pytest.mark.parametrize("endereco", [PAGINA, CSV])
def test_metodo_errado_e_recusado(client, eu, endereco):
    assert client.post(endereco).status_code == client.delete(endereco).status_code == 405
    assert client.head(endereco).status_code == 200


def test_filtros_valem_na_pagina_e_no_csv(client):
    orgao = fabricar_orgao(sigla="AAA", codigo="77")
    eu = com_papel(Papel.EQUIPE_CENTRAL)
    entrar(client, eu)
    registrar(None, "orgao.suspenso", "orgao:1", orgao_id=orgao.pk)
    registrar(None, "orgao.suspenso", "orgao:2")
    registrar(eu, "orgao.alterado", "orgao:3", orgao_id=orgao.pk)

    for filtros, objetos in (
        ({"ato": "orgao.suspenso"}, ["orgao:2", "orgao:1"]),
        ({"orgao": "aaa"}, ["orgao:3", "orgao:1"]),
        ({"orgao": "77", "minhas": "on"}, ["orgao:3"]),
        ({"ate": "2020-01-01"}, []),
        ({"desde": "2020-01-01", "ato": "orgao.alterado"}, ["orgao:3"]),
    ):
        tabela = client.get(PAGINA, filtros).text.partition("<tbody")[2]
        assert [f"órgão {n}" in tabela for n in (1, 2, 3)] == [f"orgao:{n}" in objetos for n in (1, 2, 3)], filtros
        assert [linha[7] for linha in baixar(client, **filtros)[1:]] == objetos


@pytest.mark.parametrize(
    ("filtros", "frase"),
    [
        ({"orgao": "não existe"}, "Nenhum órgão com essa sigla"),
        ({"desde": "2026-02-02", "ate": "2026-02-01"}, "Esta data vem antes de «Desde»."),
        ({"desde": "ontem"}, "Informe uma data válida"),
        ({"ato": "coisa.nova"}, "Faça uma escolha válida"),
    ],
)
def test_filtro_errado_se_explica_junto_do_campo_e_no_resumo(client, eu, filtros, frase):
    registrar(eu)

    resposta = client.get(PAGINA, filtros)

    assert resposta.status_code == 200 and resposta.text.count(frase) == 2 and "<title>Erro: " in resposta.text
    assert "<tbody" not in resposta.text
    assert client.get(CSV, filtros)["Location"].startswith(f"{PAGINA}?")


def test_a_pagina_seguinte_guarda_os_filtros(client, eu):
    Ato.objects.bulk_create(Ato(ato="regra.criada", objeto=f"regra:{n}", pessoa=eu) for n in range(51))
    registrar(eu, "regra.encerrada", "regra:1")

    primeira = client.get(PAGINA, {"ato": "regra.criada"}).text
    proxima = primeira.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    segunda = client.get(proxima).text

    assert primeira.count('<td role="cell" data-rotulo="Quem"') == 50 and 'rel="prev"' not in primeira
    assert segunda.count('<td role="cell" data-rotulo="Quem"') == 1 and 'rel="next"' not in segunda
    assert 'href="/auditoria/?ato=regra.criada" rel="prev"' in segunda


def test_numero_de_consultas_nao_cresce(client, django_assert_num_queries):
    entrar(client, com_papel(Papel.AUDITORIA))
    registrar(fabricar_pessoa(), orgao_id=fabricar_orgao().pk)
    for endereco in (PAGINA, CSV):
        with CaptureQueriesContext(connection) as com_um:
            client.get(endereco).getvalue()
        for _ in range(2):
            registrar(fabricar_pessoa(), orgao_id=fabricar_orgao().pk)

        with django_assert_num_queries(len(com_um)):
            client.get(endereco).getvalue()


@pytest.mark.parametrize("inicio", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_planilha_nao_executa_o_que_alguem_escreveu(client, eu, inicio):
    registrar(eu, detalhes={f"{inicio}HYPERLINK": f'{inicio}1+1;\n"x"'})

    [cabecalho, linha] = baixar(client)

    assert cabecalho[:2] == ["quando", "ato"] and linha[8].startswith(f"'{inicio}HYPERLINK")
    assert not any(celula.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for celula in linha)


def test_o_csv_abre_nas_planilhas_brasileiras(client, eu):
    registrar(eu, detalhes={"motivo": "ação"})

    resposta = client.get(CSV)
    corpo = b"".join(resposta.streaming_content)

    assert corpo.startswith("\ufeffquando;ato;".encode()) and "ação" in corpo.decode()
    assert resposta["Content-Type"] == "text/csv; charset=utf-8" and "auditoria.csv" in resposta["Content-Disposition"]


@pytest.mark.django_db(transaction=True)  # como no servidor: fora de transação, com cursor do lado do banco
def test_o_csv_tambem_sai_fora_de_transacao(client, eu):
    registrar(eu)

    assert len(baixar(client)) == 2


def test_detalhe_com_html_aparece_como_texto(client, eu):
    registrar(eu, detalhes={"motivo": "<script>alert(1)</script>", "lista": ["a", 1], "fundo": {"b": []}, "nada": None})

    texto = client.get(PAGINA).text

    assert "<script>alert" not in texto and "&lt;script&gt;alert" in texto and "lista: a, 1" in texto and "nada: –" in texto
