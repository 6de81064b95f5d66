"""As linhas do registro, dos movimentos e dos interessados no formato do COPY. Os textos já chegam conferidos: nunca trazem NUL.

Os movimentos, que são quase tudo o que se grava, vão no formato binário: o servidor não lê datas nem números, e aqui nada se
escapa. Os registros e os interessados, poucos, vão em texto.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from struct import Struct
from typing import Any, NamedTuple

from pen.comum.tempo import em_microssegundos
from pen.protocolo_integrado.documentos_de_pessoa import hash_do_documento, mascarar_documento
from pen.protocolo_integrado.values import AndamentoConferido, DocumentoConferido

COPIAR_REGISTROS = """
COPY protocolo_integrado_registro (numero, orgao_id, numero_enviado, forma, veredito, especie, assunto, identificacao,
    produzido_em, relacionados, visibilidade, visibilidade_decidida, conteudo, vetor, registrado_em, atualizado_em, carregado_em)
FROM STDIN
"""
COPIAR_ANDAMENTOS = """
COPY protocolo_integrado_andamento (numero, chave, ocorrido_em, posicao, nivel, nivel_definido, unidade, operacao, orgao_id,
    registrado_em)
FROM STDIN (FORMAT binary)
"""
COPIAR_INTERESSADOS = """
COPY protocolo_integrado_interessado (numero, orgao_id, ordem, nome, documento_hash, documento_mascarado) FROM STDIN
"""

ANO_2000 = 946_684_800_000_000  # a época do PostgreSQL, em microssegundos desde 1970
_ESPECIAL = re.compile(r"[\\\t\n\r\b\f\v]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}


class RegistroAGravar(NamedTuple):
    """Um registro novo ou mudado. ``vetor`` é ``None`` quando não é público; ``registrado_em``, quando chegou pela primeira vez."""

    documento: DocumentoConferido
    conteudo: bytes
    visibilidade: int
    decidida: int | None
    vetor: str | None
    registrado_em: datetime


def linhas_de_registros(registros: Iterable[RegistroAGravar], orgao_id: int, agora: datetime) -> Iterator[str]:
    """As linhas de ``COPIAR_REGISTROS``."""
    instante = str(agora)
    for d, conteudo, visibilidade, decidida, vetor, registrado_em in registros:
        numero = d.numero
        yield (
            f"{numero.normalizado}\t{orgao_id}\t{_campo(numero.texto[:80])}\t{numero.forma.value}\t{numero.veredito.value}"
            f"\t{_campo(d.especie)}\t{_campo(d.assunto)}\t{_campo(d.identificacao)}\t{d.produzido_em}"
            f"\t{{{','.join(d.relacionados)}}}\t{visibilidade}\t{_campo(decidida)}\t{conteudo.hex()}\t{_campo(vetor)}"
            f"\t{instante if registrado_em is agora else registrado_em}\t{instante}\t{instante}\n"
        )


def linhas_de_interessados(documentos: Iterable[DocumentoConferido], orgao_id: int) -> Iterator[str]:
    """As linhas de ``COPIAR_INTERESSADOS``."""
    for d in documentos:
        inicio = f"{d.numero.normalizado}\t{orgao_id}\t"
        for ordem, i in enumerate(d.interessados):
            digesto = f"\\\\x{hash_do_documento(i.documento).hex()}" if i.documento else "\\N"
            yield f"{inicio}{ordem}\t{_campo(i.nome)}\t{digesto}\t{mascarar_documento(i.documento)}\n"


def copiar(cursor: Any, comando: str, linhas: Iterable[str]) -> None:
    """Leva as linhas de texto à tabela: escritas aqui, custam metade de ``write_row``."""
    escritas = "".join(linhas)  # antes: enquanto copia, a conexão não responde a mais nada
    with cursor.copy(comando) as copia:
        copia.write(escritas)


def _campo(valor: str | int | None) -> str:
    if type(valor) is str:
        return valor if valor.isprintable() and "\\" not in valor else _ESPECIAL.sub(_escapar, valor)
    return "\\N" if valor is None else str(valor)


def _escapar(achado: re.Match[str]) -> str:
    return _ESCAPES[achado[0]]


# --- Movimentos, em binário: cada campo é o tamanho em quatro octetos e o valor, e cada linha começa pelo número de campos

_COMECO, _FIM = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_TAMANHO = Struct("!i").pack
_FIXOS = Struct("!i16siqii").pack  # chave, ocorrido_em, posicao
_FINAIS = Struct("!iqiq").pack  # orgao_id, registrado_em
_NIVEIS = {  # nivel e nivel_definido
    (nivel, definido): (_TAMANHO(-1) if nivel is None else Struct("!ih").pack(2, nivel)) + Struct("!i?").pack(1, definido)
    for nivel in (None, 0, 1, 2)
    for definido in (False, True)
}


class _Textos(dict[str, bytes]):
    """O campo de cada texto: as unidades e as frases se repetem de movimento em movimento."""

    def __missing__(self, texto: str) -> bytes:
        escrito = texto.encode()
        self[texto] = campo = _TAMANHO(len(escrito)) + escrito
        return campo


class EscritaDeAndamentos:
    """Escreve os movimentos de um órgão para ``COPIAR_ANDAMENTOS``, um processo de cada vez; depois, ``copiar_para``."""

    def __init__(self, orgao_id: int, agora: datetime) -> None:
        self._partes, self._textos = [_COMECO], _Textos()
        self._final = _FINAIS(8, orgao_id, 8, em_microssegundos(agora) - ANO_2000)

    def escrever(self, numero: str, andamentos: Iterable[tuple[int, AndamentoConferido]]) -> None:
        """Acrescenta os movimentos de um processo, cada um com a sua posição."""
        partes, textos, final = self._partes, self._textos, self._final
        inicio = b"\0\x0a" + textos[numero]
        for posicao, a in andamentos:
            partes += (
                inicio, _FIXOS(16, a.chave, 8, a.instante - ANO_2000, 4, posicao), _NIVEIS[a.nivel, a.nivel_definido],
                textos[a.unidade], textos[a.operacao], final,
            )  # fmt: skip

    def copiar_para(self, cursor: Any) -> None:
        """Leva tudo à tabela."""
        with cursor.copy(COPIAR_ANDAMENTOS) as copia:
            copia.write(b"".join([*self._partes, _FIM]))
