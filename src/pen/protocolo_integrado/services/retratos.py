"""Os retratos do dia, refeitos de hora em hora: o que não se soma remessa a remessa. Substituem; rodar de novo dá o mesmo."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from pen.notificacoes.public import totais_de_mensagens
from pen.protocolo_integrado.models import AvisosDoDia
from pen.protocolo_integrado.services.totais import dia_de

DIAS_DE_AVISOS = 7  # uma mensagem pode falhar, ou ser devolvida, dias depois de criada

_ACOMPANHAMENTOS = """
INSERT INTO protocolo_integrado_acompanhamentosdodia (dia, orgao_id, pessoas, acompanhamentos)
SELECT %(dia)s::date, NULL, count(DISTINCT pessoa_id), count(*) FROM protocolo_integrado_acompanhamento
UNION ALL
SELECT %(dia)s::date, r.orgao_id, count(DISTINCT a.pessoa_id), count(*)
FROM protocolo_integrado_acompanhamento a JOIN protocolo_integrado_registro r ON r.numero = a.numero
GROUP BY r.orgao_id
ON CONFLICT (dia, orgao_id) DO UPDATE SET pessoas = excluded.pessoas, acompanhamentos = excluded.acompanhamentos
"""


def retratar_acompanhamentos() -> None:
    """Quantas pessoas acompanham processos de cada órgão, e na instalação inteira, hoje."""
    hoje = dia_de(timezone.now())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM protocolo_integrado_acompanhamentosdodia WHERE dia = %s", [hoje])
        cursor.execute(_ACOMPANHAMENTOS, {"dia": hoje})


def retratar_avisos() -> None:
    """Quantas mensagens dos últimos dias foram enviadas, e quantas não puderam ser entregues."""
    hoje = dia_de(timezone.now())
    totais = totais_de_mensagens(hoje - timedelta(days=DIAS_DE_AVISOS - 1), hoje)
    AvisosDoDia.objects.bulk_create(
        [AvisosDoDia(dia=t.dia, enviadas=t.enviadas, falharam=t.falharam) for t in totais],
        update_conflicts=True, unique_fields=["dia"], update_fields=["enviadas", "falharam"],
    )  # fmt: skip
