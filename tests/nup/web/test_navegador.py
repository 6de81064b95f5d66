"""A conferência no navegador de verdade: um número, uma planilha com o trabalhador de verdade, e o widget dentro de outro sítio."""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote, unquote

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect
from psycopg.conninfo import make_conninfo

from pen.nup.models import ConferenciaEmLote
from pen.nup.services.lotes import conferir_lote, criar_conferencia
from tests.apoio_de_navegador import COMBINACOES, abrir, defeitos, erros_do_console
from tests.nup.web.amostras import csv_variado

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
CERTO = "50650.001658/2017-17"
TOCANTINS = (
    "17.%40cod_orgao_sei_03d%40%40cod_unidade_sei_03d%40.%40seq_anual_cod_unidade_sei_06d%40%2F%40ano_4d%40-"
    "%40dv_mod11_executivo_federal_2d%40&cod_orgao_sei=137&cod_unidade_sei=1&sequencia=1&ano=2026"
)
PAGINAS = [
    "/nup/", f"/nup/?numero={CERTO}", "/nup/?numero=50650.001658/2017-18", "/nup/?numero=17.137001.000001/2026-21",
    "/nup/?numero=abc", "/nup/?numero=", "/nup/lote/", "/nup/lote/?excluida=sim", "/nup/mascaras/",
    f"/nup/mascaras/?mascara={TOCANTINS}", "/nup/mascaras/?mascara=%40foo%40&sequencia=&ano=", "/nup/embutir/", "/nup/widget/",
    f"/nup/widget/?numero={CERTO}", "/nup/widget/?numero=abc", "/nup/widget/?numero=",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _fila_limpa() -> Iterator[None]:
    """A fila de trabalhos não se desfaz sozinha entre testes transacionais."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs; DELETE FROM identidade_janeladeuso")


def fabricar(**campos: object) -> str:
    """O endereço de uma conferência no ponto que se quer."""
    conferencia = criar_conferencia(nome="processos de 2017.csv", conteudo=csv_variado(), origem="rede")
    if campos.get("situacao") == "pronta":
        conferir_lote(conferencia.pk)
    else:
        ConferenciaEmLote.objects.filter(pk=conferencia.pk).update(**campos)
    return f"/nup/lote/{conferencia.pk}/"


@pytest.fixture
def todas() -> list[str]:
    """As páginas sem banco, e uma conferência em cada ponto."""
    ha_muito = timezone.now() - timedelta(minutes=9)
    return [
        *PAGINAS, fabricar(), fabricar(mexida_em=ha_muito), fabricar(situacao="conferindo", feitas=4),
        fabricar(situacao="recusada", motivo="Não deu para abrir o XLSX: ele parece estragado."), fabricar(situacao="pronta"),
    ]  # fmt: skip


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_axe_nao_acha_violacao_nada_transborda_nem_fere_a_politica(navegador, live_server, todas, largura, contraste):
    tela = abrir(navegador, largura, base=live_server.url, contraste=contraste)
    reclamacoes = erros_do_console(tela)
    tela.on("request", lambda r: None if r.url.startswith(live_server.url) else reclamacoes.append(r.url))
    for pagina in todas:
        tela.goto(live_server.url + pagina)
        reclamacoes += defeitos(tela, pagina)

    assert reclamacoes == []


@pytest.mark.parametrize("largura", [280, 360])
def test_o_widget_cabe_em_280_pixels(navegador, live_server, largura):
    tela = abrir(navegador, largura)
    for numero in ("", CERTO, "17137001000001202621", "x" * 100):
        tela.goto(f"{live_server.url}/nup/widget/?numero={numero}")

        assert defeitos(tela, numero) == []


@pytest.mark.parametrize("script", [True, False], ids=["com-script", "sem-script"])
def test_um_numero_se_confere_parte_por_parte(navegador, live_server, script):
    tela = abrir(navegador, 360, script=script)
    tela.goto(f"{live_server.url}/nup/")
    tela.get_by_label("Número do processo").fill("50650001658201717")
    tela.get_by_role("button", name="Conferir").click()

    expect(tela.get_by_text("Número correto")).to_be_visible()
    expect(tela.locator(".numero-em-partes .parte-valor")).to_have_text(["50650", "001658", "2017", "17"])
    expect(tela.get_by_role("table", name="O número, parte por parte").get_by_role("row")).to_have_count(5)


# A planilha


def enviar_planilha(tela, base: str, pasta: Path) -> None:
    (pasta / "processos.csv").write_bytes(csv_variado())
    tela.goto(f"{base}/nup/lote/")
    tela.get_by_label("Planilha").set_input_files(pasta / "processos.csv")
    tela.get_by_role("button", name="Enviar e conferir").click()


@contextmanager
def trabalhador() -> Iterator[None]:
    """Um ``pen trabalhar`` sobre o banco dos testes."""
    banco = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    processo = subprocess.Popen(
        [sys.executable, "-m", "pen.config", "trabalhar"], env=os.environ | {"DATABASE_URL": banco}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield
    finally:
        processo.terminate()
        try:
            processo.wait(20)
        except subprocess.TimeoutExpired:
            processo.kill()
            processo.wait(5)


def test_da_planilha_enviada_a_baixada_com_o_trabalhador_de_verdade(navegador, live_server, tmp_path):
    tela = abrir(navegador, 360)
    erros = erros_do_console(tela)
    enviar_planilha(tela, live_server.url, tmp_path)
    expect(tela.locator("#andamento-frase")).to_have_text("Na fila. A conferência de 11 linhas ainda não começou.")
    expect(tela.get_by_role("progressbar", name="Andamento da conferência")).to_be_visible()

    with trabalhador():
        tela.get_by_role("heading", name="Planilha conferida").wait_for(timeout=60_000)

    expect(tela.get_by_role("img", name="Linhas por resultado")).to_be_visible()
    expect(tela.get_by_role("table", name="Linhas por resultado").get_by_role("row")).to_have_count(7)
    with tela.expect_download() as baixada:
        tela.get_by_role("link", name="Baixar a planilha conferida").click()
    with baixada.value.path().open(encoding="utf-8", newline="") as texto:
        linhas = list(csv.reader(texto, delimiter=";"))
    assert baixada.value.suggested_filename == "processos-conferida.csv"
    assert linhas[3][1] == "00086.000244/2017-46" and linhas[3][3:6] == ["00086.000244/2017-46", "atual", "ok"]
    assert erros == [] and tela.context.cookies() == []


def test_sem_script_a_pagina_se_recarrega_sozinha_ate_ficar_pronta(navegador, live_server, tmp_path):
    tela = abrir(navegador, 1280, script=False)
    enviar_planilha(tela, live_server.url, tmp_path)
    expect(tela.locator("#andamento-frase")).to_have_text(re.compile(r"^\s*Na fila\."))

    conferir_lote(ConferenciaEmLote.objects.get().pk)

    tela.get_by_role("heading", name="Planilha conferida").wait_for(timeout=30_000)


def test_o_script_move_a_barra_e_a_frase(navegador, live_server):
    tela = abrir(navegador, 360)
    tela.goto(live_server.url + fabricar(situacao="conferindo", feitas=1))

    ConferenciaEmLote.objects.update(feitas=9)

    tela.get_by_text("9 de 11 linhas conferidas.").first.wait_for(timeout=30_000)
    assert tela.get_by_role("progressbar").evaluate("barra => [barra.value, barra.max]") == [9, 11]


def test_excluida_por_outro_enquanto_se_espera_a_pagina_diz(navegador, live_server):
    tela = abrir(navegador, 360)
    tela.goto(live_server.url + fabricar())

    ConferenciaEmLote.objects.all().delete()

    tela.get_by_text("Esta conferência não existe, já venceu ou foi excluída.").wait_for(timeout=30_000)


def test_outra_coluna_e_excluir_sem_script(navegador, live_server):
    tela = abrir(navegador, 360, script=False)
    tela.goto(live_server.url + fabricar(situacao="pronta"))
    tela.get_by_label("Conferir outra coluna").select_option("obs")
    tela.get_by_role("button", name="Conferir esta coluna").click()
    expect(tela.locator("#andamento-frase")).to_be_visible()
    assert ConferenciaEmLote.objects.get().coluna == 2

    tela.get_by_role("button", name="Excluir agora").click()
    expect(tela.get_by_text("A planilha e o resultado foram excluídos.")).to_be_visible()
    assert not ConferenciaEmLote.objects.exists()


# Dentro de outro sítio


class OutroSitio(BaseHTTPRequestHandler):
    """Um sítio de outra origem, cujas páginas trazem numa moldura o endereço pedido em ``?``."""

    def do_GET(self) -> None:
        dentro = unquote(self.path.partition("?")[2])
        html = f'<!DOCTYPE html><title>Órgão</title><iframe src="{dentro}" width="300" height="500"></iframe>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def outro_sitio(navegador, live_server):
    """Abre a página do outro sítio com um endereço nosso dentro."""
    with ThreadingHTTPServer(("127.0.0.1", 0), OutroSitio) as servidor:
        Thread(target=servidor.serve_forever, daemon=True).start()

        def abrir_com(caminho: str):
            tela = abrir(navegador, 360)
            tela.goto(f"http://127.0.0.1:{servidor.server_port}/?{quote(live_server.url + caminho)}")
            return tela

        yield abrir_com
        servidor.shutdown()


def test_o_widget_funciona_dentro_de_outro_sitio_sem_cookie(outro_sitio):
    tela = outro_sitio("/nup/widget/")
    moldura = tela.frame_locator("iframe")
    moldura.get_by_label("Número do processo").fill(CERTO)
    moldura.get_by_role("button", name="Conferir").click()

    moldura.get_by_text("Número correto").wait_for()
    expect(moldura.get_by_role("link", name="Ver parte por parte")).to_be_visible()
    assert tela.context.cookies() == []


def test_as_outras_paginas_nao_entram_em_moldura_de_outro_sitio(outro_sitio):
    tela = outro_sitio("/nup/")
    quadro = tela.frames[1]
    quadro.wait_for_load_state()

    expect(quadro.get_by_role("heading")).to_have_count(0)
    assert "Conferir" not in quadro.content()


def test_a_pagina_que_ensina_mostra_o_widget_funcionando(navegador, live_server):
    tela = abrir(navegador, 360)
    tela.goto(f"{live_server.url}/nup/embutir/")
    moldura = tela.frame_locator("iframe")
    moldura.get_by_label("Número do processo").fill("50650.001658/2017-18")
    moldura.get_by_role("button", name="Conferir").click()

    moldura.get_by_text("Os dígitos verificadores não conferem").wait_for()
