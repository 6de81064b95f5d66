"""Muitos agem ao mesmo tempo, cada um na sua conexão: ninguém se perde, e quem perde a corrida sabe."""

import threading
from uuid import uuid4

import pytest

from pen.atendimento.enums import Passo
from pen.atendimento.errors import PassoImpossivel
from pen.atendimento.models import Avaliacao, Chamado, PassoDoChamado
from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.abertura import abrir_chamado
from pen.atendimento.services.atendimento import assumir_chamado, encerrar_chamado, falar_no_chamado
from pen.atendimento.services.carga import carregar_atendimento
from pen.atendimento.services.silencio import cuidar_do_silencio
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado, pedido_de_chamado
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.django_db(transaction=True)
VEZES = 8


@pytest.fixture(autouse=True)
def _central(transactional_db):
    esquecer_expediente()
    carregar_atendimento()


def quantos_conseguiram(resultados: list[object]) -> int:
    return sum(not isinstance(r, Exception) for r in resultados)


def test_de_dois_que_encerram_um_vence_e_o_outro_e_avisado():
    chamado, atendentes = fabricar_chamado(), [fabricar_atendente() for _ in range(VEZES)]

    resultados = ao_mesmo_tempo(
        lambda n: encerrar_chamado(por=atendentes[n], chave=chamado.chave, resposta=f"Resposta {n}"), VEZES,
        perder=PassoImpossivel,
    )  # fmt: skip

    assert quantos_conseguiram(resultados) == 1
    assert PassoDoChamado.objects.filter(chamado=chamado, passo=Passo.ENCERRAR).count() == Avaliacao.objects.count() == 1


def test_de_muitos_que_assumem_um_so_fica_com_o_chamado():
    chamado, atendentes = fabricar_chamado(), [fabricar_atendente() for _ in range(VEZES)]

    resultados = ao_mesmo_tempo(
        lambda n: assumir_chamado(por=atendentes[n], chave=chamado.chave), VEZES, perder=PassoImpossivel
    )

    assert quantos_conseguiram(resultados) == 1


def test_o_mesmo_envio_muitas_vezes_abre_um_so():
    pessoa, pedido = fabricar_pessoa(), pedido_de_chamado(envio=uuid4())

    resultados = ao_mesmo_tempo(lambda _: abrir_chamado(por=pessoa, pedido=pedido).pk, VEZES)

    assert len(set(resultados)) == 1 and Chamado.objects.count() == 1


def test_aberturas_ao_mesmo_tempo_tem_protocolos_seguidos_e_diferentes():
    pessoas, orgao = [fabricar_pessoa() for _ in range(VEZES)], fabricar_orgao()

    protocolos = ao_mesmo_tempo(
        lambda n: abrir_chamado(por=pessoas[n], pedido=pedido_de_chamado(orgao), agora=SEGUNDA).protocolo, VEZES
    )

    assert sorted(p[9:15] for p in protocolos) == [f"{n:06d}" for n in range(1, VEZES + 1)]


def test_uma_abertura_nao_espera_a_outra_terminar(monkeypatch):
    dentro, pessoas, orgao = threading.Barrier(2), [fabricar_pessoa() for _ in range(2)], fabricar_orgao()

    def as_duas_gravando(*_, **__):
        dentro.wait(10)

    monkeypatch.setattr("pen.atendimento.services.abertura.avisar_do_chamado", as_duas_gravando)

    abertos = ao_mesmo_tempo(lambda n: abrir_chamado(por=pessoas[n], pedido=pedido_de_chamado(orgao)).protocolo, 2)

    assert len(set(abertos)) == 2


def test_o_trabalho_do_silencio_rodando_em_varios_lembra_uma_vez_so():
    chamado = fabricar_chamado()
    falar_no_chamado(por=fabricar_atendente(), chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="?", agora=SEGUNDA)

    ao_mesmo_tempo(lambda _: cuidar_do_silencio(agora=em("2026-11-17T10:00")), VEZES)

    assert PassoDoChamado.objects.filter(passo=Passo.LEMBRAR).count() == 1


def test_mensagens_ao_mesmo_tempo_ficam_todas_e_em_ordem():
    chamado, atendentes = fabricar_chamado(), [fabricar_atendente() for _ in range(VEZES)]

    ao_mesmo_tempo(
        lambda n: falar_no_chamado(por=atendentes[n], chave=chamado.chave, passo=Passo.ANOTAR, texto=f"Nota {n}"), VEZES
    )

    ordens = PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem").values_list("ordem", flat=True)
    assert list(ordens) == list(range(1, VEZES + 2))
