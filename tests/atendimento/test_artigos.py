"""A resposta que encerrou um chamado vira o rascunho de um artigo, que outra pessoa revê antes de publicar."""

import pytest

from pen.atendimento.enums import Passo
from pen.atendimento.errors import ChamadoNaoEncontrado, PassoImpossivel
from pen.atendimento.services.artigos import LEMBRETE, comecar_artigo
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado
from pen.atendimento.services.participacao import cancelar_chamado
from pen.comum.errors import SemPermissao
from pen.conhecimento.enums import Especie, SituacaoDaVersao
from pen.conhecimento.models import Artigo, VersaoDoArtigo
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import entrar, fabricar_pessoa

RESPOSTA = "Abra o bloco e assine. O CPF 529.982.247-25 entra com senha: abc12345."


def encerrado(atendente):
    chamado = fabricar_chamado(assunto="Assinar em bloco")
    encerrar_chamado(por=atendente, chave=chamado.chave, resposta=RESPOSTA)
    return chamado


@pytest.mark.django_db
@pytest.mark.usefixtures("central")
class TestComecar:
    def test_o_rascunho_tem_o_assunto_a_resposta_e_o_produto_sem_o_que_parece_segredo(self):
        atendente = fabricar_atendente()
        chamado = encerrado(atendente)

        codigo = comecar_artigo(por=atendente, chave=chamado.chave)

        versao = VersaoDoArtigo.objects.select_related("artigo").get(artigo__codigo=codigo)
        assert versao.situacao == SituacaoDaVersao.RASCUNHO and versao.artigo.especie == Especie.PERGUNTA
        assert (versao.titulo, versao.perguntas) == ("Assinar em bloco", "Assinar em bloco")
        assert versao.artigo.produto_id == chamado.produto_id
        assert versao.corpo == f"{LEMBRETE}\n\nAbra o bloco e assine. O CPF [CPF] entra com senha: [senha]"

    def test_de_um_chamado_comeca_um_artigo_so(self):
        atendente = fabricar_atendente()
        chamado = encerrado(atendente)

        assert len({comecar_artigo(por=atendente, chave=chamado.chave) for _ in range(3)}) == Artigo.objects.count() == 1

    def test_o_chamado_aberto_e_o_cancelado_nao_tem_resposta_que_sirva(self):
        atendente, aberto, cancelado = fabricar_atendente(), fabricar_chamado(), fabricar_chamado()
        falar_no_chamado(por=atendente, chave=cancelado.chave, passo=Passo.RESPONDER, texto="Tente assim.")
        cancelar_chamado(por=cancelado.solicitante, chave=cancelado.chave)

        for chamado in (aberto, cancelado):
            with pytest.raises(PassoImpossivel):
                comecar_artigo(por=atendente, chave=chamado.chave)

    def test_so_a_equipe_do_chamado(self):
        chamado = encerrado(fabricar_atendente())

        with pytest.raises(SemPermissao):
            comecar_artigo(por=chamado.solicitante, chave=chamado.chave)
        with pytest.raises(ChamadoNaoEncontrado):
            comecar_artigo(por=fabricar_pessoa(), chave=chamado.chave)

    def test_na_pagina_o_botao_so_aparece_depois_da_resposta_e_so_a_equipe(self, client):
        atendente = fabricar_atendente()
        aberto, chamado = fabricar_chamado(), encerrado(atendente)
        botao = "Escrever um artigo com a resposta"

        da_equipe = entrar(client, atendente)
        assert botao in da_equipe.get(f"/atendimento/chamados/{chamado.chave}/").text
        assert botao not in da_equipe.get(f"/atendimento/chamados/{aberto.chave}/").text
        resposta = da_equipe.post(f"/atendimento/chamados/{chamado.chave}/artigo", follow=True)
        assert resposta.status_code == 200 and "Assinar em bloco" in resposta.text
        assert botao not in entrar(client, chamado.solicitante).get(f"/atendimento/chamados/{chamado.chave}/").text


@pytest.mark.django_db(transaction=True)
def test_muitos_que_comecam_ao_mesmo_tempo_chegam_ao_mesmo_artigo(central):
    atendente = fabricar_atendente()
    chamado = encerrado(atendente)

    assert len(set(ao_mesmo_tempo(lambda _: comecar_artigo(por=atendente, chave=chamado.chave), 4))) == 1
