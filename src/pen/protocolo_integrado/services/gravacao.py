"""Gravação de uma remessa: SQL em conjunto, número de consultas fixo qualquer que seja o tamanho.

Um documento vira linhas de três tabelas, copiadas para tabelas temporárias e dali levadas às definitivas em ordem
de chave. Antes, cada número da remessa é travado (trava de transação, em ordem): duas remessas com os mesmos números
ao mesmo tempo entram uma depois da outra, e nenhuma espera em círculo. Regras de crescimento: docs/arquitetura/escala.md.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any
from zlib import crc32

from django.db import connection

from pen.protocolo_integrado.documentos_de_pessoa import hash_do_documento, mascarar_documento
from pen.protocolo_integrado.values import AndamentoConferido, Contagem, DocumentoConferido

NOMES_BUSCAVEIS = 100_000  # caracteres; o vetor de busca do PostgreSQL tem teto de 1 MB
CLASSE_DA_TRAVA = 0x50454E  # distingue as nossas travas das de outros na mesma base

_ESPECIAL = re.compile(r"[\\\t\n\r\b\f\v]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}

_TEMPORARIAS = """
CREATE TEMP TABLE IF NOT EXISTS remessa_registro (
    numero text COLLATE "C", numero_enviado text, forma text, veredito text, especie text, assunto text,
    identificacao text, produzido_em timestamptz, relacionados text[], conteudo uuid, nomes text) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS remessa_andamento (
    numero text COLLATE "C", chave uuid, ocorrido_em timestamptz, posicao int, nivel smallint, nivel_definido bool,
    unidade text, operacao text) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS remessa_interessado (
    numero text COLLATE "C", ordem int, nome text, documento_hash bytea, documento_mascarado text) ON COMMIT DELETE ROWS;
DELETE FROM remessa_registro; DELETE FROM remessa_andamento; DELETE FROM remessa_interessado
"""

_TRAVAR = "SELECT pg_advisory_xact_lock(%s, n) FROM unnest(%s::int[]) AS n"

_GRAVAR_ANDAMENTOS = """
WITH gravados AS (
    INSERT INTO protocolo_integrado_andamento
        (numero, orgao_id, chave, ocorrido_em, registrado_em, posicao, nivel, nivel_definido, unidade, operacao)
    SELECT numero, %(orgao)s, chave, ocorrido_em, %(agora)s, posicao, nivel, nivel_definido, unidade, operacao
    FROM remessa_andamento ORDER BY numero, chave
    ON CONFLICT DO NOTHING RETURNING numero)
SELECT numero, count(*) FROM gravados GROUP BY numero
"""

# «orgao_id + 0» tira do planejador o índice por órgão: com estatísticas velhas ele leria todos os registros do órgão
# para achar os cem da remessa, que a chave acha um a um.
# A visibilidade vem do histórico inteiro do registro: a última definição, e as menções dali em diante.
_GRAVAR_REGISTROS = """
WITH calculado AS MATERIALIZED (
    SELECT t.*, e.numero IS NULL AS novo, e.conteudo IS DISTINCT FROM t.conteudo AS mudou, e.visibilidade AS era,
        coalesce((
            SELECT max(a.nivel) FROM protocolo_integrado_andamento a
            WHERE a.numero = t.numero AND a.orgao_id = %(orgao)s AND a.nivel IS NOT NULL
              AND a.ocorrido_em >= coalesce((
                SELECT max(d.ocorrido_em) FROM protocolo_integrado_andamento d
                WHERE d.numero = t.numero AND d.orgao_id = %(orgao)s AND d.nivel_definido), '-infinity')), 0) AS visibilidade
    FROM remessa_registro t
    LEFT JOIN protocolo_integrado_registro e ON e.numero = t.numero AND e.orgao_id + 0 = %(orgao)s),
gravados AS (
    INSERT INTO protocolo_integrado_registro AS r
        (numero, orgao_id, numero_enviado, forma, veredito, especie, assunto, identificacao, produzido_em, relacionados,
         visibilidade, conteudo, registrado_em, atualizado_em, carregado_em, vetor)
    SELECT numero, %(orgao)s, numero_enviado, forma, veredito, especie, assunto, identificacao, produzido_em, relacionados,
        visibilidade, conteudo, %(agora)s, %(agora)s, %(agora)s,
        CASE WHEN visibilidade = 0 THEN protocolo_integrado_vetor(assunto, nomes) END
    FROM calculado
    WHERE mudou OR era IS DISTINCT FROM visibilidade OR numero = ANY(%(com_andamentos)s)
    ORDER BY numero
    ON CONFLICT (numero, orgao_id) DO UPDATE SET
        numero_enviado = excluded.numero_enviado, forma = excluded.forma, veredito = excluded.veredito,
        especie = excluded.especie, assunto = excluded.assunto, identificacao = excluded.identificacao,
        produzido_em = excluded.produzido_em, relacionados = excluded.relacionados,
        visibilidade = excluded.visibilidade, conteudo = excluded.conteudo, vetor = excluded.vetor,
        atualizado_em = excluded.atualizado_em, carregado_em = excluded.carregado_em
    RETURNING numero)
SELECT numero, novo, mudou FROM calculado WHERE numero IN (SELECT numero FROM gravados)
"""

_EXCLUIR_INTERESSADOS = """
DELETE FROM protocolo_integrado_interessado WHERE numero = ANY(%(mudados)s) AND orgao_id = %(orgao)s
"""
_GRAVAR_INTERESSADOS = """
INSERT INTO protocolo_integrado_interessado (numero, orgao_id, ordem, nome, documento_hash, documento_mascarado)
SELECT numero, %(orgao)s, ordem, nome, documento_hash, documento_mascarado FROM remessa_interessado
WHERE numero = ANY(%(mudados)s) ORDER BY numero, ordem
"""
_MARCAR_REPETIDOS = """
UPDATE protocolo_integrado_registro SET carregado_em = %(agora)s
WHERE numero = ANY(%(repetidos)s) AND orgao_id + 0 = %(orgao)s
"""


def gravar_documentos(documentos: list[DocumentoConferido], *, orgao_id: int, agora: datetime) -> Contagem:
    """Grava os documentos de um órgão; deve rodar dentro de uma transação. Rodar de novo não muda nada.

    O mesmo número mais de uma vez na lista: valem os últimos metadados e a soma dos históricos.
    """
    if not documentos:
        return Contagem()
    por_numero, andamentos = _juntar(documentos)
    numeros = list(por_numero)
    with connection.cursor() as cursor:
        cursor.execute(_TEMPORARIAS)
        cursor.execute(_TRAVAR, [CLASSE_DA_TRAVA, sorted({crc32(n.encode()) - 2**31 for n in numeros})])
        _copiar(cursor, "remessa_registro", (_linha_do_registro(d) for d in por_numero.values()))
        _copiar(cursor, "remessa_andamento", _linhas_de_andamentos(andamentos))
        _copiar(cursor, "remessa_interessado", _linhas_de_interessados(por_numero.values()))

        valores: dict[str, Any] = {"orgao": orgao_id, "agora": agora}
        cursor.execute(_GRAVAR_ANDAMENTOS, valores)
        andamentos_novos = dict(cursor.fetchall())
        cursor.execute(_GRAVAR_REGISTROS, valores | {"com_andamentos": list(andamentos_novos)})
        gravados = {numero: (novo, mudou) for numero, novo, mudou in cursor.fetchall()}
        valores["mudados"] = [numero for numero, (_, mudou) in gravados.items() if mudou]
        valores["repetidos"] = [numero for numero in numeros if numero not in gravados]
        if any(not novo and mudou for novo, mudou in gravados.values()):
            cursor.execute(_EXCLUIR_INTERESSADOS, valores)
        if valores["mudados"]:
            cursor.execute(_GRAVAR_INTERESSADOS, valores)
        if valores["repetidos"]:
            cursor.execute(_MARCAR_REPETIDOS, valores)
    novos = sum(novo for novo, _ in gravados.values())
    alterados = len(gravados) - novos
    return Contagem(
        novos=novos, alterados=alterados, repetidos=len(documentos) - novos - alterados,
        andamentos_novos=sum(andamentos_novos.values()),
    )  # fmt: skip


def _juntar(
    documentos: list[DocumentoConferido],
) -> tuple[dict[str, DocumentoConferido], dict[str, dict[str, AndamentoConferido]]]:
    por_numero: dict[str, DocumentoConferido] = {}
    andamentos: dict[str, dict[str, AndamentoConferido]] = {}
    for documento in documentos:
        numero = documento.numero.normalizado
        por_numero[numero] = documento
        historico = andamentos.setdefault(numero, {})
        for andamento in documento.andamentos:
            historico.setdefault(andamento.chave, andamento)
    return por_numero, andamentos


def _copiar(cursor: Any, tabela: str, linhas: Iterable[str]) -> None:
    """Leva as linhas à tabela no formato de texto do COPY, escrito aqui: metade do tempo de ``write_row``."""
    with cursor.copy(f"COPY {tabela} FROM STDIN") as copia:
        copia.write("".join(linhas))


def _linha(*valores: Any) -> str:
    return "\t".join(map(_campo, valores)) + "\n"


def _campo(valor: Any) -> str:
    if type(valor) is str:
        return valor if valor.isprintable() and "\\" not in valor else _ESPECIAL.sub(_escapar, valor)
    if valor is None:
        return "\\N"
    if type(valor) is bytes:
        return f"\\\\x{valor.hex()}"
    return str(valor)


def _escapar(achado: re.Match[str]) -> str:
    return _ESCAPES[achado[0]]


def _linha_do_registro(d: DocumentoConferido) -> str:
    nomes = "\n".join(i.nome for i in d.interessados)[:NOMES_BUSCAVEIS]
    return _linha(
        d.numero.normalizado, d.numero.texto[:80], d.numero.forma.value, d.numero.veredito.value, d.especie, d.assunto,
        d.identificacao, d.produzido_em, f"{{{','.join(d.relacionados)}}}", _conteudo(d), nomes,
    )  # fmt: skip


def _conteudo(d: DocumentoConferido) -> str:
    """Resumo de tudo que é retrato (metadados, relacionados, interessados): igual, o registro não mudou.

    Os documentos entram como hash: trocada a chave da instalação, a próxima carga os regrava.
    """
    interessados = [(i.nome, i.documento and hash_do_documento(i.documento)) for i in d.interessados]
    partes = (
        d.numero.texto,
        d.especie,
        d.assunto,
        d.identificacao,
        d.produzido_em.timestamp(),
        d.relacionados,
        interessados,
    )
    return blake2b(repr(partes).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _linhas_de_andamentos(historicos: dict[str, dict[str, AndamentoConferido]]) -> Iterable[str]:
    """As mais numerosas: montadas de uma vez, e só os textos passam pelo escape."""
    for numero, historico in historicos.items():
        for posicao, a in enumerate(historico.values()):
            nivel = "\\N" if a.nivel is None else a.nivel
            yield (
                f"{numero}\t{a.chave}\t{a.ocorrido_em}\t{posicao}\t{nivel}\t{a.nivel_definido}"
                f"\t{_campo(a.unidade)}\t{_campo(a.operacao)}\n"
            )


def _linhas_de_interessados(documentos: Iterable[DocumentoConferido]) -> Iterable[str]:
    for d in documentos:
        for ordem, i in enumerate(d.interessados):
            digesto = hash_do_documento(i.documento) if i.documento else None
            yield _linha(d.numero.normalizado, ordem, i.nome, digesto, mascarar_documento(i.documento))
