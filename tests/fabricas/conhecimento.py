"""Artigos e imagens para testes."""

import io

from PIL import Image

from pen.conhecimento.enums import Especie
from pen.conhecimento.models import Produto, VersaoDoArtigo
from pen.conhecimento.services.artigos import Escrito, escrever_artigo, publicar_versao
from pen.conhecimento.services.imagens import ImagemNova


def fabricar_artigo(
    titulo: str = "Como solicitar acesso?", *, especie: Especie = Especie.PERGUNTA, produto: str | None = None,
    publicado: bool = True, interno: bool = False, **campos: object,
) -> VersaoDoArtigo:  # fmt: skip
    """Um artigo importado, publicado na hora."""
    if especie == Especie.ROTEIRO:
        campos = {"quando": "Quando pedem.", "modelo": "Olá, {nome}.", "nivel": "n2"} | campos
    escrito = Escrito(titulo=titulo, **{"corpo": "Abra um chamado."} | campos)
    do_produto = Produto.objects.get(codigo=produto) if produto else None
    versao = escrever_artigo(por=None, especie=especie, escrito=escrito, produto=do_produto, interno=interno)
    return publicar_versao(por=None, codigo=versao.artigo.codigo) if publicado else versao


def imagem_em_bytes(
    formato: str = "PNG", tamanho: tuple[int, int] = (40, 20), cor: str = "navy", **opcoes: object
) -> bytes:
    """Uma imagem de uma cor só."""
    saida = io.BytesIO()
    Image.new("RGB", tamanho, cor).save(saida, format=formato, **opcoes)
    return saida.getvalue()


def imagem_nova(nome: str = "tela.png", conteudo: bytes | None = None) -> ImagemNova:
    """Uma imagem como chega do formulário."""
    return ImagemNova(nome, io.BytesIO(conteudo or imagem_em_bytes()))
