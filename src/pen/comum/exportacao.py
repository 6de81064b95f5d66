"""CSV para baixar, como as planilhas brasileiras o abrem, sem que nenhuma célula vire fórmula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# Uma planilha executaria a célula que começasse assim; o apóstrofo faz dela texto.
COMECOS_DE_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NUMERO_COM_SINAL = re.compile(r"[+-][0-9][0-9., ]*")


class _Eco:
    """Um arquivo que devolve o que nele se escreve."""

    def write(self, texto: str) -> str:
        return texto


def linhas_do_csv(cabecalho: Sequence[str], linhas: Iterable[Sequence[Any]]) -> Iterator[str]:
    """O CSV aos pedaços: ponto e vírgula, vírgula decimal e UTF-8 com marca de ordem."""
    escritor = csv.writer(_Eco(), delimiter=";")
    yield "\ufeff" + escritor.writerow([_celula(c) for c in cabecalho])
    for linha in linhas:
        yield escritor.writerow([_celula(valor) for valor in linha])


def precisa_neutralizar(texto: str) -> bool:
    """Se uma planilha poderia executar o texto; um número com sinal, não."""
    return texto.startswith(COMECOS_DE_FORMULA) and _NUMERO_COM_SINAL.fullmatch(texto) is None


def neutralizar(texto: str) -> str:
    """O texto, com um apóstrofo antes se uma planilha poderia executá-lo."""
    return f"'{texto}" if precisa_neutralizar(texto) else texto


def _celula(valor: Any) -> str:
    if valor is None:
        return ""
    if isinstance(valor, float):
        return str(valor).replace(".", ",")
    texto = str(valor)
    return f"'{texto}" if not isinstance(valor, int) and texto.startswith(COMECOS_DE_FORMULA) else texto
