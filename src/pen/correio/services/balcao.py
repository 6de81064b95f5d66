"""O balcão desta instalação, se há: quem está acima se inscreve, e aqui se pergunta sem o conhecer."""

from pen.correio.values.balcao import Balcao

_balcoes: list[Balcao] = []


def registrar_balcao(balcao: Balcao) -> None:
    """Inscreve quem sabe onde se abre um chamado. Só na carga da aplicação."""
    _balcoes[:] = [balcao]


def balcao_da_instalacao() -> Balcao | None:
    """O que se inscreveu; sem nenhum, a recusa leva ao início da instalação."""
    return _balcoes[0] if _balcoes else None
