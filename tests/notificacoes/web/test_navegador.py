"""As páginas de avisos no navegador de verdade: axe nas duas larguras, sem transbordar, com e sem script."""

from email import message_from_bytes, policy
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pen.comum.correio import pasta_da_caixa
from pen.notificacoes.models import EnderecoRecusado, Mensagem
from pen.notificacoes.segredos import hash_do_endereco, token_de_cancelamento, token_de_pausa
from pen.notificacoes.selectors.preferencias import preferencias_de
from tests.apoio_de_navegador import LARGURAS, abrir, defeitos, erros_do_console, marcar
from tests.notificacoes.apoio import fabricar_pessoa, pedir_e_enviar
from tests.notificacoes.test_canais import base64url, inscrever

pytestmark = [pytest.mark.sistema, pytest.mark.usefixtures("banco_limpo")]
PAGINA = "/minha-conta/avisos/"


@pytest.fixture
def ana(settings, tmp_path):
    """Tudo que as páginas podem mostrar: mensagens, recusa, navegador, telefone, caixa local."""
    settings.CAIXA_LOCAL, settings.PASTA_DE_DADOS = True, tmp_path
    settings.EMAIL_BACKEND = "pen.comum.correio.CaixaLocal"
    settings.PUSH_CHAVE_PRIVADA = base64url(b"\1" * 32)
    settings.AVISOS_WEBHOOK_URL, settings.AVISOS_WEBHOOK_SEGREDO = "http://exemplo.org/", "x"
    pessoa = fabricar_pessoa("ana@exemplo.org")
    pedir_e_enviar(pessoa, "50650.001658/2017-17")
    inscrever(pessoa)
    resumo = hash_do_endereco(pessoa.email)
    EnderecoRecusado.objects.create(
        pessoa=pessoa, endereco_hash=resumo, recusado_em=timezone.now(), codigo="550 5.1.1", motivo="nao existe"
    )
    return pessoa


@pytest.fixture
def tela_de_ana(navegador, live_server, ana):
    return partial(abrir, navegador, base=live_server.url, pessoa=ana)


def enderecos(pessoa) -> list[str]:
    mensagem = Mensagem.objects.filter(canal="correio").get()
    (guardada,) = pasta_da_caixa().glob("*.eml")
    return [
        PAGINA,
        f"/avisos/cancelar/{token_de_cancelamento(mensagem.pk)}/",
        f"/avisos/pausar/{token_de_pausa(pessoa.pk)}/",
        "/caixa-local/",
        f"/caixa-local/{guardada.stem}/",
    ]


@pytest.mark.parametrize("largura", LARGURAS)
def test_axe_nao_acha_violacao_e_nada_transborda_nem_fere_a_politica(tela_de_ana, live_server, ana, largura):
    tela = tela_de_ana(largura)
    reclamacoes = erros_do_console(tela)
    for endereco in enderecos(ana):
        tela.goto(live_server.url + endereco)
        reclamacoes += defeitos(tela, endereco)

    assert reclamacoes == []


def test_html_do_email_nao_tem_violacao(navegador, ana):
    (guardada,) = pasta_da_caixa().glob("*.eml")
    html = message_from_bytes(guardada.read_bytes(), policy=policy.default).get_body(("html",)).get_content()
    tela = abrir(navegador)
    tela.set_content(html)

    assert [d for d in defeitos(tela, "e-mail") if d[1] != "target-size"] == []  # o tamanho do toque é de quem mostra


@pytest.mark.parametrize("script", [True, False], ids=["com-script", "sem-script"])
def test_escolher_e_pausar(tela_de_ana, live_server, ana, script):
    tela = tela_de_ana(script=script)
    tela.goto(live_server.url + PAGINA)
    marcar(tela, "Um resumo por dia, às 7h")
    tela.get_by_role("button", name="Guardar").click()
    expect(tela.get_by_text("Suas escolhas estão guardadas.")).to_be_visible()

    tela.get_by_role("button", name="Pausar todos os avisos").click()
    expect(tela.get_by_role("button", name="Retomar os avisos")).to_be_visible()
    assert preferencias_de(ana).frequencia == "diaria" and preferencias_de(ana).pausado_em


def test_ligar_neste_navegador_so_aparece_com_script_e_o_trabalhador_se_registra(tela_de_ana, live_server):
    tela = tela_de_ana()
    tela.goto(live_server.url + PAGINA)

    expect(tela.get_by_role("button", name="Receber neste navegador")).to_be_visible()
    alcance = tela.evaluate("navigator.serviceWorker.register('/avisos-sw.js').then((r) => r.scope)")
    assert alcance == f"{live_server.url}/"

    sem_script = tela_de_ana(script=False)
    sem_script.goto(live_server.url + PAGINA)
    expect(sem_script.get_by_role("button", name="Receber neste navegador")).not_to_be_visible()
    expect(sem_script.get_by_role("button", name="Remover")).to_be_visible()
