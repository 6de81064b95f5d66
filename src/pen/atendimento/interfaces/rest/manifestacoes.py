"""Sugestões, reclamações e elogios, por API."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from pen.atendimento.enums import EspecieDeManifestacao, SituacaoDaManifestacao
from pen.atendimento.interfaces.rest.chave import ChaveDaPessoa, quem_da_chave
from pen.atendimento.models import Manifestacao
from pen.atendimento.selectors.chamados import consultar_chamado
from pen.atendimento.selectors.manifestacoes import consultar_manifestacao, listar_manifestacoes
from pen.atendimento.services.manifestacoes import (
    TEXTO_MAXIMO,
    ManifestacaoNova,
    receber_manifestacao,
    tratar_manifestacao,
)
from pen.conhecimento.public import consultar_produto
from pen.identidade.public import Escopo

router = Router(tags=["Manifestações"], auth=ChaveDaPessoa(), throttle=[])


class ManifestacaoSchema(Schema):
    """Uma manifestação numa lista."""

    chave: str
    protocolo: str
    especie: EspecieDeManifestacao
    situacao: SituacaoDaManifestacao
    produto: str = Field(description="Código; vazio, se não é sobre um.")
    recebida_em: datetime
    prazo: datetime

    @staticmethod
    def de(m: Manifestacao) -> "ManifestacaoSchema":
        """A manifestação lida com o produto."""
        return ManifestacaoSchema(
            chave=m.chave, protocolo=m.protocolo, especie=EspecieDeManifestacao(m.especie),
            situacao=SituacaoDaManifestacao(m.situacao), produto=m.produto.codigo if m.produto else "",
            recebida_em=m.recebida_em, prazo=m.prazo,
        )  # fmt: skip


class ManifestacaoInteiraSchema(ManifestacaoSchema):
    texto: str
    resposta: str
    respondida_em: datetime | None


class PaginaDeManifestacoesSchema(Schema):
    manifestacoes: list[ManifestacaoSchema]
    proxima: str = Field(description="Para o parâmetro «apos» da página seguinte; vazia na última.")


class ManifestacaoNovaSchema(Schema):
    envio: UUID = Field(description="Sorteado por quem pede; o mesmo, de novo, devolve a mesma manifestação.")
    especie: EspecieDeManifestacao
    texto: str = Field(max_length=TEXTO_MAXIMO)
    produto: str = Field("", max_length=60, description="Código, se é sobre um produto.")
    chamado: str = Field("", max_length=22, description="A chave, se é sobre um chamado.")


class TratamentoSchema(Schema):
    resposta: str = Field(max_length=TEXTO_MAXIMO)
    a_ouvidoria: bool = False


@router.get(
    "/manifestacoes", response=PaginaDeManifestacoesSchema, summary="Manifestações", operation_id="listar_manifestacoes"
)
def listar(
    request: HttpRequest, especie: EspecieDeManifestacao | None = None, situacao: SituacaoDaManifestacao | None = None,
    apos: str = Query("", max_length=200),
) -> PaginaDeManifestacoesSchema:  # fmt: skip
    """As da pessoa ou, para a equipe central, todas; da mais nova à mais antiga."""
    lidas, proxima = listar_manifestacoes(
        para=quem_da_chave(request, Escopo.LER), especie=especie or "", situacao=situacao or "", depois_de=apos
    )
    return PaginaDeManifestacoesSchema(manifestacoes=[ManifestacaoSchema.de(m) for m in lidas], proxima=proxima)


@router.post(
    "/manifestacoes", response={201: ManifestacaoInteiraSchema}, summary="Manifestar-se", operation_id="manifestar_se"
)
def manifestar(request: HttpRequest, nova: ManifestacaoNovaSchema) -> Status[ManifestacaoInteiraSchema]:
    """Uma sugestão, reclamação ou elogio."""
    pessoa = quem_da_chave(request, Escopo.ESCREVER)
    chamado = consultar_chamado(nova.chamado, para=pessoa) if nova.chamado else None
    produto = consultar_produto(nova.produto) if nova.produto else None
    recebida = receber_manifestacao(
        por=pessoa, nova=ManifestacaoNova(nova.envio, nova.especie, nova.texto, produto, chamado)
    )
    return Status(201, _inteira(recebida))


@router.get(
    "/manifestacoes/{chave}", response=ManifestacaoInteiraSchema, summary="Uma manifestação",
    operation_id="consultar_manifestacao",
)  # fmt: skip
def consultar(request: HttpRequest, chave: str) -> ManifestacaoInteiraSchema:
    """Para quem a escreveu e a equipe central."""
    return _inteira(consultar_manifestacao(chave, para=quem_da_chave(request, Escopo.LER)))


@router.post(
    "/manifestacoes/{chave}/tratamento", response=ManifestacaoInteiraSchema, summary="Responder, ou mandar à ouvidoria",
    operation_id="tratar_manifestacao",
)  # fmt: skip
def tratar(request: HttpRequest, chave: str, tratamento: TratamentoSchema) -> ManifestacaoInteiraSchema:
    """Da equipe central."""
    pessoa = quem_da_chave(request, Escopo.ESCREVER, Escopo.PAPEIS)
    return _inteira(tratar_manifestacao(por=pessoa, chave=chave, **tratamento.dict()))


def _inteira(m: Manifestacao) -> ManifestacaoInteiraSchema:
    da_lista = ManifestacaoSchema.de(m).dict()
    return ManifestacaoInteiraSchema(**da_lista, texto=m.texto, resposta=m.resposta, respondida_em=m.respondida_em)
