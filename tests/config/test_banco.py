"""De ``DATABASE_URL`` ao dicionário do Django."""

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pen.config import settings as configuracoes
from pen.config.ambiente import ConfiguracaoInvalida


@pytest.fixture
def banco(monkeypatch):
    def ler(url, variavel="DATABASE_URL"):
        monkeypatch.setenv(variavel, url)
        return configuracoes._banco(variavel)

    return ler


def test_um_servidor_fica_como_foi_dito(banco):
    lido = banco("postgresql://u:s@h:5433/pen?sslmode=require")

    assert (lido["HOST"], lido["PORT"], lido["NAME"]) == ("h", "5433", "pen")
    assert lido["OPTIONS"]["sslmode"] == "require" and "target_session_attrs" not in lido["OPTIONS"]
    assert "statement_timeout" in lido["OPTIONS"]["options"]


def test_varios_servidores_chegam_inteiros_a_libpq_e_procura_se_o_principal(banco):
    lido = banco("postgresql://u@h1:5433,h2:5434/pen")

    assert (lido["HOST"], lido["PORT"]) == ("h1,h2", "5433,5434")
    assert lido["OPTIONS"]["target_session_attrs"] == "read-write"
    partes = conninfo_to_dict(make_conninfo("", host=lido["HOST"], port=lido["PORT"], dbname=lido["NAME"]))
    assert (partes["host"], partes["port"]) == ("h1,h2", "5433,5434")


def test_o_que_a_url_diz_vale_mais_que_o_padrao(banco):
    lido = banco("postgresql://u@h1,h2/pen?target_session_attrs=any&connect_timeout=9")

    assert (lido["OPTIONS"]["target_session_attrs"], lido["OPTIONS"]["connect_timeout"]) == ("any", "9")


def test_replicas_em_varios_servidores_servem_qualquer_delas(banco):
    assert "target_session_attrs" not in banco("postgresql://u@h1,h2/pen", "DATABASE_URL_LEITURA")["OPTIONS"]


def test_atras_do_pgbouncer_nada_fica_na_conexao(banco, monkeypatch):
    monkeypatch.setattr(configuracoes, "PGBOUNCER", True)

    lido = banco("postgresql://u@h:6432/pen")

    assert lido["DISABLE_SERVER_SIDE_CURSORS"] and lido["OPTIONS"]["prepare_threshold"] is None
    assert "options" not in lido["OPTIONS"]


def test_o_que_nao_se_entende_diz_qual_variavel(banco):
    with pytest.raises(ConfiguracaoInvalida, match="DATABASE_URL_LEITURA"):
        banco("isto não é uma url", "DATABASE_URL_LEITURA")
