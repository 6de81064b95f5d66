"""Os chamados por API: o mesmo que nas páginas, com a chave de acesso de uma pessoa."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain, repeat
from typing import BinaryIO, cast
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ValidationError

from pen.atendimento.armazem import abrir
from pen.atendimento.enums import CanalDaMensagem, Passo, Situacao
from pen.atendimento.interfaces.rest.chave import ChaveDaPessoa, quem_da_chave
from pen.atendimento.models import Formulario
from pen.atendimento.rules import e_atendente, passos_possiveis
from pen.atendimento.selectors.busca import FiltrosDeChamado, buscar_chamados
from pen.atendimento.selectors.catalogo import formularios_da_esfera
from pen.atendimento.selectors.chamados import (
    FiltrosDaFila,
    chamados_da_fila,
    consultar_anexo,
    consultar_chamado,
    historia,
    meus_chamados,
)
from pen.atendimento.services.abertura import ChamadoNovo, abrir_chamado
from pen.atendimento.services.pedidos import PEDIVEIS, PedidoDePasso, fazer_passo
from pen.atendimento.values.anexos import ANEXO_MAXIMO, AnexoNovo
from pen.atendimento.values.formulario import Campo
from pen.atendimento.values.leituras import ChamadoNaLista, PassoLido
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.conhecimento.public import EsferaDeAtendimento, consultar_produto
from pen.identidade.public import Escopo, Pessoa, achar_orgao

# Sem o limite por endereço de rede das consultas: quem pede se identificou, e se conta por pessoa.
router = Router(tags=["Chamados"], auth=ChaveDaPessoa(), throttle=[])


class ChamadoSchema(Schema):
    """Um chamado numa lista."""

    chave: str
    protocolo: str
    assunto: str
    produto: str = Field(description="Código.")
    orgao: str = Field(description="Código.")
    situacao: str
    desfecho: str = Field(description="Vazio enquanto não acaba.")
    equipe: str = Field(description="Código.")
    atendente: str | None
    aberto_em: datetime
    encerrado_em: datetime | None
    prazo: datetime | None = Field(description="O que corre agora; nulo, se está parado ou acabou.")
    reaberturas: int

    @staticmethod
    def de(chamado: ChamadoNaLista) -> "ChamadoSchema":
        """O chamado, como numa lista."""
        return ChamadoSchema(
            chave=chamado.chave, protocolo=chamado.protocolo, assunto=chamado.assunto, produto=chamado.produto,
            orgao=chamado.orgao, situacao=chamado.situacao, desfecho=chamado.desfecho, equipe=chamado.equipe,
            atendente=chamado.nome_do_atendente, aberto_em=chamado.aberto_em,
            encerrado_em=chamado.encerrado_em, prazo=chamado.prazo_a_cumprir, reaberturas=chamado.reaberturas,
        )  # fmt: skip


class PaginaSchema(Schema):
    chamados: list[ChamadoSchema]
    proxima: str = Field(description="Para o parâmetro «apos» da página seguinte; vazia na última.")


class AnexoSchema(Schema):
    id: UUID
    nome: str
    formato: str
    tamanho: int = Field(description="Em bytes.")


class PassoSchema(Schema):
    """Um passo da história."""

    ordem: int
    passo: str
    de: str = Field(description="O protocolo do chamado do passo: este, ou um unido a ele.")
    por: str | None = Field(description="Nulo, se foi o sistema ou alguém que saiu.")
    da_equipe: bool
    interno: bool = Field(description="Só aparece a quem é de uma equipe que tem ou teve o chamado.")
    canal: str
    em: datetime
    situacao: str
    texto: str
    anexos: list[AnexoSchema]


class ChamadoInteiroSchema(Schema):
    """Um chamado com a história e o que se pode fazer agora."""

    chamado: ChamadoSchema
    descricao: str
    respostas: dict[str, str]
    passos: list[PassoSchema]
    visto: int = Field(
        description="A ordem do último passo: mande-a de volta ao falar, e nada se escreve sobre o que não se leu."
    )
    pode: list[str] = Field(description="Os passos que a pessoa da chave pode dar agora.")


class AberturaSchema(Schema):
    envio: UUID = Field(description="Sorteado por quem pede; o mesmo, de novo, devolve o mesmo chamado com situação 200.")
    orgao: str = Field(max_length=200, description="Sigla, código ou nome.")
    produto: str = Field(max_length=60, description="Código do catálogo.")
    tipo: str = Field(max_length=60, description="Código do catálogo.")
    assunto: str
    descricao: str
    respostas: dict[str, str] = Field(default_factory=dict, description="Código do campo → texto.")
    continua: str = Field("", description="A chave do chamado que este continua, se já não se pode reabri-lo.")


class PassoPedidoSchema(Schema):
    """O passo, e o que ele exige; o que ele não usa se ignora."""

    passo: str = Field(description=", ".join(sorted(p.value for p in PEDIVEIS)) + ".")
    texto: str = ""
    visto: int | None = None
    roteiro: str = ""
    atendente: int | None = None
    equipe: int | None = None
    motivo: str = ""
    tentado: str = ""
    de_quem: str = ""
    principal: str = Field("", description="Protocolo, em unir e duplicar.")
    desfecho: str = Field("", description="Em encerrar: resolvido ou indeferido.")
    aos_ligados: str = ""
    ordem: int = Field(0, description="Em dividir: a ordem da mensagem.")
    folha: str = Field("", description="Em dividir: produto/tipo.")
    assunto: str = Field("", description="Em dividir.")


class CampoSchema(Schema):
    """Uma pergunta; a resposta de uma data é «2026-11-22»."""

    codigo: str
    rotulo: str
    especie: str
    ajuda: str
    obrigatorio: bool
    opcoes: list[str]

    @staticmethod
    def de(campo: Campo) -> "CampoSchema":
        """O campo de um formulário, ou de uma macro."""
        return CampoSchema(
            codigo=campo.codigo, rotulo=campo.rotulo, especie=campo.especie, ajuda=campo.ajuda,
            obrigatorio=campo.obrigatorio, opcoes=list(campo.opcoes),
        )  # fmt: skip


class TipoSchema(Schema):
    codigo: str
    nome: str
    versao: int
    campos: list[CampoSchema]
    anexos_obrigatorios: list[str]


class ProdutoSchema(Schema):
    codigo: str
    nome: str
    tipos: list[TipoSchema]


@router.get(
    "/atendimento/catalogo/{esfera}", response=list[ProdutoSchema], summary="O que se pode pedir", operation_id="catalogo"
)
def catalogo(request: HttpRequest, esfera: EsferaDeAtendimento) -> list[ProdutoSchema]:
    """Os produtos da esfera, os tipos de suporte de cada um e o formulário em vigor."""
    quem_da_chave(request, Escopo.LER)
    return [
        ProdutoSchema(codigo=produto.codigo, nome=produto.nome, tipos=[_tipo(f) for f in formularios])
        for produto, formularios in formularios_da_esfera(esfera)
    ]


@router.get("/chamados", response=PaginaSchema, summary="Os chamados da pessoa", operation_id="listar_chamados")
def listar(
    request: HttpRequest, abertos: bool | None = Query(None), apos: str = Query("", max_length=200)
) -> PaginaSchema:  # fmt: skip
    """Os que ela abriu ou segue, do mais novo ao mais antigo, 25 por página."""
    lidos, proxima = meus_chamados(para=quem_da_chave(request, Escopo.LER), abertos=abertos, depois_de=apos)
    return PaginaSchema(chamados=[ChamadoSchema.de(c) for c in lidos], proxima=proxima)


@router.get("/chamados/busca", response=PaginaSchema, summary="Buscar chamados", operation_id="buscar_chamados")
def buscar(
    request: HttpRequest, palavras: str = Query("", max_length=200), situacao: Situacao | None = None,
    desde: date | None = None, ate: date | None = None, apos: str = Query("", max_length=200),
) -> PaginaSchema:  # fmt: skip
    """Entre os que a pessoa vê, por palavras do pedido e das mensagens, ou pelo protocolo."""
    filtros = FiltrosDeChamado(palavras=palavras, situacao=situacao.value if situacao else "", desde=desde, ate=ate)
    achados, proxima = buscar_chamados(filtros, para=quem_da_chave(request, Escopo.LER), depois_de=apos)
    return PaginaSchema(chamados=[ChamadoSchema.de(c) for c in achados], proxima=proxima)


@router.get("/atendimento/fila", response=PaginaSchema, summary="A fila das equipes da pessoa", operation_id="listar_fila")
def fila(
    request: HttpRequest, situacao: Situacao | None = None, meus: bool = False, vencidos: bool = False,
    equipe: int | None = None, produto: str = Query("", max_length=60), apos: str = Query("", max_length=200),
) -> PaginaSchema:  # fmt: skip
    """Os abertos: reabertos primeiro, depois quem espera há mais tempo. Exige o escopo dos papéis."""
    pessoa = quem_da_chave(request, Escopo.LER, Escopo.PAPEIS)
    conferir(e_atendente(pessoa), SemPermissao("A pessoa da chave não atende em nenhuma equipe."))
    filtros = FiltrosDaFila(
        equipe_id=equipe, produto_id=consultar_produto(produto).pk if produto else None,
        situacao=situacao.value if situacao else "", so_meus=meus, vencidos=vencidos,
    )  # fmt: skip
    lidos, proxima = chamados_da_fila(filtros, para=pessoa, agora=timezone.now(), depois_de=apos)
    return PaginaSchema(chamados=[ChamadoSchema.de(c) for c in lidos], proxima=proxima)


@router.post(
    "/chamados", response={201: ChamadoInteiroSchema, 200: ChamadoInteiroSchema}, summary="Abrir um chamado",
    operation_id="abrir_chamado",
)  # fmt: skip
def abrir_um(request: HttpRequest, abertura: AberturaSchema) -> Status[ChamadoInteiroSchema]:
    """Na triagem do produto. O que exige anexo se abre por ``/chamados/com-anexos``."""
    return _abrir(quem_da_chave(request, Escopo.ESCREVER), abertura, [])


@router.post(
    "/chamados/com-anexos", response={201: ChamadoInteiroSchema, 200: ChamadoInteiroSchema},
    summary="Abrir um chamado com anexos", operation_id="abrir_chamado_com_anexos",
)  # fmt: skip
def abrir_com_anexos(
    request: HttpRequest, abertura: Form[str], arquivos: File[list[UploadedFile]], pedidos: Form[list[str]] = [],  # noqa: B006
) -> Status[ChamadoInteiroSchema]:  # fmt: skip
    """``abertura`` é o JSON da abertura; ``pedidos``, na ordem dos arquivos, o código do anexo que o tipo pede, ou vazio."""
    pessoa = quem_da_chave(request, Escopo.ESCREVER)
    conferir(len(pedidos) <= len(arquivos), PedidoIncompleto("Há mais códigos que arquivos.", campo="pedidos"))
    try:
        lida = AberturaSchema.model_validate_json(abertura)
    except ValidationError as erro:
        campo = str(erro.errors()[0]["loc"][0]) if erro.errors()[0]["loc"] else "abertura"
        raise PedidoIncompleto("A abertura não é o JSON que se espera.", campo=campo) from None
    return _abrir(pessoa, lida, _anexos(arquivos, pedidos))


@router.get("/chamados/{chave}", response=ChamadoInteiroSchema, summary="Um chamado", operation_id="consultar_chamado")
def consultar(request: HttpRequest, chave: str) -> ChamadoInteiroSchema:
    """Com a história que a pessoa pode ler, e os passos que pode dar agora."""
    return chamado_inteiro(chave, quem_da_chave(request, Escopo.LER))


@router.post("/chamados/{chave}/passos", response=ChamadoInteiroSchema, summary="Dar um passo", operation_id="dar_passo")
def dar_passo(request: HttpRequest, chave: str, pedido: PassoPedidoSchema) -> ChamadoInteiroSchema:
    """Responder, completar, encerrar, reabrir… As regras são as das páginas; os da equipe exigem o escopo dos papéis."""
    pessoa = quem_da_chave(request, Escopo.ESCREVER)
    fazer_passo(por=pessoa, chave=chave, pedido=pedido_de_passo(pedido), canal=CanalDaMensagem.API)
    return chamado_inteiro(chave, pessoa)


@router.post(
    "/chamados/{chave}/anexos", response=ChamadoInteiroSchema, summary="Mandar anexos", operation_id="mandar_anexos"
)
def mandar_anexos(
    request: HttpRequest, chave: str, arquivos: File[list[UploadedFile]], texto: Form[str] = ""
) -> ChamadoInteiroSchema:
    """Completa o chamado com arquivos, e um texto se houver."""
    pessoa = quem_da_chave(request, Escopo.ESCREVER)
    pedido = PedidoDePasso(Passo.COMPLETAR, texto=texto, anexos=_anexos(arquivos))
    fazer_passo(por=pessoa, chave=chave, pedido=pedido, canal=CanalDaMensagem.API)
    return chamado_inteiro(chave, pessoa)


@router.get("/chamados/anexos/{anexo_id}", summary="Baixar um anexo", operation_id="baixar_anexo")
def baixar_anexo(request: HttpRequest, anexo_id: UUID) -> FileResponse:
    """O conteúdo, sempre para baixar."""
    anexo = consultar_anexo(anexo_id, para=quem_da_chave(request, Escopo.LER))
    resposta = FileResponse(abrir(anexo.resumo), as_attachment=True, filename=anexo.nome, content_type=anexo.formato)
    resposta.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return resposta


def _abrir(pessoa: Pessoa, abertura: AberturaSchema, anexos: list[AnexoNovo]) -> Status[ChamadoInteiroSchema]:
    agora = timezone.now()
    pedido = ChamadoNovo(
        abertura.envio, achar_orgao(abertura.orgao), abertura.produto, abertura.tipo, abertura.assunto, abertura.descricao,
        abertura.respostas, anexos=anexos, anterior=abertura.continua,
    )  # fmt: skip
    chamado = abrir_chamado(por=pessoa, pedido=pedido, canal=CanalDaMensagem.API, agora=agora)
    return Status(201 if chamado.aberto_em == agora else 200, chamado_inteiro(chamado.chave, pessoa))


def _anexos(arquivos: Sequence[UploadedFile], pedidos: Sequence[str] = ()) -> list[AnexoNovo]:
    """Os arquivos, cada um com o código do anexo que o tipo pede."""
    grandes = any((a.size or 0) > ANEXO_MAXIMO for a in arquivos)
    conferir(not grandes, PedidoIncompleto(f"Cada anexo tem até {ANEXO_MAXIMO // 2**20} MB.", campo="arquivos"))
    codigos = chain(pedidos, repeat(""))
    return [AnexoNovo(str(a.name), cast(BinaryIO, a.file), codigo) for a, codigo in zip(arquivos, codigos)]  # noqa: B905


def pedido_de_passo(pedido: PassoPedidoSchema) -> PedidoDePasso:
    """O que o serviço pede.

    Levanta:
        PedidoIncompleto: o passo não existe, ou não se pede.
    """
    qual = next((p for p in PEDIVEIS if p.value == pedido.passo), None)
    if qual is None:
        raise PedidoIncompleto("Esse passo não existe.", campo="passo")
    return PedidoDePasso(qual, **pedido.dict(exclude={"passo"}))


def chamado_inteiro(chave: str, pessoa: Pessoa) -> ChamadoInteiroSchema:
    """O chamado com o que a pessoa lê da história.

    Levanta:
        ChamadoNaoEncontrado: não existe, ou não é visível à pessoa.
    """
    chamado = consultar_chamado(chave, para=pessoa)
    passos = historia(chamado, para=pessoa)
    possiveis = passos_possiveis(pessoa, chamado, agora=timezone.now())
    return ChamadoInteiroSchema(
        chamado=ChamadoSchema.de(chamado.na_lista()), descricao=chamado.descricao, respostas=chamado.respostas,
        passos=[_passo(p) for p in passos], visto=chamado.passos, pode=sorted(p.value for p in possiveis),
    )  # fmt: skip


def _passo(passo: PassoLido) -> PassoSchema:
    return PassoSchema(
        ordem=passo.ordem, passo=passo.passo, de=passo.protocolo, por=passo.nome,
        da_equipe=passo.da_equipe, interno=passo.interno, canal=passo.canal, em=passo.em, situacao=passo.situacao,
        texto=passo.texto, anexos=[AnexoSchema(**a._asdict()) for a in passo.anexos],
    )  # fmt: skip


def _tipo(formulario: Formulario) -> TipoSchema:
    lido = formulario.lido()
    return TipoSchema(
        codigo=formulario.tipo.codigo, nome=formulario.tipo.nome, versao=formulario.versao,
        campos=[CampoSchema.de(campo) for campo in lido.campos],
        anexos_obrigatorios=[a.codigo for a in lido.anexos if a.obrigatorio],
    )  # fmt: skip
