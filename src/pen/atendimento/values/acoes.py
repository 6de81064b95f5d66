"""O que uma macro ou um gatilho faz: passos com o que dizer e o destino já escritos."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pen.atendimento.enums import Desfecho, Passo
from pen.atendimento.values.modelo import VARIAVEIS, variaveis_do_modelo
from pen.atendimento.values.tempos import Tempo, conferir_tempo
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.semelhanca import radicais

ACOES_MAXIMO = 5
DA_MACRO = (
    Passo.ASSUMIR, Passo.RESPONDER, Passo.PEDIR_INFORMACAO, Passo.PEDIR_VALIDACAO, Passo.ANOTAR, Passo.ENCAMINHAR, Passo.ENCERRAR,
)  # fmt: skip
DO_GATILHO = (Passo.ORIENTAR, Passo.ANOTAR, Passo.ENCAMINHAR)
QUANDO = (Passo.ABRIR, Passo.COMPLETAR, Passo.REABRIR, Passo.CONFIRMAR, Passo.CANCELAR, Passo.ENCAMINHAR, Passo.ENCERRAR)
DESFECHOS = (Desfecho.RESOLVIDO, Desfecho.INDEFERIDO)
_DO_FIM = frozenset({Passo.CONFIRMAR, Passo.CANCELAR, Passo.ENCERRAR})


@dataclass(frozen=True, slots=True)
class Acao:
    """Um passo: ``texto`` com variáveis, ou o código do ``roteiro`` de onde ele vem; ``equipe`` é um código, de encaminhar."""

    passo: Passo
    texto: str = ""
    roteiro: str = ""
    equipe: str = ""
    desfecho: str = ""

    @classmethod
    def de(cls, dado: Mapping[str, str]) -> "Acao":
        """O que ``como_dado`` gravou; já foi conferido."""
        return cls(**{**dado, "passo": Passo(dado["passo"])})  # type: ignore[arg-type]

    def como_dado(self) -> dict[str, str]:
        """Como se grava."""
        return {campo: str(valor) for campo, valor in asdict(self).items() if valor}


@dataclass(frozen=True, slots=True)
class Condicoes:
    """De que chamados um gatilho cuida. Vazio não restringe; ``palavras`` são expressões, e basta uma.

    As listas são códigos. Uma expressão está no texto se todas as palavras dela estão, em qualquer forma e com acento ou sem.
    """

    produtos: tuple[str, ...] = ()
    tipos: tuple[str, ...] = ()
    equipes: tuple[str, ...] = ()
    palavras: tuple[str, ...] = ()

    @classmethod
    def de(cls, dado: Mapping[str, Sequence[str]]) -> "Condicoes":
        """O que ``como_dado`` gravou; já foi conferido."""
        return cls(**{campo: tuple(valores) for campo, valores in dado.items()})

    def como_dado(self) -> dict[str, list[str]]:
        """Como se grava."""
        return {campo: list(valores) for campo, valores in asdict(self).items() if valores}

    def casam(self, *, produto: str, tipo: str, equipe: str, texto: str) -> bool:
        """Se o chamado é um dos que elas descrevem."""
        pares = ((self.produtos, produto), (self.tipos, tipo), (self.equipes, equipe))
        if not all(not aceitos or valor in aceitos for aceitos, valor in pares):
            return False
        ditas = radicais(texto) if self.palavras else frozenset()
        return not self.palavras or any(radicais(expressao) <= ditas for expressao in self.palavras)


def ler_acoes(
    dados: Sequence[Mapping[str, Any]], permitidas: Sequence[Passo], *, campos: Sequence[str] = ()
) -> tuple[Acao, ...]:
    """As ações, conferidas; ``campos`` são os códigos do que se responde ao aplicar, e que os textos podem citar.

    Levanta:
        PedidoIncompleto: nenhuma, ou demais; um passo que não se permite, ou a que falta o que ele exige; algo depois do fim; ou
            um texto com uma variável que não há.
    """
    acoes = tuple(_ler_acao(dado, permitidas) for dado in dados)
    conferir(bool(acoes), PedidoIncompleto("Diga pelo menos um passo."))
    conferir(len(acoes) <= ACOES_MAXIMO, PedidoIncompleto(f"São até {ACOES_MAXIMO} passos."))
    muda_de_maos = [a for a in acoes[:-1] if a.passo in {Passo.ENCERRAR, Passo.ENCAMINHAR}]
    conferir(not muda_de_maos, PedidoIncompleto("Encerrar e encaminhar só podem ser o último passo."))
    citadas = (v for a in acoes for v in variaveis_do_modelo(a.texto))
    estranha = next((v for v in citadas if v not in VARIAVEIS and v not in campos), None)
    conferir(estranha is None, PedidoIncompleto(f"Não há variável nem campo «{{{estranha}}}».", campo="texto"))
    return acoes


def ler_condicoes(quando: Passo | Tempo, dado: Mapping[str, Sequence[str]]) -> Condicoes:
    """As condições, conferidas com o quando.

    Levanta:
        PedidoIncompleto: o passo não dispara gatilhos, o tempo não faz sentido, ou uma expressão só tem palavras comuns.
    """
    if isinstance(quando, Tempo):
        conferir_tempo(quando)
    else:
        conferir(quando in QUANDO, PedidoIncompleto("Este passo não dispara gatilhos.", campo="quando"))
    lidas = Condicoes.de({campo: dado.get(campo, ()) for campo in Condicoes.__dataclass_fields__})
    vazia = next((e for e in lidas.palavras if not radicais(e)), None)
    conferir(vazia is None, PedidoIncompleto(f"«{vazia}» só tem palavras comuns.", campo="palavras"))
    return lidas


def conferir_par(quando: Passo | Tempo, acoes: Sequence[Acao]) -> None:
    """Levanta ``PedidoIncompleto`` se o gatilho faz, num chamado que acabou, o que só cabe num aberto."""
    so_anota = all(a.passo == Passo.ANOTAR for a in acoes)
    conferir(
        quando not in _DO_FIM or so_anota, PedidoIncompleto("Num chamado que acabou, só se anota.", campo="quando")
    )  # fmt: skip


def _ler_acao(dado: Mapping[str, Any], permitidas: Sequence[Passo]) -> Acao:
    passo = next((p for p in permitidas if p.value == dado.get("passo")), None)
    if passo is None:
        raise PedidoIncompleto("Um dos passos não se pode fazer assim.", campo="passo")
    acao = Acao(passo, *(str(dado.get(campo, "")).strip() for campo in ("texto", "roteiro", "equipe", "desfecho")))
    fala = passo != Passo.ASSUMIR
    conferir(
        not fala or bool(acao.texto or acao.roteiro),
        PedidoIncompleto(f"Escreva o texto de «{passo.label}», ou escolha um roteiro.", campo="texto"),
    )
    conferir(passo != Passo.ENCAMINHAR or bool(acao.equipe), PedidoIncompleto("Escolha a equipe.", campo="equipe"))
    if passo == Passo.ENCERRAR and acao.desfecho not in DESFECHOS:
        acao = Acao(acao.passo, acao.texto, acao.roteiro, acao.equipe, Desfecho.RESOLVIDO.value)
    return acao
