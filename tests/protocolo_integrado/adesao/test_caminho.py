"""A adesão inteira: do pedido à senha de produção que entra."""

import pytest

from pen.identidade.public import Ambiente
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.models import Adesao, Registro
from pen.protocolo_integrado.services import adesao as servicos
from tests.fabricas.adesao import Caso, atos, entra, fabricar_adesao, homologar, pedir, renovar
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar

pytestmark = pytest.mark.django_db
S = SituacaoDaAdesao


def test_do_pedido_a_senha_de_producao_que_entra():
    orgao, ana, central = fabricar_orgao(), fabricar_pessoa(), fabricar_central()
    adesao = pedir(ana, orgao)

    servicos.aprovar_pedido(por=central, adesao_id=adesao.pk)
    de_teste = servicos.emitir_credencial_de_homologacao(por=renovar(ana), adesao_id=adesao.pk)
    assert entra(orgao, de_teste).ambiente == Ambiente.HOMOLOGACAO
    homologar(orgao)
    servicos.pedir_conferencia(por=ana, adesao_id=adesao.pk)
    servicos.aprovar_producao(por=central, adesao_id=adesao.pk)
    de_producao = servicos.emitir_credencial_de_producao(por=ana, adesao_id=adesao.pk)

    sistema = entra(orgao, de_producao)
    assert (sistema.ambiente, sistema.orgao_id) == (Ambiente.PRODUCAO, orgao.pk)
    enviar(sistema, documento())
    assert Registro.objects.filter(orgao=orgao).count() == 1
    adesao.refresh_from_db()
    assert adesao.situacao == S.CONCLUIDA and adesao.credencial_producao_id == sistema.credencial_id
    assert not Adesao.objects.filter(pk=adesao.pk, concluida_em=None).exists() and adesao.analisada_por == central
    assert atos(orgao) == [
        "credencial.pedida", "credencial.aprovada", "credencial.criada", "credencial.pedida", "credencial.aprovada",
        "credencial.criada",
    ]  # fmt: skip


def test_o_caso_da_fabrica_diz_a_verdade():
    for situacao in (S.PEDIDA, S.EM_HOMOLOGACAO, S.EM_CONFERENCIA, S.CONCLUIDA):
        assert isinstance(caso := fabricar_adesao(situacao), Caso) and caso.adesao.situacao == situacao
