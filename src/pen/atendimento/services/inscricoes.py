"""Os webhooks de uma pessoa: criar, trocar o segredo, testar, pausar, retomar, excluir, e enviar de novo o que não chegou."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pen.atendimento.enums import MotivoDaPausa, Passo, SituacaoDaEntrega
from pen.atendimento.errors import InscricaoNaoEncontrada
from pen.atendimento.models import Entrega, Equipe, Inscricao
from pen.atendimento.rules import equipes_de
from pen.atendimento.selectors.webhooks import esquecer_se_ha_inscricoes, inscricoes_da_pessoa
from pen.atendimento.services.entregas import pedir_entregas
from pen.atendimento.values.webhooks import HORAS_COM_OS_DOIS, sortear_segredo
from pen.auditoria.public import registrar_ato
from pen.comum.cifra import cifrar
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.saida import EnderecoRecusado, ler_endereco
from pen.identidade.public import Pessoa, contar_uso

INSCRICOES_MAXIMO = 10
ENVIOS_POR_MINUTO = 20  # testes e reenvios que uma pessoa pede


@transaction.atomic
def criar_inscricao(
    *,
    por: Pessoa,
    endereco: str,
    eventos: Sequence[Passo] = (),
    equipe: Equipe | None = None,
    agora: datetime | None = None,
) -> tuple[Inscricao, str]:
    """Inscreve o endereço e devolve também o segredo, que não se vê de novo. Sem eventos, todos; com equipe, os chamados dela.

    Levanta:
        PedidoIncompleto: o endereço não serve, ``por`` não atende na equipe, ou já há dez; ``detalhes['campo']`` diz qual.
    """
    agora, limpo = agora or timezone.now(), endereco.strip()
    try:
        ler_endereco(limpo, na_maquina=settings.WEBHOOKS_NA_MAQUINA)
    except EnderecoRecusado as erro:
        raise PedidoIncompleto(erro.mensagem, campo="endereco") from None
    atende = equipe is None or any(lugar.equipe_id == equipe.pk for lugar in equipes_de(por))
    conferir(atende, PedidoIncompleto("Você não atende nesta equipe.", campo="equipe"))
    Pessoa.objects.select_for_update(no_key=True).get(pk=por.pk)
    quantas = Inscricao.objects.filter(dono=por, excluida_em=None).count()
    cheio = PedidoIncompleto(f"São até {INSCRICOES_MAXIMO} webhooks: exclua um.", campo="endereco")
    conferir(quantas < INSCRICOES_MAXIMO, cheio)
    segredo = sortear_segredo()
    inscricao = Inscricao.objects.create(
        dono=por, endereco=limpo, segredo=cifrar({"segredo": segredo}), equipe=equipe, criada_em=agora,
        eventos=[passo.value for passo in Passo if passo in eventos],
    )  # fmt: skip
    _registrar(por, "webhook.criado", inscricao)
    _lembrar_que_ha()
    return inscricao, segredo


@transaction.atomic
def trocar_segredo(*, por: Pessoa, inscricao_id: UUID, agora: datetime | None = None) -> tuple[Inscricao, str]:
    """Sorteia outro segredo, que não se vê de novo, e o devolve; por 24 horas assina-se com os dois, e o anterior se esquece.

    Levanta:
        InscricaoNaoEncontrada: não existe, ou é de outra pessoa.
        PedidoIncompleto: ainda se assina com o anterior da última troca, que quem recebe pode não ter feito.
    """
    inscricao, agora = _travar(por, inscricao_id), agora or timezone.now()
    espera = inscricao.anterior_ate is not None and agora < inscricao.anterior_ate
    conferir(
        not espera, PedidoIncompleto("O segredo foi trocado há menos de um dia: espere que o anterior deixe de valer.")
    )
    segredo = sortear_segredo()
    inscricao.segredo_anterior, inscricao.segredo = inscricao.segredo, cifrar({"segredo": segredo})
    inscricao.anterior_ate = agora + timedelta(hours=HORAS_COM_OS_DOIS)
    inscricao.save(update_fields=["segredo", "segredo_anterior", "anterior_ate"])
    _registrar(por, "webhook.segredo_trocado", inscricao)
    return inscricao, segredo


@transaction.atomic
def pausar_inscricao(*, por: Pessoa, inscricao_id: UUID, agora: datetime | None = None) -> None:
    """Para de registrar e de entregar; o que já esperava fica à espera. De novo, não muda nada.

    Levanta:
        InscricaoNaoEncontrada: não existe, ou é de outra pessoa.
    """
    inscricao = _travar(por, inscricao_id)
    if inscricao.ativa:
        inscricao.ativa, inscricao.pausada_em, inscricao.motivo = False, agora or timezone.now(), MotivoDaPausa.PEDIDO
        inscricao.save(update_fields=["ativa", "pausada_em", "motivo"])
        _registrar(por, "webhook.pausado", inscricao)


@transaction.atomic
def retomar_inscricao(*, por: Pessoa, inscricao_id: UUID) -> None:
    """Volta a registrar e a entregar, com o que ficou à espera; o que aconteceu durante a pausa não vai. De novo, não muda nada.

    Levanta:
        InscricaoNaoEncontrada: não existe, ou é de outra pessoa.
    """
    inscricao = _travar(por, inscricao_id)
    if not inscricao.ativa:
        inscricao.ativa, inscricao.pausada_em, inscricao.motivo = True, None, ""
        inscricao.falhas, inscricao.falhando_desde = 0, None
        inscricao.save(update_fields=["ativa", "pausada_em", "motivo", "falhas", "falhando_desde"])
        _registrar(por, "webhook.retomado", inscricao)
        _lembrar_que_ha()
        transaction.on_commit(pedir_entregas)


@transaction.atomic
def excluir_inscricao(*, por: Pessoa, inscricao_id: UUID, agora: datetime | None = None) -> None:
    """Acaba com a inscrição e com os segredos; as entregas ficam até perderem o prazo, e nada mais sai.

    Levanta:
        InscricaoNaoEncontrada: não existe, ou é de outra pessoa.
    """
    inscricao = _travar(por, inscricao_id)
    inscricao.ativa, inscricao.excluida_em = False, agora or timezone.now()
    inscricao.segredo, inscricao.segredo_anterior, inscricao.anterior_ate = "", "", None
    inscricao.save(update_fields=["ativa", "excluida_em", "segredo", "segredo_anterior", "anterior_ate"])
    pendentes = Entrega.objects.filter(inscricao=inscricao, situacao=SituacaoDaEntrega.PENDENTE)
    pendentes.update(situacao=SituacaoDaEntrega.DESISTIDA, ultimo_erro="O webhook foi excluído.")
    _registrar(por, "webhook.excluido", inscricao)


@transaction.atomic
def enviar_teste(*, por: Pessoa, inscricao_id: UUID, agora: datetime | None = None) -> Entrega:
    """Põe a caminho um evento de teste, que se tenta e se vê como os outros.

    Levanta:
        InscricaoNaoEncontrada: não existe, ou é de outra pessoa.
        PedidoIncompleto: está parada.
        LimiteExcedido: testes e reenvios demais neste minuto.
    """
    contar_uso(f"webhook:{por.pk}", limite=ENVIOS_POR_MINUTO)
    inscricao, agora = _travar(por, inscricao_id), agora or timezone.now()
    conferir(inscricao.ativa, PedidoIncompleto("Retome o webhook antes de testar."))
    entrega = Entrega.objects.create(inscricao=inscricao, criada_em=agora, proxima_em=agora)
    transaction.on_commit(pedir_entregas)
    return entrega


@transaction.atomic
def reenviar_entrega(*, por: Pessoa, inscricao_id: UUID, entrega_id: UUID, agora: datetime | None = None) -> None:
    """Põe de novo a caminho, agora, com o mesmo ``webhook-id``, e as tentativas contadas do começo.

    Levanta:
        InscricaoNaoEncontrada: a inscrição ou a entrega não existe, ou é de outra pessoa.
        PedidoIncompleto: a inscrição está parada.
        LimiteExcedido: testes e reenvios demais neste minuto.
    """
    contar_uso(f"webhook:{por.pk}", limite=ENVIOS_POR_MINUTO)
    inscricao = _travar(por, inscricao_id)
    conferir(inscricao.ativa, PedidoIncompleto("Retome o webhook antes de enviar de novo."))
    mudadas = Entrega.objects.filter(pk=entrega_id, inscricao=inscricao).update(
        situacao=SituacaoDaEntrega.PENDENTE, tentativas=0, proxima_em=agora or timezone.now(), ultimo_erro=""
    )
    conferir(bool(mudadas), InscricaoNaoEncontrada("Não há entrega sua neste endereço."))
    transaction.on_commit(pedir_entregas)


def _travar(por: Pessoa, inscricao_id: UUID) -> Inscricao:
    da_pessoa = inscricoes_da_pessoa(para=por).filter(pk=inscricao_id).select_for_update(of=("self",)).first()
    if da_pessoa is None:
        raise InscricaoNaoEncontrada("Não há webhook seu neste endereço.")
    return da_pessoa


def _lembrar_que_ha() -> None:
    """Já, para o resto desta transação, e depois dela: outra linha do processo pode ter lido nesse meio tempo."""
    esquecer_se_ha_inscricoes()
    transaction.on_commit(esquecer_se_ha_inscricoes)


def _registrar(por: Pessoa, ato: str, inscricao: Inscricao) -> None:
    detalhes = {"maquina": urlsplit(inscricao.endereco).hostname, "equipe": inscricao.equipe_id}
    registrar_ato(por=por, ato=ato, objeto=f"webhook:{inscricao.pk}", detalhes=detalhes)
