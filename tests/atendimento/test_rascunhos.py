"""O que se escreve e ainda não se abriu; e o chamado que continua outro."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from pen.atendimento.errors import ChamadoNaoEncontrado
from pen.atendimento.models import Chamado, Rascunho, TipoDeSuporte
from pen.atendimento.selectors.chamados import continuacoes_do_chamado
from pen.atendimento.services.abertura import abrir_chamado
from pen.atendimento.services.atendimento import encerrar_chamado
from pen.atendimento.services.rascunhos import excluir_rascunhos_velhos, guardar_rascunho
from pen.comum.errors import PedidoIncompleto
from pen.conhecimento.public import EsferaDeAtendimento
from tests.fabricas.atendimento import RESPOSTAS, SEGUNDA, fabricar_atendente, fabricar_chamado, pedido_de_chamado
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import entrar, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
ABRIR = "/atendimento/federal/sei/reportar-erro/"


def tipo() -> TipoDeSuporte:
    return TipoDeSuporte.objects.get(produto__codigo="sei", codigo="reportar-erro")


def guardar(por, **campos):
    return guardar_rascunho(por=por, tipo=tipo(), esfera=EsferaDeAtendimento.FEDERAL, campos=campos)


def test_um_por_tipo_e_vazio_apaga():
    pessoa = fabricar_pessoa()
    guardar(pessoa, assunto="Erro")
    guardar(pessoa, assunto="Erro ao assinar", descricao=" ")

    assert Rascunho.objects.get().campos == {"assunto": "Erro ao assinar"}
    assert guardar(pessoa, assunto="  ") is None and not Rascunho.objects.exists()


def test_texto_demais_se_recusa():
    with pytest.raises(PedidoIncompleto, match="Encurte"):
        guardar(fabricar_pessoa(), descricao="a" * 50_000)


def test_abrir_apaga_o_rascunho_daquele_tipo():
    pessoa = fabricar_pessoa()
    guardar(pessoa, assunto="Erro")

    abrir_chamado(por=pessoa, pedido=pedido_de_chamado())

    assert not Rascunho.objects.exists()


def test_some_trinta_dias_depois_da_ultima_mudanca():
    guardar(fabricar_pessoa(), assunto="Erro")
    em = Rascunho.objects.get().alterado_em

    assert excluir_rascunhos_velhos(agora=em + timedelta(days=29)) == 0
    assert excluir_rascunhos_velhos(agora=em + timedelta(days=31)) == 1


class TestNaPagina:
    def test_primeiro_o_assunto_depois_o_formulario_com_os_parecidos(self, client):
        pessoa = fabricar_pessoa()
        parecido = fabricar_chamado(pessoa, assunto="Erro ao assinar documento")
        entrar(client, pessoa)

        assert "Qual é o assunto?" in client.get(ABRIR).text
        pagina = client.post(ABRIR, {"acao": "assunto", "assunto": "Assinatura de documento com erro"})

        assert pagina.status_code == 200 and 'value="Assinatura de documento com erro"' in pagina.text
        assert parecido.protocolo in pagina.text and "Abrir o chamado" in pagina.text
        assert client.post(ABRIR, {"acao": "assunto", "assunto": ""}).status_code == 422

    def test_os_parecidos_enquanto_se_digita(self, client):
        pessoa = fabricar_pessoa()
        parecido = fabricar_chamado(pessoa, assunto="Erro ao assinar documento")

        pedaco = entrar(client, pessoa).post(ABRIR + "parecidos", {"assunto": "erro assinatura documento"})

        assert parecido.protocolo in pedaco.text and "<html" not in pedaco.text
        outro = entrar(client, fabricar_pessoa()).post(ABRIR + "parecidos", {"assunto": "erro assinatura documento"})
        assert parecido.protocolo not in outro.text

    def test_o_rascunho_guardado_volta_e_se_apaga(self, client):
        entrar(client, fabricar_pessoa())
        campos = {"assunto": "Erro ao assinar", "orgao": "ABC", "r_passos": "1. Entrar", "envio": str(uuid4())}
        assert client.post(ABRIR + "rascunho", campos | {"sem_pagina": "1"}).status_code == 204

        pagina, lista = client.get(ABRIR), client.get(reverse("atendimento:chamados"))
        assert 'value="Erro ao assinar"' in pagina.text and "1. Entrar" in pagina.text
        assert "Erro ao assinar" in lista.text and "ainda não abriu" in lista.text
        client.post(ABRIR + "rascunho/descartar")
        assert "ainda não abriu" not in client.get(reverse("atendimento:chamados")).text

    def test_o_rascunho_de_outra_pessoa_nao_aparece(self, client):
        guardar(fabricar_pessoa(), assunto="Segredo de outro")

        entrar(client, fabricar_pessoa())
        assert "Segredo" not in client.get(ABRIR).text + client.get(reverse("atendimento:chamados")).text


class TestContinuacao:
    @pytest.fixture
    def vencido(self):
        chamado = fabricar_chamado(assunto="Erro ao assinar", orgao=fabricar_orgao(sigla="ABC"))
        encerrar_chamado(por=fabricar_atendente(), chave=chamado.chave, resposta="Feito.", agora=SEGUNDA)
        chamado.refresh_from_db()
        return chamado

    def test_depois_de_48_horas_abre_se_outro_ligado_com_tudo_copiado(self, client, vencido):
        entrar(client, vencido.solicitante)
        pagina = client.get(reverse("atendimento:chamado", args=[vencido.chave]))
        endereco = f"{ABRIR}?continua={vencido.chave}"
        assert endereco in pagina.text and "Reabrir o chamado" not in pagina.text

        formulario = client.get(endereco)
        assert 'value="Erro ao assinar"' in formulario.text and RESPOSTAS["ambiente"] in formulario.text
        campos = {"envio": str(uuid4()), "anterior": vencido.chave, "orgao": vencido.orgao.codigo, "assunto": "De novo",
                  "descricao": "Voltou.", **{f"r_{c}": v for c, v in RESPOSTAS.items()}}  # fmt: skip
        client.post(ABRIR, campos)

        novo = Chamado.objects.latest("id")
        assert novo.anterior_id == vencido.pk
        assert continuacoes_do_chamado(vencido, para=vencido.solicitante) == [("Continuado no", novo)]
        assert continuacoes_do_chamado(novo, para=vencido.solicitante) == [("Continua o", vencido)]

    def test_nao_se_continua_o_de_outra_pessoa(self, client, vencido):
        estranho = fabricar_pessoa()
        assert entrar(client, estranho).get(f"{ABRIR}?continua={vencido.chave}").status_code == 404
        with pytest.raises(ChamadoNaoEncontrado):
            abrir_chamado(por=estranho, pedido=pedido_de_chamado(anterior=vencido.chave))
