"""O que o assistente responde a uma pergunta: só o que está na base, e só o que quem pergunta pode ler."""

from collections.abc import Sequence
from dataclasses import dataclass

from pen.assistente.enums import Desfecho, Intencao
from pen.assistente.selectors.produtos import entre_quais_produtos
from pen.assistente.values.intencao import ler_intencao
from pen.conhecimento.public import Produto, TrechoAchado, achar_trechos
from pen.identidade.public import Ator
from pen.protocolo_integrado.public import ProcessoNaoEncontrado, consultar_processo

# A confiança para responder e para arriscar, lidas nas perguntas de ajuste do bench, que diz o que dão nas de medida.
CERTEZA, TALVEZ = 0.75, 0.15
TRECHOS = 3


@dataclass(frozen=True, slots=True)
class Resposta:
    """O que se entendeu e o que se responde; as palavras de quem responde são da interface."""

    intencao: Intencao
    desfecho: Desfecho
    lida: str = ""
    trechos: Sequence[TrechoAchado] = ()
    produtos: Sequence[Produto] = ()
    numero: str = ""


def responder(pergunta: str, *, para: Ator, produto: Produto | None = None) -> Resposta:
    """A resposta; com ``produto``, só do que é dele ou de todos."""
    lido = ler_intencao(pergunta)
    if lido.intencao == Intencao.PROCESSO:
        return Resposta(lido.intencao, _do_processo(lido.numero, para), numero=lido.numero)
    if lido.intencao == Intencao.PESSOA:
        return Resposta(lido.intencao, Desfecho.ENCAMINHOU)
    if lido.intencao != Intencao.PERGUNTA:
        return Resposta(lido.intencao, Desfecho.CORTESIA)
    achados = achar_trechos(pergunta, para=para, produto_id=produto.pk if produto else None, quantos=TRECHOS)
    if not achados.trechos or achados.trechos[0].confianca < TALVEZ:
        return Resposta(lido.intencao, Desfecho.NAO_SABE, achados.lida)
    if achados.trechos[0].confianca < CERTEZA:
        return Resposta(lido.intencao, Desfecho.EM_DUVIDA, achados.lida, achados.trechos)
    produtos = entre_quais_produtos(pergunta, achados.trechos) if produto is None else []
    desfecho = Desfecho.QUAL_PRODUTO if produtos else Desfecho.RESPONDIDA
    return Resposta(lido.intencao, desfecho, achados.lida, achados.trechos, produtos)


def _do_processo(numero: str, para: Ator) -> Desfecho:
    try:
        consultar_processo(numero, para=para)
    except ProcessoNaoEncontrado:
        return Desfecho.SEM_PROCESSO
    return Desfecho.PROCESSO
