"""Denunciar, decidir, recorrer e julgar. Toda decisão fica escrita, com a razão, e quem escreveu fica sabendo."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import Pessoa, contar_uso
from pen.participen.enums import AtoDeModeracao, Motivo, SituacaoDaPublicacao
from pen.participen.errors import DecisaoPropria, PublicacaoEmOutraSituacao
from pen.participen.models import Categoria, Decisao, Denuncia, Publicacao, Recurso, Topico
from pen.participen.models.moderacao import RAZAO_MAXIMO
from pen.participen.rules import exigir_moderacao, pode_denunciar, pode_recorrer
from pen.participen.selectors.moderacao import consultar_decisao
from pen.participen.selectors.topicos import consultar_publicacao, consultar_topico
from pen.participen.services.avisos import (
    avisar_da_decisao,
    avisar_da_fila,
    avisar_do_julgamento,
    avisar_novidade,
)
from pen.participen.services.topicos import recontar

DENUNCIAS_POR_MINUTO = 10  # de uma pessoa
JA_DECIDIRAM = "Outra pessoa decidiu antes. Veja como a publicação está agora."


@dataclass(frozen=True, slots=True)
class _Regra:
    """De que situações um ato parte, a que leva, e o nome dele na auditoria."""

    de: frozenset[SituacaoDaPublicacao]
    para: SituacaoDaPublicacao
    ato: str


_AGUARDA, _PUBLICADA, _ESCONDIDA = (
    SituacaoDaPublicacao.AGUARDA, SituacaoDaPublicacao.PUBLICADA, SituacaoDaPublicacao.ESCONDIDA,
)  # fmt: skip
DA_PUBLICACAO = {
    AtoDeModeracao.APROVAR: _Regra(frozenset({_AGUARDA}), _PUBLICADA, "publicacao.aprovada"),
    AtoDeModeracao.MANTER: _Regra(frozenset({_PUBLICADA}), _PUBLICADA, "publicacao.mantida"),
    AtoDeModeracao.ESCONDER: _Regra(frozenset({_AGUARDA, _PUBLICADA}), _ESCONDIDA, "publicacao.escondida"),
    AtoDeModeracao.MOSTRAR: _Regra(frozenset({_ESCONDIDA}), _PUBLICADA, "publicacao.mostrada"),
}
DO_TOPICO = {
    AtoDeModeracao.FECHAR: "topico.fechado",
    AtoDeModeracao.REABRIR: "topico.reaberto",
    AtoDeModeracao.MOVER: "topico.movido",
    AtoDeModeracao.FIXAR: "topico.fixado",
    AtoDeModeracao.SOLTAR: "topico.solto",
}


def denunciar(*, por: Pessoa, publicacao_id: UUID, motivo: str, texto: str = "") -> Denuncia:
    """Diz à moderação que uma publicação fere uma regra; enquanto ela não decide, a mesma pessoa denuncia uma vez só.

    Levanta:
        PublicacaoNaoEncontrada, PedidoIncompleto, LimiteExcedido.
        SemPermissao: é a própria publicação.
    """
    publicacao = consultar_publicacao(publicacao_id, para=por)
    conferir(pode_denunciar(por, publicacao), SemPermissao("Só se denuncia o que outra pessoa publicou."))
    conferir(motivo in Motivo.values, PedidoIncompleto("Escolha a regra que foi ferida.", campo="motivo"))
    limpo = exigir_texto(texto, "", RAZAO_MAXIMO, campo="texto")
    contar_uso(f"participen-denuncia:{por.pk}", limite=DENUNCIAS_POR_MINUTO)
    with transaction.atomic():
        aberta = {"publicacao": publicacao, "por": por, "decisao": None}
        denuncia, nova = Denuncia.objects.get_or_create(
            **aberta, defaults={"motivo": motivo, "texto": limpo, "em": timezone.now()}
        )
        if nova:
            registrar_ato(
                por=por, ato="publicacao.denunciada", objeto=f"publicacao:{publicacao.pk}", detalhes={"motivo": motivo}
            )
            avisar_da_fila("denuncia", denuncia.pk)
    return denuncia


def atos_da_publicacao(publicacao: Publicacao) -> list[AtoDeModeracao]:
    """O que a moderação pode fazer dela, na situação em que está."""
    return [ato for ato, regra in DA_PUBLICACAO.items() if publicacao.situacao in regra.de]


@transaction.atomic
def decidir(
    *,
    por: Pessoa,
    publicacao_id: UUID,
    ato: AtoDeModeracao,
    motivo: str = "",
    razao: str = "",
    agora: datetime | None = None,
) -> Decisao:
    """Aprova, esconde, mantém ou volta a mostrar uma publicação; as denúncias abertas dela se encerram com isto.

    Levanta:
        TopicoNaoEncontrado, PublicacaoNaoEncontrada: ``por`` não modera, ou ela não existe.
        PedidoIncompleto: falta a regra ou a razão, para esconder e voltar a mostrar.
        PublicacaoEmOutraSituacao: outra pessoa decidiu antes.
        DecisaoPropria: ``por`` a escreveu, e não é para escondê-la.
    """
    exigir_moderacao(por)
    conferir(ato in DA_PUBLICACAO, PedidoIncompleto("Escolha o que fazer.", campo="ato"))
    publicacao = consultar_publicacao(publicacao_id, para=por)
    topico = _travar(publicacao.topico_id)
    publicacao = Publicacao.objects.select_for_update(no_key=True).get(pk=publicacao.pk)
    publicacao.topico = topico
    regra = DA_PUBLICACAO[ato]
    conferir(publicacao.situacao in regra.de, PublicacaoEmOutraSituacao(JA_DECIDIRAM))
    propria = publicacao.autor_id == por.pk and ato != AtoDeModeracao.ESCONDER
    conferir(not propria, DecisaoPropria("Quem escreveu não decide: peça a outra pessoa da moderação."))
    motivo, limpa = _conferir_razao(ato, motivo, razao)
    primeira_vez = publicacao.situacao == _AGUARDA and regra.para == _PUBLICADA
    _por_em(publicacao, regra.para)
    agora = agora or timezone.now()
    decisao = _decidir(publicacao, ato, por=por, motivo=motivo, razao=limpa, agora=agora)
    if ato in {AtoDeModeracao.ESCONDER, AtoDeModeracao.MANTER}:
        Denuncia.objects.filter(publicacao=publicacao, decisao=None).update(decisao=decisao)
    registrar_ato(por=por, ato=regra.ato, objeto=f"publicacao:{publicacao.pk}", detalhes={"motivo": motivo, "razao": limpa})
    if primeira_vez:
        topico.ultima_em = agora
        topico.save(update_fields=["ultima_em"])
    if primeira_vez or ato == AtoDeModeracao.MOSTRAR:  # a escondida antes de publicada ainda não se tinha contado a ninguém
        avisar_novidade(publicacao)
    return decisao


@transaction.atomic
def decidir_sobre_topico(
    *, por: Pessoa, numero: int, ato: AtoDeModeracao, razao: str, categoria: str = "", agora: datetime | None = None
) -> Decisao:
    """Fecha, reabre, move, fixa ou solta um tópico, com a razão.

    Levanta:
        TopicoNaoEncontrado: ``por`` não modera, ou ele não existe.
        PedidoIncompleto: falta a razão, ou a categoria para onde mover.
        PublicacaoEmOutraSituacao: já está assim.
    """
    exigir_moderacao(por)
    conferir(ato in DO_TOPICO, PedidoIncompleto("Escolha o que fazer.", campo="ato"))
    topico = _travar(consultar_topico(numero, para=por).pk)
    limpa = exigir_texto(razao, "Diga a razão.", RAZAO_MAXIMO, campo="razao")
    agora = agora or timezone.now()
    campo, antes, depois = _mudanca(topico, ato, categoria, agora)
    conferir(antes != depois, PublicacaoEmOutraSituacao("O tópico já está assim."))
    setattr(topico, campo, depois)
    topico.save(update_fields=[campo])
    abertura = Publicacao.objects.select_related("topico").get(topico=topico, abre=True)
    decisao = _decidir(abertura, ato, por=por, motivo="", razao=limpa, agora=agora)
    registrar_ato(por=por, ato=DO_TOPICO[ato], objeto=f"topico:{topico.pk}", detalhes={"razao": limpa})
    return decisao


@transaction.atomic
def recorrer(*, por: Pessoa, decisao_id: UUID, texto: str, agora: datetime | None = None) -> Recurso:
    """Quem escreveu pede que outra pessoa da moderação reveja a decisão; uma vez só.

    Levanta:
        DecisaoNaoEncontrada, PedidoIncompleto.
        SemPermissao: a decisão não é das que admitem recurso, ou não é sobre o que ``por`` escreveu.
        PublicacaoEmOutraSituacao: já recorreu.
    """
    decisao, _ = consultar_decisao(decisao_id, para=por)
    conferir(pode_recorrer(por, decisao), SemPermissao("Desta decisão não cabe recurso seu."))
    limpo = exigir_texto(texto, "Diga por que a decisão deve mudar.", RAZAO_MAXIMO, campo="texto")
    try:
        with transaction.atomic():
            recurso = Recurso.objects.create(decisao=decisao, texto=limpo, em=agora or timezone.now())
    except IntegrityError:
        raise PublicacaoEmOutraSituacao("Você já recorreu desta decisão.") from None
    registrar_ato(por=por, ato="decisao.recorrida", objeto=f"decisao:{decisao.pk}")
    avisar_da_fila("recurso", decisao.pk)
    return recurso


@transaction.atomic
def julgar_recurso(
    *, por: Pessoa, decisao_id: UUID, aceito: bool, resposta: str, agora: datetime | None = None
) -> Recurso:  # fmt: skip
    """Aceita o recurso, e a decisão se desfaz, ou o nega. Quem decidiu não julga.

    Levanta:
        TopicoNaoEncontrado, DecisaoNaoEncontrada, PedidoIncompleto.
        DecisaoPropria: ``por`` decidiu, ou escreveu o que se julga.
        PublicacaoEmOutraSituacao: não há recurso, ou já foi julgado.
    """
    exigir_moderacao(por)
    decisao, _ = consultar_decisao(decisao_id, para=por)
    recurso = Recurso.objects.select_for_update().filter(pk=decisao.pk, aceito=None).first()
    if recurso is None:
        raise PublicacaoEmOutraSituacao("Não há recurso a julgar: outra pessoa pode ter julgado antes.")
    do_caso = por.pk in {decisao.por_id, decisao.publicacao.autor_id}
    conferir(not do_caso, DecisaoPropria("Quem decidiu não julga o recurso: peça a outra pessoa da moderação."))
    limpa = exigir_texto(resposta, "Responda a quem recorreu.", RAZAO_MAXIMO, campo="resposta")
    agora = agora or timezone.now()
    recurso.aceito, recurso.resposta, recurso.julgado_por, recurso.julgado_em = aceito, limpa, por, agora
    recurso.save()
    registrar_ato(
        por=por,
        ato="recurso.aceito" if aceito else "recurso.negado",
        objeto=f"decisao:{decisao.pk}",
        detalhes={"razao": limpa},
    )
    if aceito:
        _desfazer(decisao, por=por, razao=limpa, agora=agora)
    avisar_do_julgamento(decisao)
    return recurso


def _desfazer(decisao: Decisao, *, por: Pessoa, razao: str, agora: datetime) -> None:
    """O contrário da decisão, se ela ainda vale."""
    topico = _travar(decisao.publicacao.topico_id)
    publicacao = Publicacao.objects.select_for_update(no_key=True).get(pk=decisao.publicacao_id)
    publicacao.topico = topico
    if decisao.ato == AtoDeModeracao.ESCONDER and publicacao.situacao == _ESCONDIDA:
        _por_em(publicacao, _PUBLICADA)
        _decidir(publicacao, AtoDeModeracao.MOSTRAR, por=por, motivo="", razao=razao, agora=agora, avisar=False)
        registrar_ato(por=por, ato="publicacao.mostrada", objeto=f"publicacao:{publicacao.pk}", detalhes={"razao": razao})
        avisar_novidade(publicacao)
    elif decisao.ato == AtoDeModeracao.FECHAR and topico.fechado_em is not None:
        topico.fechado_em = None
        topico.save(update_fields=["fechado_em"])
        _decidir(publicacao, AtoDeModeracao.REABRIR, por=por, motivo="", razao=razao, agora=agora, avisar=False)
        registrar_ato(por=por, ato="topico.reaberto", objeto=f"topico:{topico.pk}", detalhes={"razao": razao})


def _travar(numero: int) -> Topico:
    return Topico.objects.select_for_update(no_key=True).get(pk=numero)


def _por_em(publicacao: Publicacao, situacao: SituacaoDaPublicacao) -> None:
    """Muda a situação da publicação e, se ela abre o tópico, a dele; o que se esconde deixa de ser solução."""
    topico = publicacao.topico
    publicacao.situacao = situacao
    publicacao.save(update_fields=["situacao"])
    if publicacao.abre:
        topico.situacao = situacao
    if situacao != _PUBLICADA and topico.solucao_id == publicacao.pk:
        topico.solucao = None
    topico.save(update_fields=["situacao", "solucao"])
    recontar(topico)


def _decidir(
    publicacao: Publicacao,
    ato: AtoDeModeracao,
    *,
    por: Pessoa,
    motivo: str,
    razao: str,
    agora: datetime,
    avisar: bool = True,
) -> Decisao:
    decisao = Decisao.objects.create(publicacao=publicacao, ato=ato, motivo=motivo, razao=razao, por=por, em=agora)
    if avisar:
        avisar_da_decisao(decisao)
    return decisao


def _conferir_razao(ato: AtoDeModeracao, motivo: str, razao: str) -> tuple[str, str]:
    """A regra só vale para esconder; a razão é obrigatória para esconder e para voltar a mostrar."""
    esconde = ato == AtoDeModeracao.ESCONDER
    falta = "Diga a razão a quem escreveu." if esconde or ato == AtoDeModeracao.MOSTRAR else ""
    limpa = exigir_texto(razao, falta, RAZAO_MAXIMO, campo="razao")
    conferir(not esconde or motivo in Motivo.values, PedidoIncompleto("Diga que regra foi ferida.", campo="motivo"))
    return motivo if esconde else "", limpa


def _mudanca(topico: Topico, ato: AtoDeModeracao, categoria: str, agora: datetime) -> tuple[str, object, object]:
    """O campo do tópico que o ato muda, como está e como fica."""
    if ato == AtoDeModeracao.FECHAR:
        return "fechado_em", topico.fechado_em, topico.fechado_em or agora
    if ato == AtoDeModeracao.REABRIR:
        return "fechado_em", topico.fechado_em, None
    if ato == AtoDeModeracao.MOVER:
        destino = Categoria.objects.filter(codigo=categoria.replace("\0", ""), ativa=True).first()
        conferir(destino is not None, PedidoIncompleto("Escolha para que categoria vai.", campo="categoria"))
        return "categoria", topico.categoria, destino
    return "fixado", topico.fixado, ato == AtoDeModeracao.FIXAR
