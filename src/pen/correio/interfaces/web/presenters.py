"""As conversas em palavras."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from pen.correio.enums import Especie, Passo, Situacao, SituacaoDoEnvio
from pen.correio.models import Conversa, Envio, Item
from pen.correio.selectors.conversas import ConversaLida
from pen.correio.selectors.numeros import NumerosDaCaixa
from pen.designsys.filtros import horas, tamanho

CORES = {
    Situacao.NOVA: "warning", Situacao.EM_TRATAMENTO: "info", Situacao.RESPONDIDA: "success", Situacao.RECUSADA: "danger",
    Situacao.ARQUIVADA: "neutro", Situacao.ENVIADA: "neutro",
}  # fmt: skip
NO_PLURAL = {
    Situacao.NOVA: "Novas", Situacao.EM_TRATAMENTO: "Em tratamento", Situacao.RESPONDIDA: "Respondidas",
    Situacao.RECUSADA: "Recusadas por serem suporte", Situacao.ARQUIVADA: "Arquivadas",
}  # fmt: skip
SEM_ASSUNTO, SEM_REMETENTE = "(sem assunto)", "(não diz de quem veio)"


class ItemVisto(NamedTuple):
    """Um item da história, pronto para a página."""

    id: UUID
    classe: str
    quem: str
    o_que: str
    em: Any
    texto: str
    automatico: bool
    avisos: list[str]
    anexos: list[str]
    tem_original: bool


def linha_da_conversa(conversa: Conversa) -> dict[str, Any]:
    """O que a lista mostra."""
    return {
        "chave": conversa.chave,
        "assunto": conversa.assunto or SEM_ASSUNTO,
        "de": conversa.remetente_nome or conversa.remetente or SEM_REMETENTE,
        "caixa": conversa.caixa.endereco,
        "situacao": conversa.get_situacao_display(),
        "cor": CORES[Situacao(conversa.situacao)],
        "com": conversa.cuida.nome_visivel if conversa.cuida else "–",
        "por_ler": conversa.por_ler,
        "em": conversa.recebida_em,
    }


def dados_da_conversa(conversa: Conversa) -> list[tuple[str, str]]:
    """Os pares do alto da página."""
    de = conversa.remetente or SEM_REMETENTE
    if conversa.remetente_nome:
        de = f"{conversa.remetente_nome} <{de}>"
    pares = [("De", de), ("Caixa", conversa.caixa.endereco)]
    if conversa.responder_a != conversa.remetente:
        pares.append(("A resposta vai para", conversa.responder_a))
    pares.append(("Caso do guia", conversa.caso.texto if conversa.caso else ""))
    pares.append(("Está com", conversa.cuida.nome_visivel if conversa.cuida else "ninguém"))
    if conversa.situacao == Situacao.ARQUIVADA:
        pares.append(("Por que se arquivou", conversa.motivo))
    return pares


def historia(lida: ConversaLida) -> list[ItemVisto]:
    """Os itens, do mais antigo ao mais novo."""
    return [_item(item, lida.envios.get(item.pk), lida.conversa) for item in lida.itens]


def sinais(conversa: Conversa) -> list[str]:
    """O que na triagem contou, em frases."""
    return [f"«{expressao}» ({peso:+d}): {por_que}" for expressao, peso, por_que in conversa.suspeita]


def linhas_dos_numeros(numeros: Sequence[NumerosDaCaixa]) -> list[list[Any]]:
    """Uma linha por caixa."""
    return [
        [
            n.caixa.endereco, n.recebidas, n.respondidas, duracao(n.mediana), n.recusadas, n.recusadas_sozinhas, n.desfeitas,
            n.de_programas,
        ]
        for n in numeros
    ]  # fmt: skip


def duracao(tempo: timedelta | None) -> str:
    """``2 dias e 3 h``; o que não houve é um traço."""
    if tempo is None:
        return "–"
    if tempo.days < 2:
        return horas(tempo)
    resto = tempo.seconds // 3600
    return f"{tempo.days} dias e {resto} h" if resto else f"{tempo.days} dias"


def _item(item: Item, envio: Envio | None, conversa: Conversa) -> ItemVisto:
    equipe = item.por.nome_visivel if item.por else "O sistema"
    quem = (item.de or SEM_REMETENTE) if item.especie == Especie.RECEBIDA else equipe
    return ItemVisto(
        id=item.pk, classe={Especie.RECEBIDA: "", Especie.NOTA: "interno"}.get(Especie(item.especie), "da-equipe"), quem=quem,
        o_que=_o_que(item), em=item.em, texto=item.texto, automatico=item.especie == Especie.AUTOMATICA,
        avisos=_avisos(item, envio, conversa), anexos=[_anexo(a) for a in item.anexos], tem_original=bool(item.original),
    )  # fmt: skip


def _o_que(item: Item) -> str:
    if item.especie == Especie.RECEBIDA:
        return "escreveu" if not item.de_programa else "mensagem de um programa"
    if item.especie == Especie.NOTA:
        return "nota interna"
    if item.especie == Especie.COMUNICADO:
        return "enviou um comunicado oficial"
    palavras = Passo(item.passo).label.lower() if item.passo else ""
    return f"{palavras}; aviso a {item.para}" if item.especie == Especie.AUTOMATICA else palavras


def _avisos(item: Item, envio: Envio | None, conversa: Conversa) -> list[str]:
    avisos = []
    if item.cortado:
        avisos.append("A mensagem passa de 60 MB: guardou-se só o começo.")
    if item.especie == Especie.RECEBIDA and conversa.remetente and item.de != conversa.remetente:
        avisos.append("Veio de outro endereço; as respostas vão a quem começou a conversa.")
    if envio is not None and envio.situacao == SituacaoDoEnvio.FALHOU:
        avisos.append(f"Não chegou a {item.para}. O servidor disse: {envio.erro_codigo} {envio.erro_texto}".strip())
    elif envio is not None and envio.situacao == SituacaoDoEnvio.PENDENTE:
        avisos.append("Por enviar.")
    return avisos


def _anexo(anexo: dict[str, Any]) -> str:
    return f"{anexo['nome']} ({tamanho(anexo['tamanho'])})"
