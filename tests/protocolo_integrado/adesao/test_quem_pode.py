"""Quem pode dar cada passo da adesão; para os outros, ela não existe."""

import pytest

from pen.comum.errors import SemPermissao
from pen.identidade.public import Ambiente, EntradaFraca, OrgaoNaoEncontrado, Papel, papel_em_vigor
from pen.protocolo_integrado import errors
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.selectors.adesoes import consultar_adesao
from pen.protocolo_integrado.selectors.credenciais import credenciais_visiveis
from pen.protocolo_integrado.services import adesao as servicos
from pen.protocolo_integrado.services import orgaos
from pen.protocolo_integrado.services.credenciais import criar_credencial_do_orgao, revogar_credencial_do_orgao
from tests.fabricas.adesao import DADOS, fabricar_adesao, pedir
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import dar_papel, fabricar_cpf, fabricar_gestor, fabricar_pessoa

pytestmark = pytest.mark.django_db
S = SituacaoDaAdesao


def test_entrada_fraca_nao_pede_nem_age():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    caso.responsavel.entrada_forte = False

    with pytest.raises(EntradaFraca):
        pedir(fabricar_pessoa(forte=False), fabricar_orgao())
    for age in (servicos.cancelar_adesao, servicos.pedir_conferencia, servicos.emitir_credencial_de_homologacao):
        with pytest.raises(EntradaFraca):
            age(por=caso.responsavel, adesao_id=caso.pk)
    with pytest.raises(EntradaFraca):
        criar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, ambiente=Ambiente.HOMOLOGACAO)


def todos_os_passos(pessoa, caso):
    yield lambda: servicos.aprovar_pedido(por=pessoa, adesao_id=caso.pk)
    yield lambda: servicos.recusar_pedido(por=pessoa, adesao_id=caso.pk, motivo="x")
    yield lambda: servicos.devolver_a_homologacao(por=pessoa, adesao_id=caso.pk, pendencia="x")
    yield lambda: servicos.aprovar_producao(por=pessoa, adesao_id=caso.pk, dispensa="x")
    yield lambda: servicos.emitir_credencial_de_homologacao(por=pessoa, adesao_id=caso.pk)
    yield lambda: servicos.emitir_credencial_de_producao(por=pessoa, adesao_id=caso.pk)
    yield lambda: servicos.pedir_conferencia(por=pessoa, adesao_id=caso.pk)
    yield lambda: servicos.cancelar_adesao(por=pessoa, adesao_id=caso.pk)


def passos_do_orgao(pessoa, orgao, credencial_id):
    yield lambda: criar_credencial_do_orgao(por=pessoa, orgao_id=orgao.pk, ambiente=Ambiente.HOMOLOGACAO)
    yield lambda: revogar_credencial_do_orgao(por=pessoa, orgao_id=orgao.pk, credencial_id=credencial_id)
    yield lambda: orgaos.trocar_responsavel(por=pessoa, orgao_id=orgao.pk, cpf=fabricar_cpf(), dados=DADOS)
    yield lambda: orgaos.suspender_orgao(por=pessoa, orgao_id=orgao.pk, motivo="x")
    yield lambda: orgaos.reativar_orgao(por=pessoa, orgao_id=orgao.pk, motivo="x")


def test_para_estranhos_e_gestores_de_outro_orgao_nada_existe():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    for estranho in (fabricar_pessoa(), fabricar_gestor(fabricar_orgao())):
        for passo in todos_os_passos(estranho, caso):
            with pytest.raises(errors.AdesaoNaoEncontrada):
                passo()
        for passo in passos_do_orgao(estranho, caso.orgao, caso.adesao.credencial_homologacao_id):
            with pytest.raises(OrgaoNaoEncontrado):
                passo()
        with pytest.raises(errors.AdesaoNaoEncontrada):
            consultar_adesao(caso.pk, para=estranho)
        with pytest.raises(OrgaoNaoEncontrado):
            credenciais_visiveis(caso.orgao.pk, para=estranho)


def test_quem_so_consulta_o_orgao_ve_e_nao_muda():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    leitor = dar_papel(fabricar_pessoa(), Papel.CONSULTA, caso.orgao)
    auditor = dar_papel(fabricar_pessoa(), Papel.AUDITORIA)

    for pessoa in (leitor, auditor):
        assert consultar_adesao(caso.pk, para=pessoa) == caso.adesao
        assert len(credenciais_visiveis(caso.orgao.pk, para=pessoa)) == 1
        for passo in [
            *todos_os_passos(pessoa, caso),
            *passos_do_orgao(pessoa, caso.orgao, caso.adesao.credencial_homologacao_id),
        ]:
            with pytest.raises(SemPermissao):
                passo()


def test_a_equipe_central_decide_mas_nao_ve_senhas():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    Adesao.objects.update(credencial_homologacao=None)

    for passo in (servicos.emitir_credencial_de_homologacao, servicos.pedir_conferencia):
        with pytest.raises(SemPermissao):
            passo(por=caso.central, adesao_id=caso.pk)
    with pytest.raises(SemPermissao):
        criar_credencial_do_orgao(por=caso.central, orgao_id=caso.orgao.pk, ambiente=Ambiente.HOMOLOGACAO)


def test_o_responsavel_nao_aprova_o_proprio_pedido():
    caso = fabricar_adesao()

    with pytest.raises(SemPermissao):
        servicos.aprovar_pedido(por=caso.responsavel, adesao_id=caso.pk)
    assert papel_em_vigor(caso.responsavel.pk, Papel.GESTOR, caso.orgao.pk) is None
