"""De que produto se fala."""

from collections.abc import Sequence

from pen.conhecimento.public import Produto, TrechoAchado, produtos_citados

QUASE_IGUAL = 0.8  # do melhor: abaixo disso, um trecho de outro produto não deixa dúvida
OPCOES_MAXIMO = 4


def entre_quais_produtos(pergunta: str, trechos: Sequence[TrechoAchado]) -> list[Produto]:
    """Os produtos entre os quais a pergunta não deixa escolher: os dos melhores trechos, se ela não diz de qual é; ou nenhum."""
    perto = [t for t in trechos if t.pontos >= QUASE_IGUAL * trechos[0].pontos]
    produtos = list(dict.fromkeys(t.artigo.produto for t in perto if t.artigo.produto is not None))
    if len(produtos) < 2 or trechos[0].artigo.produto is None:
        return []
    citados = produtos_citados(pergunta)
    em_duvida = [p for p in produtos if p in citados] if citados else produtos
    return em_duvida[:OPCOES_MAXIMO] if len(em_duvida) > 1 else []
