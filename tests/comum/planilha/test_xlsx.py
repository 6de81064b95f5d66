"""XLSX: só entram células no fim das linhas; o resto sai como veio. Quem confere é outra biblioteca, a openpyxl."""

import struct
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from pen.comum.planilha import PlanilhaInvalida, abrir_planilha
from pen.comum.planilha import em_xlsx as modulo

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELACOES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACOTE = "http://schemas.openxmlformats.org/package/2006/relationships"


def acrescentar(conteudo: bytes, coluna: int = 0, *, com_cabecalho: bool = True) -> bytes:
    """Acrescenta uma coluna que repete a célula entre colchetes, e outra que diz se era numérica."""
    planilha = abrir_planilha(conteudo)
    return planilha.acrescentar(
        coluna, lambda c: [f"[{c.texto}]", "n" if c.numerica else ""], titulos=["novo", "esp"], com_cabecalho=com_cabecalho
    )


def em_bytes(livro: Workbook) -> bytes:
    saida = BytesIO()
    livro.save(saida)
    return saida.getvalue()


def celulas(conteudo: bytes, aba: int = 0) -> list[list[object]]:
    return [list(linha) for linha in load_workbook(BytesIO(conteudo)).worksheets[aba].iter_rows(values_only=True)]


def pacote(aba: str, *, textos: str | None = None, codificacao: str = "utf-8", livro: str = "", **outros: bytes) -> bytes:
    """Um XLSX mínimo com este XML de aba."""
    livro = livro or f'<sheets><sheet name="Dados" sheetId="1" r:id="r1" xmlns:r="{RELACOES}"/></sheets>'
    partes = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACOTE}"><Relationship Id="a" Type="{RELACOES}/officeDocument" '
        'Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f"<workbook {NS}>{livro}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACOTE}"><Relationship Id="r1" Type="{RELACOES}/worksheet" '
        f'Target="worksheets/aba.xml"/><Relationship Id="r2" Type="{RELACOES}/sharedStrings" Target="textos.xml"/></Relationships>',
        "xl/worksheets/aba.xml": aba.encode(codificacao),
    }  # fmt: skip
    if textos is not None:
        partes["xl/textos.xml"] = textos
    saida = BytesIO()
    with ZipFile(saida, "w", ZIP_DEFLATED) as arquivo:
        for nome, conteudo in (partes | outros).items():
            arquivo.writestr(nome, conteudo)
    return saida.getvalue()


def aba(linhas: str, antes: str = "", depois: str = "") -> str:
    return f"<worksheet {NS}>{antes}<sheetData>{linhas}</sheetData>{depois}</worksheet>"


def xml_da_aba(conteudo: bytes) -> str:
    return ZipFile(BytesIO(conteudo)).read("xl/worksheets/aba.xml").decode()


# O que sai


@pytest.fixture
def rica() -> bytes:
    """Uma planilha com o que as pessoas usam: formatos, fórmula, data, mesclagem, tabela, comentário, outra aba."""
    livro = Workbook()
    pagina = livro.active
    pagina.title = "Processos"
    pagina.append(["nup", "valor", "data", "dobro"])
    pagina.append(["00086.000244/2017-46", 1.5, date(2017, 5, 4), "=B2*2"])
    pagina.append(["050650", 2, date(2018, 1, 2), "=B3*2"])
    pagina.append([None, None, None, None])
    pagina.append([86000244201746, None, None, "último"])
    for celula in pagina[1]:
        celula.font = Font(bold=True)
    pagina["B2"].number_format = "R$ #,##0.00"
    pagina["A2"].comment = Comment("ver", "Ana")
    pagina.merge_cells("A7:C7")
    pagina.add_table(Table(displayName="Tabela", ref="A1:D3"))
    outra = livro.create_sheet("Outra")
    outra["A1"] = "intacta"
    return em_bytes(livro)


def test_entram_duas_colunas_e_o_resto_fica(rica):
    saida = acrescentar(rica)

    assert [linha[4:6] for linha in celulas(saida)] == [
        ["novo", "esp"], ["[00086.000244/2017-46]", None], ["[050650]", None], [None, None], ["[86000244201746]", "n"],
        [None, None], [None, None],
    ]  # fmt: skip
    assert [linha[:4] for linha in celulas(saida)] == [linha[:4] for linha in celulas(rica)]
    assert celulas(saida, 1) == [["intacta"]]


def test_formatos_formulas_comentarios_e_tabelas_continuam(rica):
    pagina = load_workbook(BytesIO(acrescentar(rica))).worksheets[0]

    assert pagina["A1"].font.bold and pagina["E1"].font.bold and not pagina["E2"].font.bold
    assert (pagina["B2"].number_format, pagina["D2"].value, pagina["A2"].comment.text) == ("R$ #,##0.00", "=B2*2", "ver")
    assert pagina["C2"].is_date and [str(m) for m in pagina.merged_cells.ranges] == ["A7:C7"]
    assert pagina.tables["Tabela"].ref == "A1:D3"


def test_as_outras_partes_do_arquivo_saem_identicas(rica):
    antes, depois = ZipFile(BytesIO(rica)), ZipFile(BytesIO(acrescentar(rica)))

    assert depois.namelist() == antes.namelist()
    mudaram = [n for n in antes.namelist() if antes.read(n) != depois.read(n)]
    assert mudaram == ["xl/worksheets/sheet1.xml"]


def test_a_leitura_por_partes_da_openpyxl_tambem_ve_as_colunas_novas(rica):
    pagina = load_workbook(BytesIO(acrescentar(rica)), read_only=True).worksheets[0]

    assert [c.value for c in next(pagina.iter_rows(max_row=1))] == ["nup", "valor", "data", "dobro", "novo", "esp"]


@pytest.mark.parametrize("prefixo", ["", "x:"])
def test_o_xml_da_aba_so_muda_onde_precisa(prefixo):
    p = prefixo
    declara = NS.replace("xmlns", "xmlns:x") if p else NS
    xml = (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<!-- nota --><{p}worksheet {declara}>"
        f'<{p}dimension ref="A1:B3"/><{p}sheetData><{p}row r="1" spans="1:2" ht=\'15\'>'
        f'<{p}c r="A1" s="7" t="str"><{p}v>nup</{p}v></{p}c></{p}row><{p}row r="2"/><{p}row r="3" x="&gt;">'
        f'<{p}c r="B3"><{p}v>7</{p}v></{p}c><{p}extLst><{p}ext/></{p}extLst></{p}row></{p}sheetData></{p}worksheet>'
    )

    saida = xml_da_aba(acrescentar(pacote(xml), 1))

    assert saida == (
        xml.replace('ref="A1:B3"', 'ref="A1:D3"')
        .replace(' spans="1:2"', "")
        .replace(
            f"nup</{p}v></{p}c>",
            f'nup</{p}v></{p}c><{p}c r="C1" s="7" t="inlineStr"><{p}is><{p}t>novo</{p}t></{p}is></{p}c>'
            f'<{p}c r="D1" s="7" t="inlineStr"><{p}is><{p}t>esp</{p}t></{p}is></{p}c>',
        )
        .replace(
            f"7</{p}v></{p}c>",
            f'7</{p}v></{p}c><{p}c r="C3" t="inlineStr"><{p}is><{p}t>[7]</{p}t></{p}is></{p}c>'
            f'<{p}c r="D3" t="inlineStr"><{p}is><{p}t>n</{p}t></{p}is></{p}c>',
        )
    )


def test_o_texto_novo_nunca_e_formula_nem_xml():
    saida = acrescentar(
        pacote(aba('<row><c t="inlineStr"><is><t>=1+1&lt;b&gt;&amp;</t></is></c></row>')), com_cabecalho=False
    )

    pagina = load_workbook(BytesIO(saida)).worksheets[0]
    assert (pagina["B1"].value, pagina["B1"].data_type) == ("[=1+1<b>&]", "s")


# O que se lê


@pytest.mark.parametrize(
    ("celula", "texto", "numerica"),
    [
        ('<c t="s"><v>1</v></c>', "00086.000244/2017-46", False),
        ('<c t="s"><v> 2 </v></c>', "em pedaços", False),
        ('<c t="s"><v>99</v></c>', "", False),
        ('<c t="s"><v>x</v></c>', "", False),
        ('<c t="inlineStr"><is><r><t>0</t></r><r><t>12</t></r><rPh><t>ア</t></rPh></is></c>', "012", False),
        ('<c t="str"><f>A1&amp;"x"</f><v>0001</v></c>', "0001", False),
        ("<c><v>86000244201746</v></c>", "86000244201746", True),
        ("<c><v>5.0650001658201717E16</v></c>", "50650001658201717", True),
        ("<c><v>5.06500016582017E+016</v></c>", "50650001658201700", True),
        ("<c><v>2017.0</v></c>", "2017", True),
        ("<c><v>-3</v></c>", "-3", True),
        ("<c><v>1.5</v></c>", "1.5", True),
        ("<c><v>1E999999999</v></c>", "1E999999999", True),
        ("<c><v>NaN</v></c>", "NaN", True),
        ("<c><v>abc</v></c>", "abc", True),
        ('<c t="b"><v>1</v></c>', "1", False),
        ('<c t="e"><v>#N/A</v></c>', "#N/A", False),
        ('<c s="1"/>', "", False),
    ],
)  # fmt: skip
def test_cada_especie_de_celula(celula, texto, numerica):
    textos = (
        f"<sst {NS}><si><t>zero</t></si><si><t>00086.000244/2017-46</t></si>"
        "<si><r><t>em </t></r><r><t>pedaços</t></r><rPh><t>ア</t></rPh></si></sst>"
    )
    amostra = abrir_planilha(pacote(aba(f"<row>{celula}<c><v>9</v></c></row>"), textos=textos)).amostra()

    assert amostra.primeira[0] == (texto, numerica)


def test_linhas_e_colunas_sem_referencia_seguem_as_anteriores():
    xml = aba(
        '<row><c><v>1</v></c><c r="D1"><v>4</v></c><c><v>5</v></c></row><row r="9"><c><v>6</v></c></row><row><c/></row>'
    )

    amostra = abrir_planilha(pacote(xml)).amostra()

    assert [c.texto for c in amostra.primeira] == ["1", "", "", "4", "5"]
    assert (amostra.total, abrir_planilha(pacote(xml)).contar(0)) == (3, 2)
    assert 'r="F9"' in xml_da_aba(acrescentar(pacote(xml)))


def test_le_a_primeira_aba_visivel():
    livro = Workbook()
    livro.active.title = "Escondida"
    livro.active.sheet_state = "hidden"
    livro.create_sheet("À vista")["A1"] = "sim"

    amostra = abrir_planilha(em_bytes(livro)).amostra()

    assert (amostra.aba, amostra.primeira[0].texto) == ("À vista", "sim")


valores = (
    st.none()
    | st.integers(-(10**14), 10**14)
    | st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), min_size=1)
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(valores, min_size=3, max_size=3), min_size=1, max_size=8))
def test_qualquer_planilha_volta_com_as_mesmas_celulas(linhas):
    livro = Workbook()
    for n, linha in enumerate([["a", "b", "c"], *linhas], 1):
        for m, valor in enumerate(linha, 1):
            celula = livro.active.cell(n, m)
            celula.value = valor
            if isinstance(valor, str):
                celula.data_type = "s"
    original = em_bytes(livro)

    saida = acrescentar(original, 1)

    antes, depois = celulas(original), celulas(saida)
    assert [linha[:3] for linha in depois] == antes
    for linha, de in zip(depois[1:], antes[1:], strict=True):
        esperado = None if de == [None] * 3 else f"[{'' if de[1] is None else de[1]}]"
        assert linha[3] == esperado


# O que não serve


def zip_de(**partes: bytes) -> bytes:
    saida = BytesIO()
    with ZipFile(saida, "w", ZIP_DEFLATED) as arquivo:
        for nome, conteudo in partes.items():
            arquivo.writestr(nome.replace("__", "/"), conteudo)
    return saida.getvalue()


DTD = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("conteudo", "trecho"),
    [
        (b"PK\x03\x04lixo", "estragado"),
        (zip_de(**{"leia.txt": b"oi"}), "estragado"),
        (zip_de(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "LibreOffice"),
        (pacote(aba(""), **{"xl/vbaProject.bin": b"x"}), "macros"),
        (pacote(aba("<row><c><v>1</v>")), "estragado"),
        (pacote(aba("")), "nenhuma linha preenchida"),
        (pacote(aba('<row r="3"><c r="A3" s="1"/></row>')), "nenhuma linha preenchida"),
        (pacote(DTD + aba("<row><c><v>&b;</v></c></row>")), "estragado"),
        (pacote(aba("<row><c t='s'><v>0</v></c></row>"), textos=f"{DTD}<sst><si><t>&b;</t></si></sst>"), "estragado"),
        (pacote(aba("<row><c t='s'><v>0</v></c></row>")), "estragado"),
        (pacote(f"<?xml version='1.0' encoding='UTF-16'?>{aba('<row><c><v>1</v></c></row>')}", codificacao="utf-16"), "estragado"),
        (pacote(aba("<row><c><v>1</v></c></row>"), codificacao="utf-16"), "estragado"),
        (pacote(f"<?xml version='1.0' encoding='iso-8859-1'?>{aba('')}"), "estragado"),
        (pacote(aba(""), livro="<sheets/>"), "nenhuma aba"),
        (pacote(aba(""), **{"xl/workbook.xml": b"<workbook>" + b" " * 2_000_000 + b"</workbook>"}), "grande demais"),
        (pacote(aba(""), **{"xl/workbook.xml": f"{DTD}<workbook>&b;</workbook>".encode()}), "nenhuma aba"),
    ],
)  # fmt: skip
def test_arquivo_que_nao_serve_diz_por_que(conteudo, trecho):
    with pytest.raises(PlanilhaInvalida, match=trecho):
        abrir_planilha(conteudo).amostra()


def test_linhas_demais_dizem_o_limite():
    linhas = "<row><c><v>1</v></c></row>"

    assert abrir_planilha(pacote(aba(linhas * 11)), linhas_maximo=10).amostra().total == 11
    with pytest.raises(PlanilhaInvalida, match="mais de 10 linhas"):
        abrir_planilha(pacote(aba(linhas * 12)), linhas_maximo=10).amostra()


def test_linhas_so_com_formato_nao_contam():
    vazias = '<row r="{}"><c r="A{}" s="1"/></row>'
    xml = aba("<row><c><v>1</v></c></row>" + "".join(vazias.format(n, n) for n in range(2, 5_000)))

    assert abrir_planilha(pacote(xml), linhas_maximo=10).amostra().total == 1
    assert abrir_planilha(pacote(xml), linhas_maximo=10_000).amostra().total == 4_999


def test_bomba_de_zip_e_recusada_pelo_tamanho_declarado_sem_descompactar():
    saida = BytesIO()
    with ZipFile(saida, "w", ZIP_DEFLATED) as arquivo, arquivo.open("xl/worksheets/aba.xml", "w") as parte:
        for _ in range(201):
            parte.write(b" " * 2**20)

    assert len(saida.getvalue()) < 300_000
    with pytest.raises(PlanilhaInvalida, match="grande demais"):
        abrir_planilha(saida.getvalue())


def test_bomba_que_mente_o_tamanho_para_no_que_declarou():
    grande = aba("<row><c><v>1</v></c></row>" * 100_000)
    conteudo = bytearray(pacote(grande))
    verdadeiro, falso = struct.pack("<I", len(grande)), struct.pack("<I", 1_000)
    assert conteudo.count(verdadeiro) == 2
    mentiroso = bytes(conteudo.replace(verdadeiro, falso))

    with pytest.raises(PlanilhaInvalida, match="estragado"):
        abrir_planilha(mentiroso).amostra()


def test_partes_demais_no_pacote():
    with pytest.raises(PlanilhaInvalida, match="grande demais"):
        abrir_planilha(zip_de(**{f"p{n}": b"" for n in range(modulo.PARTES_MAXIMO + 1)}))


def test_duas_partes_com_o_mesmo_nome(recwarn):
    saida = BytesIO()
    with ZipFile(saida, "w", ZIP_STORED) as arquivo:
        arquivo.writestr("a", b"1")
        arquivo.writestr("a", b"2")

    with pytest.raises(PlanilhaInvalida, match="estragado"):
        abrir_planilha(saida.getvalue())


@pytest.mark.parametrize("recheio", ["<!--{}-->", "<v a='{}'/>", "<v>{}</v>"], ids=["comentário", "atributo", "texto"])
def test_um_trecho_enorme_e_recusado_depressa(recheio):
    xml = aba("<row><c><v>1</v></c></row><row><c>" + recheio.format("a" * 30_000_000) + "</c></row>")

    with pytest.raises(PlanilhaInvalida, match=r"grande demais|estragado"):
        abrir_planilha(pacote(xml)).amostra()


@pytest.mark.parametrize("ler", ["amostra", "contar"])
def test_elementos_demais_sao_recusados(ler, monkeypatch):
    monkeypatch.setattr(modulo, "ELEMENTOS_MAXIMO", 500_000)
    monkeypatch.setattr(modulo, "ELEMENTOS_DA_AMOSTRA", 100_000)
    planilha = abrir_planilha(pacote(aba("<row><c><v>1</v></c></row>", depois="<a/>" * 600_000)))

    with pytest.raises(PlanilhaInvalida, match="grande demais"):
        planilha.amostra() if ler == "amostra" else planilha.contar(0)


def test_sem_lugar_a_direita():
    with pytest.raises(PlanilhaInvalida, match="última coluna"):
        acrescentar(pacote(aba('<row><c r="A1"><v>1</v></c><c r="XFC1"><v>1</v></c></row>')))


@settings(deadline=None)
@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=40))
def test_nenhum_estrago_no_arquivo_derruba_a_leitura(onde, lixo):
    inteiro = pacote(aba("<row><c t='s'><v>0</v></c></row>" * 5), textos=f"<sst {NS}><si><t>a</t></si></sst>")
    onde %= len(inteiro)
    estragado = inteiro[:onde] + lixo + inteiro[onde + len(lixo) :]
    try:
        acrescentar(estragado)
    except PlanilhaInvalida as erro:
        assert erro.mensagem.endswith(".")
