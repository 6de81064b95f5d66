"""As palavras da página de avisos."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from pen.notificacoes.enums import CanalDeAviso, SituacaoDaMensagem
from pen.notificacoes.models import Mensagem

ESTILOS = {
    SituacaoDaMensagem.PENDENTE: "info",
    SituacaoDaMensagem.ENVIADA: "success",
    SituacaoDaMensagem.FALHOU: "danger",
    SituacaoDaMensagem.CANCELADA: "neutro",
}
EXPLICACOES = {
    "sem-conteudo": "O que ela contava deixou de estar à vista, ou você deixou de acompanhar.",
    "sem-endereco": "Não havia e-mail ou telefone para onde mandar.",
    "endereco-recusado": "O seu e-mail vinha recusando mensagens.",
    "endereco-invalido": "O endereço não se entende.",
    "pausado": "Os avisos estavam pausados.",
    "canal-desligado": "Você desligou este canal antes de ela sair.",
    "sem-inscricao": "Nenhum navegador seu aceitava avisos.",
    "redator-com-defeito": "Houve um defeito do nosso lado.",
}
NAVEGADORES = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
SISTEMAS = [
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
]  # fmt: skip


class MensagemVista(NamedTuple):
    """Uma linha do que foi enviado."""

    assunto: str
    quando: datetime
    canal: str
    situacao: str
    estilo: str
    explicacao: str


def mensagens_vistas(mensagens: Iterable[Mensagem]) -> list[MensagemVista]:
    """As mensagens como a pessoa as lê, com o motivo quando não chegaram."""
    return [
        MensagemVista(
            assunto=m.assunto or "Aviso",
            quando=m.enviada_em or m.criada_em,
            canal=CanalDeAviso(m.canal).label,
            situacao=SituacaoDaMensagem(m.situacao).label,
            estilo=ESTILOS[SituacaoDaMensagem(m.situacao)],
            explicacao=_explicar(m),
        )
        for m in mensagens
    ]


def nome_do_navegador(agente: str) -> str:
    """«Firefox em Windows», do que o navegador diz de si; vazio quando não se reconhece."""
    navegador = next((nome for marca, nome in NAVEGADORES if marca in agente), "")
    sistema = next((nome for marca, nome in SISTEMAS if marca in agente), "")
    return " em ".join(filter(None, [navegador, sistema]))


def resposta_do_servidor(codigo: str, texto: str) -> str:
    """O que um servidor de correio disse, com o código uma vez só."""
    return texto if codigo in texto else f"{codigo} {texto}".strip()


def _explicar(mensagem: Mensagem) -> str:
    if not mensagem.erro_codigo:
        return ""
    if mensagem.erro_codigo in EXPLICACOES:
        return EXPLICACOES[mensagem.erro_codigo]
    frase = mensagem.erro_texto
    if mensagem.canal == CanalDeAviso.CORREIO:
        frase = f"O outro lado respondeu: {resposta_do_servidor(mensagem.erro_codigo, frase).rstrip('.')}."
    return f"{frase} Vamos tentar de novo." if mensagem.situacao == SituacaoDaMensagem.PENDENTE else frase
