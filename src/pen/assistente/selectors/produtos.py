"""De que produto se fala."""

from collections.abc import Sequence

from pen.comum.portugues import palavras
from pen.comum.texto import sem_acentos
from pen.conhecimento.public import Produto, TrechoAchado, produtos_oferecidos

# Palavras do nome que dizem de que espécie é o produto, e não qual: «portal», «módulo» e «API» do mesmo produto se confundem.
_DA_ESPECIE = frozenset({"api", "modulo", "portal", "do", "da", "de", "e", "gov", "br", "com"})
QUASE_IGUAL = 0.8  # do melhor: abaixo disso, um trecho de outro produto não deixa dúvida
OPCOES_MAXIMO = 4


def produtos_citados(texto: str) -> list[Produto]:
    """Os produtos cujo nome está no texto; de dois que se confundem, o que se disse por inteiro."""
    ditas = {sem_acentos(p) for p in palavras(texto)}
    nomes = {produto: _nome(produto) for produto in produtos_oferecidos()}
    citados = {p: nome for p, nome in nomes.items() if (nucleo := nome - _DA_ESPECIE) and nucleo <= ditas}
    maior = max((len((nome - _DA_ESPECIE) & ditas) for nome in citados.values()), default=0)
    citados = {p: nome for p, nome in citados.items() if len((nome - _DA_ESPECIE) & ditas) == maior}
    inteiros = [p for p, nome in citados.items() if nome & _DA_ESPECIE & {"api", "modulo", "portal"} & ditas]
    return inteiros or list(citados)


def entre_quais_produtos(pergunta: str, trechos: Sequence[TrechoAchado]) -> list[Produto]:
    """Os produtos entre os quais a pergunta não deixa escolher: os dos melhores trechos, se ela não diz de qual é; ou nenhum."""
    perto = [t for t in trechos if t.pontos >= QUASE_IGUAL * trechos[0].pontos]
    produtos = list(dict.fromkeys(t.artigo.produto for t in perto if t.artigo.produto is not None))
    if len(produtos) < 2 or trechos[0].artigo.produto is None:
        return []
    citados = produtos_citados(pergunta)
    em_duvida = [p for p in produtos if p in citados] if citados else produtos
    return em_duvida[:OPCOES_MAXIMO] if len(em_duvida) > 1 else []


def _nome(produto: Produto) -> frozenset[str]:
    return frozenset(sem_acentos(palavra) for palavra in palavras(produto.nome))
