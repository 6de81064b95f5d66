"""Achar, para uma pergunta, os trechos da base que a respondem: a busca, as sugestões e o assistente leem daqui.

Primeiro se conserta a grafia com as palavras da própria base; depois o índice dá os trechos com as palavras raras da pergunta
(BM25), e os melhores se reordenam também pelo quanto o título se parece com ela, letra a letra. A confiança é o que permite
dizer «não sei».
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import exp, log
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from pen.comum.portugues import acentuar, flexoes
from pen.comum.preparadas import consultar_preparada
from pen.comum.texto import sem_acentos
from pen.conhecimento.enums import Especie
from pen.conhecimento.models import Artigo, Trecho
from pen.conhecimento.rules import le_internos
from pen.conhecimento.selectors.artigos import artigos_visiveis, limitar_artigos
from pen.conhecimento.values.palavras import (
    apagamentos,
    comeco_da_palavra,
    distancia,
    erros_admitidos,
    expressoes,
    palavras_da_pergunta,
    parece_de_conversa,
)
from pen.identidade.public import Ator

CANDIDATOS, CANDIDATOS_LIMITADOS = 60, 400  # trechos que se reordenam; os outros, de um produto ou espécie só
LINHAS_MAXIMO = 12_000  # do índice, por pergunta: dos termos mais comuns que isto, só se lê nos candidatos
GRAFIAS = 3  # que se tentam de uma palavra errada, se estão todas igualmente perto
DO_COMECO, DO_SINONIMO = 0.5, 0.5  # quanto vale a palavra que só começa igual, e a que é sinônimo
# Quanto pesam, ao lado das palavras do trecho: a semelhança do título, o artigo inteiro e a confiança.
DO_TITULO, DO_ARTIGO, DA_CONFIANCA = 0.35, 0.6, 0.25
TRECHOS_POR_ARTIGO = 3
# A constante e os pesos da confiança: regressão logística na metade de treino de ``bench/assistente/perguntas.toml``.
CONFIANCA = (-6.16, 5.65, 2.75, 4.06)

_RADICAIS = """
SELECT p.dita, r.radical,
    EXISTS (SELECT FROM conhecimento_termodotrecho t WHERE t.termo = r.radical AND (%s OR NOT t.interno))
FROM unnest(%s::text[], %s::text[]) AS p(dita, acentuada),
    LATERAL (SELECT unaccent((ts_lexize('portuguese_stem', p.acentuada))[1]) AS radical) r
"""
# O artigo que se retirou, ou mudou, deixa as palavras que só ele tinha: quem não lê os internos não as recebe de volta.
_PARECIDAS = """
SELECT p.pedida, v.palavra, v.radical, v.vezes
FROM unnest(%s::text[], %s::text[]) AS p(pedida, chave)
JOIN conhecimento_grafia g ON g.chave = p.chave
JOIN conhecimento_palavra v ON v.palavra = g.palavra_id
WHERE %s OR v.publica AND EXISTS (SELECT FROM conhecimento_termodotrecho t WHERE t.termo = v.radical AND NOT t.interno)
"""
_LONGE = """
SELECT p.pedida, v.palavra, v.radical, v.vezes
FROM unnest(%s::text[]) AS p(pedida) JOIN conhecimento_palavra v ON v.palavra %% p.pedida
WHERE %s OR v.publica AND EXISTS (SELECT FROM conhecimento_termodotrecho t WHERE t.termo = v.radical AND NOT t.interno)
"""
_SINONIMOS = "SELECT expressoes FROM conhecimento_sinonimos WHERE expressoes && %s::varchar[]"
_TERMOS = "SELECT termo, trechos FROM conhecimento_termo WHERE termo = ANY(%s)"
_PONTOS = """
WITH candidatos AS (
    SELECT t.trecho_id FROM unnest(%(raros)s::text[], %(dos_raros)s::real[]) AS r(termo, valor)
    JOIN conhecimento_termodotrecho t ON t.termo = r.termo
    WHERE %(internos)s OR NOT t.interno
    GROUP BY t.trecho_id ORDER BY sum(t.peso * r.valor) DESC, t.trecho_id LIMIT %(quantos)s),
das_alternativas AS (
    SELECT c.trecho_id, p.grupo, p.alternativa, sum(t.peso * p.valor) AS pontos, sum(p.parte) AS parte
    FROM candidatos c
    CROSS JOIN unnest(%(grupos)s::int[], %(alternativas)s::int[], %(termos)s::text[], %(valores)s::real[], %(partes)s::real[])
        AS p(grupo, alternativa, termo, valor, parte)
    JOIN conhecimento_termodotrecho t ON t.trecho_id = c.trecho_id AND t.termo = p.termo
    GROUP BY 1, 2, 3),
dos_grupos AS (
    SELECT d.artigo_id, a.trecho_id, a.grupo, max(a.pontos) AS pontos, max(a.parte) AS parte
    FROM das_alternativas a JOIN conhecimento_trecho d ON d.id = a.trecho_id GROUP BY 1, 2, 3),
do_artigo AS (
    SELECT artigo_id, sum(pontos) AS pontos, sum(parte) AS parte
    FROM (SELECT artigo_id, grupo, max(pontos) AS pontos, max(parte) AS parte FROM dos_grupos GROUP BY 1, 2) AS de_todos
    GROUP BY 1),
do_trecho AS (SELECT artigo_id, trecho_id, sum(pontos) AS pontos, sum(parte) AS parte FROM dos_grupos GROUP BY 1, 2)
SELECT t.trecho_id, t.artigo_id, t.pontos, a.pontos, t.parte, a.parte,
    (word_similarity(%(pergunta)s, d.chamada) + similarity(%(pergunta)s, d.chamada)) / 2
FROM do_trecho t JOIN do_artigo a USING (artigo_id) JOIN conhecimento_trecho d ON d.id = t.trecho_id
"""


@dataclass(frozen=True, slots=True)
class TrechoAchado:
    """Um trecho: quanto serve, só para comparar com os outros da mesma pergunta; a parte dela, em raridade, que o artigo tem; e
    quanto se confia em que ele a responde. As duas últimas vão de 0 a 1.
    """

    trecho: Trecho
    artigo: Artigo
    pontos: float
    parte: float
    confianca: float


@dataclass(frozen=True, slots=True)
class Achados:
    """O que se achou, do melhor ao pior; ``lida`` é a pergunta com a grafia consertada, e ``formas``, as palavras a realçar."""

    trechos: list[TrechoAchado] = field(default_factory=list)
    lida: str = ""
    consertada: bool = False
    formas: frozenset[str] = frozenset()


class _Escrita(NamedTuple):
    """Uma palavra da base, como candidata ao que a pessoa quis escrever."""

    palavra: str
    radical: str
    vezes: int


class _Medidas(NamedTuple):
    """De um artigo: a nota, a parte da pergunta que ele tem e quanto se confia nele."""

    nota: float
    parte: float
    confianca: float


class _Candidato(NamedTuple):
    """Um trecho: os pontos das palavras e a raridade que tem da pergunta, ele e o artigo inteiro; e o quanto o título se parece."""

    trecho_id: int
    artigo_id: UUID
    pontos: float
    pontos_do_artigo: float
    parte: float
    parte_do_artigo: float
    titulo: float


@dataclass(slots=True)
class _Grupo:
    """Uma palavra da pergunta: as alternativas que a satisfazem, cada uma com os seus termos e quanto vale."""

    dita: str
    lida: str
    alternativas: list[tuple[float, list[str]]] = field(default_factory=list)
    raridade: float = 0.0


def achar_trechos(
    pergunta: str, *, para: Ator, produto_id: int | None = None, especies: Sequence[Especie] = (), quantos: int = 10,
    parte: float = 0.0,
) -> Achados:  # fmt: skip
    """Os trechos que respondem à pergunta, dos artigos que a pessoa lê e que têm a ``parte`` dela; até três do mesmo artigo.

    Com ``produto_id``, só os do produto e os que não são de nenhum. Sem palavra que diga algo, nada se acha.
    """
    ditas = palavras_da_pergunta(pergunta)
    if not ditas:
        return Achados()
    internos = le_internos(para)
    radicais = consultar_preparada(_RADICAIS, [internos, ditas, [acentuar(dita) for dita in ditas]])
    conhecidos = {dita: radical for dita, radical, ha in radicais if ha}
    escritas = _consertar(ditas, conhecidos, internos=internos)
    grupos = [_grupo(dita, escritas[dita]) for dita in ditas if escritas[dita] or not parece_de_conversa(dita)]
    _juntar_sinonimos(grupos, {dita: radical or dita for dita, radical, _ in radicais})
    consertada = any(escritas[g.dita] and g.lida not in _formas(g.dita) for g in grupos)
    limitada = produto_id is not None or bool(especies)
    lida = " ".join(grupo.lida for grupo in grupos)
    pontos = _pontuar(grupos, lida, internos=internos, quantos=CANDIDATOS_LIMITADOS if limitada else CANDIDATOS)
    artigos = limitar_artigos(artigos_visiveis(para), produto_id, especies)
    formas = frozenset(e.palavra for dita in ditas for e in escritas[dita]) | frozenset(ditas)
    return Achados(_escolher(grupos, pontos, artigos, quantos=quantos, parte=parte), lida, consertada, formas)


def _consertar(ditas: Sequence[str], conhecidos: Mapping[str, str], *, internos: bool) -> dict[str, list[_Escrita]]:
    """De cada palavra, o que ela é na base: ela mesma e o outro número dela; se não há, a mais parecida; ou nada."""
    formas = {dita: _formas(dita) for dita in ditas}
    pares = [(dita, chave) for dita in ditas for chave in {*apagamentos(dita), *formas[dita]}]
    achadas: dict[str, list[_Escrita]] = defaultdict(list)
    for dita, *escrita in consultar_preparada(_PARECIDAS, [[p for p, _ in pares], [c for _, c in pares], internos]):
        achadas[dita].append(_Escrita(*escrita))
    escritas = {}
    for dita in ditas:
        iguais = [c for c in achadas[dita] if c.palavra in formas[dita]]
        if not iguais and dita in conhecidos:
            iguais = [_Escrita(dita, conhecidos[dita], 0)]
        escritas[dita] = sorted(iguais, key=lambda c: (c.palavra != dita, -c.vezes)) or _as_mais_proximas(
            dita, achadas[dita]
        )
    perdidas = [dita for dita in ditas if not escritas[dita] and erros_admitidos(dita) > 1]
    if perdidas:
        longe: dict[str, list[_Escrita]] = defaultdict(list)
        for dita, *escrita in consultar_preparada(_LONGE, [perdidas, internos]):
            longe[dita].append(_Escrita(*escrita))
        escritas |= {dita: _as_mais_proximas(dita, longe[dita]) for dita in perdidas}
    return escritas


def _as_mais_proximas(dita: str, candidatas: Sequence[_Escrita]) -> list[_Escrita]:
    """As que menos letras têm de diferente, da mais usada à menos; nenhuma, se todas estão longe, ou se é um número."""
    distancias = {c: distancia(dita, c.palavra) for c in candidatas if not dita.isdigit()}
    menor = min(distancias.values(), default=99)
    if menor > erros_admitidos(dita) or parece_de_conversa(dita):
        return []
    return sorted((c for c, longe in distancias.items() if longe == menor), key=lambda c: (-c.vezes, c.palavra))[:GRAFIAS]


def _grupo(dita: str, escritas: Sequence[_Escrita]) -> _Grupo:
    grupo = _Grupo(dita, escritas[0].palavra if escritas else dita)
    radicais = dict.fromkeys(e.radical for e in escritas)
    grupo.alternativas = [(1.0, [radical]) for radical in radicais]
    if comeco := comeco_da_palavra(grupo.lida):
        grupo.alternativas.append((DO_COMECO, [comeco]))
    return grupo


def _juntar_sinonimos(grupos: list[_Grupo], radicais: Mapping[str, str]) -> None:
    """Dá às palavras de cada expressão conhecida as alternativas que valem por ela. As expressões se comparam pelos radicais."""
    da_base = [grupo.alternativas[0][1][0] if grupo.alternativas else radicais[grupo.dita] for grupo in grupos]
    lidas = expressoes([radicais[g.dita] for g in grupos]) | expressoes(da_base)
    for (juntas,) in consultar_preparada(_SINONIMOS, [list(lidas)]):
        for dita in (d for d in juntas if d in lidas):
            for outra in (o for o in juntas if o != dita):
                for n in lidas[dita]:
                    grupos[n].alternativas.append((DO_SINONIMO, outra.split()))


def _pontuar(grupos: Sequence[_Grupo], lida: str, *, internos: bool, quantos: int) -> list[_Candidato]:
    """Os candidatos, em ordem nenhuma."""
    termos = {termo for grupo in grupos for _, juntos in grupo.alternativas for termo in juntos}
    vezes = dict(consultar_preparada(_TERMOS, [[*termos, ""]]))
    raridades = {termo: _raridade(em, vezes[""]) for termo, em in vezes.items() if em and termo}
    for grupo in grupos:
        grupo.raridade = _raridade_do_grupo(grupo, raridades, vezes.get("", 0))
    linhas = [
        (n, m, termo, valor * raridades[termo], valor * grupo.raridade / len(juntos))
        for n, grupo in enumerate(grupos)
        for m, (valor, juntos) in enumerate(grupo.alternativas)
        for termo in juntos if termo in raridades
    ]  # fmt: skip
    if not linhas:
        return []
    valores = {termo: valor for _, _, termo, valor, _ in sorted(linhas, key=lambda linha: linha[3])}
    raros = _os_raros({termo: vezes[termo] for termo in valores})
    nomes = ("grupos", "alternativas", "termos", "valores", "partes")
    colunas = {nome: list(coluna) for nome, coluna in zip(nomes, zip(*linhas, strict=True), strict=True)}
    pedido = {
        "raros": raros,
        "dos_raros": [valores[t] for t in raros],
        "internos": internos,
        "pergunta": lida,
        "quantos": quantos,
    }
    return [_Candidato(*linha) for linha in consultar_preparada(_PONTOS, colunas | pedido)]


def _raridade(vezes: int, todos: int) -> float:
    return log(1 + (todos - vezes + 0.5) / (vezes + 0.5)) if todos >= vezes else 0.0


def _raridade_do_grupo(grupo: _Grupo, raridades: dict[str, float], todos: int) -> float:
    """A da alternativa mais comum das que valem a palavra inteira; a da mais rara das palavras, se a base não tem nenhuma delas."""
    inteiras = [
        max(conhecidos)
        for valor, juntos in grupo.alternativas
        if valor == 1.0 and (conhecidos := [raridades[t] for t in juntos if t in raridades])
    ]
    return min(inteiras) if inteiras else _raridade(1, todos)


def _os_raros(vezes: dict[str, int]) -> list[str]:
    """Os termos por onde se procuram candidatos: do mais raro ao mais comum, enquanto o que se lê do índice é pouco."""
    em_ordem = sorted(vezes, key=vezes.__getitem__)
    lidas = list(accumulate(vezes[termo] for termo in em_ordem))
    return [termo for n, termo in enumerate(em_ordem) if n == 0 or lidas[n] <= LINHAS_MAXIMO]


def _escolher(
    grupos: Sequence[_Grupo], candidatos: Sequence[_Candidato], artigos: QuerySet[Artigo], *, quantos: int, parte: float
) -> list[TrechoAchado]:
    """Os artigos em ordem da melhor nota de um trecho deles e, de cada um, os trechos que se mostram."""
    total = sum(grupo.raridade for grupo in grupos) or 1.0
    melhor = max((c.pontos + DO_ARTIGO * c.pontos_do_artigo for c in candidatos), default=1.0) or 1.0
    notas = {c.trecho_id: (c.pontos + DO_ARTIGO * c.pontos_do_artigo) / melhor + DO_TITULO * c.titulo for c in candidatos}
    dos_artigos: dict[UUID, list[_Candidato]] = defaultdict(list)
    for candidato in candidatos:
        dos_artigos[candidato.artigo_id].append(candidato)
    medidas = {
        artigo: _medir([(notas[c.trecho_id], c) for c in seus], total, len(grupos)) for artigo, seus in dos_artigos.items()
    }
    servem = [artigo for artigo, dele in medidas.items() if dele.parte >= parte]
    if not servem:
        return []
    visiveis = artigos.filter(pk__in=servem).values_list("pk", flat=True)
    em_ordem = sorted(visiveis, key=lambda a: (-medidas[a].nota, a))[:quantos]
    do_texto = Q(pk__in=[c.trecho_id for a in em_ordem for c in dos_artigos[a]], pergunta=False)
    mostrados: dict[UUID, list[Trecho]] = defaultdict(list)
    for trecho in Trecho.objects.filter(do_texto | Q(artigo__in=em_ordem, ordem=0)).select_related("artigo__produto"):
        mostrados[trecho.artigo_id].append(trecho)
    escolhidos: list[TrechoAchado] = []
    for artigo in em_ordem:
        por_nota = sorted(mostrados[artigo], key=lambda t: -notas.get(t.pk, 0.0))
        achados = [por_nota[0], *(t for t in por_nota[1:TRECHOS_POR_ARTIGO] if t.pk in notas)]
        escolhidos += [
            TrechoAchado(t, t.artigo, notas[t.pk] if n else medidas[artigo].nota, *medidas[artigo][1:])
            for n, t in enumerate(achados)
        ]
    return escolhidos[:quantos]


def _medir(dos_trechos: Sequence[tuple[float, _Candidato]], total: float, palavras: int) -> _Medidas:
    candidatos = [c for _, c in dos_trechos]
    parte = min(1.0, max(c.parte + c.parte_do_artigo for c in candidatos) / 2 / total)
    confianca = _confiar(max(c.parte_do_artigo for c in candidatos) / total, max(c.titulo for c in candidatos), palavras)
    return _Medidas(max(nota for nota, _ in dos_trechos) + DA_CONFIANCA * confianca, parte, confianca)


def _confiar(parte: float, titulo: float, palavras: int) -> float:
    """De 0 a 1: quanto mais da pergunta se achou, mais o título se parece, e mais palavras ela tem, menos é acaso."""
    constante, da_parte, do_titulo, das_palavras = CONFIANCA
    soma = constante + da_parte * min(1.0, parte) + do_titulo * titulo + das_palavras * min(palavras, 8) / 8
    return 1 / (1 + exp(-soma))


def _formas(dita: str) -> set[str]:
    """A palavra e o outro número dela, sem acentos."""
    formas = {dita, *(sem_acentos(forma) for forma in flexoes(dita))}
    return formas | {dita[:-1]} if dita.endswith("s") and len(dita) > 2 else formas  # «NUPs» e «UPs»
