"""Os webhooks por API: o mesmo que na página, com a chave de acesso de uma pessoa."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from pen.atendimento.enums import Passo
from pen.atendimento.interfaces.rest.chave import ChaveDaPessoa, quem_da_chave
from pen.atendimento.models import Entrega, Inscricao
from pen.atendimento.selectors.chamados import equipes_da_pessoa
from pen.atendimento.selectors.webhooks import consultar_inscricao, entregas_recentes, inscricoes_da_pessoa
from pen.atendimento.services.inscricoes import criar_inscricao, excluir_inscricao, trocar_segredo
from pen.comum.errors import PedidoIncompleto
from pen.identidade.public import Escopo

router = Router(tags=["Webhooks"], auth=ChaveDaPessoa(), throttle=[])


class WebhookSchema(Schema):
    """Um endereço que recebe os passos dos chamados."""

    id: UUID
    endereco: str
    eventos: list[str] = Field(description="Os passos; vazio, todos.")
    equipe: str | None = Field(description="Código; nulo, os chamados que a pessoa abriu ou segue.")
    ativo: bool
    falhas: int = Field(description="Seguidas.")
    motivo: str = Field(description="Por que está parado; vazio, se não está.")
    criado_em: datetime
    pausado_em: datetime | None
    segredo_anterior_ate: datetime | None = Field(
        description="Depois de uma troca, até quando também se assina com o anterior."
    )

    @staticmethod
    def de(inscricao: Inscricao) -> "WebhookSchema":
        """A inscrição lida com a equipe."""
        return WebhookSchema(
            id=inscricao.pk, endereco=inscricao.endereco, eventos=inscricao.eventos, ativo=inscricao.ativa,
            equipe=inscricao.equipe.codigo if inscricao.equipe else None, falhas=inscricao.falhas, motivo=inscricao.motivo,
            criado_em=inscricao.criada_em, pausado_em=inscricao.pausada_em, segredo_anterior_ate=inscricao.anterior_ate,
        )  # fmt: skip


class WebhookComSegredoSchema(Schema):
    webhook: WebhookSchema
    segredo: str = Field(description="``whsec_…``, com que se conferem as assinaturas; não aparece de novo.")


class WebhookNovoSchema(Schema):
    endereco: str = Field(description="HTTPS, na porta 443 ou de 1024 em diante.")
    eventos: list[Passo] = Field(default_factory=list, description="Os passos; vazio, todos.")
    equipe: str = Field("", description="Código de uma equipe em que a pessoa atende; pede o escopo dos papéis.")


class EntregaSchema(Schema):
    id: str = Field(description="O ``webhook-id``.")
    evento: str
    protocolo: str = Field(description="Do chamado; vazio, num teste.")
    situacao: str
    tentativas: int
    criada_em: datetime
    proxima_em: datetime | None = Field(description="Nulo, se não se tenta mais.")
    codigo: int | None = Field(description="A última situação HTTP.")
    erro: str

    @staticmethod
    def de(entrega: Entrega) -> "EntregaSchema":
        """A entrega lida com o passo e o chamado."""
        return EntregaSchema(
            id=entrega.identificador, evento=entrega.evento, situacao=entrega.situacao, tentativas=entrega.tentativas,
            protocolo=entrega.passo.chamado.protocolo if entrega.passo else "", criada_em=entrega.criada_em,
            proxima_em=entrega.proxima_em if entrega.espera else None, codigo=entrega.ultimo_codigo, erro=entrega.ultimo_erro,
        )  # fmt: skip


@router.get("/webhooks", response=list[WebhookSchema], summary="Os webhooks da pessoa", operation_id="listar_webhooks")
def listar(request: HttpRequest) -> list[WebhookSchema]:
    """Do mais novo ao mais antigo; são até dez."""
    return [WebhookSchema.de(i) for i in inscricoes_da_pessoa(para=quem_da_chave(request, Escopo.LER))]


@router.post(
    "/webhooks", response={201: WebhookComSegredoSchema}, summary="Criar um webhook", operation_id="criar_webhook"
)  # fmt: skip
def criar(request: HttpRequest, novo: WebhookNovoSchema) -> Status[WebhookComSegredoSchema]:
    """A resposta traz o segredo, que não aparece de novo."""
    escopos = (Escopo.ESCREVER, Escopo.PAPEIS) if novo.equipe else (Escopo.ESCREVER,)
    pessoa = quem_da_chave(request, *escopos)
    equipe = equipes_da_pessoa(pessoa).filter(codigo=novo.equipe).first() if novo.equipe else None
    if novo.equipe and equipe is None:
        raise PedidoIncompleto("A pessoa da chave não atende nesta equipe.", campo="equipe")
    inscricao, segredo = criar_inscricao(por=pessoa, endereco=novo.endereco, eventos=novo.eventos, equipe=equipe)
    return Status(201, WebhookComSegredoSchema(webhook=WebhookSchema.de(inscricao), segredo=segredo))


@router.post(
    "/webhooks/{inscricao_id}/segredo", response=WebhookComSegredoSchema, summary="Trocar o segredo",
    operation_id="trocar_segredo_do_webhook",
)  # fmt: skip
def trocar(request: HttpRequest, inscricao_id: UUID) -> WebhookComSegredoSchema:
    """A resposta traz o novo, que não aparece de novo; por 24 horas assina-se com os dois."""
    inscricao, segredo = trocar_segredo(por=quem_da_chave(request, Escopo.ESCREVER), inscricao_id=inscricao_id)
    return WebhookComSegredoSchema(webhook=WebhookSchema.de(inscricao), segredo=segredo)


@router.delete(
    "/webhooks/{inscricao_id}", response={204: None}, summary="Excluir um webhook", operation_id="excluir_webhook"
)
def excluir(request: HttpRequest, inscricao_id: UUID) -> Status[None]:
    """Nada mais sai para ele."""
    excluir_inscricao(por=quem_da_chave(request, Escopo.ESCREVER), inscricao_id=inscricao_id)
    return Status(204, None)


@router.get(
    "/webhooks/{inscricao_id}/entregas", response=list[EntregaSchema], summary="As últimas entregas",
    operation_id="listar_entregas",
)  # fmt: skip
def entregas(request: HttpRequest, inscricao_id: UUID) -> list[EntregaSchema]:
    """As vinte mais novas."""
    inscricao = consultar_inscricao(inscricao_id, para=quem_da_chave(request, Escopo.LER))
    return [EntregaSchema.de(e) for e in entregas_recentes(inscricao)]
