"""Conferência de um documento recebido: do texto cru ao valor pronto para gravar.

Função pura, sem banco: é a mesma na recepção e em ``pen remessa conferir``. Os códigos são os de
docs/contratos/protocolo-integrado-soap-v1.md. Número com dígito errado **não** é motivo de recusa.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar

from pen.comum.tempo import BRASILIA, EPOCA
from pen.comum.texto import cnpj_confere, cpf_confere, mascarar_cpfs, normalizar_texto, tem_texto_ilegivel
from pen.nup.public import Forma, Numero, ler_numero
from pen.protocolo_integrado.acesso import nivel_no_texto
from pen.protocolo_integrado.enums import CodigoDeRecusa
from pen.protocolo_integrado.errors import DocumentoRecusado
from pen.protocolo_integrado.values import (
    AndamentoConferido,
    DocumentoConferido,
    DocumentoRecebido,
    InteressadoConferido,
    Movimento,
)

T = TypeVar("T")
ANO_MINIMO = 1800
LEMBRADO_MAXIMO = 500  # caracteres
LEMBRADOS_MAXIMO = 4096  # textos
FOLGA_DO_RELOGIO = timedelta(days=1)  # relógios e fusos de milhares de servidores

# O contrato observado vai a 4.000 caracteres por valor e 255 por modelo; há folga, e há teto.
MAXIMOS = {
    "Protocolo": 80,
    "Especie": 200,
    "Assunto": 20_000,
    "IdentificacaoDocumento": 200,
    "NomeInteressado": 500,
    "UnidadeOperacao": 2_000,
    "Operacao": 40_000,
}
NUMERO_MAXIMO = 50
INTERESSADOS_MAXIMO = 5_000  # e de relacionados
MOVIMENTOS_MAXIMO = 100_000

_INSTANTE_DO_SEI = re.compile(r"(?:1[89]|2\d)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d-0[0-5]:00", re.ASCII)
_INSTANTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_ALGARISMO = re.compile(r"[0-9]")
_SEM_NOME = {"", "nome", "null", "nulo"}


def conferir_documento(recebido: DocumentoRecebido, *, agora: datetime) -> DocumentoConferido:
    """Confere e normaliza um documento; ``agora`` (com fuso) é o limite para datas.

    Levanta:
        DocumentoRecusado: com o código do contrato e o motivo, dizendo o elemento e o que veio.
    """
    if recebido.defeito:
        raise DocumentoRecusado(CodigoDeRecusa.LISTA, recebido.defeito)
    numero = _numero(_obrigatorio("Protocolo", recebido.protocolo))
    if len(recebido.movimentos) > MOVIMENTOS_MAXIMO:
        raise DocumentoRecusado(CodigoDeRecusa.TEXTO_LONGO, f"Histórico com mais de {MOVIMENTOS_MAXIMO} movimentos.")
    if max(len(recebido.interessados), len(recebido.relacionados)) > INTERESSADOS_MAXIMO:
        raise DocumentoRecusado(CodigoDeRecusa.TEXTO_LONGO, f"Lista com mais de {INTERESSADOS_MAXIMO} itens.")
    limite = agora + FOLGA_DO_RELOGIO - EPOCA
    return DocumentoConferido(
        numero=numero,
        produzido_em=EPOCA + _desde_1970("DataHoraProducao", recebido.produzido_em, limite),
        especie=mascarar_cpfs(_obrigatorio("Especie", recebido.especie)),
        assunto=mascarar_cpfs(_obrigatorio("Assunto", recebido.assunto)),
        identificacao=mascarar_cpfs(_texto("IdentificacaoDocumento", recebido.identificacao)),
        relacionados=_relacionados(recebido, numero),
        interessados=[
            InteressadoConferido(nome, _documento(i.documento) if i.documento else "")
            for i in recebido.interessados
            if (nome := mascarar_cpfs(_texto("NomeInteressado", i.nome))).lower() not in _SEM_NOME
        ],
        andamentos=_andamentos(recebido.movimentos, limite),
    )


def _texto(elemento: str, valor: str | None) -> str:
    if not valor:
        return ""
    if tem_texto_ilegivel(valor):
        raise DocumentoRecusado(
            CodigoDeRecusa.LISTA, f"{elemento} tem caracteres que não são texto (controle, ou bytes que não são UTF-8)."
        )
    valor = normalizar_texto(valor)
    if len(valor) > MAXIMOS[elemento]:
        raise DocumentoRecusado(
            CodigoDeRecusa.TEXTO_LONGO, f"{elemento} tem {len(valor)} caracteres; o máximo é {MAXIMOS[elemento]}."
        )
    return valor


def _obrigatorio(elemento: str, valor: str | None) -> str:
    if not (texto := _texto(elemento, valor)):
        raise DocumentoRecusado(CodigoDeRecusa.FALTA_ELEMENTO, f"Falta {elemento}, ou veio vazio.")
    return texto


def _numero(texto: str) -> Numero:
    numero = ler_numero(texto)
    longo = len(texto) > NUMERO_MAXIMO and sum(c.isalnum() for c in texto) > NUMERO_MAXIMO
    if longo or not _ALGARISMO.search(numero.normalizado):
        raise DocumentoRecusado(
            CodigoDeRecusa.NUMERO, f"Protocolo deve ter algarismos e no máximo {NUMERO_MAXIMO} caracteres sem pontuação."
        )
    return numero


def _relacionados(recebido: DocumentoRecebido, numero: Numero) -> list[str]:
    """Números dos relacionados, sem repetição nem o próprio, na ordem; os de forma desconhecida ficam de fora."""
    if not recebido.relacionados:
        return []
    lidos = (ler_numero(r) for r in recebido.relacionados if r and len(r) <= MAXIMOS["Protocolo"])
    chaves = dict.fromkeys(lido.normalizado for lido in lidos if lido.forma != Forma.DESCONHECIDA)
    chaves.pop(numero.normalizado, None)
    return list(chaves)


def _documento(valor: str) -> str:
    """CPF (com zeros à esquerda restaurados) ou CNPJ válido; o que não confere é tratado como ausente."""
    limpo = re.sub(r"[^0-9A-Z]", "", valor[:40].upper())
    if limpo.isdecimal() and len(limpo) <= 11 and cpf_confere(limpo.zfill(11)):
        return limpo.zfill(11)
    return limpo if cnpj_confere(limpo) else ""


def _andamentos(movimentos: Sequence[Movimento], limite: timedelta) -> list[AndamentoConferido]:
    """São oito em cada dez linhas do que chega: por isso um laço só, sem uma chamada por conta."""
    conferidos: list[AndamentoConferido] = []
    for quando, unidade_dita, operacao_dita in movimentos:
        try:
            desde = _desde_1970("DataHoraOperacao", quando, limite)
            unidade = _unidades[unidade_dita]
            operacao, nivel, definido = _operacoes[operacao_dita]
        except DocumentoRecusado as erro:
            _, _, motivo = erro.mensagem.partition(" - ")
            onde = f"Movimento {len(conferidos) + 1} do Histórico"
            raise DocumentoRecusado(erro.recusa, f"{onde}: {motivo}") from erro
        dias, segundos, micros = desde.days, desde.seconds, desde.microseconds
        chave = chave_do_andamento(dias, segundos, micros, unidade, operacao)
        instante = (dias * 86_400 + segundos) * 1_000_000 + micros
        conferidos.append(AndamentoConferido(chave, instante, unidade, operacao, nivel, definido))
    return conferidos


class _Lembrados(dict[str | None, T]):
    """Os textos já tratados: as mesmas unidades e frases se repetem em quase todo movimento. As longas, que não, não ocupam."""

    def __init__(self, tratar: Callable[[str | None], T]) -> None:
        super().__init__()
        self._tratar = tratar

    def __missing__(self, valor: str | None) -> T:
        tratado = self._tratar(valor)
        if valor is None or len(valor) <= LEMBRADO_MAXIMO:
            if len(self) >= LEMBRADOS_MAXIMO:
                self.clear()
            self[valor] = tratado
        return tratado


def _tratar_unidade(valor: str | None) -> str:
    return mascarar_cpfs(_texto("UnidadeOperacao", valor))


def _tratar_operacao(valor: str | None) -> tuple[str, int | None, bool]:
    operacao = mascarar_cpfs(_texto("Operacao", valor))
    return operacao, *nivel_no_texto(operacao)


_unidades, _operacoes = _Lembrados(_tratar_unidade), _Lembrados(_tratar_operacao)


def chave_do_andamento(dias: int, segundos: int, micros: int, unidade: str, operacao: str) -> bytes:
    """A identidade do movimento, com o instante contado desde 1970 em UTC. Mudar esta conta duplicaria o histórico no reenvio."""
    return blake2b(f"{dias}.{segundos}.{micros}\0{unidade}\0{operacao}".encode(), digest_size=16).digest()


def _desde_1970(elemento: str, valor: str | None, limite: timedelta) -> timedelta:
    """O xs:dateTime como o tempo desde 1970 em UTC; sem fuso, vale o de Brasília."""
    if valor is None or not (valor := valor.strip()):
        raise DocumentoRecusado(CodigoDeRecusa.FALTA_ELEMENTO, f"Falta {elemento}, ou veio vazio.")
    try:
        # O que o SEI envia, o interpretador lê de uma vez.
        instante = datetime.fromisoformat(valor) if _INSTANTE_DO_SEI.fullmatch(valor) else _ler_instante(valor)
    except ValueError:
        raise DocumentoRecusado(
            CodigoDeRecusa.DATA_INVALIDA,
            f"{elemento} «{valor[:40]}» não é uma data válida; use AAAA-MM-DDThh:mm:ss-03:00, a partir de {ANO_MINIMO}.",
        ) from None
    if (desde := instante - EPOCA) > limite:
        raise DocumentoRecusado(CodigoDeRecusa.DATA_FUTURA, f"{elemento} «{valor}» está no futuro.")
    return desde


def _ler_instante(valor: str) -> datetime:
    achado = _INSTANTE.fullmatch(valor)
    if not achado:
        raise ValueError
    fracao, texto_do_fuso = achado.groups()
    fuso = _fuso(texto_do_fuso)
    if fracao is None and texto_do_fuso is not None:
        instante = datetime.fromisoformat(valor)
    else:
        microssegundos = int((fracao or "").ljust(6, "0"))
        instante = datetime.fromisoformat(valor[:19]).replace(microsecond=microssegundos, tzinfo=fuso)
    if instante.year < ANO_MINIMO:
        raise ValueError
    return instante


@lru_cache(maxsize=256)
def _fuso(texto: str | None) -> tzinfo:
    if texto is None:
        return BRASILIA
    if texto == "Z":
        return UTC
    desvio = timedelta(hours=int(texto[1:3]), minutes=int(texto[4:6]))
    if desvio > timedelta(hours=14):
        raise ValueError
    return timezone(-desvio if texto[0] == "-" else desvio)
