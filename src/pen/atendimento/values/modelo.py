"""O modelo de resposta de um roteiro, com o que é do chamado no lugar das variáveis."""

import re
from collections.abc import Mapping

_VARIAVEL = re.compile(r"\{([a-z_]+)\}")


def preencher_modelo(modelo: str, valores: Mapping[str, str]) -> str:
    """Troca ``{nome}`` pelo valor; o que não se conhece fica como está, para quem responde ver."""
    return _VARIAVEL.sub(lambda achado: valores.get(achado[1], achado[0]), modelo)
