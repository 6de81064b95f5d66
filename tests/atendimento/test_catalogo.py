"""O catálogo do guia: o que se oferece a cada esfera."""

import pytest

from pen.atendimento.errors import ProdutoForaDaEsfera
from pen.atendimento.models import DiaSemExpediente, Equipe, Formulario, TipoDeSuporte
from pen.atendimento.selectors.catalogo import consultar_folha, consultar_produto, esfera_do_orgao, produtos_da_esfera
from pen.atendimento.services.carga import carregar_atendimento
from pen.conhecimento.public import EsferaDeAtendimento, Produto, ProdutoNaoEncontrado
from pen.identidade.public import Esfera, Poder
from tests.fabricas.identidade import fabricar_orgao

pytestmark = pytest.mark.django_db
FEDERAL, MUNICIPAL = EsferaDeAtendimento.FEDERAL, EsferaDeAtendimento.MUNICIPAL
SO_FEDERAIS = {"modulo-resposta-protocolo-gov-br", "nup", "protocolo-gov-br"}
DE_TODOS = {"reportar-erro", "registrar-duvida", "sugerir-melhoria"}


def test_catalogo_215_folhas(central):
    folhas = [(e, p, t) for e in EsferaDeAtendimento for p, tipos in produtos_da_esfera(e) for t in tipos]

    assert (central.produtos, central.tipos, len(folhas)) == (15, 65, 215)
    for esfera, produto, tipo in folhas:
        assert consultar_folha(produto.codigo, tipo.codigo, esfera).formulario.versao == 1


def test_todo_produto_recebe_erro_duvida_e_sugestao(central):
    for produto in Produto.objects.all():
        assert set(TipoDeSuporte.objects.filter(produto=produto).values_list("codigo", flat=True)) >= DE_TODOS


def test_produto_some_na_esfera_errada(central):
    federais = {p.codigo for p, _ in produtos_da_esfera(FEDERAL)}

    for esfera in set(EsferaDeAtendimento) - {FEDERAL}:
        assert federais - {p.codigo for p, _ in produtos_da_esfera(esfera)} == SO_FEDERAIS


def test_quem_chega_pelo_endereco_a_um_produto_de_outra_esfera_sabe_por_que(central):
    with pytest.raises(ProdutoForaDaEsfera, match="«NUP» só é oferecido a: Executivo Federal"):
        consultar_folha("nup", "reportar-erro", MUNICIPAL)


@pytest.mark.parametrize(("produto", "tipo"), [("nada", "reportar-erro"), ("sei", "solicitar-acesso"), ("nup", "nada")])
def test_o_que_nao_esta_no_catalogo_nao_existe(central, produto, tipo):
    with pytest.raises(ProdutoNaoEncontrado):
        consultar_folha(produto, tipo, FEDERAL)


def test_produto_retirado_nao_recebe_chamados_novos(central):
    Produto.objects.filter(codigo="sei").update(retirado_em="2026-01-01T00:00:00Z")

    with pytest.raises(ProdutoNaoEncontrado):
        consultar_produto("sei", FEDERAL)


@pytest.mark.parametrize(
    ("esfera", "poder", "de_atendimento"),
    [
        (Esfera.FEDERAL, Poder.EXECUTIVO, EsferaDeAtendimento.FEDERAL),
        (Esfera.ESTADUAL, Poder.EXECUTIVO, EsferaDeAtendimento.ESTADUAL),
        (Esfera.MUNICIPAL, Poder.EXECUTIVO, EsferaDeAtendimento.MUNICIPAL),
        (Esfera.FEDERAL, Poder.JUDICIARIO, EsferaDeAtendimento.OUTROS_PODERES),
        (Esfera.MUNICIPAL, Poder.LEGISLATIVO, EsferaDeAtendimento.OUTROS_PODERES),
    ],
)
def test_a_esfera_de_atendimento_vem_do_orgao(esfera, poder, de_atendimento):
    assert esfera_do_orgao(fabricar_orgao(esfera=esfera, poder=poder)) == de_atendimento


def test_carregar_de_novo_nao_muda_o_que_a_equipe_alterou(central):
    Produto.objects.filter(codigo="sei").update(nome="SEI!", esferas=["federal"])
    DiaSemExpediente.objects.filter(dia="2026-12-24").update(inicio=0)

    outra = carregar_atendimento()

    assert (outra.produtos, outra.tipos) == (0, 0)
    assert Produto.objects.get(codigo="sei").nome == "SEI!" and Formulario.objects.count() == 65
    assert Equipe.objects.count() == 3
