"""O que se faz num chamado além dos passos, por API, do pedido ao efeito."""

import pytest

from pen.atendimento.models import Avaliacao, PassoDoChamado, Seguidor
from pen.atendimento.services.atendimento import encerrar_chamado
from pen.atendimento.services.macros import escrever_macro
from pen.atendimento.services.participacao import completar_chamado
from tests.atendimento.rest.test_chamados import API, com_chave
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]


def test_quem_abriu_avalia_o_ultimo_encerramento_e_muda_de_ideia(client):
    chamado = fabricar_chamado()
    onde, dela = f"{API}/chamados/{chamado.chave}/avaliacao", com_chave(chamado.solicitante)
    aberto = client.put(onde, {"nota": 5}, content_type="application/json", headers=dela)
    encerrar_chamado(por=fabricar_atendente(), chave=chamado.chave, resposta="Feito.")
    for nota in (2, 4):
        dada = client.put(onde, {"nota": nota, "resolveu": True}, content_type="application/json", headers=dela)

    assert (aberto.status_code, dada.status_code) == (404, 204)
    assert list(Avaliacao.objects.values_list("nota", "resolveu")) == [(4, True)]


def test_inclui_lista_e_tira_um_colega(client):
    chamado, colega = fabricar_chamado(), fabricar_pessoa(nome="Fulana", cpf="11144477735")
    onde, dela = f"{API}/chamados/{chamado.chave}/seguidores", com_chave(chamado.solicitante)
    client.post(onde, {"cpf": "111.444.777-35"}, content_type="application/json", headers=dela)
    (listado,) = client.get(onde, headers=dela).json()
    assert listado["nome"] == "Fulana" and Seguidor.objects.get().pessoa == colega

    client.delete(f"{onde}/{listado['id']}", headers=dela)
    assert not Seguidor.objects.exists()


def test_a_macro_se_ve_e_se_aplica_e_a_mensagem_nao_lida_a_para(client):
    acoes = [{"passo": "responder", "texto": "Olá, {nome}."}, {"passo": "anotar", "texto": "Respondido."}]
    macro = escrever_macro(por=fabricar_central(), nome="Responder", produto=None, acoes=acoes)
    chamado = fabricar_chamado(fabricar_pessoa(nome="Fulana"))
    onde, dele = f"{API}/chamados/{chamado.chave}/macros", com_chave(fabricar_atendente())
    assert client.get(onde, headers=dele).json() == [{"id": macro.pk, "nome": "Responder"}]
    assert client.get(f"{onde}/{macro.pk}", headers=dele).json()["acoes"][0]["texto"] == "Olá, Fulana."

    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Mais um detalhe.")
    sem_ler = client.post(f"{onde}/{macro.pk}", {"visto": 1}, content_type="application/json", headers=dele)
    lida = client.post(f"{onde}/{macro.pk}", {"visto": 2}, content_type="application/json", headers=dele)

    assert (sem_ler.status_code, lida.status_code) == (409, 200)
    passos = PassoDoChamado.objects.filter(ordem__gt=2).order_by("ordem").values_list("passo", "canal")
    assert list(passos) == [("assumir", "api"), ("responder", "api"), ("anotar", "api")]


def test_a_macro_que_pergunta_se_preve_com_as_respostas_e_sem_elas_nao_se_aplica(client):
    campos = [{"codigo": "versao", "rotulo": "Versão", "especie": "linha", "obrigatorio": True}]
    acoes = [{"passo": "responder", "texto": "Atualize para a {versao}."}]
    macro = escrever_macro(por=fabricar_central(), nome="Atualizar", produto=None, acoes=acoes, campos=campos)
    chamado = fabricar_chamado()
    onde, dele = f"{API}/chamados/{chamado.chave}/macros/{macro.pk}", com_chave(fabricar_atendente())
    vista = client.get(onde, headers=dele).json()
    assert vista["campos"][0]["codigo"] == "versao" and vista["acoes"][0]["texto"] == "Atualize para a {versao}."
    respondida = {"respostas": {"versao": "5.0"}}
    prevista = client.post(f"{onde}/previa", respondida, content_type="application/json", headers=dele).json()
    assert prevista["acoes"][0]["texto"] == "Atualize para a 5.0." and PassoDoChamado.objects.count() == 1

    sem = client.post(onde, {}, content_type="application/json", headers=dele)
    assert sem.status_code == 422 and sem.json()["codigo"] == "pedido-incompleto"
    assert client.post(onde, respondida, content_type="application/json", headers=dele).status_code == 200
    assert PassoDoChamado.objects.get(passo="responder").texto == "Atualize para a 5.0."


def test_os_prazos_dizem_os_trechos_que_se_contaram(client):
    chamado = fabricar_chamado()
    resposta = client.get(f"{API}/chamados/{chamado.chave}/prazos", headers=com_chave(chamado.solicitante)).json()
    assert [p["nome"] for p in resposta] == ["Primeira resposta", "Solução"]
    assert all(p["contados"] and p["minutos"] > 0 and p["pausas"] == [] for p in resposta)
