"""A qualidade e a demora das respostas, em tabelas."""

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.ambiente import Medicao
from bench.assistente.estrago import PALAVRAS, com_erros, em_palavras, sem_acentos
from bench.assistente.velocidade import medir_conversas
from bench.tabela import escrever_tabela, meta, por_cento

RAIZ = Path(__file__).parents[2]
PERGUNTAS = Path(__file__).parent / "perguntas.toml"
TRES = 3
FORMAS = {"livre": "como se escreve", "sem_acentos": "sem acentos", "erros": "com erros", "palavras": "só palavras"}
_TEXTO_CORRIDO = """
SELECT o.origem FROM conhecimento_artigo o JOIN conhecimento_versaodoartigo v ON v.artigo_id = o.id AND v.situacao = 'publicada',
    to_tsvector('portuguese', concat_ws(' ', v.titulo, v.palavras_chave, v.resumo, v.corpo, v.perguntas)) AS vetor
WHERE vetor @@ {consulta} AND NOT o.interno ORDER BY ts_rank(vetor, {consulta}) DESC, o.id LIMIT 3
"""
_TODAS = "plainto_tsquery('portuguese', %(pergunta)s)"
_ALGUMA = "replace(plainto_tsquery('portuguese', %(pergunta)s)::text, ' & ', ' | ')::tsquery"


class Pergunta(NamedTuple):
    """O que se pergunta, os artigos que respondem (nenhum, se a base não responde) e como foi escrita."""

    texto: str
    artigos: frozenset[str]
    forma: str


class Achado(NamedTuple):
    """Os artigos que vieram, do melhor ao terceiro, e se o assistente responderia com o primeiro."""

    artigos: list[str]
    responde: bool
    nao_sabe: bool


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Mede, imprime as tabelas e devolve os números; ``tamanho`` é o da base das conversas."""
    _carregar()
    dentro, fora = _perguntas("medida")
    figuras = {
        "perguntas": {
            "assistente": _por_forma(dentro, _assistente), "todas as palavras": _por_forma(dentro, _texto_corrido(_TODAS)),
            "alguma palavra": _por_forma(dentro, _texto_corrido(_ALGUMA)),
        },
        "fora": {"perguntas": len(fora), "respondidas": _parte([_assistente(p.texto).responde for p in fora])},
        "titulos": _por_forma(_titulos(), _assistente),
    }  # fmt: skip
    _escrever(figuras, len(dentro))
    figuras["conversas"] = medir_conversas(medicao, artigos=tamanho, perguntas=[p.texto for p in [*dentro, *fora]])
    return figuras


def _carregar() -> None:
    from django.utils import timezone

    from pen.atendimento.public import carregar_atendimento
    from pen.conhecimento.public import carregar_sinonimos, importar_artigos

    carregar_atendimento()
    carregar_sinonimos()
    relatorio = importar_artigos(RAIZ / "docs/manuais", agora=timezone.now(), ensaio=False)
    if not relatorio.completo:
        raise SystemExit(f"Os manuais não entraram: {relatorio.recusados.linhas}")


def _perguntas(grupo: str) -> tuple[list[Pergunta], list[Pergunta]]:
    """As do grupo: as que um artigo público responde, e as que nenhum responde."""
    from pen.conhecimento.models import Artigo

    lidas = tomllib.loads(PERGUNTAS.read_text(encoding="utf-8"))
    publicos = {_nome(origem) for origem in Artigo.objects.filter(interno=False).values_list("origem", flat=True)}
    dentro = [
        Pergunta(p["texto"], frozenset(p["artigos"]) & publicos, p["forma"])
        for p in lidas["pergunta"] if p["grupo"] == grupo and publicos & set(p["artigos"])
    ]  # fmt: skip
    return dentro, [Pergunta(p["texto"], frozenset(), "fora") for p in lidas["fora"] if p["grupo"] == grupo]


def _titulos() -> list[Pergunta]:
    """O método da pesquisa que deu as metas: o título de cada artigo público como pergunta, estragado por máquina."""
    from pen.conhecimento.models import VersaoDoArtigo

    publicadas = (
        VersaoDoArtigo.objects.filter(situacao="publicada", artigo__interno=False).select_related("artigo").order_by("pk")
    )
    return [
        Pergunta(estrago(versao.titulo), frozenset({_nome(versao.artigo.origem)}), forma)
        for versao in publicadas
        for forma, estrago in (("sem_acentos", sem_acentos), ("erros", com_erros), ("palavras", em_palavras))
        if forma != "palavras" or len(versao.titulo.split()) > PALAVRAS
    ]


def _assistente(pergunta: str) -> Achado:
    from django.contrib.auth.models import AnonymousUser

    from pen.assistente.selectors.respostas import CERTEZA, TALVEZ
    from pen.conhecimento.public import achar_trechos

    achados = achar_trechos(pergunta, para=AnonymousUser(), quantos=3 * TRES).trechos
    confianca = achados[0].confianca if achados else 0.0
    artigos = list(dict.fromkeys(_nome(a.artigo.origem) for a in achados))[:TRES]
    return Achado(artigos, confianca >= CERTEZA, confianca < TALVEZ)


def _texto_corrido(consulta: str) -> Callable[[str], Achado]:
    from django.db import connection

    def buscar(pergunta: str) -> Achado:
        with connection.cursor() as cursor:
            cursor.execute(_TEXTO_CORRIDO.format(consulta=consulta), {"pergunta": pergunta})
            artigos = [_nome(origem) for (origem,) in cursor.fetchall()]
        return Achado(artigos, bool(artigos), not artigos)

    return buscar


def _por_forma(perguntas: Sequence[Pergunta], buscar: Callable[[str], Achado]) -> dict[str, dict[str, float]]:
    achados = [(p, buscar(p.texto)) for p in perguntas]
    grupos = {forma: [(p, a) for p, a in achados if p.forma == forma] for forma in FORMAS} | {"todas": achados}
    return {
        forma: {
            "perguntas": len(grupo), "primeira": _parte([bool(a.artigos) and a.artigos[0] in p.artigos for p, a in grupo]),
            "entre_tres": _parte([bool(p.artigos & set(a.artigos)) for p, a in grupo]),
            "respondidas": _parte([a.responde for _, a in grupo]), "nao_sei": _parte([a.nao_sabe for _, a in grupo]),
            "certas_das_respondidas": _parte([a.artigos[0] in p.artigos for p, a in grupo if a.responde]),
        }
        for forma, grupo in grupos.items() if grupo
    }  # fmt: skip


def _parte(sim: Sequence[bool]) -> float:
    return round(sum(sim) / len(sim), 3) if sim else 0.0


def _nome(origem: str) -> str:
    return origem.removeprefix("manuais/").removesuffix(".md")


def _escrever(figuras: dict[str, Any], quantas: int) -> None:
    nosso, todas, alguma = figuras["perguntas"].values()
    linhas = [
        (FORMAS.get(forma, forma), str(f["perguntas"]), *(f"{g[forma][m]:.2f}".replace(".", ",") for m in ("primeira", "entre_tres")
         for g in (nosso, alguma, todas)), por_cento(f["respondidas"]), por_cento(f["nao_sei"]))
        for forma, f in nosso.items()
    ]  # fmt: skip
    colunas = (
        "as perguntas",
        "quantas",
        "1º: nosso",
        "alguma",
        "todas",
        "em 3: nosso",
        "alguma",
        "todas",
        "respondidas",
        "«não sei»",
    )
    escrever_tabela(
        f"Assistente: {quantas} perguntas da metade «medida» (ao lado, a busca de texto do PostgreSQL)", colunas, linhas
    )
    fora = figuras["fora"]
    print(f"  De {fora['perguntas']} que a base não responde, respondidas: {por_cento(fora['respondidas'])}.")
    titulos = [
        (
            FORMAS.get(forma, forma),
            str(f["perguntas"]),
            *(f"{f[m]:.2f}".replace(".", ",") for m in ("primeira", "entre_tres")),
        )
        for forma, f in figuras["titulos"].items()
    ]
    escrever_tabela("Os títulos como perguntas, estragados por máquina", ("os títulos", "quantos", "1º", "em 3"), titulos)
    dificeis = min(nosso[forma]["primeira"] for forma in ("sem_acentos", "erros"))
    print("  " + meta("primeira resposta certa, sem acentos e com erros: 0,90", dificeis >= 0.90))
    print("  " + meta("primeira resposta certa, só palavras: 0,82", nosso["palavras"]["primeira"] >= 0.82))
    print("  " + meta("entre as três primeiras: 0,97", nosso["todas"]["entre_tres"] >= 0.97))
    print("  " + meta("das que a base não responde, no máximo 5 % respondidas", fora["respondidas"] <= 0.05))
