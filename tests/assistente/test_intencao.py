"""O que a pessoa quis com o que escreveu."""

import pytest

from pen.assistente.enums import Intencao
from pen.assistente.values.intencao import ler_intencao
from pen.assistente.values.mascara import mascarar


@pytest.mark.parametrize(
    ("texto", "intencao"),
    [
        ("Bom dia!", Intencao.SAUDACAO), ("oi, tudo bem?", Intencao.SAUDACAO), ("olá boa tarde", Intencao.SAUDACAO),
        ("bom dia, não recebo os avisos", Intencao.PERGUNTA), ("muito obrigada!", Intencao.AGRADECIMENTO),
        ("tchau", Intencao.DESPEDIDA),
        ("você é um robô?", Intencao.QUEM_E), ("estou falando com um robô ou com gente", Intencao.QUEM_E),
        ("quero falar com um atendente", Intencao.PESSOA), ("abrir chamado", Intencao.PESSOA),
        ("como abrir um chamado?", Intencao.PERGUNTA), ("que merda", Intencao.GROSSERIA),
        ("essa porcaria de sistema dá erro 403 quando eu envio a remessa", Intencao.PERGUNTA), ("", Intencao.PERGUNTA),
        ("obrigatório preencher o interessado?", Intencao.PERGUNTA),
    ],
)  # fmt: skip
def test_reconhece_a_intencao(texto, intencao):
    assert ler_intencao(texto).intencao == intencao


@pytest.mark.parametrize(
    "texto",
    ["50650.001658/2017-17", "cadê o processo 50650.001658/2017-17?", "50650001658201717", "o 50650.001658/2017-17."],
)
def test_reconhece_o_numero_de_um_processo_no_meio_da_frase(texto):
    assert ler_intencao(texto) == (Intencao.PROCESSO, "50650001658201717")


@pytest.mark.parametrize(
    "texto", ["meu CPF é 111.444.777-35", "ligue 61 99999-1234", "chave 12345678901234567890123456789012"]
)
def test_outro_numero_nao_e_processo(texto):
    assert ler_intencao(texto).intencao != Intencao.PROCESSO


def test_o_que_e_pessoal_sai_da_pergunta_e_o_numero_do_processo_fica():
    texto = "CPF 111.444.777-35, senha: abc12345, fulana@exemplo.org, (61) 99999-1234, processo 50650.001658/2017-17"
    assert mascarar(texto) == "CPF [CPF], senha: [senha], [e-mail], [telefone], processo 50650.001658/2017-17"
