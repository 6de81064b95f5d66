"""As leituras das caixas e da triagem."""

from pen.comum.errors import NaoEncontrado
from pen.correio.errors import CaixaNaoEncontrada
from pen.correio.models import Caixa, Caso, Expressao
from pen.correio.rules import exigir_quem_cuida
from pen.identidade.public import Ator


def caixas_com_casos(*, so_ativas: bool = True) -> list[tuple[Caixa, list[Caso]]]:
    """As caixas em ordem, cada uma com os casos que trata; é o que qualquer pessoa lê."""
    caixas = Caixa.objects.filter(ativa=True) if so_ativas else Caixa.objects.all()
    casos = list(Caso.objects.filter(retirado_em=None))
    return [(caixa, [caso for caso in casos if caso.caixa_id == caixa.pk]) for caixa in caixas]


def consultar_caixa(codigo: str, *, para: Ator) -> tuple[Caixa, list[Caso]]:
    """A caixa do código, com os casos.

    Levanta:
        CaixaNaoEncontrada: não existe, ou a pessoa não cuida das caixas.
    """
    exigir_quem_cuida(para)
    caixa = Caixa.objects.filter(codigo=codigo).first()
    if caixa is None:
        raise CaixaNaoEncontrada("Não existe nada neste endereço.")
    return caixa, list(Caso.objects.filter(caixa=caixa, retirado_em=None))


def expressoes_da_triagem(*, para: Ator) -> list[Expressao]:
    """As expressões, das que mais pesam às que menos.

    Levanta:
        CaixaNaoEncontrada: a pessoa não cuida das caixas.
    """
    exigir_quem_cuida(para)
    return list(Expressao.objects.all())


def consultar_expressao(expressao_id: int, *, para: Ator) -> Expressao:
    """A expressão.

    Levanta:
        CaixaNaoEncontrada: a pessoa não cuida das caixas.
        NaoEncontrado: não existe.
    """
    exigir_quem_cuida(para)
    achada = Expressao.objects.filter(pk=expressao_id).first()
    if achada is None:
        raise NaoEncontrado("Não existe nada neste endereço.")
    return achada
