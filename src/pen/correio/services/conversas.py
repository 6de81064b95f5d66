"""O que quem cuida das caixas faz com uma conversa. Todo passo trava a linha e confere a situação e a versão que a pessoa leu."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto
from pen.correio.enums import Especie, Passo, Situacao
from pen.correio.errors import ConversaMudou, ConversaNaoEncontrada, PassoImpossivel, SemDestinatario
from pen.correio.models import Caso, Conversa, Item
from pen.correio.models.conversa import MOTIVO_MAXIMO
from pen.correio.rules import a_situacao_deixa, cuida_das_caixas, outra_que_cuida
from pen.correio.services import recusa
from pen.correio.services.saida import por_na_saida
from pen.identidade.public import Pessoa

RESPOSTA_MAXIMA, NOTA_MAXIMA = 20_000, 5_000  # caracteres
SEM_A_QUEM = "A mensagem não diz de quem veio: não há a quem escrever. Arquive-a, com o motivo."


@transaction.atomic
def assumir_conversa(*, por: Pessoa, chave: str, visto: int) -> Conversa:
    """Passa a cuidar da conversa, ainda que outra pessoa cuidasse.

    Levanta:
        ConversaNaoEncontrada, PassoImpossivel, ConversaMudou: como em ``_travar``.
    """
    conversa = _travar(por, chave, Passo.ASSUMIR, visto)
    conversa.cuida = por
    if conversa.situacao == Situacao.NOVA:
        conversa.situacao = Situacao.EM_TRATAMENTO
    return _concluir(conversa, Passo.ASSUMIR, por=por, agora=timezone.now())


@transaction.atomic
def responder_conversa(
    *, por: Pessoa, chave: str, visto: int, texto: str, caso_id: int | None = None, agora: datetime | None = None
) -> Conversa:  # fmt: skip
    """Escreve a quem começou a conversa, com a assinatura da caixa; ``por`` passa a cuidar dela.

    Levanta:
        ConversaNaoEncontrada, PassoImpossivel, ConversaMudou: como em ``_travar``.
        PassoImpossivel: outra pessoa cuida dela.
        SemDestinatario: não se sabe quem escreveu.
        PedidoIncompleto: falta o texto, ou o caso.
    """
    conversa, agora = _travar(por, chave, Passo.RESPONDER, visto), agora or timezone.now()
    if (outra := outra_que_cuida(por, conversa)) is not None:
        raise PassoImpossivel(f"Esta conversa está com {outra.nome_visivel}. Assuma-a antes de responder.")
    conferir(bool(conversa.responder_a), SemDestinatario(SEM_A_QUEM))
    corpo = exigir_texto(texto, "Escreva a resposta.", RESPOSTA_MAXIMA, campo="texto")
    if caso_id is not None:
        conversa.caso = _caso_da_caixa(conversa, caso_id)
    conferir(conversa.caso_id is not None, PedidoIncompleto("Diga de que caso se trata.", campo="caso"))
    if conversa.caixa.assinatura:
        corpo = f"{corpo}\n\n-- \n{conversa.caixa.assinatura}"
    conversa.cuida, conversa.situacao = por, Situacao.RESPONDIDA
    conversa.primeira_resposta_em = conversa.primeira_resposta_em or agora
    por_na_saida(
        conversa, especie=Especie.RESPOSTA, passo=Passo.RESPONDER, texto=corpo, para=conversa.responder_a, por=por, agora=agora
    )  # fmt: skip
    return _concluir(conversa, Passo.RESPONDER, por=por, agora=agora, com_item=False)


@transaction.atomic
def recusar_conversa(*, por: Pessoa, chave: str, visto: int) -> Conversa:
    """Diz a quem escreveu que isto se pede na Central, com o mesmo texto da recusa automática.

    Levanta:
        ConversaNaoEncontrada, PassoImpossivel, ConversaMudou: como em ``_travar``.
        SemDestinatario: não se sabe quem escreveu.
    """
    conversa, agora = _travar(por, chave, Passo.RECUSAR, visto), timezone.now()
    conferir(bool(conversa.remetente), SemDestinatario(SEM_A_QUEM))
    recebidas = Item.objects.filter(conversa=conversa, especie=Especie.RECEBIDA).order_by("pk")
    dito = "\n".join([conversa.assunto, *recebidas.values_list("texto", flat=True)])
    recusa.recusar(conversa, dito=dito, por=por, agora=agora)
    return _concluir(conversa, Passo.RECUSAR, por=por, agora=agora, com_item=False)


@transaction.atomic
def aceitar_conversa(*, por: Pessoa, chave: str, visto: int) -> Conversa:
    """«Não era suporte»: a conversa volta à fila, e quem escreveu é avisado.

    Levanta:
        ConversaNaoEncontrada, PassoImpossivel, ConversaMudou: como em ``_travar``.
    """
    conversa, agora = _travar(por, chave, Passo.ACEITAR, visto), timezone.now()
    recusa.desfazer_recusa(conversa, por=por, agora=agora)
    return _concluir(conversa, Passo.ACEITAR, por=por, agora=agora, com_item=False)


@transaction.atomic
def arquivar_conversa(*, por: Pessoa, chave: str, visto: int, motivo: str) -> Conversa:
    """Encerra sem responder, ou depois de responder, com o motivo.

    Levanta:
        ConversaNaoEncontrada, PassoImpossivel, ConversaMudou: como em ``_travar``.
        PedidoIncompleto: falta o motivo.
    """
    conversa = _travar(por, chave, Passo.ARQUIVAR, visto)
    conversa.motivo = exigir_texto(motivo, "Escreva por que arquiva.", MOTIVO_MAXIMO, campo="motivo")
    conversa.situacao = Situacao.ARQUIVADA
    return _concluir(conversa, Passo.ARQUIVAR, por=por, agora=timezone.now(), texto=conversa.motivo)


@transaction.atomic
def reabrir_conversa(*, por: Pessoa, chave: str, visto: int) -> Conversa:
    """Devolve à fila uma conversa arquivada.

    Levanta:
        ConversaNaoEncontrada, PassoImpossivel, ConversaMudou: como em ``_travar``.
    """
    conversa = _travar(por, chave, Passo.REABRIR, visto)
    conversa.situacao, conversa.cuida = Situacao.NOVA, None
    return _concluir(conversa, Passo.REABRIR, por=por, agora=timezone.now())


@transaction.atomic
def anotar_na_conversa(*, por: Pessoa, chave: str, texto: str) -> Conversa:
    """Escreve uma nota que só quem cuida das caixas lê; não muda a situação, nem faz quem responde perder a corrida.

    Levanta:
        ConversaNaoEncontrada, PassoImpossivel: como em ``_travar``.
        PedidoIncompleto: falta o texto.
    """
    conversa = _travar(por, chave, Passo.ANOTAR, None)
    nota = exigir_texto(texto, "Escreva a nota.", NOTA_MAXIMA, campo="texto")
    Item.objects.create(conversa=conversa, especie=Especie.NOTA, por=por, em=timezone.now(), texto=nota)
    registrar_ato(por=por, ato="conversa.anotar", objeto=f"conversa:{conversa.pk}")
    return conversa


@transaction.atomic
def classificar_conversa(*, por: Pessoa, chave: str, caso_id: int) -> Conversa:
    """Diz de que caso do guia a conversa trata.

    Levanta:
        ConversaNaoEncontrada, PassoImpossivel: como em ``_travar``.
        PedidoIncompleto: o caso não é desta caixa.
    """
    conversa = _travar(por, chave, Passo.CLASSIFICAR, None)
    conversa.caso = _caso_da_caixa(conversa, caso_id)
    conversa.save(update_fields=["caso"])
    registrar_ato(por=por, ato="conversa.classificar", objeto=f"conversa:{conversa.pk}", detalhes={"caso": caso_id})
    return conversa


def _travar(por: Pessoa, chave: str, passo: Passo, visto: int | None) -> Conversa:
    """A conversa, travada, se ``por`` pode dar o passo agora; ``visto`` é a versão que a pessoa leu.

    Levanta:
        ConversaNaoEncontrada: não existe, ou ``por`` não cuida das caixas.
        PassoImpossivel: na situação em que está, isto não se faz.
        ConversaMudou: alguém mexeu, ou chegou mensagem, depois do que se leu.
    """
    conferir(cuida_das_caixas(por), ConversaNaoEncontrada("Não existe nada neste endereço."))
    conversa = Conversa.objects.select_related("caixa", "cuida").select_for_update(of=("self",)).filter(chave=chave).first()
    if conversa is None:
        raise ConversaNaoEncontrada("Não existe nada neste endereço.")
    mudou = "A conversa mudou depois que você abriu a página: outra pessoa mexeu, ou chegou mensagem. Leia e confirme."
    conferir(visto is None or visto == conversa.versao, ConversaMudou(mudou))
    impossivel = PassoImpossivel(f"A conversa está {Situacao(conversa.situacao).label}: isto já não se faz com ela.")
    conferir(a_situacao_deixa(passo, conversa), impossivel)
    return conversa


def _concluir(
    conversa: Conversa, passo: Passo, *, por: Pessoa, agora: datetime, texto: str = "", com_item: bool = True
) -> Conversa:  # fmt: skip
    """Grava o que o passo mudou, e o passo na história e na auditoria."""
    conversa.por_ler, conversa.mexida_em = False, agora
    conversa.versao += 1
    conversa.save()
    if com_item:
        Item.objects.create(conversa=conversa, especie=Especie.PASSO, passo=passo, por=por, em=agora, texto=texto)
    registrar_ato(por=por, ato=f"conversa.{passo.value}", objeto=f"conversa:{conversa.pk}")
    return conversa


def _caso_da_caixa(conversa: Conversa, caso_id: int) -> Caso:
    caso = Caso.objects.filter(pk=caso_id, caixa=conversa.caixa_id, retirado_em=None).first()
    if caso is None:
        raise PedidoIncompleto("Escolha um dos casos desta caixa.", campo="caso")
    return caso
