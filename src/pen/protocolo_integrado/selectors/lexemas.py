"""O vetor de busca de um registro, e a pergunta a ele: um lexema por palavra (ADR 0039).

Palavra é o que está entre o que não é letra nem algarismo, no texto gravado e no que a pessoa digita. No assunto o lexema é o
radical português da palavra sem acentos, devolvido o do sufixo: «tramitacao», «Tramitação» e «TRAMITAÇÕES» são «tramit». Nos
nomes é a palavra, sem acentos. Artigos e preposições não entram. O radical se pergunta ao PostgreSQL, e lembra-se o que se soube
de cada pedaço entre dois espaços: os textos dos órgãos repetem sempre os mesmos. O vetor não diz onde cada palavra está, que
nenhuma busca pergunta; a posição que se escreve só leva o peso, de um texto ou do outro (ADR 0032).
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from pen.comum.busca_textual import PALAVRA_MAXIMO
from pen.comum.portugues import acentuar, flexoes, palavras
from pen.comum.preparadas import consultar_preparada
from pen.comum.texto import sem_acentos

LEMBRADOS_MAXIMO = 50_000  # pedaços de cada texto, em cada processo servidor
LEMBRADO_MAXIMO = 40  # caracteres; o que é mais longo não costuma voltar

Texto = tuple[str, str]  # o assunto e os nomes

_RADICAIS = """
SELECT forma, (ts_lexize('portuguese_stem', forma))[1] FROM unnest(%s::text[]) AS forma
WHERE ts_lexize('portuguese_stem', forma) <> '{}'
"""


def vetores_de_busca(textos: Sequence[Texto]) -> list[str]:
    """O vetor de cada texto, na ordem, escrito como o PostgreSQL lê um ``tsvector``."""
    assuntos, nomes = [a.split() for a, _ in textos], [n.split() for _, n in textos]
    do_assunto, dos_nomes = _no_assunto.trechos(set().union(*assuntos)), _nos_nomes.trechos(set().union(*nomes))
    return [
        " ".join([*map(do_assunto.__getitem__, a), *map(dos_nomes.__getitem__, n)])
        for a, n in zip(assuntos, nomes, strict=True)
    ]


def modos_em_qualquer_lugar(quais: Collection[str]) -> dict[str, str]:
    """A ``tsquery`` que acha cada palavra no assunto, em qualquer flexão, ou nos nomes; as que a língua dispensa não vêm.

    Vai sem peso, que o índice não tem: ele a responde sozinho, sem ler os registros.
    """
    return {p: _alternativas([*radicais, sem_acentos(p)]) for p, radicais in _radicais_das_flexoes(quais).items()}


def modos_no_assunto(quais: Collection[str]) -> dict[str, str]:
    """O mesmo, só no assunto."""
    return {p: _alternativas(radicais, ":A") for p, radicais in _radicais_das_flexoes(quais).items()}


def modos_nos_nomes(quais: Collection[str]) -> dict[str, str]:
    """O mesmo, só nos nomes, que não se flexionam."""
    return {p: _alternativas([sem_acentos(p)], ":B") for p in _radicais_das_flexoes(quais)}


class _Lugar:
    """O que já se sabe dos pedaços de um dos dois textos: o trecho de vetor de cada um.

    ``lexema`` é o de uma palavra e seu radical; ``marca``, a posição e o peso que ele leva.
    """

    def __init__(self, lexema: Callable[[str, str], str], marca: str) -> None:
        self._lexema, self._marca, self._sabidos = lexema, marca, dict[str, str]()

    def trechos(self, pedacos: set[str]) -> dict[str, str]:
        """O trecho de cada pedaço; o que não se sabe, pergunta-se ao banco."""
        sabidos = self._sabidos  # outro fio pode esvaziá-lo no meio
        trechos = {pedaco: trecho for pedaco in pedacos if (trecho := sabidos.get(pedaco)) is not None}
        if faltam := pedacos - trechos.keys():
            novos = self._ler_trechos({pedaco: _palavras(pedaco) for pedaco in faltam})
            if len(sabidos) + len(novos) > LEMBRADOS_MAXIMO:
                sabidos.clear()
            sabidos.update((pedaco, trecho) for pedaco, trecho in novos.items() if len(pedaco) <= LEMBRADO_MAXIMO)
            trechos |= novos
        return trechos

    def _ler_trechos(self, pedacos: dict[str, list[str]]) -> dict[str, str]:
        radicais = _ler_radicais({_forma(p) for cada in pedacos.values() for p in cada}, grava=True)
        return {
            pedaco: " ".join(
                f"'{self._lexema(p, radicais[_forma(p)])}'{self._marca}" for p in cada if _forma(p) in radicais
            )
            for pedaco, cada in pedacos.items()
        }


# O assunto tem o peso A, e os nomes o B, em duas posições: o lexema que está nos dois textos guarda os dois pesos.
_no_assunto = _Lugar(lambda palavra, radical: radical, ":1A")
_nos_nomes = _Lugar(lambda palavra, radical: sem_acentos(palavra), ":2B")


def _ler_radicais(formas: Collection[str], *, grava: bool = False) -> dict[str, str]:
    """O radical, sem acentos, de cada forma; as que a língua dispensa não vêm."""
    linhas = consultar_preparada(_RADICAIS, [list(formas)], grava=grava) if formas else []
    return {forma: sem_acentos(radical) for forma, radical in linhas}


def _radicais_das_flexoes(quais: Collection[str]) -> dict[str, set[str]]:
    """De cada palavra que a língua não dispensa, os radicais por que se acha.

    São também os de cada flexão sem acento nenhum, que têm os vetores gravados antes da ADR 0039 e não refeitos.
    """
    formas = {p: {forma for f in flexoes(p) for forma in (_forma(f), sem_acentos(f))} for p in quais}
    radicais = _ler_radicais(set().union(*formas.values()))
    return {p: {radicais[f] for f in cada if f in radicais} for p, cada in formas.items() if _forma(p) in radicais}


def _palavras(texto: str) -> list[str]:
    return [palavra.lower()[:PALAVRA_MAXIMO] for palavra in palavras(texto)]


def _forma(palavra: str) -> str:
    """A grafia de que se tira o radical: a mesma para quem acentua e para quem não."""
    return acentuar(sem_acentos(palavra))


def _alternativas(lexemas: Iterable[str], peso: str = "") -> str:
    return " | ".join(sorted({f"'{lexema}'{peso}" for lexema in lexemas}))
