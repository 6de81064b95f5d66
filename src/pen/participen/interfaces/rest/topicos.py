"""O fórum por API: ler o que todos leem e, com a chave de uma pessoa, buscar, abrir tópicos e responder."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Path, Query, Router, Schema, Status

from pen.participen.enums import AmbienteDoRelato, EspecieDeTopico
from pen.participen.interfaces.rest.chave import ChaveDeQuemParticipa, quem_escreve
from pen.participen.models import Publicacao, Topico
from pen.participen.selectors.busca import buscar_topicos
from pen.participen.selectors.cadastro import (
    categorias_ativas,
    consultar_categoria,
    consultar_etiqueta,
    etiquetas_por_grupo,
)
from pen.participen.selectors.topicos import (
    abertura_do_topico,
    consultar_topico,
    listar_topicos,
    na_lista,
    respostas_do_topico,
)
from pen.participen.services.busca_previa import buscar_antes
from pen.participen.services.topicos import TopicoEscrito, abrir_topico, responder_topico
from pen.participen.values.leituras import Autor, PublicacaoLida, TopicoNaLista

router = Router(tags=["ParticiPEN"])
NINGUEM = AnonymousUser()  # a chave e a sessão de quem pede não mudam o que se lê aqui
Numero = Path(ge=1, le=2**63 - 1)


class AutorSchema(Schema):
    nome: str
    orgao: str = Field(description="A sigla; vazia, se a pessoa não disse.")
    da_equipe: bool

    @staticmethod
    def de(autor: Autor) -> "AutorSchema":
        """Quem escreveu, como todos veem."""
        return AutorSchema(nome=autor.nome, orgao=autor.sigla, da_equipe=autor.da_equipe)


class CategoriaSchema(Schema):
    codigo: str
    nome: str
    descricao: str


class EtiquetaSchema(Schema):
    codigo: str
    nome: str
    grupo: str


class TopicoSchema(Schema):
    """Um tópico numa lista."""

    numero: int
    titulo: str
    especie: EspecieDeTopico
    situacao: str
    categoria: str = Field(description="O código.")
    etiquetas: list[str] = Field(description="Os códigos.")
    autor: AutorSchema
    respostas: int
    resolvido: bool
    fechado: bool
    criado_em: datetime
    ultima_em: datetime
    endereco: str = Field(description="O caminho da página.")

    @staticmethod
    def de(topico: TopicoNaLista) -> "TopicoSchema":
        """O tópico, como numa lista."""
        return TopicoSchema(
            numero=topico.id, titulo=topico.titulo, especie=topico.especie, situacao=topico.situacao.value,
            categoria=topico.codigo_da_categoria, etiquetas=[e.codigo for e in topico.etiquetas],
            autor=AutorSchema.de(topico.autor), respostas=topico.respostas, resolvido=topico.resolvido, fechado=topico.fechado,
            criado_em=topico.criado_em, ultima_em=topico.ultima_em, endereco=reverse("participen:topico", args=[topico.id]),
        )  # fmt: skip


class PaginaDeTopicosSchema(Schema):
    topicos: list[TopicoSchema]
    proxima: str = Field(description="Para o parâmetro «apos» da página seguinte; vazia na última.")


class RespostaSchema(Schema):
    """Uma resposta, ou o texto que abre um tópico."""

    id: UUID
    autor: AutorSchema
    texto: str = Field(description="Em Markdown.")
    em: datetime
    alterada_em: datetime | None
    ajudas: int
    solucao: bool

    @staticmethod
    def de(publicacao: PublicacaoLida) -> "RespostaSchema":
        """A publicação, como todos a leem."""
        return RespostaSchema(
            id=publicacao.id, autor=AutorSchema.de(publicacao.autor), texto=publicacao.texto, em=publicacao.em,
            alterada_em=publicacao.alterada_em, ajudas=publicacao.ajudas, solucao=publicacao.solucao,
        )  # fmt: skip


class TopicoInteiroSchema(Schema):
    topico: TopicoSchema
    contexto: str
    versoes: str
    ambiente: str
    abertura: RespostaSchema


class PaginaDeRespostasSchema(Schema):
    respostas: list[RespostaSchema]
    proxima: str = Field(description="Para o parâmetro «apos» da página seguinte; vazia na última.")


class BuscaPedidaSchema(Schema):
    palavras: str = Field(max_length=200, description="Sobre o que se vai escrever.")


class ArtigoParecidoSchema(Schema):
    titulo: str
    endereco: str = Field(description="O caminho da página.")


class BuscaFeitaSchema(Schema):
    palavras: str
    topicos: list[TopicoSchema]
    artigos: list[ArtigoParecidoSchema]
    prova: str = Field(description="Mande-a com as mesmas palavras para abrir um tópico; vale duas horas, e abre um só.")


class TopicoNovoSchema(Schema):
    prova: str = Field(max_length=2_000)
    palavras: str = Field(max_length=200)
    categoria: str = Field(max_length=60, description="O código.")
    especie: EspecieDeTopico
    titulo: str
    texto: str = Field(description="Em Markdown.")
    contexto: str = ""
    versoes: str = ""
    ambiente: AmbienteDoRelato | None = None
    etiquetas: list[str] = Field(default_factory=list, description="Os códigos, até cinco.")
    declara: bool = Field(
        False, description="Que o que parece CPF, CNPJ, senha ou chave não é de uma pessoa, nem segredo."
    )  # fmt: skip


class RespostaNovaSchema(Schema):
    envio: UUID = Field(description="Sorteado por quem pede; o mesmo, de novo, não publica outra vez.")
    texto: str = Field(description="Em Markdown.")
    declara: bool = False


class PublicadaSchema(Schema):
    numero: int = Field(description="Do tópico.")
    situacao: str = Field(description="«publicada», ou «aguarda» a moderação.")
    endereco: str = Field(description="O caminho da página.")


@router.get(
    "/participen/categorias",
    response=list[CategoriaSchema],
    summary="As categorias do fórum",
    operation_id="listar_categorias",
)
def categorias(request: HttpRequest) -> list[CategoriaSchema]:
    """As que recebem tópicos, na ordem."""
    return [CategoriaSchema(codigo=c.codigo, nome=c.nome, descricao=c.descricao) for c in categorias_ativas()]


@router.get(
    "/participen/etiquetas", response=list[EtiquetaSchema], summary="As etiquetas do fórum", operation_id="listar_etiquetas"
)
def etiquetas(request: HttpRequest) -> list[EtiquetaSchema]:
    """As que se põem em tópicos, por grupo."""
    return [
        EtiquetaSchema(codigo=e.codigo, nome=e.nome, grupo=grupo.nome)
        for grupo, do_grupo in etiquetas_por_grupo() for e in do_grupo
    ]  # fmt: skip


@router.get(
    "/participen/topicos", response=PaginaDeTopicosSchema, summary="Os tópicos do fórum", operation_id="listar_topicos"
)
def listar(
    request: HttpRequest, categoria: str = Query("", max_length=60), etiqueta: str = Query("", max_length=60),
    especie: EspecieDeTopico | None = None, apos: str = Query("", max_length=200),
) -> PaginaDeTopicosSchema:  # fmt: skip
    """Do que se moveu por último ao mais parado, 25 por página."""
    pagina = listar_topicos(
        categoria=consultar_categoria(_limpo(categoria)) if categoria else None, especie=especie.value if especie else "",
        etiqueta=consultar_etiqueta(_limpo(etiqueta)) if etiqueta else None, depois_de=apos,
    )  # fmt: skip
    return PaginaDeTopicosSchema(topicos=[TopicoSchema.de(t) for t in pagina.itens], proxima=pagina.proxima)


@router.get(
    "/participen/topicos/busca", response=list[TopicoSchema], summary="Buscar no fórum", operation_id="buscar_topicos"
)
def buscar(request: HttpRequest, palavras: str = Query(min_length=1, max_length=200)) -> list[TopicoSchema]:
    """Até 25 tópicos, do que mais responde ao que menos."""
    return [TopicoSchema.de(t) for t in buscar_topicos(_limpo(palavras))]


@router.get(
    "/participen/topicos/{numero}", response=TopicoInteiroSchema, summary="Ler um tópico", operation_id="consultar_topico"
)
def consultar(request: HttpRequest, numero: int = Numero) -> TopicoInteiroSchema:
    """O tópico e o texto que o abre; o que não está à vista de todos é 404."""
    topico = consultar_topico(numero, para=NINGUEM)
    return TopicoInteiroSchema(
        topico=TopicoSchema.de(na_lista([topico])[0]), contexto=topico.contexto, versoes=topico.versoes, ambiente=topico.ambiente,
        abertura=RespostaSchema.de(abertura_do_topico(topico, para=NINGUEM)),
    )  # fmt: skip


@router.get(
    "/participen/topicos/{numero}/respostas", response=PaginaDeRespostasSchema, summary="As respostas de um tópico",
    operation_id="listar_respostas",
)  # fmt: skip
def respostas(
    request: HttpRequest, numero: int = Numero, apos: str = Query("", max_length=200)
) -> PaginaDeRespostasSchema:  # fmt: skip
    """Da mais antiga à mais nova, 20 por página."""
    pagina = respostas_do_topico(consultar_topico(numero, para=NINGUEM), para=NINGUEM, depois_de=apos)
    return PaginaDeRespostasSchema(respostas=[RespostaSchema.de(p) for p in pagina.itens], proxima=pagina.proxima)


@router.post(
    "/participen/buscas", response=BuscaFeitaSchema, summary="Buscar antes de escrever", operation_id="buscar_antes",
    auth=ChaveDeQuemParticipa(), throttle=[],
)  # fmt: skip
def buscar_primeiro(request: HttpRequest, pedido: BuscaPedidaSchema) -> BuscaFeitaSchema:
    """O que já há de parecido, e a prova que deixa abrir um tópico."""
    busca = buscar_antes(por=quem_escreve(request), palavras=pedido.palavras)
    return BuscaFeitaSchema(
        palavras=busca.palavras, topicos=[TopicoSchema.de(t) for t in busca.topicos], prova=busca.prova,
        artigos=[
            ArtigoParecidoSchema(titulo=a.versao.titulo, endereco=reverse("conhecimento:artigo", args=[a.artigo.codigo]))
            for a in busca.artigos
        ],
    )  # fmt: skip


@router.post(
    "/participen/topicos", response={201: PublicadaSchema}, summary="Abrir um tópico", operation_id="abrir_topico",
    auth=ChaveDeQuemParticipa(), throttle=[],
)  # fmt: skip
def abrir(request: HttpRequest, pedido: TopicoNovoSchema) -> Status[PublicadaSchema]:
    """Só de quem buscou antes e aceitou as regras de convivência, na página delas; com a mesma prova, devolve o mesmo."""
    escrito = TopicoEscrito(
        titulo=pedido.titulo, especie=pedido.especie.value, texto=pedido.texto, contexto=pedido.contexto, versoes=pedido.versoes,
        ambiente=pedido.ambiente.value if pedido.ambiente else "", etiquetas=pedido.etiquetas,
    )  # fmt: skip
    topico = abrir_topico(
        por=quem_escreve(request), categoria=pedido.categoria, escrito=escrito, prova=pedido.prova, palavras=pedido.palavras,
        declara=pedido.declara,
    )  # fmt: skip
    return Status(201, _publicada(topico, topico))


@router.post(
    "/participen/topicos/{numero}/respostas", response={201: PublicadaSchema}, summary="Responder a um tópico",
    operation_id="responder_topico", auth=ChaveDeQuemParticipa(), throttle=[],
)  # fmt: skip
def responder(request: HttpRequest, pedido: RespostaNovaSchema, numero: int = Numero) -> Status[PublicadaSchema]:
    """A de quem chega espera a moderação."""
    publicacao = responder_topico(
        por=quem_escreve(request), numero=numero, texto=pedido.texto, envio=pedido.envio, declara=pedido.declara
    )
    return Status(201, _publicada(publicacao, publicacao.topico))


def _publicada(o_que: Topico | Publicacao, topico: Topico) -> PublicadaSchema:
    return PublicadaSchema(
        numero=topico.pk, situacao=o_que.situacao, endereco=reverse("participen:topico", args=[topico.pk])
    )  # fmt: skip


def _limpo(texto: str) -> str:
    """O texto sem o caractere que o banco não guarda."""
    return texto.replace("\0", "")
