"""As imagens dos artigos: quem vê o artigo vê as que ele mostra; quem escreve vê todas."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from pen.comum.errors import conferir
from pen.conhecimento.enums import SituacaoDaVersao
from pen.conhecimento.errors import ArtigoNaoEncontrado
from pen.conhecimento.models import Artigo, ImagemDoArtigo, VersaoDoArtigo
from pen.conhecimento.rules import escreve
from pen.conhecimento.selectors.artigos import artigos_visiveis
from pen.conhecimento.values.markdown import IMAGEM, ImagemNaPagina
from pen.identidade.public import Ator


@dataclass(frozen=True, slots=True)
class ImagemNaRedacao:
    """Uma imagem do artigo, e se alguma versão a cita: a que ninguém cita se pode excluir."""

    imagem: ImagemDoArtigo
    endereco: str
    em_uso: bool


def consultar_imagem(codigo: str, nome: str, *, para: Ator) -> tuple[ImagemDoArtigo, bool]:
    """A imagem do artigo, e se ela é pública: se quem não entrou também a vê.

    Levanta:
        ArtigoNaoEncontrado: não existe, ou não está na versão publicada de um artigo que ``para`` leia e ``para`` não escreve.
    """
    imagem = ImagemDoArtigo.objects.filter(artigo__codigo=codigo, nome=nome).select_related("artigo").first()
    if imagem is None:
        raise ArtigoNaoEncontrado("Não há imagem neste endereço.")
    publicada = VersaoDoArtigo.objects.filter(
        artigo__in=artigos_visiveis(para), artigo=imagem.artigo_id, situacao=SituacaoDaVersao.PUBLICADA,
        corpo__contains=IMAGEM + nome,
    ).exists()  # fmt: skip
    conferir(publicada or escreve(para), ArtigoNaoEncontrado("Não há imagem neste endereço."))
    return imagem, publicada and not imagem.artigo.interno


def imagens_do_artigo(artigo: Artigo) -> Mapping[str, ImagemNaPagina]:
    """As imagens do artigo, pelo nome, como a página as mostra."""
    imagens = ImagemDoArtigo.objects.filter(artigo=artigo)
    return {i.nome: ImagemNaPagina(_endereco(artigo, i), i.largura, i.altura) for i in imagens}


def imagens_da_redacao(artigo: Artigo, *, para: Ator) -> list[ImagemNaRedacao]:
    """As imagens do artigo, na ordem em que chegaram, para quem escreve.

    Levanta:
        ArtigoNaoEncontrado: ``para`` não escreve, e para ele isto não existe.
    """
    conferir(escreve(para), ArtigoNaoEncontrado("Não existe nada neste endereço."))
    corpos = VersaoDoArtigo.objects.filter(artigo=artigo, corpo__contains=IMAGEM).values_list("corpo", flat=True)
    escritos = "\n".join(corpos)
    imagens = ImagemDoArtigo.objects.filter(artigo=artigo).order_by("em", "pk")
    return [ImagemNaRedacao(i, _endereco(artigo, i), IMAGEM + i.nome in escritos) for i in imagens]


def _endereco(artigo: Artigo, imagem: ImagemDoArtigo) -> str:
    return reverse("conhecimento:imagem", args=[artigo.codigo, imagem.nome])
