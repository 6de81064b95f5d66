"""O que se conta aos webhooks: registrado na transação do passo, entregue depois, ao menos uma vez.

Duas fases, como os avisos (ADR 0017): o passo deixa uma linha por inscrição que o pode saber, e uma rodada as entrega. Cada onda de
uma rodada toma umas poucas de cada inscrição e as marca como de alguém por dois minutos, confere outra vez quem pode saber, envia
todas ao mesmo tempo, sem transação aberta, e anota. Quem morre entre o envio e a anotação faz sair de novo, com o mesmo
``webhook-id``. A inscrição que falha sai da rodada: um endereço parado não segura os outros mais que uma onda.
"""

import random
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from pen import __version__
from pen.atendimento.enums import MotivoDaPausa, SituacaoDaEntrega
from pen.atendimento.models import Entrega, Inscricao, PassoDoChamado
from pen.atendimento.selectors.webhooks import ha_inscricoes
from pen.atendimento.services.avisos_de_webhook import avisar_da_pausa
from pen.atendimento.values.webhooks import (
    DIAS_GUARDADA,
    DIAS_SO_COM_FALHAS,
    cabecalhos_assinados,
    escrever_corpo,
    proxima_tentativa,
)
from pen.auditoria.public import registrar_ato
from pen.comum.cifra import decifrar
from pen.comum.preparadas import consultar_preparada
from pen.comum.saida import EnderecoRecusado, SemResposta, postar
from pen.comum.trabalhos import pedir_trabalho

TEMPO_MAXIMO = 10.0  # segundos, de cada envio
RESERVA = timedelta(minutes=2)
POR_ONDA, POR_INSCRICAO = 32, 4
DURACAO_DA_RODADA = 45  # segundos: depois disto, a do minuto seguinte continua
DISPENSADO = 410

log = structlog.stdlib.get_logger("pen.webhooks")

# As inscrições que podem saber do passo: a da pessoa que abriu ou segue (nunca da nota interna), e a da equipe que tem ou teve o
# chamado, se o dono está nela. É o que ``chamados_visiveis`` e ``historia`` dizem, do lado da inscrição.
_QUEM_PODE_SABER = """
FROM atendimento_passodochamado s JOIN atendimento_chamado c ON c.id = s.chamado_id
CROSS JOIN LATERAL (
    SELECT i.id, i.dono_id, i.eventos FROM (
        SELECT c.solicitante_id AS pessoa_id UNION ALL
        SELECT f.pessoa_id FROM atendimento_seguidor f WHERE f.chamado_id = c.id) q
    JOIN atendimento_inscricao i ON i.dono_id = q.pessoa_id AND i.ativa AND i.equipe_id IS NULL
    WHERE NOT s.interno
    UNION
    SELECT i.id, i.dono_id, i.eventos FROM (
        SELECT c.equipe_id UNION ALL
        SELECT p.equipe_id FROM atendimento_passagem p WHERE p.chamado_id = c.id) q
    JOIN atendimento_inscricao i ON i.equipe_id = q.equipe_id AND i.ativa
    JOIN atendimento_equipe e ON e.id = i.equipe_id AND e.encerrada_em IS NULL
    JOIN atendimento_integrante n ON n.equipe_id = i.equipe_id AND n.pessoa_id = i.dono_id AND n.ate IS NULL
) i JOIN identidade_pessoa d ON d.id = i.dono_id AND d.is_active
"""
_REGISTRAR = f"""
INSERT INTO atendimento_entrega (id, inscricao_id, passo_id, situacao, tentativas, criada_em, proxima_em, ultimo_erro)
SELECT gen_random_uuid(), i.id, s.id, 'pendente', 0, %(agora)s, %(agora)s, ''
{_QUEM_PODE_SABER} WHERE s.id = %(passo)s AND (i.eventos = '{{}}' OR s.passo = ANY (i.eventos))
ON CONFLICT (inscricao_id, passo_id) DO NOTHING RETURNING 1
"""
_AINDA_PODEM = f"""
SELECT w.id {_QUEM_PODE_SABER} JOIN atendimento_entrega w ON w.passo_id = s.id AND w.inscricao_id = i.id
WHERE w.id = ANY (%(entregas)s)
"""
_TOMAR = """
UPDATE atendimento_entrega w SET tentativas = w.tentativas + 1, proxima_em = %(reserva)s
FROM (
    SELECT e.id FROM atendimento_inscricao i CROSS JOIN LATERAL (
        SELECT e.id, e.proxima_em FROM atendimento_entrega e
        WHERE e.inscricao_id = i.id AND e.situacao = 'pendente' AND e.proxima_em <= %(agora)s
        ORDER BY e.proxima_em LIMIT %(por_inscricao)s FOR UPDATE SKIP LOCKED) e
    WHERE i.ativa AND i.id <> ALL (%(fora)s) ORDER BY e.proxima_em LIMIT %(por_onda)s) t
WHERE w.id = t.id RETURNING w.id
"""


class _Envio(NamedTuple):
    """Um pedido pronto para sair."""

    entrega: Entrega
    endereco: str
    corpo: bytes
    cabecalhos: dict[str, str]


class _Resposta(NamedTuple):
    """O que houve com um envio; sem ``codigo``, não se chegou a uma resposta."""

    codigo: int | None
    erro: str = ""

    @property
    def entregue(self) -> bool:
        """Se o outro lado aceitou."""
        return self.codigo is not None and 200 <= self.codigo < 300


def registrar_entregas(passo: PassoDoChamado) -> None:
    """Registra, na transação do passo, o que contar a cada inscrição que o pode saber; a rodada começa sozinha depois dela.

    É um comando só, preparado; enquanto não há inscrição nenhuma na instalação, nem ele.
    """
    if not ha_inscricoes():
        return
    if consultar_preparada(_REGISTRAR, {"passo": passo.pk, "agora": passo.em}, grava=True):
        transaction.on_commit(pedir_entregas)


def pedir_entregas(*, daqui_a: int = 0) -> None:
    """Põe uma rodada na fila, se já não está; perdido o pedido, a de cada minuto faz o mesmo."""
    trava = "repetir_webhooks" if daqui_a else "entregar_webhooks"
    pedir_trabalho("pen.atendimento.tasks.entregar_webhooks", trava=trava, daqui_a=daqui_a)


def enviar_entregas(*, agora: datetime | None = None) -> int:
    """Entrega o que está na hora; devolve quantas chegaram. Pode rodar ao mesmo tempo noutro processo."""
    fim, chegaram = time.monotonic() + DURACAO_DA_RODADA, 0
    falharam: set[UUID] = set()
    while time.monotonic() < fim and (tomadas := _tomar(agora or timezone.now(), fora=falharam)):
        em = agora or timezone.now()
        envios = [_preparar(entrega, em) for entrega in _conferir(tomadas)]
        for envio, resposta in zip(envios, _enviar(envios), strict=True):
            _anotar(envio.entrega, resposta, agora=agora or timezone.now())
            chegaram += resposta.entregue
            if not resposta.entregue:
                falharam.add(envio.entrega.inscricao_id)
    return chegaram


def excluir_entregas_velhas(*, agora: datetime) -> int:
    """Apaga as de mais de trinta dias, e as inscrições excluídas de que não resta nenhuma; devolve quantas entregas."""
    limite = agora - timedelta(days=DIAS_GUARDADA)
    apagadas = Entrega.objects.filter(criada_em__lt=limite).delete()[0]
    com_entregas = Entrega.objects.values("inscricao")
    Inscricao.objects.filter(excluida_em__lt=limite).exclude(pk__in=com_entregas).delete()
    return apagadas


def esquecer_segredos(*, agora: datetime) -> int:
    """Apaga os segredos anteriores com que já não se assina; devolve quantos."""
    vencidos = Inscricao.objects.filter(anterior_ate__lte=agora)
    return vencidos.update(segredo_anterior="", anterior_ate=None)


def _tomar(agora: datetime, *, fora: Collection[UUID]) -> list[UUID]:
    """Toma para si umas poucas de cada inscrição, as mais antigas antes, por dois minutos."""
    valores: dict[str, Any] = {
        "agora": agora, "reserva": agora + RESERVA, "por_inscricao": POR_INSCRICAO, "por_onda": POR_ONDA, "fora": list(fora),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TOMAR, valores)
        return [id for (id,) in cursor.fetchall()]


def _conferir(tomadas: Sequence[UUID]) -> list[Entrega]:
    """As que o dono ainda pode saber; das outras se desiste."""
    entregas = Entrega.objects.filter(pk__in=tomadas).select_related("inscricao__dono", "passo__chamado")
    with connection.cursor() as cursor:
        cursor.execute(_AINDA_PODEM, {"entregas": list(tomadas)})
        podem = {id for (id,) in cursor.fetchall()}
    por_chegada = list(entregas.order_by("criada_em", "pk"))
    vao = [
        e for e in por_chegada if e.pk in podem or (e.passo_id is None and e.inscricao.ativa and e.inscricao.dono.is_active)
    ]
    nao_vao = {e.pk for e in por_chegada} - {e.pk for e in vao}
    if nao_vao:
        barradas = Entrega.objects.filter(pk__in=nao_vao, situacao=SituacaoDaEntrega.PENDENTE)
        barradas.update(situacao=SituacaoDaEntrega.DESISTIDA, ultimo_erro="Você já não vê este chamado.")
    return vao


def _preparar(entrega: Entrega, agora: datetime) -> _Envio:
    """O pedido de uma entrega: o que aconteceu, e nada do que se disse nem de quem."""
    inscricao, passo = entrega.inscricao, entrega.passo
    if passo is None:
        corpo = escrever_corpo(entrega.evento, entrega.criada_em, {})
    else:
        dados = {
            "chave": passo.chamado.chave, "protocolo": passo.chamado.protocolo, "passo": passo.passo, "ordem": passo.ordem,
            "situacao": passo.situacao, "em": passo.em.astimezone(UTC).isoformat(), "da_equipe": passo.da_equipe,
            "interno": passo.interno,
        }  # fmt: skip
        corpo = escrever_corpo(entrega.evento, passo.em, dados)
    segredos = _segredos(inscricao, agora)
    assinados = cabecalhos_assinados(entrega.identificador, corpo, segredos=segredos, agora=agora) if segredos else {}
    cabecalhos = {"Content-Type": "application/json", "User-Agent": f"PEN-Aberto/{__version__}", **assinados}
    return _Envio(entrega, inscricao.endereco, corpo.encode(), cabecalhos)


def _segredos(inscricao: Inscricao, agora: datetime) -> list[str]:
    """O segredo e, nas horas seguintes a uma troca, o anterior; o que a chave da instalação já não lê não assina."""
    vale = inscricao.anterior_ate is not None and agora < inscricao.anterior_ate
    cifrados = [inscricao.segredo, inscricao.segredo_anterior] if vale else [inscricao.segredo]
    return [str(lido["segredo"]) for cifrado in cifrados if (lido := decifrar(cifrado))]


def _enviar(envios: Sequence[_Envio]) -> list[_Resposta]:
    """O que houve com cada um, todos ao mesmo tempo; nas linhas, nada fala com o banco."""
    if not envios:
        return []
    with ThreadPoolExecutor(len(envios)) as linhas:
        return list(linhas.map(_enviar_um, envios))


def _enviar_um(envio: _Envio) -> _Resposta:
    if "webhook-signature" not in envio.cabecalhos:
        return _Resposta(None, "O segredo já não se lê: troque-o na página do webhook.")
    try:
        codigo = postar(
            envio.endereco, corpo=envio.corpo, cabecalhos=envio.cabecalhos, segundos=TEMPO_MAXIMO,
            na_maquina=settings.WEBHOOKS_NA_MAQUINA,
        )  # fmt: skip
    except (EnderecoRecusado, SemResposta) as erro:
        return _Resposta(None, erro.mensagem)
    except Exception:  # um endereço que faz o que não se previu não pode parar a rodada, nem voltar a pará-la para sempre
        log.exception("webhook com erro inesperado", inscricao=str(envio.entrega.inscricao_id))
        return _Resposta(None, "Erro inesperado ao enviar.")
    return _Resposta(codigo, "" if 200 <= codigo < 300 else f"Respondeu {codigo}.")


@transaction.atomic
def _anotar(entrega: Entrega, resposta: _Resposta, *, agora: datetime) -> None:
    """Grava o que houve, se ninguém mexeu na entrega nesse meio tempo, e o que isso diz da inscrição."""
    inscricao = Inscricao.objects.select_for_update().get(pk=entrega.inscricao_id)
    proxima = proxima_tentativa(entrega.tentativas, agora=agora, acaso=random.random())  # noqa: S311
    if resposta.entregue:
        situacao = SituacaoDaEntrega.ENTREGUE
    else:
        desiste = proxima is None or resposta.codigo == DISPENSADO
        situacao = SituacaoDaEntrega.DESISTIDA if desiste else SituacaoDaEntrega.PENDENTE
    esta = Entrega.objects.filter(pk=entrega.pk, situacao=SituacaoDaEntrega.PENDENTE, tentativas=entrega.tentativas)
    mudadas = esta.update(
        situacao=situacao, proxima_em=proxima or agora, ultimo_codigo=resposta.codigo, ultimo_erro=resposta.erro
    )
    if not mudadas:
        return
    if resposta.entregue:
        _anotar_na_inscricao(inscricao, falhas=0, desde=None)
        return
    _anotar_na_inscricao(inscricao, falhas=inscricao.falhas + 1, desde=inscricao.falhando_desde or agora)
    log.info("webhook não entregue", inscricao=str(inscricao.pk), tentativas=entrega.tentativas, erro=resposta.erro)
    if resposta.codigo == DISPENSADO:
        _parar(inscricao, MotivoDaPausa.DISPENSA, agora=agora)
    elif agora - (inscricao.falhando_desde or agora) >= timedelta(days=DIAS_SO_COM_FALHAS):
        _parar(inscricao, MotivoDaPausa.FALHAS, agora=agora)
    elif situacao == SituacaoDaEntrega.PENDENTE and proxima and proxima - agora < timedelta(minutes=1):
        daqui_a = int((proxima - agora).total_seconds()) + 1
        transaction.on_commit(lambda: pedir_entregas(daqui_a=daqui_a))


def _anotar_na_inscricao(inscricao: Inscricao, *, falhas: int, desde: datetime | None) -> None:
    if (inscricao.falhas, inscricao.falhando_desde) != (falhas, desde):
        inscricao.falhas, inscricao.falhando_desde = falhas, desde
        inscricao.save(update_fields=["falhas", "falhando_desde"])


def _parar(inscricao: Inscricao, motivo: MotivoDaPausa, *, agora: datetime) -> None:
    """Pausa a inscrição que não adianta tentar, e avisa o dono; a que já está parada fica como está."""
    if not inscricao.ativa:
        return
    inscricao.ativa, inscricao.pausada_em, inscricao.motivo = False, agora, motivo
    inscricao.save(update_fields=["ativa", "pausada_em", "motivo"])
    registrar_ato(por=None, ato="webhook.pausado", objeto=f"webhook:{inscricao.pk}", detalhes={"motivo": motivo.value})
    avisar_da_pausa(inscricao)
