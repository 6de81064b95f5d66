"""O protocolo seguinte do ano."""

from datetime import datetime

from django.db import connection

from pen.atendimento.values.protocolo import formar_protocolo
from pen.comum.tempo import BRASILIA

_NUMERAR = """
INSERT INTO atendimento_contadordeprotocolo (ano, ultimo) VALUES (%s, 1)
ON CONFLICT (ano) DO UPDATE SET ultimo = atendimento_contadordeprotocolo.ultimo + 1 RETURNING ultimo
"""


def numerar_protocolo(agora: datetime) -> str:
    """O protocolo seguinte do ano de Brasília; a linha do ano fica travada até o fim da transação."""
    ano = agora.astimezone(BRASILIA).year
    with connection.cursor() as cursor:
        cursor.execute(_NUMERAR, [ano])
        return formar_protocolo(ano, cursor.fetchone()[0])
