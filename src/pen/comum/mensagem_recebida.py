"""Uma mensagem de correio que chegou: de quem e a quem é, se foi gente que escreveu, e o que há de novo nela.

Lê o que vier, por pior que venha: cabeçalho malformado é cabeçalho ausente, e charset que não existe é Latin-1.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import EmailPolicy
from email.utils import getaddresses, parseaddr
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from pen.comum.texto import normalizar_texto

MENSAGEM_MAXIMA = 60 * 2**20  # bytes
PARTES_MAXIMO, DIVISAS_MAXIMO = 200, 20_000  # as partes que se leem, e as linhas que podem começar uma
CABECALHO_MAXIMO = 16_000  # caracteres: o custo de entender um cabeçalho cresce mais que ele
IDENTIFICACOES_MAXIMO = 50  # das que uma mensagem cita
_DA_ENTREGA = ("delivered-to", "x-original-to", "envelope-to")
_IDENTIFICACAO = re.compile(r"<[!-;=?-~]{1,250}>")
# O nosso servidor de correio a conferiu, e o domínio de quem ela diz ser a nega (RFC 8601).
_NEGADO = re.compile(r"\bdmarc\s*=\s*fail\b", re.I)
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


# O que a biblioteca levanta, além do que promete, com um cabeçalho malformado ou aninhado demais.
_TROPECOS = (ValueError, IndexError, AttributeError, TypeError, KeyError, LookupError, RecursionError)


class _Tolerante(EmailPolicy):
    """A forma moderna de ler, em que cabeçalho comprido se corta e cabeçalho que não se entende está vazio."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """O cabeçalho entendido, ou um vazio."""
        try:
            return super().header_fetch_parse(name, str(value)[:CABECALHO_MAXIMO])
        except _TROPECOS:
            return super().header_fetch_parse(name, "")


_POLITICA = _Tolerante()


@dataclass(frozen=True, slots=True)
class AnexoLido:
    """Um arquivo que veio na mensagem, como veio: nada nele foi conferido."""

    nome: str
    formato: str
    conteudo: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MensagemLida:
    """``entrega`` é a quem o servidor disse que era; ``destinatarios``, isso e o que os cabeçalhos dizem; tudo em minúsculas.

    ``texto`` é só o novo, e ``citado`` diz se algo foi cortado. ``resumo`` identifica a mensagem; ``marca``, também o que ela diz:
    a mesma, entregue de novo por outro caminho, tem a mesma marca, e outra com o ``Message-ID`` dela não.
    """

    identificacao: str
    resumo: str
    marca: str
    entrega: tuple[str, ...]
    destinatarios: tuple[str, ...]
    remetente: str
    nome_do_remetente: str
    responder_a: str
    assunto: str
    conversa: tuple[str, ...]
    automatica: bool
    relatorio: bool
    remetente_negado: bool
    texto: str
    citado: bool
    anexos: tuple[AnexoLido, ...] = field(default=(), repr=False)


def ler_mensagem(bruto: bytes) -> MensagemLida:
    """O que se entende de uma mensagem (RFC 5322), por pior que ela venha; do que passa do limite, só o começo."""
    mensagem = _montar(bruto[:MENSAGEM_MAXIMA])
    identificacao = _cabecalho(mensagem, "message-id")
    corpo, anexos = _separar(mensagem)
    inteiro = normalizar_linhas(corpo)
    texto = texto_novo(inteiro)
    nome, remetente = parseaddr(_cabecalho(mensagem, "from"))
    assunto = " ".join(_cabecalho(mensagem, "subject").split())
    partes = (identificacao or _cabecalho(mensagem, "date"), remetente, assunto, inteiro, *(a.nome for a in anexos))
    do_que_diz = [parte.encode("utf-8", "replace") for parte in partes] + [a.conteudo for a in anexos]
    return MensagemLida(
        identificacao=_identificacoes(identificacao)[0] if _identificacoes(identificacao) else "",
        resumo=sha256(identificacao.encode("utf-8", "replace") if identificacao else bruto).hexdigest(),
        marca=sha256(b"".join(sha256(parte).digest() for parte in do_que_diz)).hexdigest(),
        entrega=tuple(_enderecos(mensagem, _DA_ENTREGA)),
        destinatarios=tuple(_enderecos(mensagem, (*_DA_ENTREGA, "to", "cc"))),
        remetente=remetente.lower(), nome_do_remetente=" ".join(nome.split()),
        responder_a=next(_enderecos(mensagem, ("reply-to",)), ""), assunto=assunto,
        conversa=_identificacoes(f"{_cabecalho(mensagem, 'references')} {_cabecalho(mensagem, 'in-reply-to')}"),
        automatica=e_automatica(mensagem), relatorio=mensagem.get_content_type() == "multipart/report",
        remetente_negado=_NEGADO.search(_cabecalho(mensagem, "authentication-results")) is not None,
        texto=texto, citado=len(texto) < len(inteiro), anexos=tuple(anexos),
    )  # fmt: skip


def _montar(bruto: bytes) -> EmailMessage:
    """A mensagem e as suas partes; da que tem partes demais, ou umas dentro das outras sem fim, só os cabeçalhos."""
    if bruto.count(b"\n--") <= DIVISAS_MAXIMO:
        try:
            mensagem = message_from_bytes(bruto, policy=_POLITICA)
            assert isinstance(mensagem, EmailMessage)
            list(mensagem.walk())
            return mensagem
        except _TROPECOS:
            pass
    so_cabecalhos = BytesHeaderParser(policy=_POLITICA).parsebytes(bruto)
    assert isinstance(so_cabecalhos, EmailMessage)
    return so_cabecalhos


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
    except _TROPECOS:
        return ""


def _identificacoes(texto: str) -> tuple[str, ...]:
    """Os ``<…>`` do texto, sem repetir; de muitos, os últimos."""
    return tuple(dict.fromkeys(_IDENTIFICACAO.findall(texto[:20_000])))[-IDENTIFICACOES_MAXIMO:]


def _enderecos(mensagem: EmailMessage, nomes: Iterable[str]) -> Iterator[str]:
    for nome in nomes:
        try:
            valores = [str(v) for v in mensagem.get_all(nome, [])]
        except _TROPECOS:
            continue
        yield from (endereco.lower() for _, endereco in getaddresses(valores) if endereco)


def _separar(mensagem: EmailMessage) -> tuple[str, list[AnexoLido]]:
    """O texto e os anexos; sem parte de texto, o do HTML."""
    texto, html = "", ""
    anexos: list[AnexoLido] = []
    for numero, parte in enumerate(mensagem.walk()):
        if numero >= PARTES_MAXIMO:
            break
        if parte.is_multipart():
            continue
        nome, tipo, disposicao = _do_que_se_trata(parte)
        if nome or disposicao == "attachment":
            conteudo = parte.get_payload(decode=True)
            if isinstance(conteudo, bytes) and conteudo:
                anexos.append(AnexoLido(nome or "anexo", tipo, conteudo))
        elif tipo == "text/plain" and not texto:
            texto = _texto_da_parte(parte)
        elif tipo == "text/html" and not html:
            html = _texto_da_parte(parte)
    return texto or _do_html(html), anexos


def _do_que_se_trata(parte: EmailMessage) -> tuple[str, str, str]:
    """O nome do arquivo, o formato e a disposição; vazio é o que não se diz, ou não se entende."""
    try:
        return str(parte.get_filename() or ""), parte.get_content_type(), str(parte.get_content_disposition() or "")
    except _TROPECOS:
        return "", "application/octet-stream", "attachment"


def _texto_da_parte(parte: EmailMessage) -> str:
    conteudo = parte.get_payload(decode=True)
    if not isinstance(conteudo, bytes):
        return ""
    try:
        return conteudo.decode(parte.get_content_charset() or "utf-8")
    except _TROPECOS:  # UnicodeDecodeError é um ValueError
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
        elif tag == "body":  # o HTML deixa omitir o fim do que vem antes
            self._mudo = 0
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
