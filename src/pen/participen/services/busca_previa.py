"""Buscar antes de escrever: o que já há, e a prova de que se buscou."""

from dataclasses import dataclass
from uuid import UUID

from pen.comum.errors import SemPermissao, conferir
from pen.comum.texto import exigir_texto, normalizar_texto
from pen.conhecimento.public import ArtigoPublicado, sugerir_artigos
from pen.identidade.public import Pessoa, contar_uso
from pen.participen.errors import BuscaNaoFeita
from pen.participen.selectors.busca import procurar_parecidos
from pen.participen.values.leituras import TopicoNaLista
from pen.participen.values.prova import emitir_prova, ler_prova

PALAVRAS_MAXIMO = 200  # caracteres
BUSCAS_POR_MINUTO = 30  # de uma pessoa


@dataclass(frozen=True, slots=True)
class BuscaPrevia:
    """O que a busca achou, e a prova dela."""

    palavras: str
    topicos: list[TopicoNaLista]
    artigos: list[ArtigoPublicado]
    prova: str


def buscar_antes(*, por: Pessoa, palavras: str) -> BuscaPrevia:
    """Os tópicos e os artigos públicos que se parecem com o que a pessoa vai perguntar, e a prova que deixa escrever.

    Levanta:
        PedidoIncompleto: não disse nada.
        BuscaInvalida: só palavras comuns demais.
        BuscaDemorada: passou de cinco segundos.
    """
    conferir(por.is_active, SemPermissao("Entre para escrever no fórum."))
    dito = normalizar_texto(
        exigir_texto(palavras, "Diga em poucas palavras o que procura.", PALAVRAS_MAXIMO, campo="palavras")
    )
    contar_uso(f"participen-busca:{por.pk}", limite=BUSCAS_POR_MINUTO)
    topicos = procurar_parecidos(dito)
    artigos = [a for a in sugerir_artigos(dito, para=por) if not a.artigo.interno]
    return BuscaPrevia(dito, topicos, artigos, emitir_prova(por.pk, dito))


def conferir_busca(*, por: Pessoa, prova: str, palavras: str) -> UUID:
    """A identidade da busca que a prova comprova.

    Levanta:
        BuscaNaoFeita: a prova não é nossa, venceu, ou é de outra pessoa ou de outras palavras.
    """
    lida = ler_prova(prova)
    if lida is None or lida.pessoa_id != por.pk or lida.palavras != normalizar_texto(palavras):
        raise BuscaNaoFeita("Busque antes de escrever: talvez já se tenha respondido. A busca vale por duas horas.")
    return lida.id
