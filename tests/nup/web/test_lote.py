"""As páginas da conferência em lote: enviar, acompanhar, baixar, trocar de coluna e excluir."""

import csv
import uuid
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from pen.nup.models import ConferenciaEmLote
from pen.nup.services.lotes import TAMANHO_MAXIMO, conferir_lote
from tests.nup.web.amostras import csv_variado, xlsx_variado

pytestmark = pytest.mark.django_db
ENVIO = "/nup/lote/"


def enviar(client, conteudo: bytes | None = None, nome: str = "processos.csv", **campos: str):
    conteudo = csv_variado() if conteudo is None else conteudo
    return client.post(ENVIO, {"planilha": SimpleUploadedFile(nome, conteudo)} | campos)


@pytest.fixture
def pagina(client) -> str:
    """O endereço de uma conferência que ainda espera."""
    return enviar(client)["Location"]


def conferencia_de(endereco: str) -> ConferenciaEmLote:
    return ConferenciaEmLote.objects.get(pk=uuid.UUID(endereco.rstrip("/").rpartition("/")[2]))


def concluir(endereco: str) -> None:
    conferir_lote(conferencia_de(endereco).pk)


def mudar(endereco: str, **campos: object) -> None:
    ConferenciaEmLote.objects.filter(pk=conferencia_de(endereco).pk).update(**campos)


def erro_de(html: str, campo: str) -> str:
    """O que está escrito ao lado do campo."""
    return html[html.index(f'id="id_{campo}_error"') :].split("</div>")[0]


# Enviar


def test_a_pagina_diz_os_limites_e_o_prazo(client):
    html = client.get(ENVIO).text

    assert "CSV ou XLSX, de até 10 MB e 100.000 linhas." in html and "24 horas depois do envio" in html


def test_quem_envia_vai_a_pagina_da_conferencia_sem_entrar_e_sem_cookie(client):
    resposta = enviar(client)

    assert resposta.status_code == 302 and conferencia_de(resposta["Location"]).total == 11
    assert not resposta.cookies and not client.get(resposta["Location"]).cookies


def test_o_envio_nao_precisa_de_marca_de_formulario():
    exigente = Client(enforce_csrf_checks=True)

    assert enviar(exigente).status_code == 302


@pytest.mark.parametrize(
    ("conteudo", "nome", "trecho"),
    [
        (b"", "a.csv", "O arquivo está vazio."),
        (b"\xd0\xcf\x11\xe0", "a.xls", "Salve-o como XLSX"),
        (b"nup\n", "a.csv", "só tem o cabeçalho"),
        (b"nup\n" + b"1\n" * 100_001, "a.csv", "mais de 100.000 linhas"),
        (b"x" * (TAMANHO_MAXIMO + 1), "a.csv", "passa de 10 MB"),
    ],
    ids=["vazia", "xls", "sem linhas", "linhas demais", "bytes demais"],
)
def test_planilha_que_nao_serve_se_explica_no_resumo_e_ao_lado_do_campo(client, conteudo, nome, trecho):
    resposta = enviar(client, conteudo, nome)

    assert resposta.status_code == 422 and "<title>Erro: " in resposta.text
    assert trecho in erro_de(resposta.text, "planilha") and resposta.text.count(trecho) == 2
    assert not ConferenciaEmLote.objects.exists()


def test_envio_enorme_nem_se_le_e_recebe_a_mesma_explicacao(client):
    resposta = enviar(client, b"x" * (TAMANHO_MAXIMO + 200_000))

    assert resposta.status_code == 413 and "passa de 10 MB" in erro_de(resposta.text, "planilha")


def test_sem_planilha_o_campo_pede(client):
    resposta = client.post(ENVIO, {"coluna": "nup"})

    assert resposta.status_code == 422 and "Escolha a planilha." in erro_de(resposta.text, "planilha")


def test_coluna_que_nao_ha_se_explica_ao_lado_dela_com_as_que_ha(client):
    resposta = enviar(client, coluna="NIPE")

    assert "as que há: órgão, nup, obs" in erro_de(resposta.text, "coluna")
    assert 'value="NIPE"' in resposta.text


def test_coluna_pedida_e_a_conferida(client):
    assert conferencia_de(enviar(client, coluna="OBS")["Location"]).coluna == 2


def test_envios_demais_recebem_429_e_quanto_esperar(client):
    respostas = [enviar(client, b"nup\n1\n") for _ in range(13)]  # ainda que o minuto vire no meio

    barrada = next(r for r in respostas if r.status_code == 429)
    assert "Muitos pedidos em pouco tempo" in erro_de(barrada.text, "planilha") and int(barrada["Retry-After"]) >= 1


# Acompanhar


def test_enquanto_espera_a_pagina_diz_que_espera_e_se_recarrega_sem_script(client, pagina):
    html = client.get(pagina).text

    assert "Na fila. A conferência de 11 linhas ainda não começou." in html
    assert '<progress id="andamento" max="11" value="0">' in html
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in html and "nup/andamento.js" in html
    assert "Coluna conferida</dt><dd>nup<" in html


def test_com_o_trabalhador_parado_a_pagina_diz_a_verdade(client, pagina):
    mudar(pagina, mexida_em=timezone.now() - timedelta(minutes=10))

    html = client.get(pagina).text

    assert "mais do que o normal: o serviço que confere pode estar parado" in html and "guardada até" in html


def test_no_meio_a_barra_diz_quanto_foi(client, pagina):
    mudar(pagina, situacao="conferindo", feitas=4)

    assert 'max="11" value="4"' in client.get(pagina).text
    assert client.get(f"{pagina}andamento").json() == {
        "situacao": "conferindo", "feitas": 4, "total": 11, "frase": "4 de 11 linhas conferidas.", "acabou": False,
    }  # fmt: skip


def test_a_que_parou_diz_que_vai_recomecar(client, pagina):
    mudar(pagina, situacao="conferindo", feitas=4, mexida_em=timezone.now() - timedelta(minutes=10))

    assert "parou em 4 de 11 linhas e vai recomeçar sozinha" in client.get(pagina).text


def test_pronta_mostra_o_grafico_a_tabela_e_a_planilha(client, pagina):
    concluir(pagina)
    html = client.get(pagina).text

    assert "11 linhas conferidas." in html and f'href="{pagina}planilha"' in html
    assert '<svg class="grafico"' in html and "<caption>Linhas por resultado</caption>" in html
    assert "http-equiv" not in html and "andamento.js" not in html
    linha = html[html.index(">Conferem</td>") :]
    assert linha[: linha.index("</tr>")].count("5") and "45,5%" in linha


def test_recusada_diz_por_que_e_leva_a_outro_envio(client, pagina):
    mudar(pagina, situacao="recusada", motivo="A planilha parece estragada.")
    html = client.get(pagina).text

    assert (
        "Não deu para conferir a planilha" in html and "A planilha parece estragada." in html and f'href="{ENVIO}"' in html
    )
    assert client.get(f"{pagina}andamento").json()["acabou"] is True


def test_o_numero_de_consultas_nao_depende_das_linhas_nem_le_os_conteudos(client, pagina, django_assert_num_queries):
    concluir(pagina)

    with django_assert_num_queries(1) as feitas:
        client.get(pagina)
    assert '"resultado"' not in feitas[0]["sql"] and '"enviado"' not in feitas[0]["sql"]


# Baixar


def test_csv_volta_com_o_nome_e_as_colunas(client):
    endereco = enviar(client, nome="órgão, 2017.csv")["Location"]
    concluir(endereco)

    resposta = client.get(f"{endereco}planilha")

    assert resposta["Content-Type"] == "text/csv"
    assert resposta["Content-Disposition"] == (
        "attachment; filename=\"planilha-conferida.csv\"; filename*=UTF-8''%C3%B3rg%C3%A3o%2C%202017-conferida.csv"
    )
    lidas = list(csv.reader(StringIO(resposta.content.decode()), delimiter=";"))
    assert lidas[3][1:6] == ["00086.000244/2017-46", "zeros no começo", "00086.000244/2017-46", "atual", "ok"]


def test_xlsx_volta_como_xlsx(client):
    endereco = enviar(client, xlsx_variado(), "a.xlsx")["Location"]
    concluir(endereco)

    resposta = client.get(f"{endereco}planilha")

    assert resposta["Content-Type"].endswith("spreadsheetml.sheet")
    assert load_workbook(BytesIO(resposta.content)).active["F2"].value == "ok"
    assert "Aba</dt><dd>Sheet<" in client.get(endereco).text


def test_antes_de_pronta_nao_ha_o_que_baixar(client, pagina):
    assert client.get(f"{pagina}planilha").status_code == 404


# Outra coluna, excluir


def test_outra_coluna_recomeca(client, pagina):
    concluir(pagina)

    resposta = client.post(f"{pagina}coluna", {"coluna": "2"})

    assert resposta["Location"] == pagina and "Coluna conferida</dt><dd>obs<" in client.get(pagina).text
    assert conferencia_de(pagina).situacao == "esperando"


@pytest.mark.parametrize("coluna", ["", "9", "x"])
def test_coluna_que_nao_ha_na_lista_e_recusada_ao_lado_do_campo(client, pagina, coluna):
    resposta = client.post(f"{pagina}coluna", {"coluna": coluna})

    assert resposta.status_code == 422 and erro_de(resposta.text, "coluna")


def test_excluir_e_na_hora_e_de_novo_da_no_mesmo(client, pagina):
    primeira, segunda = (client.post(f"{pagina}excluir") for _ in range(2))

    assert not ConferenciaEmLote.objects.exists()
    assert primeira["Location"] == segunda["Location"] == f"{ENVIO}?excluida=sim"
    assert "A planilha e o resultado foram excluídos." in client.get(primeira["Location"]).text


# O que vale para todas


def enderecos(pagina: str) -> list[str]:
    return [ENVIO, pagina, f"{pagina}andamento", f"{pagina}planilha"]


def test_nada_fica_em_cache_nem_em_busca_nem_vaza_o_endereco(client, pagina):
    concluir(pagina)

    for endereco in enderecos(pagina):
        resposta = client.get(endereco)
        assert "no-store" in resposta["Cache-Control"] and "noindex" in resposta["X-Robots-Tag"], endereco
        assert resposta["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("idade", [timedelta(hours=24), None], ids=["vencida", "nunca existiu"])
def test_a_que_venceu_e_a_que_nunca_existiu_respondem_igual(client, pagina, idade):
    mudar(pagina, criada_em=timezone.now() - (idade or timedelta()))
    endereco = pagina if idade else f"{ENVIO}{uuid.uuid4()}/"

    respostas = [client.get(endereco), client.get(f"{endereco}andamento"), client.get(f"{endereco}planilha")]
    respostas.append(client.post(f"{endereco}coluna", {"coluna": "0"}))

    assert [r.status_code for r in respostas] == [404] * 4
    assert "não existe, já venceu ou foi excluída" in respostas[0].text


@pytest.mark.parametrize(
    ("fim", "metodo"), [("", "post"), ("andamento", "post"), ("planilha", "post"), ("coluna", "get"), ("excluir", "get")]
)
def test_metodo_errado(client, pagina, fim, metodo):
    assert getattr(client, metodo)(f"{pagina}{fim}").status_code == 405
