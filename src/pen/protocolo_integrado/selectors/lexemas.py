"""O vetor de busca de um registro, montado dos lexemas de cada pedaço do texto, que se perguntam ao PostgreSQL uma vez só.

Analisar o texto custava um terço da gravação, e os textos dos órgãos repetem sempre as mesmas palavras. Um pedaço é o que está
entre dois espaços: o analisador do PostgreSQL nunca junta dois num lexema só, a não ser dentro de uma marca (``<a b>``), e por
isso o texto que tem «<» é um pedaço inteiro. O vetor tem os lexemas e os pesos que ``protocolo_integrado_vetor`` daria ao texto,
sem as posições, que nenhuma busca usa (ADR 0032).
"""

from collections.abc import Sequence

from pen.comum.preparadas import consultar_preparada

LEMBRADOS_MAXIMO = 50_000  # pedaços de cada lugar, em cada processo servidor
LEMBRADO_MAXIMO = 40  # caracteres; o que é mais longo não costuma voltar

Texto = tuple[str, str]  # o assunto e os nomes


class _Lugar:
    """O que já se sabe dos pedaços de um dos dois textos. ``marca`` é a posição e o peso dos lexemas dele no vetor."""

    def __init__(self, vetor: str, marca: str) -> None:
        self._sql = f"SELECT p, tsvector_to_array({vetor}) FROM unnest(%s::text[]) AS p"  # noqa: S608
        self._marca, self._sabidos = marca, dict[str, str]()

    def trechos(self, pedacos: set[str]) -> dict[str, str]:
        """O trecho de vetor de cada pedaço; pergunta ao banco os que não sabe."""
        sabidos = self._sabidos  # outro fio pode esvaziá-lo no meio
        trechos = {pedaco: trecho for pedaco in pedacos if (trecho := sabidos.get(pedaco)) is not None}
        if faltam := pedacos - trechos.keys():
            lidos = consultar_preparada(self._sql, [list(faltam)], grava=True)
            novos = {pedaco: " ".join(map(self._escrever, lexemas)) for pedaco, lexemas in lidos}
            if len(sabidos) + len(novos) > LEMBRADOS_MAXIMO:
                sabidos.clear()
            sabidos.update((pedaco, trecho) for pedaco, trecho in novos.items() if len(pedaco) <= LEMBRADO_MAXIMO)
            trechos |= novos
        return trechos

    def _escrever(self, lexema: str) -> str:
        return "'" + lexema.replace("\\", "\\\\").replace("'", "''") + self._marca


# Duas posições: o lexema que está nos dois textos guarda os dois pesos. O espaço antes, porque o começo de um texto se analisa de
# outro modo: «~0» seria ali o nome de um arquivo.
_no_assunto = _Lugar("protocolo_integrado_vetor(' ' || p, '')", "':1A")
_nos_nomes = _Lugar("protocolo_integrado_vetor('', ' ' || p)", "':2B")


def vetores_de_busca(textos: Sequence[Texto]) -> list[str]:
    """O vetor de cada texto, na ordem, escrito como o PostgreSQL lê um ``tsvector``."""
    assuntos, nomes = [_partir(a) for a, _ in textos], [_partir(n) for _, n in textos]
    do_assunto, dos_nomes = _no_assunto.trechos(set().union(*assuntos)), _nos_nomes.trechos(set().union(*nomes))
    return [
        " ".join([*map(do_assunto.__getitem__, a), *map(dos_nomes.__getitem__, n)])
        for a, n in zip(assuntos, nomes, strict=True)
    ]


def _partir(texto: str) -> list[str]:
    return [texto] if "<" in texto else texto.split()
