"""Gravação de uma remessa: SQL em conjunto, número de consultas fixo qualquer que seja o tamanho.

Primeiro cada número da remessa é travado (trava de transação, em ordem): duas remessas com os mesmos números ao mesmo
tempo entram uma depois da outra, e nenhuma espera em círculo. Sob a trava, pergunta-se ao banco o que ele já tem; o que
falta vai por COPY direto às tabelas definitivas, e só o registro passa por uma temporária, porque a visibilidade e o
vetor de busca são calculados no banco. Se a trava falhasse, a chave primária ainda recusaria a remessa inteira, e o órgão
a reenviaria. Regras de crescimento: docs/arquitetura/escala.md.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db import connection

from pen.protocolo_integrado.documentos_de_pessoa import (
    hash_do_documento,
    hash_do_nome,
    iniciais,
    mascarar_documento,
    trocar_nome,
)
from pen.protocolo_integrado.models import NomeMascarado
from pen.protocolo_integrado.services.novidades import anotar_novidades
from pen.protocolo_integrado.services.totais import contar_atrasos, contar_especies, contar_origens
from pen.protocolo_integrado.values import AndamentoConferido, Contagem, DocumentoConferido

NOMES_BUSCAVEIS = 100_000  # caracteres; o vetor de busca do PostgreSQL tem teto de 1 MB
CLASSE_DA_TRAVA = 0x50454E  # distingue as nossas travas das de outros na mesma base

_ESPECIAL = re.compile(r"[\\\t\n\r\b\f\v]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}

TEMPORARIA = """
CREATE TEMP TABLE IF NOT EXISTS remessa_registro (
    numero text COLLATE "C", numero_enviado text, forma text, veredito text, especie text, assunto text,
    identificacao text, produzido_em timestamptz, relacionados text[], conteudo uuid, nomes text) ON COMMIT DELETE ROWS;
DELETE FROM remessa_registro
"""

_TRAVAR = "SELECT pg_advisory_xact_lock(%s, n) FROM unnest(%s::int[]) AS n"

# «orgao_id + 0» tira do planejador o índice por órgão: com estatísticas velhas ele leria todos os registros do órgão
# para achar os cem da remessa, que a chave acha um a um.
_LER_CONTEUDOS = """
SELECT numero, conteudo FROM protocolo_integrado_registro WHERE numero = ANY(%s) AND orgao_id + 0 = %s
"""
_LER_CHAVES = """
SELECT numero, encode(uuid_send(chave), 'hex') FROM protocolo_integrado_andamento WHERE numero = ANY(%s) AND orgao_id = %s
"""

# A visibilidade é a que o órgão decidiu ou vem do histórico inteiro: a última definição, e as menções dali em diante.
_GRAVAR_REGISTROS = """
WITH calculado AS MATERIALIZED (
    SELECT t.*, e.visibilidade_decidida, coalesce(e.visibilidade_decidida, (
        SELECT max(a.nivel) FROM protocolo_integrado_andamento a
        WHERE a.numero = t.numero AND a.orgao_id = %(orgao)s AND a.nivel IS NOT NULL
          AND a.ocorrido_em >= coalesce((
            SELECT max(d.ocorrido_em) FROM protocolo_integrado_andamento d
            WHERE d.numero = t.numero AND d.orgao_id = %(orgao)s AND d.nivel_definido), '-infinity')), 0) AS visibilidade
    FROM remessa_registro t
    LEFT JOIN protocolo_integrado_registro e ON e.numero = t.numero AND e.orgao_id + 0 = %(orgao)s)
INSERT INTO protocolo_integrado_registro AS r
    (numero, orgao_id, numero_enviado, forma, veredito, especie, assunto, identificacao, produzido_em, relacionados,
     visibilidade, visibilidade_decidida, conteudo, registrado_em, atualizado_em, carregado_em, vetor)
SELECT numero, %(orgao)s, numero_enviado, forma, veredito, especie, assunto, identificacao, produzido_em, relacionados,
    visibilidade, visibilidade_decidida, conteudo, %(agora)s, %(agora)s, %(agora)s,
    CASE WHEN visibilidade = 0 THEN protocolo_integrado_vetor(assunto, nomes) END
FROM calculado ORDER BY numero
ON CONFLICT (numero, orgao_id) DO UPDATE SET
    numero_enviado = excluded.numero_enviado, forma = excluded.forma, veredito = excluded.veredito,
    especie = excluded.especie, assunto = excluded.assunto, identificacao = excluded.identificacao,
    produzido_em = excluded.produzido_em, relacionados = excluded.relacionados,
    visibilidade = excluded.visibilidade, conteudo = excluded.conteudo, vetor = excluded.vetor,
    atualizado_em = excluded.atualizado_em, carregado_em = excluded.carregado_em
"""
_EXCLUIR_INTERESSADOS = """
DELETE FROM protocolo_integrado_interessado WHERE numero = ANY(%s) AND orgao_id = %s
"""
_MARCAR_REPETIDOS = """
UPDATE protocolo_integrado_registro SET carregado_em = %s WHERE numero = ANY(%s) AND orgao_id + 0 = %s
"""

DESTINO_DO_REGISTRO = "remessa_registro"
DESTINO_DO_ANDAMENTO = (
    "protocolo_integrado_andamento"
    " (numero, chave, ocorrido_em, posicao, nivel, nivel_definido, unidade, operacao, orgao_id, registrado_em)"
)
DESTINO_DO_INTERESSADO = (
    "protocolo_integrado_interessado (numero, ordem, nome, documento_hash, documento_mascarado, orgao_id)"
)

Historico = dict[str, AndamentoConferido]  # por chave, na ordem em que vieram


def gravar_documentos(documentos: list[DocumentoConferido], *, orgao_id: int, agora: datetime) -> Contagem:
    """Grava os documentos de um órgão; deve rodar dentro de uma transação. Rodar de novo não muda nada.

    O mesmo número mais de uma vez na lista: valem os últimos metadados e a soma dos históricos.
    """
    if not documentos:
        return Contagem()
    por_numero, historicos = _juntar(documentos)
    conteudos = {numero: resumir_conteudo(d) for numero, d in por_numero.items()}
    travar_numeros(por_numero)
    with connection.cursor() as cursor:
        cursor.execute(_LER_CONTEUDOS, [list(por_numero), orgao_id])
        gravados = dict(cursor.fetchall())
        if gravados:
            cursor.execute(_LER_CHAVES, [list(gravados), orgao_id])
        existentes = set(cursor.fetchall()) if gravados else set()
        if gravados:
            _mascarar_nomes(por_numero, gravados, orgao_id)

        andamentos = [
            (numero, posicao, andamento)
            for numero, historico in historicos.items()
            for posicao, andamento in enumerate(historico.values())
            if (numero, andamento.chave) not in existentes
        ]
        mudados = [numero for numero in por_numero if gravados.get(numero) != conteudos[numero]]
        a_gravar = {*mudados, *(numero for numero, _, _ in andamentos)}
        if a_gravar:
            copiar(cursor, DESTINO_DO_ANDAMENTO, linhas_de_andamentos(andamentos, orgao_id, agora))
            cursor.execute(TEMPORARIA)
            copiar(cursor, DESTINO_DO_REGISTRO, (linha_do_registro(por_numero[n], conteudos[n]) for n in a_gravar))
            cursor.execute(_GRAVAR_REGISTROS, {"orgao": orgao_id, "agora": agora})
            if regravados := [numero for numero in mudados if numero in gravados]:
                cursor.execute(_EXCLUIR_INTERESSADOS, [regravados, orgao_id])
            copiar(cursor, DESTINO_DO_INTERESSADO, linhas_de_interessados((por_numero[n] for n in mudados), orgao_id))
        if repetidos := [numero for numero in por_numero if numero not in a_gravar]:
            cursor.execute(_MARCAR_REPETIDOS, [agora, repetidos, orgao_id])
    novos, alterados = por_numero.keys() - gravados.keys(), len(a_gravar & gravados.keys())
    chegados: dict[str, list[AndamentoConferido]] = {}
    for numero, _, andamento in andamentos:
        chegados.setdefault(numero, []).append(andamento)
    anotar_novidades(chegados, novos=novos, orgao_id=orgao_id, agora=agora)
    return Contagem(
        novos=len(novos), alterados=alterados, repetidos=len(documentos) - len(novos) - alterados, andamentos_novos=len(andamentos),
        especies=contar_especies(por_numero[numero].especie for numero in novos),
        origens=contar_origens(por_numero[numero].numero for numero in novos),
        atrasos=contar_atrasos((andamento.ocorrido_em for _, _, andamento in andamentos), agora),
    )  # fmt: skip


def travar_numeros(numeros: Iterable[str]) -> None:
    """Trava os números canônicos até o fim da transação: nada mais os grava enquanto isso."""
    with connection.cursor() as cursor:
        cursor.execute(_TRAVAR, [CLASSE_DA_TRAVA, sorted({crc32(n.encode()) - 2**31 for n in numeros})])


def _juntar(documentos: list[DocumentoConferido]) -> tuple[dict[str, DocumentoConferido], dict[str, Historico]]:
    por_numero: dict[str, DocumentoConferido] = {}
    historicos: dict[str, Historico] = {}
    for documento in documentos:
        numero = documento.numero.normalizado
        por_numero[numero] = documento
        historico = historicos.setdefault(numero, {})
        for andamento in documento.andamentos:
            historico.setdefault(andamento.chave, andamento)
    return por_numero, historicos


def _mascarar_nomes(por_numero: dict[str, DocumentoConferido], gravados: Iterable[str], orgao_id: int) -> None:
    """Troca pelas iniciais os nomes que o órgão decidiu não publicar e reenviou."""
    mascarados = NomeMascarado.objects.filter(numero__in=list(gravados), orgao_id=orgao_id)
    hashes = {(numero, bytes(digesto)) for numero, digesto in mascarados.values_list("numero", "nome_hash")}
    for numero in {numero for numero, _ in hashes}:
        documento = por_numero[numero]
        nomes = [i.nome for i in documento.interessados if (numero, hash_do_nome(i.nome)) in hashes]
        for nome in nomes:
            documento = replace(documento, assunto=trocar_nome(documento.assunto, nome))
        interessados = [replace(i, nome=iniciais(i.nome)) if i.nome in nomes else i for i in documento.interessados]
        por_numero[numero] = replace(documento, interessados=interessados)


def copiar(cursor: Any, tabela: str, linhas: Iterable[str]) -> None:
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


def linha_do_registro(d: DocumentoConferido, conteudo: UUID) -> str:
    """A linha do COPY para ``DESTINO_DO_REGISTRO``."""
    nomes = "\n".join([i.nome for i in d.interessados])[:NOMES_BUSCAVEIS]
    numero = d.numero
    return (
        f"{numero.normalizado}\t{_campo(numero.texto[:80])}\t{numero.forma.value}\t{numero.veredito.value}\t{_campo(d.especie)}"
        f"\t{_campo(d.assunto)}\t{_campo(d.identificacao)}\t{d.produzido_em}\t{{{','.join(d.relacionados)}}}\t{conteudo.hex}"
        f"\t{_campo(nomes)}\n"
    )


def resumir_conteudo(d: DocumentoConferido) -> UUID:
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
    return UUID(bytes=blake2b(repr(partes).encode("utf-8", "surrogatepass"), digest_size=16).digest())


def linhas_de_andamentos(
    andamentos: list[tuple[str, int, AndamentoConferido]], orgao_id: int, agora: datetime
) -> Iterable[str]:
    """As mais numerosas: montadas de uma vez, e só os textos passam pelo escape."""
    fim = f"\t{orgao_id}\t{agora}\n"
    for numero, posicao, a in andamentos:
        nivel = "\\N" if a.nivel is None else a.nivel
        yield (
            f"{numero}\t{a.chave}\t{a.ocorrido_em}\t{posicao}\t{nivel}\t{a.nivel_definido}"
            f"\t{_campo(a.unidade)}\t{_campo(a.operacao)}{fim}"
        )


def linhas_de_interessados(documentos: Iterable[DocumentoConferido], orgao_id: int) -> Iterable[str]:
    """As linhas do COPY para ``DESTINO_DO_INTERESSADO``."""
    for d in documentos:
        for ordem, i in enumerate(d.interessados):
            digesto = hash_do_documento(i.documento) if i.documento else None
            yield _linha(d.numero.normalizado, ordem, i.nome, digesto, mascarar_documento(i.documento), orgao_id)
