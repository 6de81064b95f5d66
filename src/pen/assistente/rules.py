"""Quem pode o quê no assistente: qualquer um pergunta, só na própria conversa; quem escreve na base lê o que ficou sem resposta."""

from pen.assistente.models import Conversa
from pen.conhecimento.public import escreve
from pen.identidade.public import Ator, Pessoa


def continua(ator: Ator, conversa: Conversa) -> bool:
    """Se quem tem a chave continua a conversa: a de quem entrou é só dela; a de quem não entrou é do aparelho."""
    return conversa.pessoa_id is None or (isinstance(ator, Pessoa) and conversa.pessoa_id == ator.pk)


def le_perguntas(ator: Ator) -> bool:
    """Se a pessoa lê as perguntas de todos, sem saber de quem são."""
    return escreve(ator)
