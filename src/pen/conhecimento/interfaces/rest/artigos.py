"""A base de conhecimento por API: só o que qualquer pessoa lê."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Path, Query, Router, Schema

from pen.conhecimento.enums import Especie
from pen.conhecimento.selectors.artigos import ArtigoPublicado, consultar_artigo
from pen.conhecimento.selectors.busca import buscar_na_base
from pen.conhecimento.selectors.fontes import AchadoForaDaBase, procurar_fora
from pen.conhecimento.selectors.produtos import consultar_produto
from pen.conhecimento.values.realce import pedaco

router = Router(tags=["Base de conhecimento"])
NINGUEM = AnonymousUser()  # a chave e a sessão de quem pede não mudam o que se lê aqui


class ArtigoSchema(Schema):
    codigo: str
    titulo: str
    especie: Especie
    produto: str | None = Field(description="O código; nulo, se o artigo é de vários.")
    endereco: str = Field(description="O caminho da página.")
    publicado_em: datetime
    vale_ate: date | None


class ArtigoInteiroSchema(ArtigoSchema):
    resumo: str
    corpo: str = Field(description="Em Markdown.")


class ArtigoAchadoSchema(ArtigoSchema):
    pedaco: str = Field(description="O pedaço do texto que responde, sem marcação.")
    secao: str = Field(description="Os títulos até ele.")
    confianca: float = Field(description="Quanto se confia em que o artigo responde; de 0 a 1.")


class ArtigosSchema(Schema):
    itens: list[ArtigoAchadoSchema]
    fora: list[AchadoForaDaBase] = Field(description="O que responde e não é artigo.")
    lida: str = Field(description="As palavras que se procuraram, com a grafia consertada.")


@router.get(
    "/conhecimento/artigos", response=ArtigosSchema, summary="Buscar na base de conhecimento", operation_id="buscar_artigos"
)
def buscar(
    request: HttpRequest,
    pergunta: str = Query(max_length=200, description="Com as palavras de quem pergunta; erros de digitação se consertam."),
    produto: str = Query("", max_length=60, description="O código de um produto do catálogo."),
) -> ArtigosSchema:
    """Até vinte artigos, do que mais responde ao que menos."""
    do_produto = consultar_produto(produto).pk if produto else None
    busca = buscar_na_base(pergunta, para=NINGUEM, produto_id=do_produto)
    itens = [
        ArtigoAchadoSchema(
            **_dados(artigo), pedaco=pedaco(melhor.trecho.texto, busca.formas), secao=melhor.trecho.titulo,
            confianca=round(melhor.confianca, 3),
        )
        for artigo, melhor in busca.artigos
    ]  # fmt: skip
    fora = procurar_fora(busca.lida or pergunta, produto_id=do_produto)
    return ArtigosSchema(itens=itens, fora=fora, lida=busca.lida)


@router.get(
    "/conhecimento/artigos/{codigo}", response=ArtigoInteiroSchema, summary="Ler um artigo", operation_id="consultar_artigo"
)
def consultar(request: HttpRequest, codigo: str = Path(max_length=120)) -> ArtigoInteiroSchema:
    """O artigo publicado; o que é interno, ou não está publicado, é 404."""
    achado = consultar_artigo(codigo, para=NINGUEM)
    return ArtigoInteiroSchema(**_dados(achado), resumo=achado.versao.resumo, corpo=achado.versao.corpo)


def _dados(publicado: ArtigoPublicado) -> dict[str, Any]:
    artigo, versao = publicado.artigo, publicado.versao
    return {
        "codigo": artigo.codigo, "titulo": versao.titulo, "especie": artigo.especie, "vale_ate": versao.vale_ate,
        "produto": artigo.produto.codigo if artigo.produto else None, "publicado_em": versao.publicada_em,
        "endereco": reverse("conhecimento:artigo", args=[artigo.codigo]),
    }  # fmt: skip
