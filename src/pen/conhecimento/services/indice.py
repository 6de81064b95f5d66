"""O índice da busca: os termos de cada artigo publicado e dos trechos dele, e as palavras da base.

O peso de um termo é o do BM25 (Robertson e Zaragoza, 2009), já com a saturação e o tamanho do texto; a raridade do termo na base
muda a cada artigo, e só se aplica na pergunta. Pelos termos do artigo inteiro se acha o artigo; pelos dos trechos, o que se mostra.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from pen.comum.portugues import acentuar
from pen.comum.texto import sem_acentos
from pen.conhecimento.enums import SituacaoDaVersao
from pen.conhecimento.models import Artigo, Grafia, TermoDoArtigo, Trecho, VersaoDoArtigo
from pen.conhecimento.values.palavras import LETRAS_MAXIMO, grafias, palavras_do_texto
from pen.conhecimento.values.trechos import Corte, cortar_em_trechos

DO_TITULO, DA_SECAO, DAS_PALAVRAS_CHAVE, DA_PERGUNTA = (
    3.0,
    2.0,
    1.5,
    3.0,
)  # quanto vale uma palavra ali, ao lado de uma do texto
TAMANHO_DA_PERGUNTA = 60  # palavras que se contam a uma maneira de perguntar: se fossem as dela, ganharia de todo texto
# Num artigo inteiro: as maneiras de perguntar, o texto, e estar no título ou nas palavras-chave; e o tamanho médio, em palavras.
DAS_PERGUNTAS_DO_ARTIGO, DO_TEXTO_DO_ARTIGO, NO_TITULO, NAS_PALAVRAS_CHAVE = 1.0, 0.5, 0.3, 0.7
PERGUNTAS_MEDIO, TEXTO_MEDIO = 300, 150
APRENDIDAS_MINIMO = 3  # perguntas, de conversas diferentes, para um termo aprendido valer
PESO_DO_APRENDIDO = 1.0

# k1 = 1,2 e b = 0,5; um trecho tem 120 palavras, mais ou menos: é assim que se corta.
_TERMOS = """
WITH usadas AS (
    SELECT trecho, palavra, sem_acentos, vezes, tamanho, unaccent((ts_lexize('portuguese_stem', palavra))[1]) AS radical
    FROM unnest(%(trechos)s::bigint[], %(palavras)s::text[], %(sem_acentos)s::text[], %(vezes)s::real[], %(tamanhos)s::int[])
        AS u(trecho, palavra, sem_acentos, vezes, tamanho)),
termos AS (
    SELECT trecho, coalesce(radical, sem_acentos) AS termo, vezes, tamanho FROM usadas
    UNION ALL
    SELECT trecho, left(sem_acentos, 5) || '*', vezes, tamanho FROM usadas WHERE radical IS NOT NULL AND length(sem_acentos) > 5
    UNION ALL
    SELECT trecho, '', 1, 0 FROM unnest(%(todos)s::bigint[]) AS trecho),
somados AS (SELECT trecho, left(termo, 40) AS termo, sum(vezes) AS tf, max(tamanho) AS tamanho FROM termos GROUP BY 1, 2),
postos AS (
    INSERT INTO conhecimento_termodotrecho (trecho_id, termo, peso, interno, aprendido)
    SELECT trecho, termo, tf * 2.2 / (tf + 1.2 * (0.5 + 0.5 * tamanho / 120.0)), %(interno)s, false FROM somados
    RETURNING termo),
contados AS (
    INSERT INTO conhecimento_termo AS t (termo, trechos)
    SELECT termo, count(*) FROM postos GROUP BY termo ORDER BY termo
    ON CONFLICT (termo) DO UPDATE SET trechos = t.trechos + excluded.trechos)
INSERT INTO conhecimento_palavra AS p (palavra, radical, vezes, publica)
SELECT sem_acentos, min(left(radical, 40)), count(*), NOT %(interno)s FROM usadas WHERE radical IS NOT NULL
GROUP BY sem_acentos ORDER BY sem_acentos
ON CONFLICT (palavra) DO UPDATE SET vezes = p.vezes + excluded.vezes, publica = p.publica OR excluded.publica
RETURNING palavra, xmax = 0
"""
_DO_ARTIGO = """
WITH usadas AS (
    SELECT sem_acentos, das_perguntas, do_texto, no_titulo, nas_chaves,
        unaccent((ts_lexize('portuguese_stem', palavra))[1]) AS radical
    FROM unnest(%(palavras)s::text[], %(sem_acentos)s::text[], %(das_perguntas)s::int[], %(do_texto)s::int[],
        %(no_titulo)s::bool[], %(nas_chaves)s::bool[])
        AS u(palavra, sem_acentos, das_perguntas, do_texto, no_titulo, nas_chaves)),
termos AS (
    SELECT coalesce(radical, sem_acentos) AS termo, das_perguntas, do_texto, no_titulo, nas_chaves FROM usadas
    UNION ALL
    SELECT left(sem_acentos, 5) || '*', das_perguntas, do_texto, no_titulo, nas_chaves
    FROM usadas WHERE radical IS NOT NULL AND length(sem_acentos) > 5),
somados AS (
    SELECT left(termo, 40) AS termo, sum(das_perguntas) AS p, sum(do_texto) AS t, bool_or(no_titulo) AS no_titulo,
        bool_or(nas_chaves) AS nas_chaves
    FROM termos GROUP BY 1)
INSERT INTO conhecimento_termodoartigo (artigo_id, termo, peso, interno, aprendido)
SELECT %(artigo)s, termo,
    %(peso_das_perguntas)s * p * 2.2 / (p + 1.2 * (0.5 + 0.5 * %(tamanho_das_perguntas)s))
    + %(peso_do_texto)s * t * 2.2 / (t + 1.2 * (0.5 + 0.5 * %(tamanho_do_texto)s))
    + %(peso_do_titulo)s * no_titulo::int + %(peso_das_chaves)s * nas_chaves::int,
    %(interno)s, false
FROM somados
"""
_APRENDIDOS = """
WITH do_artigo AS (
    INSERT INTO conhecimento_termodoartigo (artigo_id, termo, peso, interno, aprendido)
    SELECT DISTINCT a.artigo_id, a.termo, %(peso)s, o.interno, true
    FROM conhecimento_termoaprendido a JOIN conhecimento_artigo o ON o.id = a.artigo_id
    WHERE a.artigo_id = %(artigo)s AND a.vezes >= %(minimo)s
    ON CONFLICT (artigo_id, termo) DO NOTHING),
postos AS (
    INSERT INTO conhecimento_termodotrecho (trecho_id, termo, peso, interno, aprendido)
    SELECT DISTINCT ON (a.termo, a.ancora) t.id, a.termo, %(peso)s, o.interno, true
    FROM conhecimento_termoaprendido a
    JOIN conhecimento_artigo o ON o.id = a.artigo_id
    JOIN conhecimento_trecho t ON t.artigo_id = a.artigo_id AND t.ancora = a.ancora AND NOT t.pergunta
    WHERE a.artigo_id = %(artigo)s AND a.vezes >= %(minimo)s ORDER BY a.termo, a.ancora, t.ordem
    ON CONFLICT (trecho_id, termo) DO NOTHING RETURNING termo)
INSERT INTO conhecimento_termo AS t (termo, trechos) SELECT termo, count(*) FROM postos GROUP BY termo ORDER BY termo
ON CONFLICT (termo) DO UPDATE SET trechos = t.trechos + excluded.trechos
"""
_TIRAR = """
WITH do_artigo AS (
    DELETE FROM conhecimento_termodoartigo
    WHERE artigo_id = %(artigo)s AND (%(aprendidos)s::text[] IS NULL OR aprendido AND termo = ANY(%(aprendidos)s::text[]))),
tirados AS (
    DELETE FROM conhecimento_termodotrecho
    WHERE trecho_id IN (SELECT id FROM conhecimento_trecho WHERE artigo_id = %(artigo)s)
        AND (%(aprendidos)s::text[] IS NULL OR aprendido AND termo = ANY(%(aprendidos)s::text[]))
    RETURNING termo),
contas AS (SELECT termo, count(*) AS quantos FROM tirados GROUP BY termo),
presos AS (SELECT t.termo FROM conhecimento_termo t JOIN contas USING (termo) ORDER BY t.termo FOR UPDATE OF t)
UPDATE conhecimento_termo AS t SET trechos = greatest(0, t.trechos - contas.quantos)
FROM contas WHERE t.termo = contas.termo AND t.termo IN (SELECT termo FROM presos)
"""


# Quem publica agora conta a palavra outra vez; se contou depois que se leu, ela fica.
_SEM_USO = """
WITH sem_uso AS (
    SELECT palavra, vezes FROM conhecimento_palavra p
    WHERE NOT EXISTS (SELECT FROM conhecimento_termodotrecho t WHERE t.termo = p.radical)),
tiradas AS (
    DELETE FROM conhecimento_palavra p USING sem_uso s WHERE p.palavra = s.palavra AND p.vezes = s.vezes RETURNING p.palavra),
grafias AS (DELETE FROM conhecimento_grafia g USING tiradas t WHERE g.palavra_id = t.palavra)
SELECT count(*) FROM tiradas
"""


class Reindexada(NamedTuple):
    """Quantos artigos se refizeram, e quantas palavras saíram do vocabulário."""

    artigos: int
    palavras: int


def indexar_artigo(versao: VersaoDoArtigo) -> None:
    """Põe no índice a versão publicada, no lugar da que havia; só dentro de transação."""
    artigo = versao.artigo
    esquecer_artigo(artigo)
    corpo = "\n\n".join(filter(None, [versao.resumo, versao.quando, versao.corpo, versao.modelo]))
    cortes = cortar_em_trechos(corpo)
    perguntas = [Corte("", "", pergunta) for pergunta in versao.perguntas.splitlines() if pergunta.strip()]
    trechos = Trecho.objects.bulk_create(
        _trecho(versao, n, corte, pergunta=n >= len(cortes)) for n, corte in enumerate([*cortes, *perguntas])
    )
    linhas = [(trecho.pk, *palavra) for trecho in trechos for palavra in _palavras_do_trecho(versao, trecho)]
    colunas = zip(*linhas, strict=True) if linhas else iter([()] * 5)
    nomes = ("trechos", "palavras", "sem_acentos", "vezes", "tamanhos")
    with connection.cursor() as cursor:
        valores = {nome: list(coluna) for nome, coluna in zip(nomes, colunas, strict=True)}
        cursor.execute(_TERMOS, {**valores, "todos": [t.pk for t in trechos], "interno": artigo.interno})
        novas = [palavra for palavra, nova in cursor.fetchall() if nova]
        cursor.execute(_DO_ARTIGO, {**_do_artigo_inteiro(versao, trechos), "artigo": artigo.pk, "interno": artigo.interno})
    valer_aprendidos(artigo)
    caminhos = (Grafia(chave=chave, palavra_id=palavra) for palavra in novas for chave in grafias(palavra))
    Grafia.objects.bulk_create(caminhos, batch_size=5_000, ignore_conflicts=True)


def valer_aprendidos(artigo: Artigo) -> None:
    """Põe no índice o que o artigo aprendeu de perguntas bastantes e ainda não vale; só dentro de transação."""
    with connection.cursor() as cursor:
        cursor.execute(_APRENDIDOS, {"artigo": artigo.pk, "minimo": APRENDIDAS_MINIMO, "peso": PESO_DO_APRENDIDO})


def tirar_aprendidos(artigo_id: UUID, termos: Sequence[str]) -> None:
    """Tira do índice o que o artigo aprendeu desses termos, em qualquer seção; só dentro de transação."""
    with connection.cursor() as cursor:
        cursor.execute(_TIRAR, {"artigo": artigo_id, "aprendidos": list(termos)})


def indexar_o_que_falta() -> int:
    """Indexa os artigos publicados que o índice não tem, um por transação; devolve quantos. Pode rodar duas vezes."""
    return _indexar(_publicadas().exclude(artigo__in=TermoDoArtigo.objects.values("artigo")))


def esquecer_artigo(artigo: Artigo) -> None:
    """Tira o artigo do índice; só dentro de transação."""
    with connection.cursor() as cursor:
        cursor.execute(_TIRAR, {"artigo": artigo.pk, "aprendidos": None})
        cursor.execute("DELETE FROM conhecimento_trecho WHERE artigo_id = %s", [artigo.pk])


def reindexar_base(*, ao_avancar: Callable[[int], object] = lambda n: None) -> Reindexada:
    """Refaz o índice de toda a base, um artigo por transação, e tira do vocabulário o que ninguém mais usa.

    Pode rodar com o serviço no ar, duas vezes, ou parar no meio: a busca lê o que havia de cada artigo até ele ser refeito.
    """
    return Reindexada(_indexar(_publicadas(), ao_avancar), tirar_palavras())


@transaction.atomic
def tirar_palavras() -> int:
    """Tira do vocabulário as palavras que nenhum trecho usa mais, e os termos de nenhum; devolve quantas palavras."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM conhecimento_termo WHERE trechos = 0 AND termo <> ''")
        cursor.execute(_SEM_USO)
        (quantas,) = cursor.fetchone()
        return int(quantas)


def _publicadas() -> QuerySet[VersaoDoArtigo]:
    return VersaoDoArtigo.objects.filter(situacao=SituacaoDaVersao.PUBLICADA, artigo__retirado_em=None)


def _indexar(publicadas: QuerySet[VersaoDoArtigo], ao_avancar: Callable[[int], object] = lambda n: None) -> int:
    """Indexa o artigo de cada versão, com ele travado: outra pode ter sido publicada enquanto isso."""
    artigos = list(publicadas.order_by("artigo").values_list("artigo", flat=True))
    for artigo_id in artigos:
        with transaction.atomic():
            artigo = Artigo.objects.select_for_update().get(pk=artigo_id)
            versao = _publicadas().filter(artigo=artigo).first()
            if versao is not None:
                versao.artigo = artigo
                indexar_artigo(versao)
        ao_avancar(1)
    return len(artigos)


def _trecho(versao: VersaoDoArtigo, ordem: int, corte: Corte, *, pergunta: bool) -> Trecho:
    chamada = corte.texto if pergunta else f"{versao.titulo} {corte.titulo} {versao.palavras_chave}"
    return Trecho(
        artigo=versao.artigo, ordem=ordem, ancora=corte.ancora[:250], titulo=corte.titulo[:700], texto=corte.texto,
        pergunta=pergunta, chamada=sem_acentos(chamada)[:1_500],
    )  # fmt: skip


def _do_artigo_inteiro(versao: VersaoDoArtigo, trechos: Sequence[Trecho]) -> dict[str, Any]:
    """O que ``_DO_ARTIGO`` pede: de cada palavra do artigo, em colunas, quantas vezes e onde está; e os pesos."""
    titulo, chaves = _contar(versao.titulo), _contar(versao.palavras_chave)
    perguntas = titulo + _contar(*(trecho.texto for trecho in trechos if trecho.pergunta))  # o título é a primeira delas
    texto = titulo + chaves + _contar(*(f"{trecho.titulo} {trecho.texto}" for trecho in trechos if not trecho.pergunta))
    palavras = list(texto | perguntas)
    return {
        "palavras": [acentuar(palavra) for palavra in palavras],
        "sem_acentos": [sem_acentos(palavra)[:LETRAS_MAXIMO] for palavra in palavras],
        "das_perguntas": [perguntas[palavra] for palavra in palavras], "do_texto": [texto[palavra] for palavra in palavras],
        "no_titulo": [palavra in titulo for palavra in palavras], "nas_chaves": [palavra in chaves for palavra in palavras],
        "tamanho_das_perguntas": perguntas.total() / PERGUNTAS_MEDIO, "tamanho_do_texto": texto.total() / TEXTO_MEDIO,
        "peso_das_perguntas": DAS_PERGUNTAS_DO_ARTIGO, "peso_do_texto": DO_TEXTO_DO_ARTIGO, "peso_do_titulo": NO_TITULO,
        "peso_das_chaves": NAS_PALAVRAS_CHAVE,
    }  # fmt: skip


def _contar(*textos: str) -> Counter[str]:
    return Counter(palavra[:LETRAS_MAXIMO] for texto in textos for palavra in palavras_do_texto(texto))


def _palavras_do_trecho(versao: VersaoDoArtigo, trecho: Trecho) -> Iterator[tuple[str, str, float, int]]:
    """Cada palavra do trecho: como é, sem acentos, quantas vezes (a do título vale mais) e o tamanho do trecho, em palavras."""
    do_texto = DA_PERGUNTA if trecho.pergunta else 1.0
    campos = (
        (versao.titulo, DO_TITULO), (trecho.titulo, DA_SECAO), (versao.palavras_chave, DAS_PALAVRAS_CHAVE), (trecho.texto, do_texto)
    )  # fmt: skip
    vezes: Counter[str] = Counter()
    for texto, peso in campos:
        for palavra in palavras_do_texto(texto):
            vezes[palavra[:LETRAS_MAXIMO]] += peso  # type: ignore[assignment]
    tamanho = TAMANHO_DA_PERGUNTA if trecho.pergunta else len(trecho.texto.split())
    for palavra, quantas in vezes.items():
        yield acentuar(palavra), sem_acentos(palavra)[:LETRAS_MAXIMO], quantas, tamanho
