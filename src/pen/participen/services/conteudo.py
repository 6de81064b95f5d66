"""O que se confere de todo texto antes de o publicar."""

from collections.abc import Iterable

from pen.comum.errors import conferir
from pen.comum.segredos import achar_segredos
from pen.participen.errors import DadosExpostos

AVISO = (
    "O texto parece ter dados que não deveriam ir a público. Tire-os ou, se não são de uma pessoa nem segredo, marque a "
    "declaração."
)


def conferir_conteudo(textos: Iterable[str], *, declara: bool) -> bool:
    """Se o texto parece ter CPF, CNPJ, senha ou chave, e quem escreve declarou que não são.

    Levanta:
        DadosExpostos: parece, e não se declarou.
    """
    achados = achar_segredos("\n".join(textos))
    conferir(declara or not achados, DadosExpostos(AVISO))
    return bool(achados)
