"""Sugestões, reclamações e elogios: quem escreve, quem lê, quem responde."""

from uuid import uuid4

import pytest
from django.urls import reverse

from pen.atendimento.enums import EspecieDeManifestacao
from pen.atendimento.errors import ManifestacaoNaoEncontrada, ManifestacaoTratada
from pen.atendimento.models import Manifestacao
from pen.atendimento.selectors.manifestacoes import consultar_manifestacao, listar_manifestacoes
from pen.atendimento.services.avisos_de_manifestacao import redigir_avisos_de_manifestacao
from pen.atendimento.services.manifestacoes import ManifestacaoNova, receber_manifestacao, tratar_manifestacao
from pen.atendimento.values.protocolo import ler_protocolo
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import AvisoARedigir
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]


def manifestar(por=None, texto="Demorou demais.", **campos):
    nova = ManifestacaoNova(**{"envio": uuid4(), "especie": EspecieDeManifestacao.RECLAMACAO, "texto": texto} | campos)
    return receber_manifestacao(por=por or fabricar_pessoa(), nova=nova)


def redigidos(pessoa) -> list[str]:
    avisos = [
        AvisoARedigir(a.pk, a.pessoa_id, a.chave, a.dados, a.criado_em)
        for a in Aviso.objects.filter(pessoa=pessoa).order_by("id")
    ]
    return [t.linhas[-1][1] for t in redigir_avisos_de_manifestacao(avisos).values() if t]


def test_tem_protocolo_e_recibo_e_enviar_duas_vezes_grava_uma():
    pessoa, envio = fabricar_pessoa(), uuid4()
    uma, outra = manifestar(pessoa, envio=envio), manifestar(pessoa, envio=envio)

    assert uma.pk == outra.pk and ler_protocolo(uma.protocolo) == uma.protocolo
    assert "Recebemos" in redigidos(pessoa)[0]


def test_o_protocolo_segue_a_mesma_conta_dos_chamados():
    chamado = fabricar_chamado()
    assert int(manifestar().protocolo[9:15]) == int(chamado.protocolo[9:15]) + 1


def test_a_equipe_central_responde_e_a_pessoa_e_avisada():
    manifestacao = manifestar()
    tratar_manifestacao(por=fabricar_central(), chave=manifestacao.chave, resposta="Pedimos desculpas.")

    assert redigidos(manifestacao.pessoa)[-1] == "Pedimos desculpas."
    with pytest.raises(ManifestacaoTratada):
        tratar_manifestacao(por=fabricar_central(), chave=manifestacao.chave, resposta="Outra")


def test_quem_atende_nao_le_nem_responde():
    manifestacao, estranhos = manifestar(), [fabricar_atendente(coordena=True), fabricar_pessoa()]

    for estranho in estranhos:
        assert listar_manifestacoes(para=estranho) == ([], "")
        with pytest.raises(ManifestacaoNaoEncontrada):
            consultar_manifestacao(manifestacao.chave, para=estranho)
        with pytest.raises(ManifestacaoNaoEncontrada):
            tratar_manifestacao(por=estranho, chave=manifestacao.chave, resposta="x")


class TestNaPagina:
    def test_do_envio_a_ouvidoria(self, client):
        pessoa = fabricar_pessoa()
        chamado = fabricar_chamado(pessoa)
        entrar(client, pessoa)
        endereco = reverse("atendimento:nova_manifestacao") + f"?chamado={chamado.chave}"
        assert chamado.protocolo in client.get(endereco).text
        campos = {"envio": str(uuid4()), "especie": "reclamacao", "produto": "", "texto": "Demorou demais."}
        assert client.post(endereco, campos | {"texto": ""}).status_code == 422
        pagina = client.post(endereco, campos)["Location"]
        manifestacao = Manifestacao.objects.get()
        assert (manifestacao.chamado, manifestacao.produto) == (chamado, chamado.produto)
        assert "Responder" not in client.get(pagina).text

        entrar(client, fabricar_central())
        assert manifestacao.protocolo in client.get(reverse("atendimento:manifestacoes") + "?especie=reclamacao").text
        client.post(pagina, {"resposta": "É com a ouvidoria.", "a_ouvidoria": "on"})
        entrar(client, pessoa)
        texto = client.get(pagina).text
        assert "Fala.BR" in texto and "É com a ouvidoria." in texto and "Imprimir" in texto

    def test_o_chamado_de_outra_pessoa_nao_existe(self, client):
        chamado = fabricar_chamado()
        endereco = reverse("atendimento:nova_manifestacao") + f"?chamado={chamado.chave}"
        assert entrar(client, fabricar_pessoa()).get(endereco).status_code == 404

    def test_a_de_outra_pessoa_nao_existe(self, client):
        pagina = reverse("atendimento:manifestacao", args=[manifestar().chave])
        assert entrar(client, fabricar_atendente()).get(pagina).status_code == 404
        assert client.post(pagina, {"resposta": "x"}).status_code == 404
