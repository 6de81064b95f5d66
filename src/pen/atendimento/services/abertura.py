"""Abrir um chamado."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Passo, Situacao
from pen.atendimento.models import Chamado, Passagem, TipoDeSuporte
from pen.atendimento.models.chamado import ASSUNTO_MAXIMO, TEXTO_MAXIMO
from pen.atendimento.selectors.catalogo import Folha, consultar_folha, esfera_do_orgao
from pen.atendimento.selectors.chamados import consultar_chamado
from pen.atendimento.selectors.equipes import equipe_da_triagem
from pen.atendimento.services.anexos import AnexoPreparado, preparar_anexos
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_do_chamado
from pen.atendimento.services.distribuicao import distribuir_chamado
from pen.atendimento.services.numeracao import numerar_protocolo
from pen.atendimento.services.passo import PAGINA, dar_passo
from pen.atendimento.services.rascunhos import descartar_rascunho
from pen.atendimento.services.relogio import marcar_prazos
from pen.atendimento.values.anexos import AnexoNovo
from pen.atendimento.values.formulario import Definicao, conferir_respostas
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.orm_preparado import LeituraPronta, Vaga, inserir_preparado
from pen.comum.texto import exigir_texto
from pen.identidade.public import Orgao, Pessoa, contar_uso

ABERTURAS_POR_MINUTO = 10  # de uma pessoa
_DO_ENVIO = LeituraPronta(lambda: Chamado.objects.filter(envio=Vaga()))


@dataclass(frozen=True, slots=True)
class ChamadoNovo:
    """O que se pede. ``produto`` e ``tipo`` são códigos do catálogo; ``envio`` é sorteado com a página."""

    envio: UUID
    orgao: Orgao
    produto: str
    tipo: str
    assunto: str
    descricao: str
    respostas: Mapping[str, str]
    anexos: Sequence[AnexoNovo] = ()
    anterior: str = ""  # a chave do chamado que este continua


def abrir_chamado(
    *, por: Pessoa, pedido: ChamadoNovo, canal: CanalDaMensagem = PAGINA, agora: datetime | None = None
) -> Chamado:
    """Abre o chamado na triagem do produto, com protocolo, prazos e recibo; a qualquer hora. Enviar duas vezes abre um só.

    Levanta:
        ProdutoNaoEncontrado, ProdutoForaDaEsfera, SemEquipe.
        PedidoIncompleto: falta o assunto, a descrição, uma resposta ou um anexo obrigatório; ``detalhes['campo']`` diz qual.
        AnexoRecusado: um anexo não serve.
        LimiteExcedido: a pessoa abriu chamados demais neste minuto.
        ChamadoNaoEncontrado: o que este continua não é visível a ``por``.
    """
    if (ja := _do_envio(pedido, por)) is not None:
        return ja
    contar_uso(f"abertura:{por.pk}", limite=ABERTURAS_POR_MINUTO)
    agora = agora or timezone.now()
    folha = consultar_folha(pedido.produto, pedido.tipo, esfera_do_orgao(pedido.orgao))
    definicao = folha.formulario.lido()
    respostas = conferir_respostas(definicao.campos, pedido.respostas)
    anterior = consultar_chamado(pedido.anterior, para=por) if pedido.anterior else None
    _conferir_exigidos(definicao, pedido.anexos)
    anexos = preparar_anexos(pedido.anexos)
    chamado = montar_chamado(replace(pedido, respostas=respostas), folha, solicitante=por, anterior=anterior, agora=agora)
    # Fora da transação: dentro dela, o contador do ano ficaria travado até o fim, e abririam um chamado de cada vez.
    chamado.protocolo = numerar_protocolo(agora)
    try:
        with transaction.atomic():
            return gravar_abertura(chamado, tipo=folha.tipo, por=por, anexos=anexos, canal=canal)
    except IntegrityError:
        if (ja := _do_envio(pedido, por)) is None:
            raise
        return ja  # o mesmo envio, que chegou duas vezes ao mesmo tempo


def montar_chamado(
    pedido: ChamadoNovo, folha: Folha, *, solicitante: Pessoa, anterior: Chamado | None, agora: datetime
) -> Chamado:
    """O chamado, na triagem do produto e com prazos, ainda sem protocolo e sem gravar.

    Levanta:
        SemEquipe.
        PedidoIncompleto: falta o assunto ou a descrição; ``detalhes['campo']`` diz qual.
    """
    chamado = Chamado(
        envio=pedido.envio, chave=secrets.token_urlsafe(16), esfera=folha.esfera, produto=folha.produto,
        formulario=folha.formulario, orgao=pedido.orgao, solicitante=solicitante, situacao=Situacao.NA_FILA,
        equipe=equipe_da_triagem(folha.produto.pk), aberto_em=agora, na_fila_desde=agora, anterior=anterior,
        assunto=exigir_texto(pedido.assunto, "Escreva o assunto em poucas palavras.", ASSUNTO_MAXIMO, campo="assunto"),
        descricao=exigir_texto(pedido.descricao, "Descreva o que você precisa.", TEXTO_MAXIMO, campo="descricao"),
        respostas=dict(pedido.respostas),
    )  # fmt: skip
    marcar_prazos(chamado, tipo=folha.tipo.codigo, agora=agora)
    return chamado


def gravar_abertura(
    chamado: Chamado,
    *,
    tipo: TipoDeSuporte,
    por: Pessoa | None,
    anexos: Sequence[AnexoPreparado],
    canal: CanalDaMensagem = PAGINA,
) -> Chamado:
    """Grava o chamado montado e numerado, com recibo e, se a equipe distribui, atendente; só dentro de transação."""
    agora = chamado.aberto_em
    passo = dar_passo(chamado, Passo.ABRIR, por=por, agora=agora, canal=canal, anexos=anexos)
    inserir_preparado(Passagem(chamado=chamado, equipe=chamado.equipe, desde=agora))
    descartar_rascunho(por=chamado.solicitante, tipo=tipo)
    avisar_do_chamado(Evento.RECEBIDO, chamado, passo)
    distribuir_chamado(chamado, agora=agora)
    return chamado


def _do_envio(pedido: ChamadoNovo, por: Pessoa) -> Chamado | None:
    """O chamado que este envio já abriu."""
    ja = _DO_ENVIO.um(pedido.envio)
    conferir(ja is None or ja.solicitante_id == por.pk, PedidoIncompleto("Recarregue a página e envie de novo."))
    return ja


def _conferir_exigidos(definicao: Definicao, anexos: Sequence[AnexoNovo]) -> None:
    enviados = {anexo.pedido for anexo in anexos}
    for exigido in (a for a in definicao.anexos if a.obrigatorio):
        conferir(exigido.codigo in enviados, PedidoIncompleto(f"Envie «{exigido.rotulo}».", campo=exigido.codigo))
