"""As páginas de quem atende: roteiros, lote, filtros, presença, união e divisão."""

import pytest
from django.urls import reverse

from pen.atendimento.enums import Desfecho, Distribuicao, Passo
from pen.atendimento.models import Chamado, Equipe, FiltroGuardado, Integrante, PassoDoChamado
from pen.conhecimento.public import Especie
from tests.atendimento.web import dar
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado, fabricar_seguidor
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
FILA = "/atendimento/fila/"


@pytest.fixture
def atendente():
    return fabricar_atendente()


def endereco(chamado) -> str:
    return reverse("atendimento:chamado", args=[chamado.chave])


class TestRoteiros:
    def test_o_modelo_vem_preenchido_e_fica_dito_qual_se_usou(self, client, atendente):
        chamado = fabricar_chamado(fabricar_pessoa(nome="Fulana"), assunto="Erro ao assinar documento")
        roteiro = fabricar_artigo(
            "Erro ao assinar",
            especie=Especie.ROTEIRO,
            produto="sei",
            modelo="Olá, {nome}. Sobre {protocolo}: {desconhecido}.",
        ).artigo.codigo
        entrar(client, atendente)

        assert f"?roteiro={roteiro}#fazer" in client.get(endereco(chamado)).text
        pagina = client.get(f"{endereco(chamado)}?roteiro={roteiro}").text
        assert f"Olá, Fulana. Sobre {chamado.protocolo}: {{desconhecido}}." in pagina
        dar(client, chamado, Passo.RESPONDER, texto="Olá.", roteiro=roteiro)
        assert PassoDoChamado.objects.get(passo=Passo.RESPONDER).detalhes == {"roteiro": roteiro}

    def test_um_artigo_se_cita_com_o_endereco(self, client, atendente):
        chamado, artigo = fabricar_chamado(assunto="Como solicitar acesso"), fabricar_artigo().artigo.codigo
        pagina = entrar(client, atendente).get(f"{endereco(chamado)}?roteiro={artigo}").text
        assert f"/conhecimento/{artigo}/" in pagina

    def test_quem_abriu_nao_ve_roteiros(self, client):
        chamado = fabricar_chamado(assunto="Erro ao assinar documento")
        roteiro = fabricar_artigo("Erro ao assinar", especie=Especie.ROTEIRO, modelo="Texto interno").artigo.codigo
        entrar(client, chamado.solicitante)
        for pagina in (endereco(chamado), f"{endereco(chamado)}?roteiro={roteiro}"):
            assert "Texto interno" not in client.get(pagina).text and "Usar na resposta" not in client.get(pagina).text


class TestLote:
    def test_assumir_varios_de_uma_vez(self, client, atendente):
        chamados = [fabricar_chamado() for _ in range(3)]
        pagina = entrar(client, atendente).post(
            FILA + "lote", {"passo": "assumir", "chave": [c.chave for c in chamados[:2]]}
        )
        assert "Feito em 2 chamados de 2." in pagina.text
        assert Chamado.objects.filter(atendente=atendente).count() == 2

    def test_responder_pede_o_texto_e_depois_diz_o_que_houve(self, client, atendente):
        chamados = [fabricar_chamado() for _ in range(2)]
        marcados = {"passo": "responder", "chave": [c.chave for c in chamados]}
        entrar(client, atendente)
        assert "Responder: 2 chamados" in client.post(FILA + "lote", marcados).text
        assert client.post(FILA + "lote", marcados | {"confirmar": "1"}).status_code == 422
        pagina = client.post(FILA + "lote", marcados | {"confirmar": "1", "responder-texto": "Já sabemos."})
        assert "Feito em 2 chamados de 2." in pagina.text
        assert PassoDoChamado.objects.filter(texto="Já sabemos.").count() == 2

    def test_o_que_a_pessoa_nao_ve_nao_entra(self, client, atendente):
        chamado = fabricar_chamado()
        entrar(client, fabricar_atendente("tecnica"))
        assert client.post(FILA + "lote", {"passo": "assumir", "chave": [chamado.chave]}).status_code == 422
        assert client.post(FILA + "lote", {"passo": "lembrar", "chave": [chamado.chave]}).status_code == 422
        entrar(client, chamado.solicitante)
        assert client.post(FILA + "lote", {"passo": "assumir", "chave": [chamado.chave]}).status_code == 404


def test_guardar_e_apagar_um_filtro(client, atendente):
    fabricar_chamado()
    entrar(client, atendente)
    assert "Guardar este filtro" in client.get(FILA + "?meus=on").text
    assert client.post(FILA + "filtros?meus=on", {"nome": ""}).status_code == 422
    assert client.post(FILA + "filtros?meus=on&apos=x", {"nome": "Os meus"})["Location"] == FILA + "?meus=on"
    assert "Os meus" in client.get(FILA).text
    client.post(reverse("atendimento:excluir_filtro", args=[FiltroGuardado.objects.get().pk]))
    assert not FiltroGuardado.objects.exists()


def test_o_que_se_escreve_volta_na_pagina_e_os_outros_aparecem(client, atendente):
    chamado, colega = fabricar_chamado(), fabricar_atendente()
    sinal = reverse("atendimento:presenca", args=[chamado.chave])
    entrar(client, colega).post(sinal, {"passo": "responder", "texto": "Eu também"})

    resposta = entrar(client, atendente).post(sinal, {"passo": "responder", "texto": "Meia resposta"})

    assert resposta.json() == {"passos": 1, "outros": f"{colega.nome} está escrevendo."}
    assert "Meia resposta" in client.get(endereco(chamado)).text and "Eu também" not in client.get(endereco(chamado)).text
    assert entrar(client, chamado.solicitante).post(sinal).status_code == 403


def test_a_distribuicao_se_muda_na_pagina_das_equipes_e_cada_um_se_ausenta(client, atendente):
    triagem = Equipe.objects.get(codigo="triagem")
    entrar(client, fabricar_central()).post(
        reverse("atendimento:distribuicao", args=[triagem.pk]), {"distribuicao": "rodizio"}
    )
    triagem.refresh_from_db()
    assert triagem.distribuicao == Distribuicao.RODIZIO

    entrar(client, atendente)
    assert "Parar de receber" in client.get(FILA).text
    client.post(FILA + "receber", {"recebe": "nao"})
    assert "Voltar a receber" in client.get(FILA).text and not Integrante.objects.get(pessoa=atendente).recebe
    assert (
        client.post(reverse("atendimento:distribuicao", args=[triagem.pk]), {"distribuicao": "manual"}).status_code == 404
    )


def test_unir_separar_e_dividir_pela_pagina(client, atendente):
    um = fabricar_chamado(descricao="Erro, e também o NUP.")
    outro = fabricar_chamado(um.solicitante)
    entrar(client, atendente)
    assert "Unir a outro da mesma pessoa" in client.get(endereco(outro)).text

    dar(client, outro, Passo.UNIR, principal=um.protocolo)
    outro.refresh_from_db()
    assert outro.desfecho == Desfecho.UNIDO and f"(no {outro.protocolo})" in client.get(endereco(um)).text
    dar(client, outro, Passo.SEPARAR)
    outro.refresh_from_db()
    assert outro.aberto

    dar(client, um, Passo.DIVIDIR, ordem="1", folha="nup/registrar-duvida", assunto="Sobre o NUP")
    novo = Chamado.objects.latest("id")
    assert (novo.anterior_id, novo.descricao) == (um.pk, "Erro, e também o NUP.")
    sozinho = fabricar_chamado()
    assert "Unir a outro da mesma pessoa" not in client.get(endereco(sozinho)).text


def test_os_parecidos_se_escolhem_ao_ligar_duplicados(client, atendente):
    um, outro = (
        fabricar_chamado(assunto="Erro ao assinar documento"),
        fabricar_chamado(assunto="Assinatura de documento com erro"),
    )
    pagina = entrar(client, atendente).get(endereco(outro) + "?passo=duplicar").text
    assert "Estes parecem sobre a mesma coisa" in pagina and um.protocolo in pagina

    dar(client, outro, Passo.DUPLICAR, parecido=um.protocolo, principal="")
    outro.refresh_from_db()
    assert outro.principal_id == um.pk


def test_um_colega_se_tira_e_quem_abriu_o_tira(client):
    from pen.atendimento.models import Seguidor

    chamado, colega = fabricar_chamado(), fabricar_pessoa()
    fabricar_seguidor(chamado, colega)
    tirar = reverse("atendimento:excluir_seguidor", args=[chamado.chave, Seguidor.objects.get().pk])
    assert entrar(client, fabricar_pessoa()).post(tirar).status_code == 404
    entrar(client, colega).post(tirar)
    assert not Seguidor.objects.exists()


class TestBusca:
    BUSCA = "/atendimento/busca/"

    def test_as_palavras_nao_ficam_no_endereco(self, client, atendente):
        chamado = fabricar_chamado(assunto="Quimera na assinatura")
        entrar(client, atendente)
        for pedido in (
            client.post(self.BUSCA, {"palavras": "quimera", "situacao": "na_fila"}),
            client.get(self.BUSCA + "?palavras=quimera"),
        ):
            assert pedido.status_code == 302 and "quimera" not in pedido["Location"]
            pagina = client.get(pedido["Location"]).text
            assert chamado.protocolo in pagina and 'value="quimera"' in pagina

    def test_sem_nada_so_o_formulario_e_o_que_nao_se_busca_se_explica(self, client, atendente):
        entrar(client, atendente)
        assert "Nenhum chamado" not in client.get(self.BUSCA).text
        assert "comuns demais" in client.post(self.BUSCA, {"palavras": "de"}, follow=True).text
        assert "pelo menos um campo" in client.post(self.BUSCA, {"palavras": ""}, follow=True).text
        assert "Nenhum chamado" in client.get(self.BUSCA + "?situacao=encerrado").text
        assert client.get(self.BUSCA + "?f=lixo").status_code == 200
