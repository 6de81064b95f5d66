"""Um banco só para o teste, copiado do banco dos testes: repartir tabelas não se desfaz com o fim da transação."""

import os
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from pen.protocolo_integrado.services import particoes, volume
from pen.protocolo_integrado.services.indices import refazer_indices

PROCESSOS = 2_000


@contextmanager
def copia_do_banco(origem, nome):
    """Cria um banco igual ao de ``origem``, põe nele as conexões do Django, e o exclui no fim."""
    anterior = connection.settings_dict["NAME"]
    connection.close()
    _no_servidor(
        f"DROP DATABASE IF EXISTS {nome} WITH (FORCE)",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{origem}'",  # de testes com outros fios
        f"CREATE DATABASE {nome} TEMPLATE {origem}",
    )
    connection.settings_dict["NAME"] = nome  # o mesmo dicionário em todas as linhas de execução
    volume._ids_dos_orgaos.cache_clear()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = anterior
        volume._ids_dos_orgaos.cache_clear()
        _no_servidor(f"DROP DATABASE {nome} WITH (FORCE)")


def _no_servidor(*comandos):
    with connection._nodb_cursor() as cursor:
        for comando in comandos:
            cursor.execute(comando)


@pytest.fixture(scope="module")
def cheio(django_db_setup, django_db_blocker):
    """O nome de um banco com 2.000 processos inventados, de que se copiam os dos testes."""
    origem = connection.settings_dict["NAME"]
    nome = f"{origem}_cheio"
    with django_db_blocker.unblock(), copia_do_banco(origem, nome):
        volume.preparar_volume()
        for bloco in range(PROCESSOS // volume.BLOCO):
            volume.gravar_bloco(bloco)
        refazer_indices()
        connection.close()
        connection.settings_dict["NAME"] = origem
        yield nome


@pytest.fixture
def vazio(django_db_setup):
    return connection.settings_dict["NAME"]


def _banco(origem, django_db_blocker, monkeypatch):
    monkeypatch.setattr(particoes, "PAUSA", 0.01)
    nome = f"{connection.settings_dict['NAME']}_escala"
    with django_db_blocker.unblock(), copia_do_banco(origem, nome):
        yield make_conninfo(os.environ["DATABASE_URL"], dbname=nome)


@pytest.fixture
def banco(vazio, django_db_blocker, monkeypatch):
    """A URL de um banco recém-migrado, que é também o das conexões do Django enquanto o teste roda."""
    yield from _banco(vazio, django_db_blocker, monkeypatch)


@pytest.fixture
def registro(cheio, django_db_blocker, monkeypatch):
    """O mesmo, com 2.000 processos inventados."""
    yield from _banco(cheio, django_db_blocker, monkeypatch)


@pytest.fixture
def outra_conexao(request):
    """Outra conexão com o banco do teste, que confirma cada comando."""
    url = request.getfixturevalue("registro" if "registro" in request.fixturenames else "banco")
    with psycopg.connect(url, autocommit=True) as conexao:
        yield conexao
