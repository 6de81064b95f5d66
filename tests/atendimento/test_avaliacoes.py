"""A avaliação: uma por encerramento, sem entrar, e com prazo."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pen.atendimento.enums import Passo
from pen.atendimento.errors import AvaliacaoVencida
from pen.atendimento.models import Avaliacao
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado
from pen.atendimento.services.avaliacoes import avaliar_encerramento
from pen.atendimento.services.avisos_do_chamado import redigir_avisos_do_chamado
from pen.atendimento.services.participacao import cancelar_chamado, confirmar_solucao, reabrir_chamado
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import AvisoARedigir
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado, fabricar_seguidor
from tests.fabricas.pessoas import entrar, fabricar_pessoa

pytestmark = pytest.mark.django_db


@pytest.fixture
def chamado(central):
    chamado = fabricar_chamado(agora=timezone.now())
    encerrar_chamado(por=fabricar_atendente(), chave=chamado.chave, resposta="Feito.")
    chamado.refresh_from_db()
    return chamado


def endereco(avaliacao) -> str:
    return reverse("atendimento:avaliar", args=[avaliacao.chave])


def test_cada_fechamento_uma_avaliacao(chamado):
    reabrir_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Voltou.")
    encerrar_chamado(por=fabricar_atendente(), chave=chamado.chave, resposta="Agora sim.")
    falar_no_chamado(por=fabricar_atendente(), chave=chamado.chave, passo=Passo.ANOTAR, texto="Nota depois do fim")

    assert Avaliacao.objects.filter(chamado=chamado).count() == 2


def test_quem_confirma_tambem_avalia_e_quem_desiste_nao(central):
    confirmado, desistido = fabricar_chamado(), fabricar_chamado()
    falar_no_chamado(por=fabricar_atendente(), chave=confirmado.chave, passo=Passo.RESPONDER, texto="Tente assim.")
    confirmar_solucao(por=confirmado.solicitante, chave=confirmado.chave)
    cancelar_chamado(por=desistido.solicitante, chave=desistido.chave)

    assert [a.chamado for a in Avaliacao.objects.all()] == [confirmado]


def test_o_endereco_vai_no_aviso_so_a_quem_abriu(central):
    chamado, colega = fabricar_chamado(), fabricar_pessoa()
    fabricar_seguidor(chamado, colega)
    encerrar_chamado(por=fabricar_atendente(), chave=chamado.chave, resposta="Feito.")
    avisos = Aviso.objects.filter(dados__evento="encerrado")

    trechos = redigir_avisos_do_chamado([AvisoARedigir(a.pk, a.pessoa_id, a.chave, a.dados, a.criado_em) for a in avisos])

    por_pessoa = {a.pessoa_id: str(trechos[a.pk].linhas) for a in avisos}
    chave = Avaliacao.objects.get().chave
    assert chave in por_pessoa[chamado.solicitante_id] and chave not in por_pessoa[colega.pk]


def test_avalia_sem_entrar_e_pode_mudar_de_ideia(client, chamado):
    avaliacao = Avaliacao.objects.get()

    pagina = client.get(endereco(avaliacao))
    assert pagina.status_code == 200 and chamado.protocolo in pagina.text
    assert chamado.assunto not in pagina.text and "Feito." not in pagina.text
    avaliacao.refresh_from_db()
    assert avaliacao.nota is None  # abrir não avalia

    for nota, resolveu in ((2, "False"), (5, "True")):
        assert client.post(endereco(avaliacao), {"nota": nota, "resolveu": resolveu, "comentario": "Ok"}).status_code == 302
    avaliacao.refresh_from_db()
    assert (avaliacao.nota, avaliacao.resolveu, avaliacao.comentario) == (5, True, "Ok")
    assert "Obrigado" in client.get(reverse("atendimento:avaliado", args=[avaliacao.chave])).text


@pytest.mark.parametrize("dados", [{}, {"nota": "6"}, {"nota": "x"}, {"nota": "5", "comentario": "x" * 2001}])
def test_o_que_falta_se_explica(client, chamado, dados):
    avaliacao = Avaliacao.objects.get()

    assert client.post(endereco(avaliacao), dados).status_code == 422
    avaliacao.refresh_from_db()
    assert avaliacao.nota is None


def test_avaliacao_expira(client, chamado):
    avaliacao = Avaliacao.objects.get()
    with pytest.raises(AvaliacaoVencida):
        avaliar_encerramento(chave=avaliacao.chave, nota=5, agora=avaliacao.vence_em + timedelta(seconds=1))
    Avaliacao.objects.update(vence_em=timezone.now() - timedelta(days=1))

    assert client.get(endereco(avaliacao)).status_code == 410
    assert client.get("/atendimento/avaliacoes/outra/").status_code == 404


def test_a_pagina_do_chamado_leva_a_avaliacao_so_quem_abriu(client, chamado):
    pagina = reverse("atendimento:chamado", args=[chamado.chave])

    assert "Avaliar o atendimento" in entrar(client, chamado.solicitante).get(pagina).text
    assert "Avaliar o atendimento" not in entrar(client, fabricar_atendente()).get(pagina).text
