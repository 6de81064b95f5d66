"""As consultas gerenciais, para a equipe central e a auditoria. Tudo é GET; para os outros, nada existe."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pen.comum.exportacao import linhas_do_csv
from pen.comum.http import exige_entrada
from pen.comum.leitura import le_da_replica
from pen.protocolo_integrado.interfaces.web.forms.painel import PainelForm
from pen.protocolo_integrado.interfaces.web.presenters import painel as presenters
from pen.protocolo_integrado.selectors.painel import conferir_quem_ve_o_painel, consultar_painel, painel_inteiro


@require_safe
@le_da_replica
@exige_entrada
def painel(request: HttpRequest) -> HttpResponse:
    """Todas as consultas, cada uma com gráfico, tabela e CSV."""
    conferir_quem_ve_o_painel(request.user)
    form = PainelForm(request.GET)
    contexto: dict[str, object] = {"form": form, "secoes": [], "destaques": [], "periodo": None}
    if form.is_valid():
        tabelas = painel_inteiro(form.filtros, para=request.user)
        consulta = request.GET.urlencode()
        contexto |= {
            "secoes": [presenters.secao(tabela, consulta) for tabela in tabelas.values()],
            "destaques": presenters.destaques(tabelas),
            "periodo": (form.filtros.desde, form.filtros.ate),
        }
    return render(request, "protocolo_integrado/painel.jinja", contexto)


@require_safe
@le_da_replica
@exige_entrada
def baixar(request: HttpRequest, consulta: str) -> HttpResponse:
    """Uma consulta em CSV. Filtros errados voltam à página, que os explica."""
    conferir_quem_ve_o_painel(request.user)
    form = PainelForm(request.GET)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse('painel:painel')}?{request.GET.urlencode()}")
    tabela = consultar_painel(consulta, form.filtros, para=request.user)
    linhas = (
        [presenters.valor_do_csv(v, c, por_mes=tabela.por_mes) for v, c in zip(linha, tabela.colunas, strict=True)]
        for linha in tabela.linhas
    )
    corpo = "".join(linhas_do_csv([c.nome for c in tabela.colunas], linhas))  # no máximo uma linha por dia, ou por órgão
    resposta = HttpResponse(corpo, content_type="text/csv; charset=utf-8")
    resposta["Content-Disposition"] = f'attachment; filename="{tabela.nome}.csv"'
    return resposta
