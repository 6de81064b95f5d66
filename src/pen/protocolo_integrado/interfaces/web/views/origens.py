"""Os números recebidos cuja unidade não bate com o cadastro, para a equipe central e a auditoria."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pen.comum.exportacao import linhas_do_csv
from pen.comum.http import exige_entrada
from pen.protocolo_integrado.interfaces.web.presenters.origens import COLUNAS, MOTIVOS, linha_da_origem
from pen.protocolo_integrado.selectors.origens import origens_inconsistentes

ORIGENS_NA_PAGINA = 200


@require_safe
@exige_entrada
def listar(request: HttpRequest) -> HttpResponse:
    """As mais novas primeiro; o CSV tem todas."""
    origens = origens_inconsistentes(para=request.user)
    contexto = {
        "linhas": [linha_da_origem(o) for o in origens[:ORIGENS_NA_PAGINA]], "quantas": len(origens),
        "colunas": COLUNAS, "motivos": MOTIVOS.values(), "maximo": ORIGENS_NA_PAGINA,
    }  # fmt: skip
    return render(request, "protocolo_integrado/origens.jinja", contexto)


@require_safe
@exige_entrada
def baixar(request: HttpRequest) -> HttpResponse:
    """Todas, em CSV."""
    origens = origens_inconsistentes(para=request.user)
    linhas = (
        [
            o.orgao.codigo,
            o.orgao.sigla,
            o.codigo,
            o.ano,
            o.inconsistencia.value,
            o.numeros,
            o.vista_em.isoformat(),
            o.ultima_em.isoformat(),
        ]
        for o in origens
    )  # fmt: skip
    cabecalho = ["orgao_codigo", "orgao_sigla", "unidade", "ano", "inconsistencia", "numeros", "vista_em", "ultima_em"]
    resposta = HttpResponse("".join(linhas_do_csv(cabecalho, linhas)), content_type="text/csv; charset=utf-8")
    resposta["Content-Disposition"] = 'attachment; filename="origens-inconsistentes.csv"'
    return resposta
