"""O que acontece com uma conferência em lote no meio dela: outro trabalho, outra coluna, exclusão, erro do banco e kill -9."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from pen.nup.models import ConferenciaEmLote
from pen.nup.selectors.lotes import SINAL_DE_VIDA, consultar_conferencia
from pen.nup.services.lotes import (
    TENTATIVAS_MAXIMO,
    alterar_coluna,
    conferir_lote,
    criar_conferencia,
    excluir_conferencia,
    retomar_conferencias,
)

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
LINHAS = 60_000
GRANDE = b"nup;outra\n" + b"50650.001658/2017-17;x\n" * LINHAS
PROCESSO = """
import sys, uuid, django
django.setup()
from pen.nup.services.lotes import conferir_lote
conferir_lote(uuid.UUID(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def _fila_limpa():
    """A fila de trabalhos não se desfaz sozinha entre testes transacionais."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs; DELETE FROM identidade_janeladeuso")


def enviar(conteudo: bytes = GRANDE) -> ConferenciaEmLote:
    return criar_conferencia(nome="a.csv", conteudo=conteudo, origem="rede")


def esperar_que(condicao: Callable[[ConferenciaEmLote], bool], conferencia: ConferenciaEmLote) -> ConferenciaEmLote:
    """Lê a conferência até a condição valer."""
    fim = time.monotonic() + 60
    while time.monotonic() < fim:
        lida = ConferenciaEmLote.objects.defer("enviado", "resultado").get(pk=conferencia.pk)
        if condicao(lida):
            return lida
    pytest.fail("não chegou lá em um minuto")


@contextmanager
def conferindo(conferencia: ConferenciaEmLote) -> Iterator[list[BaseException]]:
    """Confere noutro fio; ao entrar, uma parte já foi, e ao sair acabou. Dá a lista dos erros que houve."""
    erros: list[BaseException] = []

    def trabalhar() -> None:
        try:
            conferir_lote(conferencia.pk)
        except BaseException as erro:
            erros.append(erro)
        finally:
            connection.close()

    fio = Thread(target=trabalhar)
    fio.start()
    try:
        esperar_que(lambda c: c.feitas > 0, conferencia)
        yield erros
    finally:
        fio.join(60)


def test_dois_trabalhos_ao_mesmo_tempo_so_um_confere():
    conferencia = enviar()

    with conferindo(conferencia) as erros:
        conferir_lote(conferencia.pk)
        situacao = consultar_conferencia(conferencia.pk).situacao

    pronta = consultar_conferencia(conferencia.pk)
    assert (situacao, erros) == ("conferindo", [])
    assert (pronta.situacao, pronta.rodada, pronta.contagem) == ("pronta", 1, {"ok": LINHAS})


def test_excluida_no_meio_o_trabalho_para_sem_erro_e_nada_volta():
    conferencia = enviar()

    with conferindo(conferencia) as erros:
        excluir_conferencia(conferencia.pk)

    assert erros == [] and not ConferenciaEmLote.objects.exists()


def test_outra_coluna_no_meio_da_primeira_so_a_nova_grava():
    conferencia = enviar()

    with conferindo(conferencia) as erros:
        alterar_coluna(conferencia.pk, 1, origem="rede")
    no_meio = consultar_conferencia(conferencia.pk)
    conferir_lote(conferencia.pk)

    assert (erros, no_meio.situacao, no_meio.coluna, no_meio.contagem) == ([], "esperando", 1, {})
    assert consultar_conferencia(conferencia.pk).contagem == {"forma_desconhecida": LINHAS}


def test_morto_com_kill_9_no_meio_outro_recomeca_e_acaba():
    conferencia = enviar()
    banco = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    ambiente = os.environ | {"DATABASE_URL": banco, "DJANGO_SETTINGS_MODULE": "pen.config.settings"}
    processo = subprocess.Popen([sys.executable, "-c", PROCESSO, str(conferencia.pk)], env=ambiente)
    try:
        esperar_que(lambda c: c.feitas > 0, conferencia)
    finally:
        processo.send_signal(signal.SIGKILL)
        processo.wait(10)
    morta = consultar_conferencia(conferencia.pk)

    ConferenciaEmLote.objects.update(mexida_em=timezone.now() - 2 * SINAL_DE_VIDA)
    retomadas = retomar_conferencias()
    conferir_lote(conferencia.pk)

    pronta = consultar_conferencia(conferencia.pk)
    assert morta.situacao == "conferindo" and 0 < morta.feitas < LINHAS
    assert (retomadas, pronta.situacao, pronta.feitas, pronta.contagem) == (1, "pronta", LINHAS, {"ok": LINHAS})


@pytest.fixture
def banco_que_recusa_o_resultado() -> Iterator[None]:
    """Um gatilho que não deixa nenhuma conferência ficar pronta."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION recusar() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disco cheio'; END $$;
            CREATE TRIGGER recusar BEFORE UPDATE ON nup_conferenciaemlote
            FOR EACH ROW WHEN (NEW.situacao = 'pronta') EXECUTE FUNCTION recusar()
        """)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION recusar() CASCADE")


@pytest.mark.usefixtures("banco_que_recusa_o_resultado")
def test_a_que_da_erro_sempre_volta_a_fila_algumas_vezes_e_depois_e_recusada():
    conferencia = enviar(b"nup\n50650.001658/2017-17\n")
    for _ in range(TENTATIVAS_MAXIMO):
        with pytest.raises(DatabaseError, match="disco cheio"):
            conferir_lote(conferencia.pk)
        assert consultar_conferencia(conferencia.pk).situacao == "esperando"

    conferir_lote(conferencia.pk)

    recusada = consultar_conferencia(conferencia.pk)
    assert recusada.situacao == "recusada" and "Não conseguimos conferir" in recusada.motivo
    ConferenciaEmLote.objects.update(mexida_em=timezone.now() - 2 * SINAL_DE_VIDA)
    assert retomar_conferencias() == 0
