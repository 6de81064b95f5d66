"""Quem decide o que se pede sobre uma unidade: o órgão gestor dela hoje, e não o que era quando se pediu."""

import pytest

from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.identidade.models import Orgao
from pen.identidade.public import SituacaoDoOrgao
from pen.nup.enums.situacoes import Condicao, SituacaoDaUnidade
from pen.nup.errors import MudancaImpossivel, PedidoNaoEncontrado
from pen.nup.models import Participacao
from pen.nup.services.decisoes import Decisao, confirmar_migracao, deferir_pedido
from pen.nup.services.pedidos import (
    FichaDaUnidade,
    pedir_adesao,
    pedir_alteracao,
    pedir_cadastro,
    pedir_descentralizacao,
    pedir_inativacao,
    pedir_migracao,
)
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.nup import DESIGNACAO, FICHA, fabricar_gestor_de_up, fabricar_participante, fabricar_unidade
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = pytest.mark.django_db
SIM = Decisao("Conferido.", siorg_conferido=True)


@pytest.fixture
def entidade():
    """Uma vinculada com duas unidades, o ministério dela e o gestor de UP de cada um."""
    ministerio = fabricar_participante()
    vinculada = fabricar_participante(orgao_gestor=ministerio)
    unidades = [fabricar_unidade(vinculada, orgao_gestor=ministerio) for _ in range(2)]
    return vinculada, unidades, ministerio, fabricar_gestor_de_up(vinculada), fabricar_gestor_de_up(ministerio)


def test_da_unidade_que_migrou_decide_o_destino_e_a_origem_nem_pede(entidade):
    _, (que_migra, _), _, gestor, da_origem = entidade
    destino = fabricar_participante()
    do_destino = fabricar_gestor_de_up(destino)
    migracao = pedir_migracao(por=da_origem, codigo=que_migra.codigo, destino_id=destino.pk, motivo="Decreto.")
    confirmar_migracao(por=do_destino, pedido_id=migracao.pk)

    with pytest.raises(SemPermissao):
        pedir_inativacao(por=da_origem, codigo=que_migra.codigo, motivo="Não é mais nossa.")
    pedido = pedir_inativacao(por=gestor, codigo=que_migra.codigo, motivo="O setor acabou.")
    with pytest.raises(PedidoNaoEncontrado):
        deferir_pedido(por=da_origem, pedido_id=pedido.pk, decisao=SIM)
    deferir_pedido(por=do_destino, pedido_id=pedido.pk, decisao=SIM)

    que_migra.refresh_from_db()
    assert que_migra.situacao == SituacaoDaUnidade.INATIVA


def test_descentralizada_a_entidade_o_ministerio_ja_nao_decide_o_que_estava_aberto(entidade):
    vinculada, (unidade, _), _, gestor, do_ministerio = entidade
    abertos = [
        pedir_inativacao(por=gestor, codigo=unidade.codigo, motivo="O setor acabou."),
        pedir_cadastro(por=gestor, orgao_id=vinculada.pk, ficha=FICHA, motivo="Protocolo novo."),
    ]
    descentralizacao = pedir_descentralizacao(por=do_ministerio, orgao_id=vinculada.pk, motivo="Lei nova.")
    deferir_pedido(por=fabricar_central(), pedido_id=descentralizacao.pk, decisao=SIM)

    for pedido in abertos:
        with pytest.raises(PedidoNaoEncontrado):
            deferir_pedido(por=do_ministerio, pedido_id=pedido.pk, decisao=SIM)
        deferir_pedido(por=fabricar_central(), pedido_id=pedido.pk, decisao=SIM)


def test_quando_a_vinculada_segue_a_ultima_unidade_o_pedido_aberto_vai_junto(entidade):
    vinculada, unidades, _, gestor, da_origem = entidade
    destino = fabricar_participante()
    do_destino = fabricar_gestor_de_up(destino)
    cadastro = pedir_cadastro(por=gestor, orgao_id=vinculada.pk, ficha=FICHA, motivo="Protocolo novo.")
    for unidade in unidades:
        migracao = pedir_migracao(por=da_origem, codigo=unidade.codigo, destino_id=destino.pk, motivo="Decreto.")
        confirmar_migracao(por=do_destino, pedido_id=migracao.pk)

    with pytest.raises(PedidoNaoEncontrado):
        deferir_pedido(por=da_origem, pedido_id=cadastro.pk, decisao=SIM)
    deferir_pedido(por=do_destino, pedido_id=cadastro.pk, decisao=SIM)


def test_entidade_descentralizada_nao_recebe_unidade_de_outro_orgao():
    unidade, descentralizada = fabricar_unidade(), fabricar_participante()
    Participacao.objects.filter(orgao=descentralizada).update(condicao=Condicao.DESCENTRALIZADA)

    with pytest.raises(MudancaImpossivel):
        pedir_migracao(por=fabricar_central(), codigo=unidade.codigo, destino_id=descentralizada.pk, motivo="Decreto.")


def test_trocar_a_unidade_do_siorg_exige_que_ela_tenha_sido_conferida_la():
    unidade = fabricar_unidade()
    ficha = FichaDaUnidade("Protocolo-Geral", unidade_siorg="778899")
    pedido = pedir_alteracao(
        por=fabricar_gestor_de_up(unidade.orgao), codigo=unidade.codigo, ficha=ficha, motivo="Mudou no SIORG."
    )

    with pytest.raises(PedidoIncompleto):
        deferir_pedido(por=fabricar_central(), pedido_id=pedido.pk, decisao=Decisao("Sim."))
    deferir_pedido(por=fabricar_central(), pedido_id=pedido.pk, decisao=SIM)


@pytest.mark.parametrize("situacao", [SituacaoDoOrgao.SUSPENSO, SituacaoDoOrgao.EXTINTO])
def test_a_unidade_de_um_orgao_que_acabou_ainda_se_inativa(situacao):
    unidade = fabricar_unidade()
    gestor = fabricar_gestor_de_up(unidade.orgao)
    Orgao.objects.filter(pk=unidade.orgao_id).update(situacao=situacao)

    pedido = pedir_inativacao(por=gestor, codigo=unidade.codigo, motivo="O órgão acabou.")
    deferir_pedido(por=fabricar_central(), pedido_id=pedido.pk, decisao=SIM)

    unidade.refresh_from_db()
    assert unidade.situacao == SituacaoDaUnidade.INATIVA


@pytest.mark.parametrize("instituicao", ["18001", "99001", "35001", "1700", "17a01"])
def test_a_instituicao_do_nipe_e_da_uf_do_orgao_e_a_uf_existe(instituicao):
    tocantins = fabricar_orgao(esfera="estadual", origem_do_codigo="ibge", codigo="17", uf="TO")
    pedido = pedir_adesao(por=fabricar_pessoa(), orgao_id=tocantins.pk, designacao=DESIGNACAO, motivo="Vamos numerar.")

    with pytest.raises(PedidoIncompleto):
        deferir_pedido(por=fabricar_central(), pedido_id=pedido.pk, decisao=Decisao("Sim.", codigo=instituicao))
