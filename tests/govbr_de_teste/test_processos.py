"""Vários processos dividem a pasta: a chave é uma só e cada código vale uma vez entre todos."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pen.govbr_de_teste.errors import ConcessaoInvalida
from pen.govbr_de_teste.services.chaves import chave_publicada
from pen.govbr_de_teste.services.codigos import resgatar_codigo
from pen.govbr_de_teste.services.defeitos import Defeitos
from tests.govbr_de_teste.apoio import ClienteGovbr

OUTRO_PROCESSO = """
import json, sys
import django
from django.test import override_settings
from tests.govbr_de_teste.apoio import CONFIGURACOES, ClienteGovbr
django.setup()
override_settings(**CONFIGURACOES).enable()
govbr = ClienteGovbr()
print("pronto", flush=True)
codigo = sys.stdin.readline().strip()
print(json.dumps({"situacao": govbr.trocar(codigo).status_code, "chaves": govbr.chaves()}))
"""


def ligar(dados: str) -> subprocess.Popen:
    ambiente = os.environ | {"PEN_DADOS": dados, "DJANGO_SETTINGS_MODULE": "pen.config.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", OUTRO_PROCESSO], env=ambiente, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


@pytest.mark.sistema
def test_dois_processos_dividem_a_chave_nova_e_so_um_troca_o_codigo(govbr, pasta):
    (pasta / "chave.json").unlink()  # quem precisar primeiro a cria
    processos = [ligar(str(pasta.parent)) for _ in range(2)]
    try:
        assert [p.stdout.readline().strip() for p in processos] == ["pronto", "pronto"]
        codigo = govbr.codigo()
        for processo in processos:
            processo.stdin.write(f"{codigo}\n")
            processo.stdin.flush()
        respostas = [json.loads(p.communicate(timeout=30)[0]) for p in processos]
    finally:
        for processo in processos:
            processo.kill()
            processo.wait()

    assert sorted(r["situacao"] for r in respostas) == [200, 400]
    assert respostas[0]["chaves"] == respostas[1]["chaves"] == govbr.chaves()


@pytest.fixture
def _fios_que_se_atropelam():
    """Troca de fio a cada instante, para que a corrida aconteça de fato."""
    antes = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(antes)


def resgates_certos(codigo: str, fios: ThreadPoolExecutor) -> int:
    """Quantos de quatro resgates simultâneos do mesmo código passam."""
    largada = Barrier(4)

    def tentar(_: int) -> bool:
        largada.wait(10)
        try:
            resgatar_codigo(codigo)
        except ConcessaoInvalida:
            return False
        return True

    return sum(fios.map(tentar, range(4)))


@pytest.mark.usefixtures("_fios_que_se_atropelam")
def test_de_resgates_simultaneos_do_mesmo_codigo_so_um_passa(govbr):
    with ThreadPoolExecutor(4) as fios:
        assert {resgates_certos(govbr.codigo(), fios) for _ in range(100)} == {1}


@pytest.mark.usefixtures("_fios_que_se_atropelam")
def test_quem_cria_a_chave_ao_mesmo_tempo_fica_com_a_mesma(pasta):
    (pasta / "chave.json").unlink()
    largada = Barrier(4)

    def chave(_: int) -> str:
        largada.wait(10)
        return chave_publicada(Defeitos()).thumbprint()

    with ThreadPoolExecutor(4) as fios:
        assert len(set(fios.map(chave, range(4)))) == 1


def test_de_duas_chamadas_simultaneas_com_o_mesmo_codigo_so_uma_passa(govbr):
    codigo, largada = govbr.codigo(), Barrier(2)

    def trocar(_: int) -> int:
        cliente = ClienteGovbr()
        largada.wait(10)
        return cliente.trocar(codigo).status_code

    with ThreadPoolExecutor(2) as fios:
        assert sorted(fios.map(trocar, range(2))) == [200, 400]


def test_so_o_dono_le_a_pasta_e_o_que_ha_nela(govbr, settings, tmp_path):
    settings.PASTA_DE_DADOS = tmp_path / "nova"
    govbr.entrar()
    govbr.codigo()
    pasta = tmp_path / "nova" / "govbr-de-teste"

    assert stat.S_IMODE(pasta.stat().st_mode) == 0o700
    assert {stat.S_IMODE(a.stat().st_mode) for a in pasta.iterdir()} == {0o600}
    assert not [a for a in pasta.iterdir() if a.name.startswith(".")]  # nenhum rascunho esquecido


def test_o_codigo_nao_esta_escrito_no_nome_do_arquivo_nem_dentro(govbr, pasta):
    codigo = govbr.codigo()
    (arquivo,) = pasta.glob("codigo-*")

    assert codigo not in arquivo.name and codigo not in arquivo.read_text()
