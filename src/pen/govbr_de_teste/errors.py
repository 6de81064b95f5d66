"""O que o gov.br recusa. O ``codigo`` é o do OAuth (RFC 6749, 6750), porque é ele que vai para o fio."""

from pen.comum.errors import ErroDeDominio


class ErroDeOAuth(ErroDeDominio):
    """Uma recusa que se responde na forma do OAuth."""

    codigo = "invalid_request"
    situacao_http = 400


class PedidoInvalido(ErroDeOAuth):
    """Falta um parâmetro, veio repetido ou com valor que não serve."""


class DestinoNaoRegistrado(ErroDeOAuth):
    """Cliente desconhecido ou endereço não registrado: não há para onde redirecionar em segurança."""


class RespostaNaoAtendida(ErroDeOAuth):
    """``response_type`` diferente de ``code``."""

    codigo = "unsupported_response_type"


class EscopoInvalido(ErroDeOAuth):
    """Falta ``openid``, ou há escopo que o Login Único não tem."""

    codigo = "invalid_scope"


class ClienteInvalido(ErroDeOAuth):
    """A credencial do cliente falta ou está errada."""

    codigo = "invalid_client"
    situacao_http = 401


class ConcessaoNaoAtendida(ErroDeOAuth):
    """``grant_type`` diferente de ``authorization_code``."""

    codigo = "unsupported_grant_type"


class ConcessaoInvalida(ErroDeOAuth):
    """O código não vale: desconhecido, usado, vencido, de outro endereço ou com outro verificador."""

    codigo = "invalid_grant"


class TokenInvalido(ErroDeOAuth):
    """O ``access_token`` falta, venceu ou não é nosso."""

    codigo = "invalid_token"
    situacao_http = 401


class EscopoInsuficiente(ErroDeOAuth):
    """O ``access_token`` vale, mas não para isto."""

    codigo = "insufficient_scope"
    situacao_http = 403


class EscopoDeConfiabilidadesAusente(EscopoInsuficiente):
    """A API de confiabilidades tem nome próprio para o escopo que falta."""

    codigo = "ACCESSTOKEN_SCOPE_MUSTCONTAINSEXPECTEDSCOPE"
