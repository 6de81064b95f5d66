"""A vida de um artigo: escrever, rever, publicar, substituir, retirar; e quem lê."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.conhecimento.enums import Especie, SituacaoDaVersao
from pen.conhecimento.errors import ArtigoNaoEncontrado, RevisaoPropria, VersaoEmOutraSituacao
from pen.conhecimento.models import Artigo, Opiniao, VersaoDoArtigo
from pen.conhecimento.selectors.artigos import (
    artigos_vencidos,
    artigos_visiveis,
    consultar_artigo,
    consultar_redacao,
    versoes_a_publicar,
)
from pen.conhecimento.selectors.busca import buscar_artigos, sugerir_artigos
from pen.conhecimento.selectors.opinioes import balanco_das_opinioes
from pen.conhecimento.services.artigos import (
    Escrito,
    alterar_artigo,
    devolver_versao,
    enviar_para_revisao,
    escrever_artigo,
    publicar_versao,
    retirar_artigo,
)
from pen.conhecimento.services.opinioes import opinar
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
NINGUEM = AnonymousUser()
ESCRITO = Escrito(titulo="Como solicitar acesso?", corpo="Abra um chamado.")


def escrever(por, escrito=ESCRITO, especie=Especie.PERGUNTA, **opcoes):
    return escrever_artigo(por=por, especie=especie, escrito=escrito, **opcoes)


class TestVida:
    def test_de_quem_escreve_a_quem_publica(self):
        autora, revisora = fabricar_central(), fabricar_central()
        codigo = escrever(autora).artigo.codigo
        assert codigo == "como-solicitar-acesso" and not artigos_visiveis(NINGUEM).exists()

        enviar_para_revisao(por=autora, codigo=codigo)
        publicar_versao(por=revisora, codigo=codigo)

        versao = consultar_artigo(codigo, para=NINGUEM).versao
        assert (versao.situacao, versao.revisor, versao.autor) == (SituacaoDaVersao.PUBLICADA, revisora, autora)

    def test_quem_escreveu_nao_publica(self):
        autora = fabricar_central()
        codigo = escrever(autora).artigo.codigo
        enviar_para_revisao(por=autora, codigo=codigo)

        with pytest.raises(RevisaoPropria):
            publicar_versao(por=autora, codigo=codigo)

    def test_o_publicado_continua_ate_a_versao_seguinte_tomar_o_lugar(self):
        codigo, autora = fabricar_artigo().artigo.codigo, fabricar_central()
        alterar_artigo(por=autora, codigo=codigo, escrito=Escrito(titulo="Outro título", corpo="Novo."))
        assert consultar_artigo(codigo, para=NINGUEM).versao.corpo == "Abra um chamado."

        enviar_para_revisao(por=autora, codigo=codigo)
        publicar_versao(por=fabricar_central(), codigo=codigo)

        assert consultar_artigo(codigo, para=NINGUEM).versao.corpo == "Novo."
        assert list(VersaoDoArtigo.objects.order_by("numero").values_list("situacao", flat=True)) == [
            "substituida", "publicada",
        ]  # fmt: skip

    def test_alterar_o_que_espera_revisao_o_traz_de_volta_a_rascunho(self):
        autora = fabricar_central()
        codigo = escrever(autora).artigo.codigo
        enviar_para_revisao(por=autora, codigo=codigo)

        alterar_artigo(por=autora, codigo=codigo, escrito=Escrito(titulo="Título", corpo="Outro."))

        with pytest.raises(VersaoEmOutraSituacao):
            publicar_versao(por=fabricar_central(), codigo=codigo)

    def test_a_revisao_devolve_dizendo_o_que_falta(self):
        autora, revisora = fabricar_central(), fabricar_central()
        codigo = escrever(autora).artigo.codigo
        enviar_para_revisao(por=autora, codigo=codigo)

        devolver_versao(por=revisora, codigo=codigo, parecer="Falta o endereço.")

        assert consultar_redacao(codigo, para=autora)[1][0].parecer == "Falta o endereço."
        enviar_para_revisao(por=autora, codigo=codigo)
        assert consultar_redacao(codigo, para=autora)[1][0].parecer == ""

    def test_retirado_some_e_pode_voltar(self):
        central, codigo = fabricar_central(), fabricar_artigo().artigo.codigo
        retirar_artigo(por=central, codigo=codigo)
        with pytest.raises(ArtigoNaoEncontrado):
            consultar_artigo(codigo, para=central)

        retirar_artigo(por=central, codigo=codigo, retirar=False)
        assert consultar_artigo(codigo, para=NINGUEM)

    def test_titulos_iguais_tem_enderecos_diferentes(self):
        assert [fabricar_artigo().artigo.codigo for _ in range(3)] == [
            "como-solicitar-acesso", "como-solicitar-acesso-2", "como-solicitar-acesso-3",
        ]  # fmt: skip

    def test_o_endereco_de_um_artigo_nunca_e_o_de_uma_pagina(self):
        assert [fabricar_artigo(t).artigo.codigo for t in ("Redação", "Produtos", "Novo")] == [
            "redacao-2",
            "produtos-2",
            "novo-2",
        ]

    @pytest.mark.parametrize(
        ("especie", "escrito", "campo"),
        [
            (Especie.PERGUNTA, Escrito(titulo="", corpo="x"), "titulo"),
            (Especie.MANUAL, Escrito(titulo="x"), "corpo"),
            (Especie.ROTEIRO, Escrito(titulo="x", modelo="y", nivel="n2"), "quando"),
            (Especie.ROTEIRO, Escrito(titulo="x", quando="y", nivel="n2"), "modelo"),
            (Especie.ROTEIRO, Escrito(titulo="x", quando="y", modelo="z"), "nivel"),
        ],
    )
    def test_o_que_falta_se_diz(self, especie, escrito, campo):
        with pytest.raises(PedidoIncompleto) as erro:
            escrever(fabricar_central(), escrito, especie)
        assert erro.value.detalhes["campo"] == campo


class TestQuemPode:
    def test_quem_atende_escreve_mas_nao_publica_nem_retira(self):
        atendente = fabricar_atendente()
        codigo = escrever(atendente).artigo.codigo
        enviar_para_revisao(por=atendente, codigo=codigo)

        for servico in (publicar_versao, retirar_artigo):
            with pytest.raises(SemPermissao):
                servico(por=atendente, codigo=codigo)
        with pytest.raises(SemPermissao):
            devolver_versao(por=atendente, codigo=codigo, parecer="x")

    @pytest.mark.parametrize("forte", [True, False])
    def test_os_outros_nao_escrevem_e_a_redacao_nao_existe(self, forte):
        pessoa, codigo = fabricar_pessoa(forte=forte), fabricar_artigo().artigo.codigo
        with pytest.raises(SemPermissao):
            escrever(pessoa)
        for leitura in (versoes_a_publicar, balanco_das_opinioes):
            with pytest.raises(ArtigoNaoEncontrado):
                leitura(para=pessoa)
        with pytest.raises(ArtigoNaoEncontrado):
            consultar_redacao(codigo, para=pessoa)

    def test_o_interno_e_o_rascunho_nao_aparecem_para_o_publico_de_modo_nenhum(self):
        fabricar_artigo("Quimera interna", interno=True, corpo="Quimera.")
        fabricar_artigo("Quimera em rascunho", publicado=False, corpo="Quimera.")
        fabricar_artigo("Quimera do roteiro", especie=Especie.ROTEIRO)

        for leitor in (NINGUEM, fabricar_pessoa(), fabricar_atendente(forte=False)):
            assert buscar_artigos("quimera", para=leitor) == sugerir_artigos("quimera", para=leitor) == []
            for codigo in Artigo.objects.values_list("codigo", flat=True):
                with pytest.raises(ArtigoNaoEncontrado):
                    consultar_artigo(codigo, para=leitor)
        assert len(buscar_artigos("quimera", para=fabricar_atendente())) == 2


class TestSugestao:
    @pytest.mark.parametrize("assunto", ["Erro ao assinar", "ASSINATURA eletrônica com erro"])
    def test_acha_pela_mesma_palavra_em_outra_forma(self, assunto):
        artigo = fabricar_artigo("Erro de assinatura").artigo
        fabricar_artigo("Como pedir acesso")

        assert [a.artigo for a in sugerir_artigos(assunto, para=NINGUEM)][:1] == [artigo]

    def test_o_mais_parecido_vem_antes_ainda_que_a_base_seja_grande(self):
        for n in range(110):
            fabricar_artigo(f"Documento número {n} do processo")
        artigo = fabricar_artigo("Como incluir documento externo no processo").artigo

        assert sugerir_artigos("Incluir um documento externo", para=NINGUEM)[0].artigo == artigo

    @pytest.mark.parametrize("assunto", ["", "o de para", "quimera", "' | : & ! (", "a:*b 'c'"])
    def test_sem_nada_parecido_nao_sugere_nem_se_perde(self, assunto):
        fabricar_artigo("Como pedir acesso")
        assert sugerir_artigos(assunto, para=NINGUEM) == []


class TestBusca:
    @pytest.mark.parametrize("digitado", ["tramitacoes", "tramitação", "TRAMITACAO externa"])
    def test_sem_acento_e_no_plural(self, digitado):
        artigo = fabricar_artigo("Regras de tramitação", corpo="Sobre a tramitação externa.").artigo
        fabricar_artigo("Outra coisa")

        assert [a.artigo for a in buscar_artigos(digitado, para=NINGUEM)] == [artigo]

    def test_o_titulo_vale_mais_que_o_corpo(self):
        no_corpo = fabricar_artigo("Perguntas gerais", corpo="Uma frase cita o barramento entre muitas outras coisas.")
        no_titulo = fabricar_artigo("O barramento", corpo="Texto.")

        assert [a.versao for a in buscar_artigos("barramento", para=NINGUEM)] == [no_titulo, no_corpo]

    def test_por_produto_e_os_de_todos(self):
        do_sei = fabricar_artigo("Acesso ao SEI", produto="sei")
        do_nup = fabricar_artigo("Acesso ao NUP", produto="nup")
        de_todos = fabricar_artigo("Acesso geral")

        achados = buscar_artigos("acesso", para=NINGUEM, produto_id=do_sei.artigo.produto_id)
        assert {a.versao for a in achados} == {do_sei, de_todos} and do_nup not in achados

    def test_so_a_versao_publicada_conta(self):
        codigo = fabricar_artigo("Antes", corpo="Zabumba.").artigo.codigo
        alterar_artigo(por=None, codigo=codigo, escrito=Escrito(titulo="Depois", corpo="Xilofone."))
        assert buscar_artigos("xilofone", para=NINGUEM) == []

        publicar_versao(por=None, codigo=codigo)
        assert buscar_artigos("zabumba", para=NINGUEM) == [] and len(buscar_artigos("xilofone", para=NINGUEM)) == 1


def test_vencidos_sao_os_que_passaram_do_dia():
    vencido = fabricar_artigo("Velho", vale_ate=date(2026, 11, 20))
    fabricar_artigo("Novo", vale_ate=date(2026, 11, 21))

    achados = artigos_vencidos(para=fabricar_central(), hoje=date(2026, 11, 21))
    assert [a.versao for a in achados] == [vencido]


def test_do_mesmo_aparelho_vale_a_ultima_opiniao():
    codigo = fabricar_artigo().artigo.codigo
    for ajudou in (True, False, True):
        opinar(por=NINGUEM, codigo=codigo, aparelho="sorteado", ajudou=ajudou)
    opinar(por=NINGUEM, codigo=codigo, aparelho="outro", ajudou=False, comentario="Faltou o passo 2.")

    assert Opiniao.objects.count() == 2 and not Opiniao.objects.filter(leitor__contains="sorteado").exists()
    assert [(b.ajudou, b.nao_ajudou) for b in balanco_das_opinioes(para=fabricar_central())] == [(1, 1)]
