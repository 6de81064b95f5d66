"""O modelo de resposta de um roteiro, com o que é do chamado no lugar das variáveis."""

import re
from collections.abc import Mapping

VARIAVEIS = ("nome", "protocolo", "produto", "orgao")  # do chamado
_VARIAVEL = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def preencher_modelo(modelo: str, valores: Mapping[str, str]) -> str:
    """Troca ``{nome}`` pelo valor; o que não se conhece fica como está, para quem responde ver."""
    return _VARIAVEL.sub(lambda achado: valores.get(achado[1], achado[0]), modelo)


def variaveis_do_modelo(modelo: str) -> list[str]:
    """Os nomes entre chaves, na ordem."""
    return _VARIAVEL.findall(modelo)
