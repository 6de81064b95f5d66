"""O que a busca sabe além dos textos: os sinônimos, e o que se aprendeu das perguntas. Para quem escreve."""

from pen.comum.errors import NaoEncontrado, conferir
from pen.conhecimento.errors import ArtigoNaoEncontrado
from pen.conhecimento.models import Sinonimos, TermoAprendido
from pen.conhecimento.rules import escreve, publica
from pen.identidade.public import Ator

QUANTOS = 200


def sinonimos_da_base(*, para: Ator) -> list[Sinonimos]:
    """Todos os grupos, em ordem da primeira expressão.

    Levanta:
        ArtigoNaoEncontrado: ``para`` não escreve, e para ele isto não existe.
    """
    conferir(escreve(para), ArtigoNaoEncontrado("Não existe nada neste endereço."))
    return sorted(Sinonimos.objects.all(), key=lambda grupo: grupo.escritas[0].casefold())


def consultar_sinonimos(sinonimos_id: int, *, para: Ator) -> Sinonimos:
    """Um grupo, para alterar.

    Levanta:
        NaoEncontrado: não há, ou ``para`` não é da equipe central, e para ele isto não existe.
    """
    grupo = Sinonimos.objects.filter(pk=sinonimos_id).first() if publica(para) else None
    if grupo is None:
        raise NaoEncontrado("Não há sinônimos com este número.")
    return grupo


def termos_aprendidos(*, para: Ator) -> list[TermoAprendido]:
    """Os que mais perguntas ensinaram, com o artigo; até duzentos.

    Levanta:
        ArtigoNaoEncontrado: ``para`` não escreve, e para ele isto não existe.
    """
    conferir(escreve(para), ArtigoNaoEncontrado("Não existe nada neste endereço."))
    aprendidos = TermoAprendido.objects.filter(vezes__gt=0).select_related("artigo")
    return list(aprendidos.order_by("-vezes", "palavra", "pk")[:QUANTOS])
