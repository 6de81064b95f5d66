"""Os webhooks por API."""

import pytest

from pen.atendimento.models import Inscricao
from pen.atendimento.services.inscricoes import criar_inscricao
from pen.atendimento.services.participacao import completar_chamado
from pen.identidade.enums import Escopo
from tests.atendimento.rest.test_chamados import API, com_chave
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
ENDERECO = "https://sistema.orgao.exemplo/avisos"


def criar(client, cabecalhos, **campos):
    corpo = {"endereco": ENDERECO} | campos
    return client.post(f"{API}/webhooks", corpo, content_type="application/json", headers=cabecalhos)


def test_criar_listar_ver_entregas_e_excluir(client):
    chamado = fabricar_chamado()
    cabecalhos = com_chave(chamado.solicitante)
    criado = criar(client, cabecalhos, eventos=["completar"])
    assert criado.status_code == 201 and criado.json()["segredo"].startswith("whsec_")
    (listado,) = client.get(f"{API}/webhooks", headers=cabecalhos).json()
    assert listado == criado.json()["webhook"] and "segredo" not in listado
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x")
    onde = f"{API}/webhooks/{listado['id']}"
    (entrega,) = client.get(f"{onde}/entregas", headers=cabecalhos).json()
    assert entrega["evento"] == "chamado.completar" and entrega["protocolo"] == chamado.protocolo
    assert entrega["id"].startswith("msg_") and entrega["situacao"] == "pendente" and entrega["proxima_em"]
    assert client.delete(onde, headers=cabecalhos).status_code == 204
    assert client.get(f"{API}/webhooks", headers=cabecalhos).json() == []
    assert client.get(f"{onde}/entregas", headers=cabecalhos).status_code == 404


def test_trocar_o_segredo_traz_o_novo_e_diz_ate_quando_vale_o_anterior(client):
    pessoa = fabricar_pessoa()
    cabecalhos = com_chave(pessoa)
    criado = criar(client, cabecalhos).json()
    onde = f"{API}/webhooks/{criado['webhook']['id']}/segredo"
    trocado = client.post(onde, headers=cabecalhos).json()
    assert trocado["segredo"].startswith("whsec_") and trocado["segredo"] != criado["segredo"]
    assert criado["webhook"]["segredo_anterior_ate"] is None and trocado["webhook"]["segredo_anterior_ate"]
    assert client.post(onde, headers=cabecalhos).status_code == 422
    assert client.post(onde, headers=com_chave(fabricar_pessoa())).status_code == 404
    assert client.post(onde, headers=com_chave(pessoa, Escopo.LER)).status_code == 403


def test_pela_equipe_pede_o_escopo_dos_papeis(client):
    atendente = fabricar_atendente()
    sem_papeis = com_chave(atendente, Escopo.LER, Escopo.ESCREVER)
    assert criar(client, sem_papeis, equipe="triagem").json()["codigo"] == "escopo-insuficiente"
    assert criar(client, com_chave(atendente), equipe="triagem").json()["webhook"]["equipe"] == "triagem"
    assert criar(client, com_chave(fabricar_pessoa()), equipe="triagem").status_code == 422


@pytest.mark.parametrize(
    "campos", [{"endereco": "http://a.b/"}, {"endereco": "https://10.0.0.1/"}, {"eventos": ["nenhum"]}]
)  # fmt: skip
def test_o_que_nao_serve_e_422(client, campos):
    assert criar(client, com_chave(fabricar_pessoa()), **campos).status_code == 422
    assert not Inscricao.objects.exists()


def test_o_de_outra_pessoa_nao_existe_e_sem_chave_ou_escopo_nao_se_pede(client):
    inscricao, _ = criar_inscricao(por=fabricar_pessoa(), endereco=ENDERECO)
    estranho, onde = com_chave(fabricar_pessoa()), f"{API}/webhooks/{inscricao.pk}"
    assert client.delete(onde, headers=estranho).status_code == 404
    assert client.get(f"{onde}/entregas", headers=estranho).status_code == 404
    assert client.get(f"{API}/webhooks", headers=estranho).json() == []
    assert criar(client, {}).status_code == client.get(f"{API}/webhooks").status_code == 401
    so_le = com_chave(fabricar_pessoa(), Escopo.LER)
    assert criar(client, so_le).status_code == client.delete(onde, headers=so_le).status_code == 403
    assert Inscricao.objects.get().excluida_em is None
