"""Planilhas que os testes da conferência em lote enviam."""

from io import BytesIO

from openpyxl import Workbook

CABECALHO = ["órgão", "nup", "obs"]
LINHAS = [
    ["ANTT", "50650.001658/2017-17", "confere"],
    ["ANTT", "50650001658201717", "sem máscara"],
    ["ANAC", "00086.000244/2017-46", "zeros no começo"],
    ["ANAC", "86000244201746", "zeros perdidos"],
    ["MF", "15374.001096/99-01", "antiga"],
    ["MF", "48500.002411/1997-65", "talvez"],
    ["ANTT", "50650.001658/2017-18", "dígitos errados"],
    ["ANTT", "50650.001658/2017-DV", "letras"],
    ["ANTT", "50650.001658/2017", "sem dígitos"],
    ["X", "não informado", "texto"],
    ["Y", "", "vazia"],
]


def csv_variado(separador: str = ";", codificacao: str = "utf-8") -> bytes:
    return "\r\n".join(separador.join(linha) for linha in [CABECALHO, *LINHAS]).encode(codificacao)


def xlsx_variado() -> bytes:
    livro = Workbook()
    for linha in [CABECALHO, *LINHAS]:
        livro.active.append(linha)
    saida = BytesIO()
    livro.save(saida)
    return saida.getvalue()
