"""Achar tópicos por palavras, e os parecidos com o que se vai perguntar; só entre os que todos leem, que são os indexados."""

from collections.abc import Sequence
from typing import Any

from pen.comum.busca_textual import consulta_de_texto, tempo_limitado
from pen.comum.errors import BuscaInvalida, conferir
from pen.comum.leitura import conexao_de_leitura
from pen.comum.portugues import palavras
from pen.comum.semelhanca import COMUNS, semelhantes
from pen.comum.texto import sem_acentos
from pen.participen.enums import SituacaoDaPublicacao
from pen.participen.models import Categoria, Etiqueta, Publicacao, Topico
from pen.participen.selectors.cadastro import categorias_do_produto
from pen.participen.selectors.topicos import topicos_pelas_chaves
from pen.participen.values.leituras import TopicoNaLista

POR_BUSCA, PARECIDOS, CANDIDATOS = 25, 5, 60
JANELA = 2_000  # tópicos que se comparam
PALAVRAS_DO_PARECIDO = 6  # de uma frase, as que dizem algo
COMECO = 800  # caracteres da abertura que contam na semelhança

# Uma palavra comum está em quase todos: dão-se notas só aos mais novos que a têm, e a busca custa o mesmo num fórum grande.
_ACHAR = """
SELECT m.topico_id FROM (
    SELECT t.topico_id, t.vetor, p.ultima_em FROM participen_textodotopico t JOIN participen_topico p ON p.id = t.topico_id
    WHERE t.vetor @@ %(texto)s::tsquery AND p.situacao = 'publicada'
        AND (%(categorias)s::bigint[] IS NULL OR p.categoria_id = ANY(%(categorias)s))
        AND (%(etiqueta)s::bigint IS NULL
            OR EXISTS (SELECT FROM participen_etiquetadotopico e WHERE e.topico_id = p.id AND e.etiqueta_id = %(etiqueta)s))
    ORDER BY t.topico_id DESC LIMIT %(janela)s) m
ORDER BY ts_rank('{0.1, 0.3, 0.5, 1}', m.vetor, %(texto)s::tsquery) DESC, m.ultima_em DESC LIMIT %(quantos)s
"""
# Quem erra a grafia não acha por palavra; pelo título, letra a letra, acha.
_PELO_TITULO = """
SELECT t.topico_id FROM participen_textodotopico t JOIN participen_topico p ON p.id = t.topico_id
WHERE %(palavras)s <%% t.titulo AND p.situacao = 'publicada'
    AND (%(categorias)s::bigint[] IS NULL OR p.categoria_id = ANY(%(categorias)s))
    AND (%(etiqueta)s::bigint IS NULL
        OR EXISTS (SELECT FROM participen_etiquetadotopico e WHERE e.topico_id = p.id AND e.etiqueta_id = %(etiqueta)s))
ORDER BY word_similarity(%(palavras)s, t.titulo) DESC, p.ultima_em DESC LIMIT %(quantos)s
"""


def buscar_topicos(
    texto: str, *, categoria: Categoria | None = None, etiqueta: Etiqueta | None = None, quantos: int = POR_BUSCA
) -> list[TopicoNaLista]:
    """Os que têm todas as palavras, com acento ou sem, do que mais responde ao que menos; depois, os de título parecido.

    Levanta:
        BuscaInvalida: só palavras comuns demais.
        BuscaDemorada: passou de cinco segundos.
    """
    onde = {"categorias": [categoria.pk] if categoria else None, "etiqueta": etiqueta and etiqueta.pk, "quantos": quantos}
    with tempo_limitado():
        achados = _consultar(_ACHAR, onde | {"texto": _consulta(texto)})
        if len(achados) < quantos:
            achados += _consultar(_PELO_TITULO, onde | {"palavras": sem_acentos(texto)})
    return topicos_pelas_chaves(list(dict.fromkeys(achados))[:quantos])


def procurar_parecidos(
    texto: str, *, produto_id: int | None = None, quantos: int = PARECIDOS
) -> list[TopicoNaLista]:  # fmt: skip
    """Os que têm boa parte do que se vai perguntar, do mais ao menos parecido.

    Com ``produto_id``, só os das categorias do produto e das que não são de nenhum.

    Levanta:
        BuscaInvalida: só palavras comuns demais.
        BuscaDemorada: passou de cinco segundos.
    """
    ditas = [p for p in palavras(texto) if len(p) > 1 and sem_acentos(p) not in COMUNS][:PALAVRAS_DO_PARECIDO]
    conferir(bool(ditas), BuscaInvalida("Essas palavras são comuns demais; use outras mais específicas."))
    do_produto = None if produto_id is None else categorias_do_produto(produto_id)
    onde = {"categorias": do_produto, "etiqueta": None, "quantos": CANDIDATOS}
    with tempo_limitado():
        candidatos = _consultar(_ACHAR, onde | {"texto": _consulta(" OU ".join(ditas))})
        pelo_titulo = _consultar(_PELO_TITULO, onde | {"palavras": sem_acentos(texto), "quantos": quantos})
    parecidos = semelhantes(texto, _textos(candidatos), quantos=quantos)
    return topicos_pelas_chaves(list(dict.fromkeys([*parecidos, *pelo_titulo]))[:quantos])


def _textos(chaves: Sequence[int]) -> dict[int, str]:
    """O que conta na semelhança: o título, o contexto e o começo da abertura."""
    aberturas = dict(
        Publicacao.objects.filter(topico__in=chaves, abre=True, situacao=SituacaoDaPublicacao.PUBLICADA).values_list(
            "topico", "texto"
        )
    )
    lidos = Topico.objects.filter(pk__in=chaves).values_list("pk", "titulo", "contexto") if chaves else []
    de_cada = {pk: f"{titulo} {contexto} {aberturas.get(pk, '')[:COMECO]}" for pk, titulo, contexto in lidos}
    return {chave: de_cada[chave] for chave in chaves if chave in de_cada}


def _consulta(texto: str) -> str:
    return consulta_de_texto(texto)


def _consultar(sql: str, valores: dict[str, Any]) -> list[int]:
    with conexao_de_leitura().cursor() as cursor:
        cursor.execute(sql, valores | {"janela": JANELA})
        return [chave for (chave,) in cursor.fetchall()]
