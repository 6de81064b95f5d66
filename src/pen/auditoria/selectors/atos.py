"""Os atos que cada um pode ver, por página e para baixar; do mais novo ao mais antigo."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from pen.auditoria.models import Ato
from pen.auditoria.rules import ve_nomes, ve_todos_os_atos
from pen.auditoria.values import AtoVisto, FiltrosDeAtos, PaginaDeAtos
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Ator, Pessoa, orgaos_em_que_atua

POR_PAGINA = 50
MAXIMO_PARA_BAIXAR = 10_000


def atos_visiveis(para: Ator) -> QuerySet[Ato]:
    """Auditoria e equipe central veem tudo; os outros, os atos de seus órgãos, os próprios e os feitos sobre si."""
    if not isinstance(para, Pessoa) or not para.is_active:
        return Ato.objects.none()
    if ve_todos_os_atos(para):
        return Ato.objects.all()
    meus = Q(pessoa_id=para.pk) | Q(objeto=f"pessoa:{para.pk}")
    return Ato.objects.filter(meus | Q(orgao_id__in=orgaos_em_que_atua(para)))


def listar_atos(para: Ator, filtros: FiltrosDeAtos, depois_de: str = "") -> PaginaDeAtos:
    """Cinquenta atos visíveis que atendem a todos os filtros.

    ``depois_de`` é o marcador da página anterior; um que não se entende recomeça do início.
    """
    atos = _achados(para, filtros)
    if marco := _marco(para, depois_de):
        depois = Q(ocorrido_em__lt=marco.ocorrido_em) | Q(pk__lt=marco.pk)
        atos = atos.filter(depois, ocorrido_em__lte=marco.ocorrido_em)
    com_nomes = ve_nomes(para)
    itens = [_ver(ato, com_nomes=com_nomes) for ato in atos[: POR_PAGINA + 1]]
    proxima = itens[POR_PAGINA - 1].id.hex if len(itens) > POR_PAGINA else ""
    return PaginaDeAtos(itens[:POR_PAGINA], proxima)


def percorrer_atos(para: Ator, filtros: FiltrosDeAtos) -> Iterator[AtoVisto]:
    """Até dez mil atos, lidos aos poucos, os mesmos que ``listar_atos`` mostra."""
    com_nomes = ve_nomes(para)
    achados = _achados(para, filtros)[:MAXIMO_PARA_BAIXAR]
    return (_ver(ato, com_nomes=com_nomes) for ato in achados.iterator(chunk_size=1000))


def _achados(para: Ator, filtros: FiltrosDeAtos) -> QuerySet[Ato]:
    atos = atos_visiveis(para).select_related("orgao", "pessoa").order_by("-ocorrido_em", "-pk")
    if filtros.ato:
        atos = atos.filter(ato=filtros.ato)
    if filtros.orgao_id is not None:
        atos = atos.filter(orgao_id=filtros.orgao_id)
    if filtros.so_meus:
        atos = atos.filter(Q(pessoa_id=para.pk))
    if filtros.desde:
        atos = atos.filter(ocorrido_em__gte=_comeco_do_dia(filtros.desde))
    if filtros.ate:
        atos = atos.filter(ocorrido_em__lt=_comeco_do_dia(filtros.ate + timedelta(days=1)))
    return atos


def _comeco_do_dia(dia: date) -> datetime:
    return datetime.combine(dia, time.min, BRASILIA)


def _marco(para: Ator, marcador: str) -> Ato | None:
    """O último ato da página anterior. Ele nunca some nem muda, e por isso seu id basta como marcador."""
    try:
        return atos_visiveis(para).filter(pk=uuid.UUID(marcador)).first()
    except ValueError:
        return None


def _ver(ato: Ato, *, com_nomes: bool) -> AtoVisto:
    return AtoVisto(
        id=ato.pk, ocorrido_em=ato.ocorrido_em, ato=ato.ato, objeto=ato.objeto, pessoa_id=ato.pessoa_id,
        nome=ato.pessoa.nome if com_nomes and ato.pessoa else "", credencial_id=ato.credencial_id,
        sigla=ato.orgao.sigla if ato.orgao else "", detalhes=ato.detalhes,
    )  # fmt: skip
