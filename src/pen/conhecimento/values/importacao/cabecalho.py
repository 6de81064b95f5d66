"""O cabeçalho de um artigo em arquivo: linhas ``chave: valor``. Não é YAML: o valor é o que está escrito até o fim da linha."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from pen.comum.texto import sem_acentos
from pen.conhecimento.enums import Especie, NivelDoRoteiro
from pen.conhecimento.values.importacao.modelo import ArtigoIlegivel, Cabecalho

MARCA = "---"
CABECALHO_MAXIMO = 60  # linhas
ENTRE_PERGUNTAS = "|"
_LINHA = re.compile(r"(?P<chave>[^\W\d][\w -]*?)\s*:(?:\s+(?P<valor>.*))?")


def ler_cabecalho(linhas: Sequence[str]) -> tuple[Cabecalho | None, int]:
    """O cabeçalho do começo das linhas e quantas ele ocupa; nenhum, se a primeira não o abre.

    Levanta:
        ArtigoIlegivel: não fecha, ou uma linha não se entende.
    """
    if not linhas or linhas[0].rstrip() != MARCA:
        return None, 0
    fim = next((n for n, linha in enumerate(linhas[1 : CABECALHO_MAXIMO + 1], 1) if linha.rstrip() == MARCA), 0)
    if not fim:
        raise ArtigoIlegivel(1, f"o cabeçalho não fecha: falta «{MARCA}» numa linha só dele")
    campos = []
    for n, linha in enumerate(linhas[1:fim], 2):
        if not linha.strip():
            continue
        if (achado := _LINHA.fullmatch(linha.strip())) is None:
            raise ArtigoIlegivel(n, "esta linha do cabeçalho não é «chave: valor»")
        campos.append((n, achado["chave"], achado["valor"] or ""))
    return montar_cabecalho(campos), fim + 1


def montar_cabecalho(campos: Iterable[tuple[int, str, str]]) -> Cabecalho:
    """O cabeçalho de campos (linha, chave, valor).

    Levanta:
        ArtigoIlegivel: uma chave não existe ou se repete, ou um valor não serve.
    """
    valores: dict[str, object] = {}
    for linha, escrita, valor in campos:
        chave = nome_da_chave(escrita)
        if chave not in CHAVES:
            raise ArtigoIlegivel(linha, f"«{escrita}» não é uma chave do cabeçalho; são {', '.join(CHAVES)}")
        if chave in valores:
            raise ArtigoIlegivel(linha, f"«{escrita}» aparece duas vezes no cabeçalho")
        try:
            if limpo := _sem_aspas(" ".join(valor.split())):
                valores[chave] = CHAVES[chave](limpo)
        except ValueError as erro:
            raise ArtigoIlegivel(linha, f"{chave}: {erro}") from None
    return Cabecalho(**valores)  # type: ignore[arg-type]  # cada chave é um campo, e a leitura dela dá o tipo dele


def escrever_cabecalho(campos: Iterable[tuple[str, str]]) -> str:
    """As linhas do cabeçalho, com as marcas; o que está vazio não se escreve."""
    linhas = [f"{chave}: {_com_aspas(' '.join(valor.split()))}" for chave, valor in campos if valor.strip()]
    return "\n".join([MARCA, *linhas, MARCA])


def nome_da_chave(escrita: str) -> str:
    """``Palavras-chave`` é ``palavras_chave``."""
    return re.sub(r"[\s-]+", "_", sem_acentos(escrita.strip()))


def _sem_aspas(valor: str) -> str:
    return valor[1:-1].strip() if len(valor) > 1 and valor[0] == valor[-1] == '"' else valor


def _com_aspas(valor: str) -> str:
    return f'"{valor}"' if _sem_aspas(valor) != valor else valor


def _sim_ou_nao(valor: str) -> bool:
    if (limpo := sem_acentos(valor)) not in {"sim", "nao"}:
        raise ValueError(f"«{valor}» não é sim nem nao")
    return limpo == "sim"


def _dia(valor: str) -> date:
    try:
        return date.fromisoformat(valor)
    except ValueError:
        raise ValueError(f"«{valor}» não é um dia como 2027-12-31") from None


def _escolha(valores: Sequence[str]) -> Callable[[str], str]:
    def ler(valor: str) -> str:
        if (limpo := sem_acentos(valor)) not in valores:
            raise ValueError(f"«{valor}» não é {', '.join(valores[:-1])} nem {valores[-1]}")
        return limpo

    return ler


CHAVES: Mapping[str, Callable[[str], object]] = {
    "codigo": str,
    "titulo": str,
    "especie": lambda valor: Especie(_escolha(Especie.values)(valor)),
    "produto": str,
    "resumo": str,
    "palavras_chave": str,
    "perguntas": lambda valor: "\n".join(parte.strip() for parte in valor.split(ENTRE_PERGUNTAS) if parte.strip()),
    "interno": _sim_ou_nao,
    "vale_ate": _dia,
    "quando": str,
    "nivel": lambda valor: NivelDoRoteiro(_escolha(NivelDoRoteiro.values)(valor)),
}
