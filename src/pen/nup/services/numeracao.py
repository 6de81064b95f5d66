"""Dar números: contador e reserva mudam num comando só; se a conexão morre, não sai número nem fica buraco.

O caminho comum é a função ``nup_reservar``, no banco, que não trava a unidade. Quando ela não dá nada,
``_abrir_ou_explicar`` trava a unidade e abre o contador do ano, ou diz por que não se numera. As regras estão em
docs/dominio/numeracao.md.
"""

import uuid
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.identificadores import uuid7
from pen.comum.tempo import BRASILIA
from pen.comum.texto import exigir_texto
from pen.identidade.public import Finalidade, Pessoa, SistemaAutenticado, SituacaoDoOrgao, orgaos_por_id
from pen.nup.enums.situacoes import Destino, SituacaoDaUnidade
from pen.nup.errors import (
    ChaveRepetida,
    DestinoDefinitivo,
    RelogioAtrasado,
    SequenciaEsgotada,
    SequenciaInvalida,
    UnidadeNaoEncontrada,
    UnidadeNaoNumera,
)
from pen.nup.models import Contador, DestinoDoNumero, Reserva, Unidade
from pen.nup.models.numeracao import SEQUENCIA_MAXIMA
from pen.nup.rules import orgaos_geridos
from pen.nup.selectors.numeracao import NumeroEmitido, consultar_emitido
from pen.nup.values.numeros import Numero, e_codigo_de_unidade, numero_da_unidade

TOLERANCIA_DO_RELOGIO = timedelta(hours=1)
NUMEROS_POR_RESERVA = 1_000
CHAVE_MAXIMA, DOCUMENTO_MAXIMO, MOTIVO_MAXIMO = 100, 200, 500

Numerador = SistemaAutenticado | Pessoa

# A função está na migração 0004: confere quem numera, conta e reserva, com o plano guardado.
_RESERVAR = """
SELECT * FROM nup_reservar(%(id)s::uuid, %(codigo)s, %(orgaos)s::bigint[], %(orgao)s::bigint, %(chave)s, %(quantos)s,
    %(documento)s, %(credencial)s::uuid, %(pessoa)s::bigint, %(usada)s, %(agora)s::timestamptz, %(ano)s::int)
"""


@dataclass(frozen=True, slots=True)
class NumerosReservados:
    """O que saiu de uma reserva. ``nova`` é falso quando a chave já tinha sido usada para o mesmo pedido."""

    reserva_id: uuid.UUID
    ano: int
    numeros: list[Numero]
    reservada_em: datetime
    usados: bool
    nova: bool


def reservar_numeros(
    *,
    por: Numerador,
    codigo: str,
    chave: str,
    quantos: int = 1,
    documento: str = "",
    usar: bool = False,
    agora: datetime | None = None,
) -> NumerosReservados:
    """Dá os próximos ``quantos`` números da unidade (1 a 1.000), consecutivos; a mesma ``chave`` devolve os mesmos.

    ``documento`` diz a que se destinam, sem dados pessoais; com ``usar``, nascem usados. O ano é o de Brasília pelo relógio
    do banco; ``agora`` só para testes.

    Levanta:
        UnidadeNaoEncontrada, SemPermissao, UnidadeNaoNumera, SequenciaEsgotada, ChaveRepetida, RelogioAtrasado.
        PedidoIncompleto: chave vazia ou longa demais, quantidade fora da faixa, documento longo demais.
    """
    chave = exigir_texto(chave, "Informe a chave de idempotência.", CHAVE_MAXIMA, campo="chave")
    documento = exigir_texto(documento, "", DOCUMENTO_MAXIMO, campo="documento")
    if not 1 <= quantos <= NUMEROS_POR_RESERVA:
        raise PedidoIncompleto(f"Peça de 1 a {NUMEROS_POR_RESERVA} números por vez.", campo="quantos")
    parametros = _autoria(por) | {
        "codigo": codigo, "chave": chave, "quantos": quantos, "documento": documento, "usada": usar,
        "agora": agora, "ano": None,
    }  # fmt: skip
    _exigir_finalidade(por)
    linha = _tentar(parametros) if e_codigo_de_unidade(codigo) else None
    while linha is None:  # volta a tentar quando outro abriu o contador, ou usou a mesma chave, ao mesmo tempo
        linha = _abrir_ou_explicar(por, parametros)
    reserva_id, ano, primeiro, ultimo, igual, usada, reservada_em, nova = linha
    if not igual:
        raise ChaveRepetida("Esta chave já foi usada em outro pedido; use uma chave nova.", chave=chave)
    numeros = [numero_da_unidade(codigo, sequencia, ano) for sequencia in range(primeiro, ultimo + 1)]
    return NumerosReservados(reserva_id, ano, numeros, reservada_em, usada, nova)


def unidade_em_que_numera(codigo: str, *, por: Numerador) -> Unidade:
    """A unidade, se ``por`` pode numerar nela; a situação dela é conferida ao numerar.

    Levanta:
        UnidadeNaoEncontrada: não há unidade com o código.
        SemPermissao: é de outro órgão, ou a credencial não é de numeração.
    """
    _exigir_finalidade(por)
    unidade = Unidade.objects.filter(codigo=codigo).first() if e_codigo_de_unidade(codigo) else None
    if unidade is None:
        raise UnidadeNaoEncontrada(f"Não há unidade protocolizadora com o código {codigo[:20]}.")
    if isinstance(por, SistemaAutenticado):
        pode = por.orgao_id in {unidade.orgao_id, unidade.orgao_gestor_id}
    else:
        pode = bool(_orgaos_em_que_numera(por) & {unidade.orgao_id, unidade.orgao_gestor_id})
    conferir(pode, SemPermissao(_de_outro(unidade)))
    return unidade


def _autoria(por: Numerador) -> dict[str, Any]:
    """Quem numera: a credencial ou a pessoa, os órgãos em cujas unidades numera, e o dono da chave (ou o da unidade)."""
    if isinstance(por, SistemaAutenticado):
        return {"credencial": por.credencial_id, "pessoa": None, "orgaos": [por.orgao_id], "orgao": por.orgao_id}
    return {"credencial": None, "pessoa": por.pk, "orgaos": list(_orgaos_em_que_numera(por)), "orgao": None}


def _orgaos_em_que_numera(por: Pessoa) -> frozenset[int | None]:
    """Os órgãos ativos de que a pessoa é gestora de UP: por um órgão suspenso ou extinto ninguém numera."""
    orgaos = orgaos_por_id(set(orgaos_geridos(por)))
    return frozenset(pk for pk, orgao in orgaos.items() if orgao.situacao == SituacaoDoOrgao.ATIVO)


def _de_outro(unidade: Unidade) -> str:
    if unidade.orgao_id is None:
        return f"A unidade {unidade.codigo} ainda não tem órgão: o órgão que a usa precisa pedir o cadastro dela."
    return f"A unidade {unidade.codigo} é de outro órgão, ou de um que não está ativo."


def _exigir_finalidade(por: Numerador) -> None:
    if isinstance(por, SistemaAutenticado):
        conferir(por.finalidade == Finalidade.NUMERACAO, SemPermissao("Só uma credencial de numeração dá números."))


_Linha = tuple[uuid.UUID, int, int, int, bool, bool, datetime, bool]


def _tentar(parametros: dict[str, Any]) -> _Linha | None:
    """A reserva feita ou refeita; ``None`` se não há contador que sirva, ou se outro usou a mesma chave agora mesmo."""
    try:
        # Fora de uma transação, o comando já é uma: poupa as idas de BEGIN e COMMIT.
        with transaction.atomic() if connection.in_atomic_block else nullcontext(), connection.cursor() as cursor:
            cursor.execute(_RESERVAR, parametros | {"id": uuid7()})
            linha: _Linha | None = cursor.fetchone()
    except IntegrityError as erro:
        if isinstance(erro.__cause__, psycopg.Error) and erro.__cause__.diag.constraint_name == "reserva_chave_unica":
            return None
        raise
    return linha


@transaction.atomic
def _abrir_ou_explicar(por: Numerador, parametros: dict[str, Any]) -> _Linha | None:
    """Abre o contador do ano e numera, ou levanta o motivo de não numerar; ``None`` como em ``_tentar``."""
    unidade, ano = unidade_em_que_numera(parametros["codigo"], por=por), None
    dono: Any = parametros["orgao"] or unidade.orgao_id
    if not Reserva.objects.filter(orgao_id=dono, chave=parametros["chave"]).exists():
        contador = _contador_em_vigor(unidade, parametros["agora"])
        ano, restam = contador.ano, SEQUENCIA_MAXIMA - contador.ultimo
        conferir(
            parametros["quantos"] <= restam,
            SequenciaEsgotada(f"A unidade {unidade.codigo} só tem mais {restam} números em {ano}.", restam=restam),
        )
    return _tentar(parametros | {"ano": ano})


def _contador_em_vigor(unidade: Unidade, agora: datetime | None) -> Contador:
    """O contador em que a unidade numera agora, com ela e ele travados; criado se é o primeiro número do ano.

    Levanta:
        UnidadeNaoNumera: pendente ou inativa.
        RelogioAtrasado: o relógio está num ano que ela já deixou, há mais de ``TOLERANCIA_DO_RELOGIO``.
    """
    travada = Unidade.objects.select_for_update(no_key=True).get(pk=unidade.pk)
    conferir(
        travada.situacao == SituacaoDaUnidade.ATIVA,
        UnidadeNaoNumera(f"A unidade {travada.codigo} está {travada.get_situacao_display()} e não dá números."),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(%s::timestamptz, statement_timestamp())", [agora])
        instante: datetime = cursor.fetchone()[0]
    ano = instante.astimezone(BRASILIA).year
    valem = Contador.objects.select_for_update().filter(unidade=travada).exclude(adiantado=True, ano__gt=ano)
    contador = valem.order_by("-ano").first()
    if contador is not None and contador.ano > ano:
        conferir(
            contador.ultimo_em - instante <= TOLERANCIA_DO_RELOGIO,
            RelogioAtrasado(
                f"O relógio do servidor está em {ano}, e a unidade {travada.codigo} já numerou em {contador.ano}: um dos dois "
                "estava errado. Quem opera acerta o relógio ou, se ele estava adiantado antes, roda «pen unidade desfazer-ano»."
            ),
        )
    if contador is None or contador.ano < ano:
        contador = Contador.objects.create(unidade=travada, ano=ano, ultimo_em=instante)
    return contador


@transaction.atomic
def desfazer_ano_adiantado(*, por: Pessoa | None, codigo: str, motivo: str, agora: datetime | None = None) -> list[int]:
    """Põe de lado os contadores de anos que ainda não chegaram, abertos por um relógio adiantado; devolve os anos.

    Os números dados neles continuam dados: quando o ano chegar, a sequência segue de onde parou. ``por=None`` é o comando da
    instalação, o único que o faz.

    Levanta:
        UnidadeNaoEncontrada: não há unidade com o código.
        PedidoIncompleto: sem motivo.
    """
    motivo = exigir_texto(motivo, "Diga o motivo.", MOTIVO_MAXIMO, campo="motivo")
    unidade = Unidade.objects.select_for_update(no_key=True).filter(codigo=codigo).first()
    if unidade is None:
        raise UnidadeNaoEncontrada(f"Não há unidade protocolizadora com o código {codigo[:20]}.")
    ano = (agora or timezone.now()).astimezone(BRASILIA).year
    adiantados = Contador.objects.filter(unidade=unidade, ano__gt=ano, adiantado=False)
    anos = sorted(adiantados.values_list("ano", flat=True))
    if adiantados.update(adiantado=True):
        registrar_ato(
            por=por, ato="numeros.ano_desfeito", objeto=f"unidade:{codigo}", orgao_id=unidade.orgao_id,
            detalhes={"anos": anos, "motivo": motivo},
        )  # fmt: skip
    return anos


@transaction.atomic
def registrar_externos(*, por: Pessoa, codigo: str, ultimo: int, motivo: str, agora: datetime | None = None) -> Reserva:
    """Diz que outro sistema já deu números até ``ultimo`` neste ano: o intervalo fica externo, e a unidade segue dali.

    Levanta:
        UnidadeNaoEncontrada, SemPermissao, UnidadeNaoNumera, RelogioAtrasado.
        SequenciaInvalida: ``ultimo`` não vem depois do último número da unidade, ou passa de 999.999.
        PedidoIncompleto: sem motivo.
    """
    motivo = exigir_texto(motivo, "Diga o motivo.", DOCUMENTO_MAXIMO, campo="motivo")
    unidade = unidade_em_que_numera(codigo, por=por)
    contador = _contador_em_vigor(unidade, agora)
    if not contador.ultimo < ultimo <= SEQUENCIA_MAXIMA:
        raise SequenciaInvalida(
            f"Informe um número de {contador.ultimo + 1} a {SEQUENCIA_MAXIMA}: o último desta unidade em {contador.ano} é "
            f"{contador.ultimo}.",
        )
    assert unidade.orgao_id is not None  # quem pôde chegar aqui gere o órgão dela
    reserva = Reserva.objects.create(
        unidade=unidade, ano=contador.ano, primeiro=contador.ultimo + 1, ultimo=ultimo, orgao_id=unidade.orgao_id,
        chave=f"externos:{uuid7()}", documento=motivo, pessoa=por, externa=True,
    )  # fmt: skip
    contador.ultimo = ultimo
    contador.save(update_fields=["ultimo"])
    registrar_ato(
        por=por, ato="numeros.externos", objeto=f"unidade:{unidade.codigo}", orgao_id=unidade.orgao_id,
        detalhes={"ano": contador.ano, "de": reserva.primeiro, "ate": ultimo, "motivo": motivo},
    )  # fmt: skip
    return reserva


def usar_numero(*, por: Numerador, numero: str, documento: str = "", agora: datetime) -> NumeroEmitido:
    """Marca o número como usado; de novo, não muda nada.

    Levanta:
        NumeroNaoEmitido: não saiu daqui, ou é de unidade alheia.
        SemPermissao: ``por`` vê o número mas não numera na unidade.
        DestinoDefinitivo: já foi anulado, ou é externo.
    """
    return _destinar(
        por, numero, Destino.USADO, documento=exigir_texto(documento, "", DOCUMENTO_MAXIMO, campo="documento"), agora=agora
    )


def anular_numero(*, por: Numerador, numero: str, motivo: str, agora: datetime) -> NumeroEmitido:
    """Anula o número, com motivo (até 500 caracteres, sem dados pessoais); de novo, não muda nada.

    Levanta:
        NumeroNaoEmitido, SemPermissao, DestinoDefinitivo: como em ``usar_numero``.
        PedidoIncompleto: sem motivo.
    """
    motivo = exigir_texto(motivo, "Diga o motivo.", MOTIVO_MAXIMO, campo="motivo")
    return _destinar(por, numero, Destino.ANULADO, motivo=motivo, agora=agora)


@transaction.atomic
def _destinar(
    por: Numerador, numero: str, destino: Destino, *, documento: str = "", motivo: str = "", agora: datetime
) -> NumeroEmitido:
    emitido = consultar_emitido(numero, para=por)
    unidade_em_que_numera(emitido.unidade, por=por)  # há quem veja os números e não numere
    reserva = Reserva.objects.select_for_update().get(pk=emitido.reserva_id)  # quem destina números da mesma reserva espera
    emitido = consultar_emitido(numero, para=por)
    if emitido.destino == destino:
        return emitido
    if emitido.destino in {Destino.ANULADO, Destino.EXTERNO}:
        quem = "já foi anulado" if emitido.destino == Destino.ANULADO else "foi dado por outro sistema"
        raise DestinoDefinitivo(f"O número {emitido.numero.formatado} {quem}; o destino dele não muda.")
    DestinoDoNumero.objects.create(
        reserva=reserva, sequencia=emitido.sequencia, destino=destino, documento=documento or emitido.documento, motivo=motivo,
        em=agora, credencial_id=por.credencial_id if isinstance(por, SistemaAutenticado) else None,
        pessoa=None if isinstance(por, SistemaAutenticado) else por,
    )  # fmt: skip
    return consultar_emitido(numero, para=por)
