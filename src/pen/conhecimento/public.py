"""A porta do conhecimento para quem está acima."""

from pen.conhecimento.enums import EsferaDeAtendimento, Especie, NivelDoRoteiro
from pen.conhecimento.errors import ArtigoNaoEncontrado, ProdutoInvalido, ProdutoNaoEncontrado
from pen.conhecimento.models import Produto
from pen.conhecimento.models.produto import CODIGO
from pen.conhecimento.rules import registrar_quem_atende
from pen.conhecimento.selectors.artigos import (
    ArtigoPublicado,
    buscar_artigos,
    consultar_artigo,
    roteiros_publicados,
    sugerir_artigos,
)
from pen.conhecimento.selectors.produtos import consultar_produto, produtos_do_catalogo, produtos_oferecidos
from pen.conhecimento.services.artigos import Escrito, escrever_artigo, publicar_versao
from pen.conhecimento.services.importacao import importar_artigos
from pen.conhecimento.services.produtos import (
    DadosDoProduto,
    alterar_produto,
    carregar_produtos,
    criar_produto,
    retirar_produto,
)

__all__ = [
    "CODIGO",
    "ArtigoNaoEncontrado",
    "ArtigoPublicado",
    "DadosDoProduto",
    "Escrito",
    "EsferaDeAtendimento",
    "Especie",
    "NivelDoRoteiro",
    "Produto",
    "ProdutoInvalido",
    "ProdutoNaoEncontrado",
    "alterar_produto",
    "buscar_artigos",
    "carregar_produtos",
    "consultar_artigo",
    "consultar_produto",
    "criar_produto",
    "escrever_artigo",
    "importar_artigos",
    "produtos_do_catalogo",
    "produtos_oferecidos",
    "publicar_versao",
    "registrar_quem_atende",
    "retirar_produto",
    "roteiros_publicados",
    "sugerir_artigos",
]
