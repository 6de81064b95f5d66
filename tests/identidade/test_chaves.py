"""As chaves de acesso: criar, reconhecer, vencer, revogar."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pen.comum.errors import LimiteExcedido, PedidoIncompleto
from pen.identidade.enums import Escopo
from pen.identidade.errors import ChaveInvalida, EntradaFraca
from pen.identidade.models import ChaveDeAcesso
from pen.identidade.selectors.chaves import chaves_da_pessoa
from pen.identidade.services.chaves import ATIVAS_MAXIMO, ERRADAS_POR_MINUTO, criar_chave, reconhecer_chave, revogar_chave
from pen.identidade.services.titular import excluir_conta, reunir_dados
from tests.fabricas.pessoas import entrar, fabricar_pessoa

pytestmark = pytest.mark.django_db


def criar(por, *escopos, **opcoes):
    return criar_chave(por=por, escopos=escopos or (Escopo.LER,), **{"nome": "painel", "dias": 30} | opcoes)


def reconhecer(segredo, **opcoes):
    return reconhecer_chave(segredo, origem="10.0.0.1", **opcoes)


def test_a_chave_diz_de_quem_e_e_o_que_deixa_e_o_banco_nao_a_guarda():
    pessoa = fabricar_pessoa()
    chave, segredo = criar(pessoa, Escopo.LER, Escopo.ESCREVER)

    reconhecida = reconhecer(segredo)

    assert reconhecida == (pessoa, {Escopo.LER, Escopo.ESCREVER}) and not reconhecida.pessoa.entrada_forte
    assert segredo.startswith("pen_") and segredo not in str(ChaveDeAcesso.objects.values().get())
    assert ChaveDeAcesso.objects.get(pk=chave.pk).usada_em is not None


def test_exercer_papeis_pede_entrada_forte_ao_criar_e_a_da_ao_usar():
    with pytest.raises(EntradaFraca):
        criar(fabricar_pessoa(forte=False), Escopo.PAPEIS)
    assert reconhecer(criar(fabricar_pessoa(forte=True), Escopo.PAPEIS)[1]).pessoa.entrada_forte


def test_vencida_revogada_de_quem_saiu_e_inventada_dao_a_mesma_resposta():
    pessoa, saiu = fabricar_pessoa(), fabricar_pessoa()
    vencida, revogada, de_quem_saiu = criar(pessoa), criar(pessoa), criar(saiu)
    revogar_chave(por=pessoa, chave_id=revogada[0].pk)
    excluir_conta(por=saiu)

    frases = set()
    for segredo, agora in [
        (vencida[1], timezone.now() + timedelta(days=31)), (revogada[1], None), (de_quem_saiu[1], None), ("pen_x", None),
    ]:  # fmt: skip
        with pytest.raises(ChaveInvalida) as erro:
            reconhecer(segredo, agora=agora)
        frases.add(erro.value.mensagem)
    assert len(frases) == 1


def test_chaves_erradas_demais_cansam():
    for _ in range(ERRADAS_POR_MINUTO):
        with pytest.raises(ChaveInvalida):
            reconhecer("pen_errada")
    with pytest.raises(LimiteExcedido):
        reconhecer(criar(fabricar_pessoa())[1])


@pytest.mark.parametrize(("campo", "valor"), [("nome", " "), ("dias", 0), ("dias", 366)])
def test_o_que_nao_serve_se_diz(campo, valor):
    with pytest.raises(PedidoIncompleto) as erro:
        criar(fabricar_pessoa(), **{campo: valor})
    assert erro.value.detalhes["campo"] == campo


def test_ha_um_maximo_de_chaves_ativas():
    pessoa = fabricar_pessoa()
    chaves = [criar(pessoa)[0] for _ in range(ATIVAS_MAXIMO)]
    with pytest.raises(PedidoIncompleto, match="revogue uma"):
        criar(pessoa)
    revogar_chave(por=pessoa, chave_id=chaves[0].pk)
    assert criar(pessoa)


def test_a_de_outra_pessoa_nao_se_revoga_nem_se_ve():
    chave, segredo = criar(fabricar_pessoa())
    estranho = fabricar_pessoa()
    revogar_chave(por=estranho, chave_id=chave.pk)
    assert reconhecer(segredo) and chaves_da_pessoa(para=estranho) == []


def test_a_pessoa_leva_a_lista_das_chaves_nos_seus_dados():
    pessoa = fabricar_pessoa()
    criar(pessoa, nome="integração")
    assert reunir_dados(para=pessoa)["chaves_de_acesso"][0]["nome"] == "integração"


def test_na_pagina_o_segredo_aparece_uma_vez(client):
    entrar(client, fabricar_pessoa(forte=False))
    endereco = reverse("identidade:chaves")
    assert client.post(endereco, {"nome": "", "dias": "30"}).status_code == 422
    pagina = client.post(endereco, {"nome": "painel", "escopos": ["ler", "escrever"], "dias": "90"}).text
    segredo = pagina.split("pen_")[1][:43]
    assert reconhecer("pen_" + segredo) and segredo not in client.get(endereco).text
    client.post(reverse("identidade:revogar_chave", args=[ChaveDeAcesso.objects.get().pk]))
    assert "Você não tem chaves." in client.get(endereco).text
    fraca = client.post(endereco, {"nome": "papéis", "escopos": ["papeis"], "dias": "30"})
    assert fraca.status_code == 403
