"""As mensagens gravadas, uma a uma: o que o cliente envia e o que fica guardado."""

from datetime import UTC, datetime

import pytest

from pen.protocolo_integrado.models import Andamento, Interessado, Recusa, Registro, Remessa
from tests.protocolo_integrado.soap.apoio import MENSAGENS, corpo_soap, resultados

pytestmark = pytest.mark.django_db


def gravada(nome):
    return (MENSAGENS / f"{nome}.xml").read_bytes()


@pytest.fixture
def sei(sistema):
    sistema.respondido = resultados(sistema.postar(gravada("envio_sei")))
    return sistema


def test_pedido_do_maximo_do_php_responde_trezentos(sistema):
    resposta = sistema.postar(gravada("maximo_php"))

    assert corpo_soap(resposta).findtext("NumeroMaximoDocumentos") == "300"


def test_os_tres_processos_do_sei_sao_aceitos_na_ordem_com_o_numero_ecoado(sei):
    assert sei.respondido == [
        ("50650001658201717", "Ok!"), ("153740010962012DV", "Ok!"), ("18600056687202339", "Ok!"),
    ]  # fmt: skip


def test_textos_do_sei_sao_normalizados(sei):
    operacoes = dict(Andamento.objects.filter(numero="50650001658201717").values_list("ocorrido_em", "operacao"))

    assert operacoes == {
        datetime(2017, 5, 15, 16, 42, 26, tzinfo=UTC): "Processo gerado",
        datetime(2017, 5, 16, 12, 0, 1, tzinfo=UTC): (
            "Sobrestamento.\nAguardando manifestação da ?área técnica? em até 30 dias"
        ),
        datetime(2017, 10, 21, 1, 59, 59, tzinfo=UTC): "Valor < R$ 10.000 & prazo > 5 dias",
    }


def test_interessado_sem_nome_nao_entra_e_o_nome_escapado_sai_inteiro(sei):
    nomes = list(Interessado.objects.order_by("ordem").values_list("nome", flat=True))

    assert nomes == ["Joana d'Arc Conceição", "Padaria Pão & Cia ***.982.24*-**"]


def test_relacionados_nao_se_repetem(sei):
    registro = Registro.objects.get(numero="50650001658201717")

    assert registro.relacionados == ["153740010969901", "18600056687202339"]
    assert registro.assunto == "Pessoal: Abono Permanência - Concessão - Servidor lotado em Brasília & região"


def test_letras_do_dv_ficam_no_numero_e_o_relacionado_sem_elas_e_guardado_como_veio(sei):
    assert Registro.objects.get(numero="153740010962012DV").veredito == "letras_dv"
    assert Registro.objects.get(numero="18600056687202339").relacionados == ["153740010962012"]


def test_reenviar_a_mensagem_do_sei_quinze_vezes_nao_muda_nada(sei):
    antes = [list(m.objects.order_by("pk").values()) for m in (Andamento, Interessado)]

    for _ in range(15):
        assert {r for _, r in resultados(sei.postar(gravada("envio_sei")))} == {"Ok!"}

    assert [list(m.objects.order_by("pk").values()) for m in (Andamento, Interessado)] == antes
    ultima = Remessa.objects.latest("recebida_em")
    assert (ultima.repetidos, ultima.novos, ultima.alterados, ultima.andamentos_novos) == (3, 0, 0, 0)


def test_historico_vazio_e_aceito(sistema):
    assert resultados(sistema.postar(gravada("envio_historico_vazio"))) == [("50650001658201717", "Ok!")]
    assert Registro.objects.exists() and not Andamento.objects.exists()


def test_historico_vazio_depois_nao_apaga_o_que_ja_havia(sei):
    sei.postar(gravada("envio_historico_vazio"))

    assert Andamento.objects.filter(numero="50650001658201717").count() == 3
    assert not Interessado.objects.filter(numero="50650001658201717").exists()  # os metadados são um retrato


def test_um_documento_ruim_nao_derruba_os_vizinhos(sistema):
    (_, primeiro), (protocolo, meio), (_, ultimo) = resultados(sistema.postar(gravada("envio_um_ruim")))

    assert (primeiro, protocolo, ultimo) == ("Ok!", "S/N", "Ok!") and meio.startswith("NF003 - ")
    assert Registro.objects.count() == 2


def test_recibo_do_documento_ruim_guarda_posicao_motivo_e_o_xml_como_veio(sistema):
    resposta = sistema.postar(gravada("envio_um_ruim"))

    recusa = Recusa.objects.get()
    assert str(recusa.remessa_id) == resposta["X-Recibo"]
    assert (recusa.posicao, recusa.protocolo, recusa.codigo) == (2, "S/N", "NF003")
    assert recusa.documento_bruto.startswith("<Documento") and "Ruim, o do meio" in recusa.documento_bruto


def test_outro_cliente_com_filhos_qualificados_cabecalho_e_cdata_e_entendido(sistema):
    assert resultados(sistema.postar(gravada("envio_qualificado"))) == [("50650001658201717", "Ok!")]

    registro = Registro.objects.get()
    assert (registro.assunto, registro.identificacao) == ("Licitação <pregão> & contrato", "Edital 3/2017")
    assert registro.produzido_em == datetime(2017, 5, 15, 3, tzinfo=UTC)
    assert Interessado.objects.get().nome == "Bia Silva" and Andamento.objects.get().ocorrido_em.microsecond == 123000
