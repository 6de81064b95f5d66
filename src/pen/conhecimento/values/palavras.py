"""As palavras de uma pergunta, e como se conserta a que saiu errada."""

import re
from collections.abc import Iterator

from pen.comum.texto import sem_acentos

PALAVRAS_MAXIMO = 24  # de uma pergunta; o resto não se lê
LETRAS_MAXIMO = 40
CURTA = 4  # palavra com menos letras que isto não se conserta: é sigla, ou se parece com todas
COMECO = 5  # letras: «assinar» e «assinatura» têm radicais diferentes, e começam igual

# O que se diz para perguntar, e não diz o que se pergunta. Sem acentos; o que é comum em toda frase, o radicalizador já tira.
DE_CONVERSA = frozenset({
    "a", "agora", "ai", "ainda", "ajuda", "ajudar", "ajude", "alguem", "algum", "alguma", "ali", "ao", "aonde", "aos",
    "apos", "aquela", "aquele", "aqui", "aquilo", "as", "assim", "ate", "bem", "boa", "bom", "ca", "cade", "caso", "certo",
    "coisa", "com", "como", "consegue", "conseguir", "consigo", "da", "das", "de", "dela", "dele", "deles", "depois",
    "dessa", "desse", "desta", "deste", "deve", "devo", "dia", "diz", "dizer", "do", "dos", "duvida", "e", "ela", "ele",
    "eles", "em", "enquanto", "entao", "era", "essa", "esse", "esta", "estao", "estar", "este", "estou", "eu", "existe",
    "explica", "explicar", "faco", "favor", "faz", "fazer", "fica", "foi", "gente", "gostaria", "ha", "hoje", "informe",
    "isso", "isto", "ja", "junto", "kd", "la", "lhe", "mais", "mas", "me", "mesma", "mesmo", "mesmos", "meu", "meus", "mim",
    "minha", "minhas", "msm", "muito", "na", "nada", "nao", "nas", "ne", "nem", "nenhum", "nessa", "nesse", "neste",
    "ninguem", "no", "noite", "nos", "nossa", "nosso", "num", "numa", "nunca", "o", "obrigada", "obrigado", "oi", "ok",
    "ola", "onde", "oq", "os", "ou", "outra", "outras", "outro", "outros", "para", "pela", "pelo", "pergunta", "perguntar",
    "pf", "pfv", "pode", "podem", "poderia", "podia", "por", "porque", "posso", "pq", "pra", "precisa", "precisar",
    "preciso", "pro", "q", "quais", "qual", "qualquer", "quando", "quanto", "que", "quem", "quer", "queria", "quero",
    "saber", "se", "sem", "sempre", "sera", "seu", "seus", "so", "sobre", "sou", "sr", "sra", "sua", "suas", "tambem",
    "tanto", "tao", "tarde", "tava", "tavam", "tb", "tbm", "te", "tem", "tenho", "ter", "teria", "tipo", "to", "toda",
    "todo", "tudo", "um", "uma", "vai", "vamos", "vc", "vcs", "vez", "vezes", "voce", "voces", "vou",
})  # fmt: skip
# O que um hífen ou um ponto junta: «e-mail», «gov.br», «guarda-chuva».
_PALAVRA = re.compile(r"\w+(?:[-.]\w+)*")
_PARTE = re.compile(r"[^\W_]+")


def palavras_do_texto(texto: str) -> Iterator[str]:
    """As palavras, em minúsculas; da composta, as partes e ela inteira sem o sinal: «e-mail» dá «e», «mail» e «email»."""
    for achada in _PALAVRA.finditer(texto.lower()):
        partes = _PARTE.findall(achada[0])
        yield from partes
        if len(partes) > 1 and not any(parte.isdigit() for parte in partes):
            yield "".join(partes)


def palavras_da_pergunta(texto: str) -> list[str]:
    """As palavras que dizem o que se pergunta, sem acentos e sem repetir, na ordem; de «como faço para…», nada."""
    inteiras = (achada[0].replace("-", "").replace(".", "") for achada in _PALAVRA.finditer(texto.lower()))
    ditas_inteiras = (p for inteira in inteiras for p in _PARTE.findall(inteira))
    simples = (sem_acentos(palavra)[:LETRAS_MAXIMO] for palavra in ditas_inteiras)
    ditas = dict.fromkeys(p for p in simples if p not in DE_CONVERSA and (len(p) > 1 or p.isdigit()))
    return list(ditas)[:PALAVRAS_MAXIMO]


def expressoes(palavras_ditas: list[str], maximo: int = 4) -> dict[str, list[int]]:
    """Toda sequência de até ``maximo`` palavras seguidas, e a posição de cada uma."""
    return {
        " ".join(palavras_ditas[n : n + tamanho]): list(range(n, n + tamanho))
        for tamanho in range(1, maximo + 1)
        for n in range(len(palavras_ditas) - tamanho + 1)
    }


def comeco_da_palavra(palavra: str) -> str:
    """O termo pelo qual se juntam as que começam igual; vazio, se a palavra é curta."""
    return f"{palavra[:COMECO]}*" if len(palavra) > COMECO else ""


def apagamentos(palavra: str) -> Iterator[str]:
    """A palavra, e a palavra sem cada uma das letras: duas a uma troca de distância têm um deles em comum."""
    yield palavra
    if len(palavra) >= CURTA:
        yield from {palavra[:n] + palavra[n + 1 :] for n in range(len(palavra))}


def parece_de_conversa(palavra: str) -> bool:
    """Se a palavra está a uma letra de uma das que não dizem o que se pergunta («qaundo», «msmo»)."""
    return any(chave in _QUASE_DE_CONVERSA for chave in apagamentos(palavra))


def erros_admitidos(palavra: str) -> int:
    """Quantas letras podem estar erradas numa palavra deste tamanho."""
    return 0 if len(palavra) < CURTA else 1 if len(palavra) < 8 else 2


def distancia(uma: str, outra: str) -> int:
    """Quantas letras se põem, tiram, trocam ou se invertem com a vizinha para ir de uma à outra."""
    antes: list[int] = []
    linha = list(range(len(outra) + 1))
    for i, letra in enumerate(uma, 1):
        nova = [i]
        for j, da_outra in enumerate(outra, 1):
            menor = min(linha[j] + 1, nova[j - 1] + 1, linha[j - 1] + (letra != da_outra))
            if i > 1 and j > 1 and letra == outra[j - 2] and uma[i - 2] == da_outra:
                menor = min(menor, antes[j - 2] + 1)
            nova.append(menor)
        antes, linha = linha, nova
    return linha[-1]


_QUASE_DE_CONVERSA = frozenset(chave for palavra in DE_CONVERSA if len(palavra) > CURTA for chave in apagamentos(palavra))
