"""Fazer o mesmo a vários chamados: cada um na sua transação, e o que não coube a um não impede os outros."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pen.atendimento.enums import Passo
from pen.comum.errors import ErroDeDominio, PedidoIncompleto, conferir

CHAMADOS_MAXIMO = 50
PASSOS_EM_LOTE = (Passo.ASSUMIR, Passo.ATRIBUIR, Passo.ENCAMINHAR, Passo.RESPONDER, Passo.ANOTAR, Passo.ENCERRAR)


class Resultado(NamedTuple):
    """O que houve com um chamado; sem ``frase``, deu certo."""

    chave: str
    frase: str


def agir_em_lote(chaves: Sequence[str], agir: Callable[[str], object]) -> list[Resultado]:
    """Chama ``agir`` com a chave de cada chamado, na ordem; os erros de domínio viram frases.

    Levanta:
        PedidoIncompleto: nenhum chamado, ou mais de cinquenta.
    """
    conferir(bool(chaves), PedidoIncompleto("Marque pelo menos um chamado."))
    conferir(len(chaves) <= CHAMADOS_MAXIMO, PedidoIncompleto(f"São até {CHAMADOS_MAXIMO} chamados de cada vez."))
    return [Resultado(chave, _tentar(agir, chave)) for chave in dict.fromkeys(chaves)]


def _tentar(agir: Callable[[str], object], chave: str) -> str:
    try:
        agir(chave)
    except ErroDeDominio as erro:
        return erro.mensagem
    return ""
