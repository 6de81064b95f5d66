"""Duas centrais que se respondem sozinhas, com SMTP nos dois sentidos."""

import pytest
from django.utils import timezone

from pen.atendimento.enums import Passo
from pen.atendimento.models import Chamado, PassoDoChamado
from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado
from pen.atendimento.services.carga import carregar_atendimento
from pen.notificacoes.public import enviar_avisos
from tests.apoio_de_correio import DEVOLUCOES, RESPOSTAS, enviar, resposta_a, servidor_de_recepcao
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import fabricar_pessoa
from tests.notificacoes.apoio import Caixa, servidor_smtp

pytestmark = pytest.mark.django_db(transaction=True)
OUTRA = "central@outra.gov.br"
COMO_A_NOSSA = {"Auto_Submitted": "auto-generated", "Precedence": "bulk"}


@pytest.fixture
def correio(settings, tmp_path):
    """O nosso correio, nos dois sentidos: a caixa da outra central, a nossa recepção e a porta dela."""
    caixa, settings.CHAMADOS_RESPOSTAS, settings.AVISOS_DEVOLUCOES = Caixa(), RESPOSTAS, DEVOLUCOES
    settings.EMAIL_BACKEND, settings.PASTA_DE_ANEXOS = "django.core.mail.backends.smtp.EmailBackend", tmp_path
    esquecer_expediente()
    carregar_atendimento()
    with servidor_smtp(caixa) as saida, servidor_de_recepcao() as (recepcao, entrada):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", saida
        yield caixa, recepcao, entrada


def deixar_que_se_respondam(correio, de: str, **cabecalhos: str) -> int:
    """A outra central responde na hora a tudo que recebe, até que uma das duas se cale; quantas mensagens nossas ela recebeu."""
    caixa, _, entrada = correio
    respondidas = 0
    for _ in range(40):
        enviar_avisos()
        dela = [m for m in caixa.recebidas if m["To"] == OUTRA]
        if len(dela) == respondidas:
            return len(dela)
        for recebida in dela[respondidas:]:
            enviar(entrada, resposta_a(recebida, de, "Recebemos a sua mensagem e logo a atenderemos.", **cabecalhos))
        respondidas = len(dela)
    pytest.fail("as duas centrais continuam se respondendo")


@pytest.mark.parametrize(
    ("de", "cabecalhos", "nossas", "dito"),
    [
        (OUTRA, COMO_A_NOSSA, 2, "É resposta automática; nada a fazer."),
        (OUTRA, {}, 2, "Gravada no chamado."),  # diz ser gente: entra no chamado, e ninguém lhe responde
        ("robo@outra.gov.br", {}, 3, "Veio de outro endereço; a pessoa foi avisada."),
    ],
    ids=["a outra diz que é um programa", "a outra não diz", "a outra responde de outro endereço"],
)
def test_laco_entre_duas_centrais_para(correio, de, cabecalhos, nossas, dito):
    chamado = fabricar_chamado(fabricar_pessoa(email=OUTRA), agora=timezone.now())
    enviar_avisos()
    falar_no_chamado(por=fabricar_atendente(), chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="Qual é a versão?")

    assert deixar_que_se_respondam(correio, de, **cabecalhos) == nossas
    assert correio[1].ditos[-1] == dito


def test_laco_com_o_chamado_encerrado_para_no_primeiro_aviso(correio):
    chamado, atendente = fabricar_chamado(fabricar_pessoa(email=OUTRA), agora=timezone.now()), fabricar_atendente()
    encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Feito.")
    Chamado.objects.update(reabrivel_ate=timezone.now())

    assert deixar_que_se_respondam(correio, OUTRA) <= 3
    assert not PassoDoChamado.objects.filter(passo=Passo.REABRIR).exists()


def test_o_que_mandamos_diz_que_e_de_um_programa_e_deixa_que_se_devolva(correio):
    fabricar_chamado(fabricar_pessoa(email=OUTRA), agora=timezone.now())
    enviar_avisos()

    (nossa,) = correio[0].recebidas
    assert (nossa["Auto-Submitted"], nossa["Precedence"]) == ("auto-generated", "bulk")
    assert nossa["X-Auto-Response-Suppress"] == "OOF, AutoReply"
