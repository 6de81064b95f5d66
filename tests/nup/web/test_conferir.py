"""A página que explica um número, a API que diz o mesmo, a das máscaras, e o widget."""

import re
from urllib.parse import quote

import pytest

from pen.nup.values.mascaras import CAMPOS
from pen.nup.values.numeros import digitos_verificadores

pytestmark = pytest.mark.django_db
CERTO = "50650.001658/2017-17"


def texto_de(resposta) -> str:
    """O texto da página, sem marcas."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", resposta.text))


def conferir(client, numero: str):
    return client.get("/nup/", {"numero": numero})


def pela_api(client, numero: str) -> dict:
    resposta = client.get(f"/api/v1/numeros/{quote(numero, safe='')}")
    assert resposta.status_code == 200
    return resposta.json()


# A página


def test_numero_certo_vem_parte_por_parte_com_a_regra(client):
    texto = texto_de(conferir(client, CERTO))

    assert "Número correto" in texto
    assert "1 Unidade 50650 A unidade que recebeu o documento" in texto
    assert "2 Sequência 001658 O número de ordem da unidade naquele ano: o 1.658º." in texto
    assert "3 Ano 2017" in texto and "4 Dígitos 17 São calculados" in texto
    assert "Regra Passa pela conta de hoje, que usa o ano inteiro" in texto


def test_o_desenho_nao_e_lido_duas_vezes_e_a_tabela_e_para_todos(client):
    html = conferir(client, CERTO).text

    desenho = html[html.index('class="numero-em-partes"') :].split("</p>")[0]
    assert 'aria-hidden="true"' in desenho and desenho.count('class="parte-valor"') == 4
    assert "<caption>O número, parte por parte</caption>" in html


def test_numero_antigo_reescrito_diz_por_que_regra_passou(client):
    texto = texto_de(conferir(client, f"48500.002411/1997-{digitos_verificadores('4850000241197')}"))

    assert "Número correto pela regra antiga" in texto and "com 97 no lugar de 1997" in texto


def test_nipe_se_explica_em_seis_grupos(client):
    texto = texto_de(conferir(client, "17.137001.000001/2026-21"))

    assert "1 Origem 17 A unidade da federação: Tocantins." in texto and "6 Dígitos 21" in texto


def test_o_que_nao_e_numero_se_explica_sem_partes(client):
    resposta = conferir(client, "<script>alert(1)</script>")

    assert resposta.status_code == 200 and "Não parece um número de processo" in resposta.text
    assert "parte por parte</caption>" not in resposta.text and "<script>alert" not in resposta.text


def test_sem_numero_o_campo_explica(client):
    html = conferir(client, "").text

    assert "<title>Erro: Conferir número de processo" in html and html.count("Digite o número do processo.") == 2


def test_a_pagina_leva_a_planilha_ao_widget_as_mascaras_e_a_api(client):
    html = client.get("/nup/").text

    for endereco in ("/nup/lote/", "/nup/embutir/", "/nup/mascaras/", "/api/v1/documentacao#conferir_numero"):
        assert f'href="{endereco}"' in html
        assert client.get(endereco).status_code == 200
    assert 'id="conferir_numero"' in client.get("/api/v1/documentacao").text


@pytest.mark.parametrize("endereco", ["/nup/", "/nup/mascaras/", "/nup/embutir/", "/nup/widget/"])
def test_as_paginas_so_se_leem(client, endereco):
    assert client.post(endereco).status_code == 405


# A API


@pytest.mark.django_db
def test_a_api_diz_as_partes_e_a_regra_que_a_pagina_diz(client):
    dados = pela_api(client, CERTO)

    assert [(p["grupo"], p["valor"]) for p in dados["partes"]] == [
        ("unidade", "50650"), ("sequencia", "001658"), ("ano", "2017"), ("digitos", "17"),
    ]  # fmt: skip
    assert dados["regra"] == "modulo_11" and dados["explicacao_da_regra"].startswith("Passa pela conta de hoje")
    texto = texto_de(conferir(client, CERTO))
    assert all(p["explicacao"] in texto for p in dados["partes"])


@pytest.mark.django_db
def test_os_campos_que_a_api_ja_tinha_continuam(client):
    dados = pela_api(client, "86000244201746")

    assert {c: dados[c] for c in ("numero", "normalizado", "formatado", "forma", "veredito", "up", "ano", "dv", "dv_esperado")} == {
        "numero": "86000244201746", "normalizado": "00086000244201746", "formatado": "00086.000244/2017-46", "forma": "atual",
        "veredito": "ok", "up": "00086", "ano": 2017, "dv": "46", "dv_esperado": "46",
    }  # fmt: skip


@pytest.mark.django_db
def test_na_api_o_que_nao_e_numero_nao_tem_partes_nem_regra(client):
    dados = pela_api(client, "abc")

    assert (dados["partes"], dados["regra"], dados["veredito"]) == ([], None, "forma_desconhecida")


# As máscaras


def test_a_pagina_das_mascaras_conta_todos_os_campos_e_os_exemplos_do_codigo(client):
    html = client.get("/nup/mascaras/").text

    assert all(campo in html for campo in CAMPOS)
    assert "50650.001658/2017-17" in html and "17.137001.000001/2026-21" in html


def experimentar(client, mascara: str, **partes: object):
    padrao = {"cod_unidade_sei": "1", "cod_orgao_sei": "137", "cod_orgao_sip": "", "sequencia": "1", "ano": "2026"}
    return client.get("/nup/mascaras/", {"mascara": mascara} | padrao | partes)


def test_a_mascara_do_tocantins_escreve_o_numero(client):
    fim = "@seq_anual_cod_unidade_sei_06d@/@ano_4d@-@dv_mod11_executivo_federal_2d@"
    resposta = experimentar(client, f"17.@cod_orgao_sei_03d@@cod_unidade_sei_03d@.{fim}")

    assert "O número que sai" in resposta.text and "17.137001.000001/2026-21" in resposta.text


@pytest.mark.parametrize(
    ("mascara", "partes", "campo", "trecho"),
    [
        ("@foo@", {}, "mascara", "O campo «@foo@», na posição 1, não existe"),
        ("", {}, "mascara", "Escreva a máscara."),
        ("@cod_orgao_sei_02d@", {}, "cod_orgao_sei", "não cabe nos 2"),
        ("@cod_orgao_sip@", {}, "cod_orgao_sip", "que não foi informado"),
        ("@ano_4d@", {"ano": "26"}, "ano", "O ano vai de 1900 a 2099."),
        ("@seq_anual_cod_orgao_sip_02d@", {"sequencia": "100"}, "sequencia", "vai de 1 a 99"),
        ("@ano_4d@", {"sequencia": "x"}, "sequencia", "só tem algarismos"),
    ],
)  # fmt: skip
def test_o_erro_da_mascara_aparece_ao_lado_do_campo(client, mascara, partes, campo, trecho):
    html = experimentar(client, mascara, **partes).text

    ao_lado = html[html.index(f'id="id_{campo}_error"') :].split("</div>")[0]
    assert trecho in ao_lado and "<title>Erro: " in html and "O número que sai" not in html


# O widget


def test_o_widget_responde_em_pouco(client):
    html = client.get("/nup/widget/", {"numero": CERTO}).text

    assert "Número correto" in html and CERTO in html and f'href="/nup/?numero={quote(CERTO)}"' in html
    assert "<script" not in html and len(html) < 3_000


def test_o_widget_sem_numero_pergunta_e_com_numero_vazio_explica(client):
    assert 'role="alert"' not in client.get("/nup/widget/").text
    vazio = client.get("/nup/widget/", {"numero": ""}).text
    assert "Digite o número do processo." in vazio and 'aria-describedby="numero-ajuda numero-erro"' in vazio


def test_o_widget_nao_poe_cookie_e_nao_executa_o_que_lhe_dizem(client):
    resposta = client.get("/nup/widget/", {"numero": '"><img src=x onerror=1>'})

    assert not resposta.cookies and "Set-Cookie" not in resposta.headers
    assert "<img" not in resposta.text


@pytest.mark.django_db
def test_so_o_widget_pode_ir_dentro_de_outro_sitio(client):
    def enquadravel(endereco: str) -> bool:
        resposta = client.get(endereco)
        politica = dict(p.split(" ", 1) for p in resposta["Content-Security-Policy"].split("; "))
        assert ("X-Frame-Options" in resposta) == (politica["frame-ancestors"] == "'none'")
        return politica["frame-ancestors"] != "'none'"

    outras = [
        "/",
        "/nup/",
        f"/nup/?numero={CERTO}",
        "/nup/lote/",
        "/nup/mascaras/",
        "/nup/embutir/",
        "/ajuda/",
        "/entrar/",
        "/nada",
    ]
    assert enquadravel("/nup/widget/") and enquadravel(f"/nup/widget/?numero={CERTO}")
    assert [e for e in outras if enquadravel(e)] == []


def test_o_trecho_para_copiar_tem_o_endereco_desta_instalacao(client, settings):
    settings.ENDERECO = "https://pen.exemplo.gov.br"
    html = client.get("/nup/embutir/").text

    assert (
        "&lt;iframe src=&#34;https://pen.exemplo.gov.br/nup/widget/&#34; title=&#34;Conferir número de processo&#34;"
        in html
    )
