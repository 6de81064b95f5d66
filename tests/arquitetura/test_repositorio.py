"""O que vale para o repositório inteiro."""

import re
import subprocess
from pathlib import Path

RAIZ = Path(__file__).parents[2]
# montados aos pedaços para que este arquivo não se acuse
REGISTROS = re.compile("|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npm", "npmjs" + r"\.(com|org)"]))


def arquivos() -> list[Path]:
    saida = subprocess.run(["git", "ls-files", "-z"], cwd=RAIZ, capture_output=True, text=True, check=False).stdout
    return [RAIZ / nome for nome in saida.split("\0") if nome and (RAIZ / nome).is_file()]


def test_nenhum_arquivo_diz_de_que_registro_baixar():
    acusados = [a.name for a in arquivos() if REGISTROS.search(a.read_text(errors="ignore"))]

    assert acusados == []


def test_nada_de_terceiros_esta_guardado():
    proibidos = {".woff", ".woff2", ".ttf", ".otf", ".eot"}
    nomes = [
        a
        for a in arquivos()
        if a.suffix in proibidos or "node_modules" in a.parts or a.name.endswith((".min.js", ".min.css"))
    ]

    assert nomes == []


def test_a_trava_tem_soma_de_tudo():
    trava = (RAIZ / "uv.lock").read_text()

    assert trava.count("filename =") == trava.count("hash = ") > 100
