"""Consultas preparadas: o banco as planeja uma vez, e os erros e a contagem são os do Django."""

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from pen.comum.preparadas import LeituraPronta, Vaga, consultar_preparada, inserir_preparado
from pen.identidade.enums import Papel
from pen.identidade.models import Atribuicao, Orgao, Pessoa
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.django_db


def preparadas(texto):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{texto}%"])
        return cursor.fetchone()[0]


def test_a_mesma_consulta_e_preparada_uma_vez_e_aceita_outros_valores():
    sql = "SELECT n * 2 AS dobro_marcado FROM unnest(%s::int[]) AS n"

    assert consultar_preparada(sql, [[1, 2]]) == [(2,), (4,)]
    assert consultar_preparada(sql, [[5]]) == [(10,)]
    assert preparadas("dobro_marcado") == 1


def test_conta_como_as_outras_e_o_erro_e_o_do_django():
    with CaptureQueriesContext(connection) as consultas:
        consultar_preparada("SELECT %s::int", [1])
    assert len(consultas) == 1

    with pytest.raises(DataError):
        consultar_preparada("SELECT 1 / %s::int", [0])


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


def test_inserir_grava_o_mesmo_que_o_django():
    pessoa = Pessoa(username="inserida", nome="Maria", email="maria@exemplo.org", password="!")

    inserir_preparado(pessoa)

    gravada = Pessoa.objects.get(username="inserida")
    assert gravada.pk == pessoa.pk and gravada.nome == "Maria" and not pessoa._state.adding
    pessoa.nome = "Ana"
    pessoa.save()
    assert Pessoa.objects.get(username="inserida").nome == "Ana"
