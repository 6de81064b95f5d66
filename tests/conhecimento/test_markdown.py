"""O Markdown de um artigo: o que se permite, e o que nunca chega à página."""

import pytest

from pen.conhecimento.values.markdown import ImagemNaPagina, conferir_imagens, mostrar_conversa, mostrar_markdown

TELA = {"tela.png": ImagemNaPagina("/conhecimento/x/imagens/tela.png", 640, 480)}


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


@pytest.mark.parametrize("corpo", ["# Um\n\n## Dois", "## Um\n\n### Dois", "### Um\n\n#### Dois"])
def test_o_titulo_mais_alto_do_texto_e_sempre_o_segundo_da_pagina(corpo):
    assert [t.nivel for t in mostrar_markdown(corpo).titulos] == [2, 3]


def test_a_imagem_do_artigo_aparece_com_o_tamanho_e_so_quando_chega_perto():
    saida = str(mostrar_markdown("![A *tela* inicial](imagem:tela.png)", TELA).html)

    assert 'src="/conhecimento/x/imagens/tela.png"' in saida and 'alt="A tela inicial"' in saida
    assert 'width="640"' in saida and 'height="480"' in saida and 'loading="lazy"' in saida


@pytest.mark.parametrize(
    "escrita",
    [
        "![alt](https://sitio.exemplo/x.png)", "![alt](//sitio.exemplo/x.png)", "![alt](imagem:outra.png)", "![](imagem:tela.png)",
        "![alt](/conhecimento/x/imagens/tela.png)", "![alt](data:image/png;base64,AAAA)", "![alt](imagem:../tela.png)",
        '<img src="/conhecimento/x/imagens/tela.png" alt="alt">', "![alt][1]\n\n[1]: https://sitio.exemplo/x.png",
    ],
)  # fmt: skip
def test_outra_imagem_nao_aparece_e_fica_o_texto_dela(escrita):
    saida = str(mostrar_markdown(f"antes {escrita}", TELA).html)

    assert "<img" not in saida and "antes" in saida and ("alt" in saida or "![]" in escrita)


def test_o_que_falta_nas_imagens_se_diz():
    certas = "`![](imagem:b.png)` ![x](imagem:tela.png)"
    texto = f"![](imagem:tela.png) ![x](imagem:outra.png) ![x](https://sitio.exemplo/a.png) {certas}"
    frases = conferir_imagens(texto, TELA)

    assert len(frases) == 3
    assert "«tela.png» não tem texto alternativo" in frases[0] and "«outra.png» não foi enviada" in frases[1]
    assert "é de fora" in frases[2]


def test_tabelas_listas_e_enderecos():
    saida = html("| a | b |\n|---|---|\n| 1 | 2 |\n\n1. um\n2. dois\n\n[site](https://www.gov.br) e **forte**")

    assert "<td>1</td>" in saida and "<ol>" in saida and "<strong>forte</strong>" in saida
    assert 'href="https://www.gov.br"' in saida and 'rel="noopener noreferrer"' in saida


def test_na_conversa_os_titulos_descem_sem_ancora_e_as_ligacoes_nao_dao_reputacao():
    saida = str(
        mostrar_conversa("# Um\n\n###### Seis\n\n[site](https://www.gov.br) ![tela](imagem:tela.png) <script>x</script>")
    )

    assert "<h3>Um</h3>" in saida and "<h6>Seis</h6>" in saida
    assert 'rel="nofollow ugc noopener noreferrer"' in saida and "<img" not in saida and "tela" in saida
    assert "<script" not in saida


def test_na_conversa_a_tabela_larga_rola_tambem_pelo_teclado():
    saida = str(mostrar_conversa("| a |\n|---|\n| 1 |"))

    assert saida.startswith('<div class="rolavel" role="group" aria-label="Tabela" tabindex="0"><table>')
    assert saida.rstrip().endswith("</table></div>")


@pytest.mark.parametrize("alvo", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_na_conversa_endereco_que_executa_nao_vira_ligacao(alvo):
    assert "href" not in str(mostrar_conversa(f"[x]({alvo})"))
