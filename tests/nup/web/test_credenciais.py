"""As páginas das credenciais de numeração: quem vê, quem cria, quem revoga, e a senha que aparece uma vez."""

import base64
import re

import pytest

from pen.auditoria.models import Ato
from pen.identidade.models import CredencialDeSistema
from pen.identidade.services.credenciais import ATIVAS_MAXIMO
from tests.fabricas.identidade import fabricar_credencial
from tests.fabricas.nup import fabricar_gestor_de_up, fabricar_unidade
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = pytest.mark.django_db


@pytest.fixture
def unidade():
    return fabricar_unidade()


def endereco(orgao, credencial=None):
    inicio = f"/nup/cadastro/orgaos/{orgao.pk}/credenciais/"
    return f"{inicio}{credencial.pk}/revogar/" if credencial else inicio


def criar(client, orgao):
    """A senha que a página mostra."""
    pagina = client.post(endereco(orgao))
    assert "no-store" in pagina["Cache-Control"]
    return re.findall(r"<code>(.*?)</code>", pagina.content.decode())[1]


def pedir_numero(client, unidade, senha):
    conta = base64.b64encode(f"{unidade.orgao.codigo}:{senha}".encode()).decode()
    cabecalhos = {"authorization": f"Basic {conta}", "idempotency-key": "um"}
    corpo = {"unidade": unidade.codigo}
    return client.post("/api/v1/nups", corpo, content_type="application/json", headers=cabecalhos)


def test_o_gestor_de_up_cria_a_credencial_e_o_sistema_numera_com_a_senha_que_ele_viu(client, unidade):
    entrar(client, fabricar_gestor_de_up(unidade.orgao))

    senha = criar(client, unidade.orgao)

    assert pedir_numero(client, unidade, senha).status_code == 201
    lista = client.get(endereco(unidade.orgao)).content.decode()
    assert senha not in lista and "Último uso em" in lista
    assert Ato.objects.get(ato="credencial.criada").detalhes["finalidade"] == "dar números de processo"


def test_a_credencial_de_numerar_nao_envia_ao_protocolo_integrado(client, unidade):
    entrar(client, fabricar_gestor_de_up(unidade.orgao))
    senha = criar(client, unidade.orgao)

    conta = {"codigoOrgao": unidade.orgao.codigo, "senha": senha}
    assert client.post("/ProtocoloWS/rest/autenticarPorOrgao", conta, content_type="application/json").status_code == 401


def test_revogada_a_credencial_para_de_numerar(client, unidade):
    entrar(client, fabricar_gestor_de_up(unidade.orgao))
    senha = criar(client, unidade.orgao)
    credencial = CredencialDeSistema.objects.get()

    assert "deixa de entrar na hora" in client.get(endereco(unidade.orgao, credencial)).content.decode()
    client.post(endereco(unidade.orgao, credencial))

    assert pedir_numero(client, unidade, senha).status_code == 401
    assert "revogada" in client.get(endereco(unidade.orgao)).content.decode()


def test_a_equipe_pen_ve_e_revoga_mas_nao_cria(client, unidade):
    gestor = fabricar_gestor_de_up(unidade.orgao)
    entrar(client, gestor)
    criar(client, unidade.orgao)
    entrar(client, fabricar_central())

    assert "Criar e ver a senha" not in client.get(endereco(unidade.orgao)).content.decode()
    assert client.post(endereco(unidade.orgao)).status_code == 403
    client.post(endereco(unidade.orgao, CredencialDeSistema.objects.get()))
    assert CredencialDeSistema.objects.get().situacao == "revogada"


@pytest.mark.parametrize("quem", ["estranho", "gestor de outro órgão", "gestor em entrada fraca"])
def test_para_quem_nao_cuida_do_orgao_nada_existe(client, unidade, quem):
    credencial, _ = fabricar_credencial(unidade.orgao, finalidade="numeracao")
    pessoas = {
        "estranho": fabricar_pessoa(),
        "gestor de outro órgão": fabricar_gestor_de_up(fabricar_unidade().orgao),
        "gestor em entrada fraca": fabricar_gestor_de_up(unidade.orgao, forte=False),
    }
    entrar(client, pessoas[quem])

    assert client.get(endereco(unidade.orgao)).status_code == 404
    assert client.get(endereco(unidade.orgao, credencial)).status_code == 404
    assert client.post(endereco(unidade.orgao)).status_code in {403, 404}
    assert client.post(endereco(unidade.orgao, credencial)).status_code in {403, 404}
    assert CredencialDeSistema.objects.get().situacao == "ativa"


def test_a_credencial_de_enviar_nao_aparece_nem_se_revoga_por_aqui(client, unidade):
    de_enviar, _ = fabricar_credencial(unidade.orgao)
    entrar(client, fabricar_gestor_de_up(unidade.orgao))

    assert "Nenhuma credencial ainda" in client.get(endereco(unidade.orgao)).content.decode()
    assert client.post(endereco(unidade.orgao, de_enviar)).status_code == 404


def test_passou_do_maximo_a_pagina_diz_o_que_fazer(client, unidade):
    entrar(client, fabricar_gestor_de_up(unidade.orgao))
    for _ in range(ATIVAS_MAXIMO):
        criar(client, unidade.orgao)

    recusa = client.post(endereco(unidade.orgao))
    assert recusa.status_code == 422 and "Revogue alguma antes" in recusa.content.decode()
