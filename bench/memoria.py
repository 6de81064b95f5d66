"""A memória do servidor que se mede."""

import psutil


def memoria_do_servidor() -> int:
    """O que o ``pen servir`` desta medição e os filhos dele ocupam agora, em MB."""
    servidor = next(p for p in psutil.Process().children() if "servir" in p.cmdline())
    return int(sum(p.memory_info().rss for p in [servidor, *servidor.children(recursive=True)])) // 2**20
