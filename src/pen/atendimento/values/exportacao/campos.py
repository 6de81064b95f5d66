"""Cada valor de um item exportado, tirado do texto ou do JSON em que veio."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import nh3

from pen.atendimento.values.exportacao.modelo import Ilegivel, MensagemExportada
from pen.comum.texto import normalizar_texto

HTML_MAXIMO = 2_000_000  # caracteres: o resto de uma mensagem assim é imagem embutida
_ILEGIVEIS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
_CODIGO = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,39}")
_CORREIO = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;]+")
_BRASILEIRA = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_ETIQUETAS = {"p", "br", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "a"}
_SEM_CONTEUDO = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"}
_LIGACAO = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.S)
_CELULA = re.compile(r"</t[dh]>\s*<t[dh]>")
_QUEBRA = re.compile(r"</?(?:p|br|div|li|tr|td|th|h[1-6]|blockquote|pre|hr)>")
_VAZIAS = re.compile(r"[ \t]*\n\s*")
_ETIQUETA = re.compile(r"</?[a-z][a-z0-9]*\b[^>]*>", re.I)


def ler_texto(valor: Any) -> str:
    """O texto limpo de um valor simples do JSON ou da planilha; o que não é simples, ou falta, é vazio."""
    if valor is None or isinstance(valor, dict | list):
        return ""
    return normalizar_texto(_ILEGIVEIS.sub("", str(valor)))


def ler_linha(valor: Any) -> str:
    """O mesmo, numa linha só."""
    return " ".join(ler_texto(valor).split())


def ler_codigo(valor: Any, nome: str) -> str:
    """O identificador, sem os espaços com que o GLPI separa os milhares.

    Levanta:
        Ilegivel: falta, ou tem o que um identificador não tem.
    """
    codigo = "".join(ler_texto(valor).split())
    if not _CODIGO.fullmatch(codigo):
        raise Ilegivel(f"o campo «{nome}» não é um número de chamado: «{codigo[:40]}»" if codigo else f"falta «{nome}»")
    return codigo


def ler_correio(valor: Any) -> str:
    """O endereço, em minúsculas, de «Nome <nome@orgao>» ou só dele; vazio, se não há um."""
    return _achar_correio(ler_linha(valor)) if valor else ""


@lru_cache(maxsize=10_000)  # quem escreve uma vez escreve outras
def _achar_correio(texto: str) -> str:
    achado = _CORREIO.search(texto[texto.rfind("<") + 1 :].lower())
    return achado[0] if achado else ""


def ler_instante(valor: Any, nome: str, fuso: ZoneInfo) -> datetime | None:
    """O instante em ISO 8601, ou em dia/mês/ano; o que não diz o fuso é de ``fuso``. Vazio é nulo.

    Levanta:
        Ilegivel: não é uma data.
    """
    texto = ler_linha(valor)
    if not texto or texto.startswith("0000-00-00"):
        return None
    try:
        if achado := _BRASILEIRA.fullmatch(texto):
            dia, mes, ano, hora, minuto, segundo = (int(n or 0) for n in achado.groups())
            lido = datetime(ano, mes, dia, hora, minuto, segundo)  # noqa: DTZ001 - o fuso vem logo abaixo
        else:
            lido = datetime.fromisoformat(texto)
        return (lido if lido.tzinfo else lido.replace(tzinfo=fuso)).astimezone(fuso)
    except (ValueError, OverflowError):
        raise Ilegivel(f"«{nome}» não é uma data que se entenda: «{texto[:40]}»") from None


def exigir_instante(valor: Any, nome: str, fuso: ZoneInfo) -> datetime:
    """O instante, que precisa haver.

    Levanta:
        Ilegivel: falta, ou não é uma data.
    """
    lido = ler_instante(valor, nome, fuso)
    if lido is None:
        raise Ilegivel(f"falta «{nome}»")
    return lido


def html_em_texto(html: Any) -> str:
    """O texto de um pedaço de HTML, com as quebras de linha, sem programas nem estilos; texto sem etiquetas fica como está.

    O GLPI guarda as etiquetas como entidades: nesse caso desfazem-se antes.
    """
    bruto = str(html)[:HTML_MAXIMO] if isinstance(html, str) else ""
    if "<" not in bruto and ("&lt;" in bruto or "&#60;" in bruto):
        bruto = unescape(bruto)
    if not _ETIQUETA.search(bruto):
        return ler_texto(unescape(bruto))
    limpo = nh3.clean(
        bruto, tags=_ETIQUETAS, clean_content_tags=_SEM_CONTEUDO, attributes={"a": {"href"}}, link_rel=None,
        url_schemes={"http", "https"}, strip_comments=True,
    )  # fmt: skip
    if "<pre>" not in limpo:
        limpo = limpo.replace("\r", " ").replace("\n", " ")  # fora de <pre>, uma quebra no HTML é um espaço
    limpo = _QUEBRA.sub("\n", _CELULA.sub(" ", _LIGACAO.sub(_ligacao, limpo)))
    return _VAZIAS.sub("\n", ler_texto(unescape(_ETIQUETA.sub("", limpo))))


def _ligacao(achado: re.Match[str]) -> str:
    endereco, texto = achado.groups()
    return texto if endereco in texto else f"{texto} ({endereco})"


def em_ordem(mensagens: Sequence[MensagemExportada], aberto_em: datetime) -> tuple[tuple[MensagemExportada, ...], int]:
    """As mensagens pela data; a que diz ser de antes da abertura passa a ser da abertura. Devolve também quantas são essas."""
    antes = [m for m in mensagens if m.em < aberto_em]
    certas = [replace(m, em=aberto_em) if m.em < aberto_em else m for m in mensagens]
    return tuple(sorted(certas, key=lambda m: m.em)), len(antes)


def conferir_datas(aberto_em: datetime, agora: datetime) -> None:
    """Confere que a abertura é de uma data em que podia haver chamado.

    Levanta:
        Ilegivel: é de antes de 2000, ou ainda não chegou.
    """
    if aberto_em.year < 2000:
        raise Ilegivel("foi aberto antes de 2000")
    if aberto_em > agora + timedelta(days=1):
        raise Ilegivel("a data da abertura ainda não chegou")


def por_chave(itens: Sequence[Mapping[str, Any]], chave: str) -> dict[str, Mapping[str, Any]]:
    """Os itens pelo valor, em texto, de um campo."""
    return {ler_texto(item.get(chave)): item for item in itens}
