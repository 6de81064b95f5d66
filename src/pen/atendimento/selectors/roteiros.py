"""O que a base de conhecimento tem para um chamado: roteiros para responder, artigos para citar."""

from collections.abc import Mapping
from types import MappingProxyType

from django.urls import reverse

from pen.atendimento.errors import ChamadoNaoEncontrado
from pen.atendimento.models import Chamado
from pen.atendimento.rules import atende
from pen.atendimento.values.modelo import preencher_modelo
from pen.comum.errors import conferir
from pen.conhecimento.public import ArtigoPublicado, Especie, buscar_artigos, consultar_artigo, sugerir_artigos
from pen.identidade.public import Ator
from pen.notificacoes.public import endereco_completo

QUANTOS = 5


def conhecimento_do_chamado(chamado: Chamado, *, para: Ator) -> list[ArtigoPublicado]:
    """Os roteiros e artigos que mais se parecem com o assunto, do produto ou de todos; até cinco."""
    return sugerir_artigos(chamado.assunto, para=para, produto_id=chamado.produto_id, quantos=QUANTOS)


def procurar_para_o_chamado(palavras: str, chamado: Chamado, *, para: Ator) -> list[ArtigoPublicado]:
    """Os roteiros e artigos com as palavras, do produto do chamado ou de todos, para quem o atende; até vinte.

    Levanta:
        ChamadoNaoEncontrado: ``para`` não atende o chamado.
        BuscaInvalida, BuscaDemorada.
    """
    conferir(atende(para, chamado), ChamadoNaoEncontrado("Não existe nada neste endereço."))
    return buscar_artigos(palavras, para=para, produto_id=chamado.produto_id)


def texto_do_roteiro(codigo: str, chamado: Chamado, *, para: Ator, mais: Mapping[str, str] = MappingProxyType({})) -> str:
    """O começo de uma resposta: o modelo do roteiro preenchido ou, de outro artigo, o título e o endereço.

    ``mais`` são variáveis além das do chamado.

    Levanta:
        ArtigoNaoEncontrado: não está publicado, ou ``para`` não o lê.
    """
    achado = consultar_artigo(codigo, para=para)
    if achado.artigo.especie != Especie.ROTEIRO:
        return f"{achado.versao.titulo}: {endereco_completo(reverse('conhecimento:artigo', args=[codigo]))}"
    return preencher_modelo(achado.versao.modelo, {**variaveis_do_chamado(chamado), **mais})


def variaveis_do_chamado(chamado: Chamado) -> dict[str, str]:
    """O que ``{nome}``, ``{protocolo}``, ``{produto}`` e ``{orgao}`` viram num texto pronto."""
    return {
        "nome": chamado.solicitante.nome, "protocolo": chamado.protocolo, "produto": chamado.produto.nome,
        "orgao": chamado.orgao.sigla,
    }  # fmt: skip
