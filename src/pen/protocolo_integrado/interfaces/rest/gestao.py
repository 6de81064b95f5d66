"""As consultas gerenciais por API, com a sessão da pessoa; para quem não vê o painel, 404."""

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from pen.comum.leitura import le_da_replica
from pen.identidade.public import Ator, Esfera, Poder, achar_orgao
from pen.protocolo_integrado.selectors.painel import conferir_quem_ve_o_painel, consultar_painel, filtros_do_painel


def so_quem_ve_o_painel(request: HttpRequest) -> Ator:
    """Quem pede, antes de qualquer campo ser lido: quem não vê o painel recebe 404, certos ou errados os campos."""
    conferir_quem_ve_o_painel(request.user)
    return request.user


router = Router(tags=["Gestão"], auth=so_quem_ve_o_painel)


class ColunaSchema(Schema):
    nome: str
    rotulo: str


class ConsultaGerencialSchema(Schema):
    """Uma consulta: as colunas e uma linha por item. O que falta é nulo."""

    consulta: str
    titulo: str
    desde: date
    ate: date
    agrupado_por: Literal["dia", "mes"]
    filtros_sem_efeito: list[str] = Field(description="Os filtros que não mudam esta consulta.")
    colunas: list[ColunaSchema]
    itens: list[dict[str, str | int | float | date | datetime | None]]


@router.get("/{consulta}", response=ConsultaGerencialSchema, summary="Consulta gerencial", operation_id="consultar_gestao")
@le_da_replica
def consultar(
    request: HttpRequest,
    response: HttpResponse,
    consulta: str,
    esfera: Esfera | None = None,
    poder: Poder | None = None,
    orgao: str = Query("", max_length=200, description="Sigla ou código."),
    especie: str = Query("", max_length=60),
    desde: date | None = None,
    ate: date | None = None,
    agrupar: Literal["", "dia", "mes"] = "",
) -> ConsultaGerencialSchema:
    """Só para a equipe central e a auditoria. Sem datas, os últimos 30 dias; até dois anos."""
    filtros = filtros_do_painel(
        desde, ate, esfera=esfera, poder=poder, orgao_id=achar_orgao(orgao).pk if orgao.strip() else None,
        especie=especie.replace("\0", "").strip(), agrupar=agrupar,
    )  # fmt: skip
    tabela = consultar_painel(consulta, filtros, para=request.user)
    response["Cache-Control"], response["X-Robots-Tag"] = "private, no-store", "noindex"
    nomes = [c.nome for c in tabela.colunas]
    return ConsultaGerencialSchema(
        consulta=tabela.nome, titulo=tabela.titulo, desde=filtros.desde, ate=filtros.ate,
        agrupado_por="mes" if filtros.por_mes else "dia", filtros_sem_efeito=list(tabela.sem_efeito),
        colunas=[ColunaSchema(nome=c.nome, rotulo=c.rotulo) for c in tabela.colunas],
        itens=[dict(zip(nomes, linha, strict=True)) for linha in tabela.linhas],
    )  # fmt: skip
