"""O limite da busca por CPF ou CNPJ: quem tenta números em série é parado, venha pela página ou pela API."""

from pen.identidade.public import contar_uso
from pen.protocolo_integrado.values import FiltrosDeBusca

BUSCAS_POR_DOCUMENTO_POR_MINUTO = 10


def contar_busca(filtros: FiltrosDeBusca, *, origem: str) -> None:
    """Conta a busca de uma origem (endereço de rede), se ela é por CPF ou CNPJ.

    Levanta:
        LimiteExcedido: passou de ``BUSCAS_POR_DOCUMENTO_POR_MINUTO``.
    """
    if filtros.documento:
        contar_uso(f"documento:{origem}", limite=BUSCAS_POR_DOCUMENTO_POR_MINUTO)
