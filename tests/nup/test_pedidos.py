"""Os pedidos ao CNUP: cada operação do começo ao fim, quem pode, e a máquina de situações inteira."""

from datetime import UTC, datetime, timedelta

import pytest

from pen.auditoria.models import Ato
from pen.auditoria.public import atos_visiveis
from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.identidade.public import EntradaFraca
from pen.notificacoes.models import Aviso
from pen.nup.enums.situacoes import Condicao, Operacao, Passo, SituacaoDaUnidade, SituacaoDoPedido
from pen.nup.errors import (
    AnexoInvalido,
    MudancaImpossivel,
    PedidoEmOutraSituacao,
    PedidoJaAberto,
    PedidoNaoEncontrado,
)
from pen.nup.models import Anexo, GestorDeUp, Participacao, PassoDoPedido, Pedido, Unidade, Versao
from pen.nup.selectors.pedidos import consultar_anexo, consultar_pedido, listar_pedidos, passos_possiveis
from pen.nup.services.decisoes import (
    Decisao,
    cancelar_pedido,
    confirmar_migracao,
    deferir_pedido,
    devolver_pedido,
    expirar_pedidos,
    indeferir_pedido,
    lembrar_atrasados,
    responder_pedido,
)
from pen.nup.services.gestores import designar_gestor, encerrar_designacao, excluir_designacoes, exportar_designacoes
from pen.nup.services.pedidos import (
    AnexoNovo,
    FichaDaUnidade,
    pedir_adesao,
    pedir_alteracao,
    pedir_cadastro,
    pedir_descentralizacao,
    pedir_inativacao,
    pedir_migracao,
    pedir_reativacao,
)
from pen.nup.services.unidades import carregar_unidades_observadas
from pen.nup.values.pedidos import ABERTAS, PRAZO_DE_ANALISE, PRAZO_DE_RESPOSTA
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.nup import DESIGNACAO, FICHA, fabricar_gestor_de_up, fabricar_participante, fabricar_unidade
from tests.fabricas.pessoas import fabricar_central, fabricar_cpf, fabricar_pessoa

pytestmark = pytest.mark.django_db
AGORA = datetime(2026, 11, 21, 15, tzinfo=UTC)
SIM = Decisao("Conferido.", siorg_conferido=True)
PDF = AnexoNovo("portaria.pdf", b"%PDF-1.7 portaria")


def aderir(orgao=None, *, orgao_gestor=None, por=None):
    return pedir_adesao(
        por=por or fabricar_pessoa(), orgao_id=(orgao or fabricar_orgao()).pk, designacao=DESIGNACAO, motivo="Vamos numerar.",
        orgao_gestor_id=orgao_gestor and orgao_gestor.pk, agora=AGORA,
    )  # fmt: skip


def cadastrar(orgao, por=None, **opcoes):
    return pedir_cadastro(
        por=por or fabricar_gestor_de_up(orgao),
        orgao_id=orgao.pk,
        ficha=FICHA,
        motivo="Protocolo novo.",
        agora=AGORA,
        **opcoes,
    )


def deferir(pedido, por=None, decisao=SIM):
    return deferir_pedido(por=por or fabricar_central(), pedido_id=pedido.pk, decisao=decisao, agora=AGORA)


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


def _pedido_de(operacao: Operacao) -> Pedido:
    if operacao == Operacao.ADESAO:
        return aderir()
    if operacao == Operacao.CADASTRO:
        return cadastrar(fabricar_participante())
    if operacao == Operacao.DESCENTRALIZACAO:
        ministerio = fabricar_participante()
        entidade = fabricar_participante(orgao_gestor=ministerio)
        fabricar_gestor_de_up(entidade)
        return pedir_descentralizacao(por=fabricar_gestor_de_up(ministerio), orgao_id=entidade.pk, motivo="x", agora=AGORA)
    inativa = operacao == Operacao.REATIVACAO
    unidade = fabricar_unidade(situacao=SituacaoDaUnidade.INATIVA if inativa else SituacaoDaUnidade.ATIVA)
    gestor = fabricar_gestor_de_up(unidade.orgao)
    comuns = {"por": gestor, "codigo": unidade.codigo, "motivo": "x", "agora": AGORA}
    if operacao == Operacao.ALTERACAO:
        return pedir_alteracao(**comuns, ficha=FICHA)
    if operacao == Operacao.MIGRACAO:
        return pedir_migracao(**comuns, destino_id=fabricar_participante().pk)
    return (pedir_reativacao if inativa else pedir_inativacao)(**comuns)


def _dar(passo: Passo, pedido: Pedido) -> object:
    comuns = {"pedido_id": pedido.pk, "agora": AGORA}
    quem_decide = fabricar_gestor_de_up(pedido.destino) if pedido.destino else fabricar_central()
    match passo:
        case Passo.DEVOLVER:
            return devolver_pedido(por=fabricar_central(), motivo="Falta.", **comuns)
        case Passo.RESPONDER:
            return responder_pedido(por=pedido.pedido_por, resposta="Aqui.", **comuns)
        case Passo.DEFERIR:
            return deferir_pedido(por=fabricar_central(), decisao=SIM, **comuns)
        case Passo.INDEFERIR:
            return indeferir_pedido(por=quem_decide, motivo="Não.", **comuns)
        case Passo.CONFIRMAR:
            return confirmar_migracao(por=quem_decide, **comuns)
        case Passo.CANCELAR:
            return cancelar_pedido(por=pedido.pedido_por, **comuns)
        case Passo.EXPIRAR:
            pedido.refresh_from_db()
            return expirar_pedidos(agora=pedido.prazo + timedelta(seconds=1))


# Como se chega a cada situação a partir do pedido novo.
CAMINHOS = {
    SituacaoDoPedido.DEVOLVIDO: [Passo.DEVOLVER],
    SituacaoDoPedido.INDEFERIDO: [Passo.INDEFERIR],
    SituacaoDoPedido.CANCELADO: [Passo.CANCELAR],
}


def _levar_a(situacao: SituacaoDoPedido, operacao: Operacao) -> Pedido:
    pedido = _pedido_de(operacao)
    migra = operacao == Operacao.MIGRACAO
    caminhos = CAMINHOS | {
        SituacaoDoPedido.DEFERIDO: [Passo.CONFIRMAR if migra else Passo.DEFERIR],
        SituacaoDoPedido.EXPIRADO: [Passo.EXPIRAR] if migra else [Passo.DEVOLVER, Passo.EXPIRAR],
    }
    for passo in caminhos.get(situacao, []):
        _dar(passo, pedido)
    pedido.refresh_from_db()
    pedido.pedido_por.entrada_forte = True
    assert pedido.situacao == situacao
    return pedido


def _situacoes_de(operacao: Operacao) -> list[SituacaoDoPedido]:
    fora = {SituacaoDoPedido.EM_ANALISE, SituacaoDoPedido.DEVOLVIDO} if operacao == Operacao.MIGRACAO else {
        SituacaoDoPedido.EM_CONFIRMACAO
    }  # fmt: skip
    return [s for s in SituacaoDoPedido if s not in fora]


# O desenho de docs/dominio/cnup.md, escrito aqui outra vez: se o código mudar, estes testes dizem.
S, P = SituacaoDoPedido, Passo
DESENHO = {
    (S.EM_ANALISE, P.DEVOLVER): S.DEVOLVIDO,
    (S.EM_ANALISE, P.DEFERIR): S.DEFERIDO,
    (S.EM_ANALISE, P.INDEFERIR): S.INDEFERIDO,
    (S.EM_ANALISE, P.CANCELAR): S.CANCELADO,
    (S.DEVOLVIDO, P.RESPONDER): S.EM_ANALISE,
    (S.DEVOLVIDO, P.CANCELAR): S.CANCELADO,
    (S.DEVOLVIDO, P.EXPIRAR): S.EXPIRADO,
}
DESENHO_DA_MIGRACAO = {
    (S.EM_CONFIRMACAO, P.CONFIRMAR): S.DEFERIDO,
    (S.EM_CONFIRMACAO, P.INDEFERIR): S.INDEFERIDO,
    (S.EM_CONFIRMACAO, P.CANCELAR): S.CANCELADO,
    (S.EM_CONFIRMACAO, P.EXPIRAR): S.EXPIRADO,
}
TODOS = [(o, s, p) for o in Operacao for s in _situacoes_de(o) for p in Passo]


def _recusa(operacao: Operacao, situacao: SituacaoDoPedido, passo: Passo) -> type[Exception]:
    """Numa migração ninguém analisa: deferir e devolver não são de ninguém, em situação nenhuma."""
    de_ninguem = operacao == Operacao.MIGRACAO and passo in {Passo.DEFERIR, Passo.DEVOLVER}
    return SemPermissao if de_ninguem else PedidoEmOutraSituacao


@pytest.mark.parametrize(("operacao", "situacao", "passo"), TODOS, ids=[f"{o}-{s}-{p}" for o, s, p in TODOS])
def test_cada_passo_leva_aonde_o_desenho_diz_e_nos_outros_lugares_e_recusado(operacao, situacao, passo):
    pedido = _levar_a(situacao, operacao)
    esperada = (DESENHO_DA_MIGRACAO if operacao == Operacao.MIGRACAO else DESENHO).get((situacao, passo))

    if esperada is not None:
        _dar(passo, pedido)
    elif passo == Passo.EXPIRAR:
        _dar(passo, pedido)  # o trabalho da noite só olha quem pode expirar
        esperada = situacao
    else:
        with pytest.raises(_recusa(operacao, situacao, passo)):
            _dar(passo, pedido)
        esperada = situacao

    pedido.refresh_from_db()
    assert pedido.situacao == esperada


class TestQuemVe:
    def test_o_estranho_nao_ve_e_os_interessados_veem(self):
        ministerio = fabricar_participante()
        entidade = fabricar_participante(orgao_gestor=ministerio)
        pedido = cadastrar(entidade)

        for estranho in (fabricar_pessoa(), fabricar_gestor_de_up(fabricar_participante())):
            assert listar_pedidos(para=estranho) == ([], None)
            with pytest.raises(PedidoNaoEncontrado):
                consultar_pedido(pedido.pk, para=estranho)
        for interessado in (fabricar_gestor_de_up(entidade), fabricar_gestor_de_up(ministerio), fabricar_central()):
            assert consultar_pedido(pedido.pk, para=interessado) == pedido

    def test_os_passos_que_a_pagina_mostra_sao_os_que_o_servico_aceita(self):
        pedido = cadastrar(fabricar_participante())

        assert passos_possiveis(pedido, para=fabricar_central()) == {Passo.DEVOLVER, Passo.DEFERIR, Passo.INDEFERIR}
        assert passos_possiveis(pedido, para=pedido.pedido_por) == {Passo.CANCELAR}
        assert passos_possiveis(pedido, para=fabricar_pessoa()) == set()

    def test_estranho_que_adivinha_o_endereco_nao_decide(self):
        pedido = cadastrar(fabricar_participante())

        with pytest.raises(PedidoNaoEncontrado):
            deferir(pedido, por=fabricar_pessoa())
        with pytest.raises(EntradaFraca):
            fraca = pedido.pedido_por
            fraca.entrada_forte = False
            cancelar_pedido(por=fraca, pedido_id=pedido.pk)


class TestAnexos:
    def test_so_quem_ve_o_pedido_baixa_o_anexo(self):
        pedido = cadastrar(fabricar_participante(), anexos=[PDF])
        anexo = Anexo.objects.get(pedido=pedido)

        assert bytes(consultar_anexo(anexo.pk, para=fabricar_central()).conteudo) == PDF.conteudo
        with pytest.raises(PedidoNaoEncontrado):
            consultar_anexo(anexo.pk, para=fabricar_pessoa())

    @pytest.mark.parametrize(
        "anexos",
        [
            [AnexoNovo("virus.pdf", b"MZ\x90")],
            [AnexoNovo("vazio.pdf", b"")],
            [AnexoNovo("grande.pdf", b"%PDF-" + b"x" * 5 * 2**20)],
            [PDF] * 6,
        ],
        ids=["outro-formato", "vazio", "grande", "demais"],
    )
    def test_anexo_que_nao_serve_recusa_o_pedido_inteiro(self, anexos):
        with pytest.raises(AnexoInvalido):
            cadastrar(fabricar_participante(), anexos=anexos)

        assert not Anexo.objects.exists()

    def test_a_resposta_traz_anexos_ate_o_limite_do_pedido(self):
        pedido = cadastrar(fabricar_participante(), anexos=[PDF] * 4)
        devolver_pedido(por=fabricar_central(), pedido_id=pedido.pk, motivo="Falta a portaria.")

        with pytest.raises(AnexoInvalido):
            responder_pedido(por=pedido.pedido_por, pedido_id=pedido.pk, resposta="Aqui.", anexos=[PDF] * 2)
        responder_pedido(por=pedido.pedido_por, pedido_id=pedido.pk, resposta="Aqui.", anexos=[PDF])

        assert Anexo.objects.filter(pedido=pedido).count() == 5


class TestPrazosEHistoria:
    def test_cada_passo_poe_o_prazo_do_seguinte_e_deixa_historia_e_ato(self):
        pedido = cadastrar(fabricar_participante())
        central = fabricar_central()
        assert pedido.prazo == AGORA + PRAZO_DE_ANALISE

        devolvido = devolver_pedido(por=central, pedido_id=pedido.pk, motivo="Falta.", agora=AGORA)
        assert devolvido.prazo == AGORA + PRAZO_DE_RESPOSTA
        responder_pedido(por=pedido.pedido_por, pedido_id=pedido.pk, resposta="Aqui.", agora=AGORA)
        deferir(pedido, por=central)

        passos = PassoDoPedido.objects.filter(pedido=pedido).order_by("id").values_list("passo", "texto")
        assert list(passos) == [
            ("", "Protocolo novo."), ("devolver", "Falta."), ("responder", "Aqui."), ("deferir", "Conferido."),
        ]  # fmt: skip
        atos = [ato.ato for ato in atos_visiveis(central).filter(objeto=f"pedido_cnup:{pedido.pk}").order_by("id")]
        assert atos == ["cnup.pedido", "cnup.devolvido", "cnup.em_analise", "cnup.deferido"]

    def test_quem_decide_e_lembrado_uma_vez_do_atraso(self):
        orgao, central = fabricar_participante(), fabricar_central()
        pedido = cadastrar(orgao)
        depois = pedido.prazo + timedelta(hours=1)

        assert (lembrar_atrasados(agora=depois), lembrar_atrasados(agora=depois)) == (1, 0)

        avisos = Aviso.objects.filter(pessoa=central, dados__evento="atrasado")
        assert avisos.count() == 1

    def test_o_devolvido_sem_resposta_expira_e_a_unidade_pode_pedir_de_novo(self):
        unidade = fabricar_unidade()
        gestor = fabricar_gestor_de_up(unidade.orgao)
        pedido = pedir_inativacao(por=gestor, codigo=unidade.codigo, motivo="x", agora=AGORA)
        devolver_pedido(por=fabricar_central(), pedido_id=pedido.pk, motivo="Falta.", agora=AGORA)

        assert expirar_pedidos(agora=AGORA + PRAZO_DE_RESPOSTA) == 0
        assert expirar_pedidos(agora=AGORA + PRAZO_DE_RESPOSTA + timedelta(seconds=1)) == 1
        assert expirar_pedidos(agora=AGORA + timedelta(days=90)) == 0

        assert pedir_inativacao(por=gestor, codigo=unidade.codigo, motivo="x").situacao in ABERTAS

    def test_avisa_quem_decide_e_quem_pediu(self):
        ministerio = fabricar_participante()
        do_ministerio, central = fabricar_gestor_de_up(ministerio), fabricar_central()
        pedido = cadastrar(fabricar_participante(orgao_gestor=ministerio))

        assert {(a.pessoa, a.dados["evento"]) for a in Aviso.objects.all()} == {
            (do_ministerio, "a_decidir"), (pedido.pedido_por, "recebido"),
        }  # fmt: skip
        deferir(pedido, por=central)
        assert Aviso.objects.filter(pessoa=pedido.pedido_por, dados__evento="deferido").exists()


class TestGestores:
    def test_um_gestor_designa_outro_que_ainda_nao_entrou(self):
        orgao = fabricar_participante()
        gestor = designar_gestor(
            por=fabricar_gestor_de_up(orgao), orgao_id=orgao.pk, cpf=fabricar_cpf(), designacao=DESIGNACAO
        )

        assert gestor.pessoa.pk
        with pytest.raises(MudancaImpossivel):
            designar_gestor(por=fabricar_central(), orgao_id=orgao.pk, cpf=gestor.pessoa.cpf, designacao=DESIGNACAO)

    def test_estranho_nao_designa_nem_encerra(self):
        orgao = fabricar_participante()
        gestor = GestorDeUp.objects.get(pessoa=fabricar_gestor_de_up(orgao))
        with pytest.raises(SemPermissao):
            designar_gestor(por=fabricar_pessoa(), orgao_id=orgao.pk, cpf=fabricar_cpf(), designacao=DESIGNACAO)
        with pytest.raises(Exception, match="Nenhuma designação"):
            encerrar_designacao(por=fabricar_pessoa(), gestor_id=gestor.pk)

        encerrar_designacao(por=gestor.pessoa, gestor_id=gestor.pk)
        gestor.refresh_from_db()
        assert gestor.ate is not None

    def test_a_pessoa_leva_e_apaga_os_seus_dados(self):
        pessoa = fabricar_pessoa()
        deferir(aderir(por=pessoa))
        assert exportar_designacoes(pessoa.pk)["gestao_de_up"][0]["email"] == "protocolo@orgao.gov.br"

        excluir_designacoes(pessoa.pk)

        assert GestorDeUp.objects.get(pessoa=pessoa).email == ""
        assert Pedido.objects.get(pedido_por=pessoa).dados["telefone"] == ""

    def test_quem_exclui_a_conta_cancela_a_adesao_que_pediu_e_a_historia_diz_por_que(self):
        pedido = aderir()

        excluir_designacoes(pedido.pedido_por_id)

        pedido.refresh_from_db()
        passo = PassoDoPedido.objects.get(pedido=pedido, passo=Passo.CANCELAR)
        assert (pedido.situacao, passo.por, passo.texto) == ("cancelado", None, "Quem pediu excluiu a conta.")
        assert Ato.objects.filter(ato="cnup.cancelado", objeto=f"pedido_cnup:{pedido.pk}").exists()
