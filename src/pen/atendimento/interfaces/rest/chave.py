"""Quem pede por API: a pessoa de uma chave de acesso, no que os escopos dela deixam."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from pen.comum.http import origem_do_pedido
from pen.identidade.public import ChaveReconhecida, Escopo, Pessoa, reconhecer_chave


class ChaveDaPessoa(HttpBearer):
    """``Authorization: Bearer``: uma chave de acesso, criada em «Minha conta»."""

    def authenticate(self, request: HttpRequest, token: str) -> ChaveReconhecida:
        """De quem é a chave; a que não vale é 401 com o motivo."""
        return reconhecer_chave(token, origem=origem_do_pedido(request))


def quem_da_chave(request: HttpRequest, *escopos: Escopo) -> Pessoa:
    """A pessoa da chave; ``EscopoInsuficiente``, se a chave não deixa."""
    reconhecida: ChaveReconhecida = request.auth  # type: ignore[attr-defined]
    return reconhecida.quem_pode(*escopos)
