"""Que chamados parecem sobre a mesma coisa."""

from datetime import timedelta

import pytest

from pen.atendimento.selectors.parecidos import parecidos_com_o_assunto, parecidos_com_o_chamado
from pen.comum.semelhanca import semelhantes
from tests.fabricas.atendimento import SEGUNDA, fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import fabricar_pessoa

ASSUNTOS = {
    1: "Erro ao assinar documento",
    2: "Certificado não é reconhecido na assinatura",
    3: "Processo não chega ao órgão de destino",
    4: "Erro 500 ao abrir a página inicial",
}


@pytest.mark.parametrize(
    ("assunto", "esperado"),
    [
        ("assinatura de documentos com erro", 1),
        ("O CERTIFICADO nao e reconhecido", 2),
        ("processo nao chegou no destino", 3),
        ("pagina inicial erro 500", 4),
    ],
)
def test_acha_o_mesmo_assunto_com_outras_palavras_e_sem_acentos(assunto, esperado):
    assert semelhantes(assunto, ASSUNTOS, quantos=1) == [esperado]


@pytest.mark.parametrize("assunto", ["", "de para com", "Como cadastrar uma unidade", "erro"])
def test_o_que_nao_se_parece_nao_e_sugerido(assunto):
    assert 2 not in semelhantes(assunto, ASSUNTOS, quantos=5) and 3 not in semelhantes(assunto, ASSUNTOS, quantos=5)


def test_um_so_candidato_igual_basta():
    assert semelhantes("Erro ao assinar", {7: "erro ao assinar"}, quantos=5) == [7]


@pytest.mark.django_db
class TestEntreChamados:
    @pytest.fixture(autouse=True)
    def _central(self, central):
        """Todos precisam dela."""

    def test_a_equipe_ve_os_parecidos_do_mesmo_produto_e_recentes(self):
        chamado = fabricar_chamado(assunto="Erro ao assinar documento")
        igual = fabricar_chamado(assunto="Assinatura de documento dá erro")
        fabricar_chamado(assunto="Assinatura de documento dá erro", agora=SEGUNDA - timedelta(days=400))
        fabricar_chamado(assunto="Assinatura de documento dá erro", produto="nup", tipo="registrar-duvida", respostas={})

        achados = parecidos_com_o_chamado(chamado, para=fabricar_atendente(), agora=SEGUNDA)
        assert [c.pk for c in achados] == [igual.pk]

    def test_quem_vai_abrir_so_ve_os_que_ja_eram_dele(self):
        chamado = fabricar_chamado(assunto="Erro ao assinar documento")
        produto = chamado.produto_id

        dele = parecidos_com_o_assunto("erro assinar", produto, para=chamado.solicitante, agora=SEGUNDA)
        assert [c.pk for c in dele] == [chamado.pk]
        assert parecidos_com_o_assunto("erro assinar", produto, para=fabricar_pessoa(), agora=SEGUNDA) == []
