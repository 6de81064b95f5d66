"""As chaves de acesso de uma pessoa."""

from pen.identidade.models import ChaveDeAcesso, Pessoa


def chaves_da_pessoa(*, para: Pessoa) -> list[ChaveDeAcesso]:
    """As que não foram revogadas, da mais nova à mais antiga."""
    return list(ChaveDeAcesso.objects.filter(pessoa=para, revogada_em=None).order_by("-pk"))
