"""O que vale para todos os testes. O banco é ligado antes, em tests/banco.py."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.db import connection, connections, transaction
from django.test import TransactionTestCase
from playwright.sync_api import Browser, sync_playwright

from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.selectors.webhooks import esquecer_se_ha_inscricoes
from pen.atendimento.services.carga import carregar_atendimento
from pen.identidade.segredos import Argon2Enxuto
from pen.identidade.services.ritmo import contas
from tests.banco import MODELO


@pytest.fixture(autouse=True)
def _estaticos_sem_manifesto(settings):
    """Os testes não dependem de ``collectstatic`` ter rodado."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def _ninguem_pediu_nada():
    """O que um teste contou na memória não conta no seguinte."""
    contas.esquecer()


@pytest.fixture(autouse=True)
def _segredos_baratos(monkeypatch):
    """O hash dos segredos é o mesmo Argon2, com o mínimo de memória e uma volta: centenas de testes criam credenciais."""
    monkeypatch.setattr(Argon2Enxuto, "memory_cost", 8)
    monkeypatch.setattr(Argon2Enxuto, "time_cost", 1)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """O banco de teste nasce do modelo já migrado."""
    connection.settings_dict["TEST"]["TEMPLATE"] = MODELO


DE_TODO_BANCO = {"django_content_type", "auth_permission"}  # vêm com as migrações, e nenhum teste os muda
_esvaziar_devagar = TransactionTestCase._fixture_teardown


def _esvaziar(caso: TransactionTestCase) -> None:
    """Apaga o que um teste com transações de verdade gravou: linha por linha, que são poucas; TRUNCATE refaz todos os arquivos.

    Só um superusuário pode deixar de lado os gatilhos e as chaves; sem ele, esvazia como o Django.
    """
    for nome in caso._databases_names(include_mirrors=False):
        banco = connections[nome]
        banco.ensure_connection()
        if banco.connection.info.parameter_status("is_superuser") != "on":
            _esvaziar_devagar(caso)
            return
        tabelas = sorted({*banco.introspection.django_table_names(include_views=False)} - DE_TODO_BANCO)
        with transaction.atomic(using=nome), banco.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f'DELETE FROM "{tabela}"' for tabela in tabelas))


TransactionTestCase._fixture_teardown = _esvaziar


# O primeiro não tem janela nem o que a cerca: o mesmo motor, por menos da metade da CPU fora da página.
NAVEGADORES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Browser]:
    """O Chromium da máquina; sem ele, a integração contínua falha e quem desenvolve pula."""
    caminho = next(filter(None, map(shutil.which, NAVEGADORES)), None)
    if caminho is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Falta o Chromium nesta máquina.")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # o Playwright deixa um laço de eventos na linha principal
    with sync_playwright() as playwright:
        opcoes = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        navegador = playwright.chromium.launch(executable_path=caminho, args=opcoes)
        yield navegador
        navegador.close()


@pytest.fixture
def navegador(_chromium: Browser) -> Iterator[Browser]:
    """O Chromium, com as telas fechadas ao fim do teste: uma página esquecida continua a perguntar ao servidor."""
    yield _chromium
    for contexto in _chromium.contexts:
        contexto.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Os demorados (navegador, servidores) começam primeiro: com a execução dividida, ninguém espera por um deles no fim."""
    items.sort(key=lambda item: "sistema" not in item.keywords)


@pytest.fixture
def central(db):
    """A Central como fica depois de ``pen preparar``: o catálogo, o expediente, as equipes e a política."""
    esquecer_se_ha_inscricoes()
    esquecer_expediente()
    carga = carregar_atendimento()
    esquecer_expediente()
    return carga
