"""``pen nup conferir``: o que já fazia, e a planilha de volta."""

import json

from click.testing import CliRunner
from openpyxl import load_workbook

from pen.comum.planilha import PlanilhaInvalida
from pen.nup.management.nup import comando
from tests.nup.web.amostras import csv_variado, xlsx_variado


def rodar(*argumentos):
    return CliRunner().invoke(comando, ["conferir", *map(str, argumentos)])


def test_xlsx_se_confere_como_o_csv(tmp_path):
    (tmp_path / "a.csv").write_bytes(csv_variado())
    (tmp_path / "a.xlsx").write_bytes(xlsx_variado())

    de_csv, de_xlsx = (json.loads(rodar(tmp_path / n, "--coluna", "NUP", "--json").stdout) for n in ("a.csv", "a.xlsx"))

    assert de_csv == de_xlsx and len(de_csv) == 11


def test_saida_grava_a_planilha_com_as_colunas_e_diz_so_o_resumo(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(xlsx_variado())

    resultado = rodar(tmp_path / "a.xlsx", "--coluna", "nup", "--saida", tmp_path / "b.xlsx")

    assert resultado.stdout == "" and resultado.stderr.startswith("11 números: 5 ok")
    assert load_workbook(tmp_path / "b.xlsx").active["F2"].value == "ok"


def test_sem_opcoes_uma_linha_por_numero_e_o_resumo(tmp_path):
    (tmp_path / "a.csv").write_text("numero\n50650.001658/2017-17\nabc\n")

    resultado = rodar(tmp_path / "a.csv")

    assert resultado.stdout.splitlines()[0].startswith("ok                   50650.001658/2017-17")
    assert resultado.stderr == "2 números: 1 ok, 1 forma_desconhecida.\n"


def test_arquivo_que_nao_e_planilha_diz_por_que(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")

    assert isinstance(rodar(tmp_path / "a.xlsx").exception, PlanilhaInvalida)
