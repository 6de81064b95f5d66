"""Pedir um aviso: a caixa de saída."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from pen.notificacoes.enums import Frequencia, Ritmo
from pen.notificacoes.models import Aviso, Mensagem
from pen.notificacoes.public import avisar, enviar_avisos
from pen.notificacoes.services.avisos import vencimento, vencimento_semanal
from pen.notificacoes.services.preferencias import alterar_preferencias, pausar_avisos, retomar_avisos
from tests.notificacoes.apoio import fabricar_pessoa, pedir, pedir_a_todos

pytestmark = pytest.mark.django_db


def test_pedir_de_novo_nao_duplica_e_devolve_quantos_sao_novos():
    ana, rui = fabricar_pessoa(), fabricar_pessoa()

    assert pedir_a_todos([ana]) == 1
    assert pedir_a_todos([ana, rui]) == 1
    assert Aviso.objects.count() == 2


def test_mesma_chave_de_outro_tipo_e_outro_aviso():
    ana = fabricar_pessoa()

    assert pedir(ana, "a") == pedir(ana, "a", tipo="outro") == 1


def test_a_mesma_chave_duas_vezes_no_mesmo_pedido_e_um_aviso_so():
    ana = fabricar_pessoa()

    assert pedir_a_todos([ana, ana]) == 1


def test_numero_de_comandos_e_o_mesmo_para_uma_e_para_trinta_pessoas():
    pessoas = [fabricar_pessoa() for _ in range(30)]

    with CaptureQueriesContext(connection) as uma:
        pedir_a_todos(pessoas[:1], "a")
    with CaptureQueriesContext(connection) as todas:
        pedir_a_todos(pessoas, "b")

    assert len(uma) == len(todas)


@pytest.mark.usefixtures("banco_limpo")
def test_fora_de_transacao_e_erro_de_quem_chama():
    with pytest.raises(transaction.TransactionManagementError):
        avisar([])


@pytest.mark.usefixtures("banco_limpo")
def test_se_a_transacao_de_quem_pede_falha_o_aviso_nao_existe():
    ana = fabricar_pessoa()

    with pytest.raises(IntegrityError), transaction.atomic():
        pedir(ana)
        raise IntegrityError

    assert not Aviso.objects.exists() and not ProcrastinateJob.objects.exists()


@pytest.mark.usefixtures("banco_limpo")
def test_envio_entra_na_fila_uma_vez_so_e_o_urgente_nao_espera_a_janela():
    ana = fabricar_pessoa()

    for chave in "abc":
        pedir(ana, chave)
    pedir(ana, "d", urgente=True)

    trabalhos = {t.queueing_lock: t for t in ProcrastinateJob.objects.all()}
    assert set(trabalhos) == {"enviar_avisos_na_janela", "enviar_avisos_agora"}
    assert trabalhos["enviar_avisos_na_janela"].scheduled_at > timezone.now() + timedelta(seconds=50)
    assert trabalhos["enviar_avisos_agora"].scheduled_at is None


@pytest.mark.usefixtures("banco_limpo")
def test_quem_so_recebe_resumo_diario_nao_poe_nada_na_fila():
    ana = fabricar_pessoa()
    alterar_preferencias(por=ana, frequencia=Frequencia.DIARIA)

    pedir(ana)

    assert not ProcrastinateJob.objects.exists()


def test_imediato_espera_a_janela_de_agrupamento(settings):
    settings.AVISOS_JANELA_SEGUNDOS = 90
    pedir(fabricar_pessoa())

    aviso = Aviso.objects.get()

    assert aviso.devido_em - aviso.criado_em == timedelta(seconds=90)
    assert enviar_avisos() == 0 and not Mensagem.objects.exists()


@pytest.mark.parametrize(
    ("agora", "vence"),
    [
        ("2026-03-10T09:59:00", "2026-03-10T10:00:00"),  # 06:59 em Brasília: hoje às 07:00
        ("2026-03-10T10:00:00", "2026-03-11T10:00:00"),
        ("2026-03-11T01:00:00", "2026-03-11T10:00:00"),  # 22:00 do dia anterior em Brasília
    ],
)
def test_resumo_diario_vence_as_sete_da_manha_de_brasilia(agora, vence):
    instante = datetime.fromisoformat(agora).replace(tzinfo=UTC)

    assert vencimento(Frequencia.DIARIA, instante) == datetime.fromisoformat(vence).replace(tzinfo=UTC)


def test_quem_escolheu_resumo_diario_so_recebe_na_hora_dele():
    ana = fabricar_pessoa()
    alterar_preferencias(por=ana, frequencia=Frequencia.DIARIA)
    pedir(ana)

    assert Aviso.objects.get().devido_em == vencimento(Frequencia.DIARIA, timezone.now())
    assert enviar_avisos() == 0
    assert enviar_avisos(agora=timezone.now() + timedelta(hours=24)) == 1


def test_quem_pausou_nao_ganha_avisos_nem_depois_de_retomar():
    ana = fabricar_pessoa()
    pausar_avisos(por=ana)

    assert pedir(ana) == 0
    retomar_avisos(por=ana)
    assert not Aviso.objects.exists() and pedir(ana) == 1


def test_urgente_ignora_a_pausa_e_o_resumo_diario():
    ana = fabricar_pessoa()
    alterar_preferencias(por=ana, frequencia=Frequencia.DIARIA, correio=False)
    pausar_avisos(por=ana)

    assert pedir(ana, urgente=True) == 1
    assert enviar_avisos() == 1


def test_pausar_cancela_o_que_esperava():
    ana = fabricar_pessoa()
    pedir(ana)

    pausar_avisos(por=ana)

    assert Aviso.objects.get().situacao == "cancelado"


def test_trocar_de_frequencia_vale_para_o_que_ja_esperava():
    ana = fabricar_pessoa()
    alterar_preferencias(por=ana, frequencia=Frequencia.DIARIA)
    pedir(ana)

    alterar_preferencias(por=ana, frequencia=Frequencia.IMEDIATA)

    assert Aviso.objects.get().devido_em < timezone.now() + timedelta(minutes=2)


def test_aviso_agrupado_sem_lote_e_recusado_pelo_banco():
    pedir(fabricar_pessoa())

    with pytest.raises(IntegrityError), transaction.atomic():
        Aviso.objects.update(situacao="agrupado")


@pytest.mark.parametrize(
    ("agora", "vence"),
    [
        ("2026-11-23T06:59:00-03:00", "2026-11-23T10:00:00"),  # segunda, antes das 7h
        ("2026-11-23T07:00:00-03:00", "2026-11-30T10:00:00"),
        ("2026-11-29T23:30:00-03:00", "2026-11-30T10:00:00"),
    ],
)
def test_o_resumo_da_semana_sai_na_segunda_as_7h_de_brasilia(agora, vence):
    assert vencimento_semanal(datetime.fromisoformat(agora)) == datetime.fromisoformat(vence).replace(tzinfo=UTC)


@pytest.mark.parametrize("frequencia", Frequencia)
def test_o_ritmo_pedido_num_aviso_vale_se_e_mais_espacado_que_a_frequencia_da_pessoa(frequencia):
    ana, agora = fabricar_pessoa(), timezone.now()
    alterar_preferencias(por=ana, frequencia=frequencia)
    for ritmo in Ritmo:
        pedir(ana, ritmo.value, ritmo=ritmo)

    devidos = dict(Aviso.objects.values_list("ritmo", "devido_em"))
    assert devidos["semanal"] == vencimento_semanal(agora)
    assert devidos["diario"] == vencimento(Frequencia.DIARIA, agora)
    assert (devidos["imediato"] < agora + timedelta(minutes=2)) == (frequencia == Frequencia.IMEDIATA)


def test_trocar_de_frequencia_nao_adianta_o_que_se_pediu_num_resumo():
    ana = fabricar_pessoa()
    pedir(ana, ritmo=Ritmo.SEMANAL)

    alterar_preferencias(por=ana, frequencia=Frequencia.IMEDIATA)

    assert Aviso.objects.get().devido_em == vencimento_semanal(timezone.now())


def test_o_que_se_pediu_num_resumo_nao_sai_antes_dele_e_sai_com_ele():
    ana = fabricar_pessoa()
    pedir(ana, "a", ritmo=Ritmo.SEMANAL)
    pedir(ana, "b", ritmo=Ritmo.SEMANAL)

    assert enviar_avisos(agora=vencimento_semanal(timezone.now()) - timedelta(seconds=1)) == 0
    assert enviar_avisos(agora=vencimento_semanal(timezone.now())) == 1
