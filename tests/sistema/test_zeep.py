"""Um cliente SOAP que não é nosso (zeep): lê o WSDL no servidor e envia o que ele manda enviar."""

from datetime import UTC, datetime

import pytest
import requests
import zeep
from zeep.transports import Transport

pytestmark = pytest.mark.sistema


def conectar(servidor, orgao, senha):
    sessao = requests.Session()
    sessao.auth = (orgao, senha)
    sessao.trust_env = False
    return zeep.Client(f"{servidor.soap}?wsdl", transport=Transport(session=sessao, timeout=20))


@pytest.fixture
def cliente(servidor, instalacao):
    return conectar(servidor, "A1", instalacao.orgaos["A1"])


def documento(protocolo, **campos):
    agora = datetime(2024, 3, 4, tzinfo=UTC)
    return {
        "Protocolo": protocolo, "DataHoraProducao": agora, "Especie": "Processo", "Assunto": "Férias & licença",
        "ListaInteressados": {"Interessado": [{"NomeInteressado": "Ana"}]},
        "ListaProtocolosRelacionados": {"ProtocoloRelacionado": ["18600056687202339"]},
        "Historico": {"ItemHistorico": [{"DataHoraOperacao": agora, "UnidadeOperacao": "PROT", "Operacao": "Processo gerado"}]},
    } | campos  # fmt: skip


def test_maximo_chega_como_inteiro(cliente):
    assert cliente.service.getQuantidadeMaximaDocumentosPorRequisicao() == 300


def test_resultados_chegam_na_ordem_com_o_numero(cliente):
    respostas = cliente.service.enviarListaDocumentos(
        ListaDocumentos={"Documento": [documento("30001000001202400"), documento("30001000002202400", Assunto=" ")]}
    )

    assert [r.Protocolo for r in respostas] == ["30001000001202400", "30001000002202400"]
    assert respostas[0].Resultado == "Ok!" and respostas[1].Resultado.startswith("NF004 - ")


def test_o_que_o_zeep_enviou_fica_guardado(cliente, instalacao):
    cliente.service.enviarListaDocumentos(ListaDocumentos={"Documento": [documento("30002000001202400")]})

    guardado = instalacao.guardado("A1", "30002")
    assert guardado["registro"][0][5] == "Férias & licença" and len(guardado["andamento"]) == 1
    assert [linha[2] for linha in guardado["interessado"]] == ["Ana"]


def test_senha_errada_chega_como_fault_com_o_codigo(servidor):
    with pytest.raises(zeep.exceptions.Fault, match="NF001") as erro:
        conectar(servidor, "A1", "errada").service.getQuantidadeMaximaDocumentosPorRequisicao()

    assert erro.value.detail.findtext(".//mensagemFault").startswith("NF001")


def test_lista_sem_documento_chega_como_fault(cliente):
    with pytest.raises(zeep.exceptions.Fault, match="NF002"):
        cliente.service.enviarListaDocumentos()


def test_wsdl_anuncia_o_proprio_servidor(cliente, servidor):
    porta = next(iter(cliente.wsdl.services.values())).ports["IntegradorPort"]

    assert porta.binding_options["address"] == servidor.soap
