"""O que vale para todos os testes. O banco é ligado antes, em tests/banco.py."""

import pytest


@pytest.fixture(autouse=True)
def _estaticos_sem_manifesto(settings):
    """Os testes não dependem de ``collectstatic`` ter rodado."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
