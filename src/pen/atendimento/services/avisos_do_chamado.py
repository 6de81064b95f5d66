"""Os avisos de um chamado: quem recebe cada um, e o que ele diz na hora de sair."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.urls import reverse

from pen.atendimento.enums import Relogio, Situacao
from pen.atendimento.models import Avaliacao, Chamado, Integrante, PassoDoChamado, Seguidor
from pen.atendimento.selectors.expediente import politica_em_vigor, tipos_isentos
from pen.atendimento.services.enderecos import enderecos_de_resposta
from pen.atendimento.values.avisos import TIPO_DE_AVISO, chave_do_aviso
from pen.comum.preparadas import consultar_preparada
from pen.notificacoes.public import AvisoARedigir, AvisoNovo, Trecho, avisar, endereco_completo

_SEGUIDORES = "SELECT pessoa_id FROM atendimento_seguidor WHERE chamado_id = %s"
TRECHO_MAXIMO = 2_000  # caracteres do que se disse; o resto se lê na página


class Evento(StrEnum):
    """O que aconteceu; vai nos dados do aviso e não muda."""

    RECEBIDO = "recebido"
    RESPONDIDO = "respondido"
    INFORMACAO = "informacao"
    VALIDACAO = "validacao"
    TERCEIRO = "terceiro"
    ENCAMINHADO = "encaminhado"
    LEMBRETE = "lembrete"
    ENCERRADO = "encerrado"
    CONFIRMADO = "confirmado"
    SILENCIO = "silencio"
    DUPLICADO = "duplicado"
    INFORMADO = "informado"
    ORIENTADO = "orientado"
    A_ATENDER = "a_atender"  # a quem atende
    COMPLETADO = "completado"  # a quem atende
    REABERTO = "reaberto"  # a quem atende
    OUTRO_REMETENTE = "outro_remetente"  # a quem respondeu por e-mail
    FORA_DO_PRAZO = "fora_do_prazo"  # idem
    DEMAIS = "demais"  # idem
    VENCE = "vence"  # a quem atende
    VENCEU = "venceu"  # a quem atende
    ACABOU = "acabou"  # a quem atende: quem abriu confirmou ou cancelou


DE_QUEM_FEZ = {Evento.RECEBIDO, Evento.CONFIRMADO}  # vão também a quem deu o passo
DO_FIM = {Evento.ENCERRADO, Evento.SILENCIO, Evento.CONFIRMADO}  # levam o endereço da avaliação
DE_QUEM_ATENDE = {Evento.A_ATENDER, Evento.COMPLETADO, Evento.REABERTO, Evento.ACABOU, Evento.VENCE, Evento.VENCEU}

# O assunto, que pode aparecer na tela bloqueada do celular, e a frase.
_TEXTOS = {
    Evento.RECEBIDO: ("chamado recebido", "Recebemos o seu chamado. Guarde o número {protocolo}."),
    Evento.RESPONDIDO: ("há uma resposta", "A equipe respondeu."),
    Evento.INFORMACAO: (
        "precisamos de uma informação",
        "A equipe precisa de uma informação sua.{silencio}",
    ),
    Evento.VALIDACAO: (
        "teste a solução",
        "A equipe pede que você teste a solução e diga se serviu.{silencio}",
    ),
    Evento.TERCEIRO: ("esperamos outra equipe", "A equipe depende de outra para continuar. Você não precisa fazer nada."),
    Evento.ENCAMINHADO: ("seu chamado mudou de equipe", "O chamado foi encaminhado a outra equipe, que continua daqui."),
    Evento.LEMBRETE: (
        "esperamos a sua resposta",
        "A equipe ainda espera a sua resposta. Sem ela, o chamado é encerrado {horas} depois da pergunta.",
    ),
    Evento.ENCERRADO: (
        "chamado encerrado",
        "O chamado foi encerrado. Se não resolveu, você pode reabri-lo em {reabertura} horas.",
    ),
    Evento.CONFIRMADO: ("chamado encerrado", "Você confirmou que a solução serviu, e o chamado foi encerrado."),
    Evento.SILENCIO: (
        "chamado encerrado por falta de resposta",
        "O chamado foi encerrado porque não houve resposta. Você pode reabri-lo em {reabertura} horas.",
    ),
    Evento.DUPLICADO: (
        "já havia um chamado sobre isto",
        "Outro chamado trata do mesmo assunto. Quando ele acabar, a resposta vem também para você, neste número.",
    ),
    Evento.INFORMADO: (
        "há uma resposta",
        "O chamado que tratava do mesmo assunto acabou. Se para você não resolveu, reabra o seu em {reabertura} horas.",
    ),
    Evento.ORIENTADO: ("uma orientação sobre o seu chamado", "Enquanto a equipe não responde, isto pode ajudar."),
    Evento.OUTRO_REMETENTE: (
        "sua resposta não foi recebida",
        "Chegou uma resposta a este chamado de um endereço que não é o seu, e ela não foi gravada. Responda do seu, ou na página.",
    ),
    Evento.FORA_DO_PRAZO: (
        "sua resposta não foi recebida",
        "O chamado está encerrado há mais tempo do que se pode reabrir. Abra outro, e cite este número.",
    ),
    Evento.DEMAIS: (
        "sua resposta não foi recebida",
        "Chegaram muitas respostas suas em pouco tempo, e as últimas não foram gravadas. Responda na página, ou daqui a uma hora.",
    ),
    Evento.A_ATENDER: ("há um chamado para você", "O chamado foi passado a você."),
    Evento.COMPLETADO: ("há resposta de quem abriu", "Quem abriu o chamado respondeu."),
    Evento.REABERTO: ("chamado reaberto", "O chamado foi reaberto, e volta à frente da fila."),
    Evento.VENCE: ("o prazo está perto", "O prazo deste chamado vence em até duas horas de expediente."),
    Evento.VENCEU: ("o prazo venceu", "O prazo deste chamado venceu."),
    Evento.ACABOU: ("chamado encerrado por quem abriu", "Quem abriu o chamado o encerrou."),
}


def avisar_do_chamado(evento: Evento, chamado: Chamado, passo: PassoDoChamado) -> None:
    """Avisa quem o evento interessa, menos quem deu o passo; só dentro da transação dele."""
    para = _quem_atende(chamado) if evento in DE_QUEM_ATENDE else participantes(chamado)
    avisar(
        [
            AvisoNovo(
                pessoa_id=pessoa_id, tipo=TIPO_DE_AVISO, chave=chave_do_aviso(passo.pk), urgente=True,
                dados={"chamado": str(chamado.pk), "evento": evento.value, "passo": passo.ordem},
            )
            for pessoa_id in sorted(para - ({passo.por_id} if evento not in DE_QUEM_FEZ else set()))
        ]
    )  # fmt: skip


def avisar_pessoa(evento: Evento, chamado: Chamado, pessoa_id: int, *, chave: str) -> None:
    """Avisa só uma pessoa, de algo que não é um passo; com a mesma ``chave``, uma vez só."""
    dados = {"chamado": str(chamado.pk), "evento": evento.value, "passo": 0}
    avisar([AvisoNovo(pessoa_id=pessoa_id, tipo=TIPO_DE_AVISO, chave=chave, urgente=True, dados=dados)])


def avisar_de_muitos(evento: Evento, chamados: Sequence[tuple[Chamado, str]]) -> int:
    """Avisa quem atende cada chamado, de algo que não é um passo: (chamado, chave do aviso); devolve quantos avisos são novos."""
    coordenacao = defaultdict(list)
    sem_atendente = {c.equipe_id for c, _ in chamados if c.atendente_id is None}
    coordenam = Integrante.objects.filter(equipe__in=sem_atendente, ate=None, coordena=True)
    for equipe_id, pessoa_id in coordenam.values_list("equipe_id", "pessoa_id"):
        coordenacao[equipe_id].append(pessoa_id)
    return avisar(
        [
            AvisoNovo(
                pessoa_id=pessoa_id, tipo=TIPO_DE_AVISO, chave=f"{evento.value}:{chave}", urgente=True,
                dados={"chamado": str(chamado.pk), "evento": evento.value, "passo": 0},
            )
            for chamado, chave in chamados
            for pessoa_id in ([chamado.atendente_id] if chamado.atendente_id else coordenacao[chamado.equipe_id])
        ]
    )  # fmt: skip


def participantes(chamado: Chamado) -> set[int]:
    """Quem abriu e quem segue."""
    seguidores = consultar_preparada(_SEGUIDORES, [chamado.pk], grava=True)
    return {chamado.solicitante_id, *(pessoa_id for (pessoa_id,) in seguidores)}


def redigir_avisos_do_chamado(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """O texto de cada aviso, com o que se disse no passo; ``None`` para quem já não participa nem atende."""
    chamados = Chamado.objects.select_related("produto", "formulario").in_bulk({UUID(a.dados["chamado"]) for a in avisos})
    passos = _passos(avisos)
    seguidores = set(Seguidor.objects.filter(chamado__in=chamados).values_list("chamado_id", "pessoa_id"))
    integrantes = _integrantes(chamados.values())
    politica, avaliacoes = politica_em_vigor(), _avaliacoes(avisos)
    horas, isentos = f"{politica.horas} {Relogio(politica.relogio).label}", tipos_isentos(politica)
    de_quem_participa = [a for a in avisos if Evento(a.dados["evento"]) not in DE_QUEM_ATENDE]
    respostas = enderecos_de_resposta(
        (c.pk, a.pessoa_id) for a in de_quem_participa if (c := chamados.get(UUID(a.dados["chamado"]))) is not None
    )  # fmt: skip
    trechos: dict[UUID, Trecho | None] = {}
    for aviso in avisos:
        chamado, evento = chamados.get(UUID(aviso.dados["chamado"])), Evento(aviso.dados["evento"])
        if chamado is None or not _interessa(chamado, evento, aviso.pessoa_id, seguidores, integrantes):
            trechos[aviso.id] = None
            continue
        assunto, modelo = _TEXTOS[evento]
        frase = modelo.format(
            protocolo=chamado.protocolo, horas=horas, reabertura=politica.horas_de_reabertura,
            silencio="" if chamado.formulario.tipo_id in isentos else f" Sem resposta em {horas}, o chamado é encerrado.",
        )  # fmt: skip
        linhas: list[tuple[datetime | None, str]] = [(aviso.criado_em, frase)]
        if dito := passos.get((chamado.pk, aviso.dados["passo"])):
            linhas.append((None, dito if len(dito) <= TRECHO_MAXIMO else dito[:TRECHO_MAXIMO] + "…"))
        if (avaliar := avaliacoes.get((chamado.pk, aviso.dados["passo"]))) and aviso.pessoa_id == chamado.solicitante_id:
            endereco = endereco_completo(reverse("atendimento:avaliar", args=[avaliar]))
            linhas.append((None, f"Diga o que achou do atendimento, sem precisar entrar: {endereco}"))
        trechos[aviso.id] = Trecho(
            titulo=f"{chamado.protocolo} · {chamado.produto.nome}", linhas=linhas,
            endereco=reverse("atendimento:chamado", args=[chamado.chave]), assunto=f"{chamado.protocolo}: {assunto}",
            resposta=respostas.get((chamado.pk, aviso.pessoa_id), ""), conversa=chamado.pk.hex,
        )  # fmt: skip
    return trechos


def _passos(avisos: Sequence[AvisoARedigir]) -> dict[tuple[UUID, int], str]:
    """O que se disse em cada passo público, por chamado e ordem."""
    pedidos = {(UUID(a.dados["chamado"]), a.dados["passo"]) for a in avisos}
    lidos = PassoDoChamado.objects.filter(
        chamado__in={c for c, _ in pedidos}, ordem__in={o for _, o in pedidos}, interno=False
    )  # fmt: skip
    return {(c, o): texto for c, o, texto in lidos.values_list("chamado_id", "ordem", "texto") if (c, o) in pedidos}


def _avaliacoes(avisos: Sequence[AvisoARedigir]) -> dict[tuple[UUID, int], str]:
    """A chave da avaliação de cada encerramento, por chamado e ordem do passo."""
    dos_fins = {UUID(a.dados["chamado"]) for a in avisos if Evento(a.dados["evento"]) in DO_FIM}
    pedidas = Avaliacao.objects.filter(chamado__in=dos_fins).values_list("chamado_id", "passo__ordem", "chave")
    return {(chamado, ordem): chave for chamado, ordem, chave in pedidas}


def _interessa(
    chamado: Chamado, evento: Evento, pessoa_id: int, seguidores: set[tuple[UUID, int]], integrantes: set[tuple[int, int]]
) -> bool:
    if evento in DE_QUEM_ATENDE:
        return (chamado.equipe_id, pessoa_id) in integrantes
    if evento == Evento.LEMBRETE and chamado.situacao != Situacao.AGUARDANDO_USUARIO:
        return False
    return pessoa_id == chamado.solicitante_id or (chamado.pk, pessoa_id) in seguidores


def _quem_atende(chamado: Chamado) -> set[int]:
    """O atendente; sem um, a coordenação da equipe."""
    if chamado.atendente_id is not None:
        return {chamado.atendente_id}
    coordenacao = Integrante.objects.filter(equipe=chamado.equipe_id, ate=None, coordena=True)
    return set(coordenacao.values_list("pessoa_id", flat=True))


def _integrantes(chamados: Iterable[Chamado]) -> set[tuple[int, int]]:
    equipes = {c.equipe_id for c in chamados}
    vigentes = Integrante.objects.filter(equipe__in=equipes, ate=None, pessoa__is_active=True)
    return set(vigentes.values_list("equipe_id", "pessoa_id"))
