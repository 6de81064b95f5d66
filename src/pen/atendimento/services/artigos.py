"""Levar à base de conhecimento a resposta que encerrou um chamado, para que a próxima pessoa a ache sem abrir outro."""

from django.db import transaction

from pen.atendimento.errors import PassoImpossivel
from pen.atendimento.rules import atende
from pen.atendimento.selectors.chamados import resposta_final
from pen.atendimento.services.passo import travar_chamado
from pen.comum.errors import SemPermissao, conferir
from pen.comum.segredos import esconder_segredos
from pen.conhecimento.public import TITULO_MAXIMO, Escrito, Especie, codigo_da_origem, escrever_artigo
from pen.identidade.public import Pessoa

LEMBRETE = "> Antes de mandar à revisão, tire daqui nomes e tudo o que seja da pessoa; apague também esta linha."


@transaction.atomic
def comecar_artigo(*, por: Pessoa, chave: str) -> str:
    """Começa o rascunho de uma pergunta frequente com a resposta final do chamado; de um chamado começa um artigo só.

    O que parece CPF, senha ou token não vai. O rascunho só se publica depois da revisão. Devolve o código do artigo.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao.
        PassoImpossivel: o chamado não acabou com uma resposta.
    """
    chamado = travar_chamado(por, chave)
    conferir(atende(por, chamado), SemPermissao("O chamado está com outra equipe."))
    resposta = resposta_final(chamado)
    conferir(bool(resposta), PassoImpossivel("O chamado não acabou com uma resposta que sirva a outras pessoas."))
    origem = f"chamado:{chamado.pk}"
    if (ja := codigo_da_origem(origem)) is not None:
        return ja
    assunto = esconder_segredos(chamado.assunto)
    escrito = Escrito(
        titulo=assunto[:TITULO_MAXIMO], corpo=f"{LEMBRETE}\n\n{esconder_segredos(resposta)}", perguntas=assunto
    )  # fmt: skip
    return escrever_artigo(
        por=por, especie=Especie.PERGUNTA, escrito=escrito, produto=chamado.produto, origem=origem
    ).artigo.codigo  # fmt: skip
