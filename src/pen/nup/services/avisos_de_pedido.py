"""Os avisos dos pedidos ao CNUP: quem recebe cada um, e o que ele diz na hora de sair."""

from collections.abc import Sequence, Set
from enum import StrEnum
from uuid import UUID

from django.urls import reverse

from pen.comum.identificadores import uuid7
from pen.identidade.public import Papel, pessoas_com_papel
from pen.notificacoes.public import AvisoARedigir, AvisoNovo, Trecho, avisar
from pen.nup.enums.situacoes import Operacao
from pen.nup.models import GestorDeUp, Pedido
from pen.nup.rules import decide_o_orgao_gestor
from pen.nup.selectors.pedidos import lados_a_confirmar

TIPO_DE_AVISO = "pedido-cnup"


class Evento(StrEnum):
    """O que aconteceu; vai nos dados do aviso e não muda."""

    A_DECIDIR = "a_decidir"  # a quem decide ou confirma
    ATRASADO = "atrasado"  # a quem decide
    RECEBIDO = "recebido"
    DEVOLVIDO = "devolvido"
    DEFERIDO = "deferido"
    INDEFERIDO = "indeferido"
    CANCELADO = "cancelado"
    EXPIRADO = "expirado"


DE_QUEM_DECIDE = {Evento.A_DECIDIR, Evento.ATRASADO}

# O assunto, que pode aparecer na tela bloqueada do celular, e a frase.
_TEXTOS = {
    Evento.A_DECIDIR: ("há um pedido à sua espera", "{sigla} pediu: {operacao}{unidade}. O pedido espera a sua decisão."),
    Evento.ATRASADO: ("pedido atrasado", "O pedido de {sigla} ({operacao}{unidade}) passou do prazo de análise."),
    Evento.RECEBIDO: ("pedido recebido", "Recebemos o pedido: {operacao}{unidade}. Você recebe um aviso a cada passo."),
    Evento.DEVOLVIDO: (
        "falta algo no seu pedido",
        "O pedido ({operacao}{unidade}) foi devolvido. Responda em até 30 dias.",
    ),
    Evento.DEFERIDO: ("pedido deferido", "O pedido foi deferido: {operacao}{unidade}."),
    Evento.INDEFERIDO: (
        "pedido indeferido",
        "O pedido ({operacao}{unidade}) foi indeferido. O motivo está na página dele.",
    ),
    Evento.CANCELADO: ("pedido cancelado", "O pedido ({operacao}{unidade}) foi cancelado."),
    Evento.EXPIRADO: ("pedido expirado", "O pedido ({operacao}{unidade}) ficou sem resposta no prazo e expirou."),
}


def avisar_do_pedido(evento: Evento, pedido: Pedido) -> None:
    """Avisa quem o evento interessa; só dentro da transação do passo."""
    para = quem_decide(pedido) if evento in DE_QUEM_DECIDE else _envolvidos(pedido)
    avisar(
        [
            AvisoNovo(
                pessoa_id=pessoa_id, tipo=TIPO_DE_AVISO, chave=str(uuid7()), urgente=True,
                dados={"pedido": str(pedido.pk), "evento": evento.value},
            )
            for pessoa_id in sorted(para)
        ]
    )  # fmt: skip


def quem_decide(pedido: Pedido) -> set[int]:
    """Os gestores de UP do órgão gestor (na migração, dos lados que faltam) ou, sem eles, a equipe PEN; menos quem pediu."""
    if pedido.operacao == Operacao.MIGRACAO:
        return _gestores(lados_a_confirmar(pedido))
    decidem = _gestores({pedido.orgao_gestor_id} if decide_o_orgao_gestor(pedido) else set()) - {pedido.pedido_por_id}
    return decidem or _equipe_pen() - {pedido.pedido_por_id}


def redigir_avisos_de_pedido(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """O texto de cada aviso, com o que o pedido diz agora; ``None`` para quem já não tem por que recebê-lo."""
    ids = {UUID(a.dados["pedido"]) for a in avisos}
    pedidos = Pedido.objects.select_related("orgao", "unidade").in_bulk(ids)
    centrais = _equipe_pen()
    gestores = set(GestorDeUp.objects.filter(ate=None).values_list("orgao_id", "pessoa_id")) if pedidos else set()
    trechos: dict[UUID, Trecho | None] = {}
    for aviso in avisos:
        pedido, evento = pedidos.get(UUID(aviso.dados["pedido"])), Evento(aviso.dados["evento"])
        if pedido is None or not _interessa(pedido, aviso.pessoa_id, centrais, gestores):
            trechos[aviso.id] = None
            continue
        assunto, modelo = _TEXTOS[evento]
        unidade = f", unidade {pedido.unidade.codigo}" if pedido.unidade else ""
        frase = modelo.format(sigla=pedido.orgao.sigla, operacao=Operacao(pedido.operacao).label, unidade=unidade)
        trechos[aviso.id] = Trecho(
            titulo=f"{pedido.orgao.sigla} no cadastro de unidades", linhas=[(aviso.criado_em, frase)],
            endereco=reverse("cnup:pedido", args=[pedido.pk]), assunto=f"{pedido.orgao.sigla}: {assunto}",
        )  # fmt: skip
    return trechos


def _interessa(pedido: Pedido, pessoa_id: int, centrais: set[int], gestores: set[tuple[int, int]]) -> bool:
    orgaos = (pedido.orgao_id, pedido.orgao_gestor_id, pedido.destino_id)
    gere = any((orgao, pessoa_id) in gestores for orgao in orgaos if orgao is not None)
    return pessoa_id == pedido.pedido_por_id or gere or pessoa_id in centrais


def _envolvidos(pedido: Pedido) -> set[int]:
    """Quem pediu; na migração, também os gestores dos dois lados."""
    lados = {pedido.orgao_gestor_id, pedido.destino_id} if pedido.operacao == Operacao.MIGRACAO else set()
    return {pedido.pedido_por_id} | _gestores(lados)


def _gestores(orgaos: Set[int | None]) -> set[int]:
    vigentes = GestorDeUp.objects.filter(
        orgao_id__in=[o for o in orgaos if o is not None], ate=None, pessoa__is_active=True
    )
    return set(vigentes.values_list("pessoa_id", flat=True)) if orgaos else set()


def _equipe_pen() -> set[int]:
    return set(pessoas_com_papel(Papel.EQUIPE_CENTRAL).values_list("pk", flat=True))
