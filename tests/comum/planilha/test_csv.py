"""CSV: o que já estava escrito sai como veio, e as colunas novas vão para o fim de cada linha."""

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pen.comum.planilha import COLUNAS_MAXIMO, PlanilhaInvalida, abrir_planilha


def acrescentar(conteudo: bytes, coluna: int = 0, *, com_cabecalho: bool = True) -> bytes:
    """Acrescenta uma coluna que repete a célula entre colchetes."""
    planilha = abrir_planilha(conteudo)
    return planilha.acrescentar(coluna, lambda c: [f"[{c.texto}]"], titulos=["novo"], com_cabecalho=com_cabecalho)


@pytest.mark.parametrize("separador", [";", ",", "\t"])
@pytest.mark.parametrize("codificacao", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("fim", ["\n", "\r\n", "\r"])
def test_sai_no_mesmo_separador_codificacao_e_fim_de_linha(separador, codificacao, fim):
    linhas = [["órgão", "número"], ["Saúde", "00086"], ["Educação", "0001"]]
    conteudo = fim.join(separador.join(linha) for linha in linhas).encode(codificacao)

    saida = acrescentar(conteudo, 1).decode(codificacao).split(fim)

    assert [linha.split(separador) for linha in saida] == [
        ["órgão", "número", "novo"], ["Saúde", "00086", "[00086]"], ["Educação", "0001", "[0001]"],
    ]  # fmt: skip


def test_o_que_ja_havia_sai_byte_a_byte_com_aspas_espacos_e_tudo():
    linhas = [
        b'id,"nup", obs \n',
        b'"001","a,b"," x"\n',
        b'002,"diz ""oi""",\n',
        b'003,"duas\r\nlinhas",z\n',
        b"\n",
        b",,\n",
    ]

    saida = acrescentar(b"".join(linhas), 1)

    assert saida == (
        b'id,"nup", obs ,novo\n"001","a,b"," x","[a,b]"\n002,"diz ""oi""",,"[diz ""oi""]"\n'
        b'003,"duas\r\nlinhas",z,"[duas\r\nlinhas]"\n\n,,\n'
    )


def test_linha_curta_ou_comprida_nao_desalinha_as_colunas_novas():
    saida = acrescentar(b"a;b\n1\n2;3;4\n", 1)

    assert saida == b"a;b;;novo\n1;;;[]\n2;3;4;[3]\n"


def test_byte_que_a_codificacao_nao_conhece_sai_igual():
    conteudo = "número;obs\n1;".encode("cp1252") + b"\x81\x8d\xff\n"

    assert acrescentar(conteudo) == conteudo[:-1].replace(b"\n1", b";novo\n1") + b";[1]\n"


@pytest.mark.parametrize("formula", ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(1)", "＝1+1", "\t=1"])
def test_celula_que_viraria_formula_ganha_um_apostrofo(formula):
    (_, linha) = csv.reader(StringIO(acrescentar(f"a;b\n{formula};0\n".encode(), 1).decode()), delimiter=";")

    assert linha == [f"'{formula}", "0", "[0]"]


@pytest.mark.parametrize("numero", ["-5", "+55 61", "-1.234,50"])
def test_numero_com_sinal_nao_e_formula(numero):
    assert acrescentar(f"a;b\n{numero};0\n".encode(), 1) == f"a;b;novo\n{numero};0;[0]\n".encode()


def test_sem_cabecalho_a_primeira_linha_e_uma_linha():
    assert acrescentar(b"1\n2\n", com_cabecalho=False) == b"1,[1]\n2,[2]\n"


def test_amostra_diz_o_comeco_e_o_total_sem_contar_linhas_vazias():
    amostra = abrir_planilha(b"\na;b\n" + b"1;2\n;;\n" * 70).amostra()

    assert [c.texto for c in amostra.primeira] == ["a", "b"]
    assert (len(amostra.seguintes), amostra.total) == (50, 71)


celulas = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)


@settings(deadline=None)
@given(st.lists(st.lists(celulas, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(";,\t"))
def test_qualquer_csv_bem_escrito_volta_com_as_mesmas_celulas(linhas, separador):
    linhas = [["cabeçalho"] * 4, *linhas]
    escrito = StringIO(newline="")
    csv.writer(escrito, delimiter=separador, quoting=csv.QUOTE_ALL).writerows(linhas)
    com_algo = [linha for linha in linhas if any(linha)]

    saida = acrescentar(escrito.getvalue().encode()).decode()

    lidas = [linha for linha in csv.reader(StringIO(saida, newline=""), delimiter=separador) if any(linha)]
    for antes, depois in zip(com_algo, lidas, strict=True):
        assert [d.removeprefix("'") for d in depois[: len(antes)]] == [a.removeprefix("'") for a in antes]
        assert len(depois) == 5


# O que não serve


@pytest.mark.parametrize(
    ("conteudo", "trecho"),
    [
        (b"", "está vazio"),
        (b" \r\n \n", "está vazio"),
        (b";;\n;;\n", "nenhuma linha preenchida"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel antigo"),
        (b"<html><table><tr><td>1</td></tr></table>", "HTML"),
        ("número\n1".encode("utf-16"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "não é CSV nem XLSX"),
        (b'a;b\n1;2\n3;"aspas abertas\n4;5\n6;7\n', "a partir da linha 3"),
        (b'a\n"' + b"x" * 200_000 + b'"\n', "a partir da linha 2"),
        (b";" * COLUNAS_MAXIMO + b"a\n", "mais de 256 colunas"),
    ],
)  # fmt: skip
def test_arquivo_que_nao_serve_diz_por_que(conteudo, trecho):
    with pytest.raises(PlanilhaInvalida, match=trecho):
        abrir_planilha(conteudo).amostra()


def test_linhas_demais_dizem_o_limite():
    assert abrir_planilha(b"a\n" + b"1\n" * 1_000, linhas_maximo=1_000).amostra().total == 1_001
    with pytest.raises(PlanilhaInvalida, match=r"mais de 1\.000 linhas"):
        abrir_planilha(b"a\n" + b"1\n" * 1_001, linhas_maximo=1_000).amostra()


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_nenhum_conteudo_derruba_a_leitura(conteudo):
    try:
        acrescentar(conteudo)
    except PlanilhaInvalida as erro:
        assert erro.mensagem.endswith(".")
