"""Leitura das variáveis de ambiente, com tipo e com uma frase clara quando algo falta."""

import os
import re
from pathlib import Path


class ConfiguracaoInvalida(Exception):
    """Uma variável de ambiente falta ou não se entende; a mensagem diz qual e como corrigir."""


def texto(nome: str, padrao: str | None = None) -> str:
    """O valor de ``nome``, ou o conteúdo do arquivo em ``nome_FILE`` (segredos montados), ou ``padrao``.

    Levanta:
        ConfiguracaoInvalida: não há valor nem padrão, ou o arquivo não pode ser lido.
    """
    arquivo = os.environ.get(f"{nome}_FILE")
    if arquivo:
        try:
            return Path(arquivo).read_text().strip()
        except OSError as erro:
            raise ConfiguracaoInvalida(f"Não consegui ler o arquivo indicado em {nome}_FILE: {erro.strerror}.") from erro
    valor = os.environ.get(nome, "").strip()
    if valor:
        return valor
    if padrao is None:
        raise ConfiguracaoInvalida(f"Falta a variável {nome} (ou {nome}_FILE). Veja docs/operar/variaveis.md.")
    return padrao


def inteiro(nome: str, padrao: int) -> int:
    """O valor de ``nome`` como inteiro não negativo."""
    valor = texto(nome, str(padrao))
    if not valor.isdecimal():
        raise ConfiguracaoInvalida(f"{nome} deve ser um número inteiro; veio «{valor}».")
    return int(valor)


def booleano(nome: str, padrao: bool) -> bool:
    """O valor de ``nome`` como sim ou não (aceita 1/0, sim/não, true/false)."""
    valor = texto(nome, "sim" if padrao else "nao").lower()
    if valor in {"1", "sim", "true", "s"}:
        return True
    if valor in {"0", "nao", "não", "false", "n"}:
        return False
    raise ConfiguracaoInvalida(f"{nome} deve ser «sim» ou «nao»; veio «{valor}».")


def escolha(nome: str, padrao: str, opcoes: list[str]) -> str:
    """O valor de ``nome``, que deve ser uma das ``opcoes`` (maiúsculas e minúsculas não contam)."""
    valor = texto(nome, padrao)
    if achada := next((o for o in opcoes if o.lower() == valor.lower()), None):
        return achada
    raise ConfiguracaoInvalida(f"{nome} deve ser um de: {', '.join(opcoes)}; veio «{valor}».")


def lista(nome: str, padrao: str) -> list[str]:
    """O valor de ``nome`` separado por vírgulas, sem vazios."""
    return [item.strip() for item in texto(nome, padrao).split(",") if item.strip()]


def soquete(nome: str) -> str | tuple[str, int]:
    """O endereço ``host:porta``, ou o caminho de um soquete Unix; vazio, se não há."""
    valor = texto(nome, "")
    if not valor or valor.startswith("/"):
        return valor
    host, _, porta = valor.rpartition(":")
    if not host or not porta.isdecimal() or not 0 < int(porta) < 65536:
        raise ConfiguracaoInvalida(f"{nome} deve ser «host:porta» ou o caminho de um soquete; veio «{valor}».")
    return host.removeprefix("[").removesuffix("]"), int(porta)


def conferir_emissor(emissor: str, *, outro: bool) -> None:
    """Recusa um emissor que não é o gov.br, a menos que ``outro`` diga que é de propósito; vazio é não ter entrada por ele.

    Levanta:
        ConfiguracaoInvalida: não é ``https://….acesso.gov.br/``, com a barra no fim.
    """
    if emissor and not outro and not re.fullmatch(r"https://([a-z0-9-]+\.)+acesso\.gov\.br/", emissor):
        raise ConfiguracaoInvalida(
            "PEN_GOVBR_EMISSOR deve ser um endereço https de acesso.gov.br, com a barra no fim; "
            "para outro provedor, diga também PEN_GOVBR_OUTRO_EMISSOR=sim."
        )
