"""Gravação de uma remessa: poucos comandos, sempre os mesmos, qualquer que seja o tamanho.

Primeiro cada número da remessa é travado (trava de transação, em ordem): duas remessas com os mesmos números ao mesmo
tempo entram uma depois da outra, e nenhuma espera em círculo. Sob a trava, pergunta-se ao banco o que ele já tem, e o que
falta vai por COPY direto às tabelas definitivas; o registro que mudou sai e entra de novo. Se a trava falhasse, a chave primária
ainda recusaria a remessa inteira, e o órgão a reenviaria. Regras de crescimento: docs/arquitetura/escala.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from django.db import connection

from pen.comum.preparadas import como_vetor, consultar_preparada
from pen.comum.tempo import em_microssegundos
from pen.protocolo_integrado.acesso import visibilidade_do_historico
from pen.protocolo_integrado.documentos_de_pessoa import hash_do_documento, hash_do_nome, iniciais, trocar_nome
from pen.protocolo_integrado.enums import Visibilidade
from pen.protocolo_integrado.selectors.lexemas import vetores_de_busca
from pen.protocolo_integrado.services.linhas import (
    COPIAR_INTERESSADOS,
    COPIAR_REGISTROS,
    EscritaDeAndamentos,
    RegistroAGravar,
    copiar,
    linhas_de_interessados,
    linhas_de_registros,
)
from pen.protocolo_integrado.services.novidades import anotar_novidades
from pen.protocolo_integrado.services.totais import contar_atrasos, contar_especies, contar_origens
from pen.protocolo_integrado.values import AndamentoConferido, Contagem, DocumentoConferido

NOMES_BUSCAVEIS = 100_000  # caracteres; o vetor de busca do PostgreSQL tem teto de 1 MB
CLASSE_DA_TRAVA = 0x50454E  # distingue as nossas travas das de outros na mesma base
TAMANHO_DA_CHAVE = 16

_TRAVAR = "SELECT count(pg_advisory_xact_lock(%s, n)) FROM unnest(%s::int[]) AS n"

# «orgao_id + 0» tira do planejador o índice por órgão: com estatísticas velhas ele leria todos os registros do órgão
# para achar os cem da remessa, que a chave acha um a um.
_LER_GRAVADOS = """
SELECT numero, uuid_send(conteudo), visibilidade_decidida, registrado_em FROM protocolo_integrado_registro
WHERE numero = ANY(%s::text[]) AND orgao_id + 0 = %s
"""
_LER_CHAVES = """
SELECT numero, string_agg(uuid_send(chave), ''::bytea) FROM protocolo_integrado_andamento
WHERE numero = ANY(%s::text[]) AND orgao_id = %s GROUP BY numero
"""
_LER_NIVEIS = """
SELECT numero, ocorrido_em, nivel, nivel_definido FROM protocolo_integrado_andamento
WHERE numero = ANY(%s::text[]) AND orgao_id = %s AND nivel IS NOT NULL
"""
_LER_MASCARADOS = """
SELECT numero, nome_hash FROM protocolo_integrado_nomemascarado WHERE numero = ANY(%s::text[]) AND orgao_id = %s
"""
_EXCLUIR_REGISTROS = "DELETE FROM protocolo_integrado_registro WHERE numero = ANY(%s::text[]) AND orgao_id + 0 = %s"
_EXCLUIR_INTERESSADOS = "DELETE FROM protocolo_integrado_interessado WHERE numero = ANY(%s::text[]) AND orgao_id = %s"
_MARCAR_REPETIDOS = """
INSERT INTO protocolo_integrado_reenvio (numero, orgao_id, carregado_em)
SELECT n, %s::bigint, %s::timestamptz FROM unnest(%s::text[]) AS n
ON CONFLICT (numero, orgao_id) DO UPDATE SET carregado_em = excluded.carregado_em
"""

Historico = dict[bytes, AndamentoConferido]  # por chave, na ordem em que vieram
Chegados = dict[str, list[tuple[int, AndamentoConferido]]]  # por número, os movimentos que faltavam e a posição de cada um


class _Gravado(NamedTuple):
    """O que já está gravado de um número."""

    conteudo: bytes
    decidida: int | None
    registrado_em: datetime


def gravar_documentos(documentos: list[DocumentoConferido], *, orgao_id: int, agora: datetime) -> Contagem:
    """Grava os documentos de um órgão; deve rodar dentro de uma transação. Rodar de novo não muda nada.

    O mesmo número mais de uma vez na lista: valem os últimos metadados e a soma dos históricos.
    """
    if not documentos:
        return Contagem()
    por_numero, historicos = _juntar(documentos)
    conteudos = {numero: resumir_conteudo(d) for numero, d in por_numero.items()}
    travar_numeros(por_numero)
    gravados = _ler_gravados(list(por_numero), orgao_id)
    if gravados:
        _mascarar_nomes(por_numero, gravados, orgao_id)
    chegados = _o_que_falta(historicos, _ler_chaves(list(gravados), orgao_id))
    mudados = [n for n in por_numero if n not in gravados or gravados[n].conteudo != conteudos[n]]
    a_gravar = sorted({*mudados, *chegados})
    if a_gravar:
        niveis = _ler_niveis([n for n in a_gravar if n in gravados], orgao_id)
        _copiar_andamentos(chegados, orgao_id, agora)
        visibilidades = {n: _visibilidade(historicos[n], niveis.get(n, []), gravados.get(n)) for n in a_gravar}
        registros = _registros({n: por_numero[n] for n in a_gravar}, conteudos, gravados, visibilidades, agora)
        _trocar_registros(registros, [n for n in a_gravar if n in gravados], orgao_id, agora)
        _trocar_interessados({n: por_numero[n] for n in sorted(mudados)}, gravados, orgao_id)
    if repetidos := [n for n in por_numero if n not in chegados and n in gravados and gravados[n].conteudo == conteudos[n]]:
        _executar(_MARCAR_REPETIDOS, orgao_id, agora, como_vetor(repetidos))
    novos, alterados = por_numero.keys() - gravados.keys(), len(gravados.keys() & a_gravar)
    novidades = {numero: [a for _, a in andamentos] for numero, andamentos in chegados.items()}
    anotar_novidades(novidades, novos=novos, orgao_id=orgao_id, agora=agora)
    return Contagem(
        novos=len(novos), alterados=alterados, repetidos=len(documentos) - len(novos) - alterados,
        andamentos_novos=sum(map(len, chegados.values())),
        especies=contar_especies(por_numero[numero].especie for numero in novos),
        origens=contar_origens(por_numero[numero].numero for numero in novos),
        atrasos=contar_atrasos((a.instante for andamentos in novidades.values() for a in andamentos), agora),
    )  # fmt: skip


def travar_numeros(numeros: Iterable[str]) -> None:
    """Trava os números canônicos até o fim da transação: nada mais os grava enquanto isso."""
    travas = sorted({crc32(n.encode()) - 2**31 for n in numeros})
    consultar_preparada(_TRAVAR, [CLASSE_DA_TRAVA, como_vetor(map(str, travas))], grava=True)


def resumir_conteudo(d: DocumentoConferido) -> bytes:
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
    return blake2b(repr(partes).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def texto_buscavel(d: DocumentoConferido) -> tuple[str, str]:
    """O assunto e os nomes, de que se faz o vetor de busca."""
    return d.assunto, "\n".join([i.nome for i in d.interessados])[:NOMES_BUSCAVEIS]


# --- O que veio e o que já está


def _juntar(documentos: list[DocumentoConferido]) -> tuple[dict[str, DocumentoConferido], dict[str, Historico]]:
    por_numero: dict[str, DocumentoConferido] = {}
    historicos: dict[str, Historico] = {}
    for documento in documentos:
        numero = documento.numero.normalizado
        por_numero[numero] = documento
        vieram = {andamento.chave: andamento for andamento in documento.andamentos}
        historicos[numero] = historicos[numero] | vieram if numero in historicos else vieram
    return por_numero, historicos


def _ler_gravados(numeros: list[str], orgao_id: int) -> dict[str, _Gravado]:
    linhas = consultar_preparada(_LER_GRAVADOS, [como_vetor(numeros), orgao_id], grava=True)
    return {numero: _Gravado(*resto) for numero, *resto in linhas}


def _ler_chaves(numeros: list[str], orgao_id: int) -> dict[str, set[bytes]]:
    """As chaves dos movimentos que cada número já tem."""
    linhas = consultar_preparada(_LER_CHAVES, [como_vetor(numeros), orgao_id], grava=True) if numeros else []
    return {
        numero: {juntas[n : n + TAMANHO_DA_CHAVE] for n in range(0, len(juntas), TAMANHO_DA_CHAVE)}
        for numero, juntas in linhas
    }


def _o_que_falta(historicos: Mapping[str, Historico], existentes: Mapping[str, set[bytes]]) -> Chegados:
    faltam = {}
    for numero, historico in historicos.items():
        ja = existentes.get(numero, ())
        if chegaram := [(n, a) for n, a in enumerate(historico.values()) if a.chave not in ja]:
            faltam[numero] = chegaram
    return faltam


def _mascarar_nomes(por_numero: dict[str, DocumentoConferido], gravados: Iterable[str], orgao_id: int) -> None:
    """Troca pelas iniciais os nomes que o órgão decidiu não publicar e reenviou."""
    hashes = set(consultar_preparada(_LER_MASCARADOS, [como_vetor(gravados), orgao_id], grava=True))
    for numero in {numero for numero, _ in hashes}:
        documento = por_numero[numero]
        nomes = [i.nome for i in documento.interessados if (numero, hash_do_nome(i.nome)) in hashes]
        for nome in nomes:
            documento = replace(documento, assunto=trocar_nome(documento.assunto, nome))
        interessados = [replace(i, nome=iniciais(i.nome)) if i.nome in nomes else i for i in documento.interessados]
        por_numero[numero] = replace(documento, interessados=interessados)


# --- Visibilidade: a que o órgão decidiu, ou a do histórico inteiro, o de antes e o que chegou

Niveis = list[tuple[int, int, bool]]  # o instante, o nível, e se o movimento o define


def _ler_niveis(numeros: list[str], orgao_id: int) -> dict[str, Niveis]:
    """O que os movimentos já gravados de cada número dizem do nível de acesso."""
    niveis: dict[str, Niveis] = {}
    linhas = consultar_preparada(_LER_NIVEIS, [como_vetor(numeros), orgao_id], grava=True) if numeros else []
    for numero, ocorrido_em, nivel, definido in linhas:
        niveis.setdefault(numero, []).append((em_microssegundos(ocorrido_em), nivel, definido))
    return niveis


def _visibilidade(historico: Historico, de_antes: Niveis, gravado: _Gravado | None) -> int:
    if gravado is not None and gravado.decidida is not None:
        return gravado.decidida
    chegados = [(a.instante, a.nivel, a.nivel_definido) for a in historico.values() if a.nivel is not None]
    return visibilidade_do_historico(de_antes + chegados)


# --- Gravar


def _registros(
    documentos: Mapping[str, DocumentoConferido], conteudos: Mapping[str, bytes], gravados: Mapping[str, _Gravado],
    visibilidades: Mapping[str, int], agora: datetime,
) -> list[RegistroAGravar]:  # fmt: skip
    publicos = [n for n in documentos if visibilidades[n] == Visibilidade.PUBLICO]
    vetores = dict(zip(publicos, vetores_de_busca([texto_buscavel(documentos[n]) for n in publicos]), strict=True))
    registros = []
    for n, documento in documentos.items():
        gravado = gravados.get(n)
        decidida, registrado_em = (gravado.decidida, gravado.registrado_em) if gravado else (None, agora)
        registros.append(
            RegistroAGravar(documento, conteudos[n], visibilidades[n], decidida, vetores.get(n), registrado_em)
        )
    return registros


def _copiar_andamentos(chegados: Chegados, orgao_id: int, agora: datetime) -> None:
    escrita = EscritaDeAndamentos(orgao_id, agora)
    for numero in sorted(chegados):
        escrita.escrever(numero, chegados[numero])
    with connection.cursor() as cursor:
        escrita.copiar_para(cursor)


def _trocar_registros(registros: list[RegistroAGravar], saem: list[str], orgao_id: int, agora: datetime) -> None:
    if saem:
        _executar(_EXCLUIR_REGISTROS, como_vetor(saem), orgao_id)
    with connection.cursor() as cursor:
        copiar(cursor, COPIAR_REGISTROS, linhas_de_registros(registros, orgao_id, agora))


def _trocar_interessados(
    documentos: Mapping[str, DocumentoConferido], gravados: Mapping[str, _Gravado], orgao_id: int
) -> None:
    if saem := [numero for numero in documentos if numero in gravados]:
        _executar(_EXCLUIR_INTERESSADOS, como_vetor(saem), orgao_id)
    with connection.cursor() as cursor:
        copiar(cursor, COPIAR_INTERESSADOS, linhas_de_interessados(documentos.values(), orgao_id))


def _executar(sql: str, *valores: str | int | datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, valores)
