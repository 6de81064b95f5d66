"""As comunicações oficiais: uma pessoa escreve, outra lê e envia, e cada resposta volta como conversa da caixa."""

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto
from pen.correio.enums import Especie, Situacao
from pen.correio.errors import ComunicadoJaEnviado, ComunicadoNaoEncontrado, EnvioProprio
from pen.correio.models import Caixa, Comunicado, Conversa, Envio, Item
from pen.correio.models.comunicado import COMUNICADO_MAXIMO
from pen.correio.models.conversa import ASSUNTO_MAXIMO, NOME_MAXIMO
from pen.correio.rules import cuida_das_caixas
from pen.correio.services.saida import pedir_envio
from pen.correio.values.limpeza import ler_endereco
from pen.identidade.public import Esfera, Pessoa, pessoas_que_gerem
from pen.notificacoes.public import message_id

POR_VEZ = 500


@transaction.atomic
def escrever_comunicado(
    *, por: Pessoa, caixa: str, assunto: str, texto: str, esferas: Collection[str], comunicado_id: UUID | None = None
) -> Comunicado:  # fmt: skip
    """Grava um comunicado por enviar, novo ou no lugar do que havia; quem escreve por último é o autor.

    Levanta:
        ComunicadoNaoEncontrado: não existe, ou ``por`` não cuida das caixas.
        ComunicadoJaEnviado: já saiu.
        PedidoIncompleto: falta o assunto, o texto, a caixa ou a quem.
    """
    comunicado = Comunicado() if comunicado_id is None else _travar(por, comunicado_id)
    conferir(cuida_das_caixas(por), ComunicadoNaoEncontrado("Não existe nada neste endereço."))
    de = Caixa.objects.filter(codigo=caixa, ativa=True).first()
    if de is None:
        raise PedidoIncompleto("Escolha a caixa.", campo="caixa")
    certas = bool(esferas) and set(esferas) <= set(Esfera.values)
    conferir(certas, PedidoIncompleto("Escolha a quem vai.", campo="esferas"))
    comunicado.caixa, comunicado.esferas, comunicado.autor = de, [e for e in Esfera.values if e in esferas], por
    uma_linha = " ".join(assunto.split())
    comunicado.assunto = exigir_texto(uma_linha, "Escreva o assunto.", ASSUNTO_MAXIMO, campo="assunto")
    comunicado.texto = exigir_texto(texto, "Escreva o comunicado.", COMUNICADO_MAXIMO, campo="texto")
    comunicado.alterado_em = timezone.now()
    comunicado.save()
    registrar_ato(por=por, ato="comunicado.escrito", objeto=f"comunicado:{comunicado.pk}")
    return comunicado


@transaction.atomic
def excluir_comunicado(*, por: Pessoa, comunicado_id: UUID) -> None:
    """Exclui um que não saiu.

    Levanta:
        ComunicadoNaoEncontrado: não existe, ou ``por`` não cuida das caixas.
        ComunicadoJaEnviado: já saiu.
    """
    comunicado = _travar(por, comunicado_id)
    registrar_ato(por=por, ato="comunicado.excluido", objeto=f"comunicado:{comunicado.pk}")
    comunicado.delete()


@transaction.atomic
def enviar_comunicado(*, por: Pessoa, comunicado_id: UUID, visto: datetime) -> Comunicado:
    """Põe na saída uma mensagem a cada pessoa que gere órgãos das esferas escolhidas, uma por endereço; enviar de novo não dobra.

    ``visto`` é quando se alterou pela última vez o que ``por`` leu.

    Levanta:
        ComunicadoNaoEncontrado: não existe, ou ``por`` não cuida das caixas.
        ComunicadoJaEnviado: já saiu, ou mudou depois que se leu.
        EnvioProprio: ``por`` o escreveu.
        PedidoIncompleto: ninguém o receberia.
    """
    comunicado = _travar(por, comunicado_id)
    conferir(
        comunicado.alterado_em == visto, ComunicadoJaEnviado("O comunicado mudou depois que você o leu. Leia e confirme.")
    )
    conferir(comunicado.autor_id != por.pk, EnvioProprio("Você o escreveu: outra pessoa da equipe central o lê e envia."))
    agora = timezone.now()
    pessoas = pessoas_que_gerem([Esfera(esfera) for esfera in comunicado.esferas])
    a_quem = {endereco: p.nome for p in pessoas if (endereco := ler_endereco(p.email))}
    conferir(bool(a_quem), PedidoIncompleto("Ninguém gere órgãos dessas esferas com e-mail confirmado."))
    comunicado.enviado_por, comunicado.enviado_em, comunicado.destinatarios = por, agora, len(a_quem)
    comunicado.save()
    _por_na_saida(comunicado, a_quem, agora)
    registrar_ato(
        por=por, ato="comunicado.enviado", objeto=f"comunicado:{comunicado.pk}", detalhes={"destinatarios": len(a_quem)}
    )
    return comunicado


def _por_na_saida(comunicado: Comunicado, a_quem: dict[str, str], agora: datetime) -> None:
    texto = comunicado.texto
    if comunicado.caixa.assinatura:
        texto = f"{texto}\n\n-- \n{comunicado.caixa.assinatura}"
    conversas = [
        Conversa(
            chave=secrets.token_urlsafe(16), caixa=comunicado.caixa, comunicado=comunicado, assunto=comunicado.assunto,
            remetente=endereco, remetente_nome=nome[:NOME_MAXIMO], responder_a=endereco, situacao=Situacao.ENVIADA, por_ler=False,
            recebida_em=agora, mexida_em=agora,
        )
        for endereco, nome in a_quem.items()
    ]  # fmt: skip
    itens = [
        Item(conversa=c, especie=Especie.COMUNICADO, por=comunicado.enviado_por, em=agora, texto=texto, para=c.remetente)
        for c in conversas
    ]
    for item in itens:
        item.identificacao = message_id(item.pk.hex)
    Conversa.objects.bulk_create(conversas, batch_size=POR_VEZ)
    Item.objects.bulk_create(itens, batch_size=POR_VEZ)
    Envio.objects.bulk_create([Envio(item=i, proxima_em=agora, criado_em=agora) for i in itens], batch_size=POR_VEZ)
    transaction.on_commit(pedir_envio)


def _travar(por: Pessoa, comunicado_id: UUID) -> Comunicado:
    conferir(cuida_das_caixas(por), ComunicadoNaoEncontrado("Não existe nada neste endereço."))
    com_caixa = Comunicado.objects.select_related("caixa")
    comunicado = com_caixa.select_for_update(of=("self",)).filter(pk=comunicado_id).first()
    if comunicado is None:
        raise ComunicadoNaoEncontrado("Não existe nada neste endereço.")
    conferir(comunicado.enviado_em is None, ComunicadoJaEnviado("Este comunicado já foi enviado."))
    return comunicado
