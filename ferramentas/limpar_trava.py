"""Tira de uv.lock os endereços de onde cada pacote foi lido, deixando nome, versão e SHA-256.

De onde baixar é escolha de quem instala (o registro público ou o espelho do órgão); o que baixar é
escolha do projeto, e a soma SHA-256 garante que é a mesma coisa. Ver docs/adr/0004.
"""

import re
import sys
from pathlib import Path

TRAVA = Path(__file__).parents[1] / "uv.lock"
ORIGEM_NEUTRA = 'source = { registry = "https://registro.invalid" }'


def limpar(texto: str) -> str:
    """Devolve o texto da trava sem endereços; aplicar duas vezes dá o mesmo resultado."""
    texto = re.sub(r'source = \{ registry = "[^"]*" \}', ORIGEM_NEUTRA, texto)
    return re.sub(r'\burl = "https?://[^"]*/([^/"]+)"', r'filename = "\1"', texto)


if __name__ == "__main__":
    TRAVA.write_text(limpar(TRAVA.read_text()))
    sys.exit(0)
