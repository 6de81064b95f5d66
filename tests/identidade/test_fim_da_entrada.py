"""Quem está acima fica sabendo, uma vez, de cada entrada que termina."""

import pytest
from django.db import transaction
from django.test import Client

from pen.identidade.models import Entrada, Pessoa
from pen.identidade.public import entrada_encerrada
from pen.identidade.services.entrada import encerrar_entrada, excluir_entradas_vencidas
from pen.identidade.services.segundo_fator import desligar_segundo_fator_de
from tests.fabricas.pessoas import entrar, fabricar_pessoa
from tests.identidade.apoio import com_segundo_fator
from tests.identidade.test_entrada_pelo_govbr import OURO, PRATA, autorizar

pytestmark = pytest.mark.django_db


@pytest.fixture
def anunciadas(django_capture_on_commit_callbacks):
    """Roda e devolve os pares (pessoa, entrada) anunciados depois do commit."""

    def rodar(fazer) -> list[tuple]:
        ouvidas = []

        def ouvir(sender, *, pessoa_id, entrada_id, **_):
            ouvidas.append((pessoa_id, entrada_id))

        entrada_encerrada.connect(ouvir)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                fazer()
                assert ouvidas == []  # antes do commit, nada
        finally:
            entrada_encerrada.disconnect(ouvir)
        return ouvidas

    return rodar


def test_sair_anuncia_a_entrada_deste_aparelho_e_so_ela(client, anunciadas):
    pessoa = fabricar_pessoa()
    entrar(Client(), pessoa)
    entrar(client, pessoa)
    daqui = client.session["entrada_id"]

    (unica,) = anunciadas(lambda: client.post("/sair/"))

    assert (unica[0], str(unica[1])) == (pessoa.pk, daqui)
    assert anunciadas(lambda: client.post("/sair/")) == []


def test_tirar_um_aparelho_da_lista_anuncia_a_dele_uma_vez(client, anunciadas):
    pessoa, outro = fabricar_pessoa(), Client()
    entrar(outro, pessoa)
    entrar(client, pessoa)
    do_outro = Entrada.objects.order_by("entrou_em").first().pk
    tirar = f"/minha-conta/aparelhos/{do_outro}/sair/"

    assert anunciadas(lambda: client.post(tirar)) == [(pessoa.pk, do_outro)]
    assert anunciadas(lambda: client.post(tirar)) == []
    assert anunciadas(lambda: outro.post("/sair/")) == []  # já tinha sido encerrada daqui


def test_excluir_a_conta_anuncia_cada_entrada_aberta(client, anunciadas):
    pessoa = fabricar_pessoa()
    for aparelho in (Client(), Client(), client):
        entrar(aparelho, pessoa)
    entrar(Client(), fabricar_pessoa())
    abertas = set(Entrada.objects.filter(pessoa=pessoa).values_list("pessoa_id", "pk"))

    ouvidas = anunciadas(lambda: client.post("/minha-conta/excluir/", {"confirmo": "on"}))

    assert len(ouvidas) == 3 and set(ouvidas) == abertas


def test_desligar_o_segundo_fator_de_outra_anuncia_as_entradas_dela(client, anunciadas):
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)
    entrar(client, pessoa)

    ouvidas = anunciadas(lambda: desligar_segundo_fator_de(por=None, quem=pessoa.email, motivo="Perdeu o celular"))

    assert ouvidas == [(pessoa.pk, Entrada.objects.get().pk)]


def test_outra_pessoa_que_entra_no_mesmo_navegador_encerra_a_entrada_da_anterior(client, govbr, anunciadas):
    client.get(autorizar(client, PRATA))
    primeira, volta = Entrada.objects.get(), autorizar(client, OURO)

    ouvidas = anunciadas(lambda: client.get(volta))

    assert ouvidas == [(primeira.pessoa_id, primeira.pk)]
    assert Entrada.objects.get(encerrada_em=None).pessoa == Pessoa.objects.get(cpf=OURO)
    assert client.get("/minha-conta/").status_code == 200


def test_sessao_que_so_venceu_nao_anuncia_nada(client, anunciadas):
    entrar(client, fabricar_pessoa())
    client.session.flush()

    assert anunciadas(excluir_entradas_vencidas) == []


def test_o_que_foi_desfeito_nao_e_anunciado(client, anunciadas):
    pessoa = fabricar_pessoa()
    entrar(client, pessoa)

    def sair_e_desfazer():
        with pytest.raises(RuntimeError), transaction.atomic():
            encerrar_entrada(por=pessoa, entrada_id=Entrada.objects.get().pk)
            raise RuntimeError

    assert anunciadas(sair_e_desfazer) == []
    assert client.get("/minha-conta/").status_code == 200


def test_o_erro_de_quem_ouve_nao_impede_de_sair(client, anunciadas):
    entrar(client, fabricar_pessoa())

    def quebrar(sender, **_):
        raise RuntimeError

    entrada_encerrada.connect(quebrar)
    try:
        assert len(anunciadas(lambda: client.post("/sair/"))) == 1
    finally:
        entrada_encerrada.disconnect(quebrar)
    assert client.get("/minha-conta/").status_code == 302


def test_a_mesma_pessoa_que_entra_de_novo_no_mesmo_navegador_fica_com_uma_entrada_so(client, govbr, anunciadas):
    client.get(autorizar(client, PRATA))
    primeira, volta = Entrada.objects.get(), autorizar(client, PRATA)

    assert anunciadas(lambda: client.get(volta)) == [(primeira.pessoa_id, primeira.pk)]

    assert Entrada.objects.filter(encerrada_em=None).count() == 1
    assert "Sair dele" not in client.get("/minha-conta/").content.decode()
