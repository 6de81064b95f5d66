"""As páginas dos webhooks."""

import pytest
from django.urls import reverse
from django.utils import timezone

from pen.atendimento.models import Entrega, Equipe, Inscricao
from pen.atendimento.services.entregas import enviar_entregas
from pen.atendimento.services.inscricoes import criar_inscricao, enviar_teste
from pen.atendimento.services.participacao import completar_chamado
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import entrar, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
LISTA, ENDERECO = "/atendimento/webhooks/", "https://sistema.orgao.exemplo/avisos"


def fazer(client, ato, inscricao, *mais):
    return client.post(reverse(f"atendimento:{ato}", args=[inscricao.pk, *mais]), follow=True)


def test_criar_mostra_o_segredo_uma_vez(client):
    entrar(client, fabricar_pessoa(forte=False))
    pagina = client.post(LISTA, {"endereco": ENDERECO, "eventos": ["responder", "encerrar"]})
    assert pagina.status_code == 200 and "whsec_" in pagina.text
    assert Inscricao.objects.get().eventos == ["responder", "encerrar"]
    de_novo = client.get(LISTA).text
    assert "whsec_" not in de_novo and ENDERECO in de_novo
    assert "Cookie" in client.get(LISTA)["Vary"] and "no-store" in client.get(LISTA)["Cache-Control"]


@pytest.mark.parametrize("endereco", ["", "http://sistema.orgao.exemplo/", "https://192.168.0.1/", "x" * 600])
def test_o_que_nao_serve_se_diz_ao_lado_do_campo(client, endereco):
    entrar(client, fabricar_pessoa())
    pagina = client.post(LISTA, {"endereco": endereco})
    assert pagina.status_code == 422 and "id_endereco_error" in pagina.text and not Inscricao.objects.exists()


def test_so_quem_atende_escolhe_equipe_e_so_a_sua(client):
    entrar(client, fabricar_pessoa())
    assert "De que chamados" not in client.get(LISTA).text
    entrar(client, fabricar_atendente())
    assert "Os da equipe" in client.get(LISTA).text
    alheia = Equipe.objects.exclude(codigo="triagem").first()
    assert client.post(LISTA, {"endereco": ENDERECO, "equipe": alheia.pk}).status_code == 422
    da_equipe = Equipe.objects.get(codigo="triagem")
    assert client.post(LISTA, {"endereco": ENDERECO, "equipe": da_equipe.pk}).status_code == 200
    assert Inscricao.objects.get().equipe == da_equipe


def test_testar_pausar_retomar_reenviar_e_excluir(client):
    pessoa = fabricar_pessoa()
    inscricao, _ = criar_inscricao(por=pessoa, endereco=ENDERECO)
    entrar(client, pessoa)
    pagina = fazer(client, "testar_webhook", inscricao).text
    assert "Teste" in pagina and "a entregar" in pagina
    entrega = Entrega.objects.get()
    enviar_entregas()  # o nome não existe
    pagina = client.get(reverse("atendimento:webhook", args=[inscricao.pk])).text
    assert "O nome não existe." in pagina and "1 tentativa" in pagina and "Outra tentativa" in pagina
    assert "Falhas seguidas" in pagina
    Entrega.objects.update(situacao="desistida")
    fazer(client, "reenviar_entrega", inscricao, entrega.pk)
    assert Entrega.objects.get().situacao == "pendente"
    assert "Pausado" in fazer(client, "pausar_webhook", inscricao).text
    parado = fazer(client, "testar_webhook", inscricao)
    assert parado.status_code == 422 and "Retome o webhook antes" in parado.text
    assert "Pausado" not in fazer(client, "retomar_webhook", inscricao).text
    assert "Você não tem webhooks." in fazer(client, "excluir_webhook", inscricao).text
    assert client.get(reverse("atendimento:webhook", args=[inscricao.pk])).status_code == 404


def test_trocar_o_segredo_mostra_o_novo_uma_vez_e_de_novo_se_explica(client):
    pessoa = fabricar_pessoa()
    inscricao, velho = criar_inscricao(por=pessoa, endereco=ENDERECO)
    entrar(client, pessoa)
    pagina = fazer(client, "trocar_segredo", inscricao).text
    assert "whsec_" in pagina and velho not in pagina and "duas assinaturas" in pagina
    depois = client.get(reverse("atendimento:webhook", args=[inscricao.pk])).text
    assert "whsec_" not in depois and "também assina até" in depois
    outra_vez = fazer(client, "trocar_segredo", inscricao)
    assert outra_vez.status_code == 422 and "há menos de um dia" in outra_vez.text


def test_as_entregas_levam_ao_chamado_e_o_custo_nao_cresce(client, django_assert_num_queries):
    chamado = fabricar_chamado()
    inscricao, _ = criar_inscricao(por=chamado.solicitante, endereco=ENDERECO)
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x")
    entrar(client, chamado.solicitante)
    endereco = reverse("atendimento:webhook", args=[inscricao.pk])
    assert chamado.protocolo in client.get(endereco).text
    with django_assert_num_queries(4):
        client.get(endereco)
    for _ in range(25):
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x")
    with django_assert_num_queries(4):
        pagina = client.get(endereco).text
    assert pagina.count("Enviar de novo</button>") == 20


def test_metodo_errado_e_405(client):
    pessoa = fabricar_pessoa()
    inscricao, _ = criar_inscricao(por=pessoa, endereco=ENDERECO)
    entrega = enviar_teste(por=pessoa, inscricao_id=inscricao.pk, agora=timezone.now())
    entrar(client, pessoa)
    for ato in ("testar_webhook", "trocar_segredo", "pausar_webhook", "retomar_webhook", "excluir_webhook"):
        assert client.get(reverse(f"atendimento:{ato}", args=[inscricao.pk])).status_code == 405
    assert client.get(reverse("atendimento:reenviar_entrega", args=[inscricao.pk, entrega.pk])).status_code == 405
