"""As páginas do cadastro, e o que elas mudam."""

from uuid import uuid4

import pytest
from django.urls import reverse

from pen.atendimento.models import Chamado, DiaSemExpediente, Formulario, Meta, Periodo, TipoDeSuporte
from pen.atendimento.services.catalogo import publicar_formulario
from pen.conhecimento.public import Produto
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import entrar, fabricar_central

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]


@pytest.fixture
def cliente(client):
    return entrar(client, fabricar_central())


def tipo() -> TipoDeSuporte:
    return TipoDeSuporte.objects.get(produto__codigo="sei", codigo="reportar-erro")


def enderecos() -> list[str]:
    um_tipo, dia, meta = tipo().pk, DiaSemExpediente.objects.first().pk, Meta.objects.get().pk
    nomes = [
        ("cadastro", []), ("cadastro_novo_produto", []), ("cadastro_produto", ["sei"]), ("cadastro_tipo", [um_tipo]),
        ("cadastro_expediente", []), ("cadastro_metas", []),
    ]  # fmt: skip
    so_post = [
        ("cadastro_retirar_produto", ["sei"]), ("cadastro_novo_tipo", ["sei"]), ("cadastro_retirar_tipo", [um_tipo]),
        ("cadastro_excluir_dia", [dia]), ("cadastro_excluir_meta", [meta]),
    ]  # fmt: skip
    return [reverse(f"atendimento:{n}", args=a) for n, a in nomes], [
        reverse(f"atendimento:{n}", args=a) for n, a in so_post
    ]


def test_para_quem_nao_e_da_equipe_central_nao_existe(client):
    paginas, so_post = enderecos()
    assert all(client.get(p).status_code == 302 for p in paginas)
    entrar(client, fabricar_atendente())
    assert [p for p in paginas if client.get(p).status_code != 404] == []
    assert [p for p in paginas[1:] + so_post if client.post(p).status_code != 404] == []


def test_todas_as_paginas_abrem(cliente):
    assert [p for p in enderecos()[0] if cliente.get(p).status_code != 200] == []


def test_criar_e_alterar_um_produto(cliente):
    campos = {
        "codigo": "novo", "nome": "Novo", "o_que_e": "É.", "para_que_serve": "Serve.", "esferas": ["federal", "municipal"],
        "saiba_mais": "Manual | https://x.gov.br\nSó texto", "ordem": "3",
    }  # fmt: skip
    cliente.post(reverse("atendimento:cadastro_novo_produto"), campos)
    produto = Produto.objects.get(codigo="novo")
    assert produto.saiba_mais == [
        {"texto": "Manual", "endereco": "https://x.gov.br"},
        {"texto": "Só texto", "endereco": ""},
    ]

    endereco = reverse("atendimento:cadastro_produto", args=["novo"])
    assert "Manual | https://x.gov.br" in cliente.get(endereco).text
    cliente.post(endereco, campos | {"nome": "Outro"})
    cliente.post(reverse("atendimento:cadastro_novo_tipo", args=["novo"]), {"tipo-nome": "Dúvida", "tipo-codigo": "duvida"})
    assert "Outro" in cliente.get("/atendimento/municipal/").text
    assert "Dúvida" in cliente.get("/atendimento/municipal/novo/").text
    falha = cliente.post(reverse("atendimento:cadastro_novo_tipo", args=["novo"]), {"tipo-nome": "", "tipo-codigo": "X Y"})
    assert falha.status_code == 422 and "Escreva o nome." in falha.text


def test_o_editor_publica_o_que_esta_na_pagina(cliente):
    endereco = reverse("atendimento:cadastro_tipo", args=[tipo().pk])
    pagina = cliente.get(endereco)
    assert "Está em vigor a versão 1" in pagina.text
    campos = {
        "visto": "1", "ajuda": "Conte.", "descricao": "O que houve?",
        "campos-TOTAL_FORMS": "3", "campos-INITIAL_FORMS": "0", "anexos-TOTAL_FORMS": "1", "anexos-INITIAL_FORMS": "0",
        "campos-0-rotulo": "Ambiente", "campos-0-especie": "escolha", "campos-0-opcoes": "Produção\nHomologação",
        "campos-0-obrigatorio": "on", "campos-1-rotulo": "", "campos-1-especie": "linha",
        "campos-2-rotulo": "Versão", "campos-2-codigo": "versao", "campos-2-especie": "linha",
        "anexos-0-rotulo": "Tela do erro",
    }  # fmt: skip
    cliente.post(endereco, campos)

    lida = Formulario.objects.get(tipo=tipo(), versao=2).lido()
    assert [(c.codigo, c.rotulo, c.opcoes) for c in lida.campos] == [
        ("campo_1", "Ambiente", ("Produção", "Homologação")), ("versao", "Versão", ()),
    ]  # fmt: skip
    assert lida.anexos[0].rotulo == "Tela do erro" and lida.descricao == "O que houve?"
    errado = cliente.post(endereco, campos | {"visto": "2", "campos-0-opcoes": ""})
    assert errado.status_code == 422 and "precisa de opções" in errado.text


def test_a_semana_e_os_dias(cliente):
    endereco = reverse("atendimento:cadastro_expediente")
    cliente.post(endereco, {"semana": "1", "dia_0": "8h-12h, 13h30-18h", "dia_1": "08:00-24h"})
    assert list(Periodo.objects.values_list("dia", "inicio", "fim")) == [(0, 480, 720), (0, 810, 1080), (1, 480, 1440)]
    errada = cliente.post(endereco, {"semana": "1", "dia_0": "de manhã"})
    assert errada.status_code == 422 and "8h-12h, 13h-18h" in errada.text

    cliente.post(endereco, {"dia": "2027-01-04", "nome": "Recesso", "ato": "Portaria 9", "inicio": "13h", "fim": ""})
    dia = DiaSemExpediente.objects.get(dia="2027-01-04")
    assert (dia.inicio, dia.fim) == (780, 1440) and "Recesso" in cliente.get(endereco).text
    cliente.post(reverse("atendimento:cadastro_excluir_dia", args=[dia.pk]))
    assert not DiaSemExpediente.objects.filter(pk=dia.pk).exists()


def test_as_metas(cliente):
    endereco = reverse("atendimento:cadastro_metas")
    cliente.post(endereco, {"produto": "sei", "tipo": "", "resposta_horas": "2", "solucao_horas": "4"})
    assert "<strong>SEI</strong>, todos os tipos: responder em 2 h, resolver em 4 h" in cliente.get(endereco).text
    errada = cliente.post(endereco, {"produto": "sei", "tipo": "", "resposta_horas": "9", "solucao_horas": "4"})
    assert errada.status_code == 422
    cliente.post(reverse("atendimento:cadastro_excluir_meta", args=[Meta.objects.get(produto__codigo="sei").pk]))
    assert Meta.objects.count() == 1


def test_uma_pergunta_de_data_se_responde_pelo_calendario_e_se_le_por_dia_mes_e_ano(cliente):
    campo = {"codigo": "desde", "rotulo": "Desde quando", "especie": "data"}
    publicar_formulario(por=fabricar_central(), tipo_id=tipo().pk, definicao={"campos": [campo]}, visto=1)
    abrir = "/atendimento/federal/sei/reportar-erro/"
    pedido = {
        "envio": str(uuid4()), "orgao": fabricar_orgao().sigla, "assunto": "Erro", "descricao": "Não abre.", "r_desde": "ontem",
    }  # fmt: skip
    assert "id_r_desde_error" in cliente.post(abrir, pedido).text

    pagina = cliente.post(abrir, pedido | {"r_desde": "2026-11-03"}, follow=True)
    assert Chamado.objects.get().respostas == {"desde": "2026-11-03"} and "03/11/2026" in pagina.text
    outro = cliente.get(abrir, {"continua": Chamado.objects.get().chave}).text
    assert 'type="date"' in outro and 'value="2026-11-03"' in outro
