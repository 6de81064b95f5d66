"""Os gestores de UP: a lista é pública; designar e encerrar é de quem gere o órgão e da equipe PEN."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pen.comum.exportacao import linhas_do_csv
from pen.comum.http import exige_entrada
from pen.designsys.forms import erro_no_campo
from pen.identidade.public import quem_pede
from pen.nup.interfaces.web.cadastro import presenters
from pen.nup.interfaces.web.cadastro.forms import GestorForm
from pen.nup.selectors.unidades import gestores_do_orgao, gestores_em_vigor
from pen.nup.services.gestores import designar_gestor, encerrar_designacao

GESTORES_NA_PAGINA = 200


@require_safe
def listar(request: HttpRequest) -> HttpResponse:
    """A lista que a norma manda publicar."""
    texto = request.GET.get("q", "")[:200]
    gestores = list(gestores_em_vigor(texto)[: GESTORES_NA_PAGINA + 1])
    contexto = {
        "texto": texto, "gestores": [presenters.linha_do_gestor(g) for g in gestores[:GESTORES_NA_PAGINA]],
        "ha_mais": len(gestores) > GESTORES_NA_PAGINA, "maximo": GESTORES_NA_PAGINA,
    }  # fmt: skip
    resposta = render(request, "nup/cadastro/gestores.jinja", contexto)
    resposta["X-Robots-Tag"] = "noindex"
    return resposta


@require_safe
def baixar(request: HttpRequest) -> StreamingHttpResponse:
    """A lista inteira, em CSV."""
    linhas = (
        presenters.gestor_no_csv(g) for g in gestores_em_vigor(request.GET.get("q", "")[:200]).iterator(chunk_size=1000)
    )
    return StreamingHttpResponse(
        linhas_do_csv(presenters.COLUNAS_DOS_GESTORES, linhas), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="gestores-de-up.csv"'},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@exige_entrada
def do_orgao(request: HttpRequest, orgao_id: int) -> HttpResponse:
    """Os gestores de UP de um órgão, e a designação de outro."""
    orgao, gestores = gestores_do_orgao(orgao_id, para=request.user)
    form = GestorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with erro_no_campo(form):
            cpf, designacao = form.cleaned_data["cpf"], form.designacao()
            designar_gestor(por=quem_pede(request), orgao_id=orgao_id, cpf=cpf, designacao=designacao)
            return HttpResponseRedirect(reverse("cnup:gestores_do_orgao", args=[orgao_id]))
    contexto = {"orgao": orgao, "gestores": gestores, "form": form}
    return render(request, "nup/cadastro/gestores_do_orgao.jinja", contexto, status=422 if form.errors else 200)


@require_POST
@exige_entrada
def encerrar(request: HttpRequest, gestor_id: int) -> HttpResponse:
    """Encerra uma designação."""
    encerrar_designacao(por=quem_pede(request), gestor_id=gestor_id)
    return HttpResponseRedirect(reverse("cnup:inicio"))
