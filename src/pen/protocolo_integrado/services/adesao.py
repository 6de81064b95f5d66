"""A adesão de um órgão, passo a passo. Cada passo trava a linha, confere a situação, escreve o ato e pede os avisos."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import (
    Ambiente,
    Orgao,
    OrgaoNaoEncontrado,
    Papel,
    Pessoa,
    SituacaoDoOrgao,
    conceder_papel,
    encerrar_papel,
    exigir_entrada_forte,
    orgaos_por_id,
    papel_em_vigor,
)
from pen.protocolo_integrado.enums import SistemaDoOrgao, SituacaoDaAdesao
from pen.protocolo_integrado.errors import (
    AdesaoEmOutraSituacao,
    AdesaoJaAberta,
    AdesaoNaoEncontrada,
    AdesoesDemais,
    ConferenciaIncompleta,
    CredencialJaEmitida,
    OrgaoEmOutraSituacao,
)
from pen.protocolo_integrado.models import Adesao, AmostraDeHomologacao
from pen.protocolo_integrado.models.adesao import ABERTAS, EM_TESTES
from pen.protocolo_integrado.rules import (
    SO_A_GESTAO,
    exigir_equipe_central,
    exigir_gestao_propria,
    pode_cancelar,
)
from pen.protocolo_integrado.selectors.adesoes import adesoes_visiveis
from pen.protocolo_integrado.selectors.conferencia_da_adesao import conferir_homologacao
from pen.protocolo_integrado.services.avisos_de_adesao import Evento, avisar_da_adesao, equipe_central, pessoas_do_orgao
from pen.protocolo_integrado.services.credenciais import criar_com_aviso, revogar_com_aviso
from pen.protocolo_integrado.values import DadosDoResponsavel

PEDIDOS_MAXIMO = 5  # à espera de análise, por pessoa


@transaction.atomic
def pedir_adesao(
    *, por: Pessoa, orgao_id: int, dados: DadosDoResponsavel, sistema: SistemaDoOrgao, sistema_nome: str = ""
) -> Adesao:
    """Abre o pedido do órgão, com quem pede como responsável, e avisa a equipe central.

    Levanta:
        EntradaFraca: a entrada de quem pede não basta.
        OrgaoNaoEncontrado, OrgaoEmOutraSituacao: não existe, ou está suspenso ou extinto.
        PedidoIncompleto: falta um dado.
        AdesoesDemais: a pessoa já tem ``PEDIDOS_MAXIMO`` à espera.
        AdesaoJaAberta: o órgão já tem uma adesão aberta.
    """
    exigir_entrada_forte(por)
    orgao = _orgao_ativo(orgao_id)
    dados = dados.limpos()
    outro = sistema == SistemaDoOrgao.OUTRO
    nome = exigir_texto(sistema_nome, "Informe o nome do sistema.", 100) if outro else ""
    quantos = Adesao.objects.filter(responsavel=por, situacao=SituacaoDaAdesao.PEDIDA).count()
    conferir(quantos < PEDIDOS_MAXIMO, AdesoesDemais(f"Você já tem {quantos} pedidos à espera de análise, que é o máximo."))
    adesao = Adesao(
        orgao=orgao, responsavel=por, cargo=dados.cargo, portaria=dados.portaria, email=dados.email, telefone=dados.telefone,
        sistema=sistema, sistema_nome=nome, pedida_em=timezone.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            adesao.save(force_insert=True)
    except IntegrityError as erro:
        raise AdesaoJaAberta(f"{orgao.sigla} já tem um pedido de adesão em andamento.", campo="orgao") from erro
    _registrar(por, "credencial.pedida", adesao, portaria=dados.portaria)
    _avisar(Evento.PEDIDO_A_ANALISAR, adesao, equipe_central())
    _avisar(Evento.PEDIDA, adesao, [por.pk])
    return adesao


@transaction.atomic
def aprovar_pedido(*, por: Pessoa, adesao_id: uuid.UUID) -> Adesao:
    """Abre a homologação e dá a gestão do órgão ao responsável; a conferência começa do zero.

    Levanta:
        AdesaoNaoEncontrada, SemPermissao, AdesaoEmOutraSituacao.
    """
    adesao = _travar(por, adesao_id)
    exigir_equipe_central(por)
    _exigir_situacao(adesao, SituacaoDaAdesao.PEDIDA)
    conferir(adesao.responsavel.is_active, AdesaoEmOutraSituacao("A pessoa responsável excluiu a conta; recuse o pedido."))
    _orgao_ativo(adesao.orgao_id)
    adesao.papel_dado = papel_em_vigor(adesao.responsavel_id, Papel.GESTOR, adesao.orgao_id) is None
    conceder_papel(por=por, pessoa=adesao.responsavel, papel=Papel.GESTOR, orgao=adesao.orgao)
    AmostraDeHomologacao.objects.filter(orgao_id=adesao.orgao_id).delete()
    adesao.analisada_por = por
    _passar_a(adesao, SituacaoDaAdesao.EM_HOMOLOGACAO)
    _registrar(por, "credencial.aprovada", adesao, etapa="homologação")
    _avisar(Evento.APROVADA, adesao)
    return adesao


@transaction.atomic
def recusar_pedido(*, por: Pessoa, adesao_id: uuid.UUID, motivo: str) -> Adesao:
    """Recusa o pedido, na análise ou na conferência; o que a aprovação tinha dado é desfeito.

    Levanta:
        AdesaoNaoEncontrada, SemPermissao, AdesaoEmOutraSituacao.
        PedidoIncompleto: sem motivo.
    """
    adesao = _travar(por, adesao_id)
    exigir_equipe_central(por)
    _exigir_situacao(adesao, SituacaoDaAdesao.PEDIDA, SituacaoDaAdesao.EM_CONFERENCIA)
    adesao.motivo_da_recusa = exigir_texto(motivo, "Diga por que o pedido foi recusado.")
    adesao.analisada_por = por
    _passar_a(adesao, SituacaoDaAdesao.RECUSADA)
    _registrar(por, "credencial.recusada", adesao, motivo=adesao.motivo_da_recusa)
    _avisar(Evento.RECUSADA, adesao, [adesao.responsavel_id])
    _desfazer(por, adesao)
    return adesao


@transaction.atomic
def cancelar_adesao(*, por: Pessoa, adesao_id: uuid.UUID) -> Adesao:
    """Cancela a adesão aberta; o que a aprovação tinha dado é desfeito.

    Levanta:
        AdesaoNaoEncontrada, EntradaFraca, SemPermissao, AdesaoEmOutraSituacao.
    """
    adesao = _travar(por, adesao_id)
    conferir(pode_cancelar(por, adesao), SemPermissao(SO_A_GESTAO))
    _exigir_situacao(adesao, *ABERTAS)
    _passar_a(adesao, SituacaoDaAdesao.CANCELADA)
    _registrar(por, "credencial.cancelada", adesao)
    _avisar(Evento.CANCELADA, adesao, [adesao.responsavel_id])
    _desfazer(por, adesao)
    return adesao


@transaction.atomic
def emitir_credencial_de_homologacao(*, por: Pessoa, adesao_id: uuid.UUID) -> str:
    """Cria a credencial de homologação desta adesão e devolve o segredo, que não poderá ser visto de novo.

    Levanta:
        AdesaoNaoEncontrada, EntradaFraca, AdesaoEmOutraSituacao.
        SemPermissao: ``por`` não tem a gestão do próprio órgão.
        CredencialJaEmitida: já foi criada.
    """
    adesao = _travar(por, adesao_id)
    exigir_gestao_propria(por, adesao.orgao_id)
    _exigir_situacao(adesao, *EM_TESTES)
    _exigir_nao_emitida(adesao.credencial_homologacao_id)
    adesao.credencial_homologacao, segredo = criar_com_aviso(por, adesao.orgao, Ambiente.HOMOLOGACAO, adesao)
    adesao.save(update_fields=["credencial_homologacao"])
    return segredo


@transaction.atomic
def pedir_conferencia(*, por: Pessoa, adesao_id: uuid.UUID) -> Adesao:
    """Leva a adesão à conferência da equipe central, com ou sem todos os itens satisfeitos.

    Levanta:
        AdesaoNaoEncontrada, EntradaFraca, SemPermissao.
        AdesaoEmOutraSituacao: não está em homologação, ou ainda não tem credencial para enviar.
    """
    adesao = _travar(por, adesao_id)
    exigir_gestao_propria(por, adesao.orgao_id)
    _exigir_situacao(adesao, SituacaoDaAdesao.EM_HOMOLOGACAO)
    sem_credencial = AdesaoEmOutraSituacao("Crie antes a credencial de homologação e envie os protocolos de teste.")
    conferir(adesao.credencial_homologacao_id is not None, sem_credencial)
    adesao.pendencia = ""
    _passar_a(adesao, SituacaoDaAdesao.EM_CONFERENCIA)
    _registrar(por, "credencial.pedida", adesao, etapa="conferência")
    _avisar(Evento.CONFERENCIA_A_FAZER, adesao, equipe_central())
    _avisar(Evento.CONFERENCIA_PEDIDA, adesao)
    return adesao


@transaction.atomic
def devolver_a_homologacao(*, por: Pessoa, adesao_id: uuid.UUID, pendencia: str) -> Adesao:
    """Devolve da conferência à homologação, dizendo o que corrigir.

    Levanta:
        AdesaoNaoEncontrada, SemPermissao, AdesaoEmOutraSituacao.
        PedidoIncompleto: sem dizer o quê.
    """
    adesao = _travar(por, adesao_id)
    exigir_equipe_central(por)
    _exigir_situacao(adesao, SituacaoDaAdesao.EM_CONFERENCIA)
    adesao.pendencia = exigir_texto(pendencia, "Diga o que o órgão deve corrigir.")
    adesao.analisada_por = por
    _passar_a(adesao, SituacaoDaAdesao.EM_HOMOLOGACAO)
    _registrar(por, "credencial.devolvida", adesao, motivo=adesao.pendencia)
    _avisar(Evento.DEVOLVIDA, adesao)
    return adesao


@transaction.atomic
def aprovar_producao(*, por: Pessoa, adesao_id: uuid.UUID, dispensa: str = "") -> Adesao:
    """Conclui a adesão; a gestão do órgão já pode criar a credencial de produção.

    Levanta:
        AdesaoNaoEncontrada, SemPermissao, AdesaoEmOutraSituacao.
        ConferenciaIncompleta: há item em falta e ``dispensa`` não diz por que aprovar assim mesmo.
    """
    adesao = _travar(por, adesao_id)
    exigir_equipe_central(por)
    _exigir_situacao(adesao, SituacaoDaAdesao.EM_CONFERENCIA)
    em_falta = [item.value for item in conferir_homologacao(adesao.orgao_id).em_falta]
    dispensa = dispensa.strip() and exigir_texto(dispensa, "")
    conferir(
        not em_falta or bool(dispensa),
        ConferenciaIncompleta("A conferência tem itens em falta: devolva ao órgão, ou escreva por que os dispensa."),
    )
    adesao.motivo_da_dispensa = dispensa if em_falta else ""
    adesao.analisada_por = por
    _passar_a(adesao, SituacaoDaAdesao.CONCLUIDA)
    _registrar(por, "credencial.aprovada", adesao, etapa="produção", em_falta=em_falta, dispensa=dispensa)
    _avisar(Evento.PRODUCAO_APROVADA, adesao)
    return adesao


@transaction.atomic
def emitir_credencial_de_producao(*, por: Pessoa, adesao_id: uuid.UUID) -> str:
    """Cria a credencial de produção desta adesão e devolve o segredo, que não poderá ser visto de novo.

    Levanta o mesmo que ``emitir_credencial_de_homologacao``.
    """
    adesao = _travar(por, adesao_id)
    exigir_gestao_propria(por, adesao.orgao_id)
    _exigir_situacao(adesao, SituacaoDaAdesao.CONCLUIDA)
    _exigir_nao_emitida(adesao.credencial_producao_id)
    adesao.credencial_producao, segredo = criar_com_aviso(por, adesao.orgao, Ambiente.PRODUCAO, adesao)
    adesao.save(update_fields=["credencial_producao"])
    return segredo


def exportar_adesoes(pessoa_id: int) -> dict[str, Any]:
    """As adesões de que a pessoa é responsável, para quem leva os próprios dados."""
    adesoes = Adesao.objects.filter(responsavel_id=pessoa_id).select_related("orgao").order_by("id")
    return {
        "adesoes": [
            {
                "orgao": a.orgao.sigla, "cargo": a.cargo, "portaria": a.portaria, "email": a.email, "telefone": a.telefone,
                "situacao": SituacaoDaAdesao(a.situacao).label, "pedida_em": a.pedida_em.isoformat(),
            }
            for a in adesoes
        ]
    }  # fmt: skip


@transaction.atomic
def excluir_contatos_das_adesoes(pessoa_id: int) -> None:
    """Com a conta, somem o e-mail e o telefone; as adesões abertas são canceladas, e as linhas ficam."""
    suas = Adesao.objects.filter(responsavel_id=pessoa_id)
    for adesao in suas.filter(situacao__in=ABERTAS).select_related("orgao", "responsavel").select_for_update(of=("self",)):
        _passar_a(adesao, SituacaoDaAdesao.CANCELADA)
        _registrar(adesao.responsavel, "credencial.cancelada", adesao)
        _desfazer(adesao.responsavel, adesao)
    suas.update(email="", telefone="")


def _travar(por: Pessoa, adesao_id: uuid.UUID) -> Adesao:
    """A adesão visível a quem age, com a linha travada até o fim da transação."""
    travada = adesoes_visiveis(por).select_for_update(of=("self",)).filter(pk=adesao_id).first()
    if travada is None:
        raise AdesaoNaoEncontrada("Nenhum pedido de adesão neste endereço.")
    exigir_entrada_forte(por)
    return travada


def _orgao_ativo(orgao_id: int) -> Orgao:
    orgao = orgaos_por_id({orgao_id}).get(orgao_id)
    if orgao is None:
        raise OrgaoNaoEncontrado("Não existe esse órgão.")
    impedido = OrgaoEmOutraSituacao(
        f"{orgao.sigla} está {orgao.get_situacao_display()}; fale com a equipe central.", campo="orgao"
    )
    conferir(orgao.situacao == SituacaoDoOrgao.ATIVO, impedido)
    return orgao


def _exigir_situacao(adesao: Adesao, *cabem: SituacaoDaAdesao) -> None:
    agora = SituacaoDaAdesao(adesao.situacao)
    conferir(agora in cabem, AdesaoEmOutraSituacao(f"Este pedido está na situação «{agora.label}», em que isto não cabe."))


def _exigir_nao_emitida(credencial_id: uuid.UUID | None) -> None:
    conferir(
        credencial_id is None,
        CredencialJaEmitida(
            "A credencial deste passo já foi criada, e a senha não pode ser vista de novo. Se a perdeu, crie outra na página "
            "de credenciais do órgão e revogue a anterior."
        ),
    )


def _passar_a(adesao: Adesao, situacao: SituacaoDaAdesao) -> None:
    adesao.passar_a(situacao, timezone.now())
    adesao.save()


def _desfazer(por: Pessoa, adesao: Adesao) -> None:
    """Revoga a credencial de homologação da adesão que não seguiu, e encerra a gestão que ela deu."""
    if adesao.credencial_homologacao_id is not None:
        revogar_com_aviso(por, adesao.orgao, adesao.credencial_homologacao_id)
    papel = papel_em_vigor(adesao.responsavel_id, Papel.GESTOR, adesao.orgao_id) if adesao.papel_dado else None
    if papel is not None:
        encerrar_papel(por=por, atribuicao_id=papel.pk)


def _registrar(por: Pessoa, ato: str, adesao: Adesao, **detalhes: Any) -> None:
    registrar_ato(por=por, ato=ato, objeto=f"adesao:{adesao.pk}", orgao_id=adesao.orgao_id, detalhes=detalhes)


def _avisar(evento: Evento, adesao: Adesao, para: Iterable[int] | None = None) -> None:
    """A quem se diz, ou a todos que respondem pelo órgão."""
    destino = pessoas_do_orgao(adesao.orgao_id) if para is None else para
    avisar_da_adesao(evento, orgao_id=adesao.orgao_id, para=destino, adesao=adesao)
