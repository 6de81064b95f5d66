"""O vetor de busca do que já está gravado, para quando muda o texto, quem o vê, ou a regra do vetor."""

from collections.abc import Callable, Collection

from django.db import connection, transaction

from pen.comum.preparadas import como_vetor
from pen.protocolo_integrado.selectors.lexemas import vetores_de_busca
from pen.protocolo_integrado.services.gravacao import NOMES_BUSCAVEIS, travar_numeros

NUMEROS_POR_VEZ = 500

_LER_TEXTOS = """
SELECT r.numero, r.orgao_id, r.assunto, coalesce((
    SELECT string_agg(i.nome, E'\\n' ORDER BY i.ordem) FROM protocolo_integrado_interessado i
    WHERE i.numero = r.numero AND i.orgao_id = r.orgao_id), '')
FROM protocolo_integrado_registro r WHERE r.numero = ANY(%s::text[]) AND r.visibilidade = 0
"""
_GRAVAR_VETORES = """
UPDATE protocolo_integrado_registro r SET vetor = novo.vetor::tsvector
FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS novo (numero, orgao_id, vetor)
WHERE r.numero = novo.numero AND r.orgao_id = novo.orgao_id AND r.vetor IS DISTINCT FROM novo.vetor::tsvector
"""
_SEGUINTES = "SELECT DISTINCT numero FROM protocolo_integrado_registro WHERE numero > %s ORDER BY numero LIMIT %s"


def refazer_vetores(numeros: Collection[str]) -> int:
    """Refaz o vetor do que é público nesses números canônicos, já travados; devolve quantos mudaram. Deve rodar em transação."""
    with connection.cursor() as cursor:
        cursor.execute(_LER_TEXTOS, [como_vetor(numeros)])
        if not (linhas := cursor.fetchall()):
            return 0
        dos_numeros, dos_orgaos, assuntos, nomes = zip(*linhas, strict=True)
        vetores = vetores_de_busca([(a, n[:NOMES_BUSCAVEIS]) for a, n in zip(assuntos, nomes, strict=True)])
        cursor.execute(_GRAVAR_VETORES, [list(dos_numeros), list(dos_orgaos), vetores])
        return int(cursor.rowcount)


def reindexar_registro(*, ao_avancar: Callable[[int], object] = lambda n: None) -> int:
    """Refaz o vetor de todo o registro, aos poucos; devolve quantos mudaram. Pode rodar com o serviço no ar, e duas vezes.

    ``ao_avancar`` recebe quantos números se acabaram de ver.
    """
    mudados, ultimo = 0, ""
    while numeros := _seguintes(ultimo):
        with transaction.atomic():
            travar_numeros(numeros)
            mudados += refazer_vetores(numeros)
        ao_avancar(len(numeros))
        ultimo = numeros[-1]
    return mudados


def _seguintes(ultimo: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_SEGUINTES, [ultimo, NUMEROS_POR_VEZ])
        return [numero for (numero,) in cursor.fetchall()]
