"""Duas rodadas ao mesmo tempo, o que muda entre uma mensagem e outra, e a morte no pior instante."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.db.models import Sum
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from pen.identidade.models import JanelaDeUso
from pen.identidade.services.titular import excluir_conta
from pen.notificacoes.models import Aviso, EnderecoRecusado, Mensagem
from pen.notificacoes.public import enviar_avisos
from pen.notificacoes.segredos import hash_do_endereco
from pen.notificacoes.services.agrupamento import agrupar_devidos
from pen.notificacoes.services.preferencias import alterar_preferencias, pausar_avisos
from tests.notificacoes.apoio import (
    OlhaQuantoPodeEsperar,
    em_outra_conexao,
    fabricar_pessoa,
    pedir_a_todos,
    pedir_e_enviar,
    vencer,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("banco_limpo")]

TRABALHO = """
import os, django
django.setup()
from pen.notificacoes.services import redacao
from tests.notificacoes.apoio import Redator
from django.conf import settings
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["PORTA_DO_TESTE"])
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
redacao.registrar_redator("teste", Redator())
from pen.notificacoes.public import enviar_avisos
enviar_avisos()
"""


def ao_mesmo_tempo(ato, vezes: int = 4) -> list[int]:
    """O mesmo ato em várias conexões, começando juntas."""
    largada = Barrier(vezes)

    def correr(_: int) -> int:
        try:
            largada.wait()
            return ato()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(vezes) as linhas:
        return list(linhas.map(correr, range(vezes)))


def test_agrupar_ao_mesmo_tempo_poe_cada_aviso_num_lote_so():
    for chave in "ab":
        pedir_a_todos([fabricar_pessoa() for _ in range(150)], chave)
    vencer()

    mensagens = ao_mesmo_tempo(lambda: agrupar_devidos(agora=timezone.now(), canais=["correio"]))

    assert sum(mensagens) == Mensagem.objects.count() == 300
    assert Aviso.objects.values("lote").distinct().count() == 300


def test_duas_rodadas_ao_mesmo_tempo_enviam_cada_mensagem_uma_vez(caixa):
    pedir_a_todos([fabricar_pessoa() for _ in range(60)])
    vencer()
    agrupar_devidos(agora=timezone.now(), canais=["correio"])
    caixa.ao_receber = lambda: time.sleep(0.005)

    enviadas = ao_mesmo_tempo(enviar_avisos)

    assert sum(enviadas) == 60  # uma rodada pode fazer tudo antes de a outra começar
    assert set(caixa.ids().values()) == {1} and set(caixa.para().values()) == {1}
    assert JanelaDeUso.objects.aggregate(usos=Sum("usos"))["usos"] < 80  # sem gastar duas vezes o limite do minuto


def recusar_o_endereco(pessoa) -> None:
    resumo = hash_do_endereco(pessoa.email)
    EnderecoRecusado.objects.create(pessoa=pessoa, endereco_hash=resumo, recusado_em=timezone.now(), codigo="5.1.1")


@pytest.mark.parametrize(
    "ato",
    [
        lambda pessoa: pausar_avisos(por=pessoa),
        lambda pessoa: alterar_preferencias(por=pessoa, correio=False),
        lambda pessoa: excluir_conta(por=pessoa),
        recusar_o_endereco,
    ],
    ids=["pausa", "desliga o e-mail", "exclui a conta", "tem o endereço recusado"],
)
def test_o_que_a_pessoa_faz_entre_uma_mensagem_e_outra_do_mesmo_conjunto_vale_para_a_segunda(caixa, ato):
    pessoas = {p.email: p for p in (fabricar_pessoa(), fabricar_pessoa())}
    pedir_a_todos(list(pessoas.values()))
    vencer()
    caixa.ao_receber = lambda: em_outra_conexao(lambda: ato(pessoas[(pessoas.keys() - caixa.para().keys()).pop()]))

    assert enviar_avisos() == 1

    assert len(caixa.recebidas) == 1
    assert not Mensagem.objects.filter(situacao="pendente").exists()


def test_o_texto_e_o_do_instante_em_que_cada_mensagem_sai(caixa, redator):
    pedir_a_todos([fabricar_pessoa() for _ in range(3)])
    vencer()
    caixa.ao_receber = lambda: redator.calados.add("a")  # depois da primeira, nada mais se pode dizer

    assert enviar_avisos() == 1

    assert len(caixa.recebidas) == 1 and Mensagem.objects.filter(erro_codigo="sem-conteudo").count() == 2


def test_recusado_na_primeira_o_endereco_nao_recebe_a_segunda_do_mesmo_conjunto(caixa):
    ana = fabricar_pessoa("ana@exemplo.org")
    caixa.respostas["ana@exemplo.org"] = "550 5.1.1 nao existe"
    for chave in "ab":
        pedir_a_todos([ana], chave)
        vencer()
        agrupar_devidos(agora=timezone.now(), canais=["correio"])

    enviar_avisos()

    assert {(m.situacao, m.erro_codigo) for m in Mensagem.objects.all()} == {
        ("falhou", "550 5.1.1"), ("cancelada", "endereco-recusado")
    }  # fmt: skip


def test_servidor_lento_nao_custa_a_transacao(settings):
    settings.EMAIL_BACKEND = "tests.notificacoes.apoio.OlhaQuantoPodeEsperar"

    pedir_e_enviar(fabricar_pessoa())

    assert OlhaQuantoPodeEsperar.vistos == ["10min"]


def test_morte_entre_o_aceite_e_a_gravacao_reenvia_com_o_mesmo_identificador_e_a_mesma_data(caixa, settings):
    ana = fabricar_pessoa()
    settings.EMAIL_BACKEND = "tests.notificacoes.apoio.MorreDepoisDeEntregar"
    with pytest.raises(SystemExit):
        pedir_e_enviar(ana)
    assert Mensagem.objects.get().situacao == "pendente"

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    enviar_avisos()

    primeira, segunda = caixa.recebidas
    assert primeira["Message-ID"] == segunda["Message-ID"] and primeira["Date"] == segunda["Date"]
    assert Mensagem.objects.get().situacao == "enviada"


def test_trabalhador_morto_com_9_no_meio_do_envio_nao_perde_nada(caixa, settings):
    pessoas = [fabricar_pessoa() for _ in range(30)]
    pedir_a_todos(pessoas)
    vencer()
    banco = connection.settings_dict
    chaves = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    url = make_conninfo(**{chave: banco[nome] for chave, nome in chaves.items() if banco[nome]})
    ambiente = os.environ | {"DATABASE_URL": url, "PORTA_DO_TESTE": str(settings.EMAIL_PORT),
                             "DJANGO_SETTINGS_MODULE": "pen.config.settings"}  # fmt: skip
    trabalhador = subprocess.Popen([sys.executable, "-c", TRABALHO], env=ambiente, stderr=subprocess.PIPE)

    def matar_na_decima():
        if len(caixa.recebidas) == 10:
            os.kill(trabalhador.pid, signal.SIGKILL)

    caixa.ao_receber = matar_na_decima
    _, erro = trabalhador.communicate(timeout=60)
    assert trabalhador.returncode == -signal.SIGKILL, erro.decode()
    assert len(caixa.recebidas) == 10

    caixa.ao_receber = None
    enviar_avisos()

    assert set(caixa.para()) == {p.email for p in pessoas}
    repetidas = [identificador for identificador, vezes in caixa.ids().items() if vezes > 1]
    assert len(caixa.ids()) == 30 and len(repetidas) <= 1  # só a que estava em curso, e reconhecível
    assert Mensagem.objects.filter(situacao="enviada").count() == 30
