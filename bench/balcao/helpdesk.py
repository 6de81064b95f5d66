"""O django-helpdesk do PyPI, com gunicorn, num ambiente virtual que a medida cria e apaga, no PostgreSQL da medição."""

import base64
import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.ambiente import Medicao, porta_livre
from bench.balcao.alvo import (
    ABERTURA,
    ASSUNTO,
    COMUM,
    DESCRICAO,
    LISTA,
    PALAVRAS,
    PEDIDO,
    POR_PAGINA,
    PROCESSOS,
    RARA,
    VINTE,
    Alvo,
)
from bench.balcao.corpus import Amostra, Visto, criar_banco, esvaziar, levar, url_do
from bench.balcao.processo import esperar, rodando
from bench.carga import Pedido

NOME, BANCO = "django-helpdesk", "helpdesk"
PACOTES = ("django-helpdesk==2.6.1", "gunicorn", "psycopg[binary]")
INSTALAR = f"{sys.executable} -m venv PASTA && PASTA/bin/pip install {' '.join(PACOTES)}"
CSRF = "c" * 32

_CONFIGURACAO = """
SECRET_KEY = "chave-da-medicao"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "django.contrib.staticfiles", "django.contrib.sites", "django.contrib.humanize", "django.contrib.admin", "rest_framework",
    "helpdesk"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware"]
ROOT_URLCONF = "enderecos"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": [
    "django.template.context_processors.debug", "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "helpdesk", "USER": "postgres", "HOST": "@soquete@",
    "CONN_MAX_AGE": None}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
LANGUAGE_CODE, TIME_ZONE, USE_TZ = "pt-br", "America/Sao_Paulo", True
STATIC_URL, MEDIA_ROOT, MEDIA_URL, SITE_ID = "/estaticos/", "@pasta@/midia", "/midia/", 1
HELPDESK_TEAMS_MODE_ENABLED = False
LOGIN_URL = "/login/"
"""
_ENDERECOS = """
from django.contrib import admin
from django.urls import include, path
urlpatterns = [path("admin/", admin.site.urls), path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
_ENTRAR = """
import django; django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from helpdesk.models import Queue
pessoa = get_user_model().objects.create_superuser("atendente", "atendente@exemplo.org", "nenhuma")
Queue.objects.create(title="Central", slug="central", email_address="central@exemplo.org")
s = SessionStore()
s[SESSION_KEY], s[BACKEND_SESSION_KEY] = str(pessoa.pk), "django.contrib.auth.backends.ModelBackend"
s[HASH_SESSION_KEY] = pessoa.get_session_auth_hash()
s.create()
print(s.session_key)
"""
# Quem atende é usuário; quem pede é só um endereço de correio, ou a lista de quem se pode escolher teria duas mil pessoas.
_CARREGAR = """
INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
SELECT id + 10, '!', false, correio, nome, '', correio, true, true, now() FROM balcao_pessoa
WHERE id IN (SELECT atendente FROM balcao_chamado);
INSERT INTO helpdesk_usersettings (user_id, settings_pickled, email_on_ticket_assign, email_on_ticket_change, login_view_ticketlist,
    tickets_per_page, use_email_as_submitter, ticket_respond_layout)
SELECT u.id, s.settings_pickled, s.email_on_ticket_assign, s.email_on_ticket_change, s.login_view_ticketlist, s.tickets_per_page,
    s.use_email_as_submitter, s.ticket_respond_layout
FROM auth_user u, helpdesk_usersettings s WHERE s.user_id <> u.id;
INSERT INTO helpdesk_ticket (id, title, created, modified, submitter_email, status, on_hold, description, priority, secret_key,
    queue_id, assigned_to_id)
SELECT c.n, assunto, aberto_em, coalesce(encerrado_em, aberto_em), p.correio, CASE WHEN aberto THEN 1 ELSE 4 END, false,
    descricao || CASE WHEN r.n IS NULL THEN '' ELSE ' O arquivo de teste se chama xilofone.' END, 3, md5(c.n::text),
    (SELECT id FROM helpdesk_queue), atendente + 10
FROM balcao_chamado c JOIN balcao_pessoa p ON p.id = c.solicitante
LEFT JOIN (SELECT DISTINCT n FROM balcao_mensagem WHERE texto ILIKE %s) r ON r.n = c.n;
INSERT INTO helpdesk_followup (date, title, comment, public, ticket_id, user_id)
SELECT em, 'Comentário', texto, NOT interno, n, CASE WHEN da_equipe THEN por + 10 END FROM balcao_mensagem ORDER BY em, n, ordem;
SELECT setval(pg_get_serial_sequence('helpdesk_ticket', 'id'), (SELECT max(id) FROM helpdesk_ticket)),
    setval(pg_get_serial_sequence('auth_user', 'id'), (SELECT max(id) FROM auth_user));
"""


def exigir(pasta: Path) -> None:
    """Cria o ambiente virtual; sai na hora se o pacote não se instala."""
    for comando in ([sys.executable, "-m", "venv", str(pasta)], [str(pasta / "bin" / "pip"), "install", "-q", *PACOTES]):
        feito = subprocess.run(comando, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if feito.returncode:
            raise SystemExit(
                f"Falta o django-helpdesk, que só esta medida usa, e não pude instalá-lo. É preciso que este comando funcione:\n"
                f"  {INSTALAR}\n{feito.stderr[-1000:]}"
            )


def montar(medicao: Medicao, ambiente_virtual: Path) -> str:
    """O banco dele e o corpus; devolve a sessão de quem atende."""
    pasta = _pasta(medicao)
    soquete = medicao.url.partition("host=")[2]
    (pasta / "configuracao.py").write_text(_CONFIGURACAO.replace("@soquete@", soquete).replace("@pasta@", str(pasta)))
    (pasta / "enderecos.py").write_text(_ENDERECOS)
    criar_banco(medicao, BANCO)
    _python(medicao, ambiente_virtual, "-m", "django", "migrate", "-v", "0")
    sessao = _python(medicao, ambiente_virtual, "-c", _ENTRAR).split()[-1]
    url = levar(medicao, BANCO)
    with psycopg.connect(url) as banco:
        literal = psycopg.sql.quote(f"%{PALAVRAS[RARA]}%")
        banco.execute(_CARREGAR.replace("%s", literal))
    esvaziar(url)
    return sessao


@contextmanager
def ligado(medicao: Medicao, ambiente_virtual: Path, sessao: str, amostra: Amostra) -> Iterator[Alvo]:
    """O servidor, e os pedidos de cada linha; a lista e a busca são a página e, em seguida, o JSON das linhas que ela pede."""
    porta = porta_livre()
    comando = [str(ambiente_virtual / "bin" / "gunicorn"), "--bind", f"127.0.0.1:{porta}", "--workers", str(PROCESSOS),
               "--no-control-socket", "django.core.wsgi:get_wsgi_application()"]  # fmt: skip
    with rodando(comando, _ambiente(medicao), _pasta(medicao), medicao.pasta / "helpdesk.log") as pid:
        esperar(porta, "/login/", medicao.pasta / "helpdesk.log")
        cookie = f"Cookie: sessionid={sessao}; csrftoken={CSRF}"
        yield Alvo(porta, pid, _pedidos(porta, cookie, amostra), lambda: _quantos(medicao))


def _pedidos(porta: int, cookie: str, amostra: Amostra) -> dict[str, list[Pedido]]:
    def lista(caminho: str, visto: Visto) -> list[Pedido]:
        consulta = _consulta_da_pagina(porta, caminho, cookie)
        linhas = Pedido(
            f"/datatables_ticket_list/{consulta}?draw=1&start=0&length={POR_PAGINA}", cabecalhos=(cookie,),
            contem=(f'"id": {visto.n},'.encode(), json.dumps(visto.assunto)[1:-1].encode()),
        )  # fmt: skip
        return [Pedido(caminho, cabecalhos=(cookie,), contem=(consulta.encode(),), seguinte=linhas)]

    def do_chamado(quais: list[Visto]) -> list[Pedido]:
        return [Pedido(f"/tickets/{v.n}/", cabecalhos=(cookie,), contem=(v.assunto.encode(), v.trecho())) for v in quais]

    def busca(linha: str) -> list[Pedido]:
        return lista(f"/tickets/?q={PALAVRAS[linha]}&sort=id&sortreverse=on", amostra.da_palavra_no_pedido[linha])

    novo = {"queue": 1, "title": ASSUNTO, "description": DESCRICAO, "submitter_email": "balcao@exemplo.org", "priority": 3}
    return {
        LISTA: lista("/tickets/", amostra.primeiro),
        PEDIDO: do_chamado(amostra.vistos),
        VINTE: do_chamado(amostra.longos),
        RARA: busca(RARA),
        COMUM: busca(COMUM),
        ABERTURA: [
            Pedido("/api/tickets/", json.dumps(novo), aceitas=(201,), cabecalhos=(cookie, f"X-CSRFToken: {CSRF}"),
                   contem=(b'"id":',))
        ],
    }  # fmt: skip


def _consulta_da_pagina(porta: int, caminho: str, cookie: str) -> str:
    """O pedaço do endereço das linhas que a página manda o navegador pedir."""
    conexao = http.client.HTTPConnection("127.0.0.1", porta, timeout=60)
    conexao.request("GET", caminho, headers={"Cookie": cookie.partition(": ")[2]})
    achado = re.search(r"datatables_ticket_list/([A-Za-z0-9+/=]+)", conexao.getresponse().read().decode())
    if achado is None or not base64.b64decode(achado[1]):
        raise SystemExit(f"O django-helpdesk não mostrou a lista em {caminho}.")
    return achado[1]


def _python(medicao: Medicao, ambiente_virtual: Path, *argumentos: str) -> str:
    feito = subprocess.run(
        [str(ambiente_virtual / "bin" / "python"), *argumentos], env=_ambiente(medicao), cwd=_pasta(medicao), capture_output=True,
        text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if feito.returncode:
        raise SystemExit(f"O django-helpdesk não se preparou:\n{feito.stderr[-2000:]}")
    return feito.stdout


def _quantos(medicao: Medicao) -> int:
    with psycopg.connect(url_do(medicao, BANCO)) as banco:
        return int((banco.execute("SELECT count(*) FROM helpdesk_ticket").fetchone() or (0,))[0])


def _pasta(medicao: Medicao) -> Path:
    pasta = medicao.pasta / "helpdesk"
    pasta.mkdir(exist_ok=True)
    return pasta


def _ambiente(medicao: Medicao) -> dict[str, str]:
    nossas = {"PYTHONPATH", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PYTHONHOME", "VIRTUAL_ENV"}
    limpo = {nome: valor for nome, valor in os.environ.items() if nome not in nossas and not nome.startswith("PEN_")}
    return limpo | {"DJANGO_SETTINGS_MODULE": "configuracao", "PYTHONPATH": str(_pasta(medicao))}
