"""O comando ``pen``: uma casca fina sobre os serviços. Erro é uma frase em português e saída diferente de zero."""

import os
import signal
import sys
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import click

from pen import __version__
from pen.comum.errors import ErroDeDominio
from pen.config.ambiente import ConfiguracaoInvalida
from pen.config.banco_embutido import BancoNaoIniciou, banco_ligado
from pen.config.click_em_portugues import frase_de_uso, traduzir_click

traduzir_click()

SINAIS_DE_PARADA = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Comando(NamedTuple):
    """Onde mora um comando, se precisa do banco, e o que faz, numa linha."""

    modulo: str
    precisa_do_banco: bool
    resumo: str


# Os módulos só são lidos quando o comando é chamado.
COMANDOS = {
    "demo": Comando("pen.config.comandos.demo", True, "Prepara, carrega casos reais e serve a demonstração."),
    "servir": Comando("pen.config.comandos.servir", True, "Serve o portal, o serviço SOAP e as APIs."),
    "trabalhar": Comando("pen.config.comandos.trabalhar", True, "Faz os trabalhos da fila e os periódicos."),
    "preparar": Comando("pen.config.comandos.preparar", True, "Migra o banco, carrega os órgãos, reúne os estáticos."),
    "diagnostico": Comando("pen.config.comandos.diagnostico", True, "Confere banco, disco, correio, relógio e trabalhos."),
    "remessa": Comando("pen.protocolo_integrado.management.remessa", False, "Confere e envia arquivos de remessa."),
    "volume": Comando(
        "pen.protocolo_integrado.management.volume", True, "Inventa um registro de qualquer tamanho, para medir."
    ),
    "escala": Comando(
        "pen.protocolo_integrado.management.escala", True, "Confere se o registro pode crescer, e o reparte em partes."
    ),
    "reindexar-processos": Comando(
        "pen.protocolo_integrado.management.reindexacao", True, "Refaz o que a busca guarda de cada processo."
    ),
    "orgao": Comando("pen.identidade.management.orgao", True, "Cria órgãos e credenciais."),
    "papel": Comando("pen.identidade.management.papel", True, "Dá e encerra papéis de pessoas."),
    "equipe": Comando("pen.atendimento.management.equipe", True, "Põe e tira pessoas das equipes de atendimento."),
    "resposta": Comando(
        "pen.atendimento.management.resposta", True, "Recebe a resposta a um chamado, do servidor de correio."
    ),
    "caixa": Comando(
        "pen.correio.management.caixa", True, "Recebe o que chega a uma caixa institucional, do servidor de correio."
    ),
    "importar-chamados": Comando(
        "pen.atendimento.management.importacao", True, "Traz os chamados de outro sistema, com ensaio."
    ),
    "importar-artigos": Comando(
        "pen.conhecimento.management.importacao", True, "Traz artigos de uma pasta para a base, com ensaio."
    ),
    "exportar-artigos": Comando("pen.conhecimento.management.exportacao", True, "Escreve a base publicada numa pasta."),
    "reindexar-artigos": Comando("pen.conhecimento.management.reindexacao", True, "Refaz o índice da busca na base."),
    "segundo-fator": Comando("pen.identidade.management.segundo_fator", True, "Desliga o segundo fator de quem o perdeu."),
    "devolucao": Comando(
        "pen.notificacoes.management.devolucao", True, "Recebe um e-mail devolvido, do servidor de correio."
    ),
    "unidade": Comando("pen.nup.management.unidade", True, "Conserta a numeração de uma unidade."),
    "nup": Comando("pen.nup.management.nup", False, "Confere números de processo."),
    "django": Comando("pen.config.comandos.django", True, "Comandos de administração do Django."),
}
# Quem os chama entende 75 (sysexits.h) como «tente mais tarde»; com outra saída, devolve a mensagem a quem a mandou.
DO_SERVIDOR_DE_CORREIO = {"resposta", "devolucao", "caixa"}


class Comandos(click.Group):
    """Lê cada comando do seu contexto só na hora de usá-lo, e liga o banco só para quem precisa."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Os nomes, na ordem da tabela."""
        return list(COMANDOS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A lista da ajuda, sem ler módulo nenhum."""
        with formatter.section("Comandos"):
            formatter.write_dl([(nome, comando.resumo) for nome, comando in COMANDOS.items()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """O comando pedido, com o banco ligado se ele precisa (para só mostrar a ajuda, não precisa)."""
        if cmd_name not in COMANDOS:
            return None
        modulo, precisa_do_banco, _ = COMANDOS[cmd_name]
        if precisa_do_banco:
            pede_ajuda = cmd_name != "django" and bool({"-h", "--help"} & set(sys.argv))
            if cmd_name != "servir":  # migrar, carregar e fazer trabalhos podem demorar; atender, não
                os.environ.setdefault("PEN_CONSULTA_MAXIMO_SEGUNDOS", "0")
            _preparar_django(ctx.obj, so_ajuda=pede_ajuda)
        comando: click.Command = import_module(modulo).comando
        return comando


@click.command(cls=Comandos, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--versao", message="PEN Aberto %(version)s")
def pen() -> None:
    """PEN Aberto: Protocolo Integrado, NUP e Central de Atendimento."""


def _preparar_django(recursos: ExitStack, *, so_ajuda: bool) -> None:
    """Liga o PostgreSQL embutido, se não há ``DATABASE_URL``, e carrega o Django; para a ajuda, só carrega."""
    if so_ajuda:
        os.environ |= {"DATABASE_URL": "postgresql:///ajuda", "PEN_CHAVE_SECRETA": "ajuda"}
    elif not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
        pasta = Path(os.environ.get("PEN_DADOS") or ".pen").expanduser().absolute()
        os.environ["PEN_DADOS"] = str(pasta)
        os.environ["DATABASE_URL"] = recursos.enter_context(banco_ligado(pasta))
        os.environ["PEN_LOCAL"] = "sim"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pen.config.settings")
    os.environ.setdefault("PEN_FORMATO_DE_LOG", "texto" if sys.stderr.isatty() else "json")
    import django

    django.setup()


def principal() -> None:
    """Ponto de entrada: traduz todo erro esperado em uma frase; 0 certo, 1 erro, 2 uso errado, 130 interrompido.

    Os comandos que o servidor de correio chama saem com 75 em qualquer falha: a mensagem fica na fila dele, e não se perde.
    """
    for sinal in SINAIS_DE_PARADA:
        signal.signal(sinal, _interromper)
    with ExitStack() as recursos:
        try:
            saida = pen.main(standalone_mode=False, obj=recursos)
            codigo = saida if isinstance(saida, int) else 0
        except click.exceptions.Abort:
            codigo = 130
        except KeyboardInterrupt:
            codigo = 130
        except click.ClickException as erro:
            codigo = _dizer(frase_de_uso(erro, list(COMANDOS)), 2 if isinstance(erro, click.UsageError) else 1)
        except (ErroDeDominio, ConfiguracaoInvalida, BancoNaoIniciou) as erro:
            codigo = _dizer(str(erro), 1)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            codigo = 1
        except Exception as erro:  # a última rede: nenhum comando termina em rastro de pilha
            codigo = _dizer(_frase_inesperada(erro), 1)
    comando = next((argumento for argumento in sys.argv[1:] if argumento in COMANDOS), "")
    sys.exit(os.EX_TEMPFAIL if codigo and comando in DO_SERVIDOR_DE_CORREIO else codigo)


def _interromper(*_: object) -> None:
    """Para uma vez só: um segundo sinal (o make repete o Ctrl-C) não interrompe o encerramento no meio."""
    for sinal in SINAIS_DE_PARADA:
        signal.signal(sinal, signal.SIG_IGN)
    raise KeyboardInterrupt


def _dizer(frase: str, codigo: int) -> int:
    click.echo(f"Erro: {frase}", err=True)
    return codigo


def _frase_inesperada(erro: Exception) -> str:
    from django.db import Error as ErroDeBanco

    if os.environ.get("PEN_RASTRO"):
        raise erro
    if isinstance(erro, ErroDeBanco):
        detalhe = str(erro).strip().splitlines()[0] if str(erro).strip() else type(erro).__name__
        return f"O banco de dados respondeu com erro: {detalhe}"
    return f"{type(erro).__name__}: {erro} (defina PEN_RASTRO=1 para ver onde)"
