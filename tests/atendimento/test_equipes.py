"""Quem atende: incluir, tirar, e o que a pessoa deixa quando exclui a conta."""

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pen.atendimento.enums import Situacao
from pen.atendimento.errors import EquipeNaoEncontrada
from pen.atendimento.management.equipe import comando
from pen.atendimento.models import Equipe, Integrante, Seguidor
from pen.atendimento.rules import e_atendente
from pen.atendimento.services.equipes import encerrar_integrante, incluir_integrante
from pen.atendimento.services.exemplo import cadastrar_exemplo
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.services.titular import excluir_participacao, exportar_chamados
from pen.comum.errors import SemPermissao
from pen.identidade.models import Pessoa
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado, fabricar_seguidor
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_cpf, fabricar_gestor, fabricar_pessoa

pytestmark = pytest.mark.django_db


@pytest.fixture
def triagem(central) -> Equipe:
    return Equipe.objects.get(codigo="triagem")


def test_incluida_atende_tirada_nao_atende_mais(triagem):
    pessoa, da_central = fabricar_pessoa(cpf=fabricar_cpf()), fabricar_central()

    integrante = incluir_integrante(por=da_central, equipe_id=triagem.pk, cpf=pessoa.cpf)
    assert e_atendente(pessoa)
    encerrar_integrante(por=da_central, integrante_id=integrante.pk)

    pessoa.__dict__.pop("_equipes")
    assert not e_atendente(pessoa) and Integrante.objects.get().ate is not None


def test_incluir_de_novo_so_muda_se_coordena(triagem):
    cpf = fabricar_cpf()
    for coordena in (False, True):
        incluir_integrante(por=None, equipe_id=triagem.pk, cpf=cpf, coordena=coordena)

    assert Integrante.objects.get().coordena


def test_so_a_equipe_central_cuida_das_equipes_e_o_pedido_dos_outros_nao_deixa_ninguem_cadastrado(triagem):
    cpf = fabricar_cpf()
    for quem in (fabricar_pessoa(), fabricar_gestor(fabricar_orgao()), fabricar_atendente(coordena=True)):
        with pytest.raises(SemPermissao), transaction.atomic(), CaptureQueriesContext(connection) as feitas:
            incluir_integrante(por=quem, equipe_id=triagem.pk, cpf=cpf)
        assert not any(cpf in (q["sql"] or "") for q in feitas)
    assert not Pessoa.objects.filter(cpf=cpf).exists()


def test_equipe_ou_integrante_que_nao_existe(triagem):
    with pytest.raises(EquipeNaoEncontrada):
        incluir_integrante(por=None, equipe_id=0, cpf=fabricar_cpf())
    with pytest.raises(EquipeNaoEncontrada):
        encerrar_integrante(por=None, integrante_id=0)


def test_atender_so_vale_numa_entrada_forte(central):
    assert not e_atendente(fabricar_atendente(forte=False))


class TestPagina:
    def test_e_so_da_equipe_central(self, client, triagem):
        for quem in (fabricar_pessoa(), fabricar_atendente(coordena=True)):
            assert entrar(client, quem).get("/atendimento/equipes/").status_code == 404
            assert client.post("/atendimento/equipes/integrantes/1/encerrar").status_code == 404

    def test_inclui_e_tira(self, client, triagem):
        pessoa = fabricar_pessoa(cpf=fabricar_cpf())
        entrar(client, fabricar_central())
        client.post("/atendimento/equipes/", {"equipe": triagem.pk, "cpf": pessoa.cpf, "coordena": "on"})
        assert pessoa.nome in client.get("/atendimento/equipes/").text

        client.post(f"/atendimento/equipes/integrantes/{Integrante.objects.get().pk}/encerrar")
        assert pessoa.nome not in client.get("/atendimento/equipes/").text

    def test_cpf_errado_se_explica(self, client, triagem):
        resposta = entrar(client, fabricar_central()).post("/atendimento/equipes/", {"equipe": triagem.pk, "cpf": "123"})

        assert resposta.status_code == 422 and "O CPF não confere" in resposta.text


def test_o_comando_poe_lista_e_tira(triagem):
    pen = CliRunner()
    pessoa = fabricar_pessoa(cpf=fabricar_cpf())

    posto = pen.invoke(comando, ["incluir", pessoa.cpf, "--equipe", "triagem", "--coordena"])
    assert posto.exit_code == 0 and f"{pessoa.nome}, coordena" in pen.invoke(comando, ["listar"]).output
    assert pen.invoke(comando, ["tirar", str(Integrante.objects.get().pk)]).exit_code == 0
    assert isinstance(pen.invoke(comando, ["incluir", pessoa.cpf, "--equipe", "nada"]).exception, EquipeNaoEncontrada)


class TestTitular:
    def test_leva_os_chamados_e_o_que_escreveu(self, central):
        chamado = fabricar_chamado()
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="4.1.2")

        dados = exportar_chamados(chamado.solicitante_id)

        assert dados["chamados"][0]["protocolo"] == chamado.protocolo
        assert [e["texto"] for e in dados["escritos_em_chamados"]] == ["4.1.2"]

    def test_com_a_conta_acabam_equipes_e_o_que_seguia_e_os_chamados_so_dela(self, central):
        so_dela = fabricar_chamado()
        pessoa = so_dela.solicitante
        com_colega, alheio = fabricar_chamado(pessoa), fabricar_chamado()
        fabricar_seguidor(com_colega)
        fabricar_seguidor(alheio, pessoa)
        Integrante.objects.create(equipe=so_dela.equipe, pessoa=pessoa)

        excluir_participacao(pessoa.pk)

        for chamado in (so_dela, com_colega, alheio):
            chamado.refresh_from_db()
        assert so_dela.situacao == Situacao.ENCERRADO and com_colega.aberto and alheio.aberto
        assert not Seguidor.objects.filter(pessoa=pessoa).exists()
        assert not Integrante.objects.filter(pessoa=pessoa, ate=None).exists()


def test_o_exemplo_da_demonstracao_e_o_mesmo_rodando_de_novo(central):
    solicitante, orgao = fabricar_pessoa(), fabricar_orgao()
    triagem, tecnica = (fabricar_pessoa(cpf=fabricar_cpf()) for _ in range(2))
    for _ in range(2):
        cadastrar_exemplo(orgao=orgao, solicitante=solicitante, triagem=triagem, tecnica=tecnica)

    from pen.atendimento.models import Chamado

    situacoes = set(Chamado.objects.filter(solicitante=solicitante).values_list("situacao", "equipe__codigo"))
    assert situacoes == {
        ("na_fila", "triagem"), ("aguardando_usuario", "triagem"), ("na_fila", "tecnica"), ("encerrado", "triagem"),
    }  # fmt: skip
