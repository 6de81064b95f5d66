"""O que cerca um pedido: quem o vê, os anexos, os prazos e a história dele, e os gestores que o fazem."""

from datetime import timedelta

import pytest

from pen.auditoria.models import Ato
from pen.auditoria.public import atos_visiveis
from pen.comum.errors import SemPermissao
from pen.identidade.public import EntradaFraca
from pen.notificacoes.models import Aviso
from pen.nup.enums.situacoes import Passo
from pen.nup.errors import (
    AnexoInvalido,
    MudancaImpossivel,
    PedidoNaoEncontrado,
)
from pen.nup.models import Anexo, GestorDeUp, PassoDoPedido, Pedido
from pen.nup.selectors.pedidos import consultar_anexo, consultar_pedido, listar_pedidos, passos_possiveis
from pen.nup.services.decisoes import (
    cancelar_pedido,
    devolver_pedido,
    expirar_pedidos,
    lembrar_atrasados,
    responder_pedido,
)
from pen.nup.services.gestores import designar_gestor, encerrar_designacao, excluir_designacoes, exportar_designacoes
from pen.nup.services.pedidos import (
    AnexoNovo,
    pedir_inativacao,
)
from pen.nup.values.pedidos import ABERTAS, PRAZO_DE_ANALISE, PRAZO_DE_RESPOSTA
from tests.fabricas.nup import DESIGNACAO, fabricar_gestor_de_up, fabricar_participante, fabricar_unidade
from tests.fabricas.pedidos import AGORA, PDF, aderir, cadastrar, deferir
from tests.fabricas.pessoas import fabricar_central, fabricar_cpf, fabricar_pessoa

pytestmark = pytest.mark.django_db


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
