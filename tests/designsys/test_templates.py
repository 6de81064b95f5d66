"""O que a política de conteúdo proíbe não entra em template nenhum, e o que um template pede de estático existe."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

FONTES = Path(__file__).parents[2] / "src" / "pen"
TEMPLATES = sorted(FONTES.glob("*/jinja2/**/*.jinja"))
ICONES = set(re.findall(r"\.fa-([a-z-]+)::before", (FONTES / "designsys/static/designsys/pen.css").read_text()))
PROIBIDOS = re.compile(r"""\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE)


@pytest.mark.parametrize("arquivo", TEMPLATES, ids=lambda a: str(a.relative_to(FONTES)))
def test_template_nao_tem_estilo_nem_script_embutido(arquivo):
    assert PROIBIDOS.findall(arquivo.read_text()) == []


@pytest.mark.parametrize(
    "errado", ['<p style="x">', "<style>", "<script>", '<a onclick="x()">', '<a href="javascript:x">', "<script defer>"]
)
def test_a_cerca_ve_o_que_e_proibido(errado):
    assert PROIBIDOS.search(errado)


@pytest.mark.parametrize("arquivo", TEMPLATES, ids=lambda a: str(a.relative_to(FONTES)))
def test_estaticos_e_icones_pedidos_existem(arquivo):
    texto = arquivo.read_text()
    icones = re.findall(r"""(?:icone\(|icone_antes=)["']([a-z-]+)|\bfa-([a-z][a-z-]+)""", texto)

    assert all(finders.find(nome) for nome in re.findall(r"static\('([^']+)'\)", texto))
    assert {a or b for a, b in icones} <= ICONES
