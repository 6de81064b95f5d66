"""Configurações do Django. Cada variável de ambiente está descrita em docs/operar/variaveis.md."""

import secrets
from pathlib import Path
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from pen.config import ambiente

RAIZ = Path(__file__).resolve().parents[3]
PASTA_DE_DADOS = Path(ambiente.texto("PEN_DADOS", ".pen")).expanduser().absolute()


def _banco(variavel: str) -> dict[str, Any]:
    """Traduz ``postgresql://…`` (ou ``chave=valor``) no dicionário do Django; o que sobra vira opção da libpq."""
    try:
        partes = conninfo_to_dict(ambiente.texto(variavel))
    except ProgrammingError as erro:
        raise ambiente.ConfiguracaoInvalida(
            f"{variavel} não se entende; use postgresql://usuario:senha@host/banco."
        ) from erro
    # Um servidor que some sem se despedir é notado em uns dez segundos, e não nas horas do TCP.
    opcoes: dict[str, Any] = {
        "connect_timeout": 3, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000,
        "prepare_threshold": 5 if ambiente.booleano("PEN_PREPARAR", not PGBOUNCER) else None,
    }  # fmt: skip
    if not PGBOUNCER:  # que recusa «options»: lá, os tempos máximos são do usuário do banco
        consulta, parada = ambiente.inteiro("PEN_CONSULTA_MAXIMO_SEGUNDOS", 30), 60
        opcoes["options"] = (
            f"-c statement_timeout={consulta}s -c idle_in_transaction_session_timeout={parada}s "
            "-c plan_cache_mode=force_generic_plan "  # só o que pen.comum.preparadas prepara tem plano guardado
            "-c max_parallel_workers_per_gather=0"  # repartir uma leitura curta custa mais que fazê-la
        )
    conexoes = ambiente.inteiro("PEN_CONEXOES", 8)
    if conexoes:
        opcoes["pool"] = {"min_size": 1, "max_size": conexoes, "timeout": 15}
    principais = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    banco: dict[str, Any] = {nome: partes.pop(chave, "") for nome, chave in principais.items()}
    if "," in str(banco["HOST"]) and variavel == "DATABASE_URL":
        partes.setdefault("target_session_attrs", "read-write")  # de vários servidores, o que é o principal agora
    return banco | {
        "ENGINE": "pen.comum.postgresql", "OPTIONS": opcoes | partes, "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": PGBOUNCER,
    }  # fmt: skip


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
PGBOUNCER = ambiente.booleano("PEN_PGBOUNCER", False)  # no modo de transação
DATABASES = {"default": _banco("DATABASE_URL")}
REPLICA_ATRASO_MAXIMO = ambiente.inteiro("PEN_REPLICA_ATRASO_MAXIMO_SEGUNDOS", 5)
# Do principal mesmo numa página que lê da réplica: uma sessão que ainda não chegou lá pareceria encerrada.
MODELOS_DO_PRINCIPAL = {"sessions.session", "identidade.pessoa", "identidade.atribuicao", "identidade.janeladeuso"}
if ambiente.texto("DATABASE_URL_LEITURA", ""):
    DATABASES["leitura"] = _banco("DATABASE_URL_LEITURA")
    DATABASE_ROUTERS = ["pen.comum.leitura.Roteador"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = _chave_secreta(LOCAL)
DEBUG = False
# O endereço público, sem barra no fim: é o que vai nos e-mails e o que o gov.br conhece.
ENDERECO = ambiente.texto("PEN_ENDERECO", "http://localhost:8000").rstrip("/")
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
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "pen.designsys",
    "pen.identidade",
    "pen.auditoria",
    "pen.notificacoes",
    "pen.nup",
    "pen.protocolo_integrado",
    "pen.conhecimento",
    "pen.correio",
    "pen.atendimento",
    "pen.participen",
    "pen.assistente",
    "pen.portal",
]
AUTH_USER_MODEL = "identidade.Pessoa"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
CSRF_FAILURE_VIEW = "pen.portal.interfaces.web.erros.formulario_vencido"

MIDDLEWARE = [
    "pen.comum.registro.MiddlewareDePedido",
    "pen.comum.vez.MiddlewareDeVez",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pen.comum.cabecalhos.MiddlewareDeCabecalhos",
    "django.middleware.common.CommonMiddleware",
    "pen.config.api.MiddlewareDaApi",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "pen.identidade.interfaces.web.middleware.MiddlewareDeEntrada",
    "pen.portal.interfaces.web.erros.MiddlewareDeErros",
]
if "leitura" in DATABASES:
    MIDDLEWARE.insert(MIDDLEWARE.index("pen.config.api.MiddlewareDaApi") + 1, "pen.comum.leitura.MiddlewareDeLeitura")
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
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENDERECO.startswith("https://")
SESSION_ENGINE = "pen.identidade.interfaces.web.sessoes"
AUTHENTICATION_BACKENDS = [
    "pen.identidade.interfaces.web.sessoes.QuemEntrou",
    "django.contrib.auth.backends.ModelBackend",  # o das sessões abertas antes de haver o nosso
]
SESSION_COOKIE_AGE = 14 * 24 * 3600
FILE_UPLOAD_HANDLERS = [
    "pen.comum.envio.LimiteDeArquivos",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
ARQUIVO_MAXIMO_BYTES, ENVIO_MAXIMO_BYTES = 50 * 1024 * 1024, 200 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # formulários; as remessas têm limite próprio, abaixo

# Nosso
PASTA_DE_ANEXOS = Path(ambiente.texto("PEN_ANEXOS", str(PASTA_DE_DADOS / "anexos"))).expanduser().absolute()
CLAMAV = ambiente.soquete("PEN_CLAMAV")
REMESSA_MAXIMO_BYTES = ambiente.inteiro("PEN_REMESSA_MAXIMO_MB", 32) * 1024 * 1024
API_PEDIDOS_POR_MINUTO = ambiente.inteiro("PEN_API_PEDIDOS_POR_MINUTO", 120)
AUTENTICACOES_RECUSADAS_POR_MINUTO = ambiente.inteiro("PEN_AUTENTICACOES_RECUSADAS_POR_MINUTO", 10)
# Entrada pelo gov.br: credenciais pedidas em gov.br/conecta, ou o provedor de teste, que só existe na demonstração.
GOVBR_DE_TESTE = ambiente.booleano("PEN_GOVBR_DE_TESTE", False)
if GOVBR_DE_TESTE and not LOCAL:
    raise ambiente.ConfiguracaoInvalida("PEN_GOVBR_DE_TESTE só vale na demonstração: nele qualquer um é quem quiser.")
if GOVBR_DE_TESTE:
    INSTALLED_APPS.append("pen.govbr_de_teste")
    GOVBR_EMISSOR, GOVBR_CLIENTE, GOVBR_SEGREDO = f"{ENDERECO}/govbr-de-teste/", "pen-aberto", "segredo-de-teste"
else:
    GOVBR_EMISSOR = ambiente.texto("PEN_GOVBR_EMISSOR", "")
    GOVBR_CLIENTE = ambiente.texto("PEN_GOVBR_CLIENTE", "") if GOVBR_EMISSOR else ""
    GOVBR_SEGREDO = ambiente.texto("PEN_GOVBR_SEGREDO") if GOVBR_EMISSOR else ""
    ambiente.conferir_emissor(GOVBR_EMISSOR, outro=ambiente.booleano("PEN_GOVBR_OUTRO_EMISSOR", False))
GOVBR_RETORNOS, GOVBR_SAIDAS = [f"{ENDERECO}/entrar/govbr/retorno/"], [f"{ENDERECO}/"]

# Correio
CAIXA_LOCAL = ambiente.booleano("PEN_CAIXA_LOCAL", False)  # as mensagens ficam na pasta de dados, para ver numa página
if CAIXA_LOCAL and not LOCAL:
    raise ambiente.ConfiguracaoInvalida("PEN_CAIXA_LOCAL só vale na demonstração: as mensagens não seriam entregues.")
EMAIL_BACKEND = "pen.comum.correio.CaixaLocal" if CAIXA_LOCAL else "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = ambiente.texto("PEN_SMTP_HOST", "localhost")
EMAIL_PORT = ambiente.inteiro("PEN_SMTP_PORTA", 25)
EMAIL_HOST_USER = ambiente.texto("PEN_SMTP_USUARIO", "")
EMAIL_HOST_PASSWORD = ambiente.texto("PEN_SMTP_SENHA", "")
_SMTP_TLS = ambiente.escolha("PEN_SMTP_TLS", "nao", ["nao", "starttls", "tls"])
EMAIL_USE_TLS, EMAIL_USE_SSL = _SMTP_TLS == "starttls", _SMTP_TLS == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ambiente.texto("PEN_REMETENTE", "PEN Aberto <nao-responda@localhost>")


# Avisos; os canais além do correio ficam desligados sem a sua configuração
AVISOS_DIAS_RECENTES = ambiente.inteiro("PEN_AVISOS_DIAS_RECENTES", 10)
AVISOS_JANELA_SEGUNDOS = ambiente.inteiro("PEN_AVISOS_JANELA_SEGUNDOS", 60)
AVISOS_POR_MINUTO = ambiente.inteiro("PEN_AVISOS_POR_MINUTO", 600)
AVISOS_POR_PESSOA_E_HORA = ambiente.inteiro("PEN_AVISOS_POR_PESSOA_E_HORA", 20)
AVISOS_GUARDA_DIAS = ambiente.inteiro("PEN_AVISOS_GUARDA_DIAS", 365)
CHAMADOS_RESPOSTAS = ambiente.texto("PEN_CHAMADOS_RESPOSTAS", "")
CAIXAS_DOMINIO = ambiente.texto("PEN_CAIXAS_DOMINIO", "")  # sem ele, o do remetente
WEBHOOKS_NA_MAQUINA = ambiente.booleano("PEN_WEBHOOKS_NA_MAQUINA", False)
if WEBHOOKS_NA_MAQUINA and not LOCAL:
    raise ambiente.ConfiguracaoInvalida("PEN_WEBHOOKS_NA_MAQUINA só vale na demonstração: abriria a rede de dentro.")
AVISOS_DEVOLUCOES = ambiente.texto("PEN_AVISOS_DEVOLUCOES", "")
AVISOS_WEBHOOK_URL = ambiente.texto("PEN_AVISOS_WEBHOOK_URL", "")
AVISOS_WEBHOOK_SEGREDO = ambiente.texto("PEN_AVISOS_WEBHOOK_SEGREDO") if AVISOS_WEBHOOK_URL else ""
ASSISTENTE_MODELO_URL = ambiente.texto("PEN_ASSISTENTE_MODELO_URL", "")
ASSISTENTE_MODELO = ambiente.texto("PEN_ASSISTENTE_MODELO") if ASSISTENTE_MODELO_URL else ""
ASSISTENTE_MODELO_CHAVE = ambiente.texto("PEN_ASSISTENTE_MODELO_CHAVE", "")
PUSH_CHAVE_PRIVADA = ambiente.texto("PEN_PUSH_CHAVE_PRIVADA", "")
PUSH_CONTATO = ambiente.texto("PEN_PUSH_CONTATO") if PUSH_CHAVE_PRIVADA else ""

LOGGING_CONFIG = "pen.comum.registro.configurar"
LOGGING = {
    "nivel": ambiente.escolha("PEN_NIVEL_DE_LOG", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
    "formato": ambiente.escolha("PEN_FORMATO_DE_LOG", "json", ["json", "texto"]),
}
