"""O comando ``pen``: uma casca fina sobre os serviços. Erro é uma frase em português e saída diferente de zero."""

import os
import signal
import sys
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import click

from pen import __version__
from pen.comum.errors import ErroDeDominio
from pen.config.ambiente import ConfiguracaoInvalida
from pen.config.banco_embutido import BancoNaoIniciou, banco_ligado

# nome do comando -> (módulo, precisa do banco). Os módulos só são lidos quando o comando é chamado.
COMANDOS = {
    "demo": ("pen.config.comandos.demo", True),
    "servir": ("pen.config.comandos.servir", True),
    "trabalhar": ("pen.config.comandos.trabalhar", True),
    "preparar": ("pen.config.comandos.preparar", True),
    "diagnostico": ("pen.config.comandos.diagnostico", True),
    "django": ("pen.config.comandos.django", True),
    "remessa": ("pen.protocolo_integrado.management.remessa", False),
    "orgao": ("pen.identidade.management.orgao", True),
    "nup": ("pen.nup.management.nup", False),
}


class Comandos(click.Group):
    """Lê cada comando do seu contexto só na hora de usá-lo, e liga o banco só para quem precisa."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMANDOS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMANDOS:
            return None
        modulo, precisa_do_banco = COMANDOS[cmd_name]
        if precisa_do_banco and ctx.obj is not None and not ctx.resilient_parsing and _vai_executar():
            _preparar_django(ctx.obj)
        comando: click.Command = import_module(modulo).comando
        return comando


def _vai_executar() -> bool:
    return "--help" not in sys.argv and len(sys.argv) > 1 and sys.argv[1] in COMANDOS


@click.command(cls=Comandos, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--versao", message="PEN Aberto %(version)s")
def pen() -> None:
    """PEN Aberto: Protocolo Integrado, NUP e Central de Atendimento."""


def _preparar_django(recursos: ExitStack) -> None:
    """Liga o PostgreSQL embutido, se não há ``DATABASE_URL``, e carrega o Django."""
    if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
        pasta = Path(os.environ.get("PEN_DADOS") or ".pen").expanduser().absolute()
        os.environ["PEN_DADOS"] = str(pasta)
        os.environ["DATABASE_URL"] = recursos.enter_context(banco_ligado(pasta))
        os.environ["PEN_LOCAL"] = "sim"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pen.config.settings")
    os.environ.setdefault("PEN_FORMATO_DE_LOG", "texto" if sys.stderr.isatty() else "json")
    import django

    django.setup()


def principal() -> None:
    """Ponto de entrada: traduz todo erro esperado em uma frase; 0 certo, 1 erro, 2 uso errado, 130 interrompido."""
    signal.signal(signal.SIGTERM, _interromper)
    signal.signal(signal.SIGHUP, _interromper)
    with ExitStack() as recursos:
        try:
            saida = pen.main(standalone_mode=False, obj=recursos)
            codigo = saida if isinstance(saida, int) else 0
        except click.exceptions.Abort:
            codigo = 130
        except KeyboardInterrupt:
            codigo = 130
        except click.ClickException as erro:
            codigo = _dizer(_frase_de_uso(erro), 2 if isinstance(erro, click.UsageError) else 1)
        except (ErroDeDominio, ConfiguracaoInvalida, BancoNaoIniciou) as erro:
            codigo = _dizer(str(erro), 1)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            codigo = 1
        except Exception as erro:  # a última rede: nenhum comando termina em rastro de pilha
            codigo = _dizer(_frase_inesperada(erro), 1)
    sys.exit(codigo)


def _interromper(*_: object) -> None:
    raise KeyboardInterrupt


def _dizer(frase: str, codigo: int) -> int:
    click.echo(f"Erro: {frase}", err=True)
    return codigo


def _frase_de_uso(erro: click.ClickException) -> str:
    ajuda = ""
    if isinstance(erro, click.UsageError) and erro.ctx is not None:
        ajuda = f" Veja «{erro.ctx.command_path} --help»."
    match erro:
        case click.NoSuchOption():
            return f"A opção {erro.option_name} não existe.{ajuda}"
        case click.MissingParameter():
            nome = erro.param.human_readable_name if erro.param is not None else erro.param_hint
            return f"Falta informar {nome}.{ajuda}"
        case click.FileError():
            return f"Não consegui abrir {erro.ui_filename}."
        case click.BadParameter():
            nome = erro.param.human_readable_name if erro.param is not None else "o parâmetro"
            return f"O valor de {nome} não serve.{ajuda}"
        case click.UsageError() if "No such command" in erro.message:
            return f"Esse comando não existe. Comandos: {', '.join(COMANDOS)}."
        case click.UsageError():
            return f"Não entendi o que pediu.{ajuda}"
    return erro.message


def _frase_inesperada(erro: Exception) -> str:
    from django.db import Error as ErroDeBanco

    if os.environ.get("PEN_RASTRO"):
        raise erro
    if isinstance(erro, ErroDeBanco):
        detalhe = str(erro).strip().splitlines()[0] if str(erro).strip() else type(erro).__name__
        return f"O banco de dados respondeu com erro: {detalhe}"
    return f"{type(erro).__name__}: {erro} (defina PEN_RASTRO=1 para ver onde)"
