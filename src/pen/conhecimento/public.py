"""A porta do conhecimento para quem está acima."""

from pen.conhecimento.enums import EsferaDeAtendimento, Especie, NivelDoRoteiro
from pen.conhecimento.errors import ArtigoNaoEncontrado, ProdutoInvalido, ProdutoNaoEncontrado
from pen.conhecimento.models import Produto
from pen.conhecimento.models.artigo import TITULO_MAXIMO
from pen.conhecimento.models.produto import CODIGO
from pen.conhecimento.rules import escreve, registrar_quem_atende
from pen.conhecimento.selectors.artigos import ArtigoPublicado, codigo_da_origem, consultar_artigo, roteiros_publicados
from pen.conhecimento.selectors.busca import buscar_artigos, sugerir_artigos
from pen.conhecimento.selectors.citacoes import ReferenciaDeTrecho, TrechoPublicado, trechos_das_referencias
from pen.conhecimento.selectors.fontes import AchadoForaDaBase, procurar_fora, registrar_fonte
from pen.conhecimento.selectors.produtos import (
    consultar_produto,
    produtos_citados,
    produtos_do_catalogo,
    produtos_oferecidos,
)
from pen.conhecimento.selectors.trechos import TrechoAchado, achar_trechos
from pen.conhecimento.services.aprendizado import aprender_pergunta
from pen.conhecimento.services.artigos import Escrito, escrever_artigo, publicar_versao
from pen.conhecimento.services.importacao import importar_artigos
from pen.conhecimento.services.indice import indexar_o_que_falta
from pen.conhecimento.services.produtos import (
    DadosDoProduto,
    alterar_produto,
    carregar_produtos,
    criar_produto,
    retirar_produto,
)
from pen.conhecimento.services.sinonimos import carregar_sinonimos
from pen.conhecimento.values.markdown import mostrar_conversa

__all__ = [
    "CODIGO",
    "TITULO_MAXIMO",
    "AchadoForaDaBase",
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
    "ReferenciaDeTrecho",
    "TrechoAchado",
    "TrechoPublicado",
    "achar_trechos",
    "alterar_produto",
    "aprender_pergunta",
    "buscar_artigos",
    "carregar_produtos",
    "carregar_sinonimos",
    "codigo_da_origem",
    "consultar_artigo",
    "consultar_produto",
    "criar_produto",
    "escreve",
    "escrever_artigo",
    "importar_artigos",
    "indexar_o_que_falta",
    "mostrar_conversa",
    "procurar_fora",
    "produtos_citados",
    "produtos_do_catalogo",
    "produtos_oferecidos",
    "publicar_versao",
    "registrar_fonte",
    "registrar_quem_atende",
    "retirar_produto",
    "roteiros_publicados",
    "sugerir_artigos",
    "trechos_das_referencias",
]
