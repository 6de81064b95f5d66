"""O que quem atua num órgão vê da integração dele. Tudo começa por conferir isso: para os outros, nada existe."""

import contextlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, Value
from django.db.models.functions import Length, Substr

from pen.comum.errors import NaoEncontrado, conferir
from pen.comum.marcadores import ler_marcador, marcar
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Ambiente, Ator, Orgao, listar_orgaos, orgaos_em_que_atua
from pen.protocolo_integrado.errors import RemessaNaoEncontrada
from pen.protocolo_integrado.models import AlertaDeIntegracao, Recusa, Remessa
from pen.protocolo_integrado.rules import ve_todos_os_orgaos
from pen.protocolo_integrado.selectors.integracao import IntegracaoVista, alertas_do_orgao, integracoes_de
from pen.protocolo_integrado.selectors.totais import TOTAIS, periodos, somas_por_tempo, ultimos_dias
from pen.protocolo_integrado.selectors.visiveis import orgao_visivel

POR_PAGINA = 50
ACHADOS_MAXIMO = 50
DIAS_DA_TENDENCIA = 30
BRUTO_MAXIMO = 20_000  # caracteres do documento recusado que a página mostra
_SOMADAS = (
    "remessas",
    "remessas_recusadas",
    "documentos",
    "novos",
    "alterados",
    "repetidos",
    "recusados",
    "andamentos_novos",
)


@dataclass(frozen=True, slots=True)
class FiltrosDeRemessas:
    """Que remessas listar; datas incluídas, em Brasília."""

    desde: date | None = None
    ate: date | None = None
    so_com_recusa: bool = False
    ambiente: Ambiente | None = None


@dataclass(frozen=True, slots=True)
class ResumoDoOrgao:
    """A integração de um órgão e os últimos 30 dias dela: ``tendencia`` é (dia, documentos, recusados)."""

    orgao: Orgao
    integracao: IntegracaoVista
    tendencia: list[tuple[date, int, int]]
    totais: dict[str, int]
    alertas: list[AlertaDeIntegracao]


@dataclass(frozen=True, slots=True)
class RecusaVista:
    """Um documento recusado; ``cortado`` diz quantos caracteres o texto mostrado deixou de fora."""

    posicao: int
    protocolo: str
    codigo: str
    motivo: str
    documento: str
    cortado: int


def integracoes_da_pessoa(*, para: Ator) -> list[IntegracaoVista]:
    """Os órgãos em que a pessoa tem papel, por sigla.

    Levanta:
        NaoEncontrado: a pessoa não atua em órgão nenhum, nem os vê todos.
    """
    proprios = orgaos_em_que_atua(para)
    conferir(bool(proprios) or ve_todos_os_orgaos(para), NaoEncontrado("Não existe nada neste endereço."))
    return integracoes_de(list(listar_orgaos().filter(pk__in=proprios)))


def buscar_integracoes(texto: str, *, para: Ator) -> list[IntegracaoVista]:
    """Até 50 órgãos por sigla, código ou pedaço do nome, para quem os vê todos; para os outros, nenhum."""
    texto = texto.replace("\0", "").strip()
    if not texto or not ve_todos_os_orgaos(para):
        return []
    achados = listar_orgaos().filter(Q(sigla__istartswith=texto) | Q(codigo=texto.upper()) | Q(nome__icontains=texto))
    return integracoes_de(list(achados[:ACHADOS_MAXIMO]))


def resumo_do_orgao(orgao_id: int, *, para: Ator) -> ResumoDoOrgao:
    """A situação, os últimos 30 dias e os alertas.

    Levanta:
        NaoEncontrado: a pessoa não atua no órgão.
    """
    orgao = orgao_visivel(orgao_id, para=para)
    recorte = ultimos_dias(DIAS_DA_TENDENCIA, [orgao_id])
    somas = somas_por_tempo(TOTAIS, _SOMADAS, recorte)
    nada = (0,) * len(_SOMADAS)
    dias = {dia: dict(zip(_SOMADAS, somas.get(dia, nada), strict=True)) for dia in periodos(recorte, por_mes=False)}
    return ResumoDoOrgao(
        orgao=orgao, integracao=integracoes_de([orgao])[0],
        tendencia=[(dia, soma["documentos"], soma["recusados"]) for dia, soma in dias.items()],
        totais={nome: sum(soma[nome] for soma in dias.values()) for nome in _SOMADAS}, alertas=alertas_do_orgao(orgao_id),
    )  # fmt: skip


def remessas_visiveis(
    orgao_id: int, filtros: FiltrosDeRemessas, *, para: Ator, depois_de: str = ""
) -> tuple[Orgao, list[Remessa], str]:
    """O órgão, 50 remessas dele, da mais nova à mais antiga, e o marcador da página seguinte (ou vazio).

    Levanta:
        NaoEncontrado: a pessoa não atua no órgão.
    """
    orgao = orgao_visivel(orgao_id, para=para)
    remessas = Remessa.objects.filter(orgao_id=orgao_id).order_by("-recebida_em", "-id")
    if filtros.desde:
        remessas = remessas.filter(recebida_em__gte=_comeco_do_dia(filtros.desde))
    if filtros.ate:
        remessas = remessas.filter(recebida_em__lt=_comeco_do_dia(filtros.ate + timedelta(days=1)))
    if filtros.so_com_recusa:
        remessas = remessas.filter(~Q(recusados=0) | ~Q(erro=""))
    if filtros.ambiente:
        remessas = remessas.filter(ambiente=filtros.ambiente)
    if marcador := ler_marcador(depois_de, 2):
        with contextlib.suppress(ValueError):
            quando, ultima = datetime.fromisoformat(marcador[0]), uuid.UUID(marcador[1])
            antes = Q(recebida_em__lt=quando) | Q(id__lt=ultima)
            remessas = remessas.filter(antes, recebida_em__lte=quando)
    lidas = list(remessas[: POR_PAGINA + 1])
    return orgao, lidas[:POR_PAGINA], _marcar(lidas)


def remessa_visivel(orgao_id: int, remessa_id: uuid.UUID, *, para: Ator) -> tuple[Orgao, Remessa, list[RecusaVista]]:
    """O órgão, a remessa e os documentos recusados, na ordem em que vieram.

    Levanta:
        NaoEncontrado: a pessoa não atua no órgão, ou a remessa não é dele.
    """
    orgao = orgao_visivel(orgao_id, para=para)
    remessa = Remessa.objects.filter(orgao_id=orgao_id, pk=remessa_id).first()
    if remessa is None:
        raise RemessaNaoEncontrada("Este órgão não tem essa remessa.")
    return orgao, remessa, _recusas(remessa)


def _recusas(remessa: Remessa) -> list[RecusaVista]:
    linhas = (
        Recusa.objects.filter(remessa=remessa)
        .annotate(comeco=Substr("documento_bruto", Value(1), Value(BRUTO_MAXIMO)), tamanho=Length("documento_bruto"))
        .order_by("posicao")
        .values_list("posicao", "protocolo", "codigo", "motivo", "comeco", "tamanho")
    )
    return [RecusaVista(*linha[:5], cortado=max(0, linha[5] - BRUTO_MAXIMO)) for linha in linhas]


def _marcar(lidas: Sequence[Remessa]) -> str:
    if len(lidas) <= POR_PAGINA:
        return ""
    ultima = lidas[POR_PAGINA - 1]
    return marcar(ultima.recebida_em.isoformat(), str(ultima.pk))


def _comeco_do_dia(dia: date) -> datetime:
    return datetime.combine(dia, time.min, BRASILIA)
