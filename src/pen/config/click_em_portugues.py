"""O click em português: os poucos textos que ele mesmo escreve, e uma frase por erro de uso."""

import click
import click.core
import click.decorators
import click.formatting

TEXTOS = {
    "Usage:": "Uso:",
    "Options": "Opções",
    "Commands": "Comandos",
    "Positional arguments": "Argumentos",
    "Show this message and exit.": "Mostra esta ajuda e sai.",
    "Show the version and exit.": "Mostra a versão e sai.",
    "default: {default}": "se não disser: {default}",
}


def traduzir_click() -> None:
    """Troca a função de tradução do click pela nossa tabela; o que não está nela fica como está."""
    for modulo in (click.core, click.decorators, click.formatting):
        modulo._ = _traduzir  # type: ignore[attr-defined]


def _traduzir(texto: str) -> str:
    return TEXTOS.get(texto, texto)


def frase_de_uso(erro: click.ClickException, comandos: list[str]) -> str:
    """A frase que explica um erro de uso da linha de comando."""
    ajuda = (
        f" Veja «{erro.ctx.command_path} --help»." if isinstance(erro, click.UsageError) and erro.ctx is not None else ""
    )
    match erro:
        case click.NoSuchOption():
            return f"A opção {erro.option_name} não existe.{ajuda}"
        case click.MissingParameter():
            return f"Falta informar {_nome(erro)}.{ajuda}"
        case click.BadParameter():
            return f"{_nome(erro)}: {_o_que_serve(erro.param)}.{ajuda}"
        case click.FileError():
            return f"Não consegui abrir {erro.ui_filename}."
        case click.UsageError() if "No such command" in erro.message:
            return f"Esse comando não existe. Comandos: {', '.join(comandos)}."
        case click.UsageError():
            return f"Não entendi o que pediu.{ajuda}"
    return erro.message


def _nome(erro: click.BadParameter) -> str:
    if isinstance(erro.param, click.Option):
        return erro.param.opts[-1]
    return erro.param.human_readable_name.upper() if erro.param is not None else "um parâmetro"


def _o_que_serve(parametro: click.Parameter | None) -> str:
    match parametro.type if parametro is not None else None:
        case click.Path():
            return "não encontrei esse arquivo, ou não posso lê-lo"
        case click.Choice() as escolha:
            return f"escolha entre {', '.join(map(str, escolha.choices))}"
        case click.IntRange() as faixa:
            return f"deve ser um número de {faixa.min} a {faixa.max}"
    return "esse valor não serve"
