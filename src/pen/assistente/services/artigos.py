"""O artigo que começa do que ficou sem resposta."""

from collections.abc import Sequence

from pen.conhecimento.public import TITULO_MAXIMO, Escrito, Especie, escrever_artigo
from pen.identidade.public import Pessoa


def comecar_artigo(*, por: Pessoa, perguntas: Sequence[str]) -> str:
    """Começa o rascunho de uma pergunta frequente, com a primeira das ``perguntas`` no título e todas como maneiras de perguntar.

    Devolve o código do artigo. Levanta o que ``escrever_artigo`` levanta.
    """
    ditas = [pergunta.strip() for pergunta in perguntas if pergunta.strip()]
    titulo = f"{ditas[0][:1].upper()}{ditas[0][1:]}"[:TITULO_MAXIMO]
    escrito = Escrito(titulo=titulo, corpo="Responda aqui.", perguntas="\n".join(dict.fromkeys(ditas)))
    return escrever_artigo(por=por, especie=Especie.PERGUNTA, escrito=escrito).artigo.codigo
