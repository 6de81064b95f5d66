"""O ambiente Jinja2 das páginas: o que toda página pode usar sem importar."""

from functools import lru_cache
from typing import Any

import jinja2
from django.templatetags.static import static
from django.urls import reverse

from pen.designsys import filtros


def criar_ambiente(**opcoes: Any) -> jinja2.Environment:
    """Cria o ambiente com escape automático e nomes conferidos: variável que falta é erro, não silêncio."""
    opcoes |= {"autoescape": True, "undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    opcoes["extensions"] = ["jinja2.ext.do"]
    ambiente = jinja2.Environment(**opcoes)  # noqa: S701 - autoescape está em opcoes
    # Os endereços de uma página se repetem na seguinte.
    ambiente.globals |= {"static": lru_cache(200)(static), "url": lru_cache(2_000)(_url)}
    ambiente.filters |= {
        "data": filtros.data,
        "data_extenso": filtros.data_extenso,
        "data_hora": filtros.data_hora,
        "hora": filtros.hora,
        "milhar": filtros.milhar,
        "plural": filtros.plural,
        "quebras": filtros.quebras,
    }
    return ambiente


def _url(nome: str, /, *partes: Any, **nomeadas: Any) -> str:
    return reverse(nome, args=partes, kwargs=nomeadas)
