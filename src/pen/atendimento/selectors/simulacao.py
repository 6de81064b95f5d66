"""O que uma política de silêncio teria feito com as esperas que já houve."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db import connection

from pen.atendimento.enums import Passo
from pen.atendimento.errors import EquipeNaoEncontrada
from pen.atendimento.selectors.expediente import expediente_em_vigor
from pen.atendimento.values.silencio import Politica, encerra_em
from pen.comum.errors import conferir
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Ator, e_da_equipe_central

DIAS = 180
ESPERAS_MAXIMO = 20_000  # as mais novas
DE_QUEM_ABRIU = (Passo.COMPLETAR, Passo.CONFIRMAR, Passo.CANCELAR)
# Cada pergunta da equipe, e o passo que acabou com a espera por quem abriu; nenhum, se ainda se espera.
_ESPERAS = """
SELECT p.em, f.em, f.passo FROM atendimento_passodochamado p
LEFT JOIN LATERAL (
    SELECT q.em, q.passo FROM atendimento_passodochamado q
    WHERE q.chamado_id = p.chamado_id AND q.ordem > p.ordem AND q.situacao <> 'aguardando_usuario'
    ORDER BY q.ordem LIMIT 1) f ON true
WHERE p.passo IN ('pedir_informacao', 'pedir_validacao') AND p.em >= %s ORDER BY p.em DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Simulacao:
    """As esperas dos últimos dias, e o que a política teria feito, com os lembretes entregues a tempo."""

    esperas: int
    encerrados: int
    respondidos_depois: int  # dos encerrados, os que quem abriu respondeu mais tarde
    em_dia_sem_expediente: int  # dos encerrados, os que a hora cairia num fim de semana ou feriado, sem a guarda
    mediana_da_resposta: timedelta | None  # de quem respondeu


def simular_politica(politica: Politica, *, para: Ator, agora: datetime) -> Simulacao:
    """Aplica a política às esperas dos últimos 180 dias, até as 20 mil mais novas; não muda nada.

    Levanta:
        EquipeNaoEncontrada: ``para`` não é da equipe central, e para ele isto não existe.
    """
    conferir(e_da_equipe_central(para), EquipeNaoEncontrada("Não existe nada neste endereço."))
    with connection.cursor() as cursor:
        cursor.execute(_ESPERAS, [agora - timedelta(days=DIAS), ESPERAS_MAXIMO])
        esperas = cursor.fetchall()
    expediente = expediente_em_vigor()
    encerrados = depois = fora = 0
    respostas = []
    for desde, ate, passo in esperas:
        respondeu = passo in DE_QUEM_ABRIU
        if respondeu:
            respostas.append(ate - desde)
        fim = encerra_em(politica, expediente, desde)
        if fim > (ate or agora):
            continue
        encerrados += 1
        depois += respondeu
        sem_guarda = desde + timedelta(hours=politica.horas)
        fora += not expediente.trechos_do_dia(sem_guarda.astimezone(BRASILIA).date())
    return Simulacao(len(esperas), encerrados, depois, fora, median(respostas) if respostas else None)
