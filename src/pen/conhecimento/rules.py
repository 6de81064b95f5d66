"""Quem lê, quem escreve e quem publica. O contexto não sabe quem atende: quem está acima dele diz."""

from collections.abc import Callable

from pen.identidade.public import Ator, Pessoa, e_da_equipe_central

_quem_atende: list[Callable[[Ator], bool]] = []


def registrar_quem_atende(pergunta: Callable[[Ator], bool]) -> None:
    """Inscreve quem responde se a pessoa atende; quem atende lê os artigos internos e escreve. Só na carga da aplicação."""
    if pergunta not in _quem_atende:
        _quem_atende.append(pergunta)


def le_internos(ator: Ator) -> bool:
    """Se a pessoa lê o que é só de quem atende."""
    return any(pergunta(ator) for pergunta in _quem_atende) or e_da_equipe_central(ator)


def escreve(ator: Ator) -> bool:
    """Se a pessoa escreve artigos e os manda à revisão."""
    return isinstance(ator, Pessoa) and le_internos(ator)


def publica(ator: Ator) -> bool:
    """Se a pessoa revê e publica o que outra escreveu, e retira artigos."""
    return e_da_equipe_central(ator)
