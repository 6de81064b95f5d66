"""Buscar na base e sugerir dela: os artigos dos trechos que se acham, cada um uma vez."""

from collections.abc import Sequence
from dataclasses import dataclass

from pen.conhecimento.enums import Especie
from pen.conhecimento.models import Artigo
from pen.conhecimento.selectors.artigos import ArtigoPublicado, publicados_de
from pen.conhecimento.selectors.trechos import TrechoAchado, achar_trechos
from pen.identidade.public import Ator

POR_BUSCA = 20
DA_BUSCA, DA_SUGESTAO = 0.45, 0.5  # a parte da pergunta que o trecho tem: com menos, não se mostra


@dataclass(frozen=True, slots=True)
class Busca:
    """O que se achou: cada artigo, do melhor ao pior, com o melhor trecho dele; o que se leu da pergunta; as palavras a realçar."""

    artigos: list[tuple[ArtigoPublicado, TrechoAchado]]
    lida: str
    consertada: bool
    formas: frozenset[str]


def buscar_na_base(
    pergunta: str, *, para: Ator, produto_id: int | None = None, especies: Sequence[Especie] = (), quantos: int = POR_BUSCA,
    parte: float = DA_BUSCA,
) -> Busca:  # fmt: skip
    """Os artigos que respondem à pergunta, mesmo com erros de digitação, sem acentos, ou com outro nome para a mesma coisa."""
    achados = achar_trechos(
        pergunta, para=para, produto_id=produto_id, especies=especies, quantos=3 * quantos, parte=parte
    )  # fmt: skip
    melhores: dict[object, TrechoAchado] = {}
    for achado in achados.trechos:
        melhores.setdefault(achado.artigo.pk, achado)
    escolhidos = list(melhores.values())[:quantos]
    lidos = publicados_de(Artigo.objects.filter(pk__in=[m.artigo.pk for m in escolhidos])) if escolhidos else []
    de_cada = {a.artigo.pk: a for a in lidos}
    artigos = [(de_cada[m.artigo.pk], m) for m in escolhidos if m.artigo.pk in de_cada]
    return Busca(artigos, achados.lida, achados.consertada, achados.formas)


def buscar_artigos(
    palavras: str, *, para: Ator, produto_id: int | None = None, especies: Sequence[Especie] = (), quantos: int = POR_BUSCA
) -> list[ArtigoPublicado]:
    """Os artigos que respondem às palavras, do melhor ao pior."""
    achados = buscar_na_base(palavras, para=para, produto_id=produto_id, especies=especies, quantos=quantos)
    return [artigo for artigo, _ in achados.artigos]


def sugerir_artigos(
    assunto: str, *, para: Ator, produto_id: int | None = None, especies: Sequence[Especie] = (), quantos: int = 5
) -> list[ArtigoPublicado]:
    """Os que parecem responder ao assunto; nenhum, se nada tem metade dele."""
    achados = buscar_na_base(
        assunto, para=para, produto_id=produto_id, especies=especies, quantos=quantos, parte=DA_SUGESTAO
    )  # fmt: skip
    return [artigo for artigo, _ in achados.artigos]
