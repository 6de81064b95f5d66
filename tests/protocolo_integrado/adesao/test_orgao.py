"""A troca do responsável, e a suspensão e a reativação do órgão."""

import pytest

from pen.auditoria.models import Ato
from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.identidade.errors import PapelInvalido
from pen.identidade.models import Pessoa
from pen.identidade.public import OrgaoSuspenso, Papel, papel_em_vigor
from pen.protocolo_integrado import errors
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.models import Remessa
from pen.protocolo_integrado.services import adesao as servicos
from pen.protocolo_integrado.services import orgaos
from pen.protocolo_integrado.values import DadosDoResponsavel
from tests.fabricas.adesao import DADOS, atos, avisados, entra, fabricar_adesao
from tests.fabricas.pessoas import fabricar_central, fabricar_cpf, fabricar_pessoa
from tests.protocolo_integrado.soap.apoio import Sistema, documento_xml, envelope, falha

pytestmark = pytest.mark.django_db
S = SituacaoDaAdesao


def test_trocar_o_responsavel_passa_a_gestao_e_os_contatos():
    caso = fabricar_adesao(S.CONCLUIDA)
    cpf, dados = fabricar_cpf(), DadosDoResponsavel("Chefe", "Portaria 99", "novo@orgao.gov.br", "(61) 3000-0000")

    novo = orgaos.trocar_responsavel(por=caso.responsavel, orgao_id=caso.orgao.pk, cpf=cpf, dados=dados)

    assert Pessoa.objects.get(cpf=cpf) == novo
    assert papel_em_vigor(novo.pk, Papel.GESTOR, caso.orgao.pk) and not papel_em_vigor(
        caso.responsavel.pk, Papel.GESTOR, caso.orgao.pk
    )
    adesao = caso.agora()
    assert (adesao.responsavel, adesao.portaria, adesao.email) == (novo, "Portaria 99", "novo@orgao.gov.br")
    assert avisados("responsavel_trocado") == {novo.pk, caso.responsavel.pk}
    ato = Ato.objects.get(ato="orgao.responsavel_trocado")
    assert cpf not in str(ato.detalhes) and ato.objeto == f"orgao:{caso.orgao.pk}"


def test_troca_invalida_nao_muda_nada():
    caso = fabricar_adesao(S.CONCLUIDA)
    Pessoa.objects.filter(pk=caso.responsavel.pk).update(cpf=(cpf := fabricar_cpf()))
    inativa = fabricar_pessoa(cpf=fabricar_cpf(), is_active=False)

    for errado, erro in [
        (cpf, errors.ResponsavelInvalido),
        (inativa.cpf, errors.ResponsavelInvalido),
        ("12345678900", PapelInvalido),
    ]:
        with pytest.raises(erro):
            orgaos.trocar_responsavel(por=caso.central, orgao_id=caso.orgao.pk, cpf=errado, dados=DADOS)
    assert caso.agora().responsavel == caso.responsavel and not papel_em_vigor(inativa.pk, Papel.GESTOR, caso.orgao.pk)


def test_pedido_em_analise_nao_troca_de_responsavel():
    caso = fabricar_adesao()

    with pytest.raises(errors.AdesaoEmOutraSituacao):
        orgaos.trocar_responsavel(por=caso.central, orgao_id=caso.orgao.pk, cpf=fabricar_cpf(), dados=DADOS)


def test_orgao_suspenso_nao_envia_e_reativado_volta():
    caso = fabricar_adesao(S.CONCLUIDA)
    segredo = servicos.emitir_credencial_de_producao(por=caso.responsavel, adesao_id=caso.pk)

    orgaos.suspender_orgao(por=caso.central, orgao_id=caso.orgao.pk, motivo="Enviava dados sigilosos.")
    with pytest.raises(OrgaoSuspenso):
        entra(caso.orgao, segredo)
    with pytest.raises(errors.OrgaoEmOutraSituacao):
        orgaos.suspender_orgao(por=caso.central, orgao_id=caso.orgao.pk, motivo="De novo.")
    with pytest.raises(PedidoIncompleto):
        orgaos.reativar_orgao(por=caso.central, orgao_id=caso.orgao.pk, motivo=" ")
    orgaos.reativar_orgao(por=caso.central, orgao_id=caso.orgao.pk, motivo="Corrigiu.")

    assert entra(caso.orgao, segredo) and atos(caso.orgao)[-2:] == ["orgao.suspenso", "orgao.reativado"]
    assert avisados("orgao_suspenso") == avisados("orgao_reativado") == {caso.responsavel.pk}


def test_suspensao_recusa_o_envio_soap_com_nf008(client):
    sistema = Sistema(client)
    orgaos.suspender_orgao(por=fabricar_central(), orgao_id=sistema.orgao.pk, motivo="Auditoria.")

    assert falha(sistema.postar(envelope(documento_xml()))).codigo == "NF008"
    assert not Remessa.objects.exists()


def test_gestor_nao_suspende_o_proprio_orgao():
    caso = fabricar_adesao(S.CONCLUIDA)

    with pytest.raises(SemPermissao):
        orgaos.suspender_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, motivo="x")
