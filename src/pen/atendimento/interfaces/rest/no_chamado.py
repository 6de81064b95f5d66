"""O que se faz num chamado além dos passos, por API: seguidores, prazos, avaliação e macros."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from pen.atendimento.enums import CanalDaMensagem
from pen.atendimento.errors import AvaliacaoNaoEncontrada, ChamadoNaoEncontrado
from pen.atendimento.interfaces.rest.chamados import CampoSchema, ChamadoInteiroSchema, chamado_inteiro
from pen.atendimento.interfaces.rest.chave import ChaveDaPessoa, quem_da_chave
from pen.atendimento.rules import e_solicitante
from pen.atendimento.selectors.automacao import acoes_da_macro, consultar_macro, macros_do_chamado
from pen.atendimento.selectors.avaliacoes import avaliacao_a_dar
from pen.atendimento.selectors.chamados import consultar_chamado, seguidores_do_chamado
from pen.atendimento.selectors.prazos import contagens_do_chamado
from pen.atendimento.services.avaliacoes import COMENTARIO_MAXIMO, avaliar_encerramento
from pen.atendimento.services.macros import aplicar_macro
from pen.atendimento.services.participacao import excluir_seguidor, incluir_seguidor
from pen.comum.errors import conferir
from pen.identidade.public import Escopo

router = Router(tags=["Chamados"], auth=ChaveDaPessoa(), throttle=[])


class SeguidorSchema(Schema):
    id: int
    nome: str


class CpfSchema(Schema):
    cpf: str = Field(max_length=20)


class TrechoSchema(Schema):
    inicio: datetime
    fim: datetime


class PrazoSchema(Schema):
    """Um prazo e o que se contou para chegar a ele."""

    nome: str
    vence_em: datetime
    minutos: int = Field(description="De expediente, sem as pausas.")
    contados: list[TrechoSchema]
    pausas: list[TrechoSchema]


class AvaliacaoPedidaSchema(Schema):
    nota: int = Field(ge=1, le=5)
    resolveu: bool | None = None
    comentario: str = Field("", max_length=COMENTARIO_MAXIMO)


class AcaoDaMacroSchema(Schema):
    passo: str
    texto: str = Field(description="Já preenchido com o que é do chamado.")
    equipe: str = Field(description="Código, ao encaminhar.")


class MacroDoChamadoSchema(Schema):
    id: int
    nome: str


class MacroVistaSchema(MacroDoChamadoSchema):
    """O que a macro fará neste chamado, e o que ela pergunta antes."""

    campos: list[CampoSchema]
    acoes: list[AcaoDaMacroSchema]


class RespostasSchema(Schema):
    respostas: dict[str, str] = Field(default_factory=dict, description="Código do campo → texto.")


class AplicacaoSchema(RespostasSchema):
    visto: int | None = Field(None, description="A ordem do último passo que se leu.")


@router.get(
    "/chamados/{chave}/seguidores", response=list[SeguidorSchema], summary="Quem segue", operation_id="listar_seguidores"
)
def seguidores(request: HttpRequest, chave: str) -> list[SeguidorSchema]:
    """Os colegas que acompanham; só quem abriu os lê."""
    pessoa = quem_da_chave(request, Escopo.LER)
    chamado = consultar_chamado(chave, para=pessoa)
    conferir(e_solicitante(pessoa, chamado), ChamadoNaoEncontrado("Só quem abriu o chamado vê quem o segue."))
    return [SeguidorSchema(id=s.pk, nome=s.pessoa.nome_visivel) for s in seguidores_do_chamado(chamado)]


@router.post(
    "/chamados/{chave}/seguidores", response={204: None}, summary="Incluir um colega", operation_id="incluir_seguidor"
)
def incluir(request: HttpRequest, chave: str, quem: CpfSchema) -> Status[None]:
    """Pelo CPF; incluir de novo não muda nada."""
    incluir_seguidor(por=quem_da_chave(request, Escopo.ESCREVER), chave=chave, cpf=quem.cpf)
    return Status(204, None)


@router.delete(
    "/chamados/{chave}/seguidores/{seguidor_id}", response={204: None}, summary="Tirar um colega",
    operation_id="excluir_seguidor",
)  # fmt: skip
def excluir(request: HttpRequest, chave: str, seguidor_id: int) -> Status[None]:
    """Ou a si mesmo; de novo, não muda nada."""
    excluir_seguidor(por=quem_da_chave(request, Escopo.ESCREVER), chave=chave, seguidor_id=seguidor_id)
    return Status(204, None)


@router.get(
    "/chamados/{chave}/prazos", response=list[PrazoSchema], summary="Por que cada prazo", operation_id="explicar_prazos"
)
def prazos(request: HttpRequest, chave: str) -> list[PrazoSchema]:
    """Os trechos de expediente que se contaram, e as pausas."""
    chamado = consultar_chamado(chave, para=quem_da_chave(request, Escopo.LER))
    return [
        PrazoSchema(
            nome=nome, vence_em=vence_em, minutos=round(c.total.total_seconds() / 60),
            contados=[TrechoSchema(inicio=t.inicio, fim=t.fim) for t in c.contados],
            pausas=[TrechoSchema(inicio=t.inicio, fim=t.fim) for t in c.pausas],
        )
        for nome, vence_em, c in contagens_do_chamado(chamado)
    ]  # fmt: skip


@router.put("/chamados/{chave}/avaliacao", response={204: None}, summary="Avaliar", operation_id="avaliar_chamado")
def avaliar(request: HttpRequest, chave: str, avaliacao: AvaliacaoPedidaSchema) -> Status[None]:
    """O último encerramento, por quem abriu; até o prazo, pode-se mudar."""
    pessoa = quem_da_chave(request, Escopo.ESCREVER)
    chamado = consultar_chamado(chave, para=pessoa)
    a_dar = avaliacao_a_dar(chamado, agora=timezone.now()) if e_solicitante(pessoa, chamado) else None
    if a_dar is None:
        raise AvaliacaoNaoEncontrada("Não há o que avaliar neste chamado agora.")
    avaliar_encerramento(chave=a_dar.chave, **avaliacao.dict())
    return Status(204, None)


@router.get(
    "/chamados/{chave}/macros", response=list[MacroDoChamadoSchema], summary="As macros", operation_id="listar_macros"
)
def macros(request: HttpRequest, chave: str) -> list[MacroDoChamadoSchema]:
    """As que servem ao chamado, para quem o atende; vazia, para os outros."""
    pessoa = quem_da_chave(request, Escopo.LER)
    chamado = consultar_chamado(chave, para=pessoa)
    return [MacroDoChamadoSchema(id=pk, nome=nome) for pk, nome in macros_do_chamado(chamado, para=pessoa)]


@router.get(
    "/chamados/{chave}/macros/{macro_id}", response=MacroVistaSchema, summary="O que a macro fará",
    operation_id="ver_macro",
)  # fmt: skip
def ver_macro(request: HttpRequest, chave: str, macro_id: int) -> MacroVistaSchema:
    """Os passos, com o texto preenchido e o que ela pergunta ainda por responder; nada se faz."""
    return _vista(request, chave, macro_id, None)


@router.post(
    "/chamados/{chave}/macros/{macro_id}/previa", response=MacroVistaSchema, summary="O que a macro fará, com as respostas",
    operation_id="prever_macro",
)  # fmt: skip
def prever_macro(request: HttpRequest, chave: str, macro_id: int, dadas: RespostasSchema) -> MacroVistaSchema:
    """Os passos, com o texto como sairá; nada se faz."""
    return _vista(request, chave, macro_id, dadas.respostas)


@router.post(
    "/chamados/{chave}/macros/{macro_id}", response=ChamadoInteiroSchema, summary="Aplicar a macro",
    operation_id="aplicar_macro",
)  # fmt: skip
def aplicar(request: HttpRequest, chave: str, macro_id: int, pedido: AplicacaoSchema) -> ChamadoInteiroSchema:
    """Todos os passos, ou nenhum."""
    pessoa = quem_da_chave(request, Escopo.ESCREVER)
    aplicar_macro(por=pessoa, chave=chave, macro_id=macro_id, canal=CanalDaMensagem.API, **pedido.dict())
    return chamado_inteiro(chave, pessoa)


def _vista(request: HttpRequest, chave: str, macro_id: int, respostas: dict[str, str] | None) -> MacroVistaSchema:
    pessoa = quem_da_chave(request, Escopo.LER)
    chamado = consultar_chamado(chave, para=pessoa)
    macro = consultar_macro(macro_id, chamado, para=pessoa)
    acoes = [
        AcaoDaMacroSchema(passo=acao.passo.value, texto=texto, equipe=acao.equipe)
        for acao, texto in acoes_da_macro(macro, chamado, respostas, para=pessoa)
    ]
    campos = [CampoSchema.de(campo) for campo in macro.perguntas()]
    return MacroVistaSchema(id=macro.pk, nome=macro.nome, campos=campos, acoes=acoes)
