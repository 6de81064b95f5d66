"""O caminho inteiro, com tudo de verdade: gov.br de teste, navegador, SOAP, trabalhador e servidor SMTP."""

import re
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import httpx
import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import expect

from pen.protocolo_integrado.interfaces.soap.cliente import ClienteSoap
from pen.protocolo_integrado.interfaces.soap.mensagens import documento_em_xml
from pen.protocolo_integrado.values import DocumentoRecebido, MovimentoRecebido
from tests.apoio_de_navegador import abrir, entrar_pelo_govbr_de_teste
from tests.sistema.conftest import porta_livre

pytestmark = pytest.mark.sistema

NUMERO = "77001000001202400"
PRATA = "Beltrano Fictício da Prata"
ESPERA = 40
ENTREGAR = """
from pen.notificacoes.public import enviar_avisos
from pen.protocolo_integrado.services.novidades import repartir_novidades
repartir_novidades(); enviar_avisos()
"""


class Caixa:
    """Guarda as mensagens que o servidor SMTP aceita."""

    def __init__(self):
        self.mensagens = []

    async def handle_DATA(self, servidor, sessao, envelope):
        self.mensagens.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def esperar(self, quantas: int) -> list:
        fim = time.monotonic() + ESPERA
        while len(self.mensagens) < quantas and time.monotonic() < fim:
            time.sleep(0.1)
        return self.mensagens


class Correio:
    """Um servidor SMTP numa porta fixa, que se desliga e se liga de novo; a caixa é a mesma."""

    def __init__(self):
        self.caixa, self.porta, self._controlador = Caixa(), porta_livre(), None

    def ligar(self) -> None:
        self._controlador = Controller(self.caixa, hostname="127.0.0.1", port=self.porta)
        self._controlador.start()

    def desligar(self) -> None:
        if self._controlador is not None:
            self._controlador.stop()
            self._controlador = None


@pytest.fixture
def correio():
    correio = Correio()
    correio.ligar()
    yield correio
    correio.desligar()


@pytest.fixture(scope="module", autouse=True)
def _estaticos(instalacao):
    """As páginas do servidor de verdade pedem os arquivos reunidos, como ``pen preparar`` os deixa."""
    reunidos = instalacao.pen("django", "collectstatic", "--noinput", "-v", "0")
    assert reunidos.returncode == 0, reunidos.stderr


@pytest.fixture
def variaveis(correio, tmp_path):
    """O ambiente do servidor e do trabalhador: a porta do portal, o correio, e nada de esperar para agrupar."""
    porta = porta_livre()
    return porta, {
        "PEN_ENDERECO": f"http://localhost:{porta}", "PEN_SMTP_HOST": "127.0.0.1", "PEN_SMTP_PORTA": str(correio.porta),
        "PEN_AVISOS_JANELA_SEGUNDOS": "0", "PEN_LOCAL": "sim", "PEN_GOVBR_DE_TESTE": "sim", "PEN_DADOS": str(tmp_path),
    }  # fmt: skip


def enviar(instalacao, servidor, numero, *operacoes):
    agora = datetime.now(UTC)
    movimentos = [
        MovimentoRecebido((agora - timedelta(minutes=n)).isoformat(timespec="seconds"), "PROT/A1", operacao)
        for n, operacao in enumerate(operacoes)
    ]
    documento = DocumentoRecebido(
        protocolo=numero, produzido_em="2024-03-04T00:00:00-03:00", especie="Processo", assunto="Pedido de licença",
        movimentos=movimentos,
    )  # fmt: skip
    with ClienteSoap(servidor.soap, orgao="A1", senha=instalacao.orgaos["A1"]) as cliente:
        assert cliente.enviar([documento_em_xml(documento)]) == ["Ok!"]


def entrar_e_acompanhar(tela, servidor, numero):
    tela.goto(f"{servidor.base}/protocolo/processos/{numero}/")
    tela.get_by_role("link", name="Acompanhar este processo").click()
    entrar_pelo_govbr_de_teste(tela, PRATA)
    expect(tela.get_by_role("heading", level=1)).to_contain_text("Processo")
    tela.get_by_role("button", name="Acompanhar este processo").click()
    expect(tela.get_by_role("heading", name="Meus acompanhamentos")).to_be_visible()


def test_entrar_acompanhar_receber_abrir_e_parar_com_um_clique(navegador, instalacao, correio, variaveis):
    porta, ambiente = variaveis
    numero = NUMERO
    with instalacao.servindo(porta=porta, **ambiente) as servidor, instalacao.trabalhando(**ambiente):
        enviar(instalacao, servidor, numero, "Processo recebido na unidade")
        tela = abrir(navegador)
        entrar_e_acompanhar(tela, servidor, numero)

        enviar(instalacao, servidor, numero, "Parecer juntado", "Remetido ao gabinete")
        (mensagem,) = correio.caixa.esperar(1)

        assert mensagem["To"] == "beltrano.prata@pessoas.example"
        texto = mensagem.get_body(("plain",)).get_content()
        assert "Parecer juntado" in texto
        tela.goto(re.search(rf"http://\S+/protocolo/processos/{numero}/", texto)[0])
        expect(tela.get_by_text("Parecer juntado")).to_be_visible()

        saida = mensagem["List-Unsubscribe"].strip(" <>")
        assert mensagem["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert httpx.get(saida).status_code == 200  # um programa de correio que abre links não cancela nada
        assert httpx.post(saida, data={"List-Unsubscribe": "One-Click"}).status_code == 200

        enviar(instalacao, servidor, numero, "Arquivado")
        assert instalacao.pen("django", "shell", "--no-imports", "-c", ENTREGAR, variaveis=ambiente).returncode == 0
        assert len(correio.caixa.mensagens) == 1


def test_sem_script_com_o_correio_fora_e_o_trabalhador_morto_nada_se_perde(navegador, instalacao, correio, variaveis):
    porta, ambiente = variaveis
    numero = NUMERO.replace("77001", "77002")
    with instalacao.servindo(porta=porta, **ambiente) as servidor:
        enviar(instalacao, servidor, numero, "Processo recebido na unidade")
        tela = abrir(navegador, 1280, script=False)
        entrar_e_acompanhar(tela, servidor, numero)
        correio.desligar()
        with instalacao.trabalhando(**ambiente) as trabalhador:
            enviar(instalacao, servidor, numero, "Parecer juntado")
            time.sleep(4)
            trabalhador.kill()
        assert not correio.caixa.mensagens
        correio.ligar()

        assert instalacao.pen("django", "shell", "--no-imports", "-c", ENTREGAR, variaveis=ambiente).returncode == 0

        assert [m.get_body(("plain",)).get_content().count("Parecer juntado") for m in correio.caixa.esperar(1)] == [1]
