"""Os defeitos que se ligam de propósito, para ver o que o cliente faz quando o gov.br erra.

Ficam em ``defeitos.json``, lido a cada pedido: valem para todos os processos que dividem a pasta, na hora.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pen.govbr_de_teste.services.pasta import pasta_de_teste, substituir


@dataclass(frozen=True)
class Defeitos:
    """Cada campo é um defeito; o valor de nascença é não ter defeito."""

    relogio_segundos: int = 0  # o relógio do emissor adianta (ou, negativo, atrasa)
    audiencia_errada: bool = False  # o id_token é de outro cliente…
    azp_certo: bool = False  # …mas diz em azp que foi pedido por nós
    emissor_errado: bool = False
    nonce_errado: bool = False
    chave_trocada: bool = False  # assina e publica outra chave, com o mesmo kid
    chave_nao_publicada: bool = False  # assina com uma chave que não publica
    demora_segundos: float = 0  # antes de cada resposta a um sistema; a página não espera
    sem_email: bool = False
    sub_com_pontos: bool = False  # como o manual do gov.br escreve num lugar
    token_fora_do_ar: bool = False

    @property
    def ligados(self) -> list[str]:
        """Os nomes dos defeitos que não estão no valor de nascença."""
        return [nome for nome, valor in asdict(self).items() if valor]


def ler_defeitos() -> Defeitos:
    """Os defeitos ligados agora. Arquivo com defeito que não existe é erro: um engano não pode parecer sucesso."""
    try:
        texto = _arquivo().read_text(encoding="utf-8")
    except FileNotFoundError:
        return Defeitos()
    return Defeitos(**json.loads(texto))


def gravar_defeitos(defeitos: Defeitos) -> None:
    """Liga exatamente estes defeitos."""
    substituir(_arquivo(), json.dumps(asdict(defeitos), indent=2))


def limpar_defeitos() -> None:
    """Desliga todos."""
    _arquivo().unlink(missing_ok=True)


@contextmanager
def com_defeitos(defeitos: Defeitos) -> Iterator[None]:
    """Liga os defeitos durante o bloco e os desliga ao sair."""
    gravar_defeitos(defeitos)
    try:
        yield
    finally:
        limpar_defeitos()


def _arquivo() -> Path:
    return pasta_de_teste() / "defeitos.json"
