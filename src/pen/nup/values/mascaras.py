"""A linguagem em que se escreve como um número sai: a das máscaras de numeração do SEI.

Uma máscara é texto com campos entre arrobas; o que não é campo sai como está. A linguagem está contada, com exemplos, em
``docs/dominio/mascaras.md``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pen.nup.errors import MascaraInvalida, NupInvalido
from pen.nup.values.numeros import ANO_MAXIMO, ANO_MINIMO, TAMANHO_MAXIMO, digitos_verificadores

MASCARA_MAXIMO = 300


class Campo(StrEnum):
    """Os campos da linguagem, sem a largura. Os nomes são os do SEI e não mudam."""

    ORGAO_SIP = "cod_orgao_sip"
    ORGAO_SEI = "cod_orgao_sei"
    UNIDADE_SEI = "cod_unidade_sei"
    SEQUENCIA_DO_ORGAO = "seq_anual_cod_orgao_sip"
    SEQUENCIA_DA_UNIDADE = "seq_anual_cod_unidade_sei"
    ANO = "ano"
    DV_MODULO_11 = "dv_mod11_executivo_federal"
    DV_MODULO_97 = "dv_mod97_base10_executivo_federal"


CAMPOS: Mapping[str, str] = {
    "@cod_orgao_sip@": "código do órgão no SIP, com os algarismos que tiver",
    "@cod_orgao_sei_NNd@": "código do órgão no SEI, com NN algarismos",
    "@cod_unidade_sei_NNd@": "código da unidade no SEI, com NN algarismos",
    "@seq_anual_cod_orgao_sip_NNd@": "número de ordem no ano, contado por órgão, com NN algarismos",
    "@seq_anual_cod_unidade_sei_NNd@": "número de ordem no ano, contado por unidade, com NN algarismos",
    "@ano_4d@": "ano, com quatro algarismos",
    "@dv_mod11_executivo_federal_2d@": "dois dígitos verificadores de módulo 11, sobre os algarismos escritos antes",
    "@dv_mod97_base10_executivo_federal_2d@": "dois dígitos verificadores de módulo 97, sobre os algarismos escritos antes",
}
"""Os campos como se escrevem, e o que cada um põe no número. ``NN`` é a largura, de 01 a 99."""

_SEQUENCIAS = (Campo.SEQUENCIA_DO_ORGAO, Campo.SEQUENCIA_DA_UNIDADE)
_VERIFICADORES = (Campo.DV_MODULO_11, Campo.DV_MODULO_97)
_SEM_LARGURA = {
    "@cod_orgao_sip@": (Campo.ORGAO_SIP, 0),
    "@ano_4d@": (Campo.ANO, 4),
    "@dv_mod11_executivo_federal_2d@": (Campo.DV_MODULO_11, 2),
    "@dv_mod97_base10_executivo_federal_2d@": (Campo.DV_MODULO_97, 2),
}
_COM_LARGURA = re.compile(
    r"@(cod_orgao_sei|cod_unidade_sei|seq_anual_cod_orgao_sip|seq_anual_cod_unidade_sei)_([0-9]{2})d@"
)
_NAO_ALGARISMOS = re.compile(r"[^0-9]+")


@dataclass(frozen=True, slots=True)
class Partes:
    """O que preenche uma máscara. Os códigos são textos de algarismos; o que a máscara não pede pode faltar."""

    sequencia: int
    ano: int
    cod_unidade_sei: str = ""
    cod_orgao_sei: str = ""
    cod_orgao_sip: str = ""


def partes_da_unidade(codigo: str, sequencia: int, ano: int) -> Partes:
    """As partes de uma unidade do cadastro, para ``MASCARA_NUP`` (código de 5) ou ``MASCARA_NIPE`` (de 8)."""
    if len(codigo) == 8:
        return Partes(sequencia, ano, cod_unidade_sei=codigo[5:], cod_orgao_sei=codigo[2:5], cod_orgao_sip=codigo[:2])
    return Partes(sequencia, ano, cod_unidade_sei=codigo)


@dataclass(frozen=True, slots=True)
class Peca:
    """Um pedaço da máscara: texto que sai como está (sem ``campo``) ou um campo com a sua largura (0 é qualquer uma)."""

    texto: str
    campo: Campo | None = None
    largura: int = 0


@dataclass(frozen=True, slots=True)
class Mascara:
    """Uma máscara lida. Só ``ler_mascara`` a constrói."""

    texto: str
    pecas: tuple[Peca, ...]

    def __str__(self) -> str:
        return self.texto

    def aplicar(self, partes: Partes) -> str:
        """O número com estas partes. Os dígitos verificadores contam os algarismos escritos antes, inclusive os do texto.

        Levanta:
            NupInvalido: uma parte falta, não é só de algarismos ou não cabe na largura; ``detalhes['parte']`` diz qual.
        """
        escrito = ""
        for peca in self.pecas:
            escrito += _escrever(peca, partes, escrito)
        return escrito


# --- Leitura


def ler_mascara(texto: str) -> Mascara:
    """Lê uma máscara.

    Levanta:
        MascaraInvalida: vazia, longa demais, com campo desconhecido, com mais de uma sequência, ou com algo depois dos
            dígitos verificadores; ``detalhes['posicao']`` diz onde.
    """
    if not texto:
        raise MascaraInvalida("A máscara está vazia.", posicao=1)
    if len(texto) > MASCARA_MAXIMO:
        raise MascaraInvalida(
            f"A máscara tem {len(texto)} caracteres; o máximo é {MASCARA_MAXIMO}.", posicao=MASCARA_MAXIMO + 1
        )
    if (escondido := next((n for n, c in enumerate(texto, 1) if not c.isprintable()), None)) is not None:
        raise MascaraInvalida(f"Há um caractere invisível na posição {escondido}.", posicao=escondido)
    pecas: list[Peca] = []
    for posicao, peca in _pecas(texto):
        _exigir_que_caiba(peca, posicao, pecas)
        pecas.append(peca)
    return Mascara(texto, tuple(pecas))


def _pecas(texto: str) -> Iterator[tuple[int, Peca]]:
    """As peças, com a posição de cada uma a partir de 1."""
    inicio = 0
    while inicio < len(texto):
        arroba = texto.find("@", inicio)
        if arroba != inicio:
            fim = len(texto) if arroba < 0 else arroba
            yield inicio + 1, Peca(texto[inicio:fim])
        else:
            fim = texto.find("@", arroba + 1) + 1
            if not fim:
                raise MascaraInvalida(f"A arroba da posição {arroba + 1} abre um campo que não fecha.", posicao=arroba + 1)
            yield arroba + 1, _campo(texto[arroba:fim], arroba + 1)
        inicio = fim


def _campo(texto: str, posicao: int) -> Peca:
    if texto in _SEM_LARGURA:
        return Peca(texto, *_SEM_LARGURA[texto])
    achado = _COM_LARGURA.fullmatch(texto)
    if achado is None:
        raise MascaraInvalida(f"O campo «{texto}», na posição {posicao}, não existe.", posicao=posicao, campo=texto)
    if (largura := int(achado[2])) == 0:
        raise MascaraInvalida(f"A largura do campo «{texto}», na posição {posicao}, é zero.", posicao=posicao, campo=texto)
    return Peca(texto, Campo(achado[1]), largura)


def _exigir_que_caiba(peca: Peca, posicao: int, antes: list[Peca]) -> None:
    """Os dígitos vêm por último, uma vez só, depois de algum algarismo; e só há uma sequência."""
    if any(p.campo in _VERIFICADORES for p in antes):
        raise MascaraInvalida(
            f"Nada pode vir depois dos dígitos verificadores, e há «{peca.texto}» na posição {posicao}.",
            posicao=posicao, campo=peca.texto,
        )  # fmt: skip
    if peca.campo in _SEQUENCIAS and any(p.campo in _SEQUENCIAS for p in antes):
        raise MascaraInvalida(
            f"Só pode haver uma sequência, e «{peca.texto}», na posição {posicao}, é a segunda.",
            posicao=posicao, campo=peca.texto,
        )  # fmt: skip
    if peca.campo in _VERIFICADORES and not any(p.campo or _so_algarismos(p.texto) for p in antes):
        raise MascaraInvalida("Não há algarismo antes dos dígitos verificadores.", posicao=posicao, campo=peca.texto)


# --- Escrita


def _escrever(peca: Peca, partes: Partes, antes: str) -> str:
    match peca.campo:
        case None:
            return peca.texto
        case Campo.ORGAO_SIP | Campo.ORGAO_SEI | Campo.UNIDADE_SEI:
            return _codigo(peca, getattr(partes, peca.campo))
        case Campo.SEQUENCIA_DO_ORGAO | Campo.SEQUENCIA_DA_UNIDADE:
            return _sequencia(peca, partes.sequencia)
        case Campo.ANO:
            if not ANO_MINIMO <= partes.ano <= ANO_MAXIMO:
                raise NupInvalido(f"O ano vai de {ANO_MINIMO} a {ANO_MAXIMO}.", parte="ano", valor=partes.ano)
            return str(partes.ano)
        case Campo.DV_MODULO_11:
            return digitos_verificadores(_base(antes))
        case Campo.DV_MODULO_97:
            return f"{98 - int(_base(antes)) * 100 % 97:02d}"


def _codigo(peca: Peca, codigo: str) -> str:
    if not codigo:
        raise NupInvalido(f"A máscara pede {peca.campo}, que não foi informado.", parte=peca.campo)
    if not (codigo.isascii() and codigo.isdecimal()):
        raise NupInvalido(f"O código de {peca.campo} precisa ter só algarismos.", parte=peca.campo, valor=codigo)
    if peca.largura and len(codigo) > peca.largura:
        raise NupInvalido(
            f"O código {codigo} tem {len(codigo)} algarismos e não cabe nos {peca.largura} de «{peca.texto}».",
            parte=peca.campo, valor=codigo,
        )  # fmt: skip
    return codigo.zfill(peca.largura)


def _sequencia(peca: Peca, sequencia: int) -> str:
    if not 1 <= sequencia < 10**peca.largura:
        raise NupInvalido(f"A sequência em «{peca.texto}» vai de 1 a {'9' * peca.largura}.", parte="sequencia")
    return f"{sequencia:0{peca.largura}d}"


def _base(antes: str) -> str:
    base = _so_algarismos(antes)
    if len(base) > TAMANHO_MAXIMO:
        raise NupInvalido(f"O número tem {len(base)} algarismos; o máximo é {TAMANHO_MAXIMO}.", parte="base")
    return base


def _so_algarismos(texto: str) -> str:
    return _NAO_ALGARISMOS.sub("", texto)


_FIM = "@seq_anual_cod_unidade_sei_06d@/@ano_4d@-@dv_mod11_executivo_federal_2d@"
MASCARA_NUP = ler_mascara(f"@cod_unidade_sei_05d@.{_FIM}")
"""O número federal: ``UUUUU.SSSSSS/AAAA-DD``."""
MASCARA_NIPE = ler_mascara(f"@cod_orgao_sip@.@cod_orgao_sei_03d@@cod_unidade_sei_03d@.{_FIM}")
"""O de estados e municípios: ``OO.IIIUUU.SSSSSS/AAAA-DD``; a origem vai no código do SIP, a instituição no do órgão."""
