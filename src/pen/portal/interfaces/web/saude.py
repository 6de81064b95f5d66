"""Saúde da instalação, para quem a opera: ``/saude/`` (o processo responde) e ``/saude/pronto`` (tudo de que depende)."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pen.portal.selectors.saude import conferir_banco, conferir_replica, conferir_trabalhos


@never_cache
@require_safe
def viva(request: HttpRequest) -> JsonResponse:
    """Responde sem tocar em nada: se falha, o processo deve ser reiniciado."""
    return JsonResponse({"situacao": "ok"})


@never_cache
@require_safe
def pronta(request: HttpRequest) -> JsonResponse:
    """200 quando o banco responde e está migrado e há quem faça os trabalhos; 503 dizendo o que falta. A réplica só se mostra."""
    conferencias = [conferir_banco()]
    if conferencias[0].certo:
        conferencias.append(conferir_trabalhos())
    certo = all(c.certo for c in conferencias)
    if replica := conferir_replica():
        conferencias.append(replica)
    corpo = {"situacao": "ok" if certo else "falha"} | {c.nome: c.frase for c in conferencias}
    return JsonResponse(corpo, status=200 if certo else 503, json_dumps_params={"ensure_ascii": False})
