"""Os recibos que o órgão lê, pela API dele."""

import json

import pytest

from pen.protocolo_integrado.models import Remessa
from tests.fabricas.identidade import fabricar_credencial, fabricar_orgao, fabricar_sistema
from tests.fabricas.protocolo import documento, enviar

pytestmark = pytest.mark.django_db
RECIBOS = "/ProtocoloWS/rest/remessas"


def entrar(client, orgao):
    _, senha = fabricar_credencial(orgao)
    corpo = json.dumps({"codigoOrgao": orgao.codigo, "senha": senha, "lembrarMe": True})
    resposta = client.post("/ProtocoloWS/rest/autenticarPorOrgao", corpo, content_type="application/json")
    return {"Authorization": f"Bearer {resposta.json()['id_token']}"}


def test_orgao_le_o_recibo_com_o_motivo_e_o_documento_recusado(client):
    orgao = fabricar_orgao()
    enviar(fabricar_sistema(orgao), documento(), documento(assunto="", bruto=lambda: "<Documento>original</Documento>"))
    cabecalhos = entrar(client, orgao)

    recibo = client.get(RECIBOS, headers=cabecalhos).json()["remessas"][0]
    recusas = client.get(f"{RECIBOS}/{recibo['id']}", headers=cabecalhos).json()["recusas"]

    assert (recibo["aceitos"], recibo["recusados"], recibo["novos"]) == (1, 1, 1)
    assert (
        recusas[0]["posicao"] == 2
        and recusas[0]["codigo"] == "NF004"
        and recusas[0]["documento"] == "<Documento>original</Documento>"
    )


def test_recibo_de_outro_orgao_nao_existe(client):
    enviar(fabricar_sistema(), documento())
    cabecalhos = entrar(client, fabricar_orgao())

    assert client.get(RECIBOS, headers=cabecalhos).json()["remessas"] == []
    resposta = client.get(f"{RECIBOS}/{Remessa.objects.get().pk}", headers=cabecalhos)
    assert resposta.status_code == 404 and resposta.json()["codigo"] == "remessa-nao-encontrada"


def test_recibos_pedem_token_e_so_aceitam_get(client):
    assert client.get(RECIBOS).status_code == 401 and "detail" in client.get(RECIBOS).json()
    assert client.post(RECIBOS).status_code == 405


def test_recibos_sao_paginados_sem_repetir(client):
    orgao = fabricar_orgao()
    sistema = fabricar_sistema(orgao)
    for _ in range(52):
        enviar(sistema, documento(assunto=" "))
    cabecalhos = entrar(client, orgao)

    primeira = client.get(RECIBOS, headers=cabecalhos).json()
    segunda = client.get(f"{RECIBOS}?apos={primeira['proxima']}", headers=cabecalhos).json()

    assert len({r["id"] for r in primeira["remessas"] + segunda["remessas"]}) == 52 and segunda["proxima"] is None


def test_remessa_maior_que_o_limite_tambem_ganha_recibo(client, settings):
    settings.REMESSA_MAXIMO_BYTES = 1000
    orgao = fabricar_orgao()
    cabecalhos = entrar(client, orgao)

    resposta = client.post(
        "/ProtocoloWS/rest/enviarListaDocumentos", b" " * 2000, content_type="application/json", headers=cabecalhos
    )

    assert resposta.status_code == 400 and resposta.json()["detail"].startswith("NF002")
    assert "limite" in client.get(RECIBOS, headers=cabecalhos).json()["remessas"][0]["erro"]
