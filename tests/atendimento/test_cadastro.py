"""O que a equipe central altera: tipos, formulários, expediente e metas."""

from datetime import date, timedelta

import pytest

from pen.atendimento.errors import FormularioInvalido
from pen.atendimento.models import DiaSemExpediente, Formulario, Meta, Periodo, TipoDeSuporte
from pen.atendimento.selectors.catalogo import consultar_folha, consultar_produto
from pen.atendimento.selectors.expediente import esquecer_expediente, expediente_em_vigor
from pen.atendimento.services.catalogo import criar_tipo, publicar_formulario, retirar_tipo
from pen.atendimento.services.expediente import (
    alterar_semana,
    definir_meta,
    excluir_dia_sem_expediente,
    excluir_meta,
    incluir_dia_sem_expediente,
)
from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.conhecimento.errors import ProdutoInvalido
from pen.conhecimento.public import (
    DadosDoProduto,
    EsferaDeAtendimento,
    Produto,
    ProdutoNaoEncontrado,
    criar_produto,
    retirar_produto,
)
from pen.conhecimento.services.produtos import alterar_produto
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
DADOS = DadosDoProduto("Novo produto", "É novo.", "Serve.", [EsferaDeAtendimento.FEDERAL], [("Manual", "https://x.gov.br")])
PERGUNTA = {"codigo": "versao", "rotulo": "Qual versão?", "especie": "linha", "obrigatorio": True}


def tipo() -> TipoDeSuporte:
    return TipoDeSuporte.objects.get(produto__codigo="sei", codigo="reportar-erro")


class TestProdutos:
    def test_o_novo_aparece_na_sua_esfera_e_some_retirado(self):
        central = fabricar_central()
        produto = criar_produto(por=central, codigo="novo", dados=DADOS)
        criar_tipo(por=central, produto=produto, codigo="duvida", nome="Dúvida")

        assert consultar_folha("novo", "duvida", EsferaDeAtendimento.FEDERAL).formulario.versao == 1
        retirar_produto(por=central, codigo="novo")
        with pytest.raises(ProdutoNaoEncontrado):
            consultar_produto("novo", EsferaDeAtendimento.FEDERAL)
        retirar_produto(por=central, codigo="novo", retirar=False)
        assert consultar_produto("novo", EsferaDeAtendimento.FEDERAL)

    @pytest.mark.parametrize(
        ("codigo", "trocas", "campo"),
        [
            ("Com Espaço", {}, "codigo"),
            ("sei", {}, "codigo"),
            ("novo", {"nome": ""}, "nome"),
            ("novo", {"esferas": []}, "esferas"),
            ("novo", {"saiba_mais": [("x", "javascript:alert(1)")]}, "saiba_mais"),
        ],
    )
    def test_o_que_nao_serve_se_diz(self, codigo, trocas, campo):
        from dataclasses import replace

        with pytest.raises((ProdutoInvalido, PedidoIncompleto)) as erro:
            criar_produto(por=fabricar_central(), codigo=codigo, dados=replace(DADOS, **trocas))
        assert erro.value.detalhes["campo"] == campo

    def test_o_retirado_nao_impede_os_chamados_que_ha(self):
        chamado = fabricar_chamado()
        retirar_produto(por=fabricar_central(), codigo="sei")
        retirar_tipo(por=fabricar_central(), tipo_id=tipo().pk)

        chamado.refresh_from_db()
        assert chamado.aberto and chamado.produto.nome == "SEI"


class TestFormularios:
    def test_a_versao_nova_vale_para_os_novos_e_o_antigo_fica_com_a_sua(self):
        antigo = fabricar_chamado()
        definicao = antigo.formulario.lido().como_dado()
        definicao["campos"] = [PERGUNTA]

        publicar_formulario(por=fabricar_central(), tipo_id=tipo().pk, definicao=definicao, visto=1)

        antigo.refresh_from_db()
        assert antigo.formulario.versao == 1 and "passos" in antigo.respostas
        novo = fabricar_chamado(respostas={"versao": "4.1"})
        assert (novo.formulario.versao, novo.respostas) == (2, {"versao": "4.1"})

    def test_publicar_sobre_a_versao_que_nao_se_viu_volta(self):
        central, definicao = fabricar_central(), {"campos": [PERGUNTA]}
        publicar_formulario(por=central, tipo_id=tipo().pk, definicao=definicao, visto=1)

        with pytest.raises(FormularioInvalido, match="publicou a versão 2"):
            publicar_formulario(por=central, tipo_id=tipo().pk, definicao=definicao, visto=1)
        assert Formulario.objects.filter(tipo=tipo()).count() == 2


class TestExpediente:
    def test_a_semana_nova_muda_os_prazos_novos_e_nao_os_prometidos(self, django_capture_on_commit_callbacks):
        antigo = fabricar_chamado()
        with django_capture_on_commit_callbacks(execute=True):
            alterar_semana(por=fabricar_central(), periodos=[(d, 8 * 60, 12 * 60) for d in range(5)])

        antigo.refresh_from_db()
        assert antigo.prazo_da_resposta == em("2026-11-16T18:00")
        assert fabricar_chamado().prazo_da_resposta == em("2026-11-18T10:00")

    @pytest.mark.parametrize(
        "periodos", [[], [(0, 600, 500)], [(7, 0, 60)], [(0, 480, 720), (0, 720, 1080)], [(0, 480, 800), (0, 700, 900)]]
    )
    def test_semana_que_nao_serve(self, periodos):
        with pytest.raises(PedidoIncompleto):
            alterar_semana(por=fabricar_central(), periodos=periodos)
        assert Periodo.objects.count() == 5

    def test_um_dia_a_mais_e_um_a_menos(self, django_capture_on_commit_callbacks):
        central = fabricar_central()
        with django_capture_on_commit_callbacks(execute=True):
            dia = incluir_dia_sem_expediente(
                por=central, dia=date(2026, 11, 17), nome="Luto", ato="Portaria 1", inicio=12 * 60
            )
        assert not expediente_em_vigor().aberto(em("2026-11-17T13:00"))
        with pytest.raises(PedidoIncompleto, match="já está"):
            incluir_dia_sem_expediente(por=central, dia=date(2026, 11, 17), nome="Luto", ato="", inicio=12 * 60)

        with django_capture_on_commit_callbacks(execute=True):
            excluir_dia_sem_expediente(por=central, dia_id=dia.pk)
        esquecer_expediente()
        assert expediente_em_vigor().aberto(em("2026-11-17T13:00"))


class TestMetas:
    def test_vale_a_mais_especifica_e_a_geral_nao_se_tira(self):
        central, sei = fabricar_central(), Produto.objects.get(codigo="sei")
        definir_meta(por=central, produto=sei, tipo="reportar-erro", resposta_horas=2, solucao_horas=4)
        assert fabricar_chamado().prazo_da_solucao == SEGUNDA + timedelta(hours=4)

        excluir_meta(por=central, meta_id=Meta.objects.get(produto=sei).pk)
        assert fabricar_chamado().prazo_da_resposta == em("2026-11-16T18:00")
        with pytest.raises(PedidoIncompleto, match="geral"):
            excluir_meta(por=central, meta_id=Meta.objects.get().pk)

    def test_horas_que_nao_servem(self):
        with pytest.raises(PedidoIncompleto):
            definir_meta(por=fabricar_central(), produto=None, tipo="", resposta_horas=8, solucao_horas=4)


@pytest.mark.parametrize("quem", [fabricar_pessoa, fabricar_atendente])
def test_so_a_equipe_central_altera(quem):
    por, antes = quem(), DiaSemExpediente.objects.count()
    sei = Produto.objects.get(codigo="sei")
    for servico in (
        lambda: criar_produto(por=por, codigo="x", dados=DADOS),
        lambda: alterar_produto(por=por, codigo="sei", dados=DADOS),
        lambda: retirar_produto(por=por, codigo="sei"),
        lambda: criar_tipo(por=por, produto=sei, codigo="x", nome="x"),
        lambda: retirar_tipo(por=por, tipo_id=tipo().pk),
        lambda: publicar_formulario(por=por, tipo_id=tipo().pk, definicao={}, visto=1),
        lambda: alterar_semana(por=por, periodos=[(0, 0, 60)]),
        lambda: incluir_dia_sem_expediente(por=por, dia=date(2026, 1, 2), nome="x", ato=""),
        lambda: excluir_dia_sem_expediente(por=por, dia_id=DiaSemExpediente.objects.first().pk),
        lambda: definir_meta(por=por, produto=None, tipo="", resposta_horas=1, solucao_horas=1),
        lambda: excluir_meta(por=por, meta_id=1),
    ):
        with pytest.raises(SemPermissao):
            servico()
    assert DiaSemExpediente.objects.count() == antes
