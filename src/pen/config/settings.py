"""Configurações do Django. Cada variável de ambiente está descrita em docs/operar/variaveis.md."""

import secrets
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from pen.config import ambiente

RAIZ = Path(__file__).resolve().parents[3]
PASTA_DE_DADOS = Path(ambiente.texto("PEN_DADOS", ".pen")).expanduser().absolute()


def _banco(url: str) -> dict[str, Any]:
    """Traduz ``postgresql://…`` (ou ``chave=valor``) no dicionário do Django; o que sobra vira opção da libpq."""
    try:
        partes = conninfo_to_dict(url)
    except Exception as erro:
        raise ambiente.ConfiguracaoInvalida(
            "DATABASE_URL não se entende; use postgresql://usuario:senha@host/banco."
        ) from erro
    consulta, parada = ambiente.inteiro("PEN_CONSULTA_MAXIMO_SEGUNDOS", 30), 60
    opcoes: dict[str, Any] = {
        "options": f"-c statement_timeout={consulta}s -c idle_in_transaction_session_timeout={parada}s"
    }
    conexoes = ambiente.inteiro("PEN_CONEXOES", 8)
    if conexoes:
        opcoes["pool"] = {"min_size": 1, "max_size": conexoes, "timeout": 15}
    principais = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    banco: dict[str, Any] = {nome: partes.pop(chave, "") for nome, chave in principais.items()}
    return banco | {"ENGINE": "django.db.backends.postgresql", "OPTIONS": opcoes | partes, "ATOMIC_REQUESTS": False}


def _chave_secreta(local: bool) -> str:
    """A chave da instalação; na máquina de uma pessoa, sem banco próprio, é criada uma vez na pasta de dados."""
    if not local:
        return ambiente.texto("PEN_CHAVE_SECRETA")
    if informada := ambiente.texto("PEN_CHAVE_SECRETA", ""):
        return informada
    arquivo = PASTA_DE_DADOS / "chave-secreta"
    if not arquivo.exists():
        arquivo.parent.mkdir(parents=True, exist_ok=True)
        arquivo.touch(mode=0o600)
        arquivo.write_text(secrets.token_urlsafe(48))
    return arquivo.read_text().strip()


# O comando ``pen`` põe aqui a URL do PostgreSQL embutido quando não há outra (PEN_LOCAL diz que foi ele).
LOCAL = ambiente.booleano("PEN_LOCAL", False)
DATABASES = {"default": _banco(ambiente.texto("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = _chave_secreta(LOCAL)
DEBUG = False
ALLOWED_HOSTS = ambiente.lista("PEN_HOSTS", "localhost,127.0.0.1,[::1]")
PROXIES_CONFIAVEIS = ambiente.lista("PEN_PROXIES", "")
if PROXIES_CONFIAVEIS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "pen.designsys",
    "pen.identidade",
    "pen.nup",
    "pen.protocolo_integrado",
    "pen.portal",
]
AUTH_USER_MODEL = "identidade.Pessoa"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
CSRF_FAILURE_VIEW = "pen.portal.interfaces.web.erros.formulario_vencido"

MIDDLEWARE = [
    "pen.comum.registro.MiddlewareDePedido",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pen.comum.cabecalhos.MiddlewareDeCabecalhos",
    "django.middleware.common.CommonMiddleware",
    "pen.config.api.MiddlewareDaApi",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
APPEND_SLASH = True
ROOT_URLCONF = "pen.config.urls"
WSGI_APPLICATION = "pen.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "pen.designsys.ambiente_jinja.criar_ambiente"},
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]
FORM_RENDERER = "django.forms.renderers.Jinja2"

LANGUAGE_CODE = "pt-br"
TIME_ZONE = "America/Sao_Paulo"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/estaticos/"
STATIC_ROOT = RAIZ / "estaticos"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "pen.designsys.finders.FornecidosFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # formulários; as remessas têm limite próprio, abaixo

# Nosso
REMESSA_MAXIMO_BYTES = ambiente.inteiro("PEN_REMESSA_MAXIMO_MB", 32) * 1024 * 1024
API_PEDIDOS_POR_MINUTO = ambiente.inteiro("PEN_API_PEDIDOS_POR_MINUTO", 120)
AUTENTICACOES_RECUSADAS_POR_MINUTO = ambiente.inteiro("PEN_AUTENTICACOES_RECUSADAS_POR_MINUTO", 10)
EMAIL_HOST = ambiente.texto("PEN_SMTP_HOST", "localhost")
EMAIL_PORT = ambiente.inteiro("PEN_SMTP_PORTA", 25)

LOGGING_CONFIG = "pen.comum.registro.configurar"
LOGGING = {
    "nivel": ambiente.escolha("PEN_NIVEL_DE_LOG", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
    "formato": ambiente.escolha("PEN_FORMATO_DE_LOG", "json", ["json", "texto"]),
}
