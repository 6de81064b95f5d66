"""As páginas de avisos no navegador de verdade: axe nas duas larguras, sem transbordar, com e sem script."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.conf import settings as configuracoes
from django.utils import timezone

from pen.comum.correio import pasta_da_caixa
from pen.notificacoes.models import EnderecoRecusado, Mensagem
from pen.notificacoes.public import preferencias_de
from pen.notificacoes.segredos import hash_do_endereco, token_de_cancelamento, token_de_pausa
from tests.notificacoes.apoio import fabricar_pessoa, pedir_e_enviar
from tests.notificacoes.test_canais import base64url, inscrever

pytestmark = [pytest.mark.sistema, pytest.mark.usefixtures("banco_limpo")]
AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
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
def abrir(navegador, live_server, client, ana):
    client.force_login(ana)
    sessao = client.cookies[configuracoes.SESSION_COOKIE_NAME].value

    def abrir(largura: int = 360, *, script: bool = True):
        contexto = navegador.new_context(viewport={"width": largura, "height": 800}, java_script_enabled=script)
        contexto.add_cookies([{"name": configuracoes.SESSION_COOKIE_NAME, "value": sessao, "url": live_server.url}])
        return contexto.new_page()

    return abrir


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


@pytest.mark.parametrize("largura", [360, 1280])
def test_axe_nao_acha_violacao_e_nada_transborda_nem_fere_a_politica(abrir, live_server, ana, largura):
    tela, reclamacoes = abrir(largura), []
    tela.on("console", lambda m: reclamacoes.append(m.text) if m.type == "error" else None)
    for endereco in enderecos(ana):
        tela.goto(live_server.url + endereco)
        if tela.evaluate("document.documentElement.scrollWidth") > largura:
            reclamacoes.append(f"{endereco} transborda")
        tela.evaluate(AXE.read_text())
        achado = tela.evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        reclamacoes += [(endereco, v["id"], v["nodes"][0]["html"][:160]) for v in achado["violations"]]

    assert reclamacoes == []


def test_html_do_email_nao_tem_violacao(abrir, ana):
    (guardada,) = pasta_da_caixa().glob("*.eml")
    html = message_from_bytes(guardada.read_bytes(), policy=policy.default).get_body(("html",)).get_content()
    tela = abrir(360)
    tela.set_content(html)
    tela.evaluate(AXE.read_text())

    assert [v["id"] for v in tela.evaluate("axe.run()")["violations"]] == []
    assert tela.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("script", [True, False], ids=["com-script", "sem-script"])
def test_escolher_e_pausar(abrir, live_server, ana, script):
    tela = abrir(script=script)
    tela.goto(live_server.url + PAGINA)
    tela.get_by_label("Um resumo por dia, às 7h").check(force=True)
    tela.get_by_role("button", name="Guardar").click()
    assert tela.get_by_text("Suas escolhas estão guardadas.").is_visible()

    tela.get_by_role("button", name="Pausar todos os avisos").click()
    assert tela.get_by_role("button", name="Retomar os avisos").is_visible()
    assert preferencias_de(ana).frequencia == "diaria" and preferencias_de(ana).pausado_em


def test_ligar_neste_navegador_so_aparece_com_script_e_o_trabalhador_se_registra(abrir, live_server):
    tela = abrir()
    tela.goto(live_server.url + PAGINA)

    assert tela.get_by_role("button", name="Receber neste navegador").is_visible()
    alcance = tela.evaluate("navigator.serviceWorker.register('/avisos-sw.js').then((r) => r.scope)")
    assert alcance == f"{live_server.url}/"

    sem_script = abrir(script=False)
    sem_script.goto(live_server.url + PAGINA)
    assert not sem_script.get_by_role("button", name="Receber neste navegador").is_visible()
    assert sem_script.get_by_role("button", name="Remover").is_visible()
