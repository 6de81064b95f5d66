"""O que não deveria estar num chamado: CPF, senha, token. Só se aponta; quem escreve decide."""

import re
from typing import NamedTuple

from pen.comum.texto import cpf_confere

ACHADOS_MAXIMO = 10
_CPF = re.compile(r"(?<![\d/.-])(\d{3})[. ]?(\d{3})[. ]?(\d{3})[-. ]?(\d{2})(?![\d/-]|\.\d)")
# «senha: valor», «password=valor»; a frase «esqueci a senha» não tem o sinal, e não é apontada.
_SENHA = re.compile(r"\b(?:senha|password|passwd|pwd|secret|segredo)\b[\"']?\s*[:=]\s*[\"']?([^\s\"',;]{3,})", re.I)
_TOKEN = re.compile(
    r"\bBearer\s+([A-Za-z0-9._~+/=-]{16,})"
    r"|\b(?:api[_-]?key|access[_-]?token|token|chave[ _]de[ _]api)\b[\"']?\s*[:=]\s*[\"']?([A-Za-z0-9._~+/=-]{12,})"
    r"|\b(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})"
    r"|(-----BEGIN [A-Z ]*PRIVATE KEY-----)",
    re.I,
)


class Segredo(NamedTuple):
    """Um achado: o que parece ser, e o começo dele, sem mostrar o resto."""

    especie: str
    trecho: str


def achar_segredos(texto: str) -> list[Segredo]:
    """Os CPFs que conferem, as senhas e os tokens do texto, na ordem de cada espécie; no máximo dez."""
    achados = [
        Segredo("CPF", f"{m[1]}.***.***-**") for m in _CPF.finditer(texto) if cpf_confere("".join(m.groups()))
    ]  # fmt: skip
    achados += [Segredo("senha", _comeco(m[1])) for m in _SENHA.finditer(texto)]
    achados += [Segredo("chave ou token", _comeco(next(g for g in m.groups() if g))) for m in _TOKEN.finditer(texto)]
    return achados[:ACHADOS_MAXIMO]


def esconder_segredos(texto: str) -> str:
    """O texto com uma palavra no lugar de cada CPF que confere, senha e token."""
    sem_cpf = _CPF.sub(lambda m: "[CPF]" if cpf_confere("".join(m.groups())) else m[0], texto)
    sem_senha = _SENHA.sub(lambda m: m[0].replace(m[1], "[senha]"), sem_cpf)
    return _TOKEN.sub("[chave ou token]", sem_senha)


def _comeco(segredo: str) -> str:
    return f"{segredo[:2]}…" if len(segredo) < 12 else f"{segredo[:4]}…"
