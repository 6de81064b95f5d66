"""A recepção: de uma mensagem que chegou a uma conversa de uma caixa. Só volta depois de tudo gravado."""

import secrets
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.mensagem_recebida import MENSAGEM_MAXIMA, MensagemLida, ler_mensagem
from pen.correio.armazem import guardar
from pen.correio.enums import Destino, Especie, Situacao, SituacaoDoEnvio
from pen.correio.errors import CaixaNaoEncontrada
from pen.correio.models import Caixa, Conversa, Envio, Expressao, Item, Recebimento
from pen.correio.models.conversa import ASSUNTO_MAXIMO, NOME_MAXIMO, TEXTO_MAXIMO
from pen.correio.services.balcao import balcao_da_instalacao
from pen.correio.services.recusa import cabe_avisar_sozinho, recusar
from pen.correio.values.limpeza import ler_endereco, limpar_linha, limpar_texto
from pen.correio.values.passos import ao_chegar
from pen.correio.values.triagem import PESO_MAXIMO, Sinal, pesar
from pen.notificacoes.public import ler_devolucao

ANEXOS_MAXIMO = 100  # os que se contam na página; o original tem todos
DE_UM_PROGRAMA = "Mensagem de um programa: resposta automática, devolução ou lista."
CITA_NO_ASSUNTO = Sinal("protocolo no assunto", PESO_MAXIMO, "o assunto tem o protocolo de um chamado")
CITA_PRODUTO = Sinal("nome de um produto", 1, "cita um produto da Central")

log = structlog.stdlib.get_logger("pen.caixas")


def receber_mensagem(bruto: bytes, *, para: str = "", agora: datetime | None = None) -> Destino:
    """Grava a mensagem na conversa a que pertence, ou numa nova; a que é suporte se recusa. De novo, a mesma não entra.

    ``para`` é o destinatário do envelope, se o servidor de correio o diz. Do que passa do tamanho máximo fica o começo.

    Levanta:
        CaixaNaoEncontrada: não é para nenhuma caixa daqui; nada se gravou, e o servidor de correio a guarda até que haja.
    """
    agora = agora or timezone.now()
    lida = ler_mensagem(bruto)
    caixa = _achar_caixa(lida, para)
    guardado = guardar(bruto[:MENSAGEM_MAXIMA])  # antes: o que o banco cita existe
    with transaction.atomic():
        # A linha nasce antes de agir: duas entregas da mesma mensagem ao mesmo tempo esperam uma pela outra aqui.
        recebimento, nova = Recebimento.objects.get_or_create(
            caixa=caixa, marca=lida.marca, defaults={"destino": Destino.GRAVADA, "em": agora}
        )
        if not nova:
            return Destino.REPETIDA
        item = _item_recebido(lida, agora)
        item.original, item.tamanho, item.cortado = guardado.resumo, guardado.tamanho, len(bruto) > MENSAGEM_MAXIMA
        destino = _tratar(lida, caixa, item, bruto, agora)
        if destino != Destino.GRAVADA:
            recebimento.destino = destino
            recebimento.save(update_fields=["destino"])
    log.info("mensagem a uma caixa", caixa=caixa.codigo, destino=destino)
    return destino


def _tratar(lida: MensagemLida, caixa: Caixa, item: Item, bruto: bytes, agora: datetime) -> Destino:
    devolvido = _achar_devolvido(lida, caixa, bruto)
    conversa = _achar_conversa(lida, caixa, devolvido)
    if conversa is None:
        return _comecar(lida, caixa, item, agora)
    item.conversa = conversa
    item.save(force_insert=True)
    if not lida.automatica:
        conversa.situacao = ao_chegar(Situacao(conversa.situacao), tem_quem_cuida=conversa.cuida_id is not None)
    conversa.por_ler = conversa.por_ler or not lida.automatica or devolvido is not None
    conversa.mexida_em = agora
    conversa.versao += 1
    conversa.save(update_fields=["situacao", "por_ler", "mexida_em", "versao"])
    return Destino.AUTOMATICA if lida.automatica else Destino.GRAVADA


def _comecar(lida: MensagemLida, caixa: Caixa, item: Item, agora: datetime) -> Destino:
    """Uma conversa nova: na fila, recusada por ser suporte, ou arquivada por ser de um programa."""
    remetente = ler_endereco(lida.remetente)
    conversa = Conversa(
        chave=secrets.token_urlsafe(16), caixa=caixa, assunto=limpar_linha(lida.assunto, ASSUNTO_MAXIMO), remetente=remetente,
        remetente_nome=limpar_linha(lida.nome_do_remetente, NOME_MAXIMO), responder_a=ler_endereco(lida.responder_a) or remetente,
        recebida_em=agora, mexida_em=agora, de_programa=lida.automatica,
    )  # fmt: skip
    if lida.automatica:
        conversa.situacao, conversa.motivo, conversa.por_ler = Situacao.ARQUIVADA, DE_UM_PROGRAMA, False
    sinais = [] if lida.automatica else _sinais_de_suporte(caixa, conversa.assunto, item.texto)
    conversa.suspeita = [list(sinal) for sinal in sinais]
    conversa.save(force_insert=True)
    item.conversa = conversa
    item.save(force_insert=True)
    if not sinais or lida.remetente_negado or not cabe_avisar_sozinho(caixa, remetente, agora=agora):
        return Destino.AUTOMATICA if lida.automatica else Destino.GRAVADA
    recusar(conversa, dito=f"{conversa.assunto}\n{item.texto}", por=None, agora=agora)
    conversa.save()
    registrar_ato(por=None, ato="conversa.recusar", objeto=f"conversa:{conversa.pk}")
    return Destino.RECUSADA


def _sinais_de_suporte(caixa: Caixa, assunto: str, texto: str) -> list[Sinal]:
    """O que faz a mensagem ser suporte para esta caixa; nada, se não é."""
    if not caixa.ativa or not caixa.limite:
        return []
    dito, balcao = f"{assunto}\n{texto}", balcao_da_instalacao()
    parecer = pesar(dito, [Sinal(e.expressao, e.peso, e.por_que) for e in Expressao.objects.all()])
    sinais = list(parecer.sinais)
    if balcao is not None and balcao.caminhos(dito):
        sinais.append(CITA_PRODUTO)
    if balcao is not None and balcao.cita_chamado(assunto):  # basta, por mais administrativo que seja o resto
        return [CITA_NO_ASSUNTO, *sinais]
    return sinais if sum(sinal.peso for sinal in sinais) >= caixa.limite else []


def _item_recebido(lida: MensagemLida, agora: datetime) -> Item:
    anexos = [
        {"nome": limpar_linha(a.nome, 120) or "anexo", "formato": limpar_linha(a.formato, 80), "tamanho": len(a.conteudo)}
        for a in lida.anexos[:ANEXOS_MAXIMO]
    ]
    return Item(
        especie=Especie.RECEBIDA, em=agora, texto=limpar_texto(lida.texto, TEXTO_MAXIMO), de=limpar_linha(lida.remetente, 254),
        identificacao=lida.identificacao, anexos=anexos, de_programa=lida.automatica,
    )  # fmt: skip


def _achar_caixa(lida: MensagemLida, para: str) -> Caixa:
    """A do envelope; sem ele, a de quem o servidor disse que era; por fim, a dos cabeçalhos."""
    caixas = {caixa.endereco: caixa for caixa in Caixa.objects.all()}
    for enderecos in ([para.lower()], lida.entrega, lida.destinatarios):
        for endereco in enderecos:
            local, _, dominio = endereco.strip().partition("@")
            if (caixa := caixas.get(f"{local.partition('+')[0]}@{dominio}")) is not None:
                return caixa
    raise CaixaNaoEncontrada("A mensagem não é para nenhuma caixa desta instalação.")


def _achar_conversa(lida: MensagemLida, caixa: Caixa, devolvido: Item | None) -> Conversa | None:
    """A conversa que a mensagem continua, travada: a da resposta devolvida, ou a da última mensagem citada que se conhece."""
    conversa_id = devolvido.conversa_id if devolvido else None
    if conversa_id is None and lida.conversa:
        citados = Item.objects.filter(identificacao__in=lida.conversa, conversa__caixa=caixa, conversa__anonimizada_em=None)
        conversa_id = citados.order_by("-pk").values_list("conversa", flat=True).first()
    if conversa_id is None:
        return None
    return Conversa.objects.select_for_update().filter(pk=conversa_id, anonimizada_em=None).first()


def _achar_devolvido(lida: MensagemLida, caixa: Caixa, bruto: bytes) -> Item | None:
    """A nossa mensagem que esta devolve; o envio dela, se a devolução é para sempre, fica como não chegado."""
    devolucao = ler_devolucao(bruto) if lida.relatorio else None
    if devolucao is None:
        return None
    item = Item.objects.filter(pk=devolucao.mensagem_id, conversa__caixa=caixa, conversa__anonimizada_em=None).first()
    if item is not None and devolucao.permanente:
        Envio.objects.filter(item=item, situacao=SituacaoDoEnvio.ENVIADO).update(
            situacao=SituacaoDoEnvio.FALHOU, erro_codigo=devolucao.codigo, erro_texto=devolucao.texto[:200]
        )
    return item
