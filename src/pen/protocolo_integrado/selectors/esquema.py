"""As regras de crescimento, conferidas no catálogo do banco em uso. A lista e o porquê estão em docs/arquitetura/escala.md.

Cada regra é uma consulta que devolve o que a quebra: nenhuma linha, está cumprida. As que são do código, e não do banco, estão em
``selectors/codigo.py``.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection, models

from pen.protocolo_integrado.models import Andamento, Interessado, Reenvio, Registro

# Na ordem em que quem recebe as usa: quem precisa travar todas segue a mesma.
DE_UM_PROCESSO: tuple[type[models.Model], ...] = (Registro, Andamento, Interessado, Reenvio)
TABELAS = [modelo._meta.db_table for modelo in DE_UM_PROCESSO]
REFERENCIAS = ["identidade_orgao"]
PEQUENA = 100_000  # linhas; até aqui uma tabela pode ser copiada em todos os nós
SUFIXOS = ("_nova", "_antes", "_ensaio")  # o que «pen escala distribuir» cria ao lado das tabelas
ESPELHO = "_espelhar"  # a função e os gatilhos que levam à tabela nova o que muda na de agora

FORA = {
    "Acompanhamento": "é da pessoa, e lido por ela; a unicidade contém o número",
    "Novidade": "fila: a linha some ao virar aviso",
    "Retencao": "decisão do órgão, que vale para qualquer número dele; poucas",
    "NomeMascarado": "decisão do órgão, rara; a unicidade contém o número",
    "AmostraDeHomologacao": "amostra com teto por órgão, fora do registro nacional",
    "Remessa": "livro de recibos, lido por órgão e data; uma remessa tem muitos números",
    "Recusa": "livro de recibos, como a remessa",
    "Adesao": "do órgão",
    "Integracao": "uma linha por órgão",
    "AlertaDeIntegracao": "do órgão",
    "ContagemDaRemessa": "fila: a linha some ao ser somada",
    "TotalDoDia": "total por dia e órgão",
    "RecusasDoDia": "total por dia e órgão",
    "AtrasosDoDia": "total por dia e órgão",
    "EspeciesDoDia": "total por dia e órgão",
    "ConsultasDoDia": "total por dia e órgão",
    "AcompanhamentosDoDia": "total por dia e órgão",
    "AvisosDoDia": "total por dia",
    "Origem": "total por órgão, unidade e ano",
    "Palavra": "vocabulário: palavras distintas, sem ligação com processo",
    "Aprendizado": "uma linha só",
}
"""As tabelas do contexto que não seguem a chave, e por quê."""


class Regra(NamedTuple):
    """``sql`` devolve pares (tabela, o que quebra a regra); os parâmetros são os de ``regras_do_esquema``."""

    codigo: str
    frase: str
    sql: str
    do_contexto: bool = False


class Conferida(NamedTuple):
    """O que se achou de uma regra numa tabela (ou no código); ``onde`` vazio é regra cumprida."""

    regra: str
    frase: str
    tabela: str
    onde: list[str]


REGRAS = (
    Regra(
        "chave-primaria",
        "A chave primária começa pelo número.",
        """
        SELECT t.oid::regclass::text, 'falta chave primária que comece por «numero»' FROM pg_class t
        WHERE t.oid = ANY(%(tabelas)s::regclass[]) AND NOT EXISTS (
            SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = t.oid AND i.indisprimary AND a.attname = 'numero')
        """,
    ),
    Regra(
        "unicidade",
        "Nenhuma unicidade sem o número.",
        """
        SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text FROM pg_index i
        WHERE i.indrelid = ANY(%(tabelas)s::regclass[]) AND (i.indisunique OR i.indisexclusion) AND NOT EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = 'numero'
              AND a.attnum = ANY((i.indkey::int2[])[0:i.indnkeyatts - 1]))
        """,
    ),
    Regra(
        "sequencia",
        "Nenhuma sequência central.",
        """
        SELECT a.attrelid::regclass::text, a.attname::text FROM pg_attribute a
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = ANY(%(tabelas)s::regclass[]) AND a.attnum > 0 AND NOT a.attisdropped
          AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) ~ 'nextval')
        UNION
        SELECT d.refobjid::regclass::text, d.objid::regclass::text FROM pg_depend d JOIN pg_class s ON s.oid = d.objid
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND s.relkind = 'S'
          AND d.refobjid = ANY(%(tabelas)s::regclass[])
        """,
    ),
    Regra(
        "chave-estrangeira",
        "Chave estrangeira só para tabela pequena de referência, e nenhuma de fora para cá.",
        """
        SELECT c.conrelid::regclass::text, c.conname || ' → ' || c.confrelid::regclass FROM pg_constraint c
        JOIN pg_class r ON r.oid = c.confrelid
        WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid = ANY(%(tabelas)s::regclass[])
          AND (c.confrelid <> ALL(%(referencias)s::regclass[]) OR r.reltuples > %(pequena)s)
        UNION ALL
        SELECT c.confrelid::regclass::text, c.conname || ' de ' || c.conrelid::regclass FROM pg_constraint c
        WHERE c.contype = 'f' AND c.conparentid = 0 AND c.confrelid = ANY(%(tabelas)s::regclass[])
        """,
    ),
    Regra(
        "coluna-da-chave",
        "O número é texto na ordenação C, sempre presente e nunca calculado.",
        """
        SELECT t.oid::regclass::text, 'numero' FROM pg_class t WHERE t.oid = ANY(%(tabelas)s::regclass[]) AND NOT EXISTS (
            SELECT FROM pg_attribute a JOIN pg_collation c ON c.oid = a.attcollation
            WHERE a.attrelid = t.oid AND a.attname = 'numero' AND a.attnotnull AND a.attgenerated = '' AND c.collname = 'C')
        """,
    ),
    Regra(
        "chave-fixa",
        "Nada no banco troca a chave de uma linha: nem gatilho, nem regra, nem cascata de alteração.",
        """
        SELECT g.tgrelid::regclass::text, 'gatilho ' || g.tgname FROM pg_trigger g
        WHERE g.tgrelid = ANY(%(tabelas)s::regclass[]) AND NOT g.tgisinternal AND g.tgname !~ %(espelho)s
        UNION ALL
        SELECT r.ev_class::regclass::text, 'regra ' || r.rulename FROM pg_rewrite r WHERE r.ev_class = ANY(%(tabelas)s::regclass[])
        UNION ALL
        SELECT c.conrelid::regclass::text, c.conname::text FROM pg_constraint c
        WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid = ANY(%(tabelas)s::regclass[])
          AND (c.confupdtype IN ('c', 'n', 'd') OR c.confdeltype IN ('n', 'd'))
        """,
    ),
    Regra(
        "classificada",
        "Toda tabela do contexto que guarda número de processo segue a chave ou diz por que não.",
        """
        SELECT a.attrelid::regclass::text, 'não está entre as do processo nem entre as de fora' FROM pg_attribute a
        JOIN pg_class t ON t.oid = a.attrelid
        WHERE a.attname = 'numero' AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND t.relpersistence <> 't'
          AND pg_table_is_visible(t.oid) AND starts_with(t.relname, 'protocolo_integrado_')
          AND t.relname <> ALL(%(conhecidas)s)
        """,
        do_contexto=True,
    ),
)


def regras_do_esquema() -> list[Conferida]:
    """Cada regra em cada tabela do registro, como está no banco agora; e as que valem para o contexto inteiro."""
    conferidas = []
    parametros = {
        "tabelas": TABELAS,
        "referencias": REFERENCIAS,
        "pequena": PEQUENA,
        "espelho": f"{ESPELHO}_[iudt]$",
        "conhecidas": [*_de_fora(), *TABELAS, *(tabela + sufixo for tabela in TABELAS for sufixo in SUFIXOS)],
    }
    for regra in REGRAS:
        quebras = _linhas(regra.sql, parametros)
        tabelas = TABELAS
        if regra.do_contexto:
            tabelas = sorted({t for t, _ in quebras}) or ["contexto"]
        conferidas += [Conferida(regra.codigo, regra.frase, t, [o for de, o in quebras if de == t]) for t in tabelas]
    return conferidas


def _de_fora() -> list[str]:
    return [f"protocolo_integrado_{nome.lower()}" for nome in FORA]


class Situacao(NamedTuple):
    """Como o registro está guardado. ``particoes`` é 0 quando cada tabela é uma só; ``copiando``, em quantas se está copiando."""

    particoes: int
    copiando: int
    ha_antes: bool


def situacao_da_distribuicao() -> Situacao:
    """Em quantas partes está o registro, se há cópia pela metade e se as tabelas de antes ainda estão lá."""
    linhas = _linhas(
        r"""
        SELECT coalesce(max(partes) FILTER (WHERE mae = to_regclass(%(registro)s)), 0),
               coalesce(max(partes) FILTER (WHERE mae = to_regclass(%(registro)s || '_nova')), 0),
               to_regclass(%(registro)s || '_antes') IS NOT NULL
        FROM (SELECT inhparent AS mae, substring(pg_get_expr(c.relpartbound, c.oid) FROM 'modulus (\d+)')::int AS partes
              FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid) AS partes
        """,
        {"registro": TABELAS[0]},
    )
    return Situacao(*linhas[0])


def estrutura_da_tabela(tabela: str, sufixo: str = "") -> set[tuple[Any, ...]]:
    """Colunas, restrições e índices, com os nomes sem o ``sufixo``: duas tabelas que servem ao mesmo têm a mesma."""
    return set(
        _linhas(
            """
            SELECT 'coluna', a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
                a.attcollation::regcollation::text, pg_get_expr(d.adbin, d.adrelid), a.attstorage::text, a.attcompression::text
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = %(tabela)s::regclass AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT 'restrição', regexp_replace(conname, %(sufixo)s || '$', ''), pg_get_constraintdef(oid), '', '', '', '', ''
            FROM pg_constraint WHERE conrelid = %(tabela)s::regclass AND contype IN ('p', 'u', 'c', 'f', 'x')
            UNION ALL
            SELECT 'índice', regexp_replace(c.relname, %(sufixo)s || '$', ''), i.indisunique::text,
                split_part(pg_get_indexdef(i.indexrelid), ' USING ', 2), '', '', '', ''
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = %(tabela)s::regclass
            """,
            {"tabela": tabela, "sufixo": sufixo},
        )
    )


def impedimentos_da_particao() -> list[str]:
    """O que neste banco impede repartir as tabelas, em frases; nenhuma, pode."""
    linhas = _linhas(
        """
        SELECT 'Só o dono de ' || t.relname || ' pode reparti-la (' || pg_get_userbyid(t.relowner) || ').'
        FROM pg_class t WHERE t.oid = ANY(%(tabelas)s::regclass[]) AND NOT pg_has_role(t.relowner, 'USAGE')
        UNION ALL
        SELECT DISTINCT 'O usuário do banco não pode criar tabelas em ' || t.relnamespace::regnamespace || '.'
        FROM pg_class t WHERE t.oid = ANY(%(tabelas)s::regclass[]) AND NOT has_schema_privilege(t.relnamespace, 'CREATE')
        UNION ALL
        SELECT 'O usuário do banco não pode criar chave estrangeira para ' || r || '.'
        FROM unnest(%(referencias)s::text[]) r WHERE NOT has_table_privilege(r, 'REFERENCES')
        UNION ALL
        SELECT DISTINCT 'A visão ' || r.ev_class::regclass || ' lê ' || d.refobjid::regclass || ': exclua-a, e recrie-a depois.'
        FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
        WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
          AND d.refobjid = ANY(%(tabelas)s::regclass[]) AND r.ev_class <> d.refobjid
        UNION ALL
        SELECT 'A publicação ' || p.pubname || ' inclui ' || r.prrelid::regclass || '; tire-a de lá e ponha de novo depois.'
        FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid = ANY(%(tabelas)s::regclass[])
        UNION ALL
        SELECT t.relname || ' tem segurança por linha, que não se copia.'
        FROM pg_class t WHERE t.oid = ANY(%(tabelas)s::regclass[]) AND t.relrowsecurity
        """,
        {"tabelas": TABELAS, "referencias": REFERENCIAS},
    )
    quebradas = [c for c in regras_do_esquema() if c.onde and c.regra != "classificada"]
    return [frase for (frase,) in linhas] + [f"{c.frase[:-1]}: {c.tabela}, {', '.join(c.onde)}." for c in quebradas]


def quebradas(conferidas: Iterable[Conferida]) -> list[Conferida]:
    """Só as regras que não se cumprem."""
    return [c for c in conferidas if c.onde]


def _linhas(sql: str, parametros: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parametros)
        linhas: list[tuple[Any, ...]] = cursor.fetchall()
        return linhas
