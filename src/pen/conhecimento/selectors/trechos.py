"""Achar, para uma pergunta, os trechos da base que a respondem: a busca, as sugestões e o assistente leem daqui.

Primeiro se conserta a grafia com as palavras da própria base; depois o índice dá os artigos com as palavras raras da pergunta
(BM25, no artigo inteiro e nas maneiras de perguntar por ele), e os melhores se reordenam também pelo quanto um título ou uma
maneira de perguntar se parece com ela, letra a letra. De cada artigo, mostram-se os trechos dele com mais da pergunta. A confiança
é o que permite dizer «não sei».
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import exp, log
from operator import mul
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from pen.comum.portugues import acentuar, flexoes
from pen.comum.preparadas import consultar_preparada
from pen.comum.texto import sem_acentos
from pen.conhecimento.enums import Especie
from pen.conhecimento.models import Artigo, Trecho
from pen.conhecimento.rules import le_internos
from pen.conhecimento.selectors.artigos import artigos_visiveis, limitar_artigos
from pen.conhecimento.values.palavras import (
    comeco_da_palavra,
    distancia,
    erros_admitidos,
    expressoes,
    grafias,
    palavras_da_pergunta,
    palavras_de_conversa,
    parece_de_conversa,
    som,
)
from pen.identidade.public import Ator

CANDIDATOS, CANDIDATOS_LIMITADOS = 60, 400  # artigos que se pontuam; os outros, de um produto ou espécie só
FINALISTAS = 20  # os que se comparam também letra a letra
LINHAS_MAXIMO = 12_000  # do índice, por pergunta: dos termos mais comuns que isto, só se lê nos candidatos
GRAFIAS = 3  # que se tentam de uma palavra errada, se estão todas igualmente perto
DO_SOM = 0.5  # de erro, escrever outra palavra de mesmo som
DO_COMECO, DO_SINONIMO = 0.5, 0.5  # quanto vale a palavra que só começa igual, e a que é sinônimo
DA_CONVERSA = 0.6  # quanto vale a que não diz o que se pergunta, mas separa vizinhos: «quem», «quando», «não»
DO_TITULO = 0.7  # quanto vale a semelhança de letras, ao lado dos pontos das palavras, que vão de 0 a 1
TRECHOS_POR_ARTIGO = 3
# A constante e os pesos da confiança: regressão logística nas perguntas de ajuste de ``bench/assistente/perguntas.toml``.
CONFIANCA = (-10.4, 3.6, 1.9, 5.2, 6.4)

_RADICAIS = """
SELECT p.dita, r.radical, coalesce(r.radical, unaccent(p.acentuada)),
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
    SELECT t.artigo_id FROM unnest(%(raros)s::text[], %(dos_raros)s::real[]) AS r(termo, valor)
    JOIN conhecimento_termodoartigo t ON t.termo = r.termo
    WHERE %(internos)s OR NOT t.interno
    GROUP BY t.artigo_id ORDER BY sum(t.peso * r.valor) DESC, t.artigo_id LIMIT %(quantos)s),
das_alternativas AS (
    SELECT c.artigo_id, p.grupo, p.alternativa, sum(t.peso * p.valor) AS pontos, sum(p.parte) AS parte
    FROM candidatos c
    CROSS JOIN unnest(%(grupos)s::int[], %(alternativas)s::int[], %(termos)s::text[], %(valores)s::real[], %(partes)s::real[])
        AS p(grupo, alternativa, termo, valor, parte)
    JOIN conhecimento_termodoartigo t ON t.artigo_id = c.artigo_id AND t.termo = p.termo
    GROUP BY 1, 2, 3),
dos_grupos AS (SELECT artigo_id, grupo, max(pontos) AS pontos, max(parte) AS parte FROM das_alternativas GROUP BY 1, 2)
SELECT artigo_id, sum(pontos), sum(pontos) FILTER (WHERE parte > 0), sum(parte) FROM dos_grupos GROUP BY 1
"""
_TRECHOS = """
SELECT d.id, d.artigo_id, d.pergunta, coalesce(p.pontos, 0),
    (word_similarity(%(pergunta)s, d.chamada) + similarity(%(pergunta)s, d.chamada)) / 2
FROM conhecimento_trecho d
LEFT JOIN LATERAL (
    SELECT sum(t.peso * v.valor) AS pontos FROM unnest(%(termos)s::text[], %(valores)s::real[]) AS v(termo, valor)
    JOIN conhecimento_termodotrecho t ON t.trecho_id = d.id AND t.termo = v.termo
    WHERE NOT d.pergunta) p ON true
WHERE d.artigo_id = ANY(%(artigos)s::uuid[])
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


class _Termo(NamedTuple):
    """Um termo de uma alternativa de um grupo: o que vale, que parte do grupo é, e em quantos trechos aparece."""

    grupo: int
    alternativa: int
    termo: str
    valor: float
    parte: float
    vezes: int


class _Candidato(NamedTuple):
    """Um artigo: os pontos das palavras da pergunta, os só das que dizem algo, e quanta raridade destas ele tem."""

    artigo_id: UUID
    pontos: float
    do_dito: float
    parte: float


class _Pontuado(NamedTuple):
    """Um trecho de um candidato: os pontos das palavras, e o quanto a chamada se parece com a pergunta."""

    trecho_id: int
    artigo_id: UUID
    pergunta: bool
    pontos: float
    titulo: float


class _Medidas(NamedTuple):
    """De um artigo: a nota, a parte da pergunta que ele tem e quanto se confia nele."""

    nota: float
    parte: float
    confianca: float


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
    todas = [*ditas, *palavras_de_conversa(pergunta)]
    radicais = consultar_preparada(_RADICAIS, [internos, todas, [acentuar(dita) for dita in todas]])
    diz_algo = set(ditas) & {dita for dita, radical, *_ in radicais if radical}  # sem radical, é das que toda frase tem
    de_cada = {dita: radical for dita, radical, *_ in radicais if dita in diz_algo}
    conhecidos = {dita: radical for dita, radical, _, ha in radicais if ha and dita in diz_algo}
    escritas = _consertar(list(de_cada), conhecidos, internos=internos)
    grupos = [_grupo(dita, escritas[dita]) for dita in de_cada if escritas[dita] or not parece_de_conversa(dita)]
    _juntar_sinonimos(grupos, de_cada)
    consertada = any(escritas[g.dita] and g.lida not in _formas(g.dita) for g in grupos)
    limitada = produto_id is not None or bool(especies)
    termos = _pesar(grupos, [termo for dita, _, termo, _ in radicais if dita not in diz_algo])
    candidatos = _pontuar(termos, internos=internos, quantos=CANDIDATOS_LIMITADOS if limitada else CANDIDATOS)
    artigos = limitar_artigos(artigos_visiveis(para), produto_id, especies)
    finalistas = _finalistas(grupos, candidatos, artigos, parte=parte)
    lida = " ".join(grupo.lida for grupo in grupos)
    formas = frozenset(e.palavra for dita in de_cada for e in escritas[dita]) | frozenset(ditas)
    return Achados(_escolher(grupos, finalistas, _ver_trechos(finalistas, termos, lida), quantos), lida, consertada, formas)


def _consertar(ditas: Sequence[str], conhecidos: Mapping[str, str], *, internos: bool) -> dict[str, list[_Escrita]]:
    """De cada palavra, o que ela é na base: ela mesma e o outro número dela; se não há, a mais parecida; ou nada."""
    formas = {dita: _formas(dita) for dita in ditas}
    pares = [(dita, chave) for dita in ditas for chave in grafias(dita) | formas[dita]]
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
    """As que menos letras, ou sons, têm de diferente, da mais usada à menos; nenhuma, se todas estão longe, ou se é um número."""
    distancias = {c: _distancia_de_som(dita, c.palavra) for c in candidatas if not dita.isdigit()}
    menor = min(distancias.values(), default=99)
    if menor > erros_admitidos(dita) or parece_de_conversa(dita):
        return []
    return sorted((c for c, longe in distancias.items() if longe == menor), key=lambda c: (-c.vezes, c.palavra))[:GRAFIAS]


def _distancia_de_som(dita: str, palavra: str) -> float:
    """A das letras, ou a dos sons, se é menor: soar igual é meio erro."""
    return min(distancia(dita, palavra), DO_SOM + distancia(som(dita), som(palavra)))


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


def _pesar(grupos: Sequence[_Grupo], de_conversa: Sequence[str]) -> list[_Termo]:
    """Os termos que a base tem, de cada alternativa; e dá aos grupos a raridade deles. Os de conversa não são parte de nenhum."""
    pedidos = {termo for grupo in grupos for _, juntos in grupo.alternativas for termo in juntos}
    vezes = dict(consultar_preparada(_TERMOS, [[*pedidos, *de_conversa, ""]]))
    raridades = {termo: _raridade(em, vezes[""]) for termo, em in vezes.items() if em and termo}
    for grupo in grupos:
        grupo.raridade = _raridade_do_grupo(grupo, raridades, vezes.get("", 0))
    do_dito = [
        _Termo(n, m, termo, valor * raridades[termo], valor * grupo.raridade / len(juntos), vezes[termo])
        for n, grupo in enumerate(grupos)
        for m, (valor, juntos) in enumerate(grupo.alternativas)
        for termo in juntos if termo in raridades
    ]  # fmt: skip
    return do_dito + [
        _Termo(n, 0, termo, DA_CONVERSA * raridades[termo], 0.0, vezes[termo])
        for n, termo in enumerate(dict.fromkeys(de_conversa), len(grupos)) if termo in raridades and termo not in pedidos
    ]  # fmt: skip


def _pontuar(termos: Sequence[_Termo], *, internos: bool, quantos: int) -> list[_Candidato]:
    """Os artigos com mais dos termos raros, em ordem nenhuma."""
    if not termos:
        return []
    valores, raros = _valores(termos), _os_raros({termo.termo: termo.vezes for termo in termos if termo.parte})
    colunas = dict(
        zip(("grupos", "alternativas", "termos", "valores", "partes"), map(list, zip(*termos, strict=True)), strict=False)
    )
    pedido = {"raros": raros, "dos_raros": [valores[termo] for termo in raros], "internos": internos, "quantos": quantos}
    return [_Candidato(*linha) for linha in consultar_preparada(_PONTOS, colunas | pedido)]


def _valores(termos: Sequence[_Termo]) -> dict[str, float]:
    """O que vale cada termo que diz algo, no grupo em que vale mais."""
    return {termo.termo: termo.valor for termo in sorted(termos, key=lambda termo: termo.valor) if termo.parte}


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


def _finalistas(
    grupos: Sequence[_Grupo], candidatos: Sequence[_Candidato], artigos: QuerySet[Artigo], *, parte: float
) -> list[_Candidato]:
    """Dos ``artigos``, os candidatos com mais pontos, dos que têm a ``parte`` da pergunta."""
    total = _total(grupos)
    servem = {c.artigo_id: c for c in candidatos if c.parte / total >= parte}
    visiveis = artigos.filter(pk__in=servem).values_list("pk", flat=True)
    return sorted((servem[pk] for pk in visiveis), key=lambda c: (-c.pontos, c.artigo_id))[:FINALISTAS]


def _ver_trechos(finalistas: Sequence[_Candidato], termos: Sequence[_Termo], lida: str) -> dict[UUID, list[_Pontuado]]:
    """Os trechos de cada artigo, também as maneiras de perguntar, em ordem nenhuma."""
    if not finalistas:
        return {}
    valores = _valores(termos)
    pedido = {"artigos": [c.artigo_id for c in finalistas], "termos": list(valores), "valores": list(valores.values())}
    trechos: dict[UUID, list[_Pontuado]] = defaultdict(list)
    for linha in consultar_preparada(_TRECHOS, pedido | {"pergunta": lida}):
        trechos[linha[1]].append(_Pontuado(*linha))
    return trechos


def _escolher(
    grupos: Sequence[_Grupo], finalistas: Sequence[_Candidato], trechos: Mapping[UUID, Sequence[_Pontuado]], quantos: int
) -> list[TrechoAchado]:
    """Os artigos em ordem de nota e, de cada um, os trechos que se mostram."""
    total, melhor = _total(grupos), max((c.pontos for c in finalistas), default=1.0)
    medidas = {c.artigo_id: _medir(c, trechos[c.artigo_id], melhor, total, len(grupos)) for c in finalistas}
    em_ordem = sorted(medidas, key=lambda artigo: (-medidas[artigo].nota, artigo))[:quantos]
    mostrados = {artigo: _que_se_mostram(trechos[artigo]) for artigo in em_ordem}
    lidos = Trecho.objects.select_related("artigo__produto").in_bulk([t.trecho_id for m in mostrados.values() for t in m])
    escolhidos = [
        TrechoAchado(lidos[t.trecho_id], lidos[t.trecho_id].artigo, *medidas[artigo])
        for artigo in em_ordem for t in mostrados[artigo] if t.trecho_id in lidos
    ]  # fmt: skip
    return escolhidos[:quantos]


def _que_se_mostram(trechos: Sequence[_Pontuado]) -> list[_Pontuado]:
    """O trecho do texto com mais da pergunta e, se há, outros dois que tenham alguma palavra dela."""
    do_texto = sorted((t for t in trechos if not t.pergunta), key=lambda t: (-t.pontos, -t.titulo, t.trecho_id))
    return [t for n, t in enumerate(do_texto[:TRECHOS_POR_ARTIGO]) if n == 0 or t.pontos]


def _medir(candidato: _Candidato, trechos: Sequence[_Pontuado], melhor: float, total: float, palavras: int) -> _Medidas:
    titulo, parte = max((t.titulo for t in trechos), default=0.0), min(1.0, candidato.parte / total)
    confianca = _confiar(parte, candidato.do_dito / total, titulo, palavras)
    return _Medidas(candidato.pontos / melhor + DO_TITULO * titulo, parte, confianca)


def _total(grupos: Sequence[_Grupo]) -> float:
    return sum(grupo.raridade for grupo in grupos) or 1.0


def _confiar(parte: float, forca: float, titulo: float, palavras: int) -> float:
    """De 0 a 1: quanto mais da pergunta se achou, e com mais força, mais o título se parece, e mais palavras há, menos é acaso."""
    constante, *pesos = CONFIANCA
    soma = constante + sum(map(mul, pesos, (parte, forca, titulo, min(palavras, 8) / 8)))
    return 1 / (1 + exp(-soma))


def _formas(dita: str) -> set[str]:
    """A palavra e o outro número dela, sem acentos."""
    formas = {dita, *(sem_acentos(forma) for forma in flexoes(dita))}
    return formas | {dita[:-1]} if dita.endswith("s") and len(dita) > 2 else formas  # «NUPs» e «UPs»
