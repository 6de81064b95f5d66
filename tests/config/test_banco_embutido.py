"""O PostgreSQL embutido: pasta difícil, uso simultâneo, nada fica para trás."""

import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from pen.config.banco_embutido import banco_ligado

pytestmark = pytest.mark.sistema


def servidores(pasta: Path) -> list[psutil.Process]:
    achados = []
    for processo in psutil.process_iter(["cmdline"]):
        linha = processo.info["cmdline"] or []
        if str(pasta / "pg") in linha:
            achados.append(processo)
    return achados


def test_pasta_longa_com_espacos_e_acentos_serve_e_nada_fica_rodando(tmp_path: Path):
    pasta = tmp_path / "uma pasta com espaços e um caminho bem comprido" / ("x" * 60) / "ação #1 100%"

    with banco_ligado(pasta, duravel=False) as url, psycopg.connect(url) as conexao:
        conexao.execute("CREATE TABLE lembranca (n int)")
        assert servidores(pasta)
    assert not servidores(pasta)

    with banco_ligado(pasta, duravel=False) as url, psycopg.connect(url) as conexao:
        assert conexao.execute("SELECT count(*) FROM lembranca").fetchone() == (0,)


def test_quem_sai_por_ultimo_desliga_mesmo_que_outro_tenha_sido_morto(tmp_path: Path):
    codigo = (
        "import sys, pathlib; from pen.config.banco_embutido import banco_ligado\n"
        "with banco_ligado(pathlib.Path(sys.argv[1]), duravel=False): print('ligado', flush=True); sys.stdin.read()"
    )
    outro = subprocess.Popen(
        [sys.executable, "-c", codigo, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert outro.stdout is not None and outro.stdout.readline() == "ligado\n"

    with banco_ligado(tmp_path, duravel=False):
        pass
    assert servidores(tmp_path), "o outro ainda usa"

    outro.kill()
    outro.wait()
    assert servidores(tmp_path), "morto, não desligou"
    with banco_ligado(tmp_path, duravel=False) as url:
        assert psycopg.connect(url).execute("SELECT 1").fetchone() == (1,)
    assert not servidores(tmp_path)
