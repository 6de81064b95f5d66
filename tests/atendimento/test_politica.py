"""A política de silêncio: simular sobre o que houve, e adotar outra."""

from datetime import timedelta

import pytest

from pen.atendimento.enums import Passo, Relogio
from pen.atendimento.models import PoliticaDeSilencio, TipoDeSuporte
from pen.atendimento.selectors.expediente import politica_em_vigor
from pen.atendimento.selectors.simulacao import simular_politica
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado, retomar_chamado
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.services.politica import adotar_politica
from pen.atendimento.values.silencio import Politica
from pen.comum.errors import NaoEncontrado, PedidoIncompleto, SemPermissao
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = pytest.mark.django_db
DO_GUIA = Politica(Relogio.CORRIDO, 72, (24, 48))


def esperar(respondeu_em=None, *, desde=SEGUNDA, pela_equipe=False):
    chamado, atendente = fabricar_chamado(agora=desde - timedelta(hours=1)), fabricar_atendente()
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="?", agora=desde)
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.ANOTAR, texto="nota", agora=desde)
    if respondeu_em is None:
        return
    if pela_equipe:
        retomar_chamado(por=atendente, chave=chamado.chave, agora=respondeu_em)
        encerrar_chamado(por=atendente, chave=chamado.chave, resposta="x", agora=respondeu_em)
    else:
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", agora=respondeu_em)


def test_simula_sobre_as_esperas_que_houve(central):
    esperar(em("2026-11-16T12:00"))  # respondeu logo
    esperar(em("2026-11-20T12:00"))  # tarde: teria sido encerrado na quinta
    esperar()  # nunca respondeu
    esperar(desde=em("2026-11-19T17:30"))  # venceria no domingo, e a guarda leva à segunda, dia 23
    esperar(em("2026-11-17T12:00"), pela_equipe=True)  # a equipe seguiu sem ele

    s = simular_politica(DO_GUIA, para=fabricar_central(), agora=em("2026-11-24T12:00"))

    assert (s.esperas, s.encerrados, s.respondidos_depois, s.em_dia_sem_expediente) == (5, 3, 1, 1)
    assert s.mediana_da_resposta == timedelta(hours=50)


def test_em_horas_uteis_encerra_menos(central):
    esperar(em("2026-11-20T12:00"))

    util = simular_politica(
        Politica(Relogio.UTIL, 72, (24, 48)), para=fabricar_central(), agora=em("2026-11-24T12:00")
    )  # fmt: skip

    assert (util.esperas, util.encerrados) == (1, 0)


def test_adotada_vale_a_nova_com_os_mesmos_isentos(central):
    isento = TipoDeSuporte.objects.first()
    politica_em_vigor().tipos_isentos.add(isento)

    adotar_politica(por=fabricar_central(), politica=Politica(Relogio.UTIL, 40, (10, 20)), horas_de_reabertura=72)

    nova = politica_em_vigor()
    assert (nova.relogio, nova.horas, nova.lembretes, nova.horas_de_reabertura) == ("util", 40, [10, 20], 72)
    assert list(nova.tipos_isentos.all()) == [isento] and PoliticaDeSilencio.objects.count() == 2


@pytest.mark.parametrize(
    ("politica", "campo"),
    [
        (Politica(Relogio.UTIL, 0, (1, 2)), "horas"), (Politica(Relogio.UTIL, 72, (48, 24)), "lembretes"),
        (Politica(Relogio.UTIL, 72, (24,)), "lembretes"), (Politica(Relogio.UTIL, 72, (24, 72)), "lembretes"),
    ],
)  # fmt: skip
def test_politica_que_nao_faz_sentido_diz_o_campo(central, politica, campo):
    with pytest.raises(PedidoIncompleto) as erro:
        adotar_politica(por=fabricar_central(), politica=politica, horas_de_reabertura=48)

    assert erro.value.detalhes["campo"] == campo


def test_so_a_equipe_central_simula_e_adota(central):
    for quem in (fabricar_pessoa(), fabricar_atendente(coordena=True)):
        with pytest.raises(SemPermissao):
            adotar_politica(por=quem, politica=DO_GUIA, horas_de_reabertura=48)
        with pytest.raises(NaoEncontrado):
            simular_politica(DO_GUIA, para=quem, agora=SEGUNDA)


class TestPagina:
    def test_para_os_outros_nao_existe(self, client, central):
        assert entrar(client, fabricar_atendente()).get("/atendimento/politica/").status_code == 404

    def test_simula_pelo_endereco_e_adota_por_post(self, client, central):
        entrar(client, fabricar_central())
        sem_simular = client.get("/atendimento/politica/").text
        assert "72 horas corridas sem resposta" in sem_simular and "Com a política em vigor" in sem_simular
        assert "Adotar a política simulada" not in sem_simular
        dados = {"relogio": "util", "horas": "40", "lembretes": "10, 20", "horas_de_reabertura": "48"}

        assert "Adotar a política simulada" in client.get("/atendimento/politica/", dados).text
        assert client.post("/atendimento/politica/", dados).status_code == 302
        assert "40 horas úteis sem resposta" in client.get("/atendimento/politica/").text

    @pytest.mark.parametrize("dados", [{"lembretes": "dez"}, {"horas": ""}, {"lembretes": "48, 24"}])
    def test_o_que_nao_serve_se_explica(self, client, central, dados):
        padrao = {"relogio": "util", "horas": "72", "lembretes": "24, 48", "horas_de_reabertura": "48"}

        resposta = entrar(client, fabricar_central()).post("/atendimento/politica/", padrao | dados)

        assert resposta.status_code == 422 and "Confira o que você preencheu" in resposta.text
