"""Do pedido de autorização ao código, e do código aos tokens."""

import base64
import re
from collections.abc import Mapping
from hashlib import sha256
from secrets import compare_digest
from typing import Any

from pen.comum.errors import conferir
from pen.govbr_de_teste.errors import (
    ClienteInvalido,
    ConcessaoInvalida,
    ConcessaoNaoAtendida,
    DestinoNaoRegistrado,
    EscopoInvalido,
    PedidoInvalido,
    RespostaNaoAtendida,
)
from pen.govbr_de_teste.selectors.cliente import cliente_registrado
from pen.govbr_de_teste.services.codigos import criar_codigo, resgatar_codigo
from pen.govbr_de_teste.services.defeitos import Defeitos
from pen.govbr_de_teste.services.tokens import emitir_tokens
from pen.govbr_de_teste.values import Autorizacao, PedidoDeAutorizacao, Sessao

ESCOPOS = (
    "openid", "email", "phone", "profile", "govbr_empresa", "govbr_confiabilidades", "govbr_confiabilidades_idtoken",
)  # fmt: skip
DESAFIO_S256 = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFICADOR = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def conferir_destino(cliente: str, retorno: str) -> None:
    """Confere o que precisa estar certo antes de redirecionar alguém.

    Levanta:
        DestinoNaoRegistrado: cliente desconhecido ou ``redirect_uri`` que ele não registrou.
    """
    registrado = cliente_registrado()
    conferir(bool(cliente) and cliente == registrado.id, DestinoNaoRegistrado("client_id falta ou é desconhecido."))
    conferir(retorno in registrado.retornos, DestinoNaoRegistrado("redirect_uri falta ou não está registrado."))


def conferir_pedido(parametros: Mapping[str, str]) -> PedidoDeAutorizacao:
    """O pedido de ``authorize`` de um destino já conferido, com tudo que o gov.br exige.

    Levanta:
        PedidoInvalido, RespostaNaoAtendida, EscopoInvalido: o que falta ou não serve.
    """
    for nome in ("response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method"):
        conferir(bool(parametros.get(nome)), PedidoInvalido(f"Falta {nome}."))
    conferir(parametros["response_type"] == "code", RespostaNaoAtendida("response_type deve ser code."))
    conferir(parametros["code_challenge_method"] == "S256", PedidoInvalido("code_challenge_method deve ser S256."))
    conferir(
        DESAFIO_S256.fullmatch(parametros["code_challenge"]) is not None, PedidoInvalido("code_challenge não é um SHA-256.")
    )
    escopos = tuple(parametros["scope"].split())
    conferir("openid" in escopos, EscopoInvalido("Falta o escopo openid."))
    conferir(set(escopos) <= set(ESCOPOS), EscopoInvalido("Há escopo que o Login Único não tem."))
    return PedidoDeAutorizacao(
        cliente=parametros["client_id"], retorno=parametros["redirect_uri"], escopos=escopos, state=parametros["state"],
        nonce=parametros["nonce"], desafio=parametros["code_challenge"],
    )  # fmt: skip


def autorizar(pedido: PedidoDeAutorizacao, sessao: Sessao) -> str:
    """O código que troca este pedido por tokens da conta; ``auth_time`` é quando ela foi escolhida, não agora."""
    return criar_codigo(Autorizacao(pedido, sessao.conta, sessao.autenticada_em))


def trocar_codigo(
    parametros: Mapping[str, str], *, credencial: tuple[str, str] | None, defeitos: Defeitos
) -> dict[str, Any]:
    """A resposta de ``token``. O código se gasta assim que um cliente conhecido o apresenta, certo ou errado o resto.

    Levanta:
        ClienteInvalido, PedidoInvalido, ConcessaoNaoAtendida, ConcessaoInvalida.
    """
    cliente = _conferir_credencial(credencial)
    conferir(bool(parametros.get("grant_type")), PedidoInvalido("Falta grant_type."))
    conferir(
        parametros["grant_type"] == "authorization_code", ConcessaoNaoAtendida("grant_type deve ser authorization_code.")
    )
    for nome in ("code", "redirect_uri", "code_verifier"):
        conferir(bool(parametros.get(nome)), PedidoInvalido(f"Falta {nome}."))
    autorizacao = resgatar_codigo(parametros["code"])
    pedido, verificador = autorizacao.pedido, parametros["code_verifier"]
    conferir(pedido.cliente == cliente, ConcessaoInvalida("O código é de outro cliente."))
    conferir(pedido.retorno == parametros["redirect_uri"], ConcessaoInvalida("redirect_uri não é o do pedido."))
    confere = VERIFICADOR.fullmatch(verificador) is not None and compare_digest(_desafio(verificador), pedido.desafio)
    conferir(confere, ConcessaoInvalida("code_verifier não corresponde ao desafio."))
    return emitir_tokens(autorizacao, defeitos)


def conferir_saida(endereco: str) -> str:
    """O endereço para onde ir depois de sair.

    Levanta:
        DestinoNaoRegistrado: falta ``post_logout_redirect_uri`` ou ele não está registrado.
    """
    registrado = endereco in cliente_registrado().saidas
    conferir(registrado, DestinoNaoRegistrado("post_logout_redirect_uri falta ou não está registrado."))
    return endereco


def _conferir_credencial(credencial: tuple[str, str] | None) -> str:
    registrado = cliente_registrado()
    cliente, segredo = credencial or ("", "")
    confere = (
        bool(registrado.id and registrado.segredo)
        and compare_digest(cliente.encode(), registrado.id.encode())
        and compare_digest(segredo.encode(), registrado.segredo.encode())
    )
    conferir(confere, ClienteInvalido("client_id ou client_secret não conferem; use Authorization: Basic."))
    return cliente


def _desafio(verificador: str) -> str:
    return base64.urlsafe_b64encode(sha256(verificador.encode()).digest()).rstrip(b"=").decode()
