"""As regras de crescimento, conferidas no banco: passam no de verdade, e cada uma falha num estragado de propósito."""

import json

import pytest
from django.db import connection

from pen.protocolo_integrado.management import escala
from pen.protocolo_integrado.selectors.esquema import REGRAS, TABELAS, quebradas, regras_do_esquema

pytestmark = pytest.mark.django_db

REGISTRO, ANDAMENTO, INTERESSADO, _ = TABELAS
ESTRAGOS = {
    "sem chave primária": (f"ALTER TABLE {ANDAMENTO} DROP CONSTRAINT {ANDAMENTO}_pkey", "chave-primaria", ANDAMENTO),
    "chave que não começa pelo número": (
        f"ALTER TABLE {ANDAMENTO} DROP CONSTRAINT {ANDAMENTO}_pkey, ADD PRIMARY KEY (chave, numero, orgao_id)",
        "chave-primaria",
        ANDAMENTO,
    ),
    "unicidade sem o número": (f"CREATE UNIQUE INDEX x ON {INTERESSADO} (documento_hash)", "unicidade", INTERESSADO),
    "número só carregado no índice único": (
        f"CREATE UNIQUE INDEX x ON {INTERESSADO} (nome) INCLUDE (numero)",
        "unicidade",
        INTERESSADO,
    ),
    "sequência": (f"ALTER TABLE {ANDAMENTO} ADD COLUMN id bigserial", "sequencia", ANDAMENTO),
    "identidade": (f"ALTER TABLE {REGISTRO} ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY", "sequencia", REGISTRO),
    "chave para tabela que cresce": (
        f"ALTER TABLE {ANDAMENTO} ADD COLUMN r uuid REFERENCES protocolo_integrado_remessa",
        "chave-estrangeira",
        ANDAMENTO,
    ),
    "chave de fora para cá": (
        f"CREATE TABLE z (n varchar(50), o bigint, FOREIGN KEY (n, o) REFERENCES {REGISTRO})",
        "chave-estrangeira",
        REGISTRO,
    ),
    "referência que deixou de ser pequena": (
        "UPDATE pg_class SET reltuples = 200000 WHERE relname = 'identidade_orgao'",
        "chave-estrangeira",
        REGISTRO,
    ),
    "outra ordenação": (
        f'ALTER TABLE {INTERESSADO} ALTER numero TYPE varchar(50) COLLATE "POSIX"',
        "coluna-da-chave",
        INTERESSADO,
    ),
    "gatilho": (
        "CREATE FUNCTION z() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.numero := 1; RETURN NEW; END';"
        f"CREATE TRIGGER z BEFORE UPDATE ON {REGISTRO} FOR EACH ROW EXECUTE FUNCTION z()",
        "chave-fixa",
        REGISTRO,
    ),
    "cascata de alteração": (
        f"ALTER TABLE {REGISTRO} ADD CONSTRAINT z FOREIGN KEY (orgao_id) REFERENCES identidade_orgao ON UPDATE CASCADE",
        "chave-fixa",
        REGISTRO,
    ),
    "tabela de processo de que ninguém falou": (
        "CREATE TABLE protocolo_integrado_outra (numero text)",
        "classificada",
        "protocolo_integrado_outra",
    ),
}


def test_o_esquema_de_verdade_cumpre_todas_as_regras():
    assert quebradas(regras_do_esquema()) == []


@pytest.mark.parametrize("estrago", ESTRAGOS)
def test_cada_regra_ve_o_que_a_quebra(estrago):
    comando, regra, tabela = ESTRAGOS[estrago]
    with connection.cursor() as cursor:
        cursor.execute(comando)

    assert [(c.regra, c.tabela) for c in quebradas(regras_do_esquema())] == [(regra, tabela)]


def test_toda_regra_tem_um_estrago_que_a_quebra():
    assert {regra for _, regra, _ in ESTRAGOS.values()} == {regra.codigo for regra in REGRAS}


def test_o_comando_diz_o_que_se_quebrou_e_sai_com_1(capsys):
    assert escala.comando.main(["conferir"], standalone_mode=False) == 0
    certo = capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNIQUE INDEX x ON {INTERESSADO} (nome)")

    assert escala.comando.main(["conferir"], standalone_mode=False) == 1

    assert "0 não se cumprem" in certo and "Remessa: livro de recibos" in certo
    assert f"QUEBRADA  unicidade          {INTERESSADO}: x\n" in capsys.readouterr().out


def test_o_comando_em_json(capsys):
    escala.comando.main(["conferir", "--json"], standalone_mode=False)

    dito = json.loads(capsys.readouterr().out)
    assert dito["situacao"] == {"particoes": 0, "copiando": 0, "ha_antes": False}
    assert {r["regra"] for r in dito["regras"]} >= {"unicidade", "sem-deslocamento"} and all(
        r["cumprida"] for r in dito["regras"]
    )
