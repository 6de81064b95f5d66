"""A caixa local da demonstração: o que teria sido enviado."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from uuid import UUID

from pen.comum.correio import pasta_da_caixa
from pen.comum.errors import NaoEncontrado

MENSAGENS_NA_LISTA = 100
CABECALHOS = ("Subject", "From", "To", "Message-ID", "List-Unsubscribe")


@dataclass(frozen=True, slots=True)
class MensagemDaCaixa:
    """Uma mensagem guardada, como uma pessoa a leria."""

    id: UUID
    guardada_em: datetime
    cabecalhos: dict[str, str]
    texto: str


def mensagens_da_caixa() -> list[MensagemDaCaixa]:
    """As últimas mensagens guardadas, da mais nova à mais antiga."""
    nomes = sorted((a.stem for a in pasta_da_caixa().glob("*.eml") if not a.name.startswith(".")), reverse=True)
    return [mensagem_da_caixa(UUID(nome)) for nome in nomes[:MENSAGENS_NA_LISTA] if _e_uuid(nome)]


def mensagem_da_caixa(mensagem_id: UUID) -> MensagemDaCaixa:
    """Uma mensagem guardada.

    Levanta:
        NaoEncontrado: não há mensagem com esse identificador.
    """
    lida = message_from_bytes(conteudo_da_mensagem(mensagem_id), policy=policy.default)
    corpo = lida.get_body(("plain",))
    return MensagemDaCaixa(
        id=mensagem_id,
        guardada_em=datetime.fromtimestamp((mensagem_id.int >> 80) / 1000, tz=UTC),
        cabecalhos={nome: str(lida[nome]) for nome in CABECALHOS if lida[nome]},
        texto=corpo.get_content() if corpo else "",
    )


def conteudo_da_mensagem(mensagem_id: UUID) -> bytes:
    """O arquivo ``.eml`` inteiro.

    Levanta:
        NaoEncontrado: não há mensagem com esse identificador.
    """
    try:
        return (pasta_da_caixa() / f"{mensagem_id}.eml").read_bytes()
    except FileNotFoundError:
        raise NaoEncontrado("Não há mensagem com esse identificador na caixa local.") from None


def _e_uuid(nome: str) -> bool:
    try:
        return str(UUID(nome)) == nome
    except ValueError:
        return False
