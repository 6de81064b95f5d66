"""As palavras que se podem buscar, aprendidas aos poucos do que chega."""

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from pen.protocolo_integrado.models import Aprendizado

REGISTROS_POR_VEZ = 5_000
ATRASO = timedelta(minutes=2)  # o que está sendo gravado agora se lê da próxima vez
_COMECO = datetime(1970, 1, 1, tzinfo=UTC)

_ATE_ONDE = """
SELECT count(*), max(atualizado_em) FROM (
    SELECT atualizado_em FROM protocolo_integrado_registro WHERE atualizado_em > %(desde)s AND atualizado_em <= %(limite)s
    ORDER BY atualizado_em LIMIT %(quantos)s) r
"""
# Em ordem de palavra: duas rodadas ao mesmo tempo não se travam em círculo. Números e siglas de três letras não se corrigem.
_APRENDER = """
INSERT INTO protocolo_integrado_palavra AS p (palavra, sem_acentos, vezes)
SELECT palavra, left(unaccent(palavra), 40), count(*)
FROM protocolo_integrado_registro r,
    unnest(tsvector_to_array(ts_filter(r.vetor, '{b}')) || tsvector_to_array(to_tsvector('simple', r.assunto))) AS palavra
WHERE r.vetor IS NOT NULL AND r.atualizado_em > %(desde)s AND r.atualizado_em <= %(ate)s
  AND length(palavra) BETWEEN 4 AND 40 AND palavra !~ '[^[:alpha:]]'
GROUP BY palavra ORDER BY palavra
ON CONFLICT (palavra) DO UPDATE SET vezes = p.vezes + excluded.vezes
"""


def aprender_palavras(agora: datetime | None = None) -> int:
    """Lê os registros mudados desde a última vez, cinco mil por transação; devolve quantos leu. Pode rodar duas vezes."""
    limite, lidos = (agora or timezone.now()) - ATRASO, 0
    while quantos := _aprender_um_tanto(limite):
        lidos += quantos
    return lidos


@transaction.atomic
def _aprender_um_tanto(limite: datetime) -> int:
    Aprendizado.objects.get_or_create(id=1, defaults={"ate": _COMECO})
    aprendizado = Aprendizado.objects.select_for_update().get(id=1)
    with connection.cursor() as cursor:
        cursor.execute(_ATE_ONDE, {"desde": aprendizado.ate, "limite": limite, "quantos": REGISTROS_POR_VEZ})
        quantos, ate = cursor.fetchone()
        if quantos:
            cursor.execute(_APRENDER, {"desde": aprendizado.ate, "ate": ate})
            aprendizado.ate = ate
            aprendizado.save(update_fields=["ate"])
    return int(quantos)
