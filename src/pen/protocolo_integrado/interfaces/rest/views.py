"""A API do próximo cliente dos órgãos (JSON): docs/contratos/protocolo-integrado-rest-v1.md.

Todo erro é um objeto com ``detail``: sem ele o cliente para no meio.
"""

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
import structlog
from django.conf import settings
from django.core import signing
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from pen.comum.errors import ErroDeDominio
from pen.comum.http import descartar_corpo, ler_corpo, origem_do_pedido
from pen.comum.vez import com_fila_propria
from pen.identidade.public import CredencialInvalida, SistemaAutenticado, autenticar_credencial, autenticar_sistema
from pen.protocolo_integrado.enums import Canal
from pen.protocolo_integrado.errors import RemessaRecusada
from pen.protocolo_integrado.interfaces.rest.documentos import ler_documentos
from pen.protocolo_integrado.models import Remessa
from pen.protocolo_integrado.selectors.remessas import consultar_remessa, remessas_do_orgao
from pen.protocolo_integrado.services.recepcao import vez_de_enviar
from pen.protocolo_integrado.services.remessa import DOCUMENTOS_MAXIMO, receber_remessa, recusa_registrada

log = structlog.stdlib.get_logger("pen.rest")
SAL_DO_TOKEN = "protocolo_integrado.rest"  # noqa: S105 - é o nome do uso, não um segredo
VALIDADE_DO_TOKEN = 12 * 3600
LOGIN_MAXIMO_BYTES = 10_000
VALORES_MAXIMO = 1_000_000  # vírgulas, chaves e colchetes: cada um pode virar um objeto do Python
View = Callable[..., HttpResponse]


def json_de_orgao(metodo: str) -> Callable[[View], View]:
    """Aceita só ``metodo`` e traduz todo erro desta interface em ``{"detail", "codigo", "status"}``."""

    def decorar(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def traduzida(request: HttpRequest, **partes: Any) -> HttpResponse:
            if request.method != metodo:
                return JsonResponse({"detail": f"Use {metodo}.", "status": 405}, status=405, headers={"Allow": metodo})
            try:
                return view(request, **partes)
            except ErroDeDominio as erro:
                descartar_corpo(request)
                corpo = {"detail": erro.mensagem, "codigo": erro.codigo, "status": erro.situacao_http}
                return JsonResponse(corpo, status=erro.situacao_http)
            except (OperationalError, InterfaceError) as erro:
                log.warning("pedido sem banco", erro=type(erro).__name__)
                return JsonResponse({"detail": "Serviço indisponível no momento; reenvie.", "status": 503}, status=503)
            except Exception:
                log.exception("erro inesperado na API dos órgãos")
                return JsonResponse({"detail": "Serviço indisponível no momento; reenvie.", "status": 500}, status=500)

        return traduzida

    return decorar


@json_de_orgao("POST")
def autenticar_por_orgao(request: HttpRequest) -> HttpResponse:
    """Troca código e senha por um token que vale 12 horas, ou até a credencial ser revogada."""
    corpo = _ler_json(ler_corpo(request, LOGIN_MAXIMO_BYTES))
    codigo, senha = (corpo.get("codigoOrgao"), corpo.get("senha")) if isinstance(corpo, dict) else (None, None)
    if not isinstance(codigo, str | int) or not isinstance(senha, str):
        raise RemessaRecusada("Informe codigoOrgao e senha.")
    quem = autenticar_sistema(codigo=str(codigo), segredo=senha, origem=origem_do_pedido(request))
    return JsonResponse({"id_token": signing.dumps(str(quem.credencial_id), salt=SAL_DO_TOKEN)})


@json_de_orgao("GET")
def quantidade_maxima(request: HttpRequest) -> HttpResponse:
    """Quantos documentos cabem numa remessa."""
    _autenticar(request)
    return JsonResponse({"quantidade": DOCUMENTOS_MAXIMO})


@com_fila_propria
@json_de_orgao("POST")
def enviar_lista_documentos(request: HttpRequest) -> HttpResponse:
    """Recebe uma remessa; responde uma lista com um objeto por documento, na ordem."""
    quem = _autenticar(request)
    with vez_de_enviar(quem.orgao_id):
        with recusa_registrada(por=quem, canal=Canal.REST):
            documentos = ler_documentos(_ler_json(ler_corpo(request, settings.REMESSA_MAXIMO_BYTES)))
        recibo = receber_remessa(por=quem, documentos=documentos, canal=Canal.REST)
    corpo = [{"protocolo": r.protocolo, "resultado": r.mensagem} for r in recibo.resultados]
    return JsonResponse(corpo, safe=False, headers={"X-Recibo": str(recibo.remessa_id)})


@json_de_orgao("GET")
def listar_remessas(request: HttpRequest) -> HttpResponse:
    """Os recibos do órgão, do mais novo ao mais antigo; ``proxima`` vai em ``?apos=``."""
    remessas, proxima = remessas_do_orgao(por=_autenticar(request), depois_de=request.GET.get("apos", ""))
    return JsonResponse({"remessas": [_recibo(r) for r in remessas], "proxima": proxima or None})


@json_de_orgao("GET")
def detalhar_remessa(request: HttpRequest, remessa_id: uuid.UUID) -> HttpResponse:
    """Um recibo com as recusas: posição, código, motivo e o documento como chegou."""
    remessa, recusas = consultar_remessa(remessa_id, por=_autenticar(request))
    itens = [
        {
            "posicao": r.posicao,
            "protocolo": r.protocolo,
            "codigo": r.codigo,
            "motivo": r.motivo,
            "documento": r.documento_bruto,
        }
        for r in recusas
    ]
    return JsonResponse(_recibo(remessa) | {"recusas": itens})


def _recibo(r: Remessa) -> dict[str, Any]:
    return {
        "id": str(r.pk), "recebidaEm": r.recebida_em.isoformat(), "ambiente": r.ambiente, "canal": r.canal,
        "documentos": r.documentos, "aceitos": r.aceitos, "recusados": r.recusados, "novos": r.novos,
        "alterados": r.alterados, "repetidos": r.repetidos, "andamentosNovos": r.andamentos_novos, "erro": r.erro or None,
    }  # fmt: skip


def _autenticar(request: HttpRequest) -> SistemaAutenticado:
    esquema, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if esquema.lower() != "bearer":
            raise signing.BadSignature
        credencial_id = signing.loads(token.strip(), salt=SAL_DO_TOKEN, max_age=VALIDADE_DO_TOKEN)
    except signing.BadSignature:
        raise CredencialInvalida("Token ausente, inválido ou vencido; autentique de novo.") from None
    return autenticar_credencial(credencial_id=credencial_id)


def _ler_json(corpo: bytes) -> Any:
    """Lê JSON. O que não é texto (bytes fora do UTF-8, metades de caractere) não derruba a remessa: só o documento
    que o contém será recusado.
    """
    if sum(map(corpo.count, (b",", b"{", b"["))) > VALORES_MAXIMO:
        raise RemessaRecusada(f"A mensagem tem mais de {VALORES_MAXIMO} valores; envie menos documentos por vez.")
    try:
        return msgspec.json.decode(corpo)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return json.loads(corpo.decode("utf-8", "replace"))  # mais lento e mais tolerante
    except (ValueError, RecursionError) as erro:
        raise RemessaRecusada(f"JSON malformado: {erro}.") from None
