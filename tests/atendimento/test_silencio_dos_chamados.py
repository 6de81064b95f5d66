"""O silêncio de quem abriu, com chamados de verdade: lembretes, prova do aviso, encerramento e volta."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.atendimento.enums import Desfecho, Passo
from pen.atendimento.models import PassoDoChamado, PoliticaDeSilencio, TipoDeSuporte
from pen.atendimento.selectors.silencio import encerramento_por_silencio, falta_prova_do_aviso
from pen.atendimento.services.atendimento import falar_no_chamado
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.services.silencio import cuidar_do_silencio
from pen.notificacoes.enums import CanalDeAviso, SituacaoDaMensagem, SituacaoDoAviso
from pen.notificacoes.models import Aviso, Mensagem
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado

pytestmark = pytest.mark.django_db


@pytest.fixture
def chamado(central):
    """Um chamado que espera por quem abriu desde segunda, às 10h; na sexta é feriado."""
    chamado = fabricar_chamado()
    falar_no_chamado(
        por=fabricar_atendente(), chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="Qual versão?", agora=SEGUNDA
    )
    return chamado


def entregar_avisos(quando: datetime, situacao: str = SituacaoDaMensagem.ENVIADA) -> None:
    """Como se o canal tivesse entregado, ou não, tudo que estava pendente."""
    for aviso in Aviso.objects.filter(situacao=SituacaoDoAviso.PENDENTE):
        lote = aviso.pk
        Aviso.objects.filter(pk=aviso.pk).update(situacao=SituacaoDoAviso.AGRUPADO, lote=lote)
        Mensagem.objects.create(
            pessoa=aviso.pessoa, canal=CanalDeAviso.CORREIO, lote=lote, situacao=situacao, criada_em=quando, proxima_em=quando,
            enviada_em=quando if situacao == SituacaoDaMensagem.ENVIADA else None,
            erro_codigo="" if situacao == SituacaoDaMensagem.ENVIADA else "5.1.1",
        )  # fmt: skip


def rodar_ate(fim: datetime, *, situacao: str = SituacaoDaMensagem.ENVIADA) -> None:
    """De hora em hora, como o trabalho periódico, com os avisos entregues ou devolvidos."""
    agora = SEGUNDA
    while agora <= fim:
        cuidar_do_silencio(agora=agora)
        entregar_avisos(agora, situacao)
        agora += timedelta(hours=1)


def passos(chamado) -> list[str]:
    return list(PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem").values_list("passo", flat=True))


def test_lembra_duas_vezes_e_encerra_com_a_prova_no_registro(chamado):
    rodar_ate(em("2026-11-19T10:00"))

    chamado.refresh_from_db()
    assert (chamado.desfecho, chamado.encerrado_em) == (Desfecho.SILENCIO, em("2026-11-19T10:00"))
    assert passos(chamado)[-3:] == ["lembrar", "lembrar", "silenciar"]
    detalhes = PassoDoChamado.objects.get(chamado=chamado, passo=Passo.SILENCIAR).detalhes
    assert (detalhes["horas"], detalhes["relogio"]) == (72, "corrido")
    assert [datetime.fromisoformat(le["em"]) for le in detalhes["lembretes"]] == [
        em("2026-11-17T10:00"), em("2026-11-18T10:00"),
    ]  # fmt: skip
    assert all(le["entregue_em"] for le in detalhes["lembretes"])
    eventos = [a.dados["evento"] for a in Aviso.objects.filter(pessoa=chamado.solicitante).order_by("id")]
    assert eventos == ["recebido", "informacao", "lembrete", "lembrete", "silencio"]


def test_rodar_duas_vezes_no_mesmo_instante_nao_dobra_nada(chamado):
    for _ in range(3):
        cuidar_do_silencio(agora=em("2026-11-17T10:00"))

    assert passos(chamado).count("lembrar") == 1


def test_com_os_avisos_devolvidos_so_uma_pessoa_encerra(chamado):
    rodar_ate(em("2026-11-25T10:00"), situacao=SituacaoDaMensagem.FALHOU)

    chamado.refresh_from_db()
    assert chamado.aberto
    agora = em("2026-11-25T11:00")
    assert cuidar_do_silencio(agora=agora).sem_prova == 1 and falta_prova_do_aviso(chamado, agora=agora)
    assert encerramento_por_silencio(chamado, agora=agora) is None
    assert not falta_prova_do_aviso(chamado, agora=em("2026-11-18T10:00"))


def test_a_resposta_de_quem_abriu_para_tudo(chamado):
    rodar_ate(em("2026-11-18T12:00"))
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="4.1.2", agora=em("2026-11-18T12:30"))
    rodar_ate(em("2026-11-25T10:00"))

    chamado.refresh_from_db()
    assert chamado.aberto and chamado.silencio_desde is None


def test_mensagem_e_nota_da_equipe_nao_param_nem_recomecam_a_contagem(chamado):
    atendente = chamado_atendente(chamado)
    for passo in (Passo.RESPONDER, Passo.ANOTAR):
        falar_no_chamado(por=atendente, chave=chamado.chave, passo=passo, texto="Oi?", agora=em("2026-11-18T16:00"))
    rodar_ate(em("2026-11-19T10:00"))

    chamado.refresh_from_db()
    assert chamado.desfecho == Desfecho.SILENCIO


def chamado_atendente(chamado):
    chamado.refresh_from_db()
    chamado.atendente.entrada_forte = True
    return chamado.atendente


def test_pela_politica_em_horas_uteis_encerra_muito_depois(chamado):
    PoliticaDeSilencio.objects.create(relogio="util", horas=72, lembretes=[24, 48], desde=timezone.now())

    rodar_ate(em("2026-11-26T09:00"))
    chamado.refresh_from_db()
    assert chamado.aberto and passos(chamado).count("lembrar") == 2

    rodar_ate(em("2026-11-27T12:00"))
    chamado.refresh_from_db()
    assert chamado.encerrado_em == em("2026-11-26T12:00")


def test_tipo_isento_nunca_encerra_sozinho(chamado):
    politica = PoliticaDeSilencio.objects.get()
    politica.tipos_isentos.add(TipoDeSuporte.objects.get(pk=chamado.formulario.tipo_id))

    rodar_ate(em("2026-11-30T10:00"))

    chamado.refresh_from_db()
    assert chamado.aberto and "lembrar" not in passos(chamado)


def test_olhar_um_ou_muitos_sem_nada_a_fazer_custa_o_mesmo(chamado, django_assert_num_queries):
    rodar_ate(em("2026-11-17T10:00"))
    with CaptureQueriesContext(connection) as de_um:
        cuidar_do_silencio(agora=em("2026-11-17T11:00"))
    for _ in range(3):
        outro = fabricar_chamado()
        falar_no_chamado(
            por=fabricar_atendente(), chave=outro.chave, passo=Passo.PEDIR_INFORMACAO, texto="?", agora=SEGUNDA
        )
    rodar_ate(em("2026-11-17T10:00"))

    with django_assert_num_queries(len(de_um)):
        cuidar_do_silencio(agora=em("2026-11-17T11:00"))
