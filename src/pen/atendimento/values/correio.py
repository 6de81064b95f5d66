"""Uma resposta que chegou por e-mail: a quem é, se foi gente que escreveu, e o que há de novo nela."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO

from pen.atendimento.values.anexos import ANEXOS_POR_ENVIO, AnexoNovo
from pen.comum.texto import normalizar_texto

MENSAGEM_MAXIMA = 60 * 2**20  # bytes
PARTES_MAXIMO = 200
_DESTINATARIOS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_AUTOMATICOS = ("x-autoreply", "x-autorespond", "x-auto-reply-from")
_SEM_REMETENTE = frozenset({"<>", "<mailer-daemon>"})
_EM_MASSA = frozenset({"bulk", "junk", "list"})
_ASSUNTO_AUTOMATICO = re.compile(
    r"\s*(?:resposta autom[áa]tica|aus[êe]ncia tempor[áa]ria|fora do escrit[óo]rio|automatic reply|auto[- ]?reply|out of office)\b",
    re.I,
)
_CITACAO = re.compile(
    r"^(?:>\s*)?(?:"
    r"Em\s+(?:[a-zç]{3}\.?,\s+)?\d{1,4}(?:[/\-.]|\s+de\s+)[^\n]{0,120}(?:\n[^\n]{0,80})?\bescreveu:?\s*$"
    r"|On\s[^\n]{0,150}(?:\n[^\n]{0,80})?\bwrote:\s*$"
    r"|-{3,}\s*(?:Mensagem original|Mensagem encaminhada|Original Message)\s*-{3,}\s*$|_{8,}\s*$"
    r"|\*?De:\*?\s[^\n]+\n(?:\*?(?:Enviad[ao]s?(?: em)?|Para|Cc|Data|Assunto):\*?[^\n]*\n?){2,})",
    re.M,
)
_ASSINATURA = re.compile(
    r"\n(?:-- ?\n.*|Enviado do meu (?:iPhone|iPad|Android|celular|telefone).*|Obter o Outlook para .*)\Z", re.S
)


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
    """O que se entende de uma mensagem (RFC 5322), por pior que ela venha; do que passa do limite, só o começo."""
    mensagem = message_from_bytes(bruto[:MENSAGEM_MAXIMA], policy=policy.default)
    assert isinstance(mensagem, EmailMessage)
    identificacao = _cabecalho(mensagem, "message-id")
    corpo, anexos = _separar(mensagem)
    inteiro = normalizar_linhas(corpo)
    texto = texto_novo(inteiro)
    return RespostaLida(
        resumo=sha256(identificacao.encode() if identificacao else bruto).hexdigest(),
        destinatarios=tuple(_enderecos(mensagem)), remetente=parseaddr(_cabecalho(mensagem, "from"))[1].lower(),
        automatica=e_automatica(mensagem), texto=texto, citado=len(texto) < len(inteiro), anexos=tuple(anexos[:ANEXOS_POR_ENVIO]),
    )  # fmt: skip


def e_automatica(mensagem: EmailMessage) -> bool:
    """Se foi um programa que escreveu: devolução, aviso de férias, lista (RFC 3834 e o que os programas de verdade põem)."""
    enviada = _cabecalho(mensagem, "auto-submitted").split(";")[0].strip().lower()
    return (
        _cabecalho(mensagem, "return-path").strip().lower() in _SEM_REMETENTE
        or enviada not in {"", "no"}
        or any(nome in mensagem for nome in _AUTOMATICOS)
        or _cabecalho(mensagem, "precedence").strip().lower() in _EM_MASSA
        or "list-id" in mensagem
        or mensagem.get_content_type() == "multipart/report"
        or _ASSUNTO_AUTOMATICO.match(_cabecalho(mensagem, "subject")) is not None
    )


def texto_novo(texto: str) -> str:
    """O que a pessoa escreveu, sem a mensagem citada nem a assinatura do aparelho."""
    if achado := _CITACAO.search(texto):
        texto = texto[: achado.start()]
    linhas = texto.rstrip().split("\n")
    while linhas and (not linhas[-1].strip() or linhas[-1].startswith(">")):
        linhas.pop()
    return _ASSINATURA.sub("", "\n".join(linhas)).strip()


def normalizar_linhas(texto: str) -> str:
    """Quebras de linha em ``\\n``, sem espaços nas pontas."""
    return "\n".join(linha.rstrip() for linha in texto.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def _cabecalho(mensagem: EmailMessage, nome: str) -> str:
    try:
        return str(mensagem.get(nome, ""))
    except (ValueError, IndexError, AttributeError, TypeError):  # a biblioteca tropeça em cabeçalhos malformados
        return ""


def _enderecos(mensagem: EmailMessage) -> Iterator[str]:
    for nome in _DESTINATARIOS:
        try:
            valores = [str(v) for v in mensagem.get_all(nome, [])]
        except (ValueError, IndexError, AttributeError, TypeError):
            continue
        yield from (endereco.lower() for _, endereco in getaddresses(valores) if endereco)


def _separar(mensagem: EmailMessage) -> tuple[str, list[AnexoNovo]]:
    """O texto e os anexos; sem parte de texto, o do HTML."""
    texto, html, anexos = "", "", []
    for numero, parte in enumerate(mensagem.walk()):
        if numero >= PARTES_MAXIMO:
            break
        if parte.is_multipart():
            continue
        nome, tipo = parte.get_filename(), parte.get_content_type()
        if nome or parte.get_content_disposition() == "attachment":
            conteudo = parte.get_payload(decode=True)
            if isinstance(conteudo, bytes) and conteudo:
                anexos.append(AnexoNovo(nome or "anexo", BytesIO(conteudo)))
        elif tipo == "text/plain" and not texto:
            texto = _texto_da_parte(parte)
        elif tipo == "text/html" and not html:
            html = _texto_da_parte(parte)
    return texto or _do_html(html), anexos


def _texto_da_parte(parte: EmailMessage) -> str:
    conteudo = parte.get_payload(decode=True)
    if not isinstance(conteudo, bytes):
        return ""
    try:
        return conteudo.decode(parte.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return conteudo.decode("latin-1")


class _SoTexto(HTMLParser):
    _CORTAM = frozenset({"p", "div", "br", "tr", "li", "blockquote", "h1", "h2", "h3"})
    _NAO_SE_LEEM = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pedacos: list[str] = []
        self._mudo = self._citado = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._NAO_SE_LEEM:
            self._mudo += 1
        elif tag in self._CORTAM:
            self.pedacos.append("\n")
        self._citado += tag == "blockquote"

    def handle_endtag(self, tag: str) -> None:
        if tag in self._NAO_SE_LEEM:
            self._mudo = max(0, self._mudo - 1)
        if tag == "blockquote":
            self._citado = max(0, self._citado - 1)

    def handle_data(self, data: str) -> None:
        if not self._mudo and not self._citado:
            self.pedacos.append(" ".join(data.split("\n")))


def _do_html(html: str) -> str:
    leitor = _SoTexto()
    leitor.feed(html[:2_000_000])
    return normalizar_texto("".join(leitor.pedacos))
