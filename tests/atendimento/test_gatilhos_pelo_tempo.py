"""Gatilhos pelo tempo: perto de um prazo, ou sem que ninguém mexa; uma vez por chamado e por prazo, e parados com o relógio."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pen.atendimento.enums import Marco, Nivel, Passo, Situacao
from pen.atendimento.models import Disparo, Gatilho, PassoDoChamado
from pen.atendimento.selectors.automacao import ensaiar_gatilho
from pen.atendimento.services.atendimento import assumir_chamado, falar_no_chamado
from pen.atendimento.services.disparos import marcar_disparos_do_tempo
from pen.atendimento.services.gatilhos import cumprir_disparos, escrever_gatilho, ligar_gatilho
from pen.atendimento.services.participacao import cancelar_chamado, completar_chamado
from pen.atendimento.values.tempos import Tempo
from pen.comum.errors import PedidoIncompleto
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.atendimento import em, fabricar_atendente, fabricar_chamado, fabricar_equipe
from tests.fabricas.pessoas import fabricar_central

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
# O chamado de sempre abre na segunda, às 10h: a resposta vence às 18h, e a solução, na outra segunda, às 10h (a sexta é feriado).
ANOTAR = {"passo": "anotar", "texto": "O prazo está perto."}
DUAS_ANTES = Tempo(Marco.RESPOSTA, 120, antes=True)
QUATRO_NA_FILA = Tempo(Marco.SEM_MOVIMENTO, 240, situacao=Situacao.NA_FILA)


def gatilho(tempo: Tempo, *acoes, nome="Prazo", ligado=True, **condicoes) -> Gatilho:
    central = fabricar_central()
    feito = escrever_gatilho(por=central, nome=nome, quando=tempo, condicoes=condicoes, acoes=acoes or (ANOTAR,))
    return ligar_gatilho(por=central, gatilho_id=feito.pk) if ligado else feito


def rodada(quando: str) -> int:
    """Uma passagem dos dois trabalhos; quantos dispararam."""
    novos = marcar_disparos_do_tempo(agora=em(quando))
    cumprir_disparos(agora=em(quando))
    return novos


def feitos(chamado) -> list[str]:
    return list(PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem").values_list("passo", flat=True))


class TestPerto:
    def test_antes_do_prazo_age_uma_vez_e_so_na_hora(self):
        gatilho(DUAS_ANTES)
        chamado = fabricar_chamado()
        horas = ("15:59", "16:00", "16:05", "17:59", "18:05")
        assert [rodada(f"2026-11-16T{hora}") for hora in horas] == [0, 1, 0, 0, 0]
        assert feitos(chamado) == ["abrir", "anotar"]

    @pytest.mark.parametrize(
        ("minutos", "ainda", "ja"),
        [(0, "16T17:59", "16T18:00"), (60, "17T08:59", "17T09:00"), (660, "18T08:59", "18T09:00")],
    )
    def test_depois_do_prazo_conta_so_o_expediente(self, minutos, ainda, ja):
        gatilho(Tempo(Marco.RESPOSTA, minutos))
        fabricar_chamado()
        assert [rodada(f"2026-11-{quando}") for quando in (ainda, ja)] == [0, 1]

    def test_se_ja_se_respondeu_o_da_resposta_nao_age_e_o_da_solucao_age(self):
        gatilho(DUAS_ANTES), gatilho(Tempo(Marco.SOLUCAO, 120, antes=True), nome="Solução")
        chamado = fabricar_chamado()
        falar_no_chamado(
            por=fabricar_atendente(), chave=chamado.chave, passo=Passo.RESPONDER, texto="Já.", agora=em("2026-11-16T11:00")
        )
        assert rodada("2026-11-16T16:00") == 0
        assert [rodada(f"2026-11-{quando}") for quando in ("19T17:59", "23T07:00", "23T08:00")] == [0, 1, 0]

    def test_parado_nao_age_e_o_prazo_que_mudou_e_outro(self):
        gatilho(Tempo(Marco.SOLUCAO, 120, antes=True))
        chamado, atendente = fabricar_chamado(), fabricar_atendente()
        assert rodada("2026-11-23T08:30") == 1
        falar_no_chamado(
            por=atendente, chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="?", agora=em("2026-11-23T09:00")
        )
        assert [rodada(f"2026-11-23T{hora}") for hora in ("09:30", "12:00")] == [0, 0]
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Isto.", agora=em("2026-11-23T15:00"))
        assert [rodada(f"2026-11-23T{hora}") for hora in ("15:05", "15:10")] == [1, 0]
        assert len(set(Disparo.objects.values_list("prazo", flat=True))) == 2

    def test_o_que_passou_ha_mais_de_tres_dias_nao_age_quando_se_liga(self):
        gatilho(Tempo(Marco.RESPOSTA, 60))
        for abertura in ("13", "18"):
            fabricar_chamado(agora=em(f"2026-11-{abertura}T10:00"))
        assert rodada("2026-11-19T10:00") == 1

    def test_de_encerrados_nao(self):
        gatilho(DUAS_ANTES)
        chamado = fabricar_chamado()
        cancelar_chamado(por=chamado.solicitante, chave=chamado.chave, agora=em("2026-11-16T11:00"))
        assert rodada("2026-11-16T16:00") == 0

    def test_so_nos_chamados_que_as_condicoes_descrevem_e_so_ligado(self):
        gatilho(DUAS_ANTES, palavras=["certificado"]), gatilho(DUAS_ANTES, nome="Desligado", ligado=False)
        fabricar_chamado(), fabricar_chamado(assunto="Certificados vencidos")
        assert rodada("2026-11-16T16:00") == 1
        assert Disparo.objects.get().chamado.assunto == "Certificados vencidos"


class TestSemMovimento:
    def test_quatro_horas_na_fila_agem_uma_vez_e_a_nota_do_gatilho_nao_arma_outra(self):
        gatilho(QUATRO_NA_FILA)
        chamado = fabricar_chamado()
        assert [rodada(f"2026-11-{q}") for q in ("16T13:59", "16T14:00", "16T18:00", "17T10:00", "18T10:00")] == [
            0,
            1,
            0,
            0,
            0,
        ]
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="E então?", agora=em("2026-11-18T10:30"))
        assert [rodada(f"2026-11-18T{hora}") for hora in ("14:29", "14:30", "14:35")] == [0, 1, 0]

    def test_em_outra_situacao_nao_conta(self):
        gatilho(QUATRO_NA_FILA)
        chamado = fabricar_chamado()
        assumir_chamado(por=fabricar_atendente(), chave=chamado.chave, agora=em("2026-11-16T11:00"))
        assert rodada("2026-11-16T17:00") == 0

    def test_dois_gatilhos_que_encaminham_um_ao_outro_param(self):
        outra = fabricar_equipe(Nivel.TECNICO)
        for nome, de, para in (("Vai", "triagem", outra.codigo), ("Volta", outra.codigo, "triagem")):
            gatilho(QUATRO_NA_FILA, {"passo": "encaminhar", "equipe": para, "texto": "Parado"}, nome=nome, equipes=[de])
        chamado = fabricar_chamado()
        dias = [f"2026-11-{dia}T{hora}" for dia in (16, 17, 18, 19, 23) for hora in ("09:00", "14:00", "18:00")]
        assert sum(rodada(quando) for quando in dias) == 2
        assert feitos(chamado) == ["abrir", "encaminhar", "encaminhar"]


def test_o_que_mudou_entre_disparar_e_cumprir_fica_dito_e_nada_se_faz():
    gatilho(DUAS_ANTES), gatilho(QUATRO_NA_FILA, nome="Parado")
    chamado = fabricar_chamado()
    assert marcar_disparos_do_tempo(agora=em("2026-11-16T16:00")) == 2
    falar_no_chamado(
        por=fabricar_atendente(), chave=chamado.chave, passo=Passo.RESPONDER, texto="Já.", agora=em("2026-11-16T16:01")
    )
    cumprir_disparos(agora=em("2026-11-16T16:02"))
    assert "anotar" not in feitos(chamado)
    assert set(Disparo.objects.values_list("frase", flat=True)) == {
        "O prazo já não corre, ou alguém mexeu no chamado antes."
    }


@pytest.mark.parametrize("tempo", [DUAS_ANTES, QUATRO_NA_FILA])
def test_o_custo_nao_cresce_com_os_chamados(tempo):
    gatilho(tempo)

    def consultas() -> int:
        with CaptureQueriesContext(connection) as feitas:
            marcar_disparos_do_tempo(agora=em("2026-11-16T16:00"))
        return len(feitas)

    fabricar_chamado()
    um = consultas()
    for _ in range(5):
        fabricar_chamado()
    assert consultas() == um and Disparo.objects.count() == 6


def test_o_banco_recusa_o_mesmo_prazo_duas_vezes():
    feito, chamado = gatilho(DUAS_ANTES), fabricar_chamado()
    Disparo.objects.create(gatilho=feito, chamado=chamado, prazo=chamado.prazo_da_resposta)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disparo.objects.create(gatilho=feito, chamado=chamado, prazo=chamado.prazo_da_resposta)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disparo.objects.create(gatilho=feito, chamado=chamado)


@pytest.mark.django_db(transaction=True)
def test_duas_rodadas_ao_mesmo_tempo_agem_uma_vez():
    gatilho(DUAS_ANTES)
    chamado = fabricar_chamado()
    ao_mesmo_tempo(lambda _: rodada("2026-11-16T16:00"), 3)
    assert feitos(chamado) == ["abrir", "anotar"] and Disparo.objects.count() == 1


@pytest.mark.parametrize(
    ("tempo", "campo"),
    [
        (Tempo(Marco.SOLUCAO, 0, antes=True), "minutos"),
        (Tempo(Marco.SOLUCAO, -5), "minutos"),
        (Tempo(Marco.SOLUCAO, 10**7), "minutos"),
        (Tempo(Marco.SEM_MOVIMENTO, 0, situacao="na_fila"), "minutos"),
        (Tempo(Marco.SEM_MOVIMENTO, 60), "situacao"),
        (Tempo(Marco.SEM_MOVIMENTO, 60, situacao="encerrado"), "situacao"),
        (Tempo(Marco.SOLUCAO, 60, situacao="na_fila"), "situacao"),
        (Tempo(Marco.SEM_MOVIMENTO, 60, antes=True, situacao="na_fila"), "antes"),
    ],
)
def test_o_tempo_que_nao_faz_sentido_e_recusado_dizendo_onde(tempo, campo):
    with pytest.raises(PedidoIncompleto) as erro:
        gatilho(tempo)
    assert erro.value.detalhes["campo"] == campo and not Gatilho.objects.exists()


def test_alterar_de_tempo_para_passo_esquece_o_tempo():
    feito = gatilho(QUATRO_NA_FILA)
    assert feito.momento() == QUATRO_NA_FILA
    alterado = escrever_gatilho(
        por=fabricar_central(), nome="Prazo", quando=Passo.ABRIR, condicoes={}, acoes=[ANOTAR], gatilho_id=feito.pk
    )
    alterado.refresh_from_db()
    assert alterado.momento() == Passo.ABRIR and not alterado.ligado


class TestEnsaio:
    def ensaiar(self, tempo, quando="2026-11-30T10:00", **condicoes):
        return ensaiar_gatilho(tempo, condicoes, para=fabricar_central(), agora=em(quando))

    def test_conta_os_prazos_que_chegaram_ao_tempo_e_nao_grava_nada(self):
        respondido, tarde, cancelado = (fabricar_chamado() for _ in range(3))
        falar_no_chamado(
            por=fabricar_atendente(), chave=respondido.chave, passo=Passo.RESPONDER, texto="x", agora=em("2026-11-16T15:00")
        )
        falar_no_chamado(
            por=fabricar_atendente(), chave=tarde.chave, passo=Passo.RESPONDER, texto="x", agora=em("2026-11-16T17:00")
        )
        cancelar_chamado(por=cancelado.solicitante, chave=cancelado.chave, agora=em("2026-11-16T12:00"))
        ensaio = self.ensaiar(DUAS_ANTES)
        assert (ensaio.passos, ensaio.casaram, ensaio.exemplos) == (1, 1, [tarde])
        assert self.ensaiar(DUAS_ANTES, "2026-11-16T15:30").passos == 0  # ainda não chegou
        assert self.ensaiar(DUAS_ANTES, palavras=["certificado"]).casaram == 0
        assert not Disparo.objects.exists() and not Gatilho.objects.exists()

    def test_conta_as_vezes_em_que_ninguem_mexeu(self):
        chamado = fabricar_chamado()
        for hora in ("12:00", "17:00"):  # duas horas parado, depois cinco, e depois sem fim
            completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", agora=em(f"2026-11-16T{hora}"))
        ensaio = self.ensaiar(QUATRO_NA_FILA)
        assert (ensaio.passos, ensaio.exemplos) == (2, [chamado, chamado])

    def test_custa_uma_leitura_sejam_quantos_forem(self):
        fabricar_chamado()
        central = fabricar_central()

        def consultas(tempo) -> int:
            with CaptureQueriesContext(connection) as feitas:
                ensaiar_gatilho(tempo, {}, para=central, agora=em("2026-11-30T10:00"))
            return len(feitas)

        consultas(DUAS_ANTES)  # o que se lê uma vez por processo já está lido
        antes = [consultas(t) for t in (DUAS_ANTES, QUATRO_NA_FILA)]
        for _ in range(3):
            fabricar_chamado()
        assert [consultas(t) for t in (DUAS_ANTES, QUATRO_NA_FILA)] == antes
