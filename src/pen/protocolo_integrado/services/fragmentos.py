"""Repartir o registro entre máquinas com o Citus. Escrito pelo que a extensão documenta, e **não rodado**.

O que se sabe dele está em docs/operar/escala.md.
"""

from django.db import connection

from pen.protocolo_integrado.errors import DistribuicaoImpossivel
from pen.protocolo_integrado.selectors.esquema import REFERENCIAS, TABELAS, situacao_da_distribuicao

FRAGMENTOS_MINIMO, FRAGMENTOS_MAXIMO = 2, 1024


def distribuir_em_fragmentos(fragmentos: int) -> None:
    """Copia as tabelas de referência em todos os nós e reparte as do registro por número, juntas, sem parar as gravações.

    O que já foi repartido numa vez anterior não se repete.

    Levanta:
        DistribuicaoImpossivel: falta a extensão, o registro já está em partes, ou o número de fragmentos está fora do limite.
    """
    if not FRAGMENTOS_MINIMO <= fragmentos <= FRAGMENTOS_MAXIMO:
        raise DistribuicaoImpossivel(f"Peça de {FRAGMENTOS_MINIMO} a {FRAGMENTOS_MAXIMO} fragmentos.")
    if partes := situacao_da_distribuicao().particoes:
        raise DistribuicaoImpossivel(
            f"O registro já está repartido em {partes} partes nesta máquina; o Citus precisa dele inteiro."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'citus'")
        if not cursor.fetchone():
            raise DistribuicaoImpossivel(
                "Este banco não tem a extensão citus. Para repartir o registro num PostgreSQL só, use «--particoes»."
            )
        cursor.execute("SELECT logicalrelid::regclass::text FROM pg_dist_partition")
        feitas = {nome for (nome,) in cursor.fetchall()}
        for tabela in REFERENCIAS:
            if tabela not in feitas:
                cursor.execute("SELECT create_reference_table(%s)", [tabela])
        primeira, *outras = TABELAS
        if primeira not in feitas:
            cursor.execute(
                "SELECT create_distributed_table_concurrently(%s, 'numero', colocate_with := 'none', shard_count := %s)",
                [primeira, fragmentos],
            )
        for tabela in outras:
            if tabela not in feitas:
                cursor.execute(
                    "SELECT create_distributed_table_concurrently(%s, 'numero', colocate_with := %s)", [tabela, primeira]
                )
