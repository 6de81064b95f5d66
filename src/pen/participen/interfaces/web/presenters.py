"""As palavras do fórum: do que o domínio sabe ao que a pessoa lê."""

from typing import NamedTuple

from markupsafe import Markup

from pen.comum.tempo import BRASILIA
from pen.conhecimento.public import mostrar_conversa
from pen.participen.enums import AmbienteDoRelato, SituacaoDaPublicacao
from pen.participen.models import Categoria, Etiqueta, Seguimento, Topico
from pen.participen.values.leituras import PublicacaoLida

CORES = {
    SituacaoDaPublicacao.AGUARDA: "warning", SituacaoDaPublicacao.PUBLICADA: "success", SituacaoDaPublicacao.ESCONDIDA: "danger",
}  # fmt: skip


class PublicacaoNaPagina(NamedTuple):
    """Uma publicação, com o texto já em HTML."""

    lida: PublicacaoLida
    html: Markup
    dia: str


class Seguido(NamedTuple):
    """O que a pessoa segue, e aonde se vai por ele."""

    tipo: str
    codigo: str
    nome: str
    ritmo: str
    rotulo: str


def na_pagina(publicacao: PublicacaoLida) -> PublicacaoNaPagina:
    """A publicação como aparece na página do tópico."""
    dia = publicacao.em.astimezone(BRASILIA).date().isoformat()
    return PublicacaoNaPagina(publicacao, mostrar_conversa(publicacao.texto), dia)


def sobre_o_topico(topico: Topico) -> list[tuple[str, str]]:
    """O contexto, as versões e o ambiente, os que há."""
    ambiente = AmbienteDoRelato(topico.ambiente).label if topico.ambiente else ""
    pares = [("Contexto", topico.contexto), ("Versões", topico.versoes), ("Ambiente", ambiente)]
    return [(rotulo, valor) for rotulo, valor in pares if valor]


def seguido(seguimento: Seguimento) -> Seguido:
    """O que a pessoa segue, numa linha da lista."""
    rotulo = seguimento.get_ritmo_display()
    if isinstance(seguimento.categoria, Categoria):
        return Seguido("categoria", seguimento.categoria.codigo, seguimento.categoria.nome, seguimento.ritmo, rotulo)
    if isinstance(seguimento.etiqueta, Etiqueta):
        return Seguido("etiqueta", seguimento.etiqueta.codigo, seguimento.etiqueta.nome, seguimento.ritmo, rotulo)
    assert seguimento.topico is not None
    return Seguido("topico", str(seguimento.topico.pk), seguimento.topico.titulo, seguimento.ritmo, rotulo)


def inicial_da_alteracao(topico: Topico, texto: str, etiquetas: list[str]) -> dict[str, object]:
    """O que o formulário traz escrito."""
    campos = ("titulo", "especie", "contexto", "versoes", "ambiente")
    return {campo: getattr(topico, campo) for campo in campos} | {"texto": texto, "etiquetas": etiquetas}
