"""``/api/v1/nups``: numerar por API, com a credencial do sistema."""

import base64

import pytest

from pen.identidade.public import Finalidade
from pen.nup.enums.situacoes import SituacaoDaUnidade
from tests.fabricas.identidade import fabricar_credencial
from tests.fabricas.nup import fabricar_unidade

pytestmark = pytest.mark.django_db


class Sistema:
    """O sistema de um órgão, com a sua credencial."""

    def __init__(self, client, orgao, finalidade=Finalidade.NUMERACAO):
        _, segredo = fabricar_credencial(orgao, finalidade=finalidade)
        self.client, self.orgao = client, orgao
        self.autorizacao = "Basic " + base64.b64encode(f"{orgao.codigo}:{segredo}".encode()).decode()

    def pedir(self, corpo, chave="pedido-1"):
        cabecalhos = {"authorization": self.autorizacao} | ({"idempotency-key": chave} if chave else {})
        return self.client.post("/api/v1/nups", corpo, content_type="application/json", headers=cabecalhos)

    def mandar(self, caminho, corpo=None):
        cabecalhos = {"authorization": self.autorizacao}
        return self.client.post(f"/api/v1/nups/{caminho}", corpo or {}, content_type="application/json", headers=cabecalhos)

    def ver(self, numero):
        return self.client.get(f"/api/v1/nups/{numero}", headers={"authorization": self.autorizacao})


@pytest.fixture
def unidade():
    return fabricar_unidade()


@pytest.fixture
def sistema(client, unidade):
    return Sistema(client, unidade.orgao)


def test_reserva_da_numeros_seguidos_e_a_repeticao_os_mesmos(sistema, unidade):
    corpo = {"unidade": unidade.codigo, "quantos": 2, "documento": "Ofício 7"}

    nova, repetida = sistema.pedir(corpo), sistema.pedir(corpo)

    assert (nova.status_code, repetida.status_code) == (201, 200)
    assert nova.json() == repetida.json()
    assert [n[:12] for n in nova.json()["numeros"]] == [f"{unidade.codigo}.000001", f"{unidade.codigo}.000002"]
    assert nova.json()["destino"] == "reservado"


def test_o_destino_de_um_numero_com_ou_sem_pontuacao(sistema, unidade):
    (numero,) = sistema.pedir({"unidade": unidade.codigo}).json()["numeros"]

    assert sistema.ver(numero).json()["destino"] == "reservado"
    usado = sistema.mandar(f"{numero}/uso", {"documento": "Processo de compras"}).json()
    assert (usado["destino"], usado["documento"]) == ("usado", "Processo de compras")
    so_algarismos = "".join(c for c in numero if c.isdigit())
    anulado = sistema.mandar(f"{so_algarismos}/anulacao", {"motivo": "Duplicado."}).json()
    assert (anulado["destino"], anulado["motivo"]) == ("anulado", "Duplicado.")
    de_volta = sistema.mandar(f"{numero}/uso")
    assert (de_volta.status_code, de_volta.json()["codigo"]) == (409, "destino-definitivo")


def test_numero_que_nasce_usado(sistema, unidade):
    resposta = sistema.pedir({"unidade": unidade.codigo, "usar": True}).json()

    assert resposta["destino"] == "usado"
    assert sistema.ver(resposta["numeros"][0]).json()["destino"] == "usado"


@pytest.mark.parametrize("autorizacao", [None, "Basic eDp5", "Basic ###", "Bearer abc"])
def test_sem_credencial_que_confira_e_401(client, unidade, autorizacao):
    cabecalhos = {"idempotency-key": "a"} | ({"authorization": autorizacao} if autorizacao else {})
    resposta = client.post("/api/v1/nups", {"unidade": unidade.codigo}, content_type="application/json", headers=cabecalhos)

    assert resposta.status_code == 401
    assert resposta["Content-Type"] == "application/problem+json"


def test_outro_orgao_nao_numera_nem_ve_o_numero(client, sistema, unidade):
    (numero,) = sistema.pedir({"unidade": unidade.codigo}).json()["numeros"]
    outro = Sistema(client, fabricar_unidade().orgao)

    assert outro.pedir({"unidade": unidade.codigo}).status_code == 403
    assert outro.ver(numero).status_code == 404
    assert outro.mandar(f"{numero}/uso").status_code == 404
    assert outro.mandar(f"{numero}/anulacao", {"motivo": "x"}).status_code == 404


def test_credencial_de_enviar_ao_protocolo_integrado_nao_entra_e_a_resposta_diz_qual_usar(client, unidade):
    recusa = Sistema(client, unidade.orgao, Finalidade.ENVIO).pedir({"unidade": unidade.codigo})

    assert (recusa.status_code, recusa.json()["codigo"]) == (401, "credencial-invalida")
    assert "credencial de numeração" in str(recusa.json())


def test_unidade_inativa_e_409_e_a_que_nao_existe_404(client):
    inativa = fabricar_unidade(situacao=SituacaoDaUnidade.INATIVA)
    sistema = Sistema(client, inativa.orgao)

    recusa = sistema.pedir({"unidade": inativa.codigo})
    assert (recusa.status_code, recusa.json()["codigo"]) == (409, "unidade-nao-numera")
    assert sistema.pedir({"unidade": "99999"}).json()["codigo"] == "unidade-nao-encontrada"


@pytest.mark.parametrize(
    ("corpo", "chave"),
    [
        ({"unidade": "12345"}, None),
        ({}, "a"),
        ({"unidade": "12345", "quantos": "muitos"}, "a"),
        ({"unidade": "12345", "quantos": 1001}, "a"),
        ({"unidade": "12345"}, "x" * 101),
        ({"unidade": "12345", "documento": "x" * 201}, "a"),
        ("isto não é json", "a"),
    ],
    ids=["sem-chave", "sem-unidade", "quantos-texto", "quantos-demais", "chave-longa", "documento-longo", "nao-json"],
)
def test_pedido_malformado_se_explica(sistema, corpo, chave):
    resposta = sistema.pedir(corpo, chave)

    assert resposta.status_code in {400, 422}
    assert resposta["Content-Type"] == "application/problem+json"
    assert resposta.json()["detail"]


def test_numerar_nao_tem_o_limite_das_consultas(sistema, unidade, settings):
    settings.API_PEDIDOS_POR_MINUTO = 2

    assert {sistema.pedir({"unidade": unidade.codigo}, f"c{n}").status_code for n in range(5)} == {201}


def test_as_unidades_sao_publicas_com_filtro_e_historia(client, unidade):
    fabricar_unidade(situacao=SituacaoDaUnidade.INATIVA)

    todas = client.get("/api/v1/unidades").json()
    ativas = client.get("/api/v1/unidades", {"situacao": "ativa"}).json()
    uma = client.get(f"/api/v1/unidades/{unidade.codigo}").json()

    assert (len(todas["itens"]), len(ativas["itens"])) == (2, 1)
    assert (uma["orgao"], uma["historia"][0]["situacao"]) == (unidade.orgao.codigo, "ativa")
    assert client.get("/api/v1/unidades/00001").status_code == 404
    assert client.get("/api/v1/unidades", {"situacao": "outra"}).status_code == 422


@pytest.mark.parametrize("codigo", ["12\0", "１２３４５", "ab", "00000", "123456", "%00"])
def test_codigo_que_nao_e_de_unidade_nao_existe(client, sistema, codigo):
    assert sistema.pedir({"unidade": codigo}).status_code == 404
    assert client.get(f"/api/v1/unidades/{codigo}").status_code == 404
    assert client.get(f"/nup/unidades/{codigo}/").status_code == 404


def test_texto_que_nao_se_le_e_recusado_e_nada_sai(client, unidade):
    sistema = Sistema(client, unidade.orgao)

    ilegivel = '{"documento": "\\ud800"}'
    assert sistema.pedir(ilegivel.replace("{", f'{{"unidade": "{unidade.codigo}", ')).status_code == 422
    assert client.get("/api/v1/unidades", {"uf": "\0"}).status_code == 422
    numero = sistema.pedir({"unidade": unidade.codigo}).json()["numeros"][0]
    assert sistema.mandar(f"{numero}/uso", ilegivel).status_code == 422


def test_unidade_diz_endereco_e_contatos(client, unidade):
    unidade.email = "protocolo@orgao.gov.br"
    unidade.save(update_fields=["email"])

    assert client.get(f"/api/v1/unidades/{unidade.codigo}").json()["email"] == "protocolo@orgao.gov.br"
