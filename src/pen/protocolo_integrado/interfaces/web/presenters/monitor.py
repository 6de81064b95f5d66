"""O Monitor em palavras: a situação da integração e os últimos dias."""

from typing import Any

from pen.designsys.filtros import data, milhar
from pen.protocolo_integrado.enums import SituacaoDaIntegracao
from pen.protocolo_integrado.selectors.monitor import ResumoDoOrgao

TIPO_DA_SITUACAO = {
    SituacaoDaIntegracao.EM_DIA: "success",
    SituacaoDaIntegracao.ATRASADA: "warning",
    SituacaoDaIntegracao.PARADA: "danger",
    SituacaoDaIntegracao.NUNCA_ENVIOU: "neutro",
}


def pagina_do_orgao(resumo: ResumoDoOrgao) -> dict[str, Any]:
    """O contexto da página de um órgão: o resumo, e a tendência no gráfico e na tabela."""
    return {
        "resumo": resumo, "orgao": resumo.orgao, "tipos": TIPO_DA_SITUACAO,
        "pontos": [(data(dia), documentos) for dia, documentos, _ in resumo.tendencia],
        "linhas": [[data(d), milhar(documentos), milhar(recusados)] for d, documentos, recusados in resumo.tendencia],
    }  # fmt: skip
