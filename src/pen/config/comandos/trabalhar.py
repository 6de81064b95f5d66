"""``pen trabalhar``: o processo que faz o que ficou para depois."""

import click


@click.command()
@click.option("--simultaneos", default=4, show_default=True, type=click.IntRange(1, 64), help="Trabalhos ao mesmo tempo.")
def comando(simultaneos: int) -> None:
    """Faz os trabalhos da fila e os periódicos, até receber Ctrl-C."""
    from django.core.management import call_command

    call_command("procrastinate", "worker", "--concurrency", str(simultaneos))
