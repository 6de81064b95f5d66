"""Acompanhar pela página, o feed e os documentos de meu interesse."""

from xml.etree import ElementTree

import pytest

from pen.protocolo_integrado.enums import Canal
from pen.protocolo_integrado.models import Acompanhamento, Registro
from pen.protocolo_integrado.services.avisos import marca_de_cancelamento
from pen.protocolo_integrado.services.remessa import receber_remessa
from pen.protocolo_integrado.values import InteressadoRecebido
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import entrar, fabricar_cpf, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, movimento

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def numero():
    numero = fabricar_nup()
    enviar(fabricar_sistema(), documento(numero))
    return numero


def pagina_de(client, numero):
    return client.get(f"/protocolo/processos/{numero}/").content.decode()


def test_quem_nao_entrou_e_levado_a_entrar_e_volta_ao_processo(client, numero):
    assert f"/entrar/?proximo=/protocolo/processos/{numero}/" in pagina_de(client, numero)


def test_acompanhar_e_deixar_pela_pagina_do_processo(client, numero):
    entrar(client, fabricar_pessoa())
    client.post("/acompanhamentos/", {"numero": numero})
    assert "Você acompanha este processo" in pagina_de(client, numero)

    client.post(f"/acompanhamentos/{numero}/deixar/", {"ficar": "1"})

    assert "Você acompanha este processo" not in pagina_de(client, numero)
    assert not Acompanhamento.objects.exists()


def test_acompanhar_duas_vezes_e_acompanhar_uma(client, numero):
    entrar(client, fabricar_pessoa())
    for _ in range(2):
        assert client.post("/acompanhamentos/", {"numero": numero}).status_code == 302

    assert Acompanhamento.objects.count() == 1


def test_numero_que_ainda_nao_chegou_pode_ser_acompanhado_e_a_lista_diz(client):
    entrar(client, fabricar_pessoa())
    esperado = fabricar_nup()

    client.post("/acompanhamentos/", {"numero": esperado})

    assert "Ainda não chegaram" in client.get("/acompanhamentos/").content.decode()
    assert "Acompanhar este processo" in pagina_de(client, esperado)


def test_o_oculto_responde_como_o_que_nao_chegou(client, numero):
    entrar(client, fabricar_pessoa())
    Registro.objects.update(visibilidade=2, vetor=None)
    client.post("/acompanhamentos/", {"numero": numero})
    client.post("/acompanhamentos/", {"numero": fabricar_nup()})

    pagina = client.get("/acompanhamentos/").content.decode()

    assert pagina.count("Acompanhado desde") == 2
    assert "Abono" not in pagina


def test_texto_que_nao_e_numero_se_explica(client):
    pagina = entrar(client, fabricar_pessoa()).post("/acompanhamentos/", {"numero": "meu processo"}).content.decode()

    assert pagina.count("não parece ser de um processo") == 2


def test_o_que_outra_pessoa_acompanha_nao_aparece(client, numero):
    Acompanhamento.objects.create(pessoa=fabricar_pessoa(), numero=numero)

    assert numero not in entrar(client, fabricar_pessoa()).get("/acompanhamentos/").content.decode()


def test_deixar_o_de_outra_pessoa_nao_faz_nada(client, numero):
    Acompanhamento.objects.create(pessoa=fabricar_pessoa(), numero=numero)

    entrar(client, fabricar_pessoa()).post(f"/acompanhamentos/{numero}/deixar/")

    assert Acompanhamento.objects.count() == 1


def test_o_endereco_do_email_pergunta_no_get_e_deixa_no_post_sem_entrar(client, numero):
    pessoa = fabricar_pessoa()
    Acompanhamento.objects.create(pessoa=pessoa, numero=numero)
    endereco = f"/acompanhamentos/deixar/{marca_de_cancelamento(pessoa.pk, numero)}/"

    assert client.get(endereco).status_code == 200
    assert Acompanhamento.objects.exists()
    for _ in range(2):
        assert client.post(endereco).status_code == 200
    assert not Acompanhamento.objects.exists()


def test_marca_adulterada_nao_existe(client, numero):
    assert client.post(f"/acompanhamentos/deixar/{marca_de_cancelamento(1, numero)}x/").status_code == 404


# --- Feed


def test_o_feed_traz_os_movimentos_com_identificador_que_nao_muda(client, numero):
    def ids():
        raiz = ElementTree.fromstring(client.get(f"/protocolo/processos/{numero}/andamentos.atom").content)
        return [e.find(f"{ATOM}id").text for e in raiz.findall(f"{ATOM}entry")]

    antes = ids()
    enviar(fabricar_sistema(), documento(numero, movimento(quando="2024-06-01T10:00:00-03:00")))

    assert len(antes) == 1
    assert len(ids()) == 2
    assert antes[0] in ids()


def test_o_feed_nao_e_indexado_e_o_do_que_nao_ha_e_404(client, numero):
    assert "noindex" in client.get(f"/protocolo/processos/{numero}/andamentos.atom")["X-Robots-Tag"]
    assert client.get(f"/protocolo/processos/{fabricar_nup()}/andamentos.atom").status_code == 404


# --- Documentos de meu interesse


def com_cpf(cpf, **campos):
    orgao = fabricar_orgao()
    doc = documento(interessados=(InteressadoRecebido("Ana", cpf),), **campos)
    receber_remessa(por=fabricar_sistema(orgao), documentos=[doc], canal=Canal.REST)
    return doc.protocolo


def test_a_pessoa_ve_os_processos_com_o_seu_cpf_e_so_eles(client):
    meu, alheio = fabricar_cpf(), fabricar_cpf()
    com_cpf(meu, assunto="Meu pedido de férias")
    com_cpf(alheio, assunto="Pedido de outra pessoa")

    pagina = entrar(client, fabricar_pessoa(cpf=meu)).get("/documentos-de-meu-interesse/").content.decode()

    assert "Meu pedido de férias" in pagina
    assert "Pedido de outra pessoa" not in pagina
    assert meu not in pagina


def test_o_processo_reservado_em_que_a_pessoa_e_parte_nao_aparece(client):
    cpf = fabricar_cpf()
    com_cpf(cpf, assunto="Denúncia")
    Registro.objects.update(visibilidade=1, vetor=None)

    assert "Denúncia" not in entrar(client, fabricar_pessoa(cpf=cpf)).get("/documentos-de-meu-interesse/").content.decode()


def test_quem_entrou_por_email_e_convidado_a_usar_o_govbr(client):
    pagina = entrar(client, fabricar_pessoa(cpf=None)).get("/documentos-de-meu-interesse/").content.decode()

    assert "Entre com a conta gov.br" in pagina
