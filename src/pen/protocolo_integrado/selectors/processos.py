"""Consulta de um processo pelo número."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.contrib.auth.models import AnonymousUser

from pen.nup.public import Forma, Numero, Veredito, chaves_possiveis
from pen.protocolo_integrado.acesso import MOVIMENTO_RESERVADO, operacao_resumida
from pen.protocolo_integrado.enums import Visibilidade
from pen.protocolo_integrado.errors import ProcessoNaoEncontrado
from pen.protocolo_integrado.models import Andamento, Interessado, Registro
from pen.protocolo_integrado.selectors.marcadores import ler_deslocamento, marcar
from pen.protocolo_integrado.selectors.retencoes import Retidos, retidos_nos_processos, versao_das_retencoes
from pen.protocolo_integrado.selectors.visiveis import Visitante, registros_visiveis
from pen.protocolo_integrado.values import AndamentoVisto, Pagina, ProcessoVisto, RegistroVisto, SituacaoDoProcesso, Total

ANDAMENTOS_POR_PAGINA = 200


def consultar_processo(numero: str, *, para: Visitante) -> ProcessoVisto:
    """O processo de um número em qualquer forma (com ou sem pontuação, com DV, com zeros perdidos).

    Levanta:
        ProcessoNaoEncontrado: não há processo com esse número, ou está oculto; as duas respostas são iguais.
    """
    chaves = chaves_possiveis(numero)
    achados = list(registros_visiveis(para).select_related("orgao").defer("vetor").filter(numero__in=chaves))
    chave = next((c for c in chaves if any(r.numero == c for r in achados)), None)
    if chave is None:
        raise ProcessoNaoEncontrado("Nenhum processo público com esse número.")
    registros = sorted((r for r in achados if r.numero == chave), key=lambda r: (r.produzido_em, r.orgao_id))
    visibilidade = Visibilidade(max(r.visibilidade for r in registros))
    publico = visibilidade == Visibilidade.PUBLICO
    nomes = _interessados(chave) if publico else {}
    return ProcessoVisto(
        numero=_numero(registros[0]),
        visibilidade=visibilidade,
        registros=[_ver(r, nomes.get(r.orgao_id, []) if publico else None) for r in registros],
        atualizado_em=max(r.atualizado_em for r in registros),
    )


def andamentos_do_processo(
    processo: ProcessoVisto, *, desde: datetime | None = None, depois_de: str = "", limite: int = ANDAMENTOS_POR_PAGINA
) -> Pagina[AndamentoVisto]:
    """Os movimentos de todos os órgãos, do mais novo ao mais antigo, a partir de ``desde`` (instante da ocorrência).

    ``depois_de`` é o marcador da página anterior; um marcador que não se entende recomeça do início.
    """
    numero = processo.numero.normalizado
    todos = Andamento.objects.filter(numero=numero, orgao_id__in=[r.orgao.pk for r in processo.registros])
    if desde is not None:
        todos = todos.filter(ocorrido_em__gte=desde)
    ordenados = todos.order_by("-ocorrido_em", "-posicao", "chave")
    pulados = ler_deslocamento(depois_de)
    lidos = list(ordenados[pulados : pulados + limite + 1])
    proxima = marcar(str(pulados + limite)) if len(lidos) > limite else ""
    total = len(lidos) if not pulados and not proxima else todos.count()
    retidos = retidos_nos_processos([numero], [r.orgao.pk for r in processo.registros])
    vistos = [ver_andamento(a, resumido=processo.resumido, retidos=retidos) for a in lidos[:limite]]
    return Pagina(vistos, Total(total, False), proxima)


def ver_andamento(andamento: Andamento, *, resumido: bool, retidos: Retidos) -> AndamentoVisto:
    """O movimento como o público o vê."""
    operacao = operacao_resumida(andamento.operacao) if resumido else andamento.operacao
    return AndamentoVisto(
        numero=andamento.numero, orgao_id=andamento.orgao_id, chave=andamento.chave, ocorrido_em=andamento.ocorrido_em,
        registrado_em=andamento.registrado_em, unidade=andamento.unidade,
        operacao=MOVIMENTO_RESERVADO if retidos.retem(andamento) else operacao,
    )  # fmt: skip


def numeros_consultaveis(numeros: Iterable[str], *, para: Visitante) -> dict[str, str]:
    """Dos números pedidos (relacionados, por exemplo), os que têm página: número pedido → número canônico."""
    chaves = {numero: chaves_possiveis(numero) for numero in numeros}
    todas = [c for opcoes in chaves.values() for c in opcoes]
    if not todas:
        return {}
    existentes = set(registros_visiveis(para).filter(numero__in=todas).values_list("numero", flat=True))
    achadas = {numero: next((c for c in opcoes if c in existentes), None) for numero, opcoes in chaves.items()}
    return {numero: chave for numero, chave in achadas.items() if chave}


def situacao_dos_processos(numeros: Iterable[str]) -> dict[str, SituacaoDoProcesso]:
    """Dos números canônicos pedidos, os que o público vê, cada um com a visibilidade mais restrita entre os órgãos."""
    linhas = (
        registros_visiveis(AnonymousUser())
        .filter(numero__in=list(numeros))
        .order_by("numero", "produzido_em", "orgao_id")
        .values_list("numero", "visibilidade", "atualizado_em", "assunto")
    )
    situacoes: dict[str, SituacaoDoProcesso] = {}
    for numero, grupo in groupby(linhas, key=itemgetter(0)):
        registros = list(grupo)
        visibilidade = Visibilidade(max(r[1] for r in registros))
        assunto = registros[0][3] if visibilidade == Visibilidade.PUBLICO else None
        situacoes[numero] = SituacaoDoProcesso(visibilidade, max(r[2] for r in registros), assunto)
    return situacoes


def andamentos_por_chave(
    chaves: Collection[tuple[str, int, str]], situacoes: Mapping[str, SituacaoDoProcesso]
) -> dict[tuple[str, int, str], AndamentoVisto]:
    """Os movimentos pedidos por (número, órgão, chave), como o público os vê; os de processos que não se veem não voltam."""
    visiveis = [c for c in chaves if c[0] in situacoes]
    if not visiveis:
        return {}
    numeros, orgaos = {c[0] for c in visiveis}, {c[1] for c in visiveis}
    retidos = retidos_nos_processos(numeros, orgaos)
    vistos = {}
    for a in Andamento.objects.filter(numero__in=numeros, orgao_id__in=orgaos, chave__in={c[2] for c in visiveis}):
        resumido = situacoes[a.numero].visibilidade == Visibilidade.RESUMIDO
        vistos[(a.numero, a.orgao_id, str(a.chave))] = ver_andamento(a, resumido=resumido, retidos=retidos)
    return vistos


def versao_do_processo(numero: str, *, para: Visitante) -> str | None:
    """Um texto que muda quando algo visível do processo muda, ou ``None`` se ele não existe para ``para``."""
    achados = registros_visiveis(para).filter(numero__in=chaves_possiveis(numero))
    versoes = sorted(achados.values_list("numero", "orgao_id", "atualizado_em", "carregado_em", "visibilidade"))
    if not versoes:
        return None
    partes = [f"{n}:{o}:{a.timestamp()}:{c.timestamp()}:{v}" for n, o, a, c, v in versoes]
    return "|".join([*partes, versao_das_retencoes([o for _, o, *_ in versoes])])


def interessados_dos_processos(numeros: Iterable[str]) -> dict[str, list[str]]:
    """Os nomes dos interessados de processos que uma busca achou (públicos, portanto), por número, sem repetir."""
    nomes: dict[str, dict[str, None]] = {}
    linhas = Interessado.objects.filter(numero__in=list(numeros)).order_by("orgao_id", "ordem")
    for numero, nome in linhas.values_list("numero", "nome"):
        nomes.setdefault(numero, {})[nome] = None
    return {numero: list(unicos) for numero, unicos in nomes.items()}


def _numero(registro: Registro) -> Numero:
    return Numero(registro.numero_enviado, registro.numero, Forma(registro.forma), Veredito(registro.veredito))


def _interessados(numero: str) -> dict[int, list[tuple[str, str]]]:
    por_orgao: dict[int, list[tuple[str, str]]] = {}
    colunas = Interessado.objects.filter(numero=numero).order_by("ordem")
    for orgao_id, nome, documento in colunas.values_list("orgao_id", "nome", "documento_mascarado"):
        por_orgao.setdefault(orgao_id, []).append((nome, documento))
    return por_orgao


def _ver(registro: Registro, interessados: list[tuple[str, str]] | None) -> RegistroVisto:
    publico = interessados is not None
    return RegistroVisto(
        orgao=registro.orgao, numero=registro.numero, forma=registro.forma, veredito=registro.veredito,
        especie=registro.especie, assunto=registro.assunto if publico else None,
        identificacao=registro.identificacao if publico else None, produzido_em=registro.produzido_em,
        relacionados=registro.relacionados if publico else [], interessados=interessados,
        registrado_em=registro.registrado_em, atualizado_em=registro.atualizado_em, carregado_em=registro.carregado_em,
    )  # fmt: skip
