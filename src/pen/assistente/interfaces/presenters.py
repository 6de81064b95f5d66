"""As palavras do assistente."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from pen.assistente.enums import Desfecho, Intencao
from pen.assistente.selectors.conversas import FalaVista
from pen.assistente.selectors.perguntas import Balanco
from pen.conhecimento.public import TrechoPublicado
from pen.designsys.filtros import data, milhar

_CORTESIAS = {
    Intencao.SAUDACAO: "Olá! Sou um programa, e respondo com o que está na base de conhecimento. O que você quer saber?",
    Intencao.AGRADECIMENTO: "De nada! Se precisar de outra coisa, é só perguntar.",
    Intencao.DESPEDIDA: "Até logo! A conversa fica aqui, se você quiser voltar a ela.",
    Intencao.QUEM_E: (
        "Sou um programa de computador, não uma pessoa. Procuro a sua pergunta na base de conhecimento e mostro o trecho que "
        "responde, com o endereço dele. Quando não sei, digo que não sei, e ajudo a abrir um chamado para uma pessoa responder."
    ),
    Intencao.GROSSERIA: (
        "Sinto muito que isto esteja difícil. Conte em poucas palavras o que aconteceu, que eu procuro; ou abra um chamado, e "
        "uma pessoa responde."
    ),
}  # fmt: skip
_FRASES = {
    Desfecho.RESPONDIDA: "Encontrei isto na base de conhecimento:",
    Desfecho.EM_DUVIDA: "Não tenho certeza de que seja isto. Talvez um destes ajude:",
    Desfecho.QUAL_PRODUTO: "Isto depende do produto. De qual você fala?",
    Desfecho.NAO_SABE: (
        "Não sei responder a isso: não há nada na base de conhecimento que responda. Tente com outras palavras, ou abra um "
        "chamado: a conversa vai junto."
    ),
    Desfecho.SEM_PROCESSO: (
        "Não há processo público com esse número no Protocolo Integrado. Confira os algarismos; se estiverem certos, o órgão "
        "pode ainda não ter enviado o processo, ou ele não é público."
    ),
    Desfecho.ENCAMINHOU: "Uma pessoa responde aos chamados. Abra um: a conversa vai junto, e você confere antes de enviar.",
    Desfecho.PROCESSO: "O que os órgãos informam deste processo:",
}  # fmt: skip
PERGUNTAS_DE_EXEMPLO = ("Como abro um chamado?", "O que é o NUP?", "Como acompanho um processo por e-mail?")
QUE_OFERECEM_CHAMADO = frozenset({Desfecho.NAO_SABE, Desfecho.EM_DUVIDA, Desfecho.ENCAMINHOU})


@dataclass(frozen=True, slots=True)
class LinhaDoTrecho:
    """Um trecho na resposta."""

    numero: int
    titulo: str
    secao: str
    paragrafos: list[str]
    endereco: str
    de_quando: str


@dataclass(frozen=True, slots=True)
class LinhaDoProcesso:
    """A situação de um processo."""

    numero: str
    endereco: str
    assunto: str
    orgaos: str
    ultimo: str


@dataclass(frozen=True, slots=True)
class LinhaDaFala:
    """Uma pergunta e a resposta, como se mostram."""

    id: int
    pergunta: str
    frase: str
    redigida: str
    trechos: list[LinhaDoTrecho]
    talvez: bool
    produtos: list[tuple[str, str]]
    processo: LinhaDoProcesso | None
    oferece_chamado: bool
    pede_opiniao: bool
    ajudou: bool | None
    em: datetime


def linha_da_fala(vista: FalaVista) -> LinhaDaFala:
    """A fala em palavras; o trecho que já não está na base vira uma frase que o diz."""
    fala = vista.fala
    desfecho, trechos = Desfecho(fala.desfecho), _trechos(vista)
    frase = _CORTESIAS[Intencao(fala.intencao)] if desfecho == Desfecho.CORTESIA else _FRASES[desfecho]
    if vista.trechos and not trechos:
        frase = "O que respondia a isto já não está na base de conhecimento. Pergunte de novo."
    processo = _processo(vista)
    if desfecho == Desfecho.PROCESSO and processo is None:
        frase = _FRASES[Desfecho.SEM_PROCESSO]
    mostra = trechos if desfecho in {Desfecho.RESPONDIDA, Desfecho.EM_DUVIDA} else []
    return LinhaDaFala(
        fala.pk, fala.pergunta, frase, fala.redigida if vista.redigida_vale else "", mostra, desfecho == Desfecho.EM_DUVIDA,
        [(p.codigo, p.nome) for p in vista.produtos], processo, desfecho in QUE_OFERECEM_CHAMADO or fala.ajudou is False,
        bool(mostra), fala.ajudou, fala.em,
    )  # fmt: skip


def _trechos(vista: FalaVista) -> list[LinhaDoTrecho]:
    return [_trecho(n, trecho) for n, trecho in enumerate(vista.trechos) if trecho is not None]


def _trecho(n: int, citado: TrechoPublicado) -> LinhaDoTrecho:
    versao, trecho = citado.publicado.versao, citado.trecho
    endereco = reverse("conhecimento:artigo", args=[citado.publicado.artigo.codigo])
    return LinhaDoTrecho(
        n, versao.titulo, trecho.titulo, trecho.texto.split("\n"), f"{endereco}#{trecho.ancora}" if trecho.ancora else endereco,
        data(versao.publicada_em),
    )  # fmt: skip


def _processo(vista: FalaVista) -> LinhaDoProcesso | None:
    if vista.processo is None:
        return None
    registros, ultimo = vista.processo.registros, vista.ultimo
    return LinhaDoProcesso(
        vista.processo.numero.formatado, reverse("protocolo_integrado:processo", args=[vista.processo.numero.normalizado]),
        next((r.assunto for r in registros if r.assunto), "") or "", ", ".join(r.orgao.sigla or r.orgao.nome for r in registros),
        f"{data(ultimo.ocorrido_em)}: {ultimo.operacao} ({ultimo.unidade})" if ultimo else "",
    )  # fmt: skip


def linhas_do_balanco(balanco: Balanco) -> list[tuple[str, str]]:
    """As contas, cada uma com a parte do total."""

    def de(quantas: int) -> str:
        return f"{milhar(quantas)} ({quantas / balanco.perguntas:.0%})" if balanco.perguntas else "0"

    return [
        ("Perguntas", milhar(balanco.perguntas)), ("Respondidas com um trecho", de(balanco.respondidas)),
        ("Em dúvida", de(balanco.em_duvida)), ("Sem resposta", de(balanco.sem_resposta)),
        ("Disseram que ajudou", milhar(balanco.ajudaram)), ("Disseram que não ajudou", milhar(balanco.nao_ajudaram)),
        ("Conversas levadas a um chamado", milhar(balanco.conversas_encaminhadas)),
    ]  # fmt: skip
