"""O protocolo seguinte do ano."""

from datetime import datetime

from pen.atendimento.values.protocolo import formar_protocolo
from pen.comum.preparadas import consultar_preparada
from pen.comum.tempo import BRASILIA

_NUMERAR = """
INSERT INTO atendimento_contadordeprotocolo (ano, ultimo) VALUES (%(ano)s, %(quantos)s)
ON CONFLICT (ano) DO UPDATE SET ultimo = atendimento_contadordeprotocolo.ultimo + %(quantos)s RETURNING ultimo
"""


def numerar_protocolo(agora: datetime) -> str:
    """O protocolo seguinte do ano de Brasília; a linha do ano fica travada até o fim da transação, se há uma.

    Não se repete. O de uma abertura que não se completa fica sem uso.
    """
    return numerar_protocolos(agora.astimezone(BRASILIA).year, 1)[0]


def numerar_protocolos(ano: int, quantos: int) -> list[str]:
    """Os ``quantos`` protocolos seguintes do ano, em ordem, de uma vez."""
    ((ultimo,),) = consultar_preparada(_NUMERAR, {"ano": ano, "quantos": quantos}, grava=True)
    return [formar_protocolo(ano, ordem) for ordem in range(ultimo - quantos + 1, ultimo + 1)]
