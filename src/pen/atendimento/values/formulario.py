"""O formulário de um tipo de suporte, como dado: os campos, os anexos, e as respostas conferidas."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from pen.atendimento.enums import EspecieDeCampo
from pen.atendimento.errors import FormularioInvalido
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto

CAMPOS_MAXIMO, ANEXOS_MAXIMO, OPCOES_MAXIMO = 30, 10, 50
LINHA_MAXIMA, PARAGRAFO_MAXIMO = 300, 10_000  # caracteres
_CODIGO = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Campo:
    """Uma pergunta do formulário; ``maximo`` em caracteres."""

    codigo: str
    rotulo: str
    especie: EspecieDeCampo
    ajuda: str = ""
    obrigatorio: bool = False
    maximo: int = LINHA_MAXIMA
    opcoes: tuple[str, ...] = ()

    def como_dado(self) -> dict[str, Any]:
        """A pergunta em JSON, como ``ler_campos`` a lê."""
        return {**asdict(self), "especie": self.especie.value, "opcoes": list(self.opcoes)}

    def em_palavras(self, resposta: str) -> str:
        """A resposta conferida, como se lê num texto: uma data, por dia, mês e ano."""
        return f"{date.fromisoformat(resposta):%d/%m/%Y}" if resposta and self.especie == EspecieDeCampo.DATA else resposta


@dataclass(frozen=True, slots=True)
class AnexoPedido:
    """Um documento que o formulário sugere ou exige."""

    codigo: str
    rotulo: str
    ajuda: str = ""
    obrigatorio: bool = False


@dataclass(frozen=True, slots=True)
class Definicao:
    """O que se pergunta num tipo de suporte, além do assunto e da descrição, que são de todo chamado."""

    ajuda: str = ""
    descricao: str = "Descreva o que você precisa"
    campos: tuple[Campo, ...] = ()
    anexos: tuple[AnexoPedido, ...] = field(default=())

    def como_dado(self) -> dict[str, Any]:
        """A definição em JSON, como ``ler_definicao`` a lê."""
        return {
            "ajuda": self.ajuda,
            "descricao": self.descricao,
            "campos": [c.como_dado() for c in self.campos],
            "anexos": [
                {"codigo": a.codigo, "rotulo": a.rotulo, "ajuda": a.ajuda, "obrigatorio": a.obrigatorio}
                for a in self.anexos
            ],
        }  # fmt: skip


def ler_definicao(dado: Mapping[str, Any]) -> Definicao:
    """A definição escrita em JSON ou TOML.

    Levanta:
        FormularioInvalido: um campo ou anexo sem código, rótulo ou espécie que se entenda, repetido, ou escolha sem opções;
            ``detalhes['campo']`` diz qual.
    """
    anexos = list(dado.get("anexos", ()))
    conferir(len(anexos) <= ANEXOS_MAXIMO, FormularioInvalido(f"Um formulário tem no máximo {ANEXOS_MAXIMO} anexos."))
    definicao = Definicao(
        ajuda=str(dado.get("ajuda", "")), descricao=str(dado.get("descricao") or Definicao().descricao),
        campos=ler_campos(dado.get("campos", ())), anexos=tuple(_ler_anexo(a) for a in anexos),
    )  # fmt: skip
    _sem_repetidos(definicao.anexos)
    return definicao


def ler_campos(dados: Sequence[Mapping[str, Any]], *, maximo: int = CAMPOS_MAXIMO) -> tuple[Campo, ...]:
    """As perguntas escritas em JSON ou TOML, até ``maximo``.

    Levanta:
        FormularioInvalido: como em ``ler_definicao``.
    """
    conferir(len(dados) <= maximo, FormularioInvalido(f"São no máximo {maximo} campos."))
    campos = tuple(_ler_campo(dado) for dado in dados)
    _sem_repetidos(campos)
    return campos


def conferir_respostas(campos: Sequence[Campo], respostas: Mapping[str, str]) -> dict[str, str]:
    """As respostas limpas, campo a campo; as vazias não ficam, e as de campo que não existe também não. Datas: ``2026-11-22``.

    Levanta:
        PedidoIncompleto: falta uma obrigatória, ou uma não serve; ``detalhes['campo']`` diz qual.
    """
    limpas = {}
    for campo in campos:
        falta = f"Preencha «{campo.rotulo}»." if campo.obrigatorio else ""
        texto = exigir_texto(respostas.get(campo.codigo, ""), falta, campo.maximo, campo=campo.codigo)
        if texto and campo.especie == EspecieDeCampo.ESCOLHA and texto not in campo.opcoes:
            raise PedidoIncompleto(f"Escolha uma das opções de «{campo.rotulo}».", campo=campo.codigo)
        if texto and campo.especie == EspecieDeCampo.DATA:
            texto = _ler_data(texto, campo)
        if texto:
            limpas[campo.codigo] = texto
    return limpas


def _sem_repetidos(itens: Sequence[Campo | AnexoPedido]) -> None:
    codigos = [item.codigo for item in itens]
    repetido = next((c for c in codigos if codigos.count(c) > 1), None)
    conferir(repetido is None, FormularioInvalido(f"O código «{repetido}» aparece duas vezes.", campo=repetido))


def _ler_data(texto: str, campo: Campo) -> str:
    try:
        return date.fromisoformat(texto).isoformat()
    except ValueError:
        raise PedidoIncompleto(f"Escreva uma data em «{campo.rotulo}».", campo=campo.codigo) from None


def _ler_campo(dado: Mapping[str, Any]) -> Campo:
    codigo, rotulo = _ler_codigo_e_rotulo(dado)
    especie = str(dado.get("especie", ""))
    conferir(especie in EspecieDeCampo.values, FormularioInvalido(f"A espécie de «{rotulo}» não existe.", campo=codigo))
    opcoes = tuple(str(o).strip() for o in dado.get("opcoes", ()))
    escolha = especie == EspecieDeCampo.ESCOLHA
    if escolha != bool(opcoes) or len(opcoes) > OPCOES_MAXIMO or not all(opcoes) or len(set(opcoes)) < len(opcoes):
        raise FormularioInvalido(
            f"«{rotulo}» é de escolha e precisa de opções, até {OPCOES_MAXIMO}, diferentes e não vazias." if escolha
            else f"«{rotulo}» não é de escolha, e não tem opções.", campo=codigo,
        )  # fmt: skip
    padrao = PARAGRAFO_MAXIMO if especie == EspecieDeCampo.PARAGRAFO else LINHA_MAXIMA
    maximo = dado.get("maximo") or padrao
    conferir(
        isinstance(maximo, int) and 1 <= maximo <= PARAGRAFO_MAXIMO,
        FormularioInvalido(f"O máximo de «{rotulo}» vai de 1 a {PARAGRAFO_MAXIMO} caracteres.", campo=codigo),
    )
    return Campo(
        codigo, rotulo, EspecieDeCampo(especie), ajuda=str(dado.get("ajuda", "")),
        obrigatorio=dado.get("obrigatorio") is True, maximo=maximo, opcoes=opcoes,
    )  # fmt: skip


def _ler_anexo(dado: Mapping[str, Any]) -> AnexoPedido:
    codigo, rotulo = _ler_codigo_e_rotulo(dado)
    return AnexoPedido(codigo, rotulo, ajuda=str(dado.get("ajuda", "")), obrigatorio=dado.get("obrigatorio") is True)


def _ler_codigo_e_rotulo(dado: Mapping[str, Any]) -> tuple[str, str]:
    codigo, rotulo = str(dado.get("codigo", "")), str(dado.get("rotulo", "")).strip()
    conferir(
        _CODIGO.fullmatch(codigo) is not None,
        FormularioInvalido("O código tem letras minúsculas, algarismos e «_», e começa por letra.", campo=codigo),
    )
    conferir(0 < len(rotulo) <= LINHA_MAXIMA, FormularioInvalido(f"Falta o rótulo de «{codigo}».", campo=codigo))
    return codigo, rotulo
