"""O que a base de conhecimento tem para um chamado: roteiros para responder, artigos para citar."""

from django.urls import reverse

from pen.atendimento.models import Chamado
from pen.atendimento.values.modelo import preencher_modelo
from pen.conhecimento.public import ArtigoPublicado, Especie, consultar_artigo, sugerir_artigos
from pen.identidade.public import Ator
from pen.notificacoes.public import endereco_completo

QUANTOS = 5


def conhecimento_do_chamado(chamado: Chamado, *, para: Ator) -> list[ArtigoPublicado]:
    """Os roteiros e artigos que mais se parecem com o assunto, do produto ou de todos; até cinco."""
    return sugerir_artigos(chamado.assunto, para=para, produto_id=chamado.produto_id, quantos=QUANTOS)


def texto_do_roteiro(codigo: str, chamado: Chamado, *, para: Ator) -> str:
    """O começo de uma resposta: o modelo do roteiro preenchido ou, de outro artigo, o título e o endereço.

    Levanta:
        ArtigoNaoEncontrado: não está publicado, ou ``para`` não o lê.
    """
    achado = consultar_artigo(codigo, para=para)
    if achado.artigo.especie != Especie.ROTEIRO:
        return f"{achado.versao.titulo}: {endereco_completo(reverse('conhecimento:artigo', args=[codigo]))}"
    valores = {
        "nome": chamado.solicitante.nome, "protocolo": chamado.protocolo, "produto": chamado.produto.nome,
        "orgao": chamado.orgao.sigla,
    }  # fmt: skip
    return preencher_modelo(achado.versao.modelo, valores)
