"""Tirar e refazer os índices das tabelas do registro, para carregá-las inteiras; o que os modelos dizem é o que se refaz."""

from typing import Any

from django.db import connection, models

from pen.protocolo_integrado.models import Andamento, Interessado, Reenvio, Registro

MODELOS: tuple[type[models.Model], ...] = (Andamento, Interessado, Registro, Reenvio)
TABELAS = [modelo._meta.db_table for modelo in MODELOS]
_MEMORIA = "SET LOCAL maintenance_work_mem = '512MB'"


def tirar_indices() -> None:
    """Tira as chaves primárias e os índices das tabelas; só num registro vazio, e para refazê-los logo depois."""
    with connection.schema_editor() as editor:
        for modelo in MODELOS:
            editor.execute(f"ALTER TABLE {modelo._meta.db_table} DROP CONSTRAINT IF EXISTS {_nome_da_chave(modelo)}")
            nomes = _nomes(modelo)
            for indice in modelo._meta.indexes:
                if indice.name in nomes:
                    editor.remove_index(modelo, indice)


def refazer_indices(*quais: int) -> None:
    """Refaz o que falta em cada tabela (ou só nas de posição ``quais`` em ``MODELOS``). Pode rodar duas vezes."""
    for modelo in [MODELOS[n] for n in quais] or MODELOS:
        nomes = _nomes(modelo)
        with connection.schema_editor() as editor:
            editor.execute(_MEMORIA)
            if _nome_da_chave(modelo) not in nomes:
                chave: Any = modelo._meta.pk
                colunas = ", ".join(campo.column for campo in chave.fields)
                editor.execute(
                    f"ALTER TABLE {modelo._meta.db_table} ADD CONSTRAINT {_nome_da_chave(modelo)} PRIMARY KEY ({colunas})"
                )
            for indice in modelo._meta.indexes:
                if indice.name not in nomes:
                    editor.add_index(modelo, indice)


def _nome_da_chave(modelo: type[models.Model]) -> str:
    return f"{modelo._meta.db_table}_pkey"


def _nomes(modelo: type[models.Model]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass", [modelo._meta.db_table]
        )
        return {nome for (nome,) in cursor.fetchall()}
