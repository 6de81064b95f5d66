"""O ambiente Jinja2 das páginas: o que toda página pode usar sem importar."""

from functools import lru_cache
from typing import Any

import jinja2
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from pen.designsys import filtros


class Ambiente(jinja2.Environment):
    """Escreve na página, já ao compilá-la, o que é igual em todo pedido: os ícones, os estáticos e os endereços sem partes."""

    def _generate(self, source: nodes.Template, *partes: Any, **nomeadas: Any) -> str:
        return super()._generate(_ChamadasConstantes(self).visit(source), *partes, **nomeadas)


class _ChamadasConstantes(NodeTransformer):
    """Troca pelo valor cada chamada a uma das funções de toda página cujos argumentos já estão escritos no modelo."""

    def __init__(self, ambiente: jinja2.Environment) -> None:
        self.funcoes: dict[str, Any] = {
            nome: ambiente.globals[nome] for nome in ("icone", "static", "url") if nome in ambiente.globals
        }

    def visit_Call(self, no: nodes.Call) -> nodes.Node:
        """A chamada, ou o que ela vale; o que não se pode saber agora fica para cada pedido."""
        self.generic_visit(no)
        if not isinstance(no.node, nodes.Name) or no.node.name not in self.funcoes or no.dyn_args or no.dyn_kwargs:
            return no
        try:
            partes = [parte.as_const() for parte in no.args]
            nomeadas = dict(par.as_const() for par in no.kwargs)
            valor = self.funcoes[no.node.name](*partes, **nomeadas)
        except (nodes.Impossible, NoReverseMatch, ValueError):  # ValueError: um estático que ainda não foi reunido
            return no
        return nodes.Const(valor, lineno=no.lineno, environment=no.environment)


def criar_ambiente(**opcoes: Any) -> jinja2.Environment:
    """Cria o ambiente com escape automático e nomes conferidos: variável que falta é erro, não silêncio."""
    opcoes |= {"autoescape": True, "undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    opcoes["extensions"] = ["jinja2.ext.do"]
    ambiente = Ambiente(**opcoes)
    # Os endereços de uma página se repetem na seguinte.
    ambiente.globals |= {"icone": lru_cache(200)(_icone), "static": lru_cache(200)(static), "url": lru_cache(2_000)(_url)}
    ambiente.filters |= {
        "data": filtros.data,
        "data_extenso": filtros.data_extenso,
        "data_hora": filtros.data_hora,
        "hora": filtros.hora,
        "milhar": filtros.milhar,
        "plural": filtros.plural,
        "quebras": filtros.quebras,
        "tamanho": filtros.tamanho,
    }
    return ambiente


def _url(nome: str, /, *partes: Any, **nomeadas: Any) -> str:
    return reverse(nome, args=partes, kwargs=nomeadas)


def _icone(nome: str) -> Markup:
    """Um ícone da folha de estilo, que o leitor de tela não lê."""
    return Markup('<i class="fas fa-{}" aria-hidden="true"></i>').format(nome)
