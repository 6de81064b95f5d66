"""O corpus: os chamados e as mensagens inventados na nossa Central, como saem para os pares e o que se espera ver de cada um."""

from dataclasses import dataclass

import psycopg

from bench.ambiente import Medicao
from bench.balcao.alvo import AMOSTRA, COMUM, PALAVRAS

_EXTRAIR = """
CREATE UNLOGGED TABLE balcao_chamado AS SELECT row_number() OVER (ORDER BY id)::int AS n, id, protocolo, chave, assunto, descricao,
    situacao <> 'encerrado' AS aberto, aberto_em, encerrado_em, solicitante_id::int AS solicitante, atendente_id::int AS atendente
FROM atendimento_chamado;
CREATE UNIQUE INDEX ON balcao_chamado (id);
CREATE UNLOGGED TABLE balcao_mensagem AS
SELECT c.n, p.ordem::int AS ordem, p.em, p.por_id::int AS por, p.da_equipe, p.interno, p.texto
FROM atendimento_passodochamado p JOIN balcao_chamado c ON c.id = p.chamado_id
WHERE p.texto <> '';
CREATE UNLOGGED TABLE balcao_pessoa AS SELECT id::int AS id, nome, username || '@exemplo.org' AS correio FROM identidade_pessoa
WHERE id IN (SELECT solicitante FROM balcao_chamado UNION SELECT atendente FROM balcao_chamado);
CREATE INDEX ON balcao_mensagem (n);
ANALYZE balcao_chamado; ANALYZE balcao_mensagem; ANALYZE balcao_pessoa;
"""
_RECEBER = """
CREATE UNLOGGED TABLE balcao_chamado (n int, assunto text, descricao text, aberto bool, aberto_em timestamptz,
    encerrado_em timestamptz, solicitante int, atendente int);
CREATE UNLOGGED TABLE balcao_mensagem (n int, ordem int, em timestamptz, por int, da_equipe bool, interno bool, texto text);
CREATE UNLOGGED TABLE balcao_pessoa (id int, nome text, correio text);
"""
_COLUNAS = {
    "balcao_chamado": "n, assunto, descricao, aberto, aberto_em, encerrado_em, solicitante, atendente",
    "balcao_mensagem": "n, ordem, em, por, da_equipe, interno, texto",
    "balcao_pessoa": "id, nome, correio",
}
_VISTOS = """
SELECT c.n, c.chave, c.protocolo, c.assunto, m.quantas + 1, m.ultima FROM balcao_chamado c, LATERAL (
    SELECT count(*) AS quantas, (array_agg(texto ORDER BY ordem DESC))[1] AS ultima FROM balcao_mensagem WHERE n = c.n) m
WHERE c.aberto AND m.ultima IS NOT NULL ORDER BY c.n
"""
_DA_PALAVRA = """
SELECT c.n, c.chave, c.protocolo, c.assunto, 0, '' FROM balcao_chamado c WHERE c.n = (
    SELECT max(n) FROM (SELECT n FROM balcao_mensagem WHERE texto ILIKE %(p)s
                        UNION ALL SELECT n FROM balcao_chamado WHERE descricao ILIKE %(p)s) x)
"""
_NO_PEDIDO = """
SELECT n, chave, protocolo, assunto, 0, '' FROM balcao_chamado WHERE descricao ILIKE %s ORDER BY n DESC LIMIT 1
"""


@dataclass(frozen=True)
class Visto:
    """Um chamado que se pede, e o que a resposta precisa ter dele."""

    n: int
    chave: str
    protocolo: str
    assunto: str
    mensagens: int
    ultima: str

    def trecho(self) -> bytes:
        """O começo da última mensagem, sem o que o HTML poderia escrever de outro jeito."""
        return self.ultima.partition(".")[0][:40].encode()


@dataclass(frozen=True)
class Amostra:
    """O que se pede aos três: os mesmos chamados abertos, e o mais novo que tem cada palavra."""

    primeiro: Visto  # da fila, do mais antigo ao mais novo
    vistos: list[Visto]
    longos: list[Visto]  # os de vinte mensagens
    da_palavra: dict[str, Visto]
    da_palavra_no_pedido: dict[
        str, Visto
    ]  # o mais novo com ela no assunto ou na descrição: é onde o django-helpdesk procura


def extrair(medicao: Medicao) -> Amostra:
    """Deixa o corpus em tabelas à parte do nosso banco e sorteia o que se vai pedir."""
    with psycopg.connect(medicao.url) as banco:
        banco.execute("SET statement_timeout = 0")
        banco.execute(_EXTRAIR)
        abertos = [Visto(*linha) for linha in banco.execute(_VISTOS)]
        da_palavra = {
            linha: Visto(*(banco.execute(_DA_PALAVRA, {"p": f"%{palavra}%"}).fetchone() or ()))
            for linha, palavra in PALAVRAS.items()
        }
        no_pedido = dict(da_palavra)
        no_pedido[COMUM] = Visto(*(banco.execute(_NO_PEDIDO, [f"%{PALAVRAS[COMUM]}%"]).fetchone() or ()))
    passo = max(1, len(abertos) // AMOSTRA)
    longos = [v for v in abertos if v.mensagens == 20]
    return Amostra(abertos[0], abertos[::passo][:AMOSTRA], longos[:AMOSTRA], da_palavra, no_pedido)


def levar(medicao: Medicao, banco: str) -> str:
    """Cria o ``banco`` se preciso, copia o corpus para ele e devolve a URL."""
    url = url_do(medicao, banco)
    with psycopg.connect(medicao.url) as nosso, psycopg.connect(url) as outro:
        nosso.execute("SET statement_timeout = 0")
        outro.execute(_RECEBER)
        for tabela, colunas in _COLUNAS.items():
            with (
                nosso.cursor().copy(f"COPY (SELECT {colunas} FROM {tabela}) TO STDOUT (FORMAT binary)") as saida,
                outro.cursor().copy(f"COPY {tabela} ({colunas}) FROM STDIN (FORMAT binary)") as entrada,
            ):
                for pedaco in saida:
                    entrada.write(pedaco)
        for tabela in _COLUNAS:
            outro.execute(f"ANALYZE {tabela}")
    return url


def esvaziar(url: str) -> None:
    """Apaga o corpus de onde já serviu, e deixa o banco como o de uma instalação que anda há tempo."""
    with psycopg.connect(url, autocommit=True) as banco:
        banco.execute("SET statement_timeout = 0")
        banco.execute(f"DROP TABLE {', '.join(_COLUNAS)}")
        banco.execute("VACUUM ANALYZE")


def url_do(medicao: Medicao, banco: str) -> str:
    """O endereço de outro banco, no mesmo PostgreSQL."""
    return medicao.url.replace("/pen?", f"/{banco}?")


def criar_banco(medicao: Medicao, banco: str) -> None:
    """Um banco vazio, no mesmo PostgreSQL."""
    with psycopg.connect(url_do(medicao, "postgres"), autocommit=True) as conexao:
        conexao.execute(f"CREATE DATABASE {banco}")


def tamanho_do(url: str) -> int:
    """Bytes que o banco ocupa."""
    with psycopg.connect(url) as banco:
        return int((banco.execute("SELECT pg_database_size(current_database())").fetchone() or (0,))[0])
