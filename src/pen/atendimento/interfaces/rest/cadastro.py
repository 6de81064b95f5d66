"""O cadastro da Central, por API, para a equipe central: produtos, tipos, formulários, expediente, metas, macros e gatilhos."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from pen.atendimento.enums import EspecieDeCampo, Marco, Passo
from pen.atendimento.interfaces.rest.chave import ChaveDaPessoa, quem_da_chave
from pen.atendimento.models import Gatilho, Macro
from pen.atendimento.models.expediente import DIA_INTEIRO
from pen.atendimento.selectors.automacao import ensaiar_gatilho, gatilhos_do_cadastro, macros_do_cadastro
from pen.atendimento.selectors.cadastro import (
    calendario,
    consultar_produto_no_cadastro,
    consultar_tipo_no_cadastro,
    exigir_cadastro,
    metas_definidas,
)
from pen.atendimento.services import catalogo, expediente
from pen.atendimento.services.gatilhos import escrever_gatilho, ligar_gatilho
from pen.atendimento.services.macros import CAMPOS_MAXIMO, escrever_macro, retirar_macro
from pen.atendimento.values.acoes import ACOES_MAXIMO
from pen.atendimento.values.tempos import Tempo
from pen.comum.errors import PedidoIncompleto
from pen.conhecimento.public import (
    DadosDoProduto,
    EsferaDeAtendimento,
    alterar_produto,
    consultar_produto,
    criar_produto,
    produtos_do_catalogo,
    retirar_produto,
)
from pen.identidade.public import Escopo, Pessoa

router = Router(tags=["Cadastro da Central"], auth=ChaveDaPessoa(), throttle=[])


class SaibaMaisSchema(Schema):
    texto: str
    endereco: str = ""


class ProdutoDadosSchema(Schema):
    """O que se diz de um produto."""

    nome: str
    o_que_e: str
    para_que_serve: str
    esferas: list[EsferaDeAtendimento]
    saiba_mais: list[SaibaMaisSchema] = Field(default_factory=list)
    ordem: int = Field(0, ge=0, le=30_000)

    def dados(self) -> DadosDoProduto:
        """O que o serviço pede."""
        return DadosDoProduto(
            self.nome, self.o_que_e, self.para_que_serve, self.esferas,
            [(s.texto, s.endereco) for s in self.saiba_mais], self.ordem,
        )  # fmt: skip


class ProdutoNovoSchema(ProdutoDadosSchema):
    codigo: str = Field(max_length=60)


class ProdutoDoCadastroSchema(ProdutoDadosSchema):
    codigo: str
    retirado_em: datetime | None


class TipoDoCadastroSchema(Schema):
    id: int
    codigo: str
    nome: str
    retirado_em: datetime | None


class ProdutoComTiposSchema(ProdutoDoCadastroSchema):
    tipos: list[TipoDoCadastroSchema]


class TipoNovoSchema(Schema):
    codigo: str = Field(max_length=60)
    nome: str = Field(max_length=120)


class RetiradaSchema(Schema):
    retirado: bool


class FormularioSchema(Schema):
    versao: int = Field(description="A que está em vigor; ao publicar, a que se alterou.")
    definicao: dict[str, Any] = Field(description="ajuda, descricao, campos e anexos, como a página os edita.")


class PeriodoSchema(Schema):
    dia: int = Field(ge=0, le=6, description="0 é segunda-feira.")
    inicio: int = Field(ge=0, le=DIA_INTEIRO, description="Minutos de Brasília.")
    fim: int = Field(ge=0, le=DIA_INTEIRO)


class DiaNovoSchema(Schema):
    """Um dia, ou parte dele, sem expediente."""

    dia: date
    nome: str
    ato: str = ""
    inicio: int = 0
    fim: int = DIA_INTEIRO


class DiaSchema(DiaNovoSchema):
    id: int


class ExpedienteSchema(Schema):
    semana: list[PeriodoSchema]
    dias: list[DiaSchema]


class MetaNovaSchema(Schema):
    produto: str = Field("", description="Código; vazio, todos.")
    tipo: str = Field("", description="Código; vazio, todos.")
    resposta_horas: int
    solucao_horas: int


class MetaSchema(MetaNovaSchema):
    id: int


class AcaoSchema(Schema):
    """Um passo com o que dizer; ``roteiro`` só em macro."""

    passo: str
    texto: str = ""
    roteiro: str = ""
    equipe: str = Field("", description="Código, ao encaminhar.")
    desfecho: str = ""


class PerguntaSchema(Schema):
    """O que se pergunta a quem aplica a macro; a resposta entra nos textos pelo código, entre chaves."""

    codigo: str
    rotulo: str
    especie: EspecieDeCampo
    ajuda: str = ""
    obrigatorio: bool = False
    opcoes: list[str] = Field(default_factory=list, description="Só na escolha.")


class MacroNovaSchema(Schema):
    nome: str
    produto: str = Field("", description="Código; vazio, todos.")
    campos: list[PerguntaSchema] = Field(default_factory=list, max_length=CAMPOS_MAXIMO)
    acoes: list[AcaoSchema] = Field(max_length=ACOES_MAXIMO)


class MacroSchema(MacroNovaSchema):
    id: int
    retirada_em: datetime | None


class CondicoesSchema(Schema):
    """Códigos, e expressões: vazio não restringe."""

    produtos: list[str] = Field(default_factory=list)
    tipos: list[str] = Field(default_factory=list)
    equipes: list[str] = Field(default_factory=list)
    palavras: list[str] = Field(default_factory=list)


class TempoSchema(Schema):
    minutos: int = Field(description="De expediente.")
    antes: bool = Field(False, description="Do prazo; senão, depois.")
    situacao: str = Field("", description="Só sem movimento: em que o chamado está parado.")


class QuandoSchema(Schema):
    """O passo de uma pessoa, ou o marco de que se conta o tempo."""

    quando: Passo | Marco
    tempo: TempoSchema | None = Field(None, description="Com um marco.")

    def momento(self) -> Passo | Tempo:
        """O que o serviço pede."""
        if isinstance(self.quando, Passo):
            return self.quando
        if self.tempo is None:
            raise PedidoIncompleto("Diga quanto tempo.", campo="tempo")
        return Tempo(self.quando, **self.tempo.dict())


class GatilhoNovoSchema(QuandoSchema):
    nome: str
    condicoes: CondicoesSchema = Field(default_factory=CondicoesSchema)
    acoes: list[AcaoSchema] = Field(max_length=ACOES_MAXIMO)


class GatilhoSchema(GatilhoNovoSchema):
    id: int
    ligado: bool


class EnsaioPedidoSchema(QuandoSchema):
    condicoes: CondicoesSchema


class EnsaioSchema(Schema):
    """O que o gatilho teria feito nos últimos 180 dias."""

    passos: int = Field(description="Quantas vezes alguém deu o passo, ou um chamado chegou ao tempo.")
    casaram: int
    protocolos: list[str]


class LigadoSchema(Schema):
    ligado: bool


@router.get(
    "/atendimento/cadastro/produtos", response=list[ProdutoDoCadastroSchema], summary="Todos os produtos",
    operation_id="listar_produtos_do_cadastro",
)  # fmt: skip
def produtos(request: HttpRequest) -> list[ProdutoDoCadastroSchema]:
    """Também os retirados."""
    _central(request, Escopo.LER)
    return [ProdutoDoCadastroSchema.from_orm(p) for p in produtos_do_catalogo()]


@router.post(
    "/atendimento/cadastro/produtos", response={201: None}, summary="Acrescentar um produto", operation_id="criar_produto"
)
def criar(request: HttpRequest, novo: ProdutoNovoSchema) -> Status[None]:
    """O código vai no endereço e não muda."""
    por = _central(request, Escopo.ESCREVER)
    criar_produto(por=por, codigo=novo.codigo, dados=novo.dados())
    return Status(201, None)


@router.get(
    "/atendimento/cadastro/produtos/{codigo}", response=ProdutoComTiposSchema, summary="Um produto e os seus tipos",
    operation_id="ver_produto_no_cadastro",
)  # fmt: skip
def produto(request: HttpRequest, codigo: str) -> ProdutoComTiposSchema:
    """Também o que se retirou."""
    achado, tipos = consultar_produto_no_cadastro(codigo, para=_central(request, Escopo.LER))
    return ProdutoComTiposSchema(
        **ProdutoDoCadastroSchema.from_orm(achado).dict(), tipos=[TipoDoCadastroSchema.from_orm(t) for t in tipos]
    )


@router.put(
    "/atendimento/cadastro/produtos/{codigo}", response={204: None}, summary="Alterar um produto",
    operation_id="alterar_produto",
)  # fmt: skip
def alterar(request: HttpRequest, codigo: str, dados: ProdutoDadosSchema) -> Status[None]:
    """Os chamados que há continuam dele."""
    por = _central(request, Escopo.ESCREVER)
    alterar_produto(por=por, codigo=codigo, dados=dados.dados())
    return Status(204, None)


@router.put(
    "/atendimento/cadastro/produtos/{codigo}/retirada", response={204: None}, summary="Retirar um produto, ou devolvê-lo",
    operation_id="retirar_produto",
)  # fmt: skip
def retirar(request: HttpRequest, codigo: str, pedido: RetiradaSchema) -> Status[None]:
    """O que já havia fica."""
    por = _central(request, Escopo.ESCREVER)
    retirar_produto(por=por, codigo=codigo, retirar=pedido.retirado)
    return Status(204, None)


@router.post(
    "/atendimento/cadastro/produtos/{codigo}/tipos", response={201: TipoDoCadastroSchema},
    summary="Acrescentar um tipo de suporte", operation_id="criar_tipo",
)  # fmt: skip
def criar_tipo(request: HttpRequest, codigo: str, novo: TipoNovoSchema) -> Status[TipoDoCadastroSchema]:
    """Com o formulário vazio: só o assunto e a descrição."""
    por = _central(request, Escopo.ESCREVER)
    achado, _ = consultar_produto_no_cadastro(codigo, para=por)
    return Status(201, TipoDoCadastroSchema.from_orm(catalogo.criar_tipo(por=por, produto=achado, **novo.dict())))


@router.put(
    "/atendimento/cadastro/tipos/{tipo_id}/retirada", response={204: None}, summary="Retirar um tipo, ou devolvê-lo",
    operation_id="retirar_tipo",
)  # fmt: skip
def retirar_tipo(request: HttpRequest, tipo_id: int, pedido: RetiradaSchema) -> Status[None]:
    """Os chamados que há continuam."""
    por = _central(request, Escopo.ESCREVER)
    catalogo.retirar_tipo(por=por, tipo_id=tipo_id, retirar=pedido.retirado)
    return Status(204, None)


@router.get(
    "/atendimento/cadastro/tipos/{tipo_id}/formulario", response=FormularioSchema, summary="O formulário em vigor",
    operation_id="ver_formulario",
)  # fmt: skip
def formulario(request: HttpRequest, tipo_id: int) -> FormularioSchema:
    """As perguntas e os anexos do tipo."""
    achado = consultar_tipo_no_cadastro(tipo_id, para=_central(request, Escopo.LER)).formulario
    return FormularioSchema(versao=achado.versao, definicao=achado.lido().como_dado())


@router.put(
    "/atendimento/cadastro/tipos/{tipo_id}/formulario", response=FormularioSchema, summary="Publicar outra versão",
    operation_id="publicar_formulario",
)  # fmt: skip
def publicar(request: HttpRequest, tipo_id: int, novo: FormularioSchema) -> FormularioSchema:
    """Os chamados abertos antes ficam com a que tinham; ``versao`` é a que se alterou."""
    por = _central(request, Escopo.ESCREVER)
    feito = catalogo.publicar_formulario(por=por, tipo_id=tipo_id, definicao=novo.definicao, visto=novo.versao)
    return FormularioSchema(versao=feito.versao, definicao=feito.lido().como_dado())


@router.get(
    "/atendimento/cadastro/expediente", response=ExpedienteSchema, summary="O expediente", operation_id="ver_expediente"
)
def ver_expediente(request: HttpRequest) -> ExpedienteSchema:
    """A semana, e todos os dias sem expediente."""
    periodos, dias = calendario(para=_central(request, Escopo.LER))
    return ExpedienteSchema(
        semana=[PeriodoSchema.from_orm(p) for p in periodos], dias=[DiaSchema.from_orm(d) for d in dias]
    )


@router.put(
    "/atendimento/cadastro/expediente/semana", response={204: None}, summary="Trocar a semana",
    operation_id="alterar_semana",
)  # fmt: skip
def semana(request: HttpRequest, periodos: list[PeriodoSchema]) -> Status[None]:
    """Inteira, de uma vez."""
    por = _central(request, Escopo.ESCREVER)
    expediente.alterar_semana(por=por, periodos=[(p.dia, p.inicio, p.fim) for p in periodos])
    return Status(204, None)


@router.post(
    "/atendimento/cadastro/expediente/dias", response={201: DiaSchema}, summary="Acrescentar um dia sem expediente",
    operation_id="incluir_dia_sem_expediente",
)  # fmt: skip
def incluir_dia(request: HttpRequest, novo: DiaNovoSchema) -> Status[DiaSchema]:
    """Ou parte dele."""
    por = _central(request, Escopo.ESCREVER)
    return Status(201, DiaSchema.from_orm(expediente.incluir_dia_sem_expediente(por=por, **novo.dict())))


@router.delete(
    "/atendimento/cadastro/expediente/dias/{dia_id}", response={204: None}, summary="Tirar um dia do calendário",
    operation_id="excluir_dia_sem_expediente",
)  # fmt: skip
def excluir_dia(request: HttpRequest, dia_id: int) -> Status[None]:
    """De novo, não muda nada."""
    por = _central(request, Escopo.ESCREVER)
    expediente.excluir_dia_sem_expediente(por=por, dia_id=dia_id)
    return Status(204, None)


@router.get("/atendimento/cadastro/metas", response=list[MetaSchema], summary="As metas", operation_id="listar_metas")
def metas(request: HttpRequest) -> list[MetaSchema]:
    """A geral primeiro."""
    lidas = metas_definidas(para=_central(request, Escopo.LER))
    return [
        MetaSchema(
            id=m.pk, produto=m.produto.codigo if m.produto else "", tipo=m.tipo, resposta_horas=m.resposta_horas,
            solucao_horas=m.solucao_horas,
        )
        for m in lidas
    ]  # fmt: skip


@router.put("/atendimento/cadastro/metas", response={204: None}, summary="Definir uma meta", operation_id="definir_meta")
def definir_meta(request: HttpRequest, nova: MetaNovaSchema) -> Status[None]:
    """Do que se abrir de agora em diante; a do mesmo produto e tipo é trocada."""
    por = _central(request, Escopo.ESCREVER)
    dados = nova.dict() | {"produto": consultar_produto(nova.produto) if nova.produto else None}
    expediente.definir_meta(por=por, **dados)
    return Status(204, None)


@router.delete(
    "/atendimento/cadastro/metas/{meta_id}", response={204: None}, summary="Tirar uma meta", operation_id="excluir_meta"
)
def excluir_meta(request: HttpRequest, meta_id: int) -> Status[None]:
    """A geral fica."""
    por = _central(request, Escopo.ESCREVER)
    expediente.excluir_meta(por=por, meta_id=meta_id)
    return Status(204, None)


@router.get(
    "/atendimento/cadastro/macros", response=list[MacroSchema], summary="Todas as macros",
    operation_id="listar_macros_do_cadastro",
)  # fmt: skip
def macros(request: HttpRequest) -> list[MacroSchema]:
    """Também as retiradas."""
    return [_macro(m) for m in macros_do_cadastro(para=_central(request, Escopo.LER))]


@router.post(
    "/atendimento/cadastro/macros", response={201: MacroSchema}, summary="Criar uma macro", operation_id="criar_macro"
)
def criar_macro(request: HttpRequest, nova: MacroNovaSchema) -> Status[MacroSchema]:
    """Até cinco passos."""
    return Status(201, _escrever_macro(request, nova, None))


@router.put(
    "/atendimento/cadastro/macros/{macro_id}", response=MacroSchema, summary="Alterar uma macro",
    operation_id="alterar_macro",
)  # fmt: skip
def alterar_macro(request: HttpRequest, macro_id: int, nova: MacroNovaSchema) -> MacroSchema:
    """A retirada volta a valer."""
    return _escrever_macro(request, nova, macro_id)


@router.delete(
    "/atendimento/cadastro/macros/{macro_id}", response={204: None}, summary="Retirar uma macro",
    operation_id="retirar_macro",
)  # fmt: skip
def tirar_macro(request: HttpRequest, macro_id: int) -> Status[None]:
    """De novo, não muda nada."""
    por = _central(request, Escopo.ESCREVER)
    retirar_macro(por=por, macro_id=macro_id)
    return Status(204, None)


@router.get(
    "/atendimento/cadastro/gatilhos", response=list[GatilhoSchema], summary="Todos os gatilhos",
    operation_id="listar_gatilhos",
)  # fmt: skip
def gatilhos(request: HttpRequest) -> list[GatilhoSchema]:
    """Ligados ou não."""
    return [_gatilho(g) for g in gatilhos_do_cadastro(para=_central(request, Escopo.LER))]


@router.post(
    "/atendimento/cadastro/gatilhos", response={201: GatilhoSchema}, summary="Criar um gatilho",
    operation_id="criar_gatilho",
)  # fmt: skip
def criar_gatilho(request: HttpRequest, novo: GatilhoNovoSchema) -> Status[GatilhoSchema]:
    """Nasce desligado."""
    return Status(201, _escrever_gatilho(request, novo, None))


@router.put(
    "/atendimento/cadastro/gatilhos/{gatilho_id}", response=GatilhoSchema, summary="Alterar um gatilho",
    operation_id="alterar_gatilho",
)  # fmt: skip
def alterar_gatilho(request: HttpRequest, gatilho_id: int, novo: GatilhoNovoSchema) -> GatilhoSchema:
    """Alterado, desliga-se."""
    return _escrever_gatilho(request, novo, gatilho_id)


@router.put(
    "/atendimento/cadastro/gatilhos/{gatilho_id}/ligado", response={204: None}, summary="Ligar um gatilho, ou desligá-lo",
    operation_id="ligar_gatilho",
)  # fmt: skip
def ligar(request: HttpRequest, gatilho_id: int, pedido: LigadoSchema) -> Status[None]:
    """O que já disparou se cumpre."""
    por = _central(request, Escopo.ESCREVER)
    ligar_gatilho(por=por, gatilho_id=gatilho_id, ligar=pedido.ligado)
    return Status(204, None)


@router.post(
    "/atendimento/cadastro/ensaio-de-gatilho", response=EnsaioSchema, summary="Ensaiar um gatilho",
    operation_id="ensaiar_gatilho",
)  # fmt: skip
def ensaiar(request: HttpRequest, pedido: EnsaioPedidoSchema) -> EnsaioSchema:
    """Sobre o que já houve; nada se grava."""
    por = _central(request, Escopo.LER)
    feito = ensaiar_gatilho(pedido.momento(), pedido.condicoes.dict(), para=por, agora=timezone.now())
    return EnsaioSchema(passos=feito.passos, casaram=feito.casaram, protocolos=[c.protocolo for c in feito.exemplos])


def _escrever_macro(request: HttpRequest, nova: MacroNovaSchema, macro_id: int | None) -> MacroSchema:
    por = _central(request, Escopo.ESCREVER)
    produto = consultar_produto(nova.produto) if nova.produto else None
    dados: dict[str, Any] = nova.dict() | {"produto": produto}
    return _macro(escrever_macro(por=por, macro_id=macro_id, **dados))


def _escrever_gatilho(request: HttpRequest, novo: GatilhoNovoSchema, gatilho_id: int | None) -> GatilhoSchema:
    por = _central(request, Escopo.ESCREVER)
    dados: dict[str, Any] = novo.dict(exclude={"tempo"}) | {"quando": novo.momento()}
    return _gatilho(escrever_gatilho(por=por, gatilho_id=gatilho_id, **dados))


def _macro(m: Macro) -> MacroSchema:
    return MacroSchema(
        id=m.pk, nome=m.nome, produto=m.produto.codigo if m.produto else "", retirada_em=m.retirada_em,
        acoes=[AcaoSchema(**acao) for acao in m.acoes], campos=[PerguntaSchema(**campo) for campo in m.campos],
    )  # fmt: skip


def _gatilho(g: Gatilho) -> GatilhoSchema:
    tempo, momento = None, g.momento()
    if isinstance(momento, Tempo):
        tempo = TempoSchema(minutos=momento.minutos, antes=momento.antes, situacao=momento.situacao)
    return GatilhoSchema(
        id=g.pk, nome=g.nome, quando=momento.marco if isinstance(momento, Tempo) else momento, tempo=tempo,
        ligado=g.ligado, condicoes=CondicoesSchema(**g.condicoes),
        acoes=[AcaoSchema(**acao) for acao in g.acoes],
    )  # fmt: skip


def _central(request: HttpRequest, escopo: Escopo) -> Pessoa:
    """A pessoa da chave, que é da equipe central; para os outros, o cadastro não existe."""
    pessoa = quem_da_chave(request, escopo, Escopo.PAPEIS)
    exigir_cadastro(pessoa)
    return pessoa
