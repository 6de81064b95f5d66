"""Abrir um chamado."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Passo, Situacao
from pen.atendimento.models import Chamado, Passagem
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
    try:
        with transaction.atomic():
            return _do_envio(pedido, por) or _abrir(por, pedido, canal, agora or timezone.now())
    except IntegrityError:
        if (ja := _do_envio(pedido, por)) is None:
            raise
        return ja  # o mesmo envio, que chegou duas vezes ao mesmo tempo


def _abrir(por: Pessoa, pedido: ChamadoNovo, canal: CanalDaMensagem, agora: datetime) -> Chamado:
    contar_uso(f"abertura:{por.pk}", limite=ABERTURAS_POR_MINUTO)
    folha = consultar_folha(pedido.produto, pedido.tipo, esfera_do_orgao(pedido.orgao))
    definicao = folha.formulario.lido()
    respostas = conferir_respostas(definicao.campos, pedido.respostas)
    anterior = consultar_chamado(pedido.anterior, para=por) if pedido.anterior else None
    _conferir_exigidos(definicao, pedido.anexos)
    anexos = preparar_anexos(pedido.anexos)
    return gravar_abertura(
        replace(pedido, respostas=respostas),
        folha,
        solicitante=por,
        por=por,
        anterior=anterior,
        anexos=anexos,
        agora=agora,
        canal=canal,
    )


def gravar_abertura(
    pedido: ChamadoNovo, folha: Folha, *, solicitante: Pessoa, por: Pessoa | None, anterior: Chamado | None,
    anexos: Sequence[AnexoPreparado], agora: datetime, canal: CanalDaMensagem = PAGINA,
) -> Chamado:  # fmt: skip
    """Grava o chamado já conferido, com protocolo, prazos, recibo e, se a equipe distribui, atendente; só dentro de transação.

    Levanta:
        SemEquipe.
        PedidoIncompleto: falta o assunto ou a descrição; ``detalhes['campo']`` diz qual.
    """
    equipe = equipe_da_triagem(folha.produto.pk)
    chamado = Chamado(
        envio=pedido.envio, chave=secrets.token_urlsafe(16), esfera=folha.esfera, produto=folha.produto,
        formulario=folha.formulario, orgao=pedido.orgao, solicitante=solicitante, situacao=Situacao.NA_FILA, equipe=equipe,
        aberto_em=agora, na_fila_desde=agora, anterior=anterior,
        assunto=exigir_texto(pedido.assunto, "Escreva o assunto em poucas palavras.", ASSUNTO_MAXIMO, campo="assunto"),
        descricao=exigir_texto(pedido.descricao, "Descreva o que você precisa.", TEXTO_MAXIMO, campo="descricao"),
        respostas=dict(pedido.respostas),
    )  # fmt: skip
    marcar_prazos(chamado, tipo=folha.tipo.codigo, agora=agora)
    chamado.protocolo = numerar_protocolo(agora)
    passo = dar_passo(chamado, Passo.ABRIR, por=por, agora=agora, canal=canal, anexos=anexos)
    inserir_preparado(Passagem(chamado=chamado, equipe=equipe, desde=agora))
    descartar_rascunho(por=solicitante, tipo=folha.tipo)
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
