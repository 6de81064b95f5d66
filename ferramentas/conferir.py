"""``make conferir``: estilo, tipos, camadas, migrações e retratos dos contratos. Cada linha diz o que passou.

Com ``--gravar``, refaz os retratos dos contratos em docs/contratos em vez de comparar.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

RAIZ = Path(__file__).parents[1]
PROGRAMAS = RAIZ / ".venv" / "bin"
SOAP = RAIZ / "src/pen/protocolo_integrado/interfaces/soap"
CONTRATOS = RAIZ / "docs/contratos"
AMBIENTE = os.environ | {
    "PEN_CHAVE_SECRETA": "conferencia",
    "PEN_CONEXOES": "0",
    "DATABASE_URL": "postgresql://ninguem@/nenhum",  # nada aqui fala com o banco
    "DJANGO_SETTINGS_MODULE": "pen.config.settings",
}
COMANDOS = {
    "estilo": ["ruff", "check", "."],
    "formato": ["ruff", "format", "--check", "."],
    "tipos": ["mypy"],
    "camadas": ["lint-imports"],
    "migrações": ["python", "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"],
}
RETRATOS = {
    "protocolo-integrado-soap-v1.wsdl": SOAP / "integrador.wsdl",
    "lista-documentos-v1.xsd": SOAP / "lista-documentos.xsd",
}


def main() -> int:
    """Roda tudo, mesmo depois de uma falha; devolve 1 se algo falhou."""
    gravar = "--gravar" in sys.argv
    falhas = [nome for nome, comando in COMANDOS.items() if not _rodar(nome, comando)]
    falhas += [nome for nome, origem in RETRATOS.items() if not _retrato(nome, origem.read_text(), gravar=gravar)]
    if not _retrato("openapi-v1.json", _openapi(), gravar=gravar):
        falhas.append("openapi-v1.json")
    print(f"Falhou: {', '.join(falhas)}." if falhas else "Tudo confere.")
    return 1 if falhas else 0


def _rodar(nome: str, comando: list[str]) -> bool:
    programa = PROGRAMAS / comando[0]
    resultado = subprocess.run(
        [programa, *comando[1:]], cwd=RAIZ, env=AMBIENTE, capture_output=True, text=True, check=False
    )
    certo = resultado.returncode == 0
    print(f"{'certo' if certo else 'FALHA'}  {nome}", flush=True)
    if not certo:
        print(resultado.stdout[-8000:] + resultado.stderr[-4000:], flush=True)
    return certo


def _retrato(nome: str, atual: str, *, gravar: bool) -> bool:
    arquivo = CONTRATOS / nome
    if gravar:
        arquivo.write_text(atual)
    certo = arquivo.exists() and arquivo.read_text() == atual
    print(
        f"{'certo' if certo else 'FALHA'}  contrato {nome}"
        + ("" if certo else ": mudou; se é de propósito, veja CONTRIBUTING.md")
    )
    return certo


def _openapi() -> str:
    codigo = (
        "import django, json; django.setup(); from pen.config.api import api; "
        "print(json.dumps(api.get_openapi_schema(path_prefix='/api/v1/'), default=str))"
    )
    saida = subprocess.run(
        [PROGRAMAS / "python", "-c", codigo], cwd=RAIZ, env=AMBIENTE, capture_output=True, text=True, check=True
    )
    return json.dumps(json.loads(saida.stdout), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.exit(main())
