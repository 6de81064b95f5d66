"""Quanto um assunto se parece com outros, pelas palavras que têm em comum: as raras valem mais."""

from collections import Counter
from collections.abc import Mapping
from math import log
from typing import TypeVar

from pen.comum.portugues import palavras
from pen.comum.texto import sem_acentos

K = TypeVar("K")
MINIMO = 0.5  # a parte do peso das palavras do assunto que o outro também tem
RADICAL = 6  # letras: «assinar», «assinatura» e «assinei» começam igual
COMUNS = frozenset({
    "ao", "aos", "com", "como", "da", "das", "de", "do", "dos", "ela", "ele", "em", "esta", "estou", "eu", "foi", "ja",
    "la", "mais", "mas", "me", "meu", "minha", "na", "nao", "nas", "no", "nos", "num", "o", "os", "ou", "para", "pela",
    "pelo", "por", "quando", "que", "se", "sem", "ser", "seu", "sua", "tem", "um", "uma",
})  # fmt: skip


def semelhantes(assunto: str, outros: Mapping[K, str], *, quantos: int) -> list[K]:
    """As chaves dos mais parecidos, do mais ao menos, até ``quantos``; nenhum, se nada chega à metade do peso."""
    procurados = radicais(assunto)
    de_cada = {chave: radicais(texto) for chave, texto in outros.items()}
    vezes = Counter(radical for do_outro in de_cada.values() for radical in do_outro)
    pesos = {radical: log(1 + (len(outros) + 10) / (vezes[radical] + 1)) for radical in procurados}
    total = sum(pesos.values())
    partes = (
        {chave: sum(pesos[r] for r in procurados & do_outro) / total for chave, do_outro in de_cada.items()}
        if total
        else {}
    )
    achados = sorted((chave for chave, parte in partes.items() if parte >= MINIMO), key=lambda chave: -partes[chave])
    return achados[:quantos]


def radicais(texto: str) -> frozenset[str]:
    """O começo das palavras que dizem algo, sem acentos: o mesmo para ``assinar`` e ``assinatura``."""
    simples = (sem_acentos(palavra) for palavra in palavras(texto))
    return frozenset(palavra[:RADICAL] for palavra in simples if len(palavra) > 1 and palavra not in COMUNS)
