"""Devoluções: o que um servidor conta depois."""

import re
import time

import pytest
from click.testing import CliRunner

from pen.identidade.models import CodigoDeEntrada
from pen.identidade.services.codigos import enviar_codigo
from pen.notificacoes.management.devolucao import comando
from pen.notificacoes.selectors.mensagens import mensagens_da_pessoa
from pen.notificacoes.selectors.preferencias import endereco_recusado_de
from pen.notificacoes.services.devolucao import ler_devolucao, receber_devolucao
from tests.notificacoes.apoio import fabricar_pessoa, pedir_e_enviar

pytestmark = pytest.mark.django_db

DSN = """From: MAILER-DAEMON@exemplo.org
To: {para}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

A mensagem não pôde ser entregue.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exemplo.org

Final-Recipient: rfc822; ana@exemplo.org
Action: {acao}
Status: {situacao}
Diagnostic-Code: smtp; 550 {situacao} <ana@exemplo.org>: caixa desconhecida
--B
Content-Type: text/rfc822-headers

{cabecalhos}
--B--
"""


@pytest.fixture
def ana(caixa, settings):
    settings.AVISOS_DEVOLUCOES = "avisos@exemplo.gov.br"
    pessoa = fabricar_pessoa("ana@exemplo.org")
    pedir_e_enviar(pessoa)
    return pessoa


def so(pessoa):
    return mensagens_da_pessoa(para=pessoa).get()


def dsn(pessoa, situacao: str = "5.1.1", acao: str = "failed", *, verp: bool = True) -> bytes:
    hexadecimal = so(pessoa).pk.hex
    para = f"avisos+{hexadecimal}@exemplo.gov.br" if verp else "nao-responda@exemplo.gov.br"
    cabecalhos = "Subject: x" if verp else f"Message-ID: <{hexadecimal}@localhost>"
    texto = DSN.format(para=para, acao=acao, situacao=situacao, cabecalhos=cabecalhos)
    return texto.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("verp", [True, False], ids=["endereço do envelope", "Message-ID do original"])
def test_devolucao_permanente_marca_a_mensagem_e_recusa_o_endereco(ana, verp):
    receber_devolucao(dsn(ana, verp=verp))

    mensagem = so(ana)
    assert (mensagem.situacao, mensagem.erro_codigo) == ("falhou", "5.1.1") and mensagem.enviada_em
    assert mensagem.erro_texto == "550 5.1.1 (endereço): caixa desconhecida"
    assert endereco_recusado_de(ana).codigo == "5.1.1"


def test_a_mesma_devolucao_duas_vezes_nao_muda_nada(ana):
    receber_devolucao(dsn(ana))
    receber_devolucao(dsn(ana))

    assert so(ana).situacao == "falhou"


@pytest.mark.parametrize(("situacao", "acao"), [("4.4.1", "delayed"), ("4.2.2", "failed"), ("2.0.0", "delivered")])
def test_demora_e_recibo_nao_mudam_nada(ana, situacao, acao):
    devolucao = receber_devolucao(dsn(ana, situacao, acao))

    assert not devolucao.permanente and so(ana).situacao == "enviada" and endereco_recusado_de(ana) is None


def test_recusa_por_politica_nao_condena_o_endereco(ana):
    receber_devolucao(dsn(ana, "5.7.1"))

    assert so(ana).situacao == "falhou" and endereco_recusado_de(ana) is None


def test_depois_da_devolucao_nada_mais_vai_para_o_endereco(ana, caixa):
    receber_devolucao(dsn(ana))

    pedir_e_enviar(ana, "b")

    assert len(caixa.recebidas) == 1


def test_quem_entra_com_o_codigo_que_foi_ao_endereco_prova_que_ele_recebe(
    ana, caixa, client, django_capture_on_commit_callbacks
):
    receber_devolucao(dsn(ana))
    client.post("/entrar/email/", {"email": ana.email})
    enviar_codigo(CodigoDeEntrada.objects.get().pk)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            "/entrar/email/codigo/", {"codigo": re.search(r"^ +(\d{6})", caixa.recebidas[-1].get_content(), re.M)[1]}
        )

    assert endereco_recusado_de(ana) is None


def test_resposta_automatica_nao_e_devolucao(ana):
    resposta = f"To: avisos+{so(ana).pk.hex}@exemplo.gov.br\nSubject: Férias\n\nStatus: 5.0.0 fora do escritório\n"

    assert receber_devolucao(resposta.encode()) is None and so(ana).situacao == "enviada"


@pytest.mark.parametrize(
    "lixo",
    [b"", b"\x00\xff\xfe" * 50_000, b"Content-Type: multipart/mixed; boundary=x\n" * 100_000, b"<" * 2_000_000,
     b"Status: 5.1.1\nmessage/delivery-status\n" * 50_000, b"Status:" + b" " * 500_000, b"avisos+" * 300_000,
     b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 50_000],
)  # fmt: skip
def test_lixo_e_ignorado_em_pouco_tempo(ana, lixo):
    inicio = time.perf_counter()

    assert ler_devolucao(lixo) is None
    assert time.perf_counter() - inicio < 1


def test_mensagem_que_nao_existe_e_ignorada(ana):
    assert receber_devolucao(dsn(ana).replace(so(ana).pk.hex.encode(), b"0" * 32)) is not None
    assert so(ana).situacao == "enviada"


def test_comando_le_da_entrada_padrao_e_lixo_nao_e_erro(ana):
    bom = CliRunner().invoke(comando, input=dsn(ana))
    ruim = CliRunner().invoke(comando, input=b"\x00lixo")

    assert (bom.exit_code, ruim.exit_code) == (0, 0) and "5.1.1" in bom.output and so(ana).situacao == "falhou"
