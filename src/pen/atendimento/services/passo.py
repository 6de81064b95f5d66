"""Dar um passo: a linha travada, a situação conferida, a história e os prazos gravados juntos. Quem pode é de quem chama."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo, Situacao
from pen.atendimento.errors import ChamadoNaoEncontrado, MensagemNaoLida, PassoImpossivel
from pen.atendimento.models import Chamado, Equipe, Passagem, PassoDoChamado
from pen.atendimento.selectors.chamados import chamados_visiveis
from pen.atendimento.selectors.expediente import politica_em_vigor
from pen.atendimento.services.anexos import AnexoPreparado, registrar_anexos
from pen.atendimento.services.avaliacoes import pedir_avaliacao
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_do_chamado
from pen.atendimento.services.disparos import marcar_disparos
from pen.atendimento.services.entregas import registrar_entregas
from pen.atendimento.services.presenca import esquecer_texto
from pen.atendimento.services.relogio import acertar_pausa, medir
from pen.atendimento.services.texto import indexar_passo
from pen.atendimento.values.passos import DA_EQUIPE, DE_QUEM_ABRIU, cabe, situacao_depois
from pen.auditoria.public import registrar_ato
from pen.comum.errors import conferir
from pen.comum.orm_preparado import inserir_preparado
from pen.identidade.public import Pessoa

PAGINA = CanalDaMensagem.PAGINA  # por onde chega o que não diz por onde
RESPOSTA_AOS_LIGADOS = (
    "O chamado que tratava deste assunto foi encerrado. Se para você o problema continua, reabra este chamado."
)
AVALIADOS = frozenset({Desfecho.RESOLVIDO, Desfecho.CONFIRMADO, Desfecho.SILENCIO, Desfecho.INDEFERIDO})


def travar_chamado(por: Pessoa, chave: str) -> Chamado:
    """O chamado, travado até o fim da transação.

    Levanta:
        ChamadoNaoEncontrado: não existe, ou não é visível a ``por``.
    """
    chamado = chamados_visiveis(por).select_for_update(of=("self",)).filter(chave=chave).first()
    if chamado is None:
        raise ChamadoNaoEncontrado("Não há chamado seu neste endereço.")
    return chamado


def conferir_visivel(por: Pessoa, chave: str) -> None:
    """Levanta ``ChamadoNaoEncontrado`` se ``por`` não vê o chamado; não trava nada."""
    conferir(
        chamados_visiveis(por).filter(chave=chave).exists(), ChamadoNaoEncontrado("Não há chamado seu neste endereço.")
    )


def conferir_lido(chamado: Chamado, visto: int | None, *, por: Pessoa) -> None:
    """Confere que ninguém mais disse nada depois do passo de ordem ``visto``; nulo não confere (quem não viu página).

    Levanta:
        MensagemNaoLida: chegou uma mensagem de outra pessoa.
    """
    if visto is None or visto >= chamado.passos:
        return
    novos = PassoDoChamado.objects.filter(chamado=chamado, ordem__gt=visto).exclude(por=por)
    com_algo_dito = novos.filter(~Q(texto="") | Q(passo__in=DE_QUEM_ABRIU))
    novas = [passo.lido() for passo in com_algo_dito.select_related("por", "chamado").order_by("ordem")]
    conferir(not novas, MensagemNaoLida("Chegou uma mensagem que você ainda não leu. Leia, e envie de novo.", novas))


def dar_passo(
    chamado: Chamado,
    passo: Passo,
    *,
    por: Pessoa | None,
    agora: datetime,
    texto: str = "",
    interno: bool = False,
    canal: CanalDaMensagem = PAGINA,
    detalhes: Mapping[str, Any] | None = None,
    anexos: Sequence[AnexoPreparado] = (),
    aos_ligados: str = "",
) -> PassoDoChamado:
    """Dá o passo num chamado já travado (ou que nasce agora) e o grava, com o que mais mudou nele; devolve a linha da história.

    Acabado o chamado, por quem for, os que esperavam a resposta dele a recebem: ``aos_ligados``, ou uma frase pronta.

    Levanta:
        PassoImpossivel: o passo não cabe na situação em que o chamado está.
        AnexoRecusado: o chamado já tem anexos demais.
    """
    acabou = False
    if passo != Passo.ABRIR:
        atual = Situacao(chamado.situacao)
        erro = PassoImpossivel(f"O chamado está {atual.label}; isto já não se pode fazer.", situacao=atual.value)
        conferir(cabe(passo, atual), erro)
        chamado.situacao = situacao_depois(passo, atual, tem_atendente=chamado.atendente_id is not None)
        acabou = atual != Situacao.ENCERRADO and chamado.situacao == Situacao.ENCERRADO
    if chamado.situacao != Situacao.AGUARDANDO_USUARIO:
        chamado.silencio_desde = None
    elif passo in {Passo.PEDIR_INFORMACAO, Passo.PEDIR_VALIDACAO}:
        chamado.silencio_desde = agora
    if chamado.situacao != Situacao.AGUARDANDO_TERCEIRO:
        chamado.espera_de = ""
    acertar_pausa(chamado, chamado.situacao, agora=agora)
    da_equipe = passo in DA_EQUIPE
    if da_equipe and texto and not interno and chamado.primeira_resposta_em is None:
        chamado.primeira_resposta_em = agora
        chamado.uteis_ate_a_resposta = medir(chamado, agora=agora)
    if acabou:
        chamado.uteis_ate_a_solucao = medir(chamado, agora=agora)
    chamado.passos += 1
    if passo == Passo.ABRIR:
        inserir_preparado(chamado)
    else:
        chamado.save()
    linha = PassoDoChamado(
        chamado=chamado, ordem=chamado.passos, passo=passo, por=por, da_equipe=da_equipe, interno=interno, canal=canal,
        em=agora, situacao=chamado.situacao, texto=texto, detalhes=dict(detalhes or {}),
    )  # fmt: skip
    inserir_preparado(linha)
    if acabou and chamado.desfecho in AVALIADOS:
        pedir_avaliacao(linha)
    if acabou and passo != Passo.DUPLICAR:
        _responder_aos_ligados(chamado, por=por if da_equipe else None, resposta=aos_ligados, agora=agora)
    registrados = registrar_anexos(linha, anexos, por=por or chamado.solicitante) if anexos else []
    registrar_entregas(linha)
    indexar_passo(chamado, linha, [anexo.nome for anexo in registrados])
    if da_equipe and por is not None and texto:
        esquecer_texto(chamado, por.pk)
    marcar_disparos(chamado, linha)
    registrar_ato(por=por, ato=f"chamado.{passo.value}", objeto=f"chamado:{chamado.pk}", orgao_id=chamado.orgao_id)
    return linha


def _responder_aos_ligados(principal: Chamado, *, por: Pessoa | None, resposta: str, agora: datetime) -> None:
    """Diz em cada chamado ligado que o principal acabou; o prazo de reabrir de cada um recomeça.

    Quem abriu o principal pode ser de outro órgão: quando é ele que o encerra, quem informa é o sistema.
    """
    ligados = Chamado.objects.select_for_update().filter(principal=principal, desfecho=Desfecho.DUPLICADO)
    for ligado in ligados.order_by("chave"):
        por_fim(ligado, Desfecho.DUPLICADO, agora=agora)
        passo = dar_passo(ligado, Passo.INFORMAR, por=por, agora=agora, texto=resposta or RESPOSTA_AOS_LIGADOS)
        avisar_do_chamado(Evento.INFORMADO, ligado, passo)


def por_fim(chamado: Chamado, desfecho: Desfecho, *, agora: datetime) -> None:
    """Marca no chamado o encerramento e até quando se pode reabrir; não grava."""
    chamado.desfecho, chamado.encerrado_em = desfecho, agora
    chamado.reabrivel_ate = agora + timedelta(hours=politica_em_vigor().horas_de_reabertura)


def mudar_de_equipe(chamado: Chamado, equipe: Equipe, *, agora: datetime) -> None:
    """Passa o chamado à equipe, sem atendente, e abre a passagem; não grava o chamado."""
    Passagem.objects.filter(chamado=chamado, ate=None).update(ate=agora)
    Passagem.objects.create(chamado=chamado, equipe=equipe, desde=agora)
    chamado.equipe, chamado.atendente, chamado.na_fila_desde = equipe, None, agora
