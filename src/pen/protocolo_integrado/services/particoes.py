"""Repartir as tabelas do registro por ``hash(numero)``, com o serviço no ar. O passo a passo está em docs/operar/escala.md.

Ao lado de cada tabela cria-se outra, repartida. Gatilhos levam a ela, na mesma transação, tudo o que muda na de agora; o que já
havia é copiado aos poucos. Quando as duas dizem o mesmo, trocam de nome. Até a troca nada muda no que se lê e se grava.

A cópia segue a ordem física da tabela, bloco a bloco, e não a da chave: ler em ordem de chave seria ler a tabela velha ao acaso,
e sujá-la ao acaso com as travas. Não se perde nada por isso: a linha que muda de bloco no meio passa pelo gatilho. As linhas de
um lote são travadas contra alteração, sem esperar por ninguém (``NOWAIT``): quem copia nunca faz parte de um ciclo de esperas.
"""
# ruff: noqa: S608 - os nomes juntados ao SQL são daqui ou do catálogo

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.db import DatabaseError, OperationalError, connection, transaction

from pen.protocolo_integrado.errors import DistribuicaoImpossivel
from pen.protocolo_integrado.selectors.esquema import (
    ESPELHO,
    TABELAS,
    estrutura_da_tabela,
    impedimentos_da_particao,
    situacao_da_distribuicao,
)

_T = TypeVar("_T")
PARTICOES_MINIMO, PARTICOES_MAXIMO = 2, 1024
LOTE = 64  # blocos de 8 kB copiados por transação
AMOSTRA = 1024  # blocos de cada tabela que o ensaio copia
FOLGA = 1.5  # o mais que a cópia chega a ocupar, do que a tabela de agora ocupa com os índices
ESPERA_MAXIMA = 600.0  # segundos tentando pegar uma trava
PAUSA, PAUSA_DA_COPIA = 0.5, 0.02  # segundos entre uma tentativa e outra
NOVA, ANTES, ENSAIO = "_nova", "_antes", "_ensaio"
ESTADO = "protocolo_integrado_distribuicao"
_TRAVA = 0x50454E_E5CA1A  # de um número só: não se confunde com as travas por processo
_BLOCO = "current_setting('block_size')::bigint"
_OCUPADO = {"55P03", "40P01"}  # trava não obtida; ciclo de esperas

_ESPELHAR = """
CREATE OR REPLACE FUNCTION {tabela}{espelho}() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE {nova};
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM {nova} n USING velhas v WHERE {mesma_chave};
    ELSE
        IF TG_OP = 'UPDATE' THEN
            DELETE FROM {nova} n USING novas v WHERE {mesma_chave};
        END IF;
        INSERT INTO {nova} ({colunas}) SELECT {colunas} FROM novas;
    END IF;
    RETURN NULL;
END $$
"""
_GATILHOS = {
    "i": "AFTER INSERT ON {tabela} REFERENCING NEW TABLE AS novas",
    "u": "AFTER UPDATE ON {tabela} REFERENCING NEW TABLE AS novas",
    "d": "AFTER DELETE ON {tabela} REFERENCING OLD TABLE AS velhas",
    "t": "AFTER TRUNCATE ON {tabela}",
}
_COPIAR = """
WITH lote AS MATERIALIZED (
    SELECT {colunas} FROM {tabela} WHERE ctid >= %(de)s::tid AND ctid < %(ate)s::tid FOR SHARE NOWAIT),
gravadas AS (INSERT INTO {destino} ({colunas}) SELECT {colunas} FROM lote ON CONFLICT DO NOTHING)
SELECT count(*) FROM lote
"""


class Ensaio(NamedTuple):
    """O que se pode dizer antes de repartir. Espaços em bytes; ``livre`` é ``None`` quando não se sabe daqui."""

    linhas: int
    tamanho: int
    precisos: int
    livre: int | None
    copiadas: int
    segundos: float
    estimados: float


@contextmanager
def distribuicao_exclusiva() -> Iterator[None]:
    """Uma de cada vez, e sem o tempo máximo de um comando nesta conexão.

    Levanta:
        DistribuicaoImpossivel: outra está correndo.
    """
    if not _valor("SELECT pg_try_advisory_lock(%s)", [_TRAVA]):
        raise DistribuicaoImpossivel("Outra distribuição está correndo neste banco; espere por ela.")
    try:
        _executar("SET statement_timeout = 0")
        yield
    finally:
        with suppress(DatabaseError):  # caída a conexão, a trava já caiu com ela
            _executar("RESET statement_timeout")
            _executar("SELECT pg_advisory_unlock(%s)", [_TRAVA])


def preparar_copia(particoes: int) -> None:
    """Cria as tabelas repartidas e os gatilhos que faltarem. Pode rodar duas vezes: a segunda continua.

    Levanta:
        DistribuicaoImpossivel: número de partes fora do limite, registro já repartido, cópia pela metade em outro número de partes,
            estrutura mudada desde então, ou algo no banco que o impede.
    """
    _exigir_que_se_possa(particoes)
    _executar(
        f"CREATE TABLE IF NOT EXISTS {ESTADO} (tabela text PRIMARY KEY, arquivo oid NOT NULL, blocos bigint NOT NULL, "
        "copiados bigint NOT NULL)"
    )
    for tabela in TABELAS:
        _criar_repartida(tabela, NOVA, particoes)
        if not _valor(f"SELECT count(*) FROM {ESTADO} WHERE tabela = %s", [tabela]):
            _insistir(partial(_espelhar, tabela=tabela))
        elif _arquivo(tabela) != _valor(f"SELECT arquivo FROM {ESTADO} WHERE tabela = %s", [tabela]):
            _anotar_do_comeco(tabela)  # a tabela foi reescrita (VACUUM FULL, CLUSTER): os blocos são outros
    _exigir_a_mesma_estrutura()


def bytes_a_copiar() -> tuple[int, int]:
    """Quanto há e quanto já foi copiado das tabelas, sem os índices."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sum(blocos) * {_BLOCO}, sum(copiados) * {_BLOCO} FROM {ESTADO}")
        total, feitos = cursor.fetchone()
        return int(total), int(feitos)


def copiar() -> Iterator[int]:
    """Copia o que falta, um lote por transação; dá os bytes lidos em cada um. Parando no meio, chamar de novo continua."""
    tamanho = _valor(f"SELECT {_BLOCO}")
    for tabela in TABELAS:
        blocos, copiados = _linha(f"SELECT blocos, copiados FROM {ESTADO} WHERE tabela = %s", [tabela])
        colunas = _colunas(tabela)
        while copiados < blocos:
            ate = min(copiados + LOTE, blocos)
            _insistir(
                partial(_copiar_lote, tabela=tabela, sufixo=NOVA, colunas=colunas, de=copiados, ate=ate),
                pausa=PAUSA_DA_COPIA,
            )
            yield (ate - copiados) * tamanho
            copiados = ate


def preparar_leitura(tabela: str) -> None:
    """Refaz os índices da tabela nova, limpa-a e a mede: fora de ordem, a cópia os deixou com quase o dobro do tamanho.

    Nada espera por isso. Pode rodar duas vezes.
    """
    nova = tabela + NOVA
    for invalido in _nomes(
        "SELECT i.indexrelid::regclass::text FROM pg_inherits h JOIN pg_index i ON i.indrelid = h.inhrelid"
        " WHERE h.inhparent = %s::regclass AND NOT i.indisvalid",
        [nova],
    ):
        _executar(f"DROP INDEX CONCURRENTLY {invalido}")  # sobra de uma vez em que isto parou no meio
    _executar("SET maintenance_work_mem = '512MB'")
    for parte in _partes(nova):  # pedido à tabela toda, ele trava as partes juntas, e cruza com quem grava em várias
        _executar(f"REINDEX TABLE CONCURRENTLY {parte}")
    _executar("RESET maintenance_work_mem")
    _executar(f"VACUUM (ANALYZE) {nova}")


@transaction.atomic
def conferir_copia(tabela: str) -> int:
    """Conta e soma as linhas das duas tabelas, na mesma fotografia do banco; devolve quantas são.

    A soma é dos resumos de todas as colunas, menos o vetor de busca.

    Levanta:
        DistribuicaoImpossivel: não são iguais; nada foi trocado.
    """
    _executar("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    colunas = ", ".join(_colunas(tabela, sem="tsvector"))
    velha, nova = (
        _linha(f"SELECT count(*), bit_xor(hash_record_extended(ROW({colunas}), 0)) FROM {nome}")
        for nome in (tabela, tabela + NOVA)
    )
    if velha != nova:
        raise DistribuicaoImpossivel(
            f"A cópia de {tabela} não é igual: {velha[0]} linhas e {nova[0]} na nova. Nada foi trocado; rode "
            "«pen escala descartar» e comece de novo."
        )
    return int(velha[0])


def trocar_tabelas() -> None:
    """As tabelas repartidas tomam o nome das de agora, que ficam como «…_antes». Uma transação de milésimos de segundo.

    Levanta:
        DistribuicaoImpossivel: a estrutura mudou desde a cópia, ou a trava não veio em dez minutos; nada foi trocado.
    """
    _exigir_a_mesma_estrutura()
    _insistir(_trocar)


def descartar() -> list[str]:
    """Exclui o que a distribuição deixou: a cópia pela metade, ou as tabelas de antes; devolve o nome das excluídas."""
    _insistir(_parar_de_espelhar)
    sobras = [t + s for t in TABELAS for s in (NOVA, ANTES, ENSAIO) if _valor("SELECT to_regclass(%s)", [t + s])]
    for sobra in sobras:
        _excluir(sobra)
    return sobras


def ensaiar(particoes: int) -> Ensaio:
    """Confere se se pode, reparte uma amostra de cada tabela em tabelas à parte, mede, e as exclui.

    Levanta:
        DistribuicaoImpossivel: como em ``preparar_copia``.
    """
    _exigir_que_se_possa(particoes)
    copiadas = lidos = 0
    segundos = 0.0
    try:
        for tabela in TABELAS:
            _criar_repartida(tabela, ENSAIO, particoes)
            colunas, blocos = _colunas(tabela), min(_blocos(tabela), AMOSTRA)
            inicio = time.perf_counter()
            for de in range(0, blocos, LOTE):
                ate = min(de + LOTE, blocos)
                copiadas += _insistir(
                    partial(_copiar_lote, tabela=tabela, sufixo=ENSAIO, colunas=colunas, de=de, ate=ate),
                    pausa=PAUSA_DA_COPIA,
                )
            segundos += time.perf_counter() - inicio
            lidos += blocos
    finally:
        for tabela in TABELAS:
            _excluir(tabela + ENSAIO)
    tamanho = _tamanho()
    total = sum(map(_blocos, TABELAS))
    return Ensaio(
        linhas=copiadas * total // max(lidos, 1), tamanho=tamanho, precisos=round(tamanho * FOLGA), livre=espaco_livre(),
        copiadas=copiadas, segundos=segundos, estimados=segundos * total / max(lidos, 1),
    )  # fmt: skip


def espaco_livre() -> int | None:
    """Bytes livres no disco do banco, se ele está nesta máquina e o usuário pode saber onde; senão, ``None``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        pasta = cursor.fetchone()
    daqui = str(connection.settings_dict["HOST"]).startswith("/")
    if not daqui or not pasta:
        return None
    with suppress(OSError):
        disco = os.statvfs(pasta[0])
        return disco.f_bavail * disco.f_frsize
    return None


# --- O que se exige antes


def _exigir_que_se_possa(particoes: int) -> None:
    situacao = situacao_da_distribuicao()
    if situacao.particoes:
        raise DistribuicaoImpossivel(f"O registro já está repartido em {situacao.particoes} partes.")
    if not PARTICOES_MINIMO <= particoes <= PARTICOES_MAXIMO:
        raise DistribuicaoImpossivel(
            f"Peça de {PARTICOES_MINIMO} a {PARTICOES_MAXIMO} partes; 16 ou 32 quase sempre bastam."
        )
    if situacao.copiando and _valor("SELECT to_regclass(%s)", [ESTADO]) and situacao.copiando != particoes:
        raise DistribuicaoImpossivel(
            f"Há uma cópia em {situacao.copiando} partes pela metade: continue-a com «--particoes {situacao.copiando}» ou rode "
            "«pen escala descartar»."
        )
    if impedimentos := impedimentos_da_particao():
        raise DistribuicaoImpossivel(" ".join(impedimentos))
    livre, precisos = espaco_livre(), round(_tamanho() * FOLGA)
    if livre is not None and not situacao.copiando and livre < precisos:
        raise DistribuicaoImpossivel(f"Faltam {(precisos - livre) / 1e9:.1f} GB livres no disco do banco.")


def _exigir_a_mesma_estrutura() -> None:
    for tabela in TABELAS:
        if estrutura_da_tabela(tabela) != estrutura_da_tabela(tabela + NOVA, NOVA):
            raise DistribuicaoImpossivel(
                f"A estrutura de {tabela} mudou desde que a cópia começou; rode «pen escala descartar» e comece de novo."
            )


# --- As tabelas repartidas


def _criar_repartida(tabela: str, sufixo: str, particoes: int) -> None:
    """A tabela repartida com colunas, restrições, índices e permissões da de agora; e as partes, uma por transação."""
    nova, parte = tabela + sufixo, tabela + (sufixo if sufixo == ENSAIO else "")
    if not _valor("SELECT to_regclass(%s)", [nova]):
        _insistir(partial(_rodar, comandos=_comandos_da_repartida(tabela, sufixo)))
    opcoes = _valor("SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = %s::regclass", [tabela])
    com = f" WITH ({opcoes})" if opcoes else ""
    for n in range(particoes):
        nome = f"{parte}_p{n:04d}"
        if not _valor("SELECT to_regclass(%s)", [nome]):
            comando = f"CREATE TABLE {nome} PARTITION OF {nova} FOR VALUES WITH (MODULUS {particoes}, REMAINDER {n}){com}"
            _insistir(partial(_rodar, comandos=[comando]))


def _comandos_da_repartida(tabela: str, sufixo: str) -> list[str]:
    nova, nome = tabela + sufixo, connection.ops.quote_name
    comandos = [f"CREATE TABLE {nova} (LIKE {tabela} INCLUDING ALL EXCLUDING INDEXES) PARTITION BY HASH (numero)"]
    restricoes = _linhas(
        "SELECT conname, pg_get_constraintdef(oid), contype = 'p' FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('p', 'f') ORDER BY oid",
        [tabela],
    )
    for restricao, definicao, primaria in restricoes:
        comandos.append(
            f"ALTER TABLE {nova} ADD CONSTRAINT {nome(restricao + sufixo if primaria else restricao)} {definicao}"
        )
    for indice, definicao in _linhas(
        "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = %s::regclass AND NOT i.indisprimary ORDER BY c.oid",
        [tabela],
    ):
        unico = "UNIQUE " if definicao.startswith("CREATE UNIQUE") else ""
        comandos.append(f"CREATE {unico}INDEX {nome(indice + sufixo)} ON {nova} USING {definicao.split(' USING ', 1)[1]}")
    for permissao, quem in _linhas(
        "SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END"
        " FROM pg_class t, aclexplode(t.relacl) a WHERE t.oid = %s::regclass AND a.grantee <> t.relowner",
        [tabela],
    ):
        comandos.append(f"GRANT {permissao} ON {nova} TO {quem}")
    return comandos


def _espelhar(cursor: Any, tabela: str) -> None:
    """Dali em diante, toda mudança vai também à nova; e anota quantos blocos há a copiar, na mesma transação.

    O espelho não usa ``ON CONFLICT``, que o PostgreSQL recusa enquanto troca um índice refeito («invalid arbiter index list»).
    """
    chave, colunas = _chave(tabela), _colunas(tabela)
    campos = {
        "tabela": tabela, "espelho": ESPELHO, "nova": tabela + NOVA, "colunas": ", ".join(colunas),
        "mesma_chave": " AND ".join(f"n.{c} = v.{c}" for c in chave),
    }  # fmt: skip
    cursor.execute(f"LOCK TABLE {tabela} IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute(_ESPELHAR.format(**campos))
    for letra, quando in _GATILHOS.items():
        cursor.execute(
            f"CREATE TRIGGER {tabela}{ESPELHO}_{letra} {quando.format(tabela=tabela)}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {tabela}{ESPELHO}()"
        )
    _anotar_do_comeco(tabela)


def _anotar_do_comeco(tabela: str) -> None:
    _executar(
        f"INSERT INTO {ESTADO} VALUES (%(t)s, %(arquivo)s, %(blocos)s, 0) ON CONFLICT (tabela) DO UPDATE"
        " SET arquivo = excluded.arquivo, blocos = excluded.blocos, copiados = 0",
        {"t": tabela, "arquivo": _arquivo(tabela), "blocos": _blocos(tabela)},
    )


def _copiar_lote(cursor: Any, *, tabela: str, sufixo: str, colunas: list[str], de: int, ate: int) -> int:
    cursor.execute("SET LOCAL synchronous_commit = off")
    sql = _COPIAR.format(tabela=tabela, destino=tabela + sufixo, colunas=", ".join(colunas))
    cursor.execute(sql, {"de": f"({de},0)", "ate": f"({ate},0)"})
    copiadas = int(cursor.fetchone()[0])
    if sufixo == NOVA:
        cursor.execute(f"UPDATE {ESTADO} SET copiados = %s WHERE tabela = %s", [ate, tabela])
    return copiadas


def _trocar(cursor: Any) -> None:
    cursor.execute(f"LOCK TABLE {', '.join(TABELAS)} IN ACCESS EXCLUSIVE MODE")
    _parar_de_espelhar(cursor)
    nome = connection.ops.quote_name
    for tabela in TABELAS:
        indices = _nomes(
            "SELECT relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = %s::regclass", [tabela]
        )
        cursor.execute(f"ALTER TABLE {tabela} RENAME TO {tabela}{ANTES}")
        cursor.execute(f"ALTER TABLE {tabela}{NOVA} RENAME TO {tabela}")
        for indice in indices:
            cursor.execute(f"ALTER INDEX {nome(indice)} RENAME TO {nome(indice + ANTES)}")
            cursor.execute(f"ALTER INDEX {nome(indice + NOVA)} RENAME TO {nome(indice)}")


def _parar_de_espelhar(cursor: Any) -> None:
    for tabela in TABELAS:
        cursor.execute(f"DROP FUNCTION IF EXISTS {tabela}{ESPELHO}() CASCADE")  # leva os gatilhos
    cursor.execute(f"DROP TABLE IF EXISTS {ESTADO}")


def _excluir(tabela: str) -> None:
    """Exclui uma tabela deste módulo, as partes antes, uma por transação: muitas de uma vez não caberiam nas travas do servidor."""
    for nome in [*_partes(tabela), tabela]:
        _insistir(partial(_rodar, comandos=[f"DROP TABLE IF EXISTS {nome}"]))


def _partes(tabela: str) -> list[str]:
    return _nomes("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(%s) ORDER BY 1", [tabela])


# --- O banco


def _insistir(fazer: Callable[[Any], _T], *, pausa: float = PAUSA) -> _T:
    """Uma transação que espera cada trava um instante só, desiste e tenta de novo: quem grava e quem lê não ficam na fila.

    Um quinto de segundo em cada uma de quatro tabelas é menos que o segundo em que o PostgreSQL procura ciclos de esperas.
    """
    limite = time.monotonic() + ESPERA_MAXIMA
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                return fazer(cursor)
        except OperationalError as erro:
            if getattr(erro.__cause__, "sqlstate", "") not in _OCUPADO:
                raise
            if time.monotonic() > limite:
                raise DistribuicaoImpossivel(
                    "Outras transações seguraram o registro por dez minutos (uma cópia de segurança, talvez). Nada mudou no que "
                    "está em uso; rode de novo mais tarde, e continuará daqui."
                ) from erro
        time.sleep(pausa)


def _rodar(cursor: Any, *, comandos: list[str]) -> None:
    for comando in comandos:
        cursor.execute(comando)


def _chave(tabela: str) -> list[str]:
    return _nomes(
        "SELECT a.attname FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k(n, ordem), pg_attribute a"
        " WHERE i.indrelid = %s::regclass AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY k.ordem",
        [tabela],
    )


def _colunas(tabela: str, sem: str = "") -> list[str]:
    return _nomes(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND atttypid::regtype::text <> %s ORDER BY attnum",
        [tabela, sem],
    )


def _blocos(tabela: str) -> int:
    return int(_valor(f"SELECT pg_relation_size(%s::regclass) / {_BLOCO}", [tabela]))


def _arquivo(tabela: str) -> int:
    return int(_valor("SELECT pg_relation_filenode(%s::regclass)", [tabela]))


def _tamanho() -> int:
    return int(_valor("SELECT sum(pg_total_relation_size(t)) FROM unnest(%s::regclass[]) t", [TABELAS]))


def _executar(sql: str, valores: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, valores)


def _linhas(sql: str, valores: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, valores)
        linhas: list[tuple[Any, ...]] = cursor.fetchall()
        return linhas


def _nomes(sql: str, valores: Any) -> list[str]:
    return [nome for (nome,) in _linhas(sql, valores)]


def _linha(sql: str, valores: Any = None) -> tuple[Any, ...]:
    return _linhas(sql, valores)[0]


def _valor(sql: str, valores: Any = None) -> Any:
    return _linha(sql, valores)[0]
