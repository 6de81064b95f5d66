"""As consultas gerenciais em palavras: na página, no gráfico e no CSV."""

from datetime import date, datetime
from typing import Any

from pen.comum.tempo import BRASILIA
from pen.designsys import filtros
from pen.protocolo_integrado.selectors.painel import Coluna, Forma, Tabela

LINHAS_NA_PAGINA = 100
LINHAS_ABERTAS = 12
PONTOS_EM_COLUNAS = 62
MESES = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")


def celula(valor: Any, coluna: Coluna, *, por_mes: bool = False) -> str:
    """Um valor como aparece na tabela; o que falta é um travessão."""
    if valor is None or valor == "":
        return "–"
    match coluna.forma:
        case Forma.INTEIRO:
            return filtros.milhar(valor)
        case Forma.HORAS:
            return f"{valor:.1f}".replace(".", ",")
        case Forma.TEMPO:
            return _tempo(valor, por_mes=por_mes)
        case Forma.INSTANTE:
            return filtros.data_hora(valor)
    return str(valor)


def valor_do_csv(valor: Any, coluna: Coluna, *, por_mes: bool = False) -> Any:
    """Um valor no CSV: datas em ISO 8601, números sem separador de milhar."""
    if isinstance(valor, datetime):
        return valor.astimezone(BRASILIA).isoformat(timespec="seconds")
    if isinstance(valor, date):
        return valor.isoformat()[:7] if por_mes and coluna.forma is Forma.TEMPO else valor.isoformat()
    return valor


def secao(tabela: Tabela, consulta: str) -> dict[str, Any]:
    """O que a página precisa de uma consulta: o gráfico, a tabela, e de onde baixar."""
    textos = [
        [celula(v, c, por_mes=tabela.por_mes) for v, c in zip(linha, tabela.colunas, strict=True)]
        for linha in tabela.linhas[:LINHAS_NA_PAGINA]
    ]
    return {
        "nome": tabela.nome, "titulo": tabela.titulo, "nota": tabela.nota, "cabecalho": [c.rotulo for c in tabela.colunas],
        "linhas": textos, "total": len(tabela.linhas), "aberta": len(tabela.linhas) <= LINHAS_ABERTAS,
        "numericas": [n for n, c in enumerate(tabela.colunas) if c.forma in {Forma.INTEIRO, Forma.HORAS}],
        "grafico": _grafico(tabela), "csv": f"/central/{tabela.nome}.csv{f'?{consulta}' if consulta else ''}",
    }  # fmt: skip


def destaques(tabelas: dict[str, Tabela]) -> list[tuple[str, str]]:
    """Os números do alto da página."""

    def horas(valor: float | None) -> str:
        return "–" if valor is None else f"{valor:.1f} h".replace(".", ",")

    situacoes, recebidos, avisos = (tabelas[n].destaques for n in ("situacoes", "recebidos", "avisos"))
    atrasos = tabelas["atrasos"].destaques
    return [
        ("Órgãos em dia", f"{filtros.milhar(situacoes['em_dia'])} de {filtros.milhar(situacoes['orgaos'])}"),
        ("Remessas", filtros.milhar(tabelas["cargas"].destaques["remessas"])),
        ("Documentos", filtros.milhar(recebidos["documentos"])),
        ("Movimentos novos", filtros.milhar(recebidos["andamentos_novos"])),
        ("Documentos recusados", filtros.milhar(recebidos["recusados"])),
        ("Atraso: mediana", horas(atrasos["mediana_horas"])),
        ("Atraso: percentil 95", horas(atrasos["p95_horas"])),
        ("Consultas", filtros.milhar(tabelas["consultas"].destaques["consultas"])),
        ("Pessoas que acompanham", filtros.milhar(tabelas["acompanhamentos"].destaques["pessoas"])),
        ("Avisos enviados", filtros.milhar(avisos["enviadas"])),
        ("Avisos não entregues", filtros.milhar(avisos["falharam"])),
    ]


def _grafico(tabela: Tabela) -> dict[str, Any] | None:
    """Linhas ou colunas quando o eixo é o tempo; barras deitadas quando são nomes."""
    if not tabela.desenhar or not tabela.linhas:
        return None
    eixo = [celula(linha[0], tabela.colunas[0], por_mes=tabela.por_mes) for linha in tabela.linhas]
    series = [
        (tabela.colunas[n].rotulo, [(x, linha[n]) for x, linha in zip(eixo, tabela.linhas, strict=True)])
        for n in tabela.desenhar
    ]
    if tabela.colunas[0].forma is not Forma.TEMPO:
        forma = "barras"
        series = [(nome, [p for p in pontos if p[1] is not None]) for nome, pontos in series]
    else:
        forma = "colunas" if len(series) == 1 and len(eixo) <= PONTOS_EM_COLUNAS else "linhas"
    return {"forma": forma, "series": series} if series[0][1] else None


def _tempo(dia: date, *, por_mes: bool) -> str:
    return f"{MESES[dia.month - 1]}/{dia.year}" if por_mes else filtros.data(dia)
