"""O que o ORM lê e grava a cada pedido, montado e compilado uma vez por processo e preparado no servidor."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import NOT_PROVIDED, Expression, Model, QuerySet
from django.db.models.query import get_related_populators

from pen.comum.preparadas import consultar_em, consultar_preparada

M = TypeVar("M", bound=Model)


class Vaga(Expression):
    """O lugar, numa ``LeituraPronta``, de um valor que só se sabe a cada leitura."""

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Um parâmetro, que é a própria vaga."""
        return "%s", [self]


class LeituraPronta(Generic[M]):
    """Um conjunto do ORM de forma fixa: montado e compilado uma vez por processo, e preparado no servidor.

    Montar e compilar custam mais que ler: as leituras de cada pedido pelo ORM são assim, ou escritas à mão. ``montar`` põe uma
    ``Vaga()`` no lugar de cada valor; o que ela devolve tem ``select_related`` à vontade, e nem anotações nem ``only``. Vale o que
    se diz em ``consultar_preparada``: só para o que se acha pela chave.
    """

    def __init__(self, montar: Callable[[], QuerySet[M]]) -> None:
        self._montar = montar
        self._conjunto: QuerySet[M] | None = None
        self._prontas: dict[str, _Compilada] = {}  # de cada servidor
        self._trava = Lock()

    def ler(self, *valores: Any) -> list[M]:
        """Os objetos, com os ``valores`` nas vagas, na ordem em que aparecem no SQL. Levanta os erros de banco do Django."""
        if (conjunto := self._conjunto) is None or (servidor := conjunto.db) not in self._prontas:
            conjunto, servidor = self._preparar()
        pronta, resto = self._prontas[servidor], iter(valores)
        parametros = [next(resto) if isinstance(p, Vaga) else p for p in pronta.parametros]
        linhas: Any = consultar_em(connections[servidor], pronta.sql, parametros)
        if pronta.conversores:
            linhas = pronta.compilador.apply_converters(linhas, pronta.conversores)
        objetos: list[M] = []
        for linha in linhas:
            objeto = conjunto.model.from_db(servidor, pronta.campos, linha[: len(pronta.campos)])
            for ligado in pronta.ligados:
                ligado.populate(linha, objeto)
            objetos.append(objeto)
        return objetos

    def _preparar(self) -> tuple[QuerySet[M], str]:
        """Monta e compila, um fio por vez: o Django muda o conjunto enquanto o compila."""
        with self._trava:
            conjunto = self._conjunto = self._montar() if self._conjunto is None else self._conjunto
            servidor = conjunto.db
            if servidor not in self._prontas:
                self._prontas[servidor] = _compilar(conjunto, servidor)
            return conjunto, servidor

    def um(self, *valores: Any) -> M | None:
        """O primeiro, ou nenhum."""
        return next(iter(self.ler(*valores)), None)


class _Compilada(NamedTuple):
    """O que não muda de uma leitura à outra; as colunas do objeto vêm antes das dos que ele cita."""

    compilador: Any
    sql: str
    parametros: tuple[Any, ...]
    conversores: dict[int, Any]
    campos: list[str]
    ligados: list[Any]


def _compilar(conjunto: QuerySet[Any], servidor: str) -> _Compilada:
    compilador: Any = conjunto.query.get_compiler(servidor)
    sql, parametros = compilador.as_sql()
    colunas, classes = compilador.select, compilador.klass_info
    povoar: Any = get_related_populators
    return _Compilada(
        compilador, sql, tuple(parametros), compilador.get_converters([coluna for coluna, *_ in colunas]),
        [colunas[n][0].target.attname for n in classes["select_fields"]], povoar(classes, colunas, servidor),
    )  # fmt: skip


def inserir_preparado(objeto: Model) -> None:
    """Grava a linha nova de um objeto, como ``save(force_insert=True)``, sem os sinais; a chave que o banco conta volta nele.

    O que tem valor de fábrica no banco (``db_default``) fica por conta dele, e não volta. Levanta os erros de banco do Django.
    """
    modelo = type(objeto)
    if (pronta := _insercoes.get(modelo)) is None:
        pronta = _insercoes[modelo] = _compilar_insercao(modelo)
    valores = [campo.get_db_prep_save(campo.pre_save(objeto, True), connection) for campo in pronta.campos]
    ((chave,),) = consultar_preparada(pronta.sql, valores, grava=True)
    objeto.pk, objeto._state.adding, objeto._state.db = chave, False, connection.alias


class _Insercao(NamedTuple):
    sql: str
    campos: list[Any]


_insercoes: dict[type[Model], _Insercao] = {}


def _compilar_insercao(modelo: type[Model]) -> _Insercao:
    do_banco = [c for c in modelo._meta.concrete_fields if c.db_default is not NOT_PROVIDED or c.db_returning]
    campos = [c for c in modelo._meta.concrete_fields if c not in do_banco]
    nome = connection.ops.quote_name
    colunas, vagas = ", ".join(nome(str(c.column)) for c in campos), ", ".join("%s" for _ in campos)
    chave = nome(str(modelo._meta.pk.column))
    sql = f"INSERT INTO {nome(modelo._meta.db_table)} ({colunas}) VALUES ({vagas}) RETURNING {chave}"  # noqa: S608
    return _Insercao(sql, campos)
