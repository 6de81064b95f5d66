"""A fila de quem atende, por API: contagens, filtros guardados, lote e distribuição. A lista está em ``chamados.py``."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from pen.atendimento.enums import CanalDaMensagem
from pen.atendimento.interfaces.rest.chamados import PassoPedidoSchema, pedido_de_passo
from pen.atendimento.interfaces.rest.chave import ChaveDaPessoa, quem_da_chave
from pen.atendimento.rules import e_atendente
from pen.atendimento.selectors.chamados import contagens_da_fila
from pen.atendimento.selectors.fila import filtros_guardados
from pen.atendimento.services.equipes import alterar_recebimento
from pen.atendimento.services.filtros import excluir_filtro, guardar_filtro
from pen.atendimento.services.lote import CHAMADOS_MAXIMO, PASSOS_EM_LOTE, agir_em_lote
from pen.atendimento.services.pedidos import fazer_passo
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.identidade.public import Escopo, Pessoa

router = Router(tags=["Fila"], auth=ChaveDaPessoa(), throttle=[])


class FiltroSchema(Schema):
    id: int
    nome: str
    consulta: str = Field(description="Os parâmetros da fila, como no endereço da página.")


class FiltroNovoSchema(Schema):
    nome: str = Field(max_length=60)
    consulta: str = Field(max_length=500)


class LoteSchema(Schema):
    """O mesmo passo em vários chamados."""

    chaves: list[str] = Field(max_length=CHAMADOS_MAXIMO)
    pedido: PassoPedidoSchema


class ResultadoSchema(Schema):
    chave: str
    erro: str = Field(description="Por que não coube; vazio, se deu certo.")


class RecebimentoSchema(Schema):
    recebe: bool


@router.get("/atendimento/fila/contagens", response=dict[str, int], summary="Contagens da fila", operation_id="contar_fila")
def contagens(request: HttpRequest) -> dict[str, int]:
    """Dos abertos das equipes da pessoa: em cada situação, os dela e os vencidos."""
    return contagens_da_fila(para=_atendente(request, Escopo.LER), agora=timezone.now())


@router.get(
    "/atendimento/fila/filtros", response=list[FiltroSchema], summary="Filtros guardados", operation_id="listar_filtros"
)
def filtros(request: HttpRequest) -> list[FiltroSchema]:
    """Os da pessoa, por nome."""
    guardados = filtros_guardados(_atendente(request, Escopo.LER))
    return [FiltroSchema(id=f.pk, nome=f.nome, consulta=f.consulta) for f in guardados]


@router.post(
    "/atendimento/fila/filtros", response={201: FiltroSchema}, summary="Guardar um filtro", operation_id="guardar_filtro"
)
def guardar(request: HttpRequest, filtro: FiltroNovoSchema) -> Status[FiltroSchema]:
    """Com o mesmo nome, troca o que havia."""
    novo = guardar_filtro(por=_atendente(request, Escopo.ESCREVER), **filtro.dict())
    return Status(201, FiltroSchema(id=novo.pk, nome=novo.nome, consulta=novo.consulta))


@router.delete(
    "/atendimento/fila/filtros/{filtro_id}", response={204: None}, summary="Apagar um filtro",
    operation_id="excluir_filtro",
)  # fmt: skip
def excluir(request: HttpRequest, filtro_id: int) -> Status[None]:
    """De novo, não muda nada."""
    excluir_filtro(por=_atendente(request, Escopo.ESCREVER), filtro_id=filtro_id)
    return Status(204, None)


@router.post("/atendimento/fila/lote", response=list[ResultadoSchema], summary="Agir em lote", operation_id="agir_em_lote")
def lote(request: HttpRequest, lote: LoteSchema) -> list[ResultadoSchema]:
    """O mesmo passo em até cinquenta chamados, cada um na sua transação; o que não cabe a um não impede os outros."""
    pessoa, pedido = _atendente(request, Escopo.ESCREVER), pedido_de_passo(lote.pedido)
    conferir(pedido.passo in PASSOS_EM_LOTE, PedidoIncompleto("Este passo não se dá em lote.", campo="passo"))
    feitos = agir_em_lote(
        lote.chaves, lambda chave: fazer_passo(por=pessoa, chave=chave, pedido=pedido, canal=CanalDaMensagem.API)
    )
    return [ResultadoSchema(chave=r.chave, erro=r.frase) for r in feitos]


@router.put(
    "/atendimento/fila/recebimento", response={204: None}, summary="Entrar na distribuição, ou sair",
    operation_id="alterar_recebimento",
)  # fmt: skip
def recebimento(request: HttpRequest, pedido: RecebimentoSchema) -> Status[None]:
    """O que a pessoa já tem continua com ela."""
    alterar_recebimento(por=_atendente(request, Escopo.ESCREVER), recebe=pedido.recebe)
    return Status(204, None)


def _atendente(request: HttpRequest, escopo: Escopo) -> Pessoa:
    pessoa = quem_da_chave(request, escopo, Escopo.PAPEIS)
    conferir(e_atendente(pessoa), SemPermissao("A pessoa da chave não atende em nenhuma equipe."))
    return pessoa
