"""Da remessa ao e-mail: o que avisa, o que não avisa, e o que se diz na hora de sair."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.utils import timezone

from pen.notificacoes.models import Aviso, Mensagem
from pen.notificacoes.services.envio import enviar_avisos
from pen.protocolo_integrado.enums import Visibilidade
from pen.protocolo_integrado.models import Acompanhamento, Andamento, Novidade
from pen.protocolo_integrado.services import novidades
from pen.protocolo_integrado.services.acompanhamentos import acompanhar_processo, deixar_processo
from pen.protocolo_integrado.services.cuidado import decidir_visibilidade, reter_movimento
from pen.protocolo_integrado.services.novidades import repartir_novidades
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import fabricar_gestor, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, movimento
from tests.notificacoes.apoio import Caixa, em_outra_conexao, servidor_smtp

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _correio(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.AVISOS_JANELA_SEGUNDOS = 0


@pytest.fixture
def caixa(settings):
    """Um servidor SMTP de verdade, no lugar do correio na memória."""
    caixa = Caixa()
    with servidor_smtp(caixa) as porta:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", porta
        yield caixa


@pytest.fixture
def orgao():
    return fabricar_orgao()


@pytest.fixture
def sistema(orgao):
    return fabricar_sistema(orgao)


def recente(dias=1, operacao="Processo recebido na unidade", unidade="GAB"):
    quando = timezone.now() - timedelta(days=dias)
    return movimento(quando.isoformat(timespec="seconds"), operacao, unidade)


def entregar():
    repartir_novidades()
    return enviar_avisos(agora=timezone.now() + timedelta(seconds=2))


def acompanhado(sistema, pessoa=None):
    """Um processo antigo, que a pessoa passa a acompanhar."""
    numero, pessoa = fabricar_nup(), pessoa or fabricar_pessoa()
    enviar(sistema, documento(numero))
    acompanhar_processo(por=pessoa, numero=numero)
    return numero, pessoa


def test_movimento_novo_e_recente_vira_um_email_com_o_que_houve_e_o_endereco(sistema, settings):
    settings.ENDERECO = "https://exemplo.gov.br"
    numero, pessoa = acompanhado(sistema)

    enviar(sistema, documento(numero, movimento(), recente(operacao="Parecer juntado")))

    assert entregar() == 1
    (mensagem,) = mail.outbox
    assert mensagem.to == [pessoa.email]
    assert "Parecer juntado" in mensagem.body
    assert "Processo recebido" not in mensagem.body
    assert f"https://exemplo.gov.br/protocolo/processos/{numero}/" in mensagem.body


def test_quem_nao_acompanha_nao_recebe_nem_ha_novidade(sistema):
    enviar(sistema, documento(fabricar_nup(), recente()))

    assert not Novidade.objects.exists()


def test_movimento_antigo_que_chega_agora_nao_avisa(sistema):
    numero, _ = acompanhado(sistema)

    enviar(sistema, documento(numero, movimento(), recente(dias=11)))

    assert not Novidade.objects.exists()


def test_reenvio_forcado_nao_avisa_de_novo(sistema):
    numero, _ = acompanhado(sistema)
    parecer = recente(operacao="Parecer juntado")
    for _ in range(3):
        enviar(sistema, documento(numero, parecer))
        entregar()

    assert len(mail.outbox) == 1


def test_os_movimentos_de_uma_carga_vao_num_email_so(sistema):
    numero, _ = acompanhado(sistema)

    enviar(sistema, documento(numero, *(recente(operacao=f"Passo {n}") for n in range(5))))

    entregar()
    assert len(mail.outbox) == 1
    assert all(f"Passo {n}" in mail.outbox[0].body for n in range(5))


def test_processos_diferentes_da_mesma_pessoa_vao_num_email_so(sistema):
    pessoa = fabricar_pessoa()
    numeros = [acompanhado(sistema, pessoa)[0] for _ in range(3)]

    enviar(sistema, *(documento(n, recente()) for n in numeros))

    entregar()
    assert len(mail.outbox) == 1


def test_o_numero_esperado_avisa_quando_chega_mesmo_so_com_historia(sistema):
    numero, pessoa = fabricar_nup(), fabricar_pessoa()
    acompanhar_processo(por=pessoa, numero=numero)

    enviar(sistema, documento(numero, movimento()))

    entregar()
    assert "acaba de chegar" in mail.outbox[0].body


def test_quem_deixou_de_acompanhar_antes_do_envio_nao_recebe(sistema):
    numero, pessoa = acompanhado(sistema)
    enviar(sistema, documento(numero, recente()))
    repartir_novidades()

    deixar_processo(por=pessoa, numero=numero)

    entregar()
    assert not mail.outbox


def test_ocultado_entre_o_movimento_e_o_envio_nada_sai(sistema, orgao):
    numero, _ = acompanhado(sistema)
    enviar(sistema, documento(numero, recente(operacao="Parecer sigiloso não marcado")))
    repartir_novidades()

    decidir_visibilidade(
        por=fabricar_gestor(orgao), numero=numero, orgao_id=orgao.pk, visibilidade=Visibilidade.OCULTO, motivo="x"
    )

    entregar()
    assert not mail.outbox


def test_resumido_entre_o_movimento_e_o_envio_sai_sem_o_texto_livre(sistema, orgao):
    numero, _ = acompanhado(sistema)
    enviar(sistema, documento(numero, recente(operacao="Depoimento de Fulana de Tal")))
    repartir_novidades()

    decidir_visibilidade(
        por=fabricar_gestor(orgao), numero=numero, orgao_id=orgao.pk, visibilidade=Visibilidade.RESUMIDO, motivo="x"
    )

    entregar()
    assert "Fulana" not in mail.outbox[0].body + str(mail.outbox[0].alternatives)


def test_texto_retido_entre_o_movimento_e_o_envio_nao_sai(sistema, orgao):
    numero, _ = acompanhado(sistema)
    enviar(sistema, documento(numero, recente(operacao="Telefone da denunciante")))
    repartir_novidades()
    chave = Andamento.objects.get(numero=numero, operacao="Telefone da denunciante").chave

    reter_movimento(por=fabricar_gestor(orgao), numero=numero, orgao_id=orgao.pk, chave=chave, motivo="x")

    entregar()
    assert "denunciante" not in mail.outbox[0].body + str(mail.outbox[0].alternatives)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("visibilidade", "saem"), [(Visibilidade.OCULTO, 1), (Visibilidade.RESUMIDO, 2)], ids=["ocultado", "resumido"]
)
def test_do_que_o_orgao_tira_da_vista_entre_um_email_e_outro_nada_mais_sai(sistema, orgao, caixa, visibilidade, saem):
    numero, _ = acompanhado(sistema)
    acompanhar_processo(por=fabricar_pessoa(), numero=numero)
    enviar(sistema, documento(numero, recente(operacao="Depoimento de Fulana de Tal")))
    gestor = fabricar_gestor(orgao)

    def decidir():
        caixa.ao_receber = None
        em_outra_conexao(
            partial(
                decidir_visibilidade, por=gestor, numero=numero, orgao_id=orgao.pk, visibilidade=visibilidade, motivo="x"
            )
        )

    caixa.ao_receber = decidir  # o servidor ainda não respondeu à primeira
    assert entregar() == saem

    primeira, *outras = caixa.textos()
    assert "Fulana" in primeira and len(outras) == saem - 1
    assert not any("Fulana" in outra for outra in outras)


def test_o_nome_de_pessoa_nao_esta_no_assunto_do_email(sistema):
    numero, _ = acompanhado(sistema)

    enviar(sistema, documento(numero, recente(operacao="Citada Fulana de Tal"), assunto="Pensão de Fulana de Tal"))

    entregar()
    assert "Fulana" not in mail.outbox[0].subject


def test_repartir_duas_vezes_da_um_aviso_por_pessoa(sistema):
    numero, _ = acompanhado(sistema)
    acompanhar_processo(por=fabricar_pessoa(), numero=numero)
    enviar(sistema, documento(numero, recente()))

    assert repartir_novidades() == 2
    assert repartir_novidades() == 0
    assert not Novidade.objects.exists()


def test_muitos_acompanhantes_sao_repartidos_aos_poucos_sem_perder_nem_repetir(sistema, monkeypatch):
    monkeypatch.setattr(novidades, "ACOMPANHANTES_POR_VEZ", 3)
    numeros = [acompanhado(sistema)[0] for _ in range(3)]
    for numero in numeros:
        for _ in range(4):
            acompanhar_processo(por=fabricar_pessoa(), numero=numero)
    enviar(sistema, *(documento(n, recente()) for n in numeros))

    assert repartir_novidades() == 15
    assert Aviso.objects.count() == 15
    assert not Novidade.objects.exists()


def test_cair_no_meio_da_reparticao_e_continuar_nao_perde_nem_repete(sistema, monkeypatch):
    monkeypatch.setattr(novidades, "ACOMPANHANTES_POR_VEZ", 2)
    numero, _ = acompanhado(sistema)
    for _ in range(6):
        acompanhar_processo(por=fabricar_pessoa(), numero=numero)
    enviar(sistema, documento(numero, recente()))
    novidades._repartir_um_lote()
    novidades._repartir_um_lote()  # e aqui o processo morreria

    repartir_novidades()

    assert Aviso.objects.count() == Acompanhamento.objects.count() == 7


def test_as_consultas_de_uma_remessa_nao_crescem_com_os_acompanhados(sistema):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def consultas(quantos):
        numeros = [acompanhado(sistema)[0] for _ in range(quantos)]
        with CaptureQueriesContext(connection) as contadas:
            enviar(sistema, *(documento(n, recente()) for n in numeros))
        return len(contadas)

    assert consultas(1) == consultas(5)


def test_as_consultas_do_envio_nao_crescem_com_os_processos_do_email(sistema):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def consultas(quantos):
        pessoa = fabricar_pessoa()
        numeros = [acompanhado(sistema, pessoa)[0] for _ in range(quantos)]
        enviar(sistema, *(documento(n, recente()) for n in numeros))
        repartir_novidades()
        with CaptureQueriesContext(connection) as contadas:
            enviar_avisos(agora=timezone.now() + timedelta(seconds=2))
        return len(contadas)

    assert consultas(1) == consultas(4)


def test_cada_mensagem_fica_registrada_com_canal_situacao_e_movimentos(sistema):
    numero, pessoa = acompanhado(sistema)
    enviar(sistema, documento(numero, recente(operacao="Parecer juntado")))

    entregar()

    mensagem, aviso = Mensagem.objects.get(), Aviso.objects.get()
    assert (mensagem.pessoa, mensagem.canal, mensagem.situacao) == (pessoa, "correio", "enviada")
    assert aviso.lote == mensagem.lote
    assert aviso.dados["chaves"] == [str(Andamento.objects.get(operacao="Parecer juntado").chave)]
