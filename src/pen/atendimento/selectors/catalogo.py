"""O catálogo: que produtos e tipos de suporte se oferecem a cada esfera."""

from collections import defaultdict
from dataclasses import dataclass
from typing import NoReturn

from pen.atendimento.errors import ProdutoForaDaEsfera
from pen.atendimento.models import Formulario, TipoDeSuporte
from pen.comum.errors import conferir
from pen.comum.orm_preparado import LeituraPronta, Vaga
from pen.conhecimento.public import EsferaDeAtendimento, Produto, ProdutoNaoEncontrado, produtos_oferecidos
from pen.conhecimento.public import consultar_produto as produto_do_codigo
from pen.identidade.public import Esfera, Orgao, Poder

_DO_EXECUTIVO = {
    Esfera.FEDERAL: EsferaDeAtendimento.FEDERAL,
    Esfera.ESTADUAL: EsferaDeAtendimento.ESTADUAL,
    Esfera.MUNICIPAL: EsferaDeAtendimento.MUNICIPAL,
}
_EM_VIGOR = LeituraPronta(
    lambda: (
        Formulario.objects.filter(tipo__produto__codigo=Vaga())
        .filter(tipo__codigo=Vaga(), tipo__retirado_em=None)
        .select_related("tipo__produto")
        .order_by("-versao")[:1]
    )
)


@dataclass(frozen=True, slots=True)
class Folha:
    """O que se pode abrir: um tipo de suporte de um produto numa esfera."""

    esfera: EsferaDeAtendimento
    produto: Produto
    tipo: TipoDeSuporte
    formulario: Formulario


def esfera_do_orgao(orgao: Orgao) -> EsferaDeAtendimento:
    """A esfera de atendimento de um órgão: a do ente, se é do Executivo; senão, «Outros Poderes»."""
    if orgao.poder != Poder.EXECUTIVO:
        return EsferaDeAtendimento.OUTROS_PODERES
    return _DO_EXECUTIVO[Esfera(orgao.esfera)]


def produtos_da_esfera(esfera: EsferaDeAtendimento) -> list[tuple[Produto, list[TipoDeSuporte]]]:
    """Os produtos oferecidos à esfera, em ordem, cada um com os seus tipos de suporte."""
    produtos = produtos_oferecidos(esfera)
    tipos: dict[int, list[TipoDeSuporte]] = defaultdict(list)
    for tipo in TipoDeSuporte.objects.filter(produto__in=produtos, retirado_em=None):
        tipos[tipo.produto_id].append(tipo)
    return [(produto, tipos[produto.pk]) for produto in produtos]


def formularios_da_esfera(esfera: EsferaDeAtendimento) -> list[tuple[Produto, list[Formulario]]]:
    """Os produtos oferecidos à esfera, cada um com o formulário em vigor de cada tipo de suporte."""
    oferecidos = produtos_da_esfera(esfera)
    tipos = [tipo for _, do_produto in oferecidos for tipo in do_produto]
    em_vigor = (
        Formulario.objects.filter(tipo__in=tipos).order_by("tipo_id", "-versao").distinct("tipo_id").select_related("tipo")
    )
    do_tipo = {f.tipo_id: f for f in em_vigor}
    return [(produto, [do_tipo[t.pk] for t in do_produto if t.pk in do_tipo]) for produto, do_produto in oferecidos]


def consultar_produto(codigo: str, esfera: EsferaDeAtendimento) -> tuple[Produto, list[TipoDeSuporte]]:
    """O produto e os seus tipos de suporte.

    Levanta:
        ProdutoNaoEncontrado: não existe, ou não recebe mais chamados.
        ProdutoForaDaEsfera: existe, e não se oferece à esfera.
    """
    produto = produto_do_codigo(codigo)
    conferir(produto.retirado_em is None, ProdutoNaoEncontrado("Este produto não recebe mais chamados."))
    if esfera not in produto.esferas:
        nomes = [EsferaDeAtendimento(e).label for e in produto.esferas]
        raise ProdutoForaDaEsfera(f"«{produto.nome}» só é oferecido a: {', '.join(nomes)}.", esferas=nomes)
    return produto, list(TipoDeSuporte.objects.filter(produto=produto, retirado_em=None))


def tipos_do_produto(produto: Produto, esfera: EsferaDeAtendimento) -> list[TipoDeSuporte]:
    """Os tipos de suporte do produto que se podem abrir na esfera; nenhum, se o produto não se oferece a ela."""
    if produto.retirado_em is not None or esfera not in produto.esferas:
        return []
    return list(TipoDeSuporte.objects.filter(produto=produto, retirado_em=None))


def consultar_folha(produto: str, tipo: str, esfera: EsferaDeAtendimento) -> Folha:
    """A folha e o formulário em vigor, pelos códigos.

    Levanta:
        ProdutoNaoEncontrado: o produto ou o tipo não existe, ou não recebe mais chamados.
        ProdutoForaDaEsfera: o produto não se oferece à esfera.
    """
    em_vigor = _EM_VIGOR.um(produto, tipo)
    if em_vigor is not None and em_vigor.tipo.produto.retirado_em is None and esfera in em_vigor.tipo.produto.esferas:
        return Folha(esfera, em_vigor.tipo.produto, em_vigor.tipo, em_vigor)
    return _explicar_falta(produto, tipo, esfera)


def _explicar_falta(produto: str, tipo: str, esfera: EsferaDeAtendimento) -> NoReturn:
    do_produto, tipos = consultar_produto(produto, esfera)
    achado = next((t for t in tipos if t.codigo == tipo), None)
    conferir(achado is not None, ProdutoNaoEncontrado(f"«{do_produto.nome}» não tem este tipo de suporte."))
    raise ProdutoNaoEncontrado("Este tipo de suporte ainda não tem formulário.")
