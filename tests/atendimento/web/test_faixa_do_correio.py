"""A pessoa cujo e-mail devolve o que mandamos sabe disso nas suas páginas, e a equipe, na página do chamado."""

import pytest
from django.urls import reverse

from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.carga import carregar_atendimento
from pen.identidade.signals import email_confirmado
from pen.notificacoes.public import enviar_avisos
from tests.apoio_de_correio import DEVOLUCOES, devolucao_de, enviar, servidor_de_recepcao
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import entrar
from tests.notificacoes.apoio import Caixa, servidor_smtp

pytestmark = pytest.mark.django_db(transaction=True)
A_ESTE = "não estão chegando a este endereço"
A_QUEM_ABRIU = "não estão chegando ao endereço de quem abriu"


@pytest.fixture
def devolver(settings):
    """Manda o que há, e o servidor de destino devolve a última mensagem, por SMTP, a quem o envelope diz."""
    caixa, settings.AVISOS_DEVOLUCOES = Caixa(), DEVOLUCOES
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    esquecer_expediente()
    carregar_atendimento()
    with servidor_smtp(caixa) as porta, servidor_de_recepcao() as (_, entrada):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", porta

        def mandar_e_devolver(codigo: str = "5.1.1", acao: str = "failed") -> None:
            enviar_avisos()
            enviar(
                entrada, devolucao_de(caixa.recebidas[-1], caixa.envelopes[-1], codigo=codigo, acao=acao), do_envelope=""
            )

        yield mandar_e_devolver


def paginas(client, pessoa, chamado) -> list[str]:
    entrar(client, pessoa)
    do_chamado = reverse("atendimento:chamado", args=[chamado.chave])
    return [client.get(endereco).text for endereco in ("/minha-conta/", reverse("atendimento:chamados"), do_chamado)]


def test_bounce_mostra_faixa(client, devolver):
    chamado = fabricar_chamado()

    devolver()

    assert [A_ESTE in html for html in paginas(client, chamado.solicitante, chamado)] == [True, True, True]
    minha_conta, meus, do_chamado = paginas(client, fabricar_atendente(), chamado)
    assert A_QUEM_ABRIU in do_chamado and not any(A_ESTE in html for html in (minha_conta, meus, do_chamado))
    assert chamado.solicitante.email not in do_chamado


@pytest.mark.parametrize(("codigo", "acao"), [("4.2.2", "delayed"), ("5.7.1", "failed"), ("2.0.0", "delivered")])
def test_demora_politica_e_recibo_nao_mostram_faixa(client, devolver, codigo, acao):
    chamado = fabricar_chamado()

    devolver(codigo, acao)

    assert not any(A_ESTE in html for html in paginas(client, chamado.solicitante, chamado))


def trocar(pessoa) -> None:
    pessoa.email = "nova@exemplo.org"
    pessoa.save()


def confirmar(pessoa) -> None:
    email_confirmado.send(None, pessoa_id=pessoa.pk)


@pytest.mark.parametrize("o_que", [trocar, confirmar])
def test_com_outro_email_ou_provado_que_recebe_a_faixa_some(client, devolver, o_que):
    chamado = fabricar_chamado()
    devolver()

    o_que(chamado.solicitante)

    assert not any(A_ESTE in html for html in paginas(client, chamado.solicitante, chamado))
    assert A_QUEM_ABRIU not in paginas(client, fabricar_atendente(), chamado)[2]
