"""O que não deveria estar num texto que outros leem: CPF, CNPJ, senha, token. Só se aponta; quem escreve decide."""

import re
from typing import NamedTuple

from pen.comum.texto import cnpj_confere, cpf_confere

ACHADOS_MAXIMO = 10
_CPF = re.compile(r"(?<![\d/.-])(\d{3})[. ]?(\d{3})[. ]?(\d{3})[-. ]?(\d{2})(?![\d/-]|\.\d)")
# O CNPJ tem letras desde julho de 2026 (IN RFB 2.229/2024). Sem a barra, só em maiúsculas, como se emite: quase todo token não é.
_CNPJ = re.compile(
    r"(?<![\w/.-])(?:[\dA-Z]{12}\d{2}|[\dA-Za-z]{2}\.?[\dA-Za-z]{3}\.?[\dA-Za-z]{3}/[\dA-Za-z]{4}-?\d{2})(?![\w/-]|\.\w)", re.A,
)  # fmt: skip
# «senha: valor», «password=valor»; a frase «esqueci a senha» não tem o sinal, e não é apontada.
_SENHA = re.compile(
    r"\b(?:senha|password|passwd|pwd|secret|segredo)\b[\"']?\s*[:=]\s*[\"']?((?!\[senha\])[^\s\"',;]{3,})", re.I
)
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
    """Os CNPJs e CPFs que conferem, as senhas e os tokens do texto, na ordem de cada espécie; no máximo dez."""
    cnpjs = [m[0] for m in _CNPJ.finditer(texto) if cnpj_confere(_sem_sinais(m[0]))]
    achados = [Segredo("CNPJ", "{}{}.{}{}{}.***/****-**".format(*_sem_sinais(cnpj))) for cnpj in cnpjs]
    sem_cnpjs = texto
    for cnpj in cnpjs:  # onze algarismos no fim de um CNPJ com letras não são um CPF
        sem_cnpjs = sem_cnpjs.replace(cnpj, " ")
    achados += [
        Segredo("CPF", f"{m[1]}.***.***-**") for m in _CPF.finditer(sem_cnpjs) if cpf_confere("".join(m.groups()))
    ]  # fmt: skip
    achados += [Segredo("senha", _comeco(m[1])) for m in _SENHA.finditer(texto)]
    achados += [Segredo("chave ou token", _comeco(next(g for g in m.groups() if g))) for m in _TOKEN.finditer(texto)]
    return achados[:ACHADOS_MAXIMO]


def esconder_segredos(texto: str) -> str:
    """O texto com uma palavra no lugar de cada CPF que confere, senha e token."""
    sem_cpf = _CPF.sub(lambda m: "[CPF]" if cpf_confere("".join(m.groups())) else m[0], texto)
    sem_senha = _SENHA.sub(lambda m: m[0].replace(m[1], "[senha]"), sem_cpf)
    return _TOKEN.sub("[chave ou token]", sem_senha)


def _sem_sinais(cnpj: str) -> str:
    return "".join(c for c in cnpj if c.isalnum()).upper()


def _comeco(segredo: str) -> str:
    return f"{segredo[:2]}…" if len(segredo) < 12 else f"{segredo[:4]}…"
