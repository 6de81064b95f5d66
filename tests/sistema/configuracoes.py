"""As configurações de um ``pen servir`` dos testes que abrem páginas: sem depender de ``collectstatic`` ter rodado."""

from pen.config.settings import *  # noqa: F403
from pen.config.settings import STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
