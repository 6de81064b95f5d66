"""O Markdown de um artigo: o que se permite, e o que nunca chega à página."""

import pytest

from pen.conhecimento.values.markdown import mostrar_markdown


def html(texto: str) -> str:
    return str(mostrar_markdown(texto).html)


@pytest.mark.parametrize(
    "hostil",
    [
        "<script>alert(1)</script>", "[clique](javascript:alert(1))", "![x](x onerror=alert(1))", "<img src=x onerror=alert(1)>",
        "[x](data:text/html,<script>alert(1)</script>)", "<a href='javascript:alert(1)'>x</a>", "<style>*{display:none}</style>",
        "[x](vbscript:msgbox)", '<div style="position:fixed">x</div>', "<iframe src=//x></iframe>", "`<svg onload=alert(1)>`",
        "[a](//x 'y\" onmouseover=\"alert(1)')",
    ],
)  # fmt: skip
def test_nada_do_que_se_escreve_vira_programa(hostil):
    saida = html(hostil)

    perigos = ["<script", "<img", "<svg", "<style", "<iframe", "<div", 'href="javascript', 'href="data', 'href="vbscript']
    assert not [perigo for perigo in perigos if perigo in saida]
    assert ' onmouseover="' not in saida and ' onload="' not in saida


def test_titulos_descem_um_nivel_e_tem_ancoras_diferentes():
    corpo = mostrar_markdown("# Instalação\n\n## Passo a passo\n\n## Passo a passo\n\n###### Fundo")

    assert [(t.nivel, t.ancora) for t in corpo.titulos] == [
        (2, "instalacao"), (3, "passo-a-passo"), (3, "passo-a-passo-2"), (6, "fundo"),
    ]  # fmt: skip
    assert '<h2 id="instalacao">Instalação</h2>' in corpo.html


def test_tabelas_listas_e_enderecos():
    saida = html("| a | b |\n|---|---|\n| 1 | 2 |\n\n1. um\n2. dois\n\n[site](https://www.gov.br) e **forte**")

    assert "<td>1</td>" in saida and "<ol>" in saida and "<strong>forte</strong>" in saida
    assert 'href="https://www.gov.br"' in saida and 'rel="noopener noreferrer"' in saida
