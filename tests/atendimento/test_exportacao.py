"""O que outros sistemas exportam, lido como valores: o que se entende, e o que se recusa, com a razão e sem tropeçar."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pen.atendimento.enums import SistemaDeOrigem
from pen.atendimento.errors import ExportacaoIlegivel, MapaInvalido
from pen.atendimento.values.exportacao.campos import html_em_texto, ler_correio, ler_instante
from pen.atendimento.values.exportacao.mapa import ler_mapa
from pen.atendimento.values.exportacao.modelo import ChamadoExportado, Ilegivel, Modo, Recusado
from pen.atendimento.values.exportacao.origens import ler_exportacao
from pen.comum.tempo import BRASILIA
from tests.fabricas.atendimento import em
from tests.fabricas.exportacoes import (
    CABECALHO_DO_GLPI,
    artigo,
    do_glpi,
    do_zammad,
    exportar,
    linha_do_glpi,
    lista_do_glpi,
    ticket,
)

AGORA = em("2026-11-16T10:00")
GLPI, ZAMMAD = SistemaDeOrigem.GLPI, SistemaDeOrigem.ZAMMAD


def ler(sistema, *caminhos: Path, **modo) -> tuple[list[ChamadoExportado], list[str]]:
    lidos = list(ler_exportacao(sistema, caminhos, Modo(**modo), agora=AGORA))
    recusados = [f"{x.onde}: {x.razao}" for x in lidos if isinstance(x, Recusado)]
    return [x for x in lidos if isinstance(x, ChamadoExportado)], recusados


@pytest.mark.parametrize(
    ("html", "texto"),
    [
        ("<p>Um</p><p>Dois<br>Três</p>", "Um\nDois\nTrês"),
        ("<div>Antes<script>alert('x')</script><style>p{}</style> depois</div>", "Antes depois"),
        ('<img src=x onerror="alert(1)">Texto<svg onload=alert(1)><text>não</text></svg>', "Texto"),
        ("<p>Se a &lt; b &amp;&amp; c &gt; d</p>", "Se a < b && c > d"),
        ("&lt;p&gt;GLPI &amp;amp; SEI&lt;/p&gt;", "GLPI & SEI"),
        ("&#60;p&#62;Linha&#60;/p&#62;", "Linha"),
        ("só texto\ncom quebra", "só texto\ncom quebra"),
        ("a < b e b > c", "a < b e b > c"),
        ('<a href="https://orgao.exemplo/a">o manual</a>', "o manual (https://orgao.exemplo/a)"),
        ('<a href="javascript:alert(1)">aqui</a>', "aqui"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<p>sem fim <b>negrito <!-- oculto --> e </p", "sem fim negrito e"),
        ("<script>" * 300 + "x", ""),
        ("texto\x00com\x07controles\ufffd", "textocomcontroles"),
        (None, ""),
    ],
)
def test_de_html_fica_o_texto_e_nada_do_que_se_executa(html, texto):
    assert html_em_texto(html) == texto


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_nenhum_html_deixa_um_programa_no_texto(html):
    limpo = html_em_texto(f"<p>{html}</p><script>perigo()</script>")

    assert "\x00" not in limpo and (html.count("<") or "perigo()" not in limpo)


@pytest.mark.parametrize(
    ("texto", "instante"),
    [
        ("2025-03-10T12:00:00.000Z", em("2025-03-10T09:00")),
        ("2025-03-10 09:00:00", em("2025-03-10T09:00")),
        ("2025-03-10 09:00", em("2025-03-10T09:00")),
        ("10/03/2025 09:00", em("2025-03-10T09:00")),
        ("10-03-2025", em("2025-03-10T00:00")),
        ("", None),
        ("0000-00-00 00:00:00", None),
    ],
)
def test_as_datas_de_cada_sistema(texto, instante):
    assert ler_instante(texto, "data", BRASILIA) == instante


@pytest.mark.parametrize("texto", ["ontem", "2025-13-40", "31/02/2025", "99999-01-01", "9999-12-31T23:59:59-23:59"])
def test_o_que_nao_e_data_diz_que_nao_e(texto):
    with pytest.raises(Ilegivel, match="não é uma data"):
        ler_instante(texto, "abertura", BRASILIA)


@pytest.mark.parametrize(
    ("texto", "correio"),
    [
        ("Ana Souza <Ana@Orgao.Exemplo>", "ana@orgao.exemplo"),
        ("ana@orgao.exemplo", "ana@orgao.exemplo"),
        ("Souza, Ana (COGEP) <ana@orgao.exemplo>", "ana@orgao.exemplo"),
        ("Ana Souza", ""),
        ("-", ""),
        (None, ""),
        (9, ""),
    ],
)
def test_o_correio_de_um_campo(texto, correio):
    assert ler_correio(texto) == correio


def test_o_chamado_do_zammad_vem_com_a_conversa_em_ordem(tmp_path):
    (chamado,), recusados = ler(ZAMMAD, *do_zammad(tmp_path))

    assert recusados == []
    assert (chamado.codigo, chamado.situacao, chamado.grupo) == ("22007", "closed", "Suporte SEI")
    assert chamado.descricao == "Ao assinar, a página fica em branco."
    assert chamado.solicitante == "ana@orgao.exemplo" and chamado.atendente == "bruno@orgao.exemplo"
    assert chamado.aberto_em == em("2025-03-10T09:00") and chamado.encerrado_em == em("2025-03-12T12:00")
    assert [(m.texto, m.da_equipe, m.interna) for m in chamado.mensagens] == [
        ("Suspeito de quimera no servidor.", True, True), ("Instale o xilofone.", True, False),
    ]  # fmt: skip


def test_o_zammad_sem_expand_se_resolve_pelas_listas_de_pessoas_e_grupos(tmp_path):
    numeros = {"group": None, "state": None, "organization": None, "owner": None, "customer": None}
    tudo = {
        "tickets": [ticket(**numeros)],
        "ticket_articles": [artigo(1, sender=None, **{"from": "Ana Souza", "created_by": None})],
        "users": [{"id": 9, "login": "ana", "email": "ana@orgao.exemplo"}],
        "groups": [{"id": 2, "name": "Suporte SEI", "email_address_id": 1}],
    }
    (chamado,), recusados = ler(ZAMMAD, exportar(tmp_path, "tudo.json", tudo))

    assert (chamado.grupo, chamado.situacao, chamado.entidade) == ("Suporte SEI", "4", "3") and recusados == []
    assert chamado.solicitante == "ana@orgao.exemplo" and chamado.atendente == ""


def test_se_a_primeira_coisa_e_uma_nota_interna_ela_nao_vira_a_descricao(tmp_path):
    nota = artigo(1, internal=True, sender="Agent", body="Só para a equipe.")
    (chamado,), _ = ler(ZAMMAD, *do_zammad(tmp_path, artigos=[nota]))

    assert chamado.descricao == "" and chamado.mensagens[0].interna


def test_a_mensagem_de_antes_da_abertura_fica_com_a_data_dela(tmp_path):
    antes = artigo(2, created_at="2025-03-01T12:00:00Z", body="antes")
    (chamado,), recusados = ler(ZAMMAD, *do_zammad(tmp_path, artigos=[artigo(1), antes]))

    assert recusados == [] and chamado.datas_acertadas == 1
    assert all(m.em >= chamado.aberto_em for m in chamado.mensagens)


def test_o_chamado_do_glpi_em_json(tmp_path):
    (chamado,), recusados = ler(GLPI, *do_glpi(tmp_path))

    assert recusados == []
    assert (chamado.codigo, chamado.situacao, chamado.categoria) == ("1532", "6", "SEI > Erro")
    assert (chamado.entidade, chamado.grupo) == ("Entidade raiz > MGI", "N2 - Suporte")
    assert chamado.descricao == "Ao tramitar, nada acontece." and chamado.solicitante == "ana@orgao.exemplo"
    assert [(m.texto, m.da_equipe, m.interna) for m in chamado.mensagens] == [
        ("Veja o quimera.log", True, True), ("Qual é o processo?", True, False), ("É o 123.", False, False),
        ("Corrigido.", True, False),
    ]  # fmt: skip


def test_o_que_esta_na_lixeira_do_glpi_nao_vem(tmp_path):
    chamados, recusados = ler(GLPI, *do_glpi(tmp_path, is_deleted=1))

    assert chamados == [] and recusados == ["Ticket.json, item 1: o chamado 1532 está na lixeira do GLPI"]


@pytest.mark.parametrize("codificacao", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_a_lista_do_glpi_em_qualquer_codificacao(tmp_path, codificacao):
    (chamado,), recusados = ler(GLPI, lista_do_glpi(tmp_path, codificacao=codificacao))

    assert recusados == []
    assert (chamado.codigo, chamado.grupo, chamado.descricao) == ("1532", "N2 - Suporte", "Ao tramitar, não acontece nada.")


def test_na_planilha_os_acompanhamentos_sao_so_da_equipe(tmp_path):
    """O GLPI junta os públicos e os privados numa célula."""
    (chamado,), _ = ler(GLPI, lista_do_glpi(tmp_path))

    assert [(m.texto, m.interna) for m in chamado.mensagens] == [
        ("Veja a quimera", True), ("Corrigido no xilofone.", False),
    ]  # fmt: skip


@pytest.mark.parametrize("separador", [",", "\t", "|"])
def test_a_planilha_do_zammad_com_qualquer_separador(tmp_path, separador):
    linhas = [
        ["#", "Title", "State", "Group", "Customer", "Organization", "Created At", "Closed At"],
        ["22007", "Página", "closed", "Suporte SEI", "ana@orgao.exemplo", "MGI", "10/03/2025 09:00", "12/03/2025 12:00"],
    ]
    caminho = tmp_path / "zammad.csv"
    caminho.write_text("\n".join(separador.join(linha) for linha in linhas), encoding="utf-8")
    (chamado,), recusados = ler(ZAMMAD, caminho)

    assert (chamado.codigo, chamado.situacao, chamado.aberto_em) == ("22007", "closed", em("2025-03-10T09:00"))
    assert recusados == []


def test_uma_coluna_com_outro_nome_se_diz_no_mapa(tmp_path):
    caminho = tmp_path / "glpi.csv"
    caminho.write_text("Nº;Titre;Statut;Ouverture\n12;Panne;Novo;2025-03-10 09:00\n", encoding="utf-8")
    colunas = {"codigo": "nº", "assunto": "Titre", "situacao": "Statut", "aberto_em": "Ouverture"}
    (chamado,), _ = ler(GLPI, caminho, colunas=colunas)

    assert (chamado.codigo, chamado.assunto) == ("12", "Panne")
    with pytest.raises(ExportacaoIlegivel, match=r"«ID», «Título».*\[colunas\]"):
        ler(GLPI, caminho)


def test_quarenta_linhas_estragadas_se_recusam_uma_a_uma(tmp_path):
    boas = [linha_do_glpi(str(n)) for n in range(1, 11)]
    estragos = [
        '"11";"faltam";"colunas"', linha_do_glpi("12") + '"sobra";"de";"colunas"', linha_do_glpi("não é número!"),
        linha_do_glpi("13", abriu="ontem"), linha_do_glpi("14", abriu=""), linha_do_glpi("15", abriu="1998-01-01 10:00"),
        linha_do_glpi("16", abriu="2031-01-01 10:00"), linha_do_glpi("17", fechou="nunca"), linha_do_glpi(""),
        linha_do_glpi("3"), "lixo", ";;;x", linha_do_glpi("18", abriu="31/02/2025 10:00"),
    ]  # fmt: skip
    ruins = (estragos * 3)[:30]
    chamados, recusados = ler(GLPI, lista_do_glpi(tmp_path, *boas, *ruins))

    assert [c.codigo for c in chamados] == [str(n) for n in range(1, 11)]
    assert len(recusados) == 30 and all("linha " in r for r in recusados)
    assert any("o chamado 3 já veio em glpi.csv, linha " in r for r in recusados)
    assert any("foi aberto antes de 2000" in r for r in recusados)


def test_aspas_que_nao_se_fecham_nao_derrubam_a_leitura(tmp_path):
    caminho = lista_do_glpi(
        tmp_path, linha_do_glpi("1"), '"2";"aspas que não fecham;' + "x" * 3_000_000, linha_do_glpi("3")
    )
    chamados, recusados = ler(GLPI, caminho)

    assert chamados[0].codigo == "1" and len(recusados) >= 1


@pytest.mark.parametrize(
    ("conteudo", "frase"),
    [
        (b"", "está vazio"),
        (b"uma coluna so\n1\n", "não tem um cabeçalho"),
        (b"a;b;c\n1;2;3\n", "não achei as colunas"),
        (b"[{", "não é um JSON inteiro"),
        (b'[{"outra": "coisa"}]', "não é uma lista que se conheça"),
        (b"[1, 2]", "não é uma lista que se conheça"),
        (b"\x00\x01\x02\xff\xfe", "cabeçalho"),
    ],
)
@pytest.mark.parametrize("sistema", [GLPI, ZAMMAD])
def test_o_arquivo_que_nao_serve_diz_por_que(tmp_path, sistema, conteudo, frase):
    caminho = tmp_path / "arquivo"
    caminho.write_bytes(conteudo)
    with pytest.raises(ExportacaoIlegivel, match=frase):
        ler(sistema, caminho)


def test_itens_estragados_do_json_se_recusam_um_a_um(tmp_path):
    ruins = [
        5, {"id": 8}, ticket(9, created_at="x"), ticket(10, number=None), ticket(11, number="<script>"), ticket(7),
        ticket(12, title={"a": 1}, state=["closed"], organization=3.5, customer=False),
    ]  # fmt: skip
    chamados, recusados = ler(
        ZAMMAD, *do_zammad(tmp_path, [ticket(), *ruins[1:]], [artigo(1), artigo(2, ticket_id=99), {"id": 3}])
    )

    assert [c.codigo for c in chamados] == ["22007", "22012"]
    assert len(recusados) == 7
    assert any("artigos são do chamado de id 99, que não veio" in r for r in recusados)


def test_json_em_latin_1_tambem_se_le(tmp_path):
    caminho = exportar(tmp_path, "t.json", [ticket()])
    caminho.write_bytes(caminho.read_text(encoding="utf-8").encode("latin-1"))
    (chamado,), _ = ler(ZAMMAD, caminho)

    assert chamado.assunto == "Página em branco ao assinar"


def test_o_anexo_vem_de_dentro_ou_da_pasta_e_nunca_de_fora_dela(tmp_path):
    (tmp_path / "segredo.txt").write_text("segredo")
    pasta = tmp_path / "anexos"
    (pasta / "1").mkdir(parents=True)
    (pasta / "1" / "tela.txt").write_text("conteúdo")
    (pasta / "1" / "atalho.txt").symlink_to(tmp_path / "segredo.txt")
    arquivos = [
        {"id": 1, "filename": "dentro.txt", "data": "b2xh"}, {"id": 2, "filename": "tela.txt"},
        {"id": 3, "filename": "../../segredo.txt"}, {"id": 4, "filename": "atalho.txt"}, {"id": 5, "filename": "falta.pdf"},
    ]  # fmt: skip
    (chamado,), _ = ler(ZAMMAD, *do_zammad(tmp_path, artigos=[artigo(1, attachments=arquivos)]), anexos=pasta)

    assert [(a.nome, a.abrir is not None) for a in chamado.anexos] == [
        ("dentro.txt", True), ("tela.txt", True), ("segredo.txt", False), ("atalho.txt", False), ("falta.pdf", False),
    ]  # fmt: skip


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nenhum_conteudo_tropeca(tmp_path, conteudo):
    caminho = tmp_path / "qualquer"
    for cabecalho in (b"", CABECALHO_DO_GLPI.encode() + b"\n", b'[{"number":"1","title":'):
        caminho.write_bytes(cabecalho + conteudo)
        for sistema in (GLPI, ZAMMAD):
            try:
                ler(sistema, caminho)
            except ExportacaoIlegivel as erro:
                assert str(erro)


def test_o_mapa_acha_sem_acentos_nem_maiusculas_e_o_resto_pelo_asterisco():
    mapa = ler_mapa('[produtos]\n"SEI > Dúvida" = "sei/registrar-duvida"\n"*" = "nup/reportar-erro"', sistema="glpi")

    assert mapa.produtos.achar("sei  >  duvida") == "sei/registrar-duvida"
    assert mapa.produtos.achar("outra") == mapa.produtos.achar("") == "nup/reportar-erro"
    assert mapa.origem == "glpi" and mapa.situacao_de("Novo") is None


@pytest.mark.parametrize(
    ("texto", "frase"),
    [
        ("[", "não é TOML"),
        ("[outra]", "não tem a parte «outra»"),
        ("[geral]\norigen = 'x'", "não tem «origen»"),
        ("[geral]\norigem = 'Com Espaço'", "minúsculas"),
        ("[geral]\nfuso = 'Brasil/Nenhum'", "Não há o fuso"),
        ("[produtos]\na = 'sei'", "produto/tipo"),
        ("[produtos]\na = 1", "só tem linhas da forma"),
        ("[situacoes]\na = 'fechado'", "«fechado» não serve"),
        ("[situacoes]\na = 'encerrado'", "não serve"),
        ("[situacoes]\na = 'encerrado/unido'", "não serve"),
        ("[situacoes]\nA = 'na_fila'\na = 'encerrado/resolvido'", "duas coisas"),
        ("[colunas]\nnumero = 'ID'", "não tem «numero»"),
    ],
)
def test_o_mapa_errado_diz_onde(texto, frase):
    with pytest.raises(MapaInvalido, match=frase):
        ler_mapa(texto, sistema="glpi")


def test_o_que_e_do_fuso_de_la_fica_no_instante_certo(tmp_path):
    from zoneinfo import ZoneInfo

    (chamado,), _ = ler(GLPI, lista_do_glpi(tmp_path), fuso=ZoneInfo("America/Manaus"))

    assert chamado.aberto_em == em("2025-03-10T10:00") and isinstance(chamado.aberto_em, datetime)
