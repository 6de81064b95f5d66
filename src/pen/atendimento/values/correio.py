"""Uma resposta a um chamado que chegou por e-mail."""

from dataclasses import dataclass, field
from io import BytesIO

from pen.atendimento.values.anexos import ANEXOS_POR_ENVIO, AnexoNovo
from pen.comum.mensagem_recebida import MENSAGEM_MAXIMA, ler_mensagem, texto_novo

__all__ = ["MENSAGEM_MAXIMA", "RespostaLida", "ler_resposta", "texto_novo"]


@dataclass(frozen=True, slots=True)
class RespostaLida:
    """``destinatarios`` e ``remetente`` em minúsculas; ``texto`` é só o novo, e ``citado`` diz se algo foi cortado."""

    resumo: str
    destinatarios: tuple[str, ...]
    remetente: str
    automatica: bool
    texto: str
    citado: bool
    anexos: tuple[AnexoNovo, ...] = field(default=(), repr=False)


def ler_resposta(bruto: bytes) -> RespostaLida:
    """O que se entende de uma mensagem, por pior que ela venha."""
    lida = ler_mensagem(bruto)
    anexos = tuple(AnexoNovo(anexo.nome, BytesIO(anexo.conteudo)) for anexo in lida.anexos[:ANEXOS_POR_ENVIO])
    return RespostaLida(lida.resumo, lida.destinatarios, lida.remetente, lida.automatica, lida.texto, lida.citado, anexos)
