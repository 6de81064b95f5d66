"""Os números da Central: o que se conta, para quem, e sem dizer quem respondeu o quê."""

from datetime import date, timedelta

import pytest

from pen.atendimento.enums import Desfecho, Passo
from pen.atendimento.errors import EquipeNaoEncontrada
from pen.atendimento.models import Avaliacao, Chamado, Equipe
from pen.atendimento.selectors.painel import painel_da_central
from pen.atendimento.services.atendimento import encaminhar_chamado, encerrar_chamado, falar_no_chamado
from pen.atendimento.services.participacao import completar_chamado, reabrir_chamado
from pen.comum.errors import PedidoIncompleto
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
DIA = date(2026, 11, 16)


def ver(para=None, desde=DIA, ate=DIA):
    return painel_da_central(para=para or fabricar_central(), desde=desde, ate=ate)


def encerrar(chamado, atendente, quando):
    encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Feito.", agora=quando)


def test_conta_o_que_chegou_o_que_acabou_e_em_quanto_tempo():
    atendente, chamados = fabricar_atendente(), [fabricar_chamado() for _ in range(3)]
    fabricar_chamado(agora=SEGUNDA - timedelta(days=10))
    encerrar(chamados[0], atendente, em("2026-11-16T12:00"))
    encerrar(chamados[1], atendente, em("2026-11-17T10:00"))

    painel = ver()

    assert (painel.abertos, painel.encerrados, painel.por_encerrar) == (3, 2, 1)
    assert painel.solucao == (360.0, 552.0)  # duas e dez horas de expediente
    assert [(g.nome, g.abertos) for g in painel.grupos["produto"]] == [("SEI", 3)]
    assert painel.calor == {(0, 10): 3} and painel.dias == [(DIA, 3, 1)]


def test_as_pausas_nao_contam_no_tempo():
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    falar_no_chamado(
        por=atendente, chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="?", agora=em("2026-11-16T11:00")
    )
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Ok", agora=em("2026-11-17T11:00"))
    encerrar(chamado, atendente, em("2026-11-17T12:30"))

    chamado.refresh_from_db()
    assert (chamado.uteis_ate_a_resposta, chamado.uteis_ate_a_solucao) == (60, 150)


def test_encerrar_enquanto_se_espera_nao_conta_a_espera():
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    falar_no_chamado(
        por=atendente, chave=chamado.chave, passo=Passo.PEDIR_VALIDACAO, texto="Teste", agora=em("2026-11-16T11:00")
    )
    encerrar(chamado, atendente, em("2026-11-18T11:00"))

    chamado.refresh_from_db()
    assert chamado.uteis_ate_a_solucao == 60


def test_reabertos_e_duplicados():
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    encerrar(chamado, atendente, SEGUNDA)
    reabrir_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Volta", agora=SEGUNDA)
    outro = fabricar_chamado()
    Chamado.objects.filter(pk=outro.pk).update(
        situacao="encerrado", desfecho=Desfecho.DUPLICADO, encerrado_em=SEGUNDA, reabrivel_ate=SEGUNDA
    )

    painel = ver()
    assert (painel.reabertos, painel.duplicados) == (1, 1)


@pytest.mark.parametrize(("notas", "media"), [([5, 4, 3, 5], None), ([5, 4, 3, 5, 3], 4.0)])
def test_a_media_so_aparece_com_cinco_notas(notas, media):
    atendente = fabricar_atendente()
    for nota in notas:
        encerrar(fabricar_chamado(), atendente, SEGUNDA)
        Avaliacao.objects.filter(nota=None).update(nota=nota, dada_em=SEGUNDA, resolveu=True)

    satisfacao = ver().satisfacao
    assert (satisfacao.media, satisfacao.dadas, satisfacao.resolveu) == (media, len(notas), len(notas))


def test_quem_coordena_ve_os_da_sua_equipe():
    coordena, atendente = fabricar_atendente("tecnica", coordena=True), fabricar_atendente()
    dela = fabricar_chamado()
    fabricar_chamado()
    tecnica = Equipe.objects.get(codigo="tecnica").pk
    encaminhar_chamado(por=atendente, chave=dela.chave, equipe_id=tecnica, motivo="m", tentado="t")

    assert ver(coordena).abertos == 1 and ver().abertos == 2


@pytest.mark.parametrize("quem", [fabricar_pessoa, fabricar_atendente])
def test_para_os_outros_nao_existe(quem):
    with pytest.raises(EquipeNaoEncontrada):
        ver(quem())


@pytest.mark.parametrize("ate", [DIA - timedelta(days=1), DIA + timedelta(days=367)])
def test_periodo_que_nao_serve(ate):
    with pytest.raises(PedidoIncompleto):
        ver(ate=ate)


class TestNaPagina:
    def test_mostra_e_baixa_sem_nomes_nem_textos(self, client):
        solicitante = fabricar_pessoa(nome="Fulana Requerente")
        encerrar(fabricar_chamado(solicitante, assunto="Assunto secreto"), fabricar_atendente(), SEGUNDA)
        entrar(client, fabricar_central())

        pagina = client.get("/atendimento/painel/?desde=2026-11-16&ate=2026-11-16")
        baixado = client.get("/atendimento/painel/chamados.csv?desde=2026-11-16&ate=2026-11-16")

        assert "A que horas chegam" in pagina.text and "poucas notas para uma média" in pagina.text
        texto = baixado.getvalue().decode()
        assert texto.count("\r\n") == 2 and "SEI" in texto
        assert "Fulana" not in pagina.text + texto and "secreto" not in pagina.text + texto

    def test_sem_chamados_e_com_periodo_errado(self, client):
        entrar(client, fabricar_central())
        assert client.get("/atendimento/painel/").status_code == 200
        errada = client.get("/atendimento/painel/?desde=2026-11-16&ate=2026-11-15")
        assert errada.status_code == 422 and "não termina antes de começar" in errada.text

    def test_para_os_outros_nao_existe(self, client):
        entrar(client, fabricar_atendente())
        for caminho in ("/atendimento/painel/", "/atendimento/painel/chamados.csv?desde=2026-11-16&ate=2026-11-16"):
            assert client.get(caminho).status_code == 404
