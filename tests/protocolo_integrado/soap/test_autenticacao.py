"""HTTP Basic em todo POST: o que não confere é erro negocial, nunca um 401 cru."""

import base64

import pytest

from pen.identidade.models import Orgao
from pen.identidade.public import Ambiente, SituacaoDoOrgao, revogar_credencial
from pen.protocolo_integrado.models import Registro, Remessa
from tests.fabricas.identidade import fabricar_credencial
from tests.protocolo_integrado.soap.apoio import (
    MAXIMO,
    Sistema,
    basic,
    documento_xml,
    em_envelope,
    envelope,
    falha,
    resultados,
)

pytestmark = pytest.mark.django_db


def pedir_maximo(sistema, **cabecalhos):
    return sistema.postar(em_envelope(MAXIMO), **cabecalhos)


def b64(valor: bytes) -> str:
    return base64.b64encode(valor).decode()


@pytest.mark.parametrize(
    "autorizacao",
    [
        "", "Basic", "Basic ", "Basic ???", "Basic " + b64(b"sem-dois-pontos"), "Bearer abc", "Digest username=x",
        "Basic " + b64(b":"), "Basic " + b64(b"\xff\xfe:\xff"), "Basic " + b64("órgão:senhã".encode("latin-1")),
        "Basic " + b64(b"900001\0:x"), "Basic " + b64(b"1:\0"), "Basic caf\xe9", "Basic " + b64(b"9" * 100_000 + b":x"),
        "Basic " + b64(b"1:" + b"x" * 100_000), "basic " + b64(b"'; drop table--:x"), "\x00\x01",
    ],
    ids=str,
)  # fmt: skip
def test_autorizacao_ausente_ou_estranha_e_nf001(sistema, autorizacao):
    erro = falha(pedir_maximo(sistema, HTTP_AUTHORIZATION=autorizacao))

    assert "NF001" in erro.frase and erro.codigo == "NF001" and erro.mensagem == erro.frase


def test_senha_errada_orgao_desconhecido_e_credencial_revogada_recebem_a_mesma_resposta(sistema):
    outra, segredo_revogado = fabricar_credencial(sistema.orgao)
    revogar_credencial(por=None, orgao=outra.orgao, credencial_id=outra.pk)
    codigo = sistema.orgao.codigo

    respostas = [
        pedir_maximo(sistema, HTTP_AUTHORIZATION=basic(*par)).content
        for par in [(codigo, "errada"), ("777777", "errada"), (codigo, segredo_revogado), (codigo, "")]
    ]

    assert len(set(respostas)) == 1 and b"NF001" in respostas[0]


def test_senha_errada_no_envio_nao_guarda_nada(sistema):
    resposta = sistema.postar(envelope(documento_xml()), HTTP_AUTHORIZATION=basic(sistema.orgao.codigo, "errada"))

    assert falha(resposta).codigo == "NF001" and not Registro.objects.exists() and not Remessa.objects.exists()


@pytest.mark.parametrize("situacao", [SituacaoDoOrgao.SUSPENSO, SituacaoDoOrgao.EXTINTO])
def test_orgao_impedido_de_enviar_e_nf008(sistema, situacao):
    Orgao.objects.filter(pk=sistema.orgao.pk).update(situacao=situacao)

    erro = falha(sistema.postar(envelope(documento_xml())))

    assert erro.codigo == "NF008" and "NF008" in erro.frase and not Registro.objects.exists()


def test_suspensao_vale_no_pedido_seguinte(sistema):
    assert pedir_maximo(sistema).status_code == 200
    Orgao.objects.filter(pk=sistema.orgao.pk).update(situacao=SituacaoDoOrgao.SUSPENSO)

    assert falha(pedir_maximo(sistema)).codigo == "NF008"


def test_revogacao_vale_no_pedido_seguinte(sistema):
    assert pedir_maximo(sistema).status_code == 200
    revogar_credencial(por=None, orgao=sistema.credencial.orgao, credencial_id=sistema.credencial.pk)

    assert falha(pedir_maximo(sistema)).codigo == "NF001"


def test_duas_credenciais_ativas_valem_ao_mesmo_tempo(sistema):
    _, nova = fabricar_credencial(sistema.orgao)

    assert pedir_maximo(sistema).status_code == 200
    assert pedir_maximo(sistema, HTTP_AUTHORIZATION=basic(sistema.orgao.codigo, nova)).status_code == 200


def test_credencial_de_um_orgao_nao_serve_a_outro(sistema, client):
    outro = Sistema(client)

    assert falha(pedir_maximo(sistema, HTTP_AUTHORIZATION=basic(outro.orgao.codigo, sistema.segredo))).codigo == "NF001"


def test_homologacao_recebe_ok_e_nada_vai_ao_registro(client):
    sistema = Sistema(client, ambiente=Ambiente.HOMOLOGACAO)

    assert [r for _, r in sistema.enviar(documento_xml())] == ["Ok!"]
    assert not Registro.objects.exists() and Remessa.objects.get().aceitos == 1


def test_senha_certa_depois_de_erros_demais_espera_e_nao_diz_que_a_senha_esta_errada(sistema, settings):
    settings.AUTENTICACOES_RECUSADAS_POR_MINUTO = 2
    for _ in range(2):
        pedir_maximo(sistema, HTTP_AUTHORIZATION=basic(sistema.orgao.codigo, "errada"))

    erro = falha(pedir_maximo(sistema))

    assert "Muitos pedidos" in erro.frase and "NF00" not in erro.frase


def test_quem_ja_se_provou_nao_e_barrado_pelos_erros_de_outro_no_mesmo_endereco(sistema, settings):
    settings.AUTENTICACOES_RECUSADAS_POR_MINUTO = 2
    assert pedir_maximo(sistema).status_code == 200
    for _ in range(3):
        pedir_maximo(sistema, HTTP_AUTHORIZATION=basic("777777", "errada"))

    assert resultados(sistema.postar(envelope(documento_xml())))[0][1] == "Ok!"


def test_esquema_basic_em_qualquer_caixa_e_codigo_com_espacos(sistema):
    certo = b64(f" {sistema.orgao.codigo} :{sistema.segredo}".encode())

    assert pedir_maximo(sistema, HTTP_AUTHORIZATION=f"bAsIc {certo}").status_code == 200


def test_falhas_nao_dizem_a_senha_nem_o_que_veio(sistema):
    resposta = pedir_maximo(sistema, HTTP_AUTHORIZATION=basic(sistema.orgao.codigo, "minha-senha-secreta"))

    assert b"minha-senha" not in resposta.content and "WWW-Authenticate" not in resposta
