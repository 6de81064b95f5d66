"""``pen django``: os comandos de administração do Django, com o banco já ligado."""

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("argumentos", nargs=-1, type=click.UNPROCESSED)
def comando(argumentos: tuple[str, ...]) -> None:
    """Comandos do Django (migrate, makemigrations, shell, dbshell…)."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["pen django", *argumentos])
