"""As palavras por que um chamado se acha, gravadas na transação de quem as diz."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from pen.atendimento.enums import Passo
from pen.atendimento.models import Chamado, PassoDoChamado
from pen.atendimento.models.texto import VETOR_MAXIMO
from pen.atendimento.values.texto import DA_EQUIPE, DITO, PEDIDO
from pen.comum.busca_textual import sql_do_vetor
from pen.comum.portugues import palavras
from pen.comum.preparadas import consultar_preparada

_ACRESCENTAR = f"""
INSERT INTO atendimento_textodochamado AS t (chamado_id, vetor) VALUES (%(chamado)s, {sql_do_vetor("%(texto)s", "%(peso)s")})
ON CONFLICT (chamado_id) DO UPDATE SET vetor = t.vetor || excluded.vetor WHERE pg_column_size(t.vetor) < %(maximo)s
RETURNING 1
"""  # noqa: S608

TRECHO_MAXIMO = 120_000  # caracteres de cada peso, em quem se indexa inteiro: o banco não aceita vetor de mais de 1 MB
_VETOR = " || ".join(sql_do_vetor(f"do_peso_{peso}", f"'{peso}'") for peso in (PEDIDO, DITO, DA_EQUIPE))
_DO_PESO = ", ".join(
    f"coalesce(left(string_agg(texto, ' ') FILTER (WHERE peso = '{peso}'), {TRECHO_MAXIMO}), '') AS do_peso_{peso}"
    for peso in (PEDIDO, DITO, DA_EQUIPE)
)
_INDEXAR = f"""
INSERT INTO atendimento_textodochamado (chamado_id, vetor) SELECT chamado_id, {_VETOR} FROM (SELECT chamado_id, {_DO_PESO} FROM (
    SELECT id AS chamado_id, '{PEDIDO}' AS peso, assunto || ' ' || descricao AS texto
    FROM atendimento_chamado WHERE id = ANY(%(chaves)s)
    UNION ALL SELECT c.id, '{PEDIDO}', r.value FROM atendimento_chamado c, jsonb_each_text(c.respostas) r
    WHERE c.id = ANY(%(chaves)s)
    UNION ALL SELECT chamado_id, '{PEDIDO}', numero FROM atendimento_chamadoimportado WHERE chamado_id = ANY(%(chaves)s)
    UNION ALL SELECT chamado_id, {{peso_do_passo}}, p.texto FROM atendimento_passodochamado p
    WHERE chamado_id = ANY(%(chaves)s) AND texto <> ''
    UNION ALL SELECT a.chamado_id, {{peso_do_passo}}, regexp_replace(a.nome, '[^[:alnum:]]+', ' ', 'g')
    FROM atendimento_anexo a JOIN atendimento_passodochamado p ON p.id = a.passo_id WHERE a.chamado_id = ANY(%(chaves)s)
) AS ditos GROUP BY chamado_id) AS juntos
ON CONFLICT (chamado_id) DO UPDATE SET vetor = excluded.vetor
""".replace(  # noqa: S608
    "{peso_do_passo}", f"CASE WHEN p.interno THEN '{DA_EQUIPE}' WHEN p.passo = 'abrir' THEN '{PEDIDO}' ELSE '{DITO}' END"
)


def indexar_chamados(chaves: Sequence[UUID]) -> None:
    """Refaz de uma vez o texto destes chamados, com tudo o que se disse neles."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXAR, {"chaves": list(chaves)})


def indexar_passo(chamado: Chamado, passo: PassoDoChamado, nomes_dos_anexos: Sequence[str]) -> None:
    """Acrescenta ao texto do chamado o que o passo disse, e os nomes dos anexos que trouxe."""
    partes = [passo.texto, *(" ".join(palavras(nome)) for nome in nomes_dos_anexos)]  # «tela.txt» se acha por «tela»
    peso = DA_EQUIPE if passo.interno else DITO
    if passo.passo == Passo.ABRIR:
        partes, peso = [chamado.assunto, chamado.descricao, *chamado.respostas.values(), *partes], PEDIDO
    texto = "\n".join(parte for parte in partes if parte)
    if texto:
        valores = {"chamado": chamado.pk, "texto": texto, "peso": peso, "maximo": VETOR_MAXIMO}
        consultar_preparada(_ACRESCENTAR, valores, grava=True)
