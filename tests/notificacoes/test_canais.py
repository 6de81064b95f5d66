"""Push e webhook."""

import base64
import hashlib
import hmac
import json

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pen.notificacoes.canais.push import chave_publica, chaves_conferem, endpoint_permitido
from pen.notificacoes.errors import InscricaoInvalida, InscricaoNaoEncontrada
from pen.notificacoes.models import InscricaoPush, Mensagem
from pen.notificacoes.public import enviar_avisos
from pen.notificacoes.selectors.mensagens import mensagens_da_pessoa
from pen.notificacoes.services.inscricoes import INSCRICOES_POR_PESSOA, excluir_inscricao, inscrever_navegador
from pen.notificacoes.services.preferencias import alterar_preferencias
from tests.notificacoes.apoio import fabricar_pessoa, pedir_e_enviar, porta_livre, servidor_http

pytestmark = pytest.mark.django_db
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc:def"


def base64url(bruto: bytes) -> str:
    return base64.urlsafe_b64encode(bruto).decode().rstrip("=")


def chaves() -> dict[str, str]:
    publica = ec.generate_private_key(ec.SECP256R1()).public_key()
    ponto = publica.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"p256dh": base64url(ponto), "auth": base64url(b"0123456789abcdef")}


def inscrever(pessoa, endpoint: str = ENDPOINT):
    return inscrever_navegador(por=pessoa, endpoint=endpoint, **chaves())


@pytest.fixture
def ana(settings):
    """Só quer push, e há chave VAPID."""
    privada = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    settings.PUSH_CHAVE_PRIVADA = base64url(privada.to_bytes(32, "big"))
    pessoa = fabricar_pessoa()
    alterar_preferencias(por=pessoa, correio=False)
    return pessoa


@pytest.fixture
def servico_de_push(monkeypatch):
    """O outro lado da rede: responde a cada host com a situação combinada e guarda os pedidos."""

    class Servico:
        situacoes: dict[str, int] = {}
        pedidos: list[requests.PreparedRequest] = []

    servico = Servico()
    servico.situacoes, servico.pedidos = {}, []

    def send(self, pedido, **opcoes):
        servico.pedidos.append(pedido)
        resposta = requests.Response()
        resposta.status_code = servico.situacoes.get(pedido.url, 201)
        resposta.headers["Location"] = "https://outro.exemplo/"
        resposta.url, resposta.request, resposta._content = pedido.url, pedido, b""
        return resposta

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    return servico


def test_push_chega_cifrado_e_identificado(ana, servico_de_push):
    inscrever(ana)

    assert pedir_e_enviar(ana) == 1

    (pedido,) = servico_de_push.pedidos
    assert pedido.url == ENDPOINT and pedido.headers["content-encoding"] == "aes128gcm"
    assert pedido.headers["Authorization"].startswith("vapid ") and chave_publica() in pedido.headers["Authorization"]
    assert b"Processo" not in pedido.body
    assert mensagens_da_pessoa(para=ana).get().canal == "push"


@pytest.mark.parametrize("situacao", [404, 410])
def test_inscricao_que_sumiu_e_excluida(ana, servico_de_push, situacao):
    inscrever(ana)
    servico_de_push.situacoes[ENDPOINT] = situacao

    pedir_e_enviar(ana)

    assert not InscricaoPush.objects.exists()
    assert mensagens_da_pessoa(para=ana).get().erro_codigo == "sem-inscricao"


def test_entregue_em_um_aparelho_esta_entregue(ana, servico_de_push):
    outro = "https://updates.push.services.mozilla.com/wpush/v2/xyz"
    inscrever(ana)
    inscrever(ana, outro)
    servico_de_push.situacoes[outro] = 410

    assert pedir_e_enviar(ana) == 1
    assert InscricaoPush.objects.get().endpoint == ENDPOINT


@pytest.mark.parametrize("situacao", [429, 500, 302])
def test_servico_de_push_que_nao_aceita_agora_e_tentado_depois_e_desvio_nao_e_seguido(ana, servico_de_push, situacao):
    inscrever(ana)
    servico_de_push.situacoes[ENDPOINT] = situacao

    pedir_e_enviar(ana)

    mensagem = mensagens_da_pessoa(para=ana).get()
    assert (mensagem.situacao, mensagem.tentativas) == ("pendente", 1) and InscricaoPush.objects.exists()
    assert {p.url for p in servico_de_push.pedidos} == {ENDPOINT}


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.exemplo.org/x",
        "https://exemplo.org/fcm.googleapis.com/",
        "https://a@fcm.googleapis.com/x",
        "https://exemplo.org\\@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com",
        "https://xpush.apple.com/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://FCM.googleapis.com/x",
        "https://fcm.googleapis.com/x\n",
        "",
    ],
)
def test_push_so_fala_com_servidores_da_lista(ana, servico_de_push, endpoint):
    assert not endpoint_permitido(endpoint)
    with pytest.raises(InscricaoInvalida):
        inscrever(ana, endpoint)


def test_servidor_que_saiu_da_lista_nao_recebe_e_a_inscricao_some(ana, servico_de_push, monkeypatch):
    inscrever(ana)
    monkeypatch.setattr("pen.notificacoes.canais.push.SERVIDORES", ("web.push.apple.com",))

    pedir_e_enviar(ana)

    assert not servico_de_push.pedidos and not InscricaoPush.objects.exists()


@pytest.mark.parametrize("campo", ["p256dh", "auth"])
@pytest.mark.parametrize("valor", ["", "curta", "não é base64", "A" * 200])
def test_chaves_de_navegador_fora_da_forma_sao_recusadas(ana, campo, valor):
    ruins = chaves() | {campo: valor}

    assert not chaves_conferem(**ruins)
    with pytest.raises(InscricaoInvalida):
        inscrever_navegador(por=ana, endpoint=ENDPOINT, **ruins)


def test_chave_do_tamanho_certo_que_nao_e_um_ponto_nao_derruba_o_envio(ana, servico_de_push):
    inscrever_navegador(por=ana, endpoint=ENDPOINT, p256dh=base64url(b"\4" + b"x" * 64), auth=base64url(b"x" * 16))

    pedir_e_enviar(ana)

    assert mensagens_da_pessoa(para=ana).get().situacao == "falhou"


def test_navegador_inscrito_por_outra_pessoa_passa_a_ser_so_dela(ana):
    rui = fabricar_pessoa()
    inscrever(ana)

    inscrever(rui)

    assert InscricaoPush.objects.get().pessoa_id == rui.pk


def test_pessoa_tem_ate_dez_navegadores_e_o_mais_antigo_sai(ana):
    for n in range(INSCRICOES_POR_PESSOA + 2):
        inscrever(ana, f"{ENDPOINT}{n}")

    assert InscricaoPush.objects.count() == INSCRICOES_POR_PESSOA
    assert not InscricaoPush.objects.filter(endpoint=f"{ENDPOINT}0").exists()


def test_navegador_de_outra_pessoa_e_como_se_nao_existisse(ana):
    inscricao = inscrever(ana)

    with pytest.raises(InscricaoNaoEncontrada):
        excluir_inscricao(por=fabricar_pessoa(), inscricao_id=inscricao.pk)
    assert InscricaoPush.objects.exists()


def test_sem_chave_configurada_nao_ha_push(ana, settings, servico_de_push):
    inscrever(ana)
    settings.PUSH_CHAVE_PRIVADA = ""

    assert pedir_e_enviar(ana) == 0 and not Mensagem.objects.exists() and not servico_de_push.pedidos


# Webhook


@pytest.fixture
def gancho(settings):
    with servidor_http() as servidor:
        settings.AVISOS_WEBHOOK_URL, settings.AVISOS_WEBHOOK_SEGREDO = f"{servidor.endereco}/sms", "segredo"
        yield servidor


@pytest.fixture
def rui():
    pessoa = fabricar_pessoa()
    alterar_preferencias(por=pessoa, correio=False, webhook=True, telefone="+5561999998888")
    return pessoa


def test_webhook_recebe_a_mensagem_assinada_e_o_identificador_dela(gancho, rui, settings):
    assert pedir_e_enviar(rui) == 1

    ((caminho, cabecalhos, corpo),) = gancho.pedidos
    mensagem = mensagens_da_pessoa(para=rui).get()
    assert caminho == "/sms" and json.loads(corpo) == {
        "id": str(mensagem.pk), "para": "+5561999998888", "texto": "Processo a · Movimento a <com sinais>",
        "endereco": f"{settings.ENDERECO}/protocolo/processos/a/",
    }  # fmt: skip
    assinatura = hmac.new(b"segredo", corpo, hashlib.sha256).hexdigest()
    assert cabecalhos["X-PEN-Assinatura"] == f"sha256={assinatura}"
    assert cabecalhos["Idempotency-Key"] == str(mensagem.pk)


@pytest.mark.parametrize(
    ("situacao", "fica"), [(202, "enviada"), (422, "falhou"), (429, "pendente"), (500, "pendente"), (302, "pendente")]
)
def test_webhook_traduz_a_resposta(gancho, rui, situacao, fica):
    gancho.situacao = situacao

    pedir_e_enviar(rui)

    assert mensagens_da_pessoa(para=rui).get().situacao == fica and len(gancho.pedidos) == 1


def test_webhook_fora_do_ar_nao_conta_contra_a_mensagem(rui, settings):
    settings.AVISOS_WEBHOOK_URL = f"http://127.0.0.1:{porta_livre()}/"
    settings.AVISOS_WEBHOOK_SEGREDO = "segredo"

    pedir_e_enviar(rui)

    mensagem = mensagens_da_pessoa(para=rui).get()
    assert (mensagem.situacao, mensagem.tentativas) == ("pendente", 0)


def test_um_canal_fora_do_ar_nao_atrapalha_outro(rui, settings, caixa):
    settings.AVISOS_WEBHOOK_URL = f"http://127.0.0.1:{porta_livre()}/"
    settings.AVISOS_WEBHOOK_SEGREDO = "segredo"
    alterar_preferencias(por=rui, correio=True)

    assert pedir_e_enviar(rui) == 1
    assert {m.canal: m.situacao for m in Mensagem.objects.all()} == {"webhook": "pendente", "correio": "enviada"}
    assert enviar_avisos() == 0
