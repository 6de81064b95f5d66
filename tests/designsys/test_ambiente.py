"""O que o nosso ambiente Jinja faz mais depressa sai igual ao do Jinja."""

import pytest
from django.template import engines
from django.utils.functional import lazystr
from django.utils.safestring import SafeString
from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

MODELO = """{% macro m(a, b="<c>") %}{{ a }}{{ b }}{{ caller() if caller is defined }}{% endmacro -%}
{{ x }}|{{ x|upper }}|{{ m(x) }}|{{ m(x, b=x) }}|{% call m(1) %}<i>{{ x }}{% endcall %}|{{ "a".startswith("a") }}|{{ [1, none] }}
{%- for i in [1, 2] %}{{ m(i) }}{{ loop.index }}{% endfor %}{% set y %}{{ x }}{% endset %}{{ y }}{{ x ~ "<" }}
{%- autoescape false %}{{ x }}{{ m(x) }}{% endautoescape %}"""


@pytest.mark.parametrize(
    "valor", ["<b>&'\"", Markup("<b>"), SafeString("<b>"), lazystr("<b>"), 7, 2.5, True, None, ["<"], ("a", "<")], ids=repr
)
def test_escapa_e_chama_como_o_jinja(valor):
    do_jinja = Environment(autoescape=True, undefined=StrictUndefined).from_string(MODELO)

    assert engines["jinja2"].env.from_string(MODELO).render(x=valor) == do_jinja.render(x=valor)


def test_o_que_falta_e_erro_tambem_dentro_do_escape():
    with pytest.raises(UndefinedError, match="falta"):
        engines["jinja2"].env.from_string("{{ falta }}").render()
