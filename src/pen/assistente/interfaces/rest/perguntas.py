"""Perguntar ao assistente por API. Quem pergunta não se identifica: o que se responde é o que qualquer pessoa lê."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja import Field, Router, Schema

from pen.assistente.enums import Desfecho, Intencao
from pen.assistente.interfaces.presenters import linha_da_fala
from pen.assistente.models.conversa import PERGUNTA_MAXIMO
from pen.assistente.selectors.conversas import fora_da_base, ver_falas
from pen.assistente.services.conversas import perguntar
from pen.comum.http import origem_do_pedido
from pen.conhecimento.public import AchadoForaDaBase, consultar_produto

router = Router(tags=["Assistente"])
NINGUEM = AnonymousUser()


class PerguntaSchema(Schema):
    pergunta: str = Field(max_length=PERGUNTA_MAXIMO)
    produto: str = Field("", max_length=60, description="O código, se já se sabe de que produto se fala.")
    conversa: str = Field("", max_length=43, description="O que veio na resposta anterior, para continuar.")


class TrechoSchema(Schema):
    titulo: str
    secao: str
    texto: str
    endereco: str = Field(description="O caminho da página, na seção.")


class RespostaSchema(Schema):
    conversa: str = Field(description="Mande de volta na próxima pergunta; é segredo de quem conversa.")
    intencao: Intencao
    desfecho: Desfecho
    frase: str
    redigida: str = Field(
        description="A resposta em outras palavras, se a instalação tem um modelo; cada frase cita um trecho."
    )
    trechos: list[TrechoSchema]
    produtos: list[str] = Field(description="Os códigos entre os quais se pede que escolha.")
    processo: str | None = Field(description="O caminho da página do processo de que se perguntou.")
    fora: list[AchadoForaDaBase] = Field(
        description="Quando a base não responde, ou só talvez: onde mais há resposta, como o fórum."
    )


@router.post(
    "/assistente/perguntas",
    response=RespostaSchema,
    summary="Perguntar ao assistente",
    operation_id="perguntar_ao_assistente",
)
def perguntar_ao_assistente(request: HttpRequest, pedido: PerguntaSchema) -> RespostaSchema:
    """A resposta vem da base de conhecimento, com o endereço de cada trecho; quando ela não responde, diz que não sabe."""
    fala = perguntar(
        por=NINGUEM, chave=pedido.conversa, texto=pedido.pergunta, origem=origem_do_pedido(request),
        produto=consultar_produto(pedido.produto) if pedido.produto else None,
    )  # fmt: skip
    linha = linha_da_fala(ver_falas([fala], para=NINGUEM)[0])
    return RespostaSchema(
        conversa=fala.conversa.chave, intencao=Intencao(fala.intencao), desfecho=Desfecho(fala.desfecho), frase=linha.frase,
        redigida=linha.redigida, produtos=[codigo for codigo, _ in linha.produtos],
        trechos=[
            TrechoSchema(titulo=t.titulo, secao=t.secao, texto="\n".join(t.paragrafos), endereco=t.endereco) for t in linha.trechos
        ],
        processo=linha.processo.endereco if linha.processo else None,
        fora=fora_da_base(fala),
    )  # fmt: skip
