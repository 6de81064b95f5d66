"""As imagens de um artigo: quem as vê, quando saem, e o que se aceita."""

import io
import os
import time

import pytest
from django.contrib.auth.models import AnonymousUser
from PIL import Image

from pen.comum.errors import SemPermissao
from pen.conhecimento.armazem import abrir, pasta_das_imagens
from pen.conhecimento.errors import ArtigoNaoEncontrado, ImagemRecusada
from pen.conhecimento.models import ImagemDoArtigo
from pen.conhecimento.selectors.imagens import consultar_imagem
from pen.conhecimento.services.artigos import (
    Escrito,
    alterar_artigo,
    enviar_para_revisao,
    publicar_versao,
    retirar_artigo,
)
from pen.conhecimento.services.imagens import (
    IMAGENS_POR_ENVIO,
    excluir_imagem,
    excluir_imagens_abandonadas,
    incluir_imagens,
    preparar_imagem,
)
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.conhecimento import fabricar_artigo, imagem_em_bytes, imagem_nova
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central", "_pasta")]
NINGUEM = AnonymousUser()


@pytest.fixture
def _pasta(settings, tmp_path):
    settings.PASTA_DE_ANEXOS = tmp_path / "anexos"


def com_autor() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "Fulana"
    return exif.tobytes()


def com_imagem(**campos: object) -> str:
    """Um artigo publicado que mostra ``tela.png``; devolve o código dele."""
    codigo = fabricar_artigo(corpo="![A tela](imagem:tela.png)", **campos).artigo.codigo
    incluir_imagens(por=fabricar_central(), codigo=codigo, imagens=[imagem_nova()])
    return codigo


class TestQuemVe:
    def test_qualquer_um_ve_a_de_um_artigo_publicado(self):
        imagem, publica = consultar_imagem(com_imagem(), "tela.png", para=NINGUEM)
        assert publica and (imagem.largura, imagem.altura, imagem.formato) == (40, 20, "image/png")

    def test_a_do_interno_so_quem_atende(self):
        codigo = com_imagem(interno=True)
        for estranho in (NINGUEM, fabricar_pessoa()):
            with pytest.raises(ArtigoNaoEncontrado):
                consultar_imagem(codigo, "tela.png", para=estranho)
        assert not consultar_imagem(codigo, "tela.png", para=fabricar_atendente())[1]

    def test_a_que_so_o_rascunho_cita_so_quem_escreve(self):
        codigo = com_imagem()
        incluir_imagens(
            por=fabricar_central(), codigo=codigo, imagens=[imagem_nova("nova.png", imagem_em_bytes(cor="red"))]
        )
        alterar_artigo(por=None, codigo=codigo, escrito=Escrito(titulo="x", corpo="![Nova](imagem:nova.png)"))

        with pytest.raises(ArtigoNaoEncontrado):
            consultar_imagem(codigo, "nova.png", para=NINGUEM)
        assert consultar_imagem(codigo, "nova.png", para=fabricar_atendente())

        publicar_versao(por=None, codigo=codigo)
        assert consultar_imagem(codigo, "nova.png", para=NINGUEM)
        with pytest.raises(ArtigoNaoEncontrado):
            consultar_imagem(codigo, "tela.png", para=NINGUEM)

    def test_a_do_artigo_retirado_ninguem_de_fora(self):
        codigo = com_imagem()
        retirar_artigo(por=fabricar_central(), codigo=codigo)

        with pytest.raises(ArtigoNaoEncontrado):
            consultar_imagem(codigo, "tela.png", para=NINGUEM)


class TestIncluir:
    def test_a_mesma_nao_se_repete_e_outra_do_mesmo_nome_ganha_numero(self):
        codigo, central = fabricar_artigo().artigo.codigo, fabricar_central()
        outra = imagem_nova("Tela.PNG", imagem_em_bytes(cor="red"))
        incluidas = incluir_imagens(por=central, codigo=codigo, imagens=[imagem_nova(), imagem_nova("igual.png"), outra])

        assert [i.nome for i in incluidas] == ["tela.png", "tela.png", "tela-2.png"]
        assert ImagemDoArtigo.objects.count() == 2

    def test_o_formato_e_o_do_conteudo(self):
        foto = imagem_nova("Foto da Tela (1).PNG", imagem_em_bytes("JPEG"))
        assert preparar_imagem(foto).nome == "foto-da-tela-1.jpg"

    @pytest.mark.parametrize("nome", ["a__b--c", "çé", "-", "x" * 300, "../../etc/passwd", "imagem.de.tela"])
    def test_todo_nome_vira_um_que_o_banco_aceita(self, nome):
        codigo = fabricar_artigo().artigo.codigo
        assert incluir_imagens(por=fabricar_central(), codigo=codigo, imagens=[imagem_nova(f"{nome}.png")])

    @pytest.mark.parametrize(
        "conteudo", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"<html>", b"\x89PNG\r\n\x1a\n"]
    )
    def test_o_que_nao_e_imagem_se_recusa_com_uma_frase(self, conteudo):
        with pytest.raises(ImagemRecusada, match=r"«tela\.png» não é uma imagem"):
            preparar_imagem(imagem_nova("tela.png", conteudo))

    @pytest.mark.parametrize(("formato", "opcoes"), [
        ("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("GIF", {}), ("WEBP", {}), ("JPEG", {"exif": com_autor()}),
    ])  # fmt: skip
    def test_refeita_de_novo_sai_igual(self, formato, opcoes):
        uma = preparar_imagem(imagem_nova("x", imagem_em_bytes(formato, **opcoes))).conteudo.read()
        outra = preparar_imagem(imagem_nova("x", uma)).conteudo.read()
        assert uma == outra and Image.open(io.BytesIO(uma)).size == (40, 20)

    @pytest.mark.parametrize("escondido", [b"<script>alert(1)</script>", b"\xff\xd9PK\x03\x04"])
    def test_o_que_vem_escondido_no_fim_some(self, escondido):
        for formato in ("PNG", "JPEG", "GIF", "WEBP"):
            limpa = preparar_imagem(imagem_nova("x", imagem_em_bytes(formato) + escondido)).conteudo.read()
            assert escondido not in limpa

    def test_a_transparencia_fica(self):
        saida = io.BytesIO()
        Image.new("P", (4, 4), 0).save(saida, format="PNG", transparency=0)
        limpa = preparar_imagem(imagem_nova("x", saida.getvalue())).conteudo
        assert Image.open(limpa).convert("RGBA").getpixel((0, 0))[3] == 0

    def test_uma_ruim_e_nenhuma_entra(self):
        codigo = fabricar_artigo().artigo.codigo
        with pytest.raises(ImagemRecusada):
            incluir_imagens(por=fabricar_central(), codigo=codigo, imagens=[imagem_nova(), imagem_nova("x.png", b"x")])
        with pytest.raises(ImagemRecusada, match="até 20"):
            incluir_imagens(por=fabricar_central(), codigo=codigo, imagens=[imagem_nova()] * (IMAGENS_POR_ENVIO + 1))
        assert not ImagemDoArtigo.objects.exists()

    def test_so_quem_escreve(self):
        codigo = com_imagem()
        with pytest.raises(SemPermissao):
            incluir_imagens(por=fabricar_pessoa(), codigo=codigo, imagens=[imagem_nova()])
        with pytest.raises(SemPermissao):
            excluir_imagem(por=fabricar_pessoa(), codigo=codigo, nome="tela.png")


class TestExcluir:
    def test_a_que_uma_versao_cita_fica_ainda_que_antiga(self):
        codigo, central = com_imagem(), fabricar_central()
        alterar_artigo(por=None, codigo=codigo, escrito=Escrito(titulo="x", corpo="Sem imagem."))
        publicar_versao(por=None, codigo=codigo)

        with pytest.raises(ImagemRecusada, match="numa versão deste artigo"):
            excluir_imagem(por=central, codigo=codigo, nome="tela.png")

    def test_a_que_ninguem_cita_sai_e_o_conteudo_depois_de_um_dia(self):
        codigo, central = com_imagem(), fabricar_central()
        (sobra,) = incluir_imagens(por=central, codigo=codigo, imagens=[imagem_nova("b.png", imagem_em_bytes(cor="red"))])
        excluir_imagem(por=central, codigo=codigo, nome="b.png")
        assert excluir_imagens_abandonadas() == 0

        for caminho in pasta_das_imagens().glob("*/*"):
            os.utime(caminho, (time.time() - 90_000,) * 2)
        assert excluir_imagens_abandonadas() == 1 and not (pasta_das_imagens() / sobra.resumo[:2] / sobra.resumo).exists()
        assert abrir(ImagemDoArtigo.objects.get().resumo).read()


@pytest.mark.parametrize(
    ("corpo", "frase"),
    [
        ("![](imagem:tela.png)", "não tem texto alternativo"),
        ("![x](imagem:nada.png)", "não foi enviada"),
        ("![x](https://sitio.exemplo/a.png)", "é de fora"),
    ],
)
def test_com_uma_imagem_que_nao_serve_a_versao_nao_vai_a_revisao(corpo, frase):
    codigo, central = com_imagem(), fabricar_central()
    alterar_artigo(por=central, codigo=codigo, escrito=Escrito(titulo="x", corpo=corpo))

    with pytest.raises(ImagemRecusada, match=frase):
        enviar_para_revisao(por=central, codigo=codigo)
