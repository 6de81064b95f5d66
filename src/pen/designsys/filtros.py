"""Como datas, números e textos aparecem nas páginas. Instantes são mostrados na hora de Brasília."""

from datetime import date, datetime, time, timedelta

from markupsafe import Markup, escape

from pen.comum.tempo import BRASILIA

DIAS_DA_SEMANA = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
MESES = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
)  # fmt: skip


def _dia(valor: date) -> date:
    return valor.astimezone(BRASILIA) if isinstance(valor, datetime) and valor.tzinfo else valor


def data(valor: date | None) -> str:
    """``20/11/2026``; vazio quando não há data."""
    if valor is None:
        return ""
    dia = _dia(valor)
    return f"{dia.day:02}/{dia.month:02}/{dia.year:04}"


def hora(valor: datetime | time | str | None) -> str:
    """``14:35``; um texto passa como está e a falta de hora fica vazia."""
    if valor is None or isinstance(valor, str):
        return valor or ""
    local = valor.astimezone(BRASILIA) if isinstance(valor, datetime) and valor.tzinfo else valor
    return f"{local.hour:02}:{local.minute:02}"


def data_hora(valor: datetime | None) -> str:
    """``20/11/2026 às 14:35``."""
    return f"{data(valor)} às {hora(valor)}" if valor is not None else ""


def data_extenso(valor: date | None) -> str:
    """``sexta-feira, 20 de novembro de 2026``."""
    if valor is None:
        return ""
    dia = _dia(valor)
    numero = "1º" if dia.day == 1 else dia.day
    return f"{DIAS_DA_SEMANA[dia.weekday()]}, {numero} de {MESES[dia.month - 1]} de {dia.year}"


def horas(duracao: timedelta) -> str:
    """``3 h``, ``3 h 20 min`` ou ``20 min``."""
    minutos = round(duracao.total_seconds() / 60)
    partes = [f"{minutos // 60} h" if minutos >= 60 else "", f"{minutos % 60} min" if minutos % 60 or not minutos else ""]
    return " ".join(p for p in partes if p)


def milhar(numero: int) -> str:
    """``1.234``."""
    return f"{numero:,}".replace(",", ".")


def plural(quantidade: int, singular: str, varios: str) -> str:
    """A quantidade com a palavra que lhe cabe: ``1 processo``, ``1.234 processos``."""
    return f"{milhar(quantidade)} {singular if abs(quantidade) == 1 else varios}"


def tamanho(em_bytes: int) -> str:
    """``12 KB`` ou ``3,4 MB``."""
    kb = max(1, round(em_bytes / 1024))
    return f"{kb} KB" if kb < 1024 else f"{kb / 1024:.1f} MB".replace(".", ",")


def quebras(texto: str) -> Markup:
    """O texto escapado, com as quebras de linha (também as do Windows) visíveis."""
    texto = str(texto).strip()
    if texto.isprintable():  # a maioria: uma linha só
        return escape(texto)
    return Markup("<br>").join(escape(linha) for linha in texto.splitlines())
