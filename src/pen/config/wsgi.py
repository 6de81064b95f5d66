"""A aplicação WSGI, servida por granian (``pen servir``) ou por qualquer servidor WSGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pen.config.settings")

application = get_wsgi_application()
