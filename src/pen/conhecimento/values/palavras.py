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
    "a", "agora", "ai", "ainda", "ajuda", "ajudar", "ajude", "alguem", "algum", "alguma", "algumas", "alguns", "ali",
    "alias", "ambos", "antes", "ao", "aonde", "aos", "apenas", "apesar", "apos", "aquela", "aquelas", "aquele", "aqueles",
    "aqui", "aquilo", "as", "assim", "ate", "bastante", "beleza", "bem", "boa", "bom", "ca", "cada", "cade", "caso",
    "certo", "coisa", "com", "comigo", "como", "conosco", "consegue", "conseguem", "consegui", "conseguia", "conseguimos",
    "conseguir", "conseguiria", "conseguiu", "consigo", "contudo", "da", "dali", "daqui", "das", "de", "dei", "dela",
    "dele", "deles", "depois", "deram", "desde", "dessa", "desse", "desta", "deste", "deu", "deve", "devem", "devemos",
    "deveria", "devia", "devo", "dia", "disse", "disseram", "disso", "disto", "diz", "dizer", "do", "dos", "dou", "duvida",
    "e", "ela", "ele", "eles", "em", "enfim", "enquanto", "entanto", "entao", "era", "eram", "essa", "esse", "esta",
    "estamos", "estao", "estar", "estava", "estavam", "este", "esteve", "estive", "estou", "eu", "existe", "existem",
    "existia", "existir", "explica", "explicar", "faca", "facam", "faco", "faria", "fariam", "favor", "faz", "fazem",
    "fazemos", "fazendo", "fazer", "fez", "fica", "fiz", "fizeram", "foi", "for", "foram", "fosse", "fui", "gente",
    "gentileza", "gostaria", "gostariamos", "ha", "haver", "havia", "hoje", "houve", "ia", "indo", "informe", "ir", "iria",
    "iriam", "isso", "isto", "ja", "jamais", "junto", "kd", "la", "lhe", "logo", "mais", "maneira", "mas", "me", "mesma",
    "mesmo", "mesmos", "meu", "meus", "mim", "minha", "minhas", "modo", "msm", "muito", "na", "nada", "nao", "nas", "ne",
    "nela", "nele", "neles", "nem", "nenhum", "nessa", "nesse", "neste", "ninguem", "nisso", "nisto", "no", "noite", "nos",
    "nossa", "nossas", "nosso", "nossos", "num", "numa", "nunca", "o", "obg", "obrigada", "obrigado", "oi", "ok", "ola",
    "onde", "oq", "os", "ou", "outra", "outras", "outro", "outros", "para", "pela", "pelo", "pergunta", "perguntar", "pf",
    "pfv", "pode", "podem", "podemos", "poderia", "poderiam", "podia", "pois", "por", "porem", "porque", "portanto",
    "posso", "pq", "pra", "precisa", "precisam", "precisamos", "precisar", "precisaria", "precisava", "preciso", "pro",
    "pude", "puder", "pudesse", "q", "quais", "qual", "qualquer", "quando", "quanto", "que", "quem", "quer", "querem",
    "queremos", "queria", "queriam", "queriamos", "quero", "quis", "quiser", "sabem", "sabemos", "saber", "sao", "se",
    "seja", "sejam", "sem", "sempre", "sendo", "ser", "sera", "seria", "seriam", "seu", "seus", "sido", "so", "sobre",
    "somente", "somos", "sou", "soube", "sr", "sra", "sua", "suas", "ta", "tah", "tal", "talvez", "tambem", "tambm",
    "tanta", "tanto", "tantos", "tao", "tarde", "tava", "tavam", "tb", "tbm", "te", "tem", "temos", "tendo", "tenha",
    "tenham", "tenho", "ter", "teria", "teve", "tido", "tinha", "tinham", "tipo", "tive", "tiver", "tivesse", "to", "toda",
    "todo", "tudo", "um", "uma", "urgencia", "urgente", "vai", "vamo", "vamos", "vao", "vc", "vcs", "veio", "vem", "vez",
    "vezes", "vieram", "vim", "vindo", "vir", "voce", "voces", "vou",
})  # fmt: skip
# O que soa igual em quase todo o Brasil, na ordem em que se troca; sem acentos.
_SONS = tuple((re.compile(letras), soam) for letras, soam in (
    ("ph", "f"), ("[cs]h", "x"), ("(?<![ln])h", ""), ("[sx]?c(?=[eiy]|ao$|oes$)|z", "s"), ("g(?=[eiy])", "j"),
    ("([qg])u(?=[eiy])", r"\1"), ("[cq]", "k"), ("y", "i"), ("w", "v"), ("m(?=[^aeiou])", "n"), ("l(?=[^aeiouh]|$)", "u"),
    (r"(.)\1+", r"\1"),
))  # fmt: skip
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
    return [palavra for palavra in _ditas(texto) if palavra not in DE_CONVERSA][:PALAVRAS_MAXIMO]


def palavras_de_conversa(texto: str) -> list[str]:
    """As outras palavras da pergunta, como ``palavras_da_pergunta``: de «como faço para…», «como», «faco» e «para»."""
    return [palavra for palavra in _ditas(texto) if palavra in DE_CONVERSA][:PALAVRAS_MAXIMO]


def _ditas(texto: str) -> list[str]:
    inteiras = (achada[0].replace("-", "").replace(".", "") for achada in _PALAVRA.finditer(texto.lower()))
    ditas_inteiras = (p for inteira in inteiras for p in _PARTE.findall(inteira))
    simples = (sem_acentos(palavra)[:LETRAS_MAXIMO] for palavra in ditas_inteiras)
    return list(dict.fromkeys(p for p in simples if len(p) > 1 or p.isdigit()))


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


def som(palavra: str) -> str:
    """Como a palavra soa, para juntar as que se escrevem de outro jeito: «chamado» e «xamado» dão «xamado»."""
    for letras, soam in _SONS:
        palavra = letras.sub(soam, palavra)
    return palavra


def grafias(palavra: str) -> set[str]:
    """Por onde se chega a uma palavra: ela e o som dela, inteiros e sem cada uma das letras."""
    return {*apagamentos(palavra), *(f"~{chave}"[:LETRAS_MAXIMO] for chave in apagamentos(som(palavra)))}


def parece_de_conversa(palavra: str) -> bool:
    """Se a palavra está a uma letra de uma das que não dizem o que se pergunta («qaundo», «msmo»)."""
    return any(chave in _QUASE_DE_CONVERSA for chave in apagamentos(palavra))


def erros_admitidos(palavra: str) -> int:
    """Quantas letras podem estar erradas numa palavra deste tamanho."""
    return 0 if len(palavra) < CURTA else 1 if len(palavra) < 7 else 2


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
