"""Os pedidos ao CNUP: cada operação do começo ao fim, e quem pode."""

from datetime import timedelta

import pytest

from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.identidade.public import EntradaFraca
from pen.nup.enums.situacoes import Condicao, Operacao, SituacaoDaUnidade, SituacaoDoPedido
from pen.nup.errors import (
    MudancaImpossivel,
    PedidoJaAberto,
)
from pen.nup.models import GestorDeUp, Participacao, Unidade, Versao
from pen.nup.services.decisoes import (
    Decisao,
    confirmar_migracao,
    indeferir_pedido,
)
from pen.nup.services.pedidos import (
    FichaDaUnidade,
    pedir_alteracao,
    pedir_cadastro,
    pedir_descentralizacao,
    pedir_inativacao,
    pedir_migracao,
    pedir_reativacao,
)
from pen.nup.services.unidades import carregar_unidades_observadas
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.nup import FICHA, fabricar_gestor_de_up, fabricar_participante, fabricar_unidade
from tests.fabricas.pedidos import AGORA, aderir, cadastrar, deferir
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = pytest.mark.django_db


class TestAdesao:
    def test_deferida_o_orgao_participa_e_quem_pediu_vira_gestor(self):
        pessoa, orgao = fabricar_pessoa(), fabricar_orgao()

        deferir(aderir(orgao, por=pessoa))

        participacao = Participacao.objects.get(orgao=orgao)
        assert (participacao.condicao, participacao.orgao_gestor, participacao.instituicao) == (Condicao.GESTOR, None, None)
        gestor = GestorDeUp.objects.get(orgao=orgao, ate=None)
        assert (gestor.pessoa, gestor.email) == (pessoa, "protocolo@orgao.gov.br")

    def test_como_vinculada_decide_o_gestor_de_up_do_orgao_gestor(self):
        ministerio, entidade = fabricar_participante(), fabricar_orgao()

        deferir(aderir(entidade, orgao_gestor=ministerio), por=fabricar_gestor_de_up(ministerio))

        participacao = Participacao.objects.get(orgao=entidade)
        assert (participacao.condicao, participacao.orgao_gestor) == (Condicao.VINCULADA, ministerio)

    def test_municipio_recebe_a_instituicao_da_relacao_oficial(self):
        palmas = fabricar_orgao(esfera="municipal", origem_do_codigo="ibge", codigo="1721000")

        deferir(aderir(palmas))

        assert Participacao.objects.get(orgao=palmas).instituicao == "17137"

    def test_estado_precisa_que_quem_decide_de_a_instituicao(self):
        tocantins = fabricar_orgao(esfera="estadual", origem_do_codigo="ibge", codigo="17")
        pedido = aderir(tocantins)

        with pytest.raises(PedidoIncompleto, match="instituição"):
            deferir(pedido)
        with pytest.raises(MudancaImpossivel, match="é de um município"):
            deferir(pedido, decisao=Decisao("Sim.", codigo="17137"))

        deferir(pedido, decisao=Decisao("Sim.", codigo="17001"))
        assert Participacao.objects.get(orgao=tocantins).instituicao == "17001"

    def test_orgao_que_ja_participa_nao_adere_e_nao_ha_duas_abertas(self):
        orgao = fabricar_orgao()
        aderir(orgao)

        with pytest.raises(PedidoJaAberto):
            aderir(orgao)
        with pytest.raises(MudancaImpossivel):
            aderir(fabricar_participante())

    def test_vinculada_so_de_quem_e_orgao_gestor(self):
        entidade = fabricar_participante(orgao_gestor=fabricar_participante())

        for errado in (entidade, fabricar_orgao()):
            with pytest.raises(MudancaImpossivel):
                aderir(orgao_gestor=errado)

    def test_entrada_fraca_nao_pede(self):
        with pytest.raises(EntradaFraca):
            aderir(por=fabricar_pessoa(forte=False))


class TestCadastro:
    def test_deferido_a_unidade_nasce_ativa_com_dono_codigo_e_versao(self):
        orgao = fabricar_participante()
        pedido = deferir(cadastrar(orgao, codigo="23480"))

        unidade = Unidade.objects.get(codigo="23480")
        assert (unidade.situacao, unidade.orgao, unidade.orgao_gestor) == (SituacaoDaUnidade.ATIVA, orgao, orgao)
        versao = Versao.objects.get(unidade=unidade)
        assert (versao.pedido, versao.operacao, versao.motivo, versao.ate) == (
            pedido,
            Operacao.CADASTRO,
            "Conferido.",
            None,
        )
        assert pedido.unidade == unidade

    def test_sem_codigo_quem_decide_da_um_ou_o_sistema_sugere_o_proximo(self):
        orgao = fabricar_participante()
        fabricar_unidade(orgao, codigo="41234")

        dado = deferir(cadastrar(orgao), decisao=Decisao("Sim.", codigo="55555", siorg_conferido=True))
        sugerido = deferir(cadastrar(orgao))

        assert (dado.unidade.codigo, sugerido.unidade.codigo) == ("55555", "55556")

    def test_unidade_da_carga_inicial_ganha_dono(self):
        assert carregar_unidades_observadas(agora=AGORA - timedelta(days=1)) == 627
        assert carregar_unidades_observadas() == 0
        orgao = fabricar_participante()

        deferir(cadastrar(orgao, codigo="23480"))

        unidade = Unidade.objects.get(codigo="23480")
        assert (unidade.orgao, unidade.situacao, unidade.da_carga_inicial) == (orgao, SituacaoDaUnidade.ATIVA, True)
        assert [v.situacao for v in Versao.objects.filter(unidade=unidade).order_by("desde")] == ["pendente", "ativa"]

    def test_codigo_de_outra_unidade_nao_serve(self):
        orgao, ocupada = fabricar_participante(), fabricar_unidade()

        with pytest.raises(MudancaImpossivel, match="já é de outra"):
            cadastrar(orgao, codigo=ocupada.codigo)
        with pytest.raises(MudancaImpossivel, match="já é de outra"):
            deferir(cadastrar(orgao), decisao=Decisao("Sim.", codigo=ocupada.codigo, siorg_conferido=True))

    @pytest.mark.parametrize("codigo", ["00000", "1234", "123456", "12a45", "１２３４５"])
    def test_codigo_malformado_nao_serve(self, codigo):
        with pytest.raises(MudancaImpossivel):
            cadastrar(fabricar_participante(), codigo=codigo)

    def test_exige_que_o_siorg_tenha_sido_conferido(self):
        pedido = cadastrar(fabricar_participante())

        with pytest.raises(PedidoIncompleto, match="SIORG"):
            deferir(pedido, decisao=Decisao("Sim."))

        assert not Unidade.objects.exists()

    def test_no_nipe_o_codigo_comeca_pela_instituicao_e_o_siorg_nao_se_pede(self):
        palmas = fabricar_participante(
            fabricar_orgao(esfera="municipal", origem_do_codigo="ibge", codigo="1721000"), instituicao="17137"
        )
        ficha = FichaDaUnidade("Protocolo")
        por = fabricar_gestor_de_up(palmas)
        with pytest.raises(MudancaImpossivel, match="17137"):
            pedir_cadastro(por=por, orgao_id=palmas.pk, ficha=ficha, motivo="Novo.", codigo="17138001")

        pedido = deferir(pedir_cadastro(por=por, orgao_id=palmas.pk, ficha=ficha, motivo="Novo."), decisao=Decisao("Sim."))

        assert pedido.unidade.codigo == "17137001"

    def test_o_gestor_do_orgao_gestor_pede_pela_vinculada_e_outro_decide(self):
        ministerio = fabricar_participante()
        entidade = fabricar_participante(orgao_gestor=ministerio)
        pedido = cadastrar(entidade, por=(quem := fabricar_gestor_de_up(ministerio)))

        with pytest.raises(SemPermissao, match="próprio pedido"):
            deferir(pedido, por=quem)

        deferir(pedido, por=fabricar_gestor_de_up(ministerio))
        assert Unidade.objects.get().orgao_gestor == ministerio

    def test_quem_nao_e_gestor_do_orgao_nao_pede(self):
        orgao = fabricar_participante()

        for estranho in (fabricar_pessoa(), fabricar_central(), fabricar_gestor_de_up(fabricar_participante())):
            with pytest.raises(SemPermissao):
                cadastrar(orgao, por=estranho)

    @pytest.mark.parametrize(
        ("ficha", "campo"),
        [
            (FichaDaUnidade(" ", unidade_siorg="1"), "nome"),
            (FichaDaUnidade("P"), "unidade_siorg"),
            (FichaDaUnidade("P", unidade_siorg="x1"), "unidade_siorg"),
            (FichaDaUnidade("P", unidade_siorg="1", cep="7004"), "cep"),
            (FichaDaUnidade("P" * 201, unidade_siorg="1"), "nome"),
        ],
        ids=["sem-nome", "sem-siorg", "siorg-com-letra", "cep-curto", "nome-longo"],
    )
    def test_ficha_incompleta_diz_o_campo(self, ficha, campo):
        orgao = fabricar_participante()
        with pytest.raises(PedidoIncompleto) as erro:
            pedir_cadastro(por=fabricar_gestor_de_up(orgao), orgao_id=orgao.pk, ficha=ficha, motivo="Novo.")

        assert erro.value.detalhes["campo"] == campo


class TestMudancas:
    def test_alteracao_muda_os_dados_e_guarda_os_de_antes(self):
        unidade = fabricar_unidade()
        pedido = pedir_alteracao(
            por=fabricar_gestor_de_up(unidade.orgao), codigo=unidade.codigo, motivo="Mudou de nome.",
            ficha=FichaDaUnidade("Protocolo Central", unidade_siorg="99"),
        )  # fmt: skip

        deferir(pedido)

        unidade.refresh_from_db()
        assert (unidade.nome, unidade.unidade_siorg) == ("Protocolo Central", "99")
        antes, depois = Versao.objects.filter(unidade=unidade).order_by("desde")
        assert (antes.nome, antes.ate, depois.nome) == ("Protocolo-Geral", depois.desde, "Protocolo Central")

    def test_inativacao_e_reativacao(self):
        unidade = fabricar_unidade()
        gestor = fabricar_gestor_de_up(unidade.orgao)
        deferir(pedir_inativacao(por=gestor, codigo=unidade.codigo, motivo="Extinta."))
        unidade.refresh_from_db()
        assert unidade.situacao == SituacaoDaUnidade.INATIVA

        volta = pedir_reativacao(por=gestor, codigo=unidade.codigo, motivo="Voltou.")
        with pytest.raises(PedidoIncompleto, match="SIORG"):
            deferir(volta, decisao=Decisao("Sim."))
        deferir(volta)

        unidade.refresh_from_db()
        assert unidade.situacao == SituacaoDaUnidade.ATIVA

    def test_nao_se_inativa_a_inativa_nem_se_reativa_a_ativa(self):
        inativa = fabricar_unidade(situacao=SituacaoDaUnidade.INATIVA)
        ativa = fabricar_unidade()

        with pytest.raises(MudancaImpossivel):
            pedir_inativacao(por=fabricar_gestor_de_up(inativa.orgao), codigo=inativa.codigo, motivo="x")
        with pytest.raises(MudancaImpossivel):
            pedir_reativacao(por=fabricar_gestor_de_up(ativa.orgao), codigo=ativa.codigo, motivo="x")

    def test_uma_unidade_so_tem_um_pedido_aberto(self):
        unidade = fabricar_unidade()
        gestor = fabricar_gestor_de_up(unidade.orgao)
        pedir_inativacao(por=gestor, codigo=unidade.codigo, motivo="x")

        with pytest.raises(PedidoJaAberto):
            pedir_alteracao(por=gestor, codigo=unidade.codigo, ficha=FICHA, motivo="x")

    def test_migracao_so_acontece_quando_os_dois_lados_confirmam(self):
        unidade, destino = fabricar_unidade(), fabricar_participante()
        origem = unidade.orgao
        da_origem, do_destino = fabricar_gestor_de_up(origem), fabricar_gestor_de_up(destino)
        pedido = pedir_migracao(por=da_origem, codigo=unidade.codigo, destino_id=destino.pk, motivo="Fusão.")
        assert (pedido.situacao, pedido.origem_confirmada_em is None) == (SituacaoDoPedido.EM_CONFIRMACAO, False)
        with pytest.raises(SemPermissao):
            confirmar_migracao(por=da_origem, pedido_id=pedido.pk)
        unidade.refresh_from_db()
        assert unidade.orgao_gestor == origem

        confirmar_migracao(por=do_destino, pedido_id=pedido.pk)

        unidade.refresh_from_db()
        assert (unidade.orgao, unidade.orgao_gestor) == (destino, destino)
        assert [v.orgao_gestor for v in Versao.objects.filter(unidade=unidade).order_by("desde")] == [origem, destino]

    def test_migracao_pedida_pela_equipe_pen_precisa_dos_dois(self):
        unidade, destino = fabricar_unidade(), fabricar_participante()
        pedido = pedir_migracao(por=fabricar_central(), codigo=unidade.codigo, destino_id=destino.pk, motivo="Decreto.")

        meio = confirmar_migracao(por=fabricar_gestor_de_up(unidade.orgao), pedido_id=pedido.pk)
        assert meio.situacao == SituacaoDoPedido.EM_CONFIRMACAO
        fim = confirmar_migracao(por=fabricar_gestor_de_up(destino), pedido_id=pedido.pk)

        assert fim.situacao == SituacaoDoPedido.DEFERIDO

    def test_a_vinculada_segue_a_ultima_unidade_que_migra(self):
        origem, destino = fabricar_participante(), fabricar_participante()
        entidade = fabricar_participante(orgao_gestor=origem)
        unidades = [fabricar_unidade(entidade, orgao_gestor=origem) for _ in range(2)]
        quem = fabricar_gestor_de_up(destino)
        for unidade, esperado in zip(unidades, (origem, destino), strict=True):
            pedido = pedir_migracao(por=quem, codigo=unidade.codigo, destino_id=destino.pk, motivo="Decreto.")
            confirmar_migracao(por=fabricar_gestor_de_up(origem), pedido_id=pedido.pk)

            assert Participacao.objects.get(orgao=entidade).orgao_gestor == esperado
        assert {u.orgao for u in Unidade.objects.all()} == {entidade}

    def test_um_lado_recusa_e_nada_muda(self):
        unidade, destino = fabricar_unidade(), fabricar_participante()
        pedido = pedir_migracao(
            por=fabricar_gestor_de_up(unidade.orgao), codigo=unidade.codigo, destino_id=destino.pk, motivo="Fusão."
        )

        indeferir_pedido(por=fabricar_gestor_de_up(destino), pedido_id=pedido.pk, motivo="Não é nossa.")

        unidade.refresh_from_db()
        assert unidade.orgao_gestor == unidade.orgao

    def test_migracao_so_para_outro_orgao_gestor_e_so_do_nup(self):
        unidade = fabricar_unidade()
        gestor = fabricar_gestor_de_up(unidade.orgao)
        vinculada = fabricar_participante(orgao_gestor=unidade.orgao)

        for destino in (unidade.orgao, vinculada, fabricar_orgao()):
            with pytest.raises(MudancaImpossivel):
                pedir_migracao(por=gestor, codigo=unidade.codigo, destino_id=destino.pk, motivo="x")

    def test_descentralizacao_leva_as_unidades_e_a_entidade_passa_a_responder_por_si(self):
        ministerio = fabricar_participante()
        entidade = fabricar_participante(orgao_gestor=ministerio)
        unidade = fabricar_unidade(entidade, orgao_gestor=ministerio)
        fabricar_gestor_de_up(entidade)
        do_ministerio = fabricar_gestor_de_up(ministerio)

        pedido = pedir_descentralizacao(por=do_ministerio, orgao_id=entidade.pk, motivo="Tem equipe própria.")
        with pytest.raises(SemPermissao):
            deferir(pedido, por=fabricar_gestor_de_up(ministerio))
        deferir(pedido)

        participacao = Participacao.objects.get(orgao=entidade)
        unidade.refresh_from_db()
        assert (participacao.condicao, participacao.orgao_gestor) == (Condicao.DESCENTRALIZADA, None)
        assert unidade.orgao_gestor == entidade

    def test_so_se_descentraliza_vinculada_com_gestor_proprio(self):
        ministerio = fabricar_participante()
        entidade = fabricar_participante(orgao_gestor=ministerio)
        quem = fabricar_gestor_de_up(ministerio)

        with pytest.raises(MudancaImpossivel, match="gestor de UP próprio"):
            pedir_descentralizacao(por=quem, orgao_id=entidade.pk, motivo="x")
        with pytest.raises(MudancaImpossivel, match="não é entidade vinculada"):
            pedir_descentralizacao(por=quem, orgao_id=ministerio.pk, motivo="x")
