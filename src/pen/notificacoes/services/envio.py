"""O envio: agrupa o que venceu e entrega o que está pendente, canal por canal.

Cada mensagem é escrita, entregue e marcada na mesma transação, com a linha travada: o texto diz o que se pode dizer naquele
instante. Se o trabalho morre entre o aceite do servidor e a gravação, a mensagem sai de novo com o mesmo ``Message-ID``: ao
menos uma vez. Duas rodadas ao mesmo tempo dividem o trabalho. O que passa do limite por minuto fica para a rodada seguinte:
ninguém dorme dentro de uma transação, e a contagem do minuto, que é de todos, é feita fora dela.
"""

import time
from datetime import datetime

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pen.comum.errors import LimiteExcedido
from pen.identidade.public import contar_uso
from pen.notificacoes.canais import Canal, canais_ligados
from pen.notificacoes.enums import CanalDeAviso, Desfecho, SituacaoDaMensagem
from pen.notificacoes.models import EnderecoRecusado, InscricaoPush, Mensagem
from pen.notificacoes.segredos import hash_do_endereco
from pen.notificacoes.services.agrupamento import agrupar_devidos
from pen.notificacoes.services.preparo import preparar_entregas
from pen.notificacoes.values import DESISTENCIA, ESPERA_MINIMA, Entrega, Resultado, espera_da_tentativa

MENSAGENS_POR_VEZ = 100  # quantas são conferidas em conjunto antes de sair uma a uma
DURACAO_POR_CANAL = 45  # segundos: depois disto, a rodada do minuto seguinte continua

log = structlog.stdlib.get_logger("pen.avisos")


def enviar_avisos(*, agora: datetime | None = None) -> int:
    """Agrupa e entrega tudo que venceu até ``agora``; devolve quantas mensagens saíram. Pode rodar ao mesmo tempo."""
    agora = agora or timezone.now()
    canais = canais_ligados()
    agrupar_devidos(agora=agora, canais=[canal.nome for canal in canais])
    return sum(_enviar_pelo_canal(canal, agora) for canal in canais)


def contar_envio(canal: CanalDeAviso) -> None:
    """Conta uma mensagem no limite por minuto do canal, que é um só, seja de quem for a mensagem.

    Levanta:
        LimiteExcedido: as deste minuto já saíram.
    """
    contar_uso(f"avisos:{canal}", limite=settings.AVISOS_POR_MINUTO)


def _enviar_pelo_canal(canal: Canal, agora: datetime) -> int:
    """Entrega até acabar, até o limite do minuto, até a duração máxima ou até o serviço sair do ar."""
    fim, enviadas = time.monotonic() + DURACAO_POR_CANAL, 0
    try:
        while time.monotonic() < fim and (conferidas := _conferir_as_proximas(canal.nome, agora)) is not None:
            for _ in range(conferidas):
                contar_envio(canal.nome)
                resultado = _entregar_a_proxima(canal, agora)
                if resultado is None:
                    break
                if resultado.desfecho is Desfecho.FORA_DO_AR:
                    log.warning("canal fora do ar", canal=canal.nome.value, erro=resultado.texto)
                    return enviadas
                enviadas += resultado.desfecho is Desfecho.ENTREGUE
                if time.monotonic() > fim:
                    break
    except LimiteExcedido:
        log.info("limite por minuto alcançado", canal=canal.nome.value, enviadas=enviadas)
    finally:
        canal.fechar()
    return enviadas


def _conferir_as_proximas(canal: CanalDeAviso, agora: datetime) -> int | None:
    """Cancela em conjunto as próximas que não podem mais sair; devolve quantas podem, ou ``None`` se não há nenhuma.

    O que não sai mais não gasta o limite do minuto. As que saem são conferidas outra vez, cada uma no seu instante.
    """
    with transaction.atomic():  # a trava só serve para pular as que outra rodada está enviando
        proximas = list(_proximas(canal, agora)[:MENSAGENS_POR_VEZ])
    return len(preparar_entregas(proximas, agora=agora)) if proximas else None


def _proximas(canal: CanalDeAviso, agora: datetime) -> QuerySet[Mensagem]:
    """O que pode sair agora e ninguém está enviando, os urgentes antes, com a pessoa; só dentro de uma transação."""
    devidas = Mensagem.objects.filter(canal=canal, situacao=SituacaoDaMensagem.PENDENTE, proxima_em__lte=agora)
    com_pessoa = devidas.select_related("pessoa").order_by("-urgente", "proxima_em")
    return com_pessoa.select_for_update(skip_locked=True, of=("self",))


def _entregar_a_proxima(canal: Canal, agora: datetime) -> Resultado | None:
    """Trava a próxima mensagem, escreve-a e a entrega; ``None`` se não há mais nenhuma.

    A conexão é aberta antes: o que demora não pode ficar entre o texto e a entrega.
    """
    if fora_do_ar := canal.abrir():
        return fora_do_ar
    with transaction.atomic():
        with connection.cursor() as cursor:  # um servidor lento não pode custar a transação, e a mensagem sair de novo
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        mensagem = _proximas(canal.nome, agora).first()
        if mensagem is None:
            return None
        entregas = preparar_entregas([mensagem], agora=agora)
        if not entregas:
            return Resultado(Desfecho.NAO_SAIU)
        resultado = canal.enviar(entregas[0])
        _anotar(mensagem, entregas[0], resultado, agora)
        return resultado


def _anotar(mensagem: Mensagem, entrega: Entrega, resultado: Resultado, agora: datetime) -> None:
    if resultado.inscricoes_mortas:
        InscricaoPush.objects.filter(pk__in=resultado.inscricoes_mortas).delete()
    if resultado.desfecho in {Desfecho.FORA_DO_AR, Desfecho.INTERROMPIDA}:
        if resultado.no_meio:  # a próxima rodada começa por outra: uma que derruba o servidor não segura a fila
            mensagem.proxima_em = agora + ESPERA_MINIMA
            mensagem.save(update_fields=["proxima_em"])
        return
    mensagem.tentativas += 1
    mensagem.assunto, mensagem.erro_codigo, mensagem.erro_texto = entrega.assunto, resultado.codigo, resultado.texto
    if mensagem.canal == CanalDeAviso.CORREIO:
        mensagem.endereco_hash = hash_do_endereco(entrega.para)
    if resultado.desfecho is Desfecho.ENTREGUE:
        mensagem.situacao, mensagem.enviada_em = SituacaoDaMensagem.ENVIADA, timezone.now()
    elif resultado.desfecho is Desfecho.RECUSADA or agora - mensagem.criada_em > DESISTENCIA:
        mensagem.situacao = SituacaoDaMensagem.FALHOU
    else:
        mensagem.proxima_em = agora + espera_da_tentativa(mensagem.tentativas)
    mensagem.save()
    if resultado.endereco_recusado:
        registrar_endereco_recusado(mensagem, codigo=resultado.codigo, motivo=resultado.texto, agora=agora)


def registrar_endereco_recusado(mensagem: Mensagem, *, codigo: str, motivo: str, agora: datetime) -> None:
    """Guarda que o endereço desta mensagem não recebe; registrar de novo não muda nada."""
    EnderecoRecusado.objects.bulk_create(
        [
            EnderecoRecusado(
                pessoa_id=mensagem.pessoa_id,
                endereco_hash=mensagem.endereco_hash,
                recusado_em=agora,
                codigo=codigo,
                motivo=motivo,
            )
        ],
        ignore_conflicts=True,
    )
