"""``python -m bench``: mede o serviço contra o limite do banco, na mesma execução e na mesma máquina."""

import argparse
import json
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import balcao
from bench.ambiente import banco_de_medicao, sobre_a_maquina
from bench.escala import datasette
from bench.medidas import CpuAlheia
from bench.tabela import escrever_maquina, por_cento

DA_ESCALA = ("registro", "recepcao", "leitura", "busca", "relatorios")  # todas sobre um registro do tamanho pedido
OUTRAS = (
    "corrida", "resistencia", "particoes", "remessa", "pagina", "painel", "avisos", "numeracao", "lote", "balcao", "assistente",
)  # fmt: skip
TAMANHO, TAMANHO_DAS_OUTRAS, ARTIGOS = 100_000, 3_000, 5_000


def principal() -> None:
    """Lê os argumentos, sobe um banco só para isto, faz as perguntas e apaga tudo."""
    argumentos = _argumentos()
    signal.signal(signal.SIGTERM, _interromper)
    maquina = sobre_a_maquina()
    escrever_maquina(maquina)
    perguntas = [argumentos.so] if argumentos.so else [*DA_ESCALA, "corrida"]
    grandes = (*DA_ESCALA, "resistencia", "particoes", "balcao")
    padroes = {**dict.fromkeys(grandes, TAMANHO), "assistente": ARTIGOS}
    tamanho = argumentos.tamanho or padroes.get(perguntas[0], TAMANHO_DAS_OUTRAS)
    if not {"leitura", "busca"}.isdisjoint(perguntas):
        datasette.exigir()
    if "balcao" in perguntas:
        balcao.exigir()
    figuras: dict[str, Any] = {"maquina": maquina, "tamanho": tamanho}
    with banco_de_medicao() as ambiente:
        for pergunta in perguntas:
            medir = import_module(f"bench.escala.{pergunta}" if pergunta in DA_ESCALA else f"bench.{pergunta}").medir
            cpu_alheia = CpuAlheia(ambiente.pasta)
            figuras[pergunta] = medir(ambiente, tamanho=tamanho, rodadas=argumentos.rodadas)
            figuras[pergunta]["cpu_de_outros_programas"] = round(cpu_alheia.parte(), 3)
            print(f"  CPU tomada por outros programas durante a medida: {por_cento(cpu_alheia.parte())}.")
            if argumentos.json:  # a cada pergunta: a de um registro grande leva uma hora, e pode ser interrompida
                argumentos.json.write_text(json.dumps(figuras, ensure_ascii=False, indent=2) + "\n")
    if argumentos.json:
        print(f"\nNúmeros gravados em {argumentos.json}.")


def _argumentos() -> argparse.Namespace:
    leitor = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    leitor.add_argument(
        "--tamanho", type=_positivo, help=f"processos no registro (padrão: {TAMANHO}) ou documentos enviados"
    )
    leitor.add_argument("--rodadas", type=_positivo, default=2, help="vezes que cada medida se repete (padrão: 2)")
    leitor.add_argument("--so", choices=[*DA_ESCALA, *OUTRAS], help="só uma das perguntas")
    leitor.add_argument("--json", type=Path, metavar="ARQUIVO", help="grava também os números, em JSON")
    return leitor.parse_args()


def _positivo(texto: str) -> int:
    numero = int(texto)
    if numero < 1:
        raise argparse.ArgumentTypeError("precisa ser 1 ou mais")
    return numero


def _interromper(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        principal()
    except KeyboardInterrupt:
        sys.exit(130)
