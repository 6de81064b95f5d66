"""O pedido de adesão: o que precisa dizer, e um só aberto por órgão."""

import threading

import pytest
from django.db import connections

from pen.comum.errors import PedidoIncompleto
from pen.identidade.public import SituacaoDoOrgao
from pen.protocolo_integrado import errors
from pen.protocolo_integrado.enums import SistemaDoOrgao, SituacaoDaAdesao
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.selectors.adesoes import orgao_do_pedido
from pen.protocolo_integrado.services import adesao as servicos
from pen.protocolo_integrado.values import DadosDoResponsavel
from tests.fabricas.adesao import DADOS, fabricar_adesao, pedir
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.django_db
S = SituacaoDaAdesao


def test_um_orgao_tem_no_maximo_uma_adesao_aberta_e_pode_pedir_de_novo():
    caso = fabricar_adesao()

    with pytest.raises(errors.AdesaoJaAberta):
        pedir(fabricar_pessoa(), caso.orgao)
    servicos.cancelar_adesao(por=caso.responsavel, adesao_id=caso.pk)

    assert pedir(fabricar_pessoa(), caso.orgao).situacao == S.PEDIDA


@pytest.mark.parametrize("falta", ["cargo", "portaria", "email", "telefone"])
def test_pedido_sem_um_dado_e_recusado(falta):
    dados = DadosDoResponsavel(**{c: getattr(DADOS, c) for c in DADOS.__slots__} | {falta: " \0 "})

    with pytest.raises(PedidoIncompleto):
        pedir(fabricar_pessoa(), fabricar_orgao(), dados)


def test_outro_sistema_precisa_de_nome_e_o_sei_nao_guarda_nome():
    with pytest.raises(PedidoIncompleto):
        pedir(fabricar_pessoa(), fabricar_orgao(), sistema=SistemaDoOrgao.OUTRO)

    assert pedir(fabricar_pessoa(), fabricar_orgao(), sistema_nome="Outro").nome_do_sistema == "SEI"


@pytest.mark.parametrize("situacao", [SituacaoDoOrgao.SUSPENSO, SituacaoDoOrgao.EXTINTO])
def test_orgao_impedido_nao_adere(situacao):
    with pytest.raises(errors.OrgaoEmOutraSituacao):
        pedir(fabricar_pessoa(), fabricar_orgao(situacao=situacao))


def test_uma_pessoa_nao_enche_a_fila_da_equipe_central():
    ana = fabricar_pessoa()
    for _ in range(servicos.PEDIDOS_MAXIMO):
        pedir(ana, fabricar_orgao())

    with pytest.raises(errors.AdesoesDemais):
        pedir(ana, fabricar_orgao())


def test_sigla_de_dois_orgaos_nao_escolhe_por_sorteio():
    fabricar_orgao(sigla="MS", codigo="8001", nome="Ministério da Saúde")
    estado = fabricar_orgao(sigla="MS", codigo="50", nome="Mato Grosso do Sul")

    with pytest.raises(errors.OrgaoAmbiguo, match=r"código 8001.*código 50"):
        orgao_do_pedido(" ms ")
    assert orgao_do_pedido("50") == estado


@pytest.mark.django_db(transaction=True)
def test_dois_pedidos_do_mesmo_orgao_ao_mesmo_tempo_um_vale():
    orgao, juntos, desfechos = fabricar_orgao(), threading.Barrier(2), []

    def pedir_ja(pessoa):
        try:
            juntos.wait()
            pedir(pessoa, orgao)
            desfechos.append("pediu")
        except errors.AdesaoJaAberta:
            desfechos.append("já havia")
        finally:
            connections.close_all()

    fios = [threading.Thread(target=pedir_ja, args=[fabricar_pessoa()]) for _ in range(2)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()

    assert sorted(desfechos) == ["já havia", "pediu"] and Adesao.objects.filter(orgao=orgao).count() == 1


def test_conta_excluida_leva_os_contatos_e_cancela_o_que_estava_aberto():
    caso = fabricar_adesao()
    assert servicos.exportar_adesoes(caso.responsavel.pk)["adesoes"][0]["telefone"] == DADOS.telefone

    servicos.excluir_contatos_das_adesoes(caso.responsavel.pk)

    adesao = caso.agora()
    assert (adesao.email, adesao.telefone, adesao.situacao) == ("", "", S.CANCELADA)
    assert pedir(fabricar_pessoa(), caso.orgao)
