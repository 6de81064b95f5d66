"""O que a pessoa quis com o que escreveu: perguntar, cumprimentar, saber de um processo, falar com alguém."""

import re
from typing import NamedTuple

from pen.assistente.enums import Intencao
from pen.comum.texto import sem_acentos
from pen.nup.public import Forma, ler_numero

CONVERSA_MAXIMO = 6  # palavras: «bom dia, não consigo entrar no sistema» é pergunta, e não cumprimento
_NUMERO = re.compile(r"(?<!\w)\d[\d./-]{13,28}\d(?!\w)")
_PALAVRA = re.compile(r"[a-z]+")
_SAUDACAO = re.compile(r"^(oi+e?|ola+|opa|e ai|bom dia|boa tarde|boa noite|bao|salve|hello|hi|tudo bem|alo)\b")
_AGRADECIMENTO = re.compile(
    r"\b(obrigad[oa]s?|brigad[oa]|valeu|vlw|agradec\w+|grat[oa]|show de bola|perfeito|ajudou muito)\b"
)
_DESPEDIDA = re.compile(r"^(tchau|ate (mais|logo|breve|amanha)|adeus|falou|fui|encerrar|sair|era so isso|so isso)\b")
_QUEM_E = re.compile(
    r"\b(quem e (voce|vc)|(voce|vc) e (um |uma )?(robo|bot|ia|humano|pessoa|maquina|atendente)|(e|estou falando com) um robo"
    r"|qual (e )?(o )?seu nome|o que (voce|vc) (faz|sabe|pode)|como (voce|vc) funciona)\b"
)
_PESSOA = re.compile(
    r"\b((falar|conversar|fale|atendimento|contato) (com|de) (um |uma |o |a )?(atendente|pessoa|humano|alguem|ser humano|gente)"
    r"|^atendente|atendimento humano|suporte humano|(abrir|abra|criar|registrar|quero|fazer)"
    r" (um |o |novo |um novo )?(chamado|ticket))\b"
)  # fmt: skip
# «Como abrir um chamado?» pergunta como; «abrir um chamado» pede que se abra.
_PERGUNTA = re.compile(r"\b(como|onde|qual|quais|quem|quando|por ?que|o que|posso|pode|da para|tem como)\b")
_GROSSERIA = re.compile(
    r"\b(merda|bosta|porra|caralho|puta|fdp|vsf|vtnc|foda-?se|idiota|imbecil|burr[oa]|estupid[oa]|inutil|lixo|babaca|otari[oa]|palhacada)\b"
)


class Lido(NamedTuple):
    """A intenção e, se é de saber de um processo, o número como se escreve."""

    intencao: Intencao
    numero: str = ""


def ler_intencao(texto: str) -> Lido:
    """A intenção do texto; na dúvida, é pergunta."""
    for achado in _NUMERO.finditer(texto):
        numero = ler_numero(achado[0])
        if numero.forma is not Forma.DESCONHECIDA:
            return Lido(Intencao.PROCESSO, numero.normalizado)
    simples = " ".join(sem_acentos(texto).split())
    curto = len(_PALAVRA.findall(simples)) <= CONVERSA_MAXIMO
    if _QUEM_E.search(simples):
        return Lido(Intencao.QUEM_E)
    if curto:
        for padrao, intencao in (
            (_PESSOA, Intencao.PESSOA), (_AGRADECIMENTO, Intencao.AGRADECIMENTO), (_DESPEDIDA, Intencao.DESPEDIDA),
            (_GROSSERIA, Intencao.GROSSERIA),
        ):  # fmt: skip
            if padrao.search(simples) and not _PERGUNTA.search(simples):
                return Lido(intencao)
        if _so_cumprimenta(simples):
            return Lido(Intencao.SAUDACAO)
    return Lido(Intencao.PERGUNTA)


def _so_cumprimenta(simples: str) -> bool:
    resto = simples
    while achado := _SAUDACAO.match(resto):
        resto = re.sub(r"^[\s,.!?]+", "", resto[achado.end() :])
    return resto != simples and not _PALAVRA.search(resto)
