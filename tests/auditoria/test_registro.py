"""Registrar: só se acrescenta, na transação do ato, sem dado pessoal."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.transaction import TransactionManagementError

from pen.auditoria.errors import AtoInvalido
from pen.auditoria.models import Ato
from pen.auditoria.public import registrar_ato
from pen.identidade.public import ato_praticado
from tests.auditoria.registro import registrar
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.django_db
CPF = "529.982.247-25"


@pytest.mark.parametrize(
    "mudanca",
    [
        lambda: Ato.objects.update(ato="papel.encerrado"),
        lambda: Ato.objects.all().delete(),
        lambda: Ato.objects.get().delete(),
        lambda: Ato.objects.get().save(),
        lambda: Ato.objects.filter(ato="nenhum.assim").update(ato="papel.encerrado"),
    ],
)
def test_o_banco_recusa_alterar_e_apagar(mudanca):
    registrar()

    with pytest.raises(IntegrityError, match="não se altera"), transaction.atomic():
        mudanca()

    assert Ato.objects.get().ato == "orgao.alterado"


def test_esvaziar_so_passa_num_banco_de_teste():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'ato_nao_esvazia'")
        definicao = cursor.fetchone()[0]
        assert "BEFORE TRUNCATE" in definicao and "test\\_%" in definicao

        cursor.execute("DROP TRIGGER ato_nao_esvazia ON auditoria_ato")  # o mesmo, como num banco que não é de teste
        cursor.execute(definicao.replace("test\\_%", "outro\\_%"))
        with pytest.raises(IntegrityError, match="não se esvazia"), transaction.atomic():
            cursor.execute("TRUNCATE auditoria_ato")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("vez", [1, 2])
def test_um_teste_que_esvazia_o_banco_nao_deixa_atos_ao_seguinte(vez):
    assert not Ato.objects.exists()

    registrar()


@pytest.mark.django_db(transaction=True)
def test_fora_de_transacao_o_erro_diz_o_que_fazer():
    with pytest.raises(TransactionManagementError, match=r"transaction\.atomic"):
        registrar_ato(por=None, ato="orgao.alterado", objeto="orgao:1")

    assert not Ato.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_o_ato_e_a_linha_valem_juntos_ou_nao_valem():
    with pytest.raises(RuntimeError), transaction.atomic():
        orgao = fabricar_orgao()
        registrar_ato(por=None, ato="orgao.alterado", objeto=f"orgao:{orgao.pk}", orgao_id=orgao.pk)
        raise RuntimeError("o ato falhou depois de registrado")

    assert not Ato.objects.exists() and not type(orgao).objects.filter(pk=orgao.pk).exists()


def test_a_linha_diz_quem_fez_o_que_em_que_orgao():
    pessoa, orgao, credencial = fabricar_pessoa(), fabricar_orgao(), uuid.uuid4()

    registrar(
        pessoa, "credencial.criada", f"credencial:{credencial}", orgao_id=orgao.pk, credencial_id=credencial,
        detalhes={"ambiente": "producao", "pedido": uuid.UUID(int=7)},
    )  # fmt: skip

    ato = Ato.objects.get()
    assert (ato.pessoa_id, ato.orgao_id, ato.credencial_id) == (pessoa.pk, orgao.pk, credencial)
    assert ato.detalhes == {"ambiente": "producao", "pedido": "00000000-0000-0000-0000-000000000007"}
    assert ato.id.version == 7 and ato.ocorrido_em is not None


@pytest.mark.parametrize("cpf", [CPF, "52998224725", 52998224725, f"A titular {CPF} pediu.", [CPF], {"a": [CPF]}])
def test_cpf_nos_detalhes_e_mascarado_em_qualquer_profundidade(cpf):
    registrar(detalhes={"motivo": cpf, f"chave {CPF}": True})

    guardado = str(Ato.objects.get().detalhes)
    assert "52998224725" not in guardado and CPF not in guardado and "982" in guardado


def test_email_nos_detalhes_e_mascarado_e_o_resto_fica():
    certo = {"id": 52998224724, "uuid": "01234567-89ab-7def-8abc-a52998224725", "nada": None, "sim": True}

    registrar(detalhes=certo | {"motivo": "Pedido de Ana.Souza+pen@exemplo.gov.br, hoje\0"})

    assert Ato.objects.get().detalhes == certo | {"motivo": "Pedido de ***@exemplo.gov.br, hoje"}


@pytest.mark.parametrize(
    ("ato", "objeto"),
    [
        ("concedido", "orgao:1"), ("Papel.concedido", "orgao:1"), ("papel.concedido\n", "orgao:1"),
        ("papel.concedido", "1"), ("papel.concedido", "pessoa:ana@exemplo.br"), ("papel.concedido", "pessoa:Ana Souza"),
        ("papel.concedido", "pessoa:52998224725"), ("papel.concedido", f"pessoa:{CPF}"),
    ],
)  # fmt: skip
def test_codigo_ou_objeto_fora_da_forma_impede_o_ato(ato, objeto):
    with pytest.raises(AtoInvalido) as erro:
        registrar(ato=ato, objeto=objeto)

    assert "529" not in str(erro.value) and not Ato.objects.exists()


@pytest.mark.parametrize("campos", [{"ato": "Papel"}, {"objeto": "pessoa 1"}])
def test_o_banco_tambem_confere_a_forma(campos):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ato.objects.create(**{"ato": "papel.concedido", "objeto": "pessoa:1"} | campos)


def test_o_anuncio_da_identidade_vira_linha():
    pessoa, orgao = fabricar_pessoa(), fabricar_orgao()

    ato_praticado.send(
        type(pessoa),
        por=pessoa,
        ato="papel.concedido",
        objeto=f"pessoa:{pessoa.pk}",
        orgao_id=orgao.pk,
        detalhes={"papel": "gestor"},
    )

    ato = Ato.objects.get()
    assert (ato.ato, ato.pessoa_id, ato.orgao_id, ato.detalhes) == (
        "papel.concedido",
        pessoa.pk,
        orgao.pk,
        {"papel": "gestor"},
    )


def test_o_erro_da_auditoria_desfaz_o_ato_anunciado():
    pessoa = fabricar_pessoa()

    with pytest.raises(AtoInvalido), transaction.atomic():
        type(pessoa).objects.filter(pk=pessoa.pk).update(nome="Outro nome")
        ato_praticado.send(type(pessoa), por=None, ato="sem forma", objeto="pessoa:1", orgao_id=None, detalhes={})

    assert type(pessoa).objects.get(pk=pessoa.pk).nome == pessoa.nome


def test_a_migracao_volta():
    migracao = MigrationExecutor(connection).loader.get_migration("auditoria", "0001_initial")

    assert all(operacao.reversible for operacao in migracao.operations)
