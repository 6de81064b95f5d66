"""Quem escreve no fórum por API: a pessoa de uma chave de acesso, no que os escopos dela deixam."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from pen.comum.errors import conferir
from pen.comum.http import origem_do_pedido
from pen.identidade.public import (
    ChaveReconhecida,
    Escopo,
    EscopoInsuficiente,
    Pessoa,
    contar_uso_aos_poucos,
    reconhecer_chave,
)

PEDIDOS_POR_MINUTO = 600  # de uma pessoa, contados com os das outras APIs


class ChaveDeQuemParticipa(HttpBearer):
    """``Authorization: Bearer``: uma chave de acesso, criada em «Minha conta»."""

    def authenticate(self, request: HttpRequest, token: str) -> ChaveReconhecida:
        """De quem é a chave; a que não vale é 401 com o motivo."""
        reconhecida = reconhecer_chave(token, origem=origem_do_pedido(request))
        contar_uso_aos_poucos(f"chave:{reconhecida.pessoa.pk}", limite=PEDIDOS_POR_MINUTO)
        return reconhecida


def quem_escreve(request: HttpRequest) -> Pessoa:
    """A pessoa da chave.

    Levanta:
        EscopoInsuficiente: a chave não deixa escrever.
    """
    reconhecida: ChaveReconhecida = request.auth  # type: ignore[attr-defined]
    deixa = Escopo.ESCREVER in reconhecida.escopos
    conferir(deixa, EscopoInsuficiente(f"A chave não deixa: {Escopo.ESCREVER.label}."))
    return reconhecida.pessoa
