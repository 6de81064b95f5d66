"""As tabelas que as medições imprimem."""

from collections.abc import Sequence
from statistics import median
from typing import Any


def escrever_tabela(
    titulo: str, colunas: Sequence[str], linhas: Sequence[Sequence[str]], notas: Sequence[str] = ()
) -> None:
    """Uma tabela de texto: a primeira coluna à esquerda, as outras à direita; as notas vêm embaixo."""
    larguras = [max(len(linha[n]) for linha in [colunas, *linhas]) for n in range(len(colunas))]
    print(f"\n{titulo}\n")
    for linha in [colunas, ["─" * largura for largura in larguras], *linhas]:
        primeira, *demais = (texto.ljust(largura) if n == 0 else texto.rjust(largura)
                             for n, (texto, largura) in enumerate(zip(linha, larguras, strict=True)))  # fmt: skip
        print("  ".join([primeira, *demais]).rstrip())
    for nota in notas:
        print(f"  {nota}")


def escrever_maquina(maquina: dict[str, Any]) -> None:
    """A linha que diz onde e quando se mediu."""
    print(
        f"PEN Aberto {maquina['commit']}, {maquina['quando']}: {maquina['nucleos']} núcleos ({maquina['processador']}), "
        f"carga {numero(maquina['carga_ao_comecar'], 2)}, Python {maquina['python']}"
        f"{' com a libpython à parte' if maquina['libpython_a_parte'] else ''}, Django {maquina['django']}, "
        f"PostgreSQL {maquina['postgresql']} com durabilidade."
    )


def numero(valor: float, casas: int = 0) -> str:
    """1234.5 → «1.234,5», como se escreve em português."""
    return f"{valor:,.{casas}f}".translate(str.maketrans(",.", ".,"))


def por_cento(valor: float) -> str:
    """0.213 → «21 %»."""
    return f"{numero(valor * 100)} %"


def meio(valores: Sequence[float]) -> float:
    """A mediana: uma rodada em que a máquina fez outra coisa não a move."""
    return median(valores)


def com_faixa(valores: Sequence[float], unidade: str) -> str:
    """A mediana e, entre parênteses, a menor e a maior das rodadas."""
    return f"{numero(meio(valores))} ({numero(min(valores))} a {numero(max(valores))}) {unidade}"


def meta(texto: str, cumprida: bool) -> str:
    """A frase que diz se uma meta foi cumprida."""
    return f"Meta: {texto}: {'cumprida' if cumprida else 'NÃO cumprida'}."
