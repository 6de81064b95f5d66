"""O formulário como dado: o que se aceita definir, e o que se aceita responder."""

import pytest

from pen.atendimento.errors import FormularioInvalido
from pen.atendimento.values.formulario import conferir_respostas, ler_definicao
from pen.comum.errors import PedidoIncompleto

DADO = {
    "campos": [
        {"codigo": "passos", "rotulo": "Passos", "especie": "paragrafo", "obrigatorio": True},
        {"codigo": "ambiente", "rotulo": "Ambiente", "especie": "escolha", "opcoes": ["Produção", "Homologação"]},
        {"codigo": "versao", "rotulo": "Versão", "especie": "linha", "maximo": 5},
        {"codigo": "desde", "rotulo": "Desde quando", "especie": "data"},
    ],
    "anexos": [{"codigo": "tela", "rotulo": "Tela"}],
}


def test_a_definicao_vai_e_volta():
    lida = ler_definicao(DADO)

    assert ler_definicao(lida.como_dado()) == lida
    assert [c.codigo for c in lida.campos] == ["passos", "ambiente", "versao", "desde"]


@pytest.mark.parametrize(
    "campo",
    [
        {"codigo": "Passos", "rotulo": "x", "especie": "linha"},
        {"codigo": "passos", "rotulo": "", "especie": "linha"},
        {"codigo": "passos", "rotulo": "x", "especie": "numero"},
        {"codigo": "passos", "rotulo": "x", "especie": "escolha"},
        {"codigo": "passos", "rotulo": "x", "especie": "escolha", "opcoes": ["a", "a"]},
        {"codigo": "passos", "rotulo": "x", "especie": "linha", "opcoes": ["a"]},
        {"codigo": "passos", "rotulo": "x", "especie": "linha", "maximo": 10**9},
    ],
)
def test_campo_que_nao_se_entende_e_recusado_dizendo_qual(campo):
    with pytest.raises(FormularioInvalido) as erro:
        ler_definicao({"campos": [campo]})

    assert erro.value.detalhes["campo"] == campo["codigo"]


def test_codigo_repetido_e_recusado():
    with pytest.raises(FormularioInvalido, match="duas vezes"):
        ler_definicao({"campos": [DADO["campos"][0], DADO["campos"][0]]})


def test_campo_obrigatorio_por_tipo():
    definicao = ler_definicao(DADO)

    with pytest.raises(PedidoIncompleto) as erro:
        conferir_respostas(definicao.campos, {"passos": "  "})

    assert erro.value.detalhes["campo"] == "passos"
    respostas = {"passos": " um ", "outro": "x", "versao": "", "desde": "2026-11-22"}
    assert conferir_respostas(definicao.campos, respostas) == {"passos": "um", "desde": "2026-11-22"}
    assert definicao.campos[3].em_palavras("2026-11-22") == "22/11/2026"


@pytest.mark.parametrize(
    ("campo", "valor"), [("ambiente", "Marte"), ("versao", "123456"), ("versao", "\x01"), ("desde", "22/11/2026")]
)
def test_resposta_que_nao_serve_diz_o_campo(campo, valor):
    with pytest.raises(PedidoIncompleto) as erro:
        conferir_respostas(ler_definicao(DADO).campos, {"passos": "um", campo: valor})

    assert erro.value.detalhes["campo"] == campo
