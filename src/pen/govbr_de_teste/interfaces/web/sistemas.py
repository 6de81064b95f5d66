"""O que os sistemas chamam: descoberta, chaves, tokens, dados da pessoa e nível."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from pen.comum.errors import conferir
from pen.govbr_de_teste.errors import EscopoDeConfiabilidadesAusente, EscopoInsuficiente, PedidoInvalido, TokenInvalido
from pen.govbr_de_teste.interfaces.web.respostas import credencial_basic, json, para_sistemas, token_bearer, unicos
from pen.govbr_de_teste.selectors.cliente import emissor, endereco
from pen.govbr_de_teste.services.autorizacao import ESCOPOS, trocar_codigo
from pen.govbr_de_teste.services.defeitos import Defeitos
from pen.govbr_de_teste.services.tokens import (
    ALGORITMO,
    NIVEL_DESDE,
    Acesso,
    chaves_publicas,
    dados_da_pessoa,
    ler_access_token,
)


@require_safe
@para_sistemas
def descobrir(request: HttpRequest, defeitos: Defeitos) -> HttpResponse:
    """O documento de descoberta do OpenID Connect."""
    return json(
        {
            "issuer": emissor(),
            "authorization_endpoint": endereco("authorize"),
            "token_endpoint": endereco("token"),
            "jwks_uri": endereco("jwk"),
            "userinfo_endpoint": endereco("userinfo/"),
            "end_session_endpoint": endereco("logout"),
            "scopes_supported": ESCOPOS,
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITMO],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


@require_safe
@para_sistemas
def jwk(request: HttpRequest, defeitos: Defeitos) -> HttpResponse:
    """As chaves públicas."""
    return json(chaves_publicas(defeitos))


@require_POST
@para_sistemas
def token(request: HttpRequest, defeitos: Defeitos) -> HttpResponse:
    """Troca o código por tokens."""
    if defeitos.token_fora_do_ar:
        return json({"error": "server_error", "error_description": "Fora do ar, por defeito ligado."}, 500)
    return json(trocar_codigo(unicos(request.POST), credencial=credencial_basic(request), defeitos=defeitos))


@require_safe
@para_sistemas
def userinfo(request: HttpRequest, defeitos: Defeitos) -> HttpResponse:
    """Os dados da pessoa."""
    acesso = _acesso(request, defeitos)
    return json(dados_da_pessoa(acesso.conta, acesso.escopos, defeitos))


@require_safe
@para_sistemas
def foto(request: HttpRequest, defeitos: Defeitos) -> HttpResponse:
    """404: nenhuma conta de teste tem foto."""
    acesso = _acesso(request, defeitos)
    conferir("profile" in acesso.escopos, EscopoInsuficiente("Falta o escopo profile."))
    return json({"error": "not_found", "error_description": "Esta conta não tem foto."}, 404)


@require_safe
@para_sistemas
def niveis(request: HttpRequest, defeitos: Defeitos, cpf: str) -> HttpResponse:
    """O nível da conta de quem entrou, e de mais ninguém."""
    acesso = _acesso(request, defeitos)
    conferir(
        "govbr_confiabilidades" in acesso.escopos,
        EscopoDeConfiabilidadesAusente("Escopo requerido não encontrado: govbr_confiabilidades."),
    )
    conferir(cpf == acesso.conta.cpf, TokenInvalido("O access_token é de outra conta."))
    conferir(request.GET.get("response-type") == "ids", PedidoInvalido("response-type deve ser ids."))
    return json([{"id": acesso.conta.nivel.numero, "dataAtualizacao": NIVEL_DESDE}])


def _acesso(request: HttpRequest, defeitos: Defeitos) -> Acesso:
    return ler_access_token(token_bearer(request), defeitos)
