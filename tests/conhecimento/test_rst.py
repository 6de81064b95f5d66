"""reStructuredText com as construções do Sphinx, lido e passado a Markdown."""

from datetime import UTC, datetime

import pytest

from pen.conhecimento.enums import Especie, NivelDoRoteiro
from pen.conhecimento.models import Artigo, VersaoDoArtigo
from pen.conhecimento.services.importacao import importar_artigos
from pen.conhecimento.values.importacao.em_rst import ler_rst
from pen.conhecimento.values.importacao.modelo import Referencias, Rotulo
from pen.conhecimento.values.markdown import mostrar_markdown
from tests.fabricas.base_em_arquivos import escrever
from tests.fabricas.conhecimento import imagem_em_bytes

REFERENCIAS = Referencias(
    {"pasta/a.rst": "A", "pasta/outro.rst": "O outro", "guia.md": "Guia"},
    {"no-outro": Rotulo("pasta/outro.rst", "passos", "Passos"), "aqui": Rotulo("pasta/a.rst", "", "A")},
    {"token": "guia.md"},
)


def ler(texto: str):
    return ler_rst("pasta/a.rst", f"Título\n======\n\n{texto}\n", REFERENCIAS)


def corpo(texto: str) -> str:
    return ler(texto).corpo


def avisos(texto: str) -> list[tuple[int, str]]:
    return [tuple(aviso) for aviso in ler(texto).avisos]


@pytest.mark.parametrize(
    ("rst", "markdown"),
    [
        ("**forte**, *leve*, ``codigo`` e `título`", "**forte**, *leve*, `codigo` e *título*"),
        ("`site <https://www.gov.br>`_ e https://www.gov.br/x", "[site](https://www.gov.br) e <https://www.gov.br/x>"),
        (":doc:`outro`, :doc:`o guia </guia>`", "[O outro](outro.rst), [o guia](../guia.md)"),
        (":ref:`no-outro` e :ref:`texto <No-Outro>`", "[Passos](outro.rst#passos) e [texto](outro.rst#passos)"),
        (":term:`Token` e :ref:`aqui`", "[Token](../guia.md) e A"),
        (":download:`o manual <m.pdf>`", "[o manual](m.pdf)"),
        (":kbd:`Ctrl+S`, :guilabel:`&Salvar`", "`Ctrl+S`, **Salvar**"),
        (":menuselection:`Arquivo --> &Novo`", "**Arquivo → Novo**"),
        ("m\\ :sup:`2` e H\\ :sub:`2`\\ O", "m² e H₂O"),
        ("|x| novo\n\n.. |x| replace:: algo", "algo novo"),
        ("um [#n]_\n\n.. [#n] A nota.", "um \\[1\\]\n\n**Notas**\n\n\\[1\\] A nota."),
        ("nome_do_campo a*b <x> [y]", "nome_do_campo a\\*b \\<x> \\[y\\]"),
        ("#. um\n#. dois\n\n   - três", "1. um\n\n2. dois\n\n   - três"),
        ("5. cinco\n6. seis", "5. cinco\n6. seis"),
        ("termo\n   definição", "* **termo**: definição"),
        (":campo: valor", "* **campo**: valor"),
        (".. note:: Cuidado.", "> **Nota**: Cuidado."),
        (".. warning::\n\n   - x", "> **Atenção**\n>\n> - x"),
        (".. admonition:: Veja\n\n   x", "> **Veja**: x"),
        (".. seealso:: :doc:`outro`", "> **Veja também**: [O outro](outro.rst)"),
        (".. versionadded:: 2.0\n   Novo.", "> **Novo na versão 2.0**: Novo."),
        (".. code-block:: python\n   :linenos:\n\n   x = 1", "```python\nx = 1\n```"),
        ("::\n\n   ```", "````\n```\n````"),
        ("   citado", "> citado"),
        ("| um\n| dois", "um\\\ndois"),
        ("Antes\n\n----\n\nDepois", "Antes\n\n---\n\nDepois"),
        (".. image:: i.png\n   :alt: Uma tela", "![Uma tela](i.png)"),
        (".. figure:: i.png\n\n   A legenda", "![A legenda](i.png)\n\n*A legenda*"),
        (".. image:: com espaço.png\n   :alt: x", "![x](comespaço.png)"),
        ("=== ===\na   b\n=== ===\n1   2\n=== ===", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ("+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        (
            ".. list-table::\n   :header-rows: 1\n\n   * - a\n     - b\n   * - 1|2\n     - 3",
            "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |",
        ),
        ('.. csv-table:: T\n   :header: "a", "b"\n\n   1, 2', "**T**\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"),
        (".. glossary::\n\n   Token\n      Um aparelho.", "* **Token**: Um aparelho."),
        (".. tab:: Windows\n\n   Instale.", "**Windows**\n\nInstale."),
        (".. index:: x\n.. contents::\n.. comentário\n\nTexto", "Texto"),
        ("Um\n--\n\nx\n\nDois\n~~~~\n\ny", "# Um\n\nx\n\n## Dois\n\ny"),
        ("Um\n--\n\nVer Dois_.\n\nDois\n----\n\ny", "# Um\n\nVer [Dois](#dois).\n\n# Dois\n\ny"),
    ],
)
def test_cada_construcao_tem_a_sua_em_markdown(rst, markdown):
    assert corpo(rst) == markdown


@pytest.mark.parametrize(
    "escrito",
    [
        "1\\. não é lista",
        "\\- não é lista",
        "\\# não é título",
        "a &amp; b &copy; c",
        "x \\`y\\` z",
        "!\\[x](y)",
        "\\_x\\_",
    ],
)
def test_o_texto_nao_vira_marca(escrito):
    simples = escrito.replace("\\", "")
    saida = str(mostrar_markdown(corpo(escrito)).html.striptags())
    assert saida == simples and "<li>" not in mostrar_markdown(corpo(escrito)).html


@pytest.mark.parametrize(
    ("rst", "linha", "frase"),
    [
        (".. quimera:: x\n\n   dentro", 4, "a diretiva «quimera» não se entende"),
        (":quimera:`x`", 4, "o papel «quimera» não se entende"),
        ("x |nada| y", 4, "a substituição «nada» não está definida"),
        (":ref:`nada`", 4, "«:ref:`nada`» não leva a lugar nenhum"),
        ("Nada_", 4, "a ligação «Nada» não leva a lugar nenhum"),
        ("+---+---+\n| a | b |\n+---+---+\n| c     |\n+---+---+", 4, "célula que ocupa várias"),
    ],
)
def test_o_que_nao_se_entende_e_dito_com_a_linha(rst, linha, frase):
    ((onde, dito),) = [aviso for aviso in avisos(rst) if "nada" in frase or frase.split()[1] in aviso[1]]
    assert (onde, dito.casefold().startswith(frase.casefold())) == (linha, True)


def test_a_celula_com_varias_coisas_nao_perde_nenhuma():
    tabela = """
.. list-table::

   * - a
     - b
   * - - um
       - dois |i|

       ::

          x = 1
     - .. image:: i.png
          :alt: Uma tela
          :target: https://www.gov.br

.. |i| image:: j.png
   :alt: Um ícone
"""
    assert corpo(tabela).splitlines()[2] == "| um dois ![Um ícone](j.png) `x = 1` | ![Uma tela](i.png) |"


def test_do_que_nao_se_entende_fica_o_texto():
    assert "dentro" in corpo(".. quimera:: x\n\n   dentro") and corpo("o :quimera:`isto` aqui") == "o isto aqui"


@pytest.mark.parametrize(
    "hostil",
    [
        ".. include:: {segredo}", ".. literalinclude:: {segredo}", ".. raw:: html\n   :file: {segredo}",
        ".. csv-table::\n   :file: {segredo}", ".. raw:: html\n   :url: file://{segredo}", ".. raw:: html\n\n   <script>x</script>",
        ".. role:: h(raw)\n   :format: html\n\n:h:`<script>x</script>`", ".. code-block:: include\n   :file: {segredo}",
    ],
)  # fmt: skip
def test_nenhum_outro_arquivo_entra_nem_html(hostil, tmp_path):
    segredo = tmp_path / "segredo.txt"
    segredo.write_text("Quimera")
    lido = ler(hostil.format(segredo=segredo))

    assert "Quimera" not in lido.corpo and "<script" not in mostrar_markdown(lido.corpo).html


def test_os_campos_do_alto_sao_o_cabecalho():
    campos = ":orphan:\n:produto: sei\n:Espécie: regra\n:palavras-chave: um, dois\n\n"
    titulo = "Título\n======\n\nTexto.\n\n.. meta::\n   :description: O resumo.\n"
    for texto in (campos + titulo, titulo.replace("======\n", f"======\n\n{campos}")):
        lido = ler_rst("a.rst", texto)
        assert (lido.cabecalho.produto, lido.cabecalho.especie, lido.cabecalho.palavras_chave) == (
            "sei",
            Especie.REGRA,
            "um, dois",
        )
        assert (lido.cabecalho.titulo, lido.cabecalho.resumo, lido.corpo) == ("Título", "O resumo.", "Texto.")


def test_um_campo_que_nao_se_usa_e_so_avisado():
    lido = ler_rst("a.rst", ":Author: Fulana\n:produto: sei\n\nTítulo\n======\n\nTexto.\n")

    assert lido.cabecalho.produto == "sei" and [tuple(a) for a in lido.avisos] == [(1, "o campo «Author» não se usa")]


@pytest.mark.parametrize(
    ("corpo", "indice"), [("- :doc:`b`", True), ("- Um texto.", False), ("Um texto.", False), ("", True)]
)
def test_uma_pagina_que_ordena_outras_so_nao_e_artigo_se_nao_diz_nada(corpo, indice):
    lido = ler_rst("a.rst", f"T\n=\n\n{corpo}\n\n.. toctree::\n\n   b\n", Referencias({"b.rst": "B"}, {}, {}))
    assert lido.so_liga is indice


def test_o_modelo_de_um_roteiro_e_a_secao_do_fim():
    lido = ler_rst(
        "a.rst",
        "T\n=\n\n:especie: roteiro\n:quando: x\n:nivel: n1\n\nFaça.\n\nModelo da resposta\n------------------\n\nOlá.\n",
    )
    assert (lido.corpo, lido.modelo) == ("Faça.", "Olá.")


def test_o_roteiro_do_wiki_em_rst():
    secoes = {
        "Situação": "Não assina.", "Quando ocorre": "Sempre.", "Solução sugerida": "#. Reinstale.",
        "Modelo da resposta": "::\n\n   Olá, {nome}.", "Quem é responsável": "N2", "Palavras-chave": "token",
    }  # fmt: skip
    lido = ler("\n\n".join(f"{titulo}\n{'-' * len(titulo)}\n\n{texto}" for titulo, texto in secoes.items()))

    assert lido.cabecalho.especie == Especie.ROTEIRO and lido.cabecalho.nivel == NivelDoRoteiro.N2
    assert (lido.corpo, lido.modelo, lido.cabecalho.quando) == ("1. Reinstale.", "Olá, {nome}.", "Sempre.")


@pytest.mark.django_db
def test_uma_base_do_sphinx_entra_na_ordem_do_indice_com_o_produto_dele(central, tmp_path, settings):
    settings.PASTA_DE_ANEXOS = tmp_path / "anexos"
    base = escrever(
        tmp_path / "wiki",
        index_ponto_rst=":produto: sei\n\nManual\n======\n\n.. toctree::\n   :maxdepth: 2\n\n   Segundo <z>\n   a\n",
        a_ponto_rst="Primeiro\n========\n\n.. _parte:\n\nUma parte\n---------\n\n.. image:: /_static/tela.png\n   :alt: A tela\n",
        z_ponto_rst="Segundo\n=======\n\nVer :ref:`parte`, :doc:`a` e :doc:`index`.\n",
        _build__html__lixo="# Lixo", _static__tela_ponto_png=imagem_em_bytes(),
    )  # fmt: skip
    relatorio = importar_artigos(base, agora=datetime(2026, 11, 22, tzinfo=UTC), ensaio=False)

    assert relatorio.novos.linhas == ["z.rst", "a.rst"] and relatorio.indices.linhas == ["index.rst"] and relatorio.completo
    assert set(Artigo.objects.values_list("produto__codigo", flat=True)) == {"sei"}
    corpos = dict(VersaoDoArtigo.objects.values_list("titulo", "corpo"))
    assert corpos["Segundo"] == (
        "Ver [Uma parte](/conhecimento/primeiro/#uma-parte), [Primeiro](/conhecimento/primeiro/) e "
        "[Manual](/conhecimento/produtos/sei/)."
    )
    assert corpos["Primeiro"] == "# Uma parte\n\n![A tela](imagem:tela.png)"
