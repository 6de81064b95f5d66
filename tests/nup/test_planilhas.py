"""Conferir uma coluna de planilha: qual é ela, e o que volta."""

import csv
from collections import Counter
from io import BytesIO, StringIO

import pytest
from openpyxl import Workbook, load_workbook

from pen.comum.planilha import abrir_planilha
from pen.nup.errors import ColunaNaoEncontrada
from pen.nup.services.planilhas import VAZIA, conferir_planilha, escolher_coluna
from tests.nup.web.amostras import LINHAS, csv_variado, xlsx_variado

CERTO, OUTRO = "50650.001658/2017-17", "00086.000244/2017-46"


def colunas(conteudo: str, nome: str = ""):
    return escolher_coluna(abrir_planilha(conteudo.encode()).amostra(), nome)


def conferir(conteudo: bytes, coluna: int = 0, *, tem_cabecalho: bool = True) -> tuple[bytes, Counter]:
    return conferir_planilha(abrir_planilha(conteudo), coluna, tem_cabecalho=tem_cabecalho, avisar=lambda feitas: None)


# Que coluna


def test_sem_dizer_o_nome_fica_a_coluna_com_mais_numeros_de_processo():
    achadas = colunas(f"id;cpf;nup;antigo\n1;123;{CERTO};x\n2;456;{OUTRO};{CERTO}\n")

    assert (achadas.escolhida, achadas.nomes[achadas.escolhida], achadas.tem_cabecalho) == (2, "nup", True)
    assert (achadas.reconhecidos, achadas.olhadas) == (2, 2)


def test_empate_fica_com_a_primeira():
    assert colunas(f"a;b\n{CERTO};{OUTRO}\n").escolhida == 0


def test_coluna_de_cnpj_nao_ganha_da_de_processos():
    assert colunas(f"cnpj;processo\n11222333000181;{CERTO}\n06990590000123;{OUTRO}\n").nomes[1] == "processo"
    assert colunas(f"cnpj;processo\n11222333000181;{CERTO}\n06990590000123;{OUTRO}\n").escolhida == 1


def test_sem_numero_nenhum_o_titulo_da_a_pista_e_sem_titulo_fica_a_primeira():
    assert colunas("data;Nº do Processo\nx;y\n").escolhida == 1
    assert colunas("data;valor\nx;y\n").escolhida == 0


def test_planilha_que_ja_comeca_com_numero_nao_tem_cabecalho():
    achadas = colunas(f"ANTT;{CERTO}\nANAC;{OUTRO}\n")

    assert (achadas.tem_cabecalho, achadas.escolhida, achadas.nomes) == (False, 1, ("coluna A", "coluna B"))
    assert achadas.olhadas == 2


@pytest.mark.parametrize("nome", ["Número do Processo", "  numero do  PROCESSO ", "NÚMERO DO PROCESSO"])
def test_o_nome_pedido_nao_depende_de_acentos_maiusculas_nem_espacos(nome):
    assert colunas(f"nup;Número do Processo\n{CERTO};x\n", nome).escolhida == 1


def test_titulos_repetidos_ou_vazios_ganham_a_letra():
    achadas = colunas("nup;;nup\n1;2;3\n")

    assert achadas.nomes == ("nup (coluna A)", "coluna B", "nup (coluna C)")
    assert [colunas("nup;;nup\n1;2;3\n", n).escolhida for n in ("nup", "coluna B", "nup (coluna C)")] == [0, 1, 2]


def test_nome_que_nao_ha_diz_os_que_ha():
    with pytest.raises(ColunaNaoEncontrada, match="não tem a coluna «NIPE»; as que há: nup, obs"):
        colunas("nup;obs\n1;2\n", "NIPE")


def test_titulo_com_caracteres_invisiveis_ou_enorme_fica_limpo():
    (nome, _) = colunas("n\x07u\u202ep" + "x" * 300 + ";b\n1;2\n").nomes

    assert nome.isprintable() and len(nome) == 100


# O que volta


def test_csv_volta_com_o_que_tinha_e_as_quatro_colunas():
    saida, contagem = conferir(csv_variado(), 1)

    lidas = list(csv.reader(StringIO(saida.decode()), delimiter=";"))
    assert lidas[0] == ["órgão", "nup", "obs", "numero formatado", "forma", "veredito", "explicacao"]
    assert [linha[:3] for linha in lidas[1:]] == LINHAS
    assert [linha[3:6] for linha in lidas[1:5]] == [
        [CERTO, "atual", "ok"], [CERTO, "atual", "ok"], [OUTRO, "atual", "ok"], [OUTRO, "atual", "ok"],
    ]  # fmt: skip
    assert lidas[4][6].startswith("Os dígitos verificadores conferem, depois de recolocados os zeros")
    assert lidas[-1] == ["Y", "", "vazia", "", "", "", ""]
    assert contagem == {
        "ok": 5, "dv_nao_confere": 2, "letras_dv": 1, "sem_dv": 1, "forma_desconhecida": 1, VAZIA: 1,
    }  # fmt: skip


def test_csv_do_windows_volta_em_windows_1252():
    saida, _ = conferir(csv_variado(codificacao="cp1252"), 1)

    assert "órgão;nup" in saida.decode("cp1252") and "explicacao" in saida.decode("cp1252")


def test_xlsx_volta_com_as_quatro_colunas_em_texto():
    saida, contagem = conferir(xlsx_variado(), 1)

    linhas = list(load_workbook(BytesIO(saida)).active.iter_rows(values_only=True))
    assert linhas[0] == ("órgão", "nup", "obs", "numero formatado", "forma", "veredito", "explicacao")
    assert linhas[3][:6] == ("ANAC", OUTRO, "zeros no começo", OUTRO, "atual", "ok")
    assert linhas[-1] == ("Y", None, "vazia", None, None, None, None)
    assert sum(contagem.values()) == len(LINHAS)


@pytest.mark.parametrize("texto", ["=HYPERLINK(1)", "@x", "+a", "-b", "＝1"])
def test_nada_do_que_acrescentamos_vira_formula(texto):
    saida, _ = conferir(f"nup;obs\n{texto};1\n".encode())

    linha = list(csv.reader(StringIO(saida.decode()), delimiter=";"))[1]
    assert not any(celula.startswith(tuple("=+-@＝")) for celula in linha)


def test_sem_cabecalho_a_primeira_linha_tambem_se_confere():
    saida, contagem = conferir(f"{CERTO}\n{OUTRO}\n".encode(), tem_cabecalho=False)

    assert saida.decode().splitlines()[0].startswith(f"{CERTO},{CERTO},atual,ok,") and contagem["ok"] == 2


def test_numero_comprido_que_a_planilha_arredondou_diz_por_que_nao_confere():
    saida, _ = conferir(b"nup;obs\n5,06500016582017E+16;1\n")
    assert "só guarda 15 algarismos" in saida.decode()

    livro, bytes_ = Workbook(), BytesIO()
    for valor in ("nup", 50650001658201700, 86000244201746):
        livro.active.append([valor])
    livro.save(bytes_)
    saida, _ = conferir(bytes_.getvalue())

    explicacoes = [linha[4] for linha in load_workbook(BytesIO(saida)).active.iter_rows(min_row=2, values_only=True)]
    assert ["15 algarismos" in e for e in explicacoes] == [True, False]


def test_quem_acompanha_ouve_de_tempos_em_tempos_e_no_fim():
    ditos = []
    planilha = abrir_planilha(b"nup\n" + b"x\n" * 1_234)

    conferir_planilha(planilha, 0, tem_cabecalho=True, avisar=ditos.append)

    assert ditos == [500, 1_000, 1_234]
