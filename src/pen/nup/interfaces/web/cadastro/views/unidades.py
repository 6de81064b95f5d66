"""As unidades protocolizadoras: a lista e a página de cada uma são públicas."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from pen.comum.exportacao import linhas_do_csv
from pen.comum.http import endereco_com
from pen.nup.interfaces.web.cadastro import presenters
from pen.nup.interfaces.web.cadastro.forms import FiltroDeUnidadesForm
from pen.nup.selectors.unidades import (
    FiltrosDeUnidades,
    consultar_unidade,
    cuida_da_unidade,
    listar_unidades,
    pagina_de_unidades,
    totais_das_unidades,
    ve_quem_mudou,
    versoes_da_unidade,
)


@require_safe
def listar(request: HttpRequest) -> HttpResponse:
    """O painel e a lista, com filtros no endereço."""
    form = FiltroDeUnidadesForm(request.GET)
    filtros = form.filtros() if form.is_valid() else FiltrosDeUnidades()
    unidades, proxima = pagina_de_unidades(filtros, depois_de=request.GET.get("apos", ""))
    contexto = {
        "form": form, "unidades": [presenters.linha_da_unidade(u) for u in unidades],
        "totais": presenters.totais(totais_das_unidades()),
        "proxima": endereco_com(request, apos=proxima) if proxima else None,
        "primeira": endereco_com(request, apos="") if request.GET.get("apos") else None,
        "consulta": endereco_com(request, apos=""),
    }  # fmt: skip
    return render(request, "nup/cadastro/unidades.jinja", contexto)


@require_safe
def baixar(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """A lista inteira dos filtros, em CSV."""
    form = FiltroDeUnidadesForm(request.GET)
    filtros = form.filtros() if form.is_valid() else FiltrosDeUnidades()
    linhas = (presenters.unidade_no_csv(u) for u in listar_unidades(filtros).iterator(chunk_size=1000))
    return StreamingHttpResponse(
        linhas_do_csv(presenters.COLUNAS_DO_CSV, linhas), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="unidades-protocolizadoras.csv"'},
    )  # fmt: skip


@require_safe
def ver(request: HttpRequest, codigo: str) -> HttpResponse:
    """A unidade, a história dela e, para quem cuida, o que se pode pedir."""
    unidade = consultar_unidade(codigo)
    cuida, com_quem = cuida_da_unidade(unidade, para=request.user), ve_quem_mudou(unidade, para=request.user)
    contexto = {
        "unidade": unidade, "linha": presenters.linha_da_unidade(unidade), "dados": presenters.dados_da_unidade(unidade),
        "versoes": [presenters.linha_da_versao(v, com_quem=com_quem) for v in versoes_da_unidade(unidade)],
        "colunas": presenters.COLUNAS_DA_VERSAO + (presenters.COLUNAS_DE_QUEM_MUDOU if com_quem else ()),
        "cuida": cuida, "operacoes": presenters.operacoes_da_unidade(unidade) if cuida else [],
    }  # fmt: skip
    resposta = render(request, "nup/cadastro/unidade.jinja", contexto)
    patch_cache_control(resposta, private=True, max_age=0)
    return resposta
