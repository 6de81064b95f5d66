"""O que pode dar errado na auditoria."""

from pen.comum.errors import ErroDeDominio


class AtoInvalido(ErroDeDominio):
    """O código ou o objeto do ato não tem a forma da auditoria, ou o objeto traz um CPF; o ato não pode valer."""

    codigo = "ato-invalido"
    situacao_http = 500
