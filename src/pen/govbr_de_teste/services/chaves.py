"""A chave RSA que assina. É um arquivo: todos os processos assinam com a mesma, e ela sobrevive a um reinício."""

import json
from functools import lru_cache

from joserfc.jwk import RSAKey

from pen.govbr_de_teste.services.defeitos import Defeitos
from pen.govbr_de_teste.services.pasta import criar_uma_vez, pasta_de_teste

KID = "rsa1"  # o gov.br não o muda quando troca de chave


def chave_publicada(defeitos: Defeitos) -> RSAKey:
    """A chave que está em ``jwk``."""
    return _chave("chave-nova.json" if defeitos.chave_trocada else "chave.json")


def chave_que_assina(defeitos: Defeitos) -> RSAKey:
    """A chave dos tokens: a publicada, salvo defeito."""
    return _chave("chave-oculta.json") if defeitos.chave_nao_publicada else chave_publicada(defeitos)


def _chave(nome: str) -> RSAKey:
    arquivo = pasta_de_teste() / nome
    if not arquivo.exists():
        criar_uma_vez(arquivo, json.dumps(RSAKey.generate_key(2048).as_dict(private=True)))
    return _importar(arquivo.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def _importar(texto: str) -> RSAKey:
    return RSAKey.import_key(json.loads(texto))
