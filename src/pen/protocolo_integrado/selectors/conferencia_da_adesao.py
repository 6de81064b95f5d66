"""A conferência da adesão: o que o sistema conclui do que o órgão enviou em homologação."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from pen.identidade.public import Ambiente
from pen.nup.public import Veredito, ler_numero
from pen.protocolo_integrado.enums import CodigoDeRecusa
from pen.protocolo_integrado.models import AmostraDeHomologacao, Recusa, Remessa

PROTOCOLOS_MINIMO = 10
PARCELA_TOLERADA = 0.2  # até aqui, um problema é atenção; acima, falta
JANELA_DAS_RECUSAS = timedelta(hours=24)
RECUSAS_OLHADAS = 500
EXEMPLOS = 5
CONFEREM = [Veredito.OK, Veredito.OK_ANO_2_DIGITOS]
ERRADOS = [Veredito.DV_NAO_CONFERE, Veredito.FORMA_DESCONHECIDA]


class Item(StrEnum):
    """O que se confere, na ordem em que se mostra."""

    QUANTIDADE = "quantidade"
    NUMEROS = "numeros"
    DATAS = "datas"
    UNIDADES = "unidades"
    MOVIMENTOS = "movimentos"
    REENVIO = "reenvio"
    RESTRITOS = "restritos"
    RECUSAS = "recusas"


class SituacaoDoItem(StrEnum):
    OK = "ok"
    ATENCAO = "atenção"
    FALTA = "falta"


@dataclass(frozen=True, slots=True)
class RecusaPendente:
    """Documentos recusados com o mesmo código e ainda não aceitos; ``motivo`` é o do mais novo."""

    codigo: CodigoDeRecusa
    quantas: int
    motivo: str
    protocolos: list[str]


@dataclass(frozen=True, slots=True)
class ItemConferido:
    """Um item, a situação e as contas que a explicam: ``valor`` de ``total``; ``outros`` é o que cabe a cada item."""

    item: Item
    situacao: SituacaoDoItem
    valor: int = 0
    total: int = 0
    outros: int = 0
    recusas: list[RecusaPendente] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Conferencia:
    """Todos os itens. ``satisfeita``: nenhum em falta."""

    itens: list[ItemConferido]

    @property
    def satisfeita(self) -> bool:
        """Se nada falta; atenção não impede."""
        return all(i.situacao != SituacaoDoItem.FALTA for i in self.itens)

    @property
    def em_falta(self) -> list[Item]:
        """Os itens em falta."""
        return [i.item for i in self.itens if i.situacao == SituacaoDoItem.FALTA]


def conferir_homologacao(orgao_id: int) -> Conferencia:
    """A conferência do órgão agora, em até quatro consultas, qualquer que seja o tamanho da amostra."""
    contas = AmostraDeHomologacao.objects.filter(orgao_id=orgao_id).aggregate(
        total=Count("numero"),
        conferem=Count("numero", filter=Q(veredito__in=CONFEREM)),
        errados=Count("numero", filter=Q(veredito__in=ERRADOS)),
        datas_ruins=Count("numero", filter=Q(datas_ok=False)),
        sem_unidade=Count("numero", filter=Q(sem_unidade__gt=0)),
        sem_movimento=Count("numero", filter=Q(movimentos=0)),
        com_historia=Count("numero", filter=Q(movimentos__gt=1)),
        reenviados=Count("numero", filter=Q(envios__gt=1)),
        textos_restritos=Sum("restritos", default=0),
        protocolos_restritos=Count("numero", filter=Q(restritos__gt=0)),
    )
    total = contas["total"]
    recusas = recusas_pendentes(orgao_id)
    return Conferencia(
        [
            ItemConferido(Item.QUANTIDADE, _exige(total >= PROTOCOLOS_MINIMO), total, PROTOCOLOS_MINIMO),
            ItemConferido(
                Item.NUMEROS, _por_parcela(contas["errados"], total), contas["conferem"], total, contas["errados"]
            ),
            ItemConferido(Item.DATAS, _por_parcela(contas["datas_ruins"], total), contas["datas_ruins"], total),
            ItemConferido(
                Item.UNIDADES,
                _por_parcela(contas["sem_unidade"], total - contas["sem_movimento"]),
                contas["sem_unidade"],
                total - contas["sem_movimento"],
            ),
            ItemConferido(Item.MOVIMENTOS, _exige(contas["com_historia"] > 0), contas["com_historia"], total),
            ItemConferido(Item.REENVIO, _exige(contas["reenviados"] > 0), contas["reenviados"], total),
            ItemConferido(
                Item.RESTRITOS,
                SituacaoDoItem.ATENCAO if contas["textos_restritos"] else SituacaoDoItem.OK,
                contas["textos_restritos"],
                total,
                contas["protocolos_restritos"],
            ),
            ItemConferido(Item.RECUSAS, _exige(not recusas), sum(r.quantas for r in recusas), recusas=recusas),
        ]
    )


def recusas_pendentes(orgao_id: int) -> list[RecusaPendente]:
    """As recusas de homologação das últimas 24 horas que ainda não foram resolvidas, por código.

    Resolve-se a de um documento quando o mesmo número é aceito depois; a da remessa inteira, quando outra é lida depois.
    """
    desde = timezone.now() - JANELA_DAS_RECUSAS
    de_homologacao = Remessa.objects.filter(orgao_id=orgao_id, ambiente=Ambiente.HOMOLOGACAO, recebida_em__gte=desde)
    por_codigo: dict[CodigoDeRecusa, list[tuple[str, str]]] = {}
    for codigo, motivo, protocolo in [*_remessas_ilegiveis(de_homologacao), *_documentos_recusados(orgao_id, desde)]:
        por_codigo.setdefault(codigo, []).append((motivo, protocolo))
    return [
        RecusaPendente(codigo, len(casos), casos[0][0], [p for _, p in casos if p][:EXEMPLOS])
        for codigo, casos in sorted(por_codigo.items())
    ]


def _documentos_recusados(orgao_id: int, desde: datetime) -> list[tuple[CodigoDeRecusa, str, str]]:
    """O código, o motivo e o protocolo de cada número recusado e não aceito depois; vale a recusa mais nova de cada um."""
    recusas = Recusa.objects.filter(
        remessa__orgao_id=orgao_id, remessa__ambiente=Ambiente.HOMOLOGACAO, remessa__recebida_em__gte=desde
    ).order_by("-remessa__recebida_em", "-remessa_id", "posicao")
    linhas = recusas.values_list("remessa__recebida_em", "codigo", "motivo", "protocolo")[:RECUSAS_OLHADAS]
    recusados: dict[str, tuple[datetime, CodigoDeRecusa, str, str]] = {}
    for quando, codigo, motivo, protocolo in linhas:
        chave = ler_numero(protocolo).normalizado or protocolo
        recusados.setdefault(chave, (quando, CodigoDeRecusa(codigo), motivo, protocolo))
    if not recusados:
        return []
    amostras = AmostraDeHomologacao.objects.filter(orgao_id=orgao_id, numero__in=list(recusados))
    aceitos = dict(amostras.values_list("numero", "recebida_em"))
    return [
        (codigo, motivo, protocolo)
        for chave, (quando, codigo, motivo, protocolo) in recusados.items()
        if chave not in aceitos or aceitos[chave] < quando
    ]


def _remessas_ilegiveis(remessas: QuerySet[Remessa]) -> list[tuple[CodigoDeRecusa, str, str]]:
    """A última remessa recusada inteira, se nenhuma foi lida depois dela."""
    lida_em = remessas.filter(erro="").aggregate(ultima=Max("recebida_em"))["ultima"]
    ilegiveis = remessas.exclude(erro="").order_by("-recebida_em")
    ultima = (ilegiveis.filter(recebida_em__gt=lida_em) if lida_em else ilegiveis).first()
    if ultima is None:
        return []
    codigo = ultima.erro.partition(" ")[0]
    return [(CodigoDeRecusa(codigo) if codigo in CodigoDeRecusa.values else CodigoDeRecusa.LISTA, ultima.erro, "")]


def _exige(feito: bool) -> SituacaoDoItem:
    return SituacaoDoItem.OK if feito else SituacaoDoItem.FALTA


def _por_parcela(ruins: int, total: int) -> SituacaoDoItem:
    if not total:
        return SituacaoDoItem.FALTA
    if not ruins:
        return SituacaoDoItem.OK
    return SituacaoDoItem.ATENCAO if ruins / total <= PARCELA_TOLERADA else SituacaoDoItem.FALTA
