"""O que não deve ficar gravado de uma conversa, nem sair daqui: troca-se por uma palavra que diz o que era."""

import re

from pen.comum.segredos import esconder_segredos

_CORREIO = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_TELEFONE = re.compile(r"(?<![\d/.-])(?:\+?55[ .-]?)?\(?\d{2}\)?[ .-]?9?\d{4}[ .-]?\d{4}(?![\d/.-])")


def mascarar(texto: str) -> str:
    """O texto sem CPF, senha, chave, e-mail e telefone; o número de um processo fica."""
    sem_segredos = esconder_segredos(texto)
    return _TELEFONE.sub("[telefone]", _CORREIO.sub("[e-mail]", sem_segredos))
