"""Texto em português: normalização, acentos e números de documento de pessoas."""

import re
import unicodedata

from pen.comum.errors import PedidoIncompleto, conferir

TEXTO_MAXIMO = 1000  # caracteres: motivos, respostas, justificativas
_ESPACOS = re.compile(r"[^\S\n]+")
_LINHAS_VAZIAS = re.compile(r"\n\s*\n+")
_PRECISA_NORMALIZAR = re.compile(r"[\r\t\v\f\u00a0\u2028\u2029\u200b\ufeff]|  | \n|\n ")
_TALVEZ_CPF = re.compile(r"(?<!\d)(\d{3})([. ]?)(\d{3})([. ]?)(\d{3})([-. ]?)(\d{2})(?!\d)")
_NOVE_ALGARISMOS = re.compile(r"\d{3}[. ]?\d{3}[. ]?\d{3}")  # descarta depressa quase todo texto
_SINAIS = re.compile(r"[\u0300-\u036f]+")  # os diacríticos das letras latinas, depois de decompostas
_CONTROLES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")


def normalizar_texto(texto: str) -> str:
    """Quebras de linha em ``\\n``, espaços repetidos em um só, pontas limpas, Unicode composto (NFC)."""
    if not texto.isascii():
        texto = unicodedata.normalize("NFC", texto)
    if texto.isprintable() and "  " not in texto:
        return texto.strip()
    if _PRECISA_NORMALIZAR.search(texto):
        texto = texto.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
        texto = texto.replace("\u200b", "").replace("\ufeff", "")
        texto = "\n".join(_ESPACOS.sub(" ", linha).strip() for linha in texto.split("\n"))
        texto = _LINHAS_VAZIAS.sub("\n", texto)
    return texto.strip()


def tem_texto_ilegivel(texto: str) -> bool:
    """Se há NUL, outro caractere de controle, ou a marca de byte que não era UTF-8."""
    if texto.isprintable() and "\ufffd" not in texto:
        return False
    return _CONTROLES.search(texto) is not None


def sem_acentos(texto: str) -> str:
    """O texto em minúsculas e sem sinais diacríticos."""
    texto = texto.lower()
    if texto.isascii():
        return texto
    return _SINAIS.sub("", unicodedata.normalize("NFD", texto))


def mascarar_cpfs(texto: str) -> str:
    """Troca cada CPF válido por ``***.982.24*-**`` (ou ``***98224***``, se veio sem pontos)."""
    return _TALVEZ_CPF.sub(_mascarar, texto) if _NOVE_ALGARISMOS.search(texto) else texto


def _mascarar(achado: re.Match[str]) -> str:
    a, s1, b, s2, c, s3, d = achado.groups()
    if not cpf_confere(a + b + c + d):
        return achado[0]
    return f"***{s1}{b}{s2}{c[:2]}*{s3}**"


def cpf_confere(digitos: str) -> bool:
    """Se os onze dígitos são um CPF com verificadores certos (as sequências de um dígito só não são)."""
    if len(digitos) != 11 or digitos == digitos[0] * 11:
        return False
    return all(int(digitos[n]) == _resto_cpf(digitos[:n]) for n in (9, 10))


def _resto_cpf(base: str) -> int:
    return sum(int(d) * p for d, p in zip(base, range(len(base) + 1, 1, -1), strict=True)) * 10 % 11 % 10


def cnpj_confere(cnpj: str) -> bool:
    """Se os catorze caracteres são um CNPJ com verificadores certos; aceita o CNPJ alfanumérico (IN RFB 2.229/2024)."""
    if len(cnpj) != 14 or cnpj == cnpj[0] * 14 or not cnpj[12:].isdecimal() or not cnpj.isalnum() or not cnpj.isascii():
        return False
    for n in (12, 13):
        pesos = [(n - 1 - i) % 8 + 2 for i in range(n)]
        resto = sum((ord(c) - 48) * p for c, p in zip(cnpj, pesos, strict=False)) % 11
        if int(cnpj[n]) != (0 if resto < 2 else 11 - resto):
            return False
    return True


def exigir_texto(valor: str, falta: str, maximo: int = TEXTO_MAXIMO, *, campo: str = "") -> str:
    """O texto sem espaços nas pontas; com ``falta`` vazia, pode não haver nenhum.

    Levanta:
        PedidoIncompleto: vazio (com a frase ``falta``), mais longo que ``maximo`` caracteres, ou com caracteres que não se leem;
            ``campo`` vai nos detalhes.
    """
    limpo = valor.replace("\0", "").strip()
    conferir(not tem_texto_ilegivel(limpo), PedidoIncompleto("O texto tem caracteres que não se leem.", campo=campo))
    conferir(bool(limpo) or not falta, PedidoIncompleto(falta, campo=campo))
    grande = PedidoIncompleto(f"O texto tem {len(limpo)} caracteres; o máximo é {maximo}.", campo=campo)
    conferir(len(limpo) <= maximo, grande)
    return limpo
