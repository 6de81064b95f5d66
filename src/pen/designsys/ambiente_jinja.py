"""O ambiente Jinja2 das páginas: o que toda página pode usar sem importar."""

from collections.abc import MutableMapping
from functools import lru_cache
from types import BuiltinMethodType
from typing import Any

import jinja2
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escapar_texto  # type: ignore[attr-defined]  # o «escape», sem o embrulho

from pen.designsys import filtros

_NADA_PEDEM = (BuiltinMethodType, type(lru_cache(len)))  # as funções a que o Jinja não precisa passar o contexto


class _Gerador(CodeGenerator):
    """Escapa cada valor por ``Ambiente.escapar``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escapar(")
        else:
            super()._output_child_pre(node, frame, finalize)


class _Contexto(Context):
    """Chama as macros e as funções em C sem procurar, a cada vez, o que cada uma quer receber."""

    def call(self, chamado: Any, /, *partes: Any, **nomeadas: Any) -> Any:
        """O que a chamada ``{{ chamado(…) }}`` vale."""
        tipo = type(chamado)
        if tipo is not Macro and tipo not in _NADA_PEDEM:
            return super().call(chamado, *partes, **nomeadas)
        nomeadas.pop("_block_vars", None)  # do Jinja, para quem pede o contexto
        nomeadas.pop("_loop_vars", None)
        return chamado(self.eval_ctx, *partes, **nomeadas) if tipo is Macro else chamado(*partes, **nomeadas)


class Ambiente(jinja2.Environment):
    """Escreve na página, já ao compilá-la, o que é igual em todo pedido: os ícones, os estáticos e os endereços sem partes.

    Uma página escapa mais de cem valores e chama trinta macros; os da biblioteca custavam um terço dela.
    """

    code_generator_class = _Gerador
    context_class = _Contexto

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """O dicionário mesmo, se o modelo não traz nada além dele: copiar e comparar o ``ChainMap`` do Jinja sai caro."""
        return super().make_globals(d) if d else self.globals

    @staticmethod
    def escapar(valor: Any) -> str:
        """O valor como texto de HTML, igual ao de ``markupsafe.escape``, sem o embrulho que a página não usa."""
        if type(valor) is str:
            return escapar_texto(valor)
        if type(valor) is Markup:
            return valor
        return str(valor) if type(valor) is int else escape(valor)

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
