"""O que quem leu achou de um artigo."""

import hashlib
from datetime import datetime

from django.utils import timezone

from pen.comum.texto import exigir_texto
from pen.conhecimento.models import Opiniao
from pen.conhecimento.selectors.artigos import consultar_artigo
from pen.identidade.public import Ator, contar_uso

COMENTARIO_MAXIMO = 1_000
OPINIOES_POR_MINUTO = 20


def opinar(
    *, por: Ator, codigo: str, aparelho: str, ajudou: bool, comentario: str = "", agora: datetime | None = None
) -> None:
    """Grava se a versão publicada ajudou; do mesmo ``aparelho``, um código sorteado, vale a última.

    Levanta:
        ArtigoNaoEncontrado, PedidoIncompleto.
        LimiteExcedido: o aparelho opina depressa demais.
    """
    versao = consultar_artigo(codigo, para=por).versao
    limpo = exigir_texto(comentario, "", COMENTARIO_MAXIMO, campo="comentario")
    leitor = hashlib.sha256(f"{versao.pk}:{aparelho}".encode()).hexdigest()
    contar_uso(f"opiniao:{hashlib.sha256(aparelho.encode()).hexdigest()[:32]}", limite=OPINIOES_POR_MINUTO)
    valores = {"ajudou": ajudou, "comentario": limpo, "em": agora or timezone.now()}
    Opiniao.objects.update_or_create(versao=versao, leitor=leitor, defaults=valores)
