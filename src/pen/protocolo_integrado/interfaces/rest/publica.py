"""A consulta pública por API: processo, movimentos, busca. Formas em ``schemas.py``; erros em problem+json."""

import re
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import is_naive, make_aware
from ninja import Body, Path, Query, Router

from pen.comum.http import origem_do_pedido
from pen.comum.leitura import le_da_replica
from pen.identidade.public import achar_orgao
from pen.nup.public import ler_numero
from pen.protocolo_integrado.errors import ProcessoNaoEncontrado
from pen.protocolo_integrado.interfaces.rest.schemas import (
    AchadoSchema,
    AchadosSchema,
    AndamentosSchema,
    BuscaSchema,
    FacetasSchema,
    OrgaoSchema,
    ProcessoSchema,
)
from pen.protocolo_integrado.selectors.busca import buscar_processos
from pen.protocolo_integrado.selectors.processos import andamentos_do_processo, consultar_processo, versao_do_processo
from pen.protocolo_integrado.selectors.sugestoes import sugerir_grafia
from pen.protocolo_integrado.services.busca import contar_busca
from pen.protocolo_integrado.services.consultas import contar_consulta
from pen.protocolo_integrado.values import FiltrosDeBusca, RegistroVisto

router = Router(tags=["Processos"])
NUMERO = Path(max_length=100, description="Em qualquer forma, com ou sem pontuação.")


@router.get(
    "/processos/{path:numero}/andamentos", response={200: AndamentosSchema, 304: None}, summary="Movimentos de um processo",
    operation_id="listar_andamentos",
)  # fmt: skip
@le_da_replica
def andamentos(
    request: HttpRequest,
    numero: str = NUMERO,
    desde: datetime | None = Query(None, description="Só os ocorridos a partir deste instante; sem fuso, o de Brasília."),
    apos: str = Query("", max_length=200, description="O «proxima» da página anterior."),
) -> object:
    """Do mais novo ao mais antigo, até 200 por página, com ETag."""
    if etag := _ja_tem(request, numero):
        return HttpResponse(status=304, headers={"ETag": etag})
    processo = consultar_processo(numero, para=request.user)
    if desde is not None and is_naive(desde):
        desde = make_aware(desde)
    pagina = andamentos_do_processo(processo, desde=desde, depois_de=apos)
    codigos = {r.orgao.pk: r.orgao.codigo for r in processo.registros}
    itens = [
        {
            "ocorrido_em": _instante(a.ocorrido_em), "registrado_em": _instante(a.registrado_em), "orgao": codigos[a.orgao_id],
            "unidade": a.unidade, "operacao": a.operacao,
        }
        for a in pagina.itens
    ]  # fmt: skip
    corpo = {"itens": itens, "total": pagina.total.valor, "proxima": pagina.proxima or None}
    return _responder(corpo, _etag(request, processo.versao))


@router.get(
    "/processos/{path:numero}",
    response={200: ProcessoSchema, 304: None},
    summary="Consultar um processo",
    operation_id="consultar_processo",
)
@le_da_replica
def consultar(request: HttpRequest, numero: str = NUMERO) -> HttpResponse:
    """O processo e o que cada órgão diz dele. Responde com ETag; com ``If-None-Match`` igual, 304 sem corpo."""
    if etag := _ja_tem(request, numero):
        return HttpResponse(status=304, headers={"ETag": etag})
    processo = consultar_processo(numero, para=request.user)
    contar_consulta(r.orgao.pk for r in processo.registros)
    corpo = {
        "numero": processo.numero.normalizado, "formatado": processo.numero.formatado,
        "visibilidade": processo.visibilidade.name.lower(), "veredito": processo.numero.veredito.value,
        "registros": [_registro(r) for r in processo.registros], "atualizado_em": _instante(processo.atualizado_em),
    }  # fmt: skip
    return _responder(corpo, _etag(request, processo.versao))


@router.get(
    "/processos",
    response=AchadosSchema,
    summary="Listar processos por assunto, órgão e período",
    operation_id="listar_processos",
)
@le_da_replica
def listar(
    request: HttpRequest,
    assunto: str = Query(
        "", max_length=200, description="Palavras do assunto; todas precisam aparecer; OU dá alternativas."
    ),
    orgao: str = Query("", max_length=200, description="Sigla ou código."),
    especie: str = Query("", max_length=100),
    desde: date | None = Query(None, description="Produzido desde."),
    ate: date | None = Query(None, description="Produzido até, inclusive."),
    apos: str = Query("", max_length=200, description="O «proxima» da página anterior."),
    facetas: bool = Query(True, description="Falso para só a página, que chega antes."),
) -> AchadosSchema:
    """Do atualizado há menos tempo ao mais antigo, 20 por página. Para buscar por nome ou documento, use POST /buscas."""
    return _buscar(
        request,
        BuscaSchema.model_construct(
            assunto=assunto, orgao=orgao, especie=especie, desde=desde, ate=ate, apos=apos, facetas=facetas
        ),
    )


@router.post("/buscas", response=AchadosSchema, summary="Buscar processos", operation_id="buscar_processos")
@le_da_replica
def buscar(request: HttpRequest, busca: BuscaSchema = Body(...)) -> AchadosSchema:
    """Como a busca avançada da página. Não muda nada; é POST para que nomes e documentos não fiquem em endereços."""
    return _buscar(request, busca)


def _buscar(request: HttpRequest, busca: BuscaSchema) -> AchadosSchema:
    documento = re.sub(r"[^0-9A-Z]", "", busca.documento.upper())
    filtros = FiltrosDeBusca(
        palavras=busca.palavras, assunto=busca.assunto, interessado=busca.interessado, documento=documento,
        especie=busca.especie, orgao_id=achar_orgao(busca.orgao).pk if busca.orgao.strip() else None,
        desde=busca.desde, ate=busca.ate,
    )  # fmt: skip
    contar_busca(filtros, origem=origem_do_pedido(request))
    pagina = buscar_processos(filtros, para=request.user, depois_de=busca.apos, com_facetas=busca.facetas)
    itens = [
        AchadoSchema(
            numero=r.numero, formatado=ler_numero(r.numero).formatado, orgao=OrgaoSchema.de(r.orgao), especie=r.especie,
            assunto=r.assunto, produzido_em=r.produzido_em, atualizado_em=r.atualizado_em,
        )
        for r in pagina.itens
    ]  # fmt: skip
    sugestao = None if pagina.itens else sugerir_grafia(filtros, para=request.user)
    return AchadosSchema(
        itens=itens, total=pagina.total.valor, total_parou=pagina.total.parou, total_estimado=pagina.total.estimado,
        facetas=FacetasSchema.de(pagina.facetas) if pagina.facetas else None,
        sugestao=sugestao.escrita() if sugestao else None, proxima=pagina.proxima or None,
    )  # fmt: skip


def _registro(r: RegistroVisto) -> dict[str, Any]:
    """Um ``RegistroSchema``."""
    interessados = None if r.interessados is None else [{"nome": n, "documento": d or None} for n, d in r.interessados]
    return {
        "orgao": {"codigo": r.orgao.codigo, "sigla": r.orgao.sigla, "nome": r.orgao.nome}, "especie": r.especie,
        "assunto": r.assunto, "identificacao": r.identificacao, "produzido_em": _instante(r.produzido_em),
        "interessados": interessados, "relacionados": r.relacionados, "registrado_em": _instante(r.registrado_em),
        "atualizado_em": _instante(r.atualizado_em), "carregado_em": _instante(r.carregado_em),
    }  # fmt: skip


def _instante(quando: datetime) -> str:
    """Como o ninja o escreve: ISO 8601 em UTC, com milésimos se houver fração."""
    return quando.isoformat(timespec="milliseconds" if quando.microsecond else "seconds").replace("+00:00", "Z")


def _responder(corpo: dict[str, Any], etag: str) -> HttpResponse:
    """A resposta pronta. O esquema destas duas consultas só as descreve: conferi-lo a cada pedido custava um quinto dele."""
    return HttpResponse(
        msgspec.json.encode(corpo), content_type="application/json; charset=utf-8",
        headers={"ETag": etag, "Cache-Control": "private, max-age=0"},
    )  # fmt: skip


def _ja_tem(request: HttpRequest, numero: str) -> str:
    """O ETag, se quem pede mandou um e ainda é o de agora; uma leitura só, e nenhuma se não mandou."""
    if not (recebidos := request.META.get("HTTP_IF_NONE_MATCH", "")):
        return ""
    versao = versao_do_processo(numero, para=request.user)
    if versao is None:
        raise ProcessoNaoEncontrado("Nenhum processo público com esse número.")
    etag = _etag(request, versao)
    return etag if etag in {parte.strip().removeprefix("W/") for parte in recebidos.split(",")} else ""


def _etag(request: HttpRequest, versao: str) -> str:
    return f'"{blake2b(f"{versao}{request.get_full_path()}".encode(), digest_size=12).hexdigest()}"'
