"""A aplicação WSGI, servida por granian (``pen servir``) ou por qualquer servidor WSGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pen.config.settings")

_django = get_wsgi_application()

from pen.config.atalho import Atalho  # noqa: E402 - os modelos só se importam com o Django pronto

application = Atalho(_django)
