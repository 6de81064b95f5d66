"""As páginas do portal: início, ajuda, robôs e a escolha de contraste."""

import re

import pytest

ENDERECOS = ["/", "/ajuda/", "/ajuda/orgaos/"]


@pytest.mark.parametrize("endereco", ENDERECOS)
def test_pagina_abre_sem_tocar_no_banco(client, endereco):
    resposta = client.get(endereco)

    assert resposta.status_code == 200 and "— PEN Aberto</title>" in resposta.text


@pytest.mark.parametrize("endereco", ENDERECOS)
def test_pagina_so_se_le(client, endereco):
    assert client.post(endereco).status_code == 405


def test_inicio_tem_um_campo_que_leva_a_consulta(client):
    html = client.get("/").text

    assert 'action="/protocolo/consulta/"' in html and html.count('name="q"') == 1


def test_links_internos_da_ajuda_levam_a_algum_lugar(client):
    html = client.get("/ajuda/").text

    assert set(re.findall(r'href="(?:/ajuda/)?#([a-z-]+)"', html)) <= set(re.findall(r'id="([a-z-]+)"', html))


def test_buscadores_ficam_fora_dos_processos(client):
    resposta = client.get("/robots.txt")

    assert resposta["Content-Type"].startswith("text/plain") and "Disallow: /protocolo/processos/" in resposta.text


def test_contraste_fica_guardado_e_volta_para_a_mesma_pagina(client):
    resposta = client.post("/preferencias/contraste", {"contraste": "alto", "voltar": "/ajuda/?a=1"})

    assert resposta.status_code == 302 and resposta["Location"] == "/ajuda/?a=1"
    assert 'class="alto-contraste"' in client.get("/").text
    client.post("/preferencias/contraste", {"contraste": "normal"})
    assert 'class="alto-contraste"' not in client.get("/").text


@pytest.mark.parametrize("voltar", ["//exemplo.com", "https://exemplo.com", "/\\exemplo.com", "javascript:x", ""])
def test_contraste_nao_leva_para_fora(client, voltar):
    assert client.post("/preferencias/contraste", {"voltar": voltar})["Location"] == "/"


def test_contraste_so_muda_por_post(client):
    assert client.get("/preferencias/contraste").status_code == 405
