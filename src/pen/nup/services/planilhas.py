"""Conferir os números de uma coluna de planilha. Bytes entram, bytes saem: nada aqui usa o banco."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pen.comum.planilha import Amostra, Celula, Planilha, letras
from pen.comum.texto import sem_acentos
from pen.nup.enums.numeros import Forma, Veredito
from pen.nup.errors import ColunaNaoEncontrada
from pen.nup.values.numeros import Numero, explicar, ler_numero

TITULOS = ("numero formatado", "forma", "veredito", "explicacao")
VAZIA = "vazia"  # a contagem das linhas sem número
LINHAS_ENTRE_AVISOS = 500
ALGARISMOS_DE_UM_NUMERO = 15  # o que uma planilha guarda com exatidão numa célula numérica
_NOTACAO_CIENTIFICA = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]{1,3}")
_NOMES_PROVAVEIS = ("nup", "nipe", "processo", "protocolo", "numero")
_AVISO_DE_PERDA = (
    " A célula é um número, e a planilha só guarda 15 algarismos de um número: os últimos podem ter-se perdido. "
    "Formate a coluna como texto e escreva de novo."
)


@dataclass(frozen=True, slots=True)
class Colunas:
    """O que se soube das colunas pelo começo da planilha.

    ``escolhida`` é a posição, a partir de 0; ``reconhecidos`` de ``olhadas`` células dela pareceram números de processo.
    """

    nomes: tuple[str, ...]
    tem_cabecalho: bool
    escolhida: int
    reconhecidos: int
    olhadas: int


Contagem = Counter[str]


def escolher_coluna(amostra: Amostra, nome: str = "") -> Colunas:
    """A coluna pedida pelo nome; sem nome, a primeira das que têm mais números reconhecidos no começo da planilha.

    Quando a primeira linha já traz um número de processo, não é cabeçalho: as colunas se chamam pelas letras.

    Levanta:
        ColunaNaoEncontrada: nenhuma coluna tem esse nome.
    """
    tem_cabecalho = not any(map(_parece_numero, amostra.primeira)) or _chave(nome) in {
        _chave(celula.texto) for celula in amostra.primeira if nome
    }
    linhas = [*amostra.seguintes] if tem_cabecalho else [amostra.primeira, *amostra.seguintes]
    largura = max(len(linha) for linha in [amostra.primeira, *linhas])
    nomes = _nomes(amostra.primeira if tem_cabecalho else (), largura)
    pontos = [_pontos(linhas, coluna) for coluna in range(largura)]
    if nome:
        escolhida = _achar(nome, nomes)
    elif max(pontos) > (0, 0):
        escolhida = pontos.index(max(pontos))
    else:
        escolhida = next((n for n, titulo in enumerate(nomes) if _parece_titulo(titulo)), 0)
    olhadas = sum(escolhida < len(linha) and linha[escolhida].texto.strip() != "" for linha in linhas)
    return Colunas(nomes, tem_cabecalho, escolhida, pontos[escolhida][0], olhadas)


def conferir_planilha(
    planilha: Planilha, coluna: int, *, tem_cabecalho: bool, avisar: Callable[[int], None]
) -> tuple[bytes, Contagem]:
    """A planilha com as colunas de ``TITULOS`` a mais, e quantas linhas deram cada veredito (ou ``VAZIA``).

    ``avisar`` recebe de tempos em tempos quantas linhas já foram; o que ela levantar interrompe.

    Levanta:
        PlanilhaInvalida: não se consegue ler.
    """
    contagem: Contagem = Counter()
    hoje, feitas = datetime.now(UTC).date(), 0

    def dizer(celula: Celula) -> Sequence[str]:
        nonlocal feitas
        feitas += 1
        if feitas % LINHAS_ENTRE_AVISOS == 0:
            avisar(feitas)
        if not celula.texto.strip():
            contagem[VAZIA] += 1
            return ("", "", "", "")
        numero = ler_numero(celula.texto)
        contagem[numero.veredito.value] += 1
        explicacao = explicar(numero, hoje=hoje) + (_AVISO_DE_PERDA if _perdeu_algarismos(celula, numero) else "")
        return (numero.formatado, numero.forma.value, numero.veredito.value, explicacao)

    conteudo = planilha.acrescentar(coluna, dizer, titulos=TITULOS, com_cabecalho=tem_cabecalho)
    avisar(feitas)
    return conteudo, contagem


def numeros_da_coluna(planilha: Planilha, coluna: int) -> list[Numero]:
    """Os números de uma coluna, na ordem, sem o cabeçalho."""
    numeros: list[Numero] = []

    def dizer(celula: Celula) -> Sequence[str]:
        numeros.append(ler_numero(celula.texto))
        return ("",)

    planilha.acrescentar(coluna, dizer, titulos=("",), com_cabecalho=True)
    return numeros


def _parece_numero(celula: Celula) -> bool:
    return ler_numero(celula.texto).forma is not Forma.DESCONHECIDA


def _pontos(linhas: Sequence[Sequence[Celula]], coluna: int) -> tuple[int, int]:
    """Quantas células da coluna são números de processo, e quantas delas conferem: um CNPJ parece número, mas não confere."""
    numeros = [ler_numero(linha[coluna].texto) for linha in linhas if coluna < len(linha)]
    reconhecidos = [n for n in numeros if n.forma is not Forma.DESCONHECIDA]
    return len(reconhecidos), sum(n.confere for n in reconhecidos)


def _nomes(cabecalho: Sequence[Celula], largura: int) -> tuple[str, ...]:
    """O título de cada coluna; a que não tem, ou repete o de outra, leva a letra."""
    titulos = [_limpo(cabecalho[n].texto) if n < len(cabecalho) else "" for n in range(largura)]
    vezes = Counter(titulos)
    return tuple(
        f"coluna {letras(n + 1)}" if not t else f"{t} (coluna {letras(n + 1)})" if vezes[t] > 1 else t
        for n, t in enumerate(titulos)
    )


def _limpo(titulo: str) -> str:
    """O título numa linha, sem o que não se imprime, no máximo com 100 caracteres."""
    return " ".join("".join(c if c.isprintable() else " " for c in titulo).split())[:100]


def _achar(nome: str, nomes: Sequence[str]) -> int:
    for n, titulo in enumerate(nomes):
        if _chave(nome) in (_chave(titulo), _chave(titulo.removesuffix(f" (coluna {letras(n + 1)})"))):
            return n
    raise ColunaNaoEncontrada(
        f"A planilha não tem a coluna «{nome}»; as que há: {', '.join(nomes[:20])}{'…' if len(nomes) > 20 else ''}."
    )


def _chave(titulo: str) -> str:
    """O título sem acentos, maiúsculas nem espaços a mais."""
    return sem_acentos(" ".join(titulo.split()))


def _parece_titulo(titulo: str) -> bool:
    palavras = re.split(r"\W+", sem_acentos(titulo))
    return any(nome in palavras for nome in _NOMES_PROVAVEIS)


def _perdeu_algarismos(celula: Celula, numero: Numero) -> bool:
    """Se a planilha pode ter trocado por zeros o fim de um número comprido."""
    if numero.veredito in (Veredito.OK, Veredito.OK_ANO_2_DIGITOS):
        return False
    comprido = celula.numerica and celula.texto.isdecimal() and len(celula.texto) > ALGARISMOS_DE_UM_NUMERO
    return comprido or _NOTACAO_CIENTIFICA.fullmatch(celula.texto.strip()) is not None
