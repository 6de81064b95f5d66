"""Consultas preparadas: o banco as planeja uma vez, e os erros e a contagem são os do Django."""

import os
import socket
import threading
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pen.comum.orm_preparado import LeituraPronta, Vaga, inserir_preparado
from pen.comum.preparadas import _traduzir, consultar_preparada
from pen.identidade.enums import Papel
from pen.identidade.models import Atribuicao, Orgao, Pessoa
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.django_db


def preparadas(texto):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{texto}%"])
        return cursor.fetchone()[0]


def test_a_mesma_consulta_e_preparada_uma_vez_e_aceita_outros_valores():
    sql = "SELECT n * 2 AS dobro_marcado FROM unnest(%s::int[]) AS n"
    preparadas("")  # abre a transação do teste

    assert consultar_preparada(sql, [[1, 2]]) == [(2,), (4,)]
    assert consultar_preparada(sql, [[5]]) == [(10,)]
    assert preparadas("dobro_marcado") == 1


def test_conta_como_as_outras_e_o_erro_e_o_do_django():
    with CaptureQueriesContext(connection) as consultas:
        consultar_preparada("SELECT %s::int", [1])
    assert len(consultas) == 1

    with pytest.raises(DataError):
        consultar_preparada("SELECT 1 / %s::int", [0])


def test_le_o_que_a_psycopg_le_com_os_parametros_pelo_nome_ou_pela_ordem():
    quando = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
    chave = uuid.uuid4()
    por_nome = consultar_preparada(
        "SELECT %(a)s::text || '%%', %(n)s::int + %(n)s::int, %(t)s::timestamptz, %(c)s::uuid, %(v)s::text[], %(j)s::int",
        {"a": "É 100", "n": 21, "t": quando, "c": chave, "v": ["x, y", None, '"'], "j": None, "sobra": 1},
    )
    assert por_nome == [("É 100%", 42, quando, chave, ["x, y", None, '"'], None)]
    assert consultar_preparada("SELECT json_build_array(%s::int, true), %s::bool", [1, False]) == [([1, True], False)]
    assert _traduzir("a = %(x)s AND b LIKE '%%' AND c = %(y)s AND d = %(x)s") == (
        b"a = $1 AND b LIKE '%' AND c = $2 AND d = $1",
        ["x", "y"],
    )


def test_um_texto_com_caractere_nulo_e_recusado_e_nao_cortado():
    with pytest.raises(DataError):
        consultar_preparada("SELECT %s::text", ["a\0b"])


@pytest.mark.django_db(transaction=True)
def test_dentro_de_transacao_a_primeira_consulta_ja_e_dela():
    sql = "INSERT INTO auditoria_prova SELECT %s::int RETURNING n"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE auditoria_prova (n int)")

    with suppress(ZeroDivisionError), transaction.atomic():
        assert consultar_preparada(sql, [1], grava=True) == [(1,)]
        raise ZeroDivisionError

    assert consultar_preparada("SELECT n FROM auditoria_prova", []) == []


@pytest.mark.django_db(transaction=True)
def test_o_que_a_psycopg_manda_o_banco_esquecer_se_prepara_de_novo():
    sql = "SELECT %s::int AS marcado_de_novo"
    assert consultar_preparada(sql, [1]) == [(1,)]
    crua = connection.connection
    crua.wait(crua._deallocate(None))  # o que ela faz sozinha depois de um ROLLBACK ou de um DROP, se guardou algo

    assert preparadas("marcado_de_novo") == 0
    with transaction.atomic():
        crua.execute("SELECT 1")
        assert consultar_preparada(sql, [2]) == [(2,)]


class TestLeituraPronta:
    def ler(self, leitura, *valores):
        with CaptureQueriesContext(connection) as consultas:
            lidos = leitura.ler(*valores)
        assert len(consultas) == 1
        return lidos

    def test_o_objeto_e_o_que_o_orm_daria_com_o_que_ele_cita(self):
        orgao = fabricar_orgao()
        atribuicao = Atribuicao.objects.create(pessoa=fabricar_pessoa(), papel=Papel.GESTOR, orgao=orgao)
        leitura = LeituraPronta(lambda: Atribuicao.objects.filter(orgao=Vaga()).select_related("orgao", "pessoa"))

        (lida,) = self.ler(leitura, orgao.pk)

        assert lida == atribuicao and lida._state.db == "default" and not lida._state.adding
        with CaptureQueriesContext(connection) as consultas:
            assert lida.orgao == orgao and lida.pessoa == atribuicao.pessoa
        assert len(consultas) == 0

    def test_os_outros_valores_sao_de_outra_leitura(self):
        um, outro = fabricar_orgao(), fabricar_orgao()
        leitura = LeituraPronta(lambda: Orgao.objects.filter(codigo=Vaga()))

        assert [leitura.um(um.codigo), leitura.um(outro.codigo), leitura.um("nenhum")] == [um, outro, None]


@pytest.mark.django_db(transaction=True)
def test_muitos_fios_que_leem_pela_primeira_vez_compilam_uma_so():
    orgao, compiladas = fabricar_orgao(), []

    def montar():
        compiladas.append(threading.get_ident())
        time.sleep(0.05)  # os outros fios chegam enquanto este compila
        return Orgao.objects.filter(codigo=Vaga())

    leitura = LeituraPronta(montar)
    lidos = ao_mesmo_tempo(lambda _: leitura.um(orgao.codigo), 6)

    assert lidos == [orgao] * 6 and len(compiladas) == 1


@pytest.mark.django_db(transaction=True)
def test_a_conexao_que_caiu_e_um_erro_de_operacao_que_se_pode_tentar_de_novo():
    consultar_preparada("SELECT 1", [])
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as soquete:
        soquete.shutdown(socket.SHUT_RDWR)

    with pytest.raises(OperationalError):
        consultar_preparada("SELECT 1", [])
    connection.close()

    assert consultar_preparada("SELECT 1", []) == [(1,)]


def test_inserir_grava_o_mesmo_que_o_django():
    pessoa = Pessoa(username="inserida", nome="Maria", email="maria@exemplo.org", password="!")

    inserir_preparado(pessoa)

    gravada = Pessoa.objects.get(username="inserida")
    assert gravada.pk == pessoa.pk and gravada.nome == "Maria" and not pessoa._state.adding
    pessoa.nome = "Ana"
    pessoa.save()
    assert Pessoa.objects.get(username="inserida").nome == "Ana"


class TestUmComandoSolto:
    """Fora de transação e com pool, a conexão é emprestada só pelo comando."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def pool(self, monkeypatch):
        opcoes = connection.settings_dict["OPTIONS"]
        monkeypatch.setitem(opcoes, "pool", {"min_size": 1, "max_size": 1, "timeout": 5})
        connection.close()
        yield connection.pool
        connection.close()
        connection.close_pool()

    def test_nao_abre_a_conexao_do_django_e_devolve_a_sua(self, pool):
        quem = "SELECT pg_backend_pid()"

        (primeiro,), (segundo,) = consultar_preparada(quem, []), consultar_preparada(quem, [])

        assert connection.connection is None and primeiro == segundo  # há uma só, e as duas vezes estava livre

    def test_o_erro_e_o_do_django_e_a_conexao_serve_ao_seguinte(self, pool):
        with pytest.raises(DataError):
            consultar_preparada("SELECT 1 / %s::int", [0])

        assert consultar_preparada("SELECT %s::int", [7]) == [(7,)]

    def test_a_que_morreu_no_meio_se_troca(self, pool):
        with pytest.raises(OperationalError):
            consultar_preparada("SELECT pg_terminate_backend(pg_backend_pid())", [])

        assert consultar_preparada("SELECT %s::int", [7]) == [(7,)]

    def test_numa_transacao_e_na_conexao_dela(self, pool):
        with transaction.atomic():
            consultar_preparada("SELECT set_config('pen.marca', 'minha', true)", [])
            assert consultar_preparada("SELECT current_setting('pen.marca', true)", []) == [("minha",)]

    def test_a_que_ficou_no_meio_de_uma_transacao_volta_a_gravar_na_hora(self, pool):
        pool.open()
        solta = pool.getconn()
        solta.autocommit = False
        pool.putconn(solta)

        consultar_preparada("SELECT 1", [])

        solta = pool.getconn()
        assert solta.autocommit
        pool.putconn(solta)
