"""As imagens nas páginas: no artigo, na redação, e no endereço delas."""

import io

import pytest

from pen.conhecimento.models import ImagemDoArtigo
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.conhecimento import fabricar_artigo, imagem_em_bytes
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central", "_pasta")]
REDACAO = "/conhecimento/redacao/"


@pytest.fixture
def _pasta(settings, tmp_path):
    settings.PASTA_DE_ANEXOS = tmp_path / "anexos"


def arquivo(nome: str = "tela.png", conteudo: bytes | None = None) -> io.BytesIO:
    enviado = io.BytesIO(conteudo or imagem_em_bytes())
    enviado.name = nome
    return enviado


def enviar(client, codigo: str, *arquivos: io.BytesIO):
    return client.post(f"{REDACAO}{codigo}/imagens/", {"imagens": arquivos})


@pytest.fixture
def codigo(client) -> str:
    """Um artigo publicado que mostra ``tela.png``."""
    codigo = fabricar_artigo(corpo="![A tela](imagem:tela.png)").artigo.codigo
    entrar(client, fabricar_central())
    assert enviar(client, codigo, arquivo(), arquivo("sobra.png", imagem_em_bytes(cor="red"))).status_code == 302
    client.logout()
    return codigo


def test_a_imagem_aparece_no_artigo_e_se_devolve_sem_perigo(client, codigo):
    endereco = f"/conhecimento/{codigo}/imagens/tela.png"
    assert f'src="{endereco}"' in client.get(f"/conhecimento/{codigo}/").text

    resposta = client.get(endereco)
    assert resposta["Content-Type"] == "image/png" and b"".join(resposta.streaming_content).startswith(b"\x89PNG")
    assert "sandbox" in resposta["Content-Security-Policy"] and resposta["X-Content-Type-Options"] == "nosniff"
    assert resposta["Cache-Control"] == "private, max-age=3600"


def test_a_que_o_publicado_nao_mostra_so_quem_escreve_ve_e_nao_fica_em_cache(client, codigo):
    endereco = f"/conhecimento/{codigo}/imagens/sobra.png"
    assert client.get(endereco).status_code == 404
    assert entrar(client, fabricar_pessoa()).get(endereco).status_code == 404

    resposta = entrar(client, fabricar_atendente()).get(endereco)
    assert resposta.status_code == 200 and resposta["Cache-Control"] == "private, no-store"


def test_a_redacao_mostra_o_texto_a_colar_e_exclui_so_a_que_sobra(client, codigo):
    pagina = entrar(client, fabricar_atendente()).get(f"{REDACAO}{codigo}/").text
    assert "![O que a imagem mostra](imagem:tela.png)" in pagina and "Em uso." in pagina
    assert "imagem:sobra.png" in client.get(f"{REDACAO}{codigo}/alterar/").text

    assert client.post(f"{REDACAO}{codigo}/imagens/excluir", {"nome": "tela.png"}).status_code == 422
    assert client.post(f"{REDACAO}{codigo}/imagens/excluir", {"nome": "sobra.png"}).status_code == 302
    assert client.post(f"{REDACAO}{codigo}/imagens/excluir", {"nome": "sobra.png"}).status_code == 404
    assert list(ImagemDoArtigo.objects.values_list("nome", flat=True)) == ["tela.png"]


def test_a_recusada_se_explica_na_pagina(client, codigo, settings):
    entrar(client, fabricar_atendente())
    resposta = enviar(client, codigo, arquivo("desenho.svg", b"<svg/>"))
    assert resposta.status_code == 422 and "«desenho.svg» não é uma imagem" in resposta.text
    assert "Escolha as imagens." in enviar(client, codigo).text

    settings.ARQUIVO_MAXIMO_BYTES = 10
    assert "«tela.png» é grande demais" in enviar(client, codigo, arquivo("tela.png", b"x" * 100_000)).text


def test_sem_texto_alternativo_a_pagina_avisa_e_a_revisao_nao_aceita(client, codigo):
    entrar(client, fabricar_atendente())
    client.post(f"{REDACAO}{codigo}/alterar/", {"titulo": "x", "corpo": "![](imagem:tela.png)"})

    assert "não tem texto alternativo" in client.get(f"{REDACAO}{codigo}/").text
    resposta = client.post(f"{REDACAO}{codigo}/enviar")
    assert resposta.status_code == 422 and "não tem texto alternativo" in resposta.text


def test_sem_o_conteudo_na_pasta_a_pessoa_sabe(client, codigo, settings, tmp_path):
    settings.PASTA_DE_ANEXOS = tmp_path / "outra"
    assert client.get(f"/conhecimento/{codigo}/imagens/tela.png").status_code == 503
