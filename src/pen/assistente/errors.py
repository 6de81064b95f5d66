"""Os erros do assistente."""

from pen.comum.errors import ErroDeDominio, NaoEncontrado


class FalaNaoEncontrada(NaoEncontrado):
    """A fala não existe, ou é de outra conversa."""

    codigo = "fala-nao-encontrada"


class RedatorSemResposta(ErroDeDominio):
    """O modelo de linguagem não respondeu a tempo, ou respondeu o que não se pode mostrar."""

    codigo = "redator-sem-resposta"
