"""O antivírus, com um clamd de mentira que fala o protocolo de verdade, num soquete de verdade."""

import io
import socketserver
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from django.urls import reverse

from pen.atendimento import antivirus
from pen.atendimento.errors import AnexoNaoConferido, AnexoRecusado, AntivirusSemResposta
from pen.atendimento.models import Anexo, CorreioRecebido, PassoDoChamado
from pen.atendimento.public import versao_do_antivirus
from pen.atendimento.services.anexos import procurar_pragas
from pen.atendimento.services.correio import Destino, receber_resposta
from pen.atendimento.services.enderecos import enderecos_de_resposta
from pen.atendimento.values.anexos import AnexoConferido
from pen.config.ambiente import ConfiguracaoInvalida, soquete
from pen.config.comandos import diagnostico
from tests.atendimento.test_correio import mensagem
from tests.fabricas.atendimento import fabricar_chamado
from tests.fabricas.pessoas import entrar
from tests.notificacoes.apoio import porta_livre

# Em duas partes: inteiro, o antivírus de quem lê isto apagaria o arquivo.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PRAGA = "Eicar-Test-Signature"
LIMITE = 1024 * 1024  # StreamMaxLength


class Clamd(socketserver.BaseRequestHandler):
    """Lê o comando e os pedaços como o clamd, e responde conforme o ``modo`` do servidor."""

    def handle(self) -> None:
        with suppress(OSError):
            comando = self._ate_o_zero()
            if self.server.modo == "mudo":
                self.server.fim.wait(30)
            elif comando == b"zVERSION":
                self.request.sendall(b"ClamAV 1.4.2/27500/Mon Nov 16 08:00:00 2026\0")
            elif comando == b"zINSTREAM":
                self._responder(self._ler_os_pedacos())

    def _responder(self, lido: bytes | None) -> None:
        self.server.lidos.append(lido)
        if lido is None:
            return self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        certa = f"stream: {PRAGA} FOUND\0".encode() if EICAR in lido else b"stream: OK\0"
        if self.server.modo == "gotas":
            for byte in certa * 1000:
                self.request.sendall(bytes([byte]) if byte else b".")
                self.server.fim.wait(0.02)
        return self.request.sendall({"cortado": certa[:-1], "confuso": b"stream: talvez\0", "falho": b"x ERROR\0"}.get(
            self.server.modo, certa
        ))  # fmt: skip

    def _ler_os_pedacos(self) -> bytes | None:
        lido = b""
        while tamanho := int.from_bytes(self._tantos(4), "big"):
            if len(lido) + tamanho > LIMITE:
                return None
            lido += self._tantos(tamanho)
            if self.server.modo == "apressado":  # diz que está bom, e vai embora, sem ler tudo
                return lido
        return lido

    def _tantos(self, quantos: int) -> bytes:
        bruto = b""
        while len(bruto) < quantos:
            pedaco = self.request.recv(quantos - len(bruto))
            if not pedaco:
                raise ConnectionError
            bruto += pedaco
        return bruto

    def _ate_o_zero(self) -> bytes:
        comando = b""
        while not comando.endswith(b"\0"):
            comando += self._tantos(1)
        return comando[:-1]


class _PorRede(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True


class _PorArquivo(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def servindo(servidor):
    servidor.modo, servidor.lidos, servidor.fim = "", [], threading.Event()
    linha = threading.Thread(target=servidor.serve_forever, args=(0.05,), daemon=True)
    linha.start()
    try:
        yield servidor
    finally:
        servidor.fim.set()
        servidor.shutdown()
        servidor.server_close()


@pytest.fixture
def clamd(settings):
    with servindo(_PorRede(("127.0.0.1", 0), Clamd)) as servidor:
        settings.CLAMAV = servidor.server_address
        yield servidor


def arquivo(conteudo: bytes, nome: str = "erro.log") -> AnexoConferido:
    return AnexoConferido(nome, "text/plain", io.BytesIO(conteudo))


def test_o_limpo_passa_e_o_antivirus_leu_tudo(clamd):
    conteudo = b"linha\n" * 100_000  # mais de um pedaço

    procurar_pragas([arquivo(conteudo), arquivo(b"outro")])

    assert clamd.lidos == [conteudo, b"outro"]


def test_o_que_tem_praga_e_recusado_e_a_frase_diz_qual(clamd):
    with pytest.raises(AnexoRecusado, match=rf"«a\.log» tem um programa malicioso \({PRAGA}\)") as erro:
        procurar_pragas([arquivo(b"bom"), arquivo(b"x" * 300_000 + EICAR, "a.log")])

    assert not isinstance(erro.value, AnexoNaoConferido)


def test_por_soquete_de_arquivo_tambem(settings, tmp_path):
    with servindo(_PorArquivo(str(tmp_path / "clamd.ctl"), Clamd)):
        settings.CLAMAV = str(tmp_path / "clamd.ctl")

        procurar_pragas([arquivo(b"bom")])
        with pytest.raises(AnexoRecusado, match=PRAGA):
            procurar_pragas([arquivo(EICAR)])


@pytest.mark.parametrize("modo", ["cortado", "confuso", "falho"])
def test_resposta_que_nao_se_entende_nao_e_resposta_boa(clamd, modo):
    clamd.modo = modo

    with pytest.raises(AnexoNaoConferido, match="Tente de novo em alguns minutos"):
        procurar_pragas([arquivo(b"bom")])


def test_bom_sem_ter_lido_tudo_nao_e_bom(clamd):
    clamd.modo = "apressado"

    with pytest.raises(AnexoNaoConferido):
        procurar_pragas([arquivo(b"x" * 20_000_000)])


@pytest.mark.parametrize("modo", ["mudo", "gotas"])
def test_o_lento_tem_prazo_e_o_prazo_e_de_todos_os_arquivos(clamd, monkeypatch, modo):
    monkeypatch.setattr(antivirus, "PRAZO", 0.5)
    clamd.modo, inicio = modo, time.monotonic()

    with pytest.raises(AnexoNaoConferido):
        procurar_pragas([arquivo(b"bom" * n) for n in range(1, 11)])

    assert time.monotonic() - inicio < 3


@pytest.mark.parametrize("endereco", ["rede", "arquivo"])
def test_com_o_antivirus_fora_do_ar_nada_se_aceita(settings, tmp_path, endereco):
    settings.CLAMAV = ("127.0.0.1", porta_livre()) if endereco == "rede" else str(tmp_path / "nao-ha")

    with pytest.raises(AnexoNaoConferido):
        procurar_pragas([arquivo(b"bom")])


def test_maior_do_que_o_antivirus_aceita_se_diz_e_nao_se_manda_tentar_de_novo(clamd):
    with pytest.raises(AnexoRecusado, match="grande demais para o antivírus") as erro:
        procurar_pragas([arquivo(b"x" * (LIMITE + 1))])

    assert not isinstance(erro.value, AnexoNaoConferido)


def test_sem_antivirus_nao_se_pergunta_a_ninguem(settings):
    settings.CLAMAV = ""

    procurar_pragas([arquivo(EICAR)])

    assert versao_do_antivirus() is None and diagnostico._antivirus() is None


def test_o_diagnostico_diz_a_versao_ou_que_nao_responde(clamd, settings):
    assert diagnostico._antivirus()[1:] == (True, "ClamAV 1.4.2/27500/Mon Nov 16 08:00:00 2026")

    settings.CLAMAV = ("127.0.0.1", porta_livre())

    assert not diagnostico._antivirus().certo and "PEN_CLAMAV" in diagnostico._antivirus().frase
    with pytest.raises(AntivirusSemResposta):
        versao_do_antivirus()


@pytest.mark.parametrize(
    ("valor", "lido"),
    [
        ("", ""), ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"), ("antivirus:3310", ("antivirus", 3310)),
        ("[::1]:3310", ("::1", 3310)),
    ],
)  # fmt: skip
def test_o_endereco_se_le(monkeypatch, valor, lido):
    monkeypatch.setenv("PEN_CLAMAV", valor)

    assert soquete("PEN_CLAMAV") == lido


@pytest.mark.parametrize("valor", ["antivirus", ":3310", "antivirus:0", "antivirus:70000", "clamd.ctl", "a:b"])
def test_o_endereco_que_nao_se_entende_se_diz(monkeypatch, valor):
    monkeypatch.setenv("PEN_CLAMAV", valor)

    with pytest.raises(ConfiguracaoInvalida, match="PEN_CLAMAV deve ser «host:porta»"):
        soquete("PEN_CLAMAV")


# --- No chamado


@pytest.fixture
def chamado(central, settings, tmp_path):
    settings.PASTA_DE_ANEXOS, settings.CHAMADOS_RESPOSTAS = tmp_path / "anexos", "central@x.gov.br"
    return fabricar_chamado()


def enviar_pela_pagina(client, chamado, conteudo: bytes):
    enviado = io.BytesIO(conteudo)
    enviado.name = "erro.log"
    endereco = reverse("atendimento:dar_passo", args=[chamado.chave, "completar"])
    return client.post(endereco, {"completar-texto": "Segue o registro", "completar-arquivos": [enviado]})


def guardados(settings) -> list:
    return [a for a in settings.PASTA_DE_ANEXOS.glob("**/*") if a.is_file()]


@pytest.mark.django_db
class TestNoChamado:
    def test_a_praga_nao_chega_ao_disco_e_o_texto_volta(self, client, clamd, chamado, settings):
        entrar(client, chamado.solicitante)

        resposta = enviar_pela_pagina(client, chamado, EICAR)

        assert resposta.status_code == 422 and PRAGA in resposta.text and "Segue o registro" in resposta.text
        assert not Anexo.objects.exists() and guardados(settings) == []

    def test_sem_resposta_pede_que_se_tente_de_novo_e_depois_aceita(self, client, clamd, chamado, settings):
        entrar(client, chamado.solicitante)
        clamd.modo = "cortado"
        sem = enviar_pela_pagina(client, chamado, b"linha 1")
        clamd.modo = ""

        com = enviar_pela_pagina(client, chamado, b"linha 1")

        assert sem.status_code == 422 and "Tente de novo em alguns minutos" in sem.text
        assert com.status_code == 302 and Anexo.objects.get().nome == "erro.log"

    def test_por_correio_a_praga_vira_uma_frase_e_o_resto_entra(self, clamd, chamado):
        assert receber_resposta(por_correio(chamado, {"bom.log": b"linha", "mau.log": EICAR})) == Destino.GRAVADA

        assert Anexo.objects.get().nome == "bom.log"
        assert "O anexo «mau.log» não pôde ser aceito." in PassoDoChamado.objects.get(passo="completar").texto

    def test_por_correio_cada_anexo_se_confere_uma_vez(self, clamd, chamado):
        receber_resposta(por_correio(chamado, {"um.log": b"linha", "dois.log": b"outra"}))
        assert clamd.lidos == [b"linha", b"outra"] and Anexo.objects.count() == 2

    def test_por_correio_sem_resposta_nada_se_grava_e_a_mesma_mensagem_vale_depois(self, clamd, chamado):
        bruto, clamd.modo = por_correio(chamado, {"erro.log": b"linha"}), "cortado"
        with pytest.raises(AnexoNaoConferido):
            receber_resposta(bruto)
        assert not CorreioRecebido.objects.exists() and not PassoDoChamado.objects.filter(passo="completar").exists()
        clamd.modo = ""

        assert receber_resposta(bruto) == Destino.GRAVADA and Anexo.objects.get().nome == "erro.log"


def por_correio(chamado, anexos: dict[str, bytes]) -> bytes:
    (para,) = enderecos_de_resposta([(chamado.pk, chamado.solicitante_id)]).values()
    m = mensagem(para=para, de=chamado.solicitante.email)
    for nome, conteudo in anexos.items():
        m.add_attachment(conteudo, maintype="text", subtype="plain", filename=nome)
    return m.as_bytes()
