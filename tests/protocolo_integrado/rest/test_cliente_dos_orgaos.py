"""A API do próximo cliente dos órgãos: os três passos dele, e todo erro com ``detail``."""

import json
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from pen.identidade.models import Orgao
from pen.identidade.public import Ambiente, SituacaoDoOrgao, revogar_credencial
from pen.protocolo_integrado.interfaces.rest.views import VALIDADE_DO_TOKEN
from pen.protocolo_integrado.models import Andamento, Interessado, Recusa, Registro, Remessa
from tests.fabricas.protocolo import fabricar_nup
from tests.protocolo_integrado.soap.apoio import Sistema, documento_xml

pytestmark = pytest.mark.django_db
BASE = "/ProtocoloWS/rest/"
CPF = "00000000191"  # verificadores certos, e começa por zeros


@pytest.fixture
def sistema(client, db):
    return Cliente(Sistema(client))


class Cliente:
    """O cliente 3.1.0: autentica, pergunta o máximo, envia."""

    def __init__(self, sistema: Sistema) -> None:
        self.sistema, self.client, self.token = sistema, sistema.client, None

    def autenticar(self, **campos):
        corpo = {"codigoOrgao": self.sistema.orgao.codigo, "senha": self.sistema.segredo, "lembrarMe": True} | campos
        return self.client.post(f"{BASE}autenticarPorOrgao", corpo, content_type="application/json")

    def cabecalhos(self):
        self.token = self.token or self.autenticar().json()["id_token"]
        return {"Authorization": f"Bearer {self.token}"}

    def maximo(self):
        return self.client.get(f"{BASE}getQuantidadeMaximaDocumentosPorRequisicao", headers=self.cabecalhos())

    def postar(self, corpo, caminho="enviarListaDocumentos"):
        bruto = corpo if isinstance(corpo, bytes) else json.dumps(corpo).encode()
        return self.client.generic("POST", BASE + caminho, bruto, "application/json", headers=self.cabecalhos())

    def enviar(self, *documentos):
        """Os resultados, na ordem, como o cliente os lê."""
        resposta = self.postar({"documentos": documentos})
        assert resposta.status_code == 200, resposta.content
        return [item["resultado"] for item in resposta.json()]


def doc(protocolo=None, **campos):
    """Um documento como o cliente 3.1.0 o escreve."""
    return {
        "assunto": "Pessoal: Férias", "protocolo": protocolo or fabricar_nup(), "especie": "Processo",
        "dataHoraProducao": "2024-03-04T00:00:00-03:00", "dataHoraProducaoTz": None,
        "interessados": [], "protocoloRelacionados": [], "protocoloAnteriores": [],
        "historico": [{"id": None, "unidade": "PROT/ORG", "operacao": "Processo recebido na unidade", "documento": None,
                       "dataHoraOperacao": "2024-03-05T10:00:00-03:00", "atualizadoEm": None}],
    } | campos  # fmt: skip


def parte(nome="Ana", cpf="00000000000", **campos):
    return {"id": None, "nome": nome, "natureza": "F", "cpf": cpf, "cnpj": None, "documento": None} | campos


def detalhe(resposta, situacao):
    """O ``detail`` do erro, depois de conferir a situação e a forma."""
    assert resposta.status_code == situacao, resposta.content
    assert resposta["Content-Type"].startswith("application/json")
    corpo = resposta.json()
    assert isinstance(corpo, dict) and isinstance(corpo["detail"], str) and corpo["detail"]
    return corpo["detail"]


# --- 1. autenticarPorOrgao


def test_codigo_e_senha_viram_id_token(sistema):
    resposta = sistema.autenticar()

    assert resposta.status_code == 200 and isinstance(resposta.json()["id_token"], str)


def test_texto_que_veio_como_numero_inteiro_e_lido_como_texto(sistema):
    assert sistema.enviar(doc(assunto=10**400)) == ["Ok!"] and Registro.objects.get().assunto == str(10**400)


def test_codigo_pode_vir_como_numero(sistema):
    assert sistema.autenticar(codigoOrgao=int(sistema.sistema.orgao.codigo)).status_code == 200


@pytest.mark.parametrize("campos", [{"senha": "errada"}, {"codigoOrgao": "777777"}, {"senha": ""}, {"codigoOrgao": "\0"}])
def test_o_que_nao_confere_e_401_e_a_resposta_nao_diz_o_que_errou(sistema, campos):
    assert detalhe(sistema.autenticar(**campos), 401) == "Código do órgão ou senha inválidos."


@pytest.mark.parametrize(
    "campos",
    [
        {"codigoOrgao": None},
        {"senha": None},
        {"senha": 123},
        {"codigoOrgao": ["1"]},
        {"codigoOrgao": {}},
        {"codigoOrgao": 1.5},
    ],
)
def test_login_sem_codigo_ou_senha_de_texto_e_400(sistema, campos):
    assert "codigoOrgao" in detalhe(sistema.autenticar(**campos), 400)


@pytest.mark.parametrize(
    "corpo", [b"", b"[]", b'"x"', b"nada", b"{", b"null", b"\xff", b"[" * 5000, b'{"senha": "a' + b"a" * 20_000]
)
def test_login_de_forma_errada_tem_detail(client, corpo):
    from io import BytesIO

    entrada = {"wsgi.input": BytesIO()} if not corpo else {}
    resposta = client.generic("POST", f"{BASE}autenticarPorOrgao", corpo, "application/json", **entrada)

    assert detalhe(resposta, resposta.status_code) and 400 <= resposta.status_code < 500


def test_orgao_suspenso_e_403(sistema):
    Orgao.objects.filter(pk=sistema.sistema.orgao.pk).update(situacao=SituacaoDoOrgao.SUSPENSO)

    assert "suspenso" in detalhe(sistema.autenticar(), 403)


def test_erros_demais_e_429(sistema, settings):
    settings.AUTENTICACOES_RECUSADAS_POR_MINUTO = 1
    sistema.autenticar(senha="errada")

    assert "Espere" in detalhe(sistema.autenticar(), 429)


# --- O token


@pytest.mark.parametrize(
    "cabecalho",
    ["", "Bearer", "Bearer ", "Bearer abc", "Basic abc", "Bearer a:b:c", "Bearer caf\xe9", "Bearer " + "x" * 100_000],
)
def test_token_ausente_ou_inventado_e_401(client, cabecalho):
    for metodo, caminho in [("GET", "getQuantidadeMaximaDocumentosPorRequisicao"), ("POST", "enviarListaDocumentos")]:
        resposta = client.generic(metodo, BASE + caminho, b"{}", headers={"Authorization": cabecalho})
        assert "autentique de novo" in detalhe(resposta, 401)


def test_token_assinado_para_outro_uso_nao_serve(sistema):
    sistema.token = signing.dumps(str(sistema.sistema.credencial.pk), salt="outro-uso")

    assert detalhe(sistema.maximo(), 401)


def test_token_vence(sistema, monkeypatch):
    import time

    sistema.cabecalhos()
    agora = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: agora + VALIDADE_DO_TOKEN + 1)

    assert "vencido" in detalhe(sistema.maximo(), 401)


def test_revogar_a_credencial_derruba_o_token_no_pedido_seguinte(sistema):
    assert sistema.maximo().status_code == 200
    revogar_credencial(por=None, orgao=sistema.sistema.credencial.orgao, credencial_id=sistema.sistema.credencial.pk)

    assert detalhe(sistema.maximo(), 401) and detalhe(sistema.postar({"documentos": [doc()]}), 401)
    assert not Registro.objects.exists()


def test_suspender_o_orgao_derruba_o_token_no_pedido_seguinte(sistema):
    sistema.cabecalhos()
    Orgao.objects.filter(pk=sistema.sistema.orgao.pk).update(situacao=SituacaoDoOrgao.SUSPENSO)

    assert detalhe(sistema.postar({"documentos": [doc()]}), 403)


def test_token_nao_revela_a_senha(sistema):
    assert sistema.sistema.segredo not in sistema.autenticar().text


# --- 2. getQuantidadeMaximaDocumentosPorRequisicao


def test_quantidade_maxima_e_o_numero_cem(sistema):
    assert sistema.maximo().json() == {"quantidade": 300}


# --- 3. enviarListaDocumentos


def test_responde_uma_lista_com_um_objeto_por_documento_na_ordem(sistema):
    numeros = [fabricar_nup() for _ in range(3)]

    resposta = sistema.postar({"documentos": [doc(n) for n in numeros]})

    assert resposta.json() == [{"protocolo": n, "resultado": "Ok!"} for n in numeros]
    assert Remessa.objects.get(pk=resposta["X-Recibo"]).canal == "rest"


def test_um_documento_ruim_nao_derruba_os_vizinhos(sistema):
    bom, ruim, outro = sistema.enviar(doc(), doc(assunto=""), doc())

    assert (bom, outro) == ("Ok!", "Ok!") and ruim.startswith("NF004 - ")
    assert Registro.objects.count() == 2 and json.loads(Recusa.objects.get().documento_bruto)["assunto"] == ""


def test_cpf_de_zeros_e_o_mesmo_que_nenhum(sistema):
    sistema.enviar(doc(interessados=[parte("Empresa Ltda.")]))

    assert Interessado.objects.values_list("nome", "documento_hash", "documento_mascarado").get() == (
        "Empresa Ltda.",
        None,
        "",
    )


@pytest.mark.parametrize("cpf", [CPF, "191", 191, "000.000.001-91", " 191 "])
def test_zero_a_esquerda_perdido_e_restaurado(sistema, cpf):
    sistema.enviar(doc(interessados=[parte(cpf=CPF)]), doc(interessados=[parte(cpf=cpf)]))

    um, outro = Interessado.objects.values_list("documento_hash", "documento_mascarado")
    assert um == outro and um[1] == "***.000.00*-**"


@pytest.mark.parametrize("cpf", ["12345678901", "abc", "", "9" * 5000, "0", 0, "11111111111"])
def test_cpf_que_nao_confere_e_tratado_como_ausente(sistema, cpf):
    assert sistema.enviar(doc(interessados=[parte(cpf=cpf)])) == ["Ok!"]
    assert Interessado.objects.get().documento_mascarado == ""


def test_cnpj_quando_vem_e_guardado_formatado(sistema):
    sistema.enviar(doc(interessados=[parte("Banco", cnpj="00.000.000/0001-91", natureza="J")]))

    assert Interessado.objects.get().documento_mascarado == "00.000.000/0001-91"


def test_cpf_nunca_e_guardado_em_claro(sistema):
    sistema.enviar(doc(assunto="De 529.982.247-25", interessados=[parte("Ana 52998224725", cpf="52998224725")]))

    guardado = repr([list(m.objects.values()) for m in (Registro, Interessado, Andamento)])
    assert "52998224725" not in guardado and "529.982" not in guardado


def test_o_que_veio_por_soap_e_volta_por_rest_nao_duplica(sistema):
    nup = fabricar_nup()
    sistema.sistema.enviar(documento_xml(nup, assunto="Sobrestamento.&#13;Motivo  longo"))
    antes = Registro.objects.values().get(), list(Andamento.objects.values())

    assert sistema.enviar(doc(nup, assunto="Sobrestamento.\r\nMotivo longo ")) == ["Ok!"]

    depois = Registro.objects.values().get(), list(Andamento.objects.values())
    assert antes == depois
    ultima = Remessa.objects.latest("recebida_em")
    assert (ultima.canal, ultima.novos, ultima.alterados, ultima.repetidos) == ("rest", 0, 0, 1)


def test_reenvio_com_o_mesmo_cpf_nao_muda_nada(sistema):
    igual = doc(interessados=[parte(cpf=CPF), parte("Beto", "191")])
    sistema.enviar(igual)

    sistema.enviar(igual)

    assert Remessa.objects.latest("recebida_em").repetidos == 1 and Interessado.objects.count() == 2


def test_homologacao_recebe_ok_e_nada_vai_ao_registro(client):
    sistema = Cliente(Sistema(client, ambiente=Ambiente.HOMOLOGACAO))

    assert sistema.enviar(doc()) == ["Ok!"] and not Registro.objects.exists()


@pytest.mark.parametrize(
    "corpo",
    [b"", b"nada", b"[]", b"{}", b"null", b"1", b'{"documentos": null}', b'{"documentos": {}}', b'{"documentos": "x"}',
     b'{"documentos": []}', b"[" * 100_000, b'{"a":' * 100_000, b'{"documentos": [', b"\xff\xfe", b"\xef\xbb\xbf{}", b"NaN"],
)  # fmt: skip
def test_corpo_de_forma_errada_e_400_com_detail_e_recibo(sistema, corpo):
    from io import BytesIO

    if not corpo:
        resposta = sistema.client.generic(
            "POST", f"{BASE}enviarListaDocumentos", b"", headers=sistema.cabecalhos(), **{"wsgi.input": BytesIO()}
        )
    else:
        resposta = sistema.postar(corpo)

    assert detalhe(resposta, 400).startswith("NF002 - ") and Remessa.objects.get().erro.startswith("NF002 - ")


def test_trezentos_e_um_documentos_sao_recusados_com_recibo(sistema):
    assert "301" in detalhe(sistema.postar({"documentos": [doc("1")] * 301}), 400)
    assert Remessa.objects.get().recusados == 301


def test_corpo_grande_demais_e_400_com_recibo(sistema, settings):
    settings.REMESSA_MAXIMO_BYTES = 2**20

    assert "NF002 - O pedido passa do limite de 1 MB" in detalhe(sistema.postar(b" " * 2**21), 400)
    assert "1 MB" in Remessa.objects.get().erro


@pytest.mark.parametrize(
    "item",
    [None, 1, "x", [], [[]], {}, {"protocolo": []}, {"protocolo": True}, {"protocolo": 1.5}, doc(assunto={}), doc(historico="x"),
     doc(historico=[1]), doc(interessados={}), doc(interessados=["x"]), doc(protocoloRelacionados=[{}]), doc(protocolo=2**200),
     doc(assunto="\0"), doc(dataHoraProducao="\0"), doc(dataHoraProducao="x" * 10_000),
     doc(historico=[{"dataHoraOperacao": "\0"}]), doc(historico=[{}]), doc(dataHoraProducao=20240304),
     doc(interessados=[parte(cpf=[])])],
    ids=lambda item: repr(item)[:60],
)  # fmt: skip
def test_item_de_forma_errada_e_recusado_sozinho(sistema, item):
    bom, ruim, outro = sistema.enviar(doc(), item, doc())

    assert (bom, outro) == ("Ok!", "Ok!") and ruim.startswith("NF00")
    recusa = Recusa.objects.get()
    assert recusa.posicao == 2 and recusa.motivo == ruim.replace("\0", "\ufffd") and Registro.objects.count() == 2


@pytest.mark.parametrize(
    "numero", [b"1" * 25, b"1" * 400, b"1" * 5000, b"1e999", b"-0", b"123456789012345678901234567890.5"]
)
@pytest.mark.parametrize("campo", [b"protocolo", b"campoDesconhecido"])
def test_numero_enorme_no_json_nao_derruba_os_vizinhos(sistema, campo, numero):
    ruim = (
        json.dumps(doc(protocolo=0) | {"campoDesconhecido": 0})
        .encode()
        .replace(b'"%s": 0' % campo, b'"%s": %s' % (campo, numero))
    )
    corpo = (
        b'{"documentos": ['
        + b",".join([json.dumps(doc()).encode(), ruim.replace(b'"assunto": "', b'"assunto": "\\u0000')])
        + b"]}"
    )

    resposta = sistema.postar(corpo)

    if resposta.status_code == 400:  # números que o JSON não comporta são mensagem malformada
        assert detalhe(resposta, 400).startswith("NF002 - JSON malformado")
    else:
        assert resposta.json()[0]["resultado"] == "Ok!" and Registro.objects.count() >= 1


@pytest.mark.parametrize("ruim", [b"\xff", b"\xed\xa0\x80", b"\\ud800", b"\\udc00\\ud800", b"\\u0000", b"\x7f"])
def test_texto_ilegivel_recusa_so_o_documento_dele(sistema, ruim):
    documentos = [
        json.dumps(doc()).encode(),
        json.dumps(doc(assunto="ZZZ")).encode().replace(b"ZZZ", b"a" + ruim + b"b"),
        json.dumps(doc()).encode(),
    ]

    resposta = sistema.postar(b'{"documentos": [' + b",".join(documentos) + b"]}")

    assert resposta.status_code == 200, resposta.content
    assert [i["resultado"][:5] for i in resposta.json()] == ["Ok!", "NF002", "Ok!"] and Registro.objects.count() == 2


@pytest.mark.parametrize("profundidade", [100, 250, 400, 600, 800, 900, 950, 980, 1000])
def test_aninhamento_no_documento_recusado_nao_derruba_os_vizinhos(sistema, profundidade):
    fundo = b"[" * profundidade + b"]" * profundidade
    ruim = b'{"protocolo": "1", "campo": ' + fundo + b"}"

    resposta = sistema.postar(b'{"documentos": [' + json.dumps(doc()).encode() + b"," + ruim + b"]}")

    if resposta.status_code == 400:
        assert detalhe(resposta, 400).startswith("NF002 - JSON malformado")
    else:
        assert [i["resultado"][:5] for i in resposta.json()] == ["Ok!", "NF004"] and Registro.objects.count() == 1


# --- A forma de todo erro


@pytest.mark.parametrize("caminho", ["", "outraCoisa", "autenticarPorOrgao/x"])
def test_caminho_que_nao_existe_e_404_com_detail(client, caminho):
    assert detalhe(client.get(BASE + caminho), 404)


@pytest.mark.parametrize(
    ("metodo", "caminho"),
    [("GET", "autenticarPorOrgao"), ("POST", "getQuantidadeMaximaDocumentosPorRequisicao"), ("GET", "enviarListaDocumentos"),
     ("PUT", "enviarListaDocumentos"), ("DELETE", "autenticarPorOrgao"), ("OPTIONS", "enviarListaDocumentos")],
)  # fmt: skip
def test_metodo_errado_e_405_com_detail_e_allow(client, metodo, caminho):
    resposta = client.generic(metodo, BASE + caminho)

    assert detalhe(resposta, 405) and resposta["Allow"] in {"GET", "POST"}


def test_host_desconhecido_tem_detail(client):
    assert detalhe(client.post(f"{BASE}autenticarPorOrgao", headers={"Host": "mal<educado"}), 400)


def test_barra_no_fim_e_content_type_nao_importam(sistema):
    resposta = sistema.client.generic(
        "POST",
        f"{BASE}enviarListaDocumentos/",
        json.dumps({"documentos": [doc()]}).encode(),
        "text/plain",
        headers=sistema.cabecalhos(),
    )

    assert resposta.json()[0]["resultado"] == "Ok!"


def test_nao_pede_csrf_nem_cria_sessao(sistema):
    sistema.client.handler.enforce_csrf_checks = True

    assert sistema.enviar(doc()) == ["Ok!"] and not sistema.client.cookies


def test_consultas_nao_crescem_com_a_remessa(sistema, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sistema.enviar(doc())
    with CaptureQueriesContext(connection) as com_um:
        sistema.enviar(doc())

    with django_assert_num_queries(len(com_um)):
        sistema.enviar(doc(), doc(), doc())


def test_data_futura_e_recusada_com_nf006(sistema):
    amanha = (timezone.now() + timedelta(days=3)).isoformat(timespec="seconds")

    assert sistema.enviar(doc(dataHoraProducao=amanha))[0].startswith("NF006 - ")
