"""Dar números por API, com a credencial do sistema do órgão. As regras estão em docs/dominio/numeracao.md."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Header, Path, Router, Schema, Status
from ninja.errors import HttpError
from ninja.security import HttpBasicAuth

from pen.comum.http import origem_do_pedido
from pen.identidade.public import Finalidade, SistemaAutenticado, autenticar_sistema
from pen.nup.selectors.numeracao import NumeroEmitido, consultar_emitido
from pen.nup.services.numeracao import anular_numero, reservar_numeros, usar_numero


class CredencialDoSistema(HttpBasicAuth):
    """``Authorization: Basic``: o código do órgão e o segredo da credencial de numeração."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> SistemaAutenticado:
        """O sistema; credencial que não confere é 401 com o motivo."""
        origem = origem_do_pedido(request)
        return autenticar_sistema(codigo=username, segredo=password, origem=origem, finalidade=Finalidade.NUMERACAO)


# Sem o limite por endereço de rede das consultas: quem numera se identificou, e as recusas já são contadas.
router = Router(tags=["Numeração"], auth=CredencialDoSistema(), throttle=[])
NUMERO = Path(max_length=100, description="Em qualquer forma, com ou sem pontuação.")


class PedidoDeNumerosSchema(Schema):
    unidade: str = Field(max_length=8, description="Código da unidade: cinco algarismos (NUP) ou oito (NIPE).")
    quantos: int = Field(1, description="De 1 a 1.000; saem seguidos.")
    documento: str = Field("", description="A que se destinam, sem dados pessoais. Até 200 caracteres.")
    usar: bool = Field(False, description="Verdadeiro se o documento já existe: os números nascem usados.")


class NumerosSchema(Schema):
    reserva: uuid.UUID
    unidade: str
    ano: int
    reservada_em: datetime
    destino: str = Field(description="reservado ou usado.")
    numeros: list[str] = Field(description="Com a máscara, na ordem da sequência.")


class NumeroEmitidoSchema(Schema):
    """Um número que saiu daqui e o que houve com ele."""

    numero: str
    unidade: str
    ano: int
    sequencia: int
    destino: str = Field(description="reservado, usado, anulado ou externo (dado por outro sistema antes).")
    documento: str
    motivo: str = Field(description="Por que foi anulado.")
    reserva: uuid.UUID
    reservado_em: datetime
    destinado_em: datetime


class UsoSchema(Schema):
    documento: str = Field("", description="A que serviu, sem dados pessoais; vazio, fica o da reserva.")


class AnulacaoSchema(Schema):
    motivo: str = Field(description="Até 500 caracteres, sem dados pessoais.")


@router.post(
    "/nups", response={201: NumerosSchema, 200: NumerosSchema}, summary="Reservar números", operation_id="reservar_numeros"
)
def reservar(
    request: HttpRequest,
    pedido: PedidoDeNumerosSchema,
    idempotency_key: str = Header(description="Até 100 caracteres; repetida, devolve os mesmos números com situação 200."),
) -> Status[NumerosSchema]:
    """Os próximos números da unidade, seguidos, cada um uma vez só. Guarde a chave e repita o pedido se a resposta se perder."""
    reserva = reservar_numeros(
        por=_sistema(request), codigo=pedido.unidade, chave=idempotency_key, quantos=pedido.quantos,
        documento=pedido.documento, usar=pedido.usar,
    )  # fmt: skip
    numeros = NumerosSchema(
        reserva=reserva.reserva_id, unidade=pedido.unidade, ano=reserva.ano, reservada_em=reserva.reservada_em,
        destino="usado" if reserva.usados else "reservado", numeros=[n.formatado for n in reserva.numeros],
    )  # fmt: skip
    return Status(201 if reserva.nova else 200, numeros)


@router.post(
    "/nups/{path:numero}/uso",
    response=NumeroEmitidoSchema,
    summary="Marcar um número como usado",
    operation_id="usar_numero",
)
def usar(request: HttpRequest, uso: UsoSchema, numero: str = NUMERO) -> NumeroEmitidoSchema:
    """De novo, não muda nada."""
    return _emitido(usar_numero(por=_sistema(request), numero=numero, documento=uso.documento, agora=timezone.now()))


@router.post(
    "/nups/{path:numero}/anulacao", response=NumeroEmitidoSchema, summary="Anular um número", operation_id="anular_numero"
)
def anular(request: HttpRequest, anulacao: AnulacaoSchema, numero: str = NUMERO) -> NumeroEmitidoSchema:
    """Com motivo. O número não volta a ser dado nem usado; de novo, não muda nada."""
    return _emitido(anular_numero(por=_sistema(request), numero=numero, motivo=anulacao.motivo, agora=timezone.now()))


@router.get(
    "/nups/{path:numero}", response=NumeroEmitidoSchema, summary="O destino de um número", operation_id="consultar_emitido"
)
def consultar(request: HttpRequest, response: HttpResponse, numero: str = NUMERO) -> NumeroEmitidoSchema:
    """Só dos números das unidades do órgão; os outros respondem 404, como os que nunca saíram."""
    response["Cache-Control"] = "private, no-store"
    return _emitido(consultar_emitido(numero, para=_sistema(request)))


def _sistema(request: HttpRequest) -> SistemaAutenticado:
    sistema = getattr(request, "auth", None)
    if not isinstance(sistema, SistemaAutenticado):
        raise HttpError(401, "Falta a credencial.")
    return sistema


def _emitido(emitido: NumeroEmitido) -> NumeroEmitidoSchema:
    return NumeroEmitidoSchema(
        numero=emitido.numero.formatado, unidade=emitido.unidade, ano=emitido.ano, sequencia=emitido.sequencia,
        destino=emitido.destino.value, documento=emitido.documento, motivo=emitido.motivo, reserva=emitido.reserva_id,
        reservado_em=emitido.reservado_em, destinado_em=emitido.destinado_em,
    )  # fmt: skip
