"""As palavras por que um chamado se acha, gravadas na transação de quem as diz."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from pen.atendimento.enums import Passo
from pen.atendimento.models import Chamado, PassoDoChamado
from pen.atendimento.models.texto import VETOR_MAXIMO
from pen.atendimento.values.texto import DA_EQUIPE, DITO, PEDIDO
from pen.comum.busca_textual import sql_do_vetor
from pen.comum.portugues import palavras

_ACRESCENTAR = f"""
INSERT INTO atendimento_textodochamado AS t (chamado_id, vetor) VALUES (%(chamado)s, {sql_do_vetor("%(texto)s", "%(peso)s")})
ON CONFLICT (chamado_id) DO UPDATE SET vetor = t.vetor || excluded.vetor WHERE pg_column_size(t.vetor) < %(maximo)s
"""  # noqa: S608


def indexar_passo(chamado: Chamado, passo: PassoDoChamado, nomes_dos_anexos: Sequence[str]) -> None:
    """Acrescenta ao texto do chamado o que o passo disse, e os nomes dos anexos que trouxe."""
    partes = [passo.texto, *(" ".join(palavras(nome)) for nome in nomes_dos_anexos)]  # «tela.txt» se acha por «tela»
    peso = DA_EQUIPE if passo.interno else DITO
    if passo.passo == Passo.ABRIR:
        partes, peso = [chamado.assunto, chamado.descricao, *chamado.respostas.values(), *partes], PEDIDO
    texto = "\n".join(parte for parte in partes if parte)
    if texto:
        with connection.cursor() as cursor:
            valores: dict[str, Any] = {"chamado": chamado.pk, "texto": texto, "peso": peso, "maximo": VETOR_MAXIMO}
            cursor.execute(_ACRESCENTAR, valores)
