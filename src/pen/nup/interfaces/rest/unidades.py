"""O cadastro das unidades protocolizadoras por API: público, só leitura."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from pen.identidade.public import achar_orgao
from pen.nup.enums.situacoes import SituacaoDaUnidade
from pen.nup.models import Unidade, Versao
from pen.nup.selectors.unidades import FiltrosDeUnidades, consultar_unidade, pagina_de_unidades, versoes_da_unidade

CONTATOS = ("unidade_siorg", "endereco", "municipio", "uf", "cep", "email", "telefone")
router = Router(tags=["Unidades protocolizadoras"])


class UnidadeSchema(Schema):
    codigo: str
    nome: str
    situacao: str = Field(description="pendente, ativa ou inativa.")
    orgao: str | None = Field(description="Código do órgão; nulo nas da carga inicial que ainda não têm dono.")
    orgao_gestor: str | None
    unidade_siorg: str
    endereco: str
    municipio: str = Field(description="Código IBGE.")
    uf: str
    cep: str
    email: str
    telefone: str
    da_carga_inicial: bool = Field(description="O código entrou no cadastro por ter sido visto em números reais.")


class VersaoSchema(Schema):
    """Como a unidade estava de um instante a outro; a vigente não tem fim."""

    desde: datetime
    ate: datetime | None
    nome: str
    situacao: str
    orgao: str | None
    orgao_gestor: str | None
    operacao: str


class UnidadeInteiraSchema(UnidadeSchema):
    historia: list[VersaoSchema]


class UnidadesSchema(Schema):
    itens: list[UnidadeSchema]
    proxima: str | None = Field(description="Passe em «apos» para a página seguinte; nulo é o fim.")


@router.get(
    "/unidades", response=UnidadesSchema, summary="Listar unidades protocolizadoras", operation_id="listar_unidades"
)
def listar(
    request: HttpRequest,
    q: str = Query("", max_length=200, description="Começo do código, pedaço do nome, ou sigla do órgão."),
    situacao: SituacaoDaUnidade | None = None,
    uf: str = Query("", max_length=2, pattern="^[A-Za-z]*$"),
    orgao: str = Query("", max_length=200, description="Sigla ou código."),
    apos: str = Query("", max_length=8, description="O «proxima» da página anterior."),
) -> UnidadesSchema:
    """Por código, 50 por página."""
    orgao_id = achar_orgao(orgao).pk if orgao.strip() else None
    unidades, proxima = pagina_de_unidades(FiltrosDeUnidades(q, situacao, uf.upper(), orgao_id), depois_de=apos)
    return UnidadesSchema(itens=[UnidadeSchema(**_unidade(u)) for u in unidades], proxima=proxima or None)


@router.get(
    "/unidades/{codigo}", response=UnidadeInteiraSchema, summary="Consultar uma unidade", operation_id="consultar_unidade"
)
def consultar(request: HttpRequest, codigo: str = Path(max_length=8)) -> UnidadeInteiraSchema:
    """A unidade e a história dela, da versão vigente à primeira."""
    unidade = consultar_unidade(codigo)
    return UnidadeInteiraSchema(**_unidade(unidade), historia=[_versao(v) for v in versoes_da_unidade(unidade)])


def _unidade(unidade: Unidade) -> dict[str, Any]:
    return {
        "codigo": unidade.codigo, "nome": unidade.nome, "situacao": unidade.situacao,
        "orgao": unidade.orgao and unidade.orgao.codigo, "orgao_gestor": unidade.orgao_gestor and unidade.orgao_gestor.codigo,
        **{campo: getattr(unidade, campo) for campo in CONTATOS}, "da_carga_inicial": unidade.da_carga_inicial,
    }  # fmt: skip


def _versao(versao: Versao) -> VersaoSchema:
    return VersaoSchema(
        desde=versao.desde, ate=versao.ate, nome=versao.nome, situacao=versao.situacao, operacao=versao.operacao,
        orgao=versao.orgao.codigo if versao.orgao else None,
        orgao_gestor=versao.orgao_gestor.codigo if versao.orgao_gestor else None,
    )  # fmt: skip
