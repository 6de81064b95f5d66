"""O que se confere de todo texto antes de o publicar."""

from collections.abc import Iterable

from pen.comum.errors import conferir
from pen.comum.segredos import Segredo, achar_segredos
from pen.participen.errors import DadosExpostos


def conferir_conteudo(textos: Iterable[str], *, declara: bool) -> list[Segredo]:
    """O que parece CPF, CNPJ, senha ou chave, e quem escreve declarou que não é.

    Levanta:
        DadosExpostos: parece, e não se declarou.
    """
    achados = achar_segredos("\n".join(textos))
    conferir(declara or not achados, DadosExpostos(achados))
    return achados
