"""O Request Tracker 5 do Debian, com Starman, no PostgreSQL da medição, com configuração e sessões numa pasta só dela."""

import http.client
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

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
from bench.balcao.corpus import Amostra, Visto, esvaziar, levar, url_do
from bench.balcao.processo import esperar, rodando
from bench.carga import Pedido

NOME, BANCO = "Request Tracker 5", "rt5"
SERVIDOR = Path("/usr/share/request-tracker5/libexec/rt-server")
SESSOES = 8  # os pedidos de uma sessão, ele os faz um de cada vez
INSTALAR = (
    "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends request-tracker5 rt5-db-postgresql starman"
)
SEM_BANCO_PROPRIO = "echo request-tracker5 request-tracker5/dbconfig-install boolean false | debconf-set-selections"

_CONFIGURACAO = """
Set($rtname, 'balcao'); Set($Organization, 'balcao'); Set($Timezone, 'America/Sao_Paulo');
Set($WebDomain, '127.0.0.1'); Set($WebPort, {porta}); Set($WebPath, '');
Set($DatabaseType, 'Pg'); Set($DatabaseHost, '{soquete}'); Set($DatabasePort, ''); Set($DatabaseName, '{banco}');
Set($DatabaseUser, 'postgres'); Set($DatabasePassword, ''); Set($DatabaseAdmin, 'postgres');
Set($MailCommand, 'sendmailpipe'); Set($SendmailPath, '{pasta}/correio');
Set(%FullTextSearch, Enable => 1, Indexed => 1, Table => 'AttachmentsIndex', Column => 'ContentIndex');
Set($ShowHistory, 'always');
Set($LogToSyslog, undef); Set($LogToSTDERR, 'error');
$RT::VarPath = '{pasta}'; $RT::MasonDataDir = '{pasta}/mason'; $RT::MasonSessionDir = '{pasta}/sessoes';
1;
"""
# Quatro grupos por chamado (um por papel), com o seu «principal», e as tabelas que dizem quem é de qual: é como ele os grava.
_CARREGAR = """
CREATE TEMP TABLE de AS SELECT (SELECT max(id) FROM Principals) AS pessoa, (SELECT count(*)::int FROM balcao_pessoa) AS pessoas;
CREATE TEMP TABLE quem AS SELECT id, nome, correio, (SELECT pessoa FROM de) + row_number() OVER (ORDER BY id)::int AS rt
FROM balcao_pessoa;
INSERT INTO Principals (id, PrincipalType, Disabled) SELECT rt, 'User', 0 FROM quem;
INSERT INTO Users (id, Name, RealName, EmailAddress, Password, Creator, Created, LastUpdatedBy, LastUpdated)
SELECT rt, correio, nome, correio, '*NO-PASSWORD*', 1, now(), 1, now() FROM quem;
CREATE TEMP TABLE equivale AS
SELECT rt, (SELECT pessoa + pessoas FROM de) + row_number() OVER (ORDER BY rt)::int AS grupo FROM quem;
INSERT INTO Principals (id, PrincipalType, Disabled) SELECT grupo, 'Group', 0 FROM equivale;
INSERT INTO Groups (id, Name, Description, Domain, Instance, Creator, Created, LastUpdatedBy, LastUpdated)
SELECT grupo, 'UserEquiv', 'ACL equiv. for user ' || rt, 'ACLEquivalence', rt, 1, now(), 1, now() FROM equivale;
CREATE TEMP TABLE papel AS SELECT n, p.nome, (SELECT pessoa + 2 * pessoas FROM de) + 4 * (n - 1) + p.k AS grupo,
    CASE p.nome WHEN 'Requestor' THEN s.rt WHEN 'Owner' THEN a.rt END AS membro
FROM balcao_chamado c JOIN quem s ON s.id = c.solicitante JOIN quem a ON a.id = c.atendente,
    (VALUES (1, 'Requestor'), (2, 'Owner'), (3, 'Cc'), (4, 'AdminCc')) AS p (k, nome);
INSERT INTO Principals (id, PrincipalType, Disabled) SELECT grupo, 'Group', 0 FROM papel;
INSERT INTO Groups (id, Name, Domain, Instance, Creator, Created, LastUpdatedBy, LastUpdated)
SELECT grupo, nome, 'RT::Ticket-Role', n, 1, now(), 1, now() FROM papel;
INSERT INTO GroupMembers (GroupId, MemberId, Creator, Created, LastUpdatedBy, LastUpdated)
SELECT grupo, membro, 1, now(), 1, now() FROM papel WHERE membro IS NOT NULL
UNION ALL SELECT grupo, rt, 1, now(), 1, now() FROM equivale
UNION ALL SELECT g.id, rt, 1, now(), 1, now() FROM quem, Groups g WHERE g.Name IN ('Everyone', 'Unprivileged');
INSERT INTO CachedGroupMembers (id, GroupId, MemberId, Via, ImmediateParentId, Disabled)
SELECT id, grupo, membro, id, grupo, 0 FROM (
    SELECT nextval('cachedgroupmembers_id_seq') AS id, grupo, membro FROM (
        SELECT grupo, grupo AS membro FROM papel UNION ALL SELECT grupo, membro FROM papel WHERE membro IS NOT NULL
        UNION ALL SELECT grupo, grupo FROM equivale UNION ALL SELECT grupo, rt FROM equivale
        UNION ALL SELECT g.id, rt FROM quem, Groups g WHERE g.Name IN ('Everyone', 'Unprivileged')) x) y;
INSERT INTO Tickets (id, EffectiveId, Queue, Type, Owner, Subject, Status, Started, Resolved, LastUpdatedBy, LastUpdated, Creator,
    Created)
SELECT c.n, c.n, 1, 'ticket', a.rt, c.assunto, CASE WHEN aberto THEN 'open' ELSE 'resolved' END, c.aberto_em, c.encerrado_em, a.rt,
    coalesce(c.encerrado_em, c.aberto_em), s.rt, c.aberto_em
FROM balcao_chamado c JOIN quem s ON s.id = c.solicitante JOIN quem a ON a.id = c.atendente;
CREATE TEMP TABLE dito AS SELECT row_number() OVER (ORDER BY em, n, ordem) AS id, n, tipo, por, em, texto, assunto FROM (
    SELECT n, 0 AS ordem, 'Create' AS tipo, solicitante AS por, aberto_em AS em, descricao AS texto, assunto FROM balcao_chamado
    UNION ALL SELECT n, ordem, CASE WHEN interno THEN 'Comment' ELSE 'Correspond' END, por, em, texto, '' FROM balcao_mensagem
    UNION ALL SELECT n, 1000, 'Status', atendente, encerrado_em, NULL, NULL FROM balcao_chamado WHERE NOT aberto) x;
INSERT INTO Transactions (id, ObjectType, ObjectId, Type, Field, OldValue, NewValue, Creator, Created)
SELECT (SELECT max(id) FROM Transactions) + d.id, 'RT::Ticket', n, tipo, CASE WHEN texto IS NULL THEN 'Status' END,
    CASE WHEN texto IS NULL THEN 'open' END, CASE WHEN texto IS NULL THEN 'resolved' END, q.rt, em
FROM dito d JOIN quem q ON q.id = d.por;
INSERT INTO Attachments (id, TransactionId, Parent, MessageId, Subject, ContentType, ContentEncoding, Content, Headers, Creator,
    Created)
SELECT d.id, (SELECT max(id) FROM Transactions) - (SELECT max(id) FROM dito) + d.id, 0, 'm' || d.id || '@balcao', assunto,
    'text/plain', 'none', texto, E'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"\nContent-Length: ' ||
    octet_length(texto) || E'\n', q.rt, em
FROM dito d JOIN quem q ON q.id = d.por WHERE texto IS NOT NULL;
INSERT INTO AttachmentsIndex (id, ContentIndex)
SELECT id, to_tsvector('portuguese', coalesce(Subject, '') || ' ' || Content) FROM Attachments WHERE ContentType = 'text/plain';
SELECT setval('principals_id_seq', (SELECT max(id) FROM Principals)), setval('groups_id_seq', (SELECT max(id) FROM Groups)),
    setval('users_id_seq', (SELECT max(id) FROM Users)), setval('tickets_id_seq', (SELECT max(id) FROM Tickets)),
    setval('transactions_id_seq', (SELECT max(id) FROM Transactions)),
    setval('attachments_id_seq', (SELECT max(id) FROM Attachments)),
    setval('attachmentsindex_id_seq', (SELECT max(id) FROM AttachmentsIndex));
"""


def exigir() -> None:
    """Sai na hora se falta um pacote."""
    if not SERVIDOR.exists() or not shutil.which("rt-setup-database-5") or not shutil.which("starman"):
        raise SystemExit(
            f"Falta o Request Tracker 5, que só esta medida usa. Como root:\n  {SEM_BANCO_PROPRIO}\n  apt-get update && {INSTALAR}"
        )


def montar(medicao: Medicao) -> None:
    """O banco dele, com o índice de texto, e o corpus."""
    pasta = _pasta(medicao)
    ambiente = _ambiente(medicao, porta=porta_livre())
    for comando in (["rt-setup-database-5", "--action", "init"], ["rt-setup-fulltext-index-5", "--noask"]):
        feito = subprocess.run(
            [*comando, "--dba", "postgres", "--dba-password", "nenhuma"], env=ambiente, cwd=pasta, capture_output=True, text=True,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if feito.returncode:
            raise SystemExit(f"{comando[0]} falhou:\n{feito.stdout[-1500:]}{feito.stderr[-1500:]}")
    url = levar(medicao, BANCO)
    with psycopg.connect(url, autocommit=True) as banco:
        banco.execute(f"ALTER DATABASE {BANCO} SET default_text_search_config = 'pg_catalog.portuguese'")
    with psycopg.connect(url) as banco:
        banco.execute("SET work_mem = '256MB'")
        banco.execute(_CARREGAR)
    esvaziar(url)


@contextmanager
def ligado(medicao: Medicao, amostra: Amostra) -> Iterator[Alvo]:
    """O servidor com a conta «root», a quem ele não confere permissões, e os pedidos de cada linha."""
    porta = porta_livre()
    comando = ["starman", "--listen", f"127.0.0.1:{porta}", "--workers", str(PROCESSOS), "--disable-keepalive", "--preload-app",
               str(SERVIDOR)]  # fmt: skip
    with rodando(comando, _ambiente(medicao, porta=porta), _pasta(medicao), medicao.pasta / "rt.log") as pid:
        esperar(porta, "/NoAuth/Login.html", medicao.pasta / "rt.log")
        cookies = [_entrar(porta) for _ in range(SESSOES)]
        yield Alvo(porta, pid, _pedidos(amostra, cookies), lambda: _quantos(medicao))


def _pedidos(amostra: Amostra, cookies: list[str]) -> dict[str, list[Pedido]]:
    def paginas(caminho: str, *contem: bytes) -> list[Pedido]:
        return [Pedido(caminho, cabecalhos=(cookie,), contem=contem) for cookie in cookies]

    def lista(consulta: str, sentido: str, visto: Visto) -> list[Pedido]:
        campos = {"Query": consulta, "OrderBy": "id", "Order": sentido, "RowsPerPage": POR_PAGINA}
        endereco = f"/Search/Results.html?{urlencode(campos, quote_via=quote)}"
        return paginas(endereco, f'/Ticket/Display.html?id={visto.n}"'.encode(), visto.assunto.encode())

    def do_chamado(quais: list[Visto]) -> list[Pedido]:
        return [
            Pedido(
                f"/Ticket/Display.html?id={v.n}",
                cabecalhos=(cookies[i % SESSOES],),
                contem=(v.assunto.encode(), v.trecho()),
            )
            for i, v in enumerate(quais)
        ]

    novo = {"Queue": "General", "Subject": ASSUNTO, "Content": DESCRICAO, "ContentType": "text/plain"}
    return {
        LISTA: lista("Queue = 'General' AND Status = '__Active__'", "ASC", amostra.primeiro),
        PEDIDO: do_chamado(amostra.vistos),
        VINTE: do_chamado(amostra.longos),
        RARA: lista(f"Content LIKE '{PALAVRAS[RARA]}'", "DESC", amostra.da_palavra[RARA]),
        COMUM: lista(f"Content LIKE '{PALAVRAS[COMUM]}'", "DESC", amostra.da_palavra[COMUM]),
        ABERTURA: [
            Pedido("/REST/2.0/ticket", json.dumps(novo | {"Requestor": f"balcao-{n}@exemplo.org"}), aceitas=(201,),
                   cabecalhos=(cookie,), contem=(b'"_url"',))
            for n, cookie in enumerate(cookies)
        ],
    }  # fmt: skip


def _entrar(porta: int) -> str:
    conexao = http.client.HTTPConnection("127.0.0.1", porta, timeout=60)
    corpo = urlencode({"user": "root", "pass": "password"})
    conexao.request("POST", "/", corpo, {"Content-Type": "application/x-www-form-urlencoded"})
    resposta = conexao.getresponse()
    resposta.read()
    cookie = (resposta.getheader("Set-Cookie") or "").partition(";")[0]
    if not cookie:
        raise SystemExit(f"O Request Tracker não deixou entrar: {resposta.status}.")
    return f"Cookie: {cookie}"


def _quantos(medicao: Medicao) -> int:
    with psycopg.connect(url_do(medicao, BANCO)) as banco:
        return int((banco.execute("SELECT count(*) FROM Tickets").fetchone() or (0,))[0])


def _pasta(medicao: Medicao) -> Path:
    pasta = medicao.pasta / "rt"
    for qual in (pasta, pasta / "mason", pasta / "sessoes", pasta / "partes"):
        qual.mkdir(exist_ok=True)
    correio = pasta / "correio"
    correio.write_text("#!/bin/sh\nexec cat >/dev/null\n")  # recebe a mensagem e a esquece
    correio.chmod(0o755)
    return pasta


def _ambiente(medicao: Medicao, *, porta: int) -> dict[str, str]:
    pasta = _pasta(medicao)
    soquete = medicao.url.partition("host=")[2]
    configuracao = pasta / "RT_SiteConfig.pm"
    campos = {"{porta}": str(porta), "{soquete}": soquete, "{banco}": BANCO, "{pasta}": str(pasta)}
    texto = _CONFIGURACAO
    for campo, valor in campos.items():
        texto = texto.replace(campo, valor)
    configuracao.write_text(texto)
    return os.environ | {"RT_SITE_CONFIG": str(configuracao), "RT_SITE_CONFIG_DIR": str(pasta / "partes")}
