"""Busca por palavras: a porta estreita do contexto. O motor de hoje é o texto completo do PostgreSQL.

Todas as palavras precisam aparecer, cada uma de algum modo: no vetor com acentos ou no sem acentos, como foi digitada,
com o acento do sufixo devolvido (quem digita «tramitacoes» acha «tramitação»), no outro número («edital», «editais»),
ou como nome, sem radical. «OU» dá alternativas.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from pen.comum.portugues import flexoes, palavras
from pen.comum.tempo import BRASILIA
from pen.comum.texto import cnpj_confere, cpf_confere, tem_texto_ilegivel
from pen.protocolo_integrado.documentos_de_pessoa import hash_do_documento
from pen.protocolo_integrado.errors import BuscaDemorada, BuscaInvalida
from pen.protocolo_integrado.models import Andamento, Interessado, Registro
from pen.protocolo_integrado.selectors.marcadores import ler_deslocamento, ler_marcador, marcar
from pen.protocolo_integrado.selectors.processos import ver_andamento
from pen.protocolo_integrado.selectors.retencoes import retidos_nos_processos
from pen.protocolo_integrado.selectors.visiveis import Visitante, registros_buscaveis
from pen.protocolo_integrado.values import AndamentoVisto, FiltrosDeBusca, Pagina, Total

POR_PAGINA = 20
CONTAGEM_MAXIMA = 1000
PALAVRAS_MAXIMO = 12
TEMPO_MAXIMO_MS = 5000


def buscar_processos(filtros: FiltrosDeBusca, *, para: Visitante, depois_de: str = "") -> Pagina[Registro]:
    """Os processos públicos que atendem a todos os filtros, do atualizado há menos tempo ao mais antigo, 20 por página.

    Levanta:
        BuscaInvalida: nenhum filtro, ou só palavras comuns demais («de», «para»).
        BuscaDemorada: passou de cinco segundos.
    """
    with _tempo_limitado():
        achados = _um_por_processo(_achados(filtros, para))
        pagina = achados.select_related("orgao").defer("vetor").order_by("-atualizado_em", "numero")
        if marcador := ler_marcador(depois_de, 2):
            pagina = pagina.filter(_depois(marcador))
        itens = list(pagina[: POR_PAGINA + 1])
        proxima = ""
        if len(itens) > POR_PAGINA:
            itens.pop()
            proxima = marcar(itens[-1].atualizado_em.isoformat(), itens[-1].numero)
        return Pagina(itens, _contar(achados), proxima)


def buscar_andamentos(filtros: FiltrosDeBusca, *, para: Visitante, depois_de: str = "") -> Pagina[AndamentoVisto]:
    """Os movimentos dos processos contados (até 1.000), do mais novo ao mais antigo; levanta os mesmos erros."""
    with _tempo_limitado():
        recentes = _achados(filtros, para).order_by("-atualizado_em", "numero")
        numeros = list(recentes.values_list("numero", flat=True)[:CONTAGEM_MAXIMA])
        todos = Andamento.objects.filter(numero__in=numeros)
        pulados = ler_deslocamento(depois_de)
        lidos = list(todos.order_by("-ocorrido_em", "numero", "-posicao", "chave")[pulados : pulados + POR_PAGINA + 1])
        proxima = marcar(str(pulados + POR_PAGINA)) if len(lidos) > POR_PAGINA else ""
        retidos = retidos_nos_processos({a.numero for a in lidos}, {a.orgao_id for a in lidos})
        vistos = [ver_andamento(a, resumido=False, retidos=retidos) for a in lidos[:POR_PAGINA]]
        return Pagina(vistos, _contar(todos), proxima)


def _achados(filtros: FiltrosDeBusca, para: Visitante) -> QuerySet[Registro]:
    if filtros.vazio():
        raise BuscaInvalida("Preencha pelo menos um campo.")
    if tem_texto_ilegivel(filtros.especie):
        raise BuscaInvalida("O tipo tem caracteres que não são texto.")
    if filtros.desde and filtros.ate and filtros.desde > filtros.ate:
        raise BuscaInvalida("O período termina antes de começar.")
    achados = registros_buscaveis(para)
    for texto, peso in ((filtros.palavras, ""), (filtros.assunto, "A"), (filtros.interessado, "B")):
        if texto:
            achados = achados.filter(vetor=_consulta(texto, peso))
    if filtros.documento:
        documento = filtros.documento
        if not cpf_confere(documento) and not cnpj_confere(documento):
            raise BuscaInvalida("O CPF ou CNPJ não confere; verifique os algarismos.")
        partes = Interessado.objects.filter(numero=OuterRef("numero"), documento_hash=hash_do_documento(documento))
        achados = achados.filter(Exists(partes))
    exatos: dict[str, Any] = {"especie__iexact": filtros.especie, "orgao_id": filtros.orgao_id}
    if filtros.desde:
        exatos["produzido_em__gte"] = datetime.combine(filtros.desde, time.min, BRASILIA)
    if filtros.ate:
        exatos["produzido_em__lt"] = datetime.combine(filtros.ate + timedelta(days=1), time.min, BRASILIA)
    return achados.filter(**{campo: valor for campo, valor in exatos.items() if valor})


def _um_por_processo(achados: QuerySet[Registro]) -> QuerySet[Registro]:
    """Quando dois órgãos dizem do mesmo número, fica a linha do atualizado por último."""
    mais_novo = Q(atualizado_em__gt=OuterRef("atualizado_em")) | Q(
        atualizado_em=OuterRef("atualizado_em"), orgao_id__gt=OuterRef("orgao_id")
    )
    return achados.filter(~Exists(achados.filter(mais_novo, numero=OuterRef("numero"))))


def _depois(marcador: list[str]) -> Q:
    try:
        instante = datetime.fromisoformat(marcador[0])
    except ValueError:
        return Q()
    return Q(atualizado_em__lt=instante) | Q(atualizado_em=instante, numero__gt=marcador[1])


def _consulta(texto: str, peso: str) -> Any:
    """A consulta de texto: palavras somadas, grupos separados por «OU»; ``peso`` A é o assunto, B os nomes."""
    grupos: list[list[str]] = [[]]
    for palavra in palavras(texto)[:PALAVRAS_MAXIMO]:
        if palavra == "OU":
            grupos.append([])
        else:
            grupos[-1].append(palavra.lower()[:60])
    uteis = _sem_palavras_vazias({p for grupo in grupos for p in grupo})
    consultas = [[_modos(p, peso) for p in grupo if p in uteis] for grupo in grupos]
    if not any(consultas):
        raise BuscaInvalida("Essas palavras são comuns demais; use outras mais específicas.")
    return reduce(or_, (reduce(and_, grupo) for grupo in consultas if grupo))


def _modos(palavra: str, peso: str) -> Any:
    nome = _modo(palavra, "pen_nomes", "B")
    if peso == "B":
        return nome
    no_assunto = [_modo(f, c, "A") for f in flexoes(palavra) for c in ("portuguese", "pen_sem_acentos")]
    return reduce(or_, no_assunto if peso == "A" else [*no_assunto, nome])


def _modo(palavra: str, configuracao: str, peso: str) -> SearchQuery:
    return SearchQuery(f"{palavra}:{peso}", config=configuracao, search_type="raw")


def _sem_palavras_vazias(termos: set[str]) -> set[str]:
    """Tira artigos e preposições, que o assunto não indexa e os nomes sim."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t FROM unnest(%s::text[]) t WHERE numnode(plainto_tsquery('portuguese', t)) > 0", [list(termos)]
        )
        return {linha[0] for linha in cursor.fetchall()}


def _contar(itens: QuerySet[Any]) -> Total:
    quantos = itens.order_by()[: CONTAGEM_MAXIMA + 1].count()
    return Total(min(quantos, CONTAGEM_MAXIMA), quantos > CONTAGEM_MAXIMA)


@contextmanager
def _tempo_limitado() -> Iterator[None]:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {TEMPO_MAXIMO_MS}")
            yield
    except OperationalError as erro:
        if getattr(erro.__cause__, "sqlstate", "") == "57014":
            raise BuscaDemorada("A busca demorou demais. Acrescente palavras ou um período e tente de novo.") from erro
        raise
