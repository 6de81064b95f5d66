"""Planilhas como as pessoas as produzem: CSV em qualquer separador e codificação comuns, e XLSX.

Lê aos poucos e acrescenta colunas sem tocar no que já havia.
"""

from pen.comum.planilha.base import (
    COLUNAS_MAXIMO,
    LINHAS_DA_AMOSTRA,
    Amostra,
    Celula,
    Planilha,
    PlanilhaInvalida,
)
from pen.comum.planilha.em_csv import PlanilhaCsv, abrir_csv
from pen.comum.planilha.em_xlsx import PlanilhaXlsx, letras

__all__ = [
    "COLUNAS_MAXIMO",
    "LINHAS_DA_AMOSTRA",
    "Amostra",
    "Celula",
    "Planilha",
    "PlanilhaInvalida",
    "abrir_csv",
    "abrir_planilha",
    "letras",
]

_XLSX, _XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PAGINAS = (b"<html", b"<!doctype", b"<table", b"<?xml")


def abrir_planilha(conteudo: bytes, *, linhas_maximo: int | None = None) -> Planilha:
    """A planilha que está em ``conteudo``, reconhecida pelo que traz e não pelo nome.

    Levanta:
        PlanilhaInvalida: vazia, de outro formato, ou que não se consegue abrir.
    """
    if not conteudo.strip():
        raise PlanilhaInvalida("O arquivo está vazio.")
    if conteudo.startswith(_XLSX):
        return PlanilhaXlsx(conteudo, linhas_maximo=linhas_maximo)
    if conteudo.startswith(_XLS):
        raise PlanilhaInvalida("O arquivo é do Excel antigo (XLS) ou tem senha. Salve-o como XLSX, sem senha.")
    if conteudo.lstrip().lower().startswith(_PAGINAS):
        raise PlanilhaInvalida("O arquivo é uma página HTML ou XML com nome de planilha. Abra-o e salve como XLSX ou CSV.")
    if b"\0" in conteudo[: 64 * 1024]:
        raise PlanilhaInvalida("O arquivo não é CSV nem XLSX, ou está em UTF-16. Salve-o como XLSX ou como CSV UTF-8.")
    return PlanilhaCsv(conteudo, linhas_maximo=linhas_maximo)
