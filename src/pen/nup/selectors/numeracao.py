"""O que saiu de uma unidade, e o destino de cada número."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from pen.identidade.public import Ator, SistemaAutenticado, e_da_auditoria, e_da_equipe_central
from pen.nup.enums.situacoes import Destino
from pen.nup.errors import NumeroNaoEmitido, UnidadeNaoEncontrada
from pen.nup.models import Contador, DestinoDoNumero, Reserva, Unidade
from pen.nup.models.numeracao import SEQUENCIA_MAXIMA
from pen.nup.rules import gere_unidades_de
from pen.nup.values.numeros import Numero, e_codigo_de_unidade, ler_numero, numero_da_unidade

# De uma reserva externa, que pode ter quase um milhão de números, só se abre o que cabe na página.
_NUMEROS = """
SELECT r.id, s.n
FROM nup_reserva r
CROSS JOIN LATERAL generate_series(
    least(r.ultimo, %(ate)s),
    CASE WHEN r.externa THEN greatest(r.primeiro, least(r.ultimo, %(ate)s) - %(limite)s) ELSE r.primeiro END, -1) AS s(n)
WHERE r.unidade_id = %(unidade)s AND r.ano = %(ano)s AND r.primeiro <= %(ate)s
  AND (NOT %(so_reservados)s OR NOT (r.usada OR r.externa OR EXISTS (
      SELECT FROM nup_destinodonumero d WHERE d.reserva_id = r.id AND d.sequencia = s.n)))
ORDER BY r.primeiro DESC, s.n DESC
LIMIT %(limite)s + 1
"""


@dataclass(frozen=True, slots=True)
class NumeroEmitido:
    """Um número dado por uma unidade e o destino dele; ``destinado_em`` é quando mudou pela última vez."""

    numero: Numero
    unidade: str
    ano: int
    sequencia: int
    destino: Destino
    documento: str
    motivo: str
    reserva_id: uuid.UUID
    reservado_em: datetime
    destinado_em: datetime


def consultar_emitido(numero: str, *, para: Ator | SistemaAutenticado) -> NumeroEmitido:
    """O número e o destino dele, lido em qualquer forma escrita.

    Levanta:
        NumeroNaoEmitido: não saiu daqui, ou é de unidade alheia; as duas respostas são iguais.
    """
    lido = ler_numero(numero)
    nao_emitido = NumeroNaoEmitido("Este número não foi dado por uma unidade do seu órgão neste sistema.")
    codigo, chave = lido.codigo_da_unidade, lido.normalizado
    if codigo is None or lido.sequencia is None or lido.ano is None:
        raise nao_emitido
    unidade = Unidade.objects.filter(codigo=codigo).first()
    if unidade is None or not _ve_numeros(para, unidade):
        raise nao_emitido
    if numero_da_unidade(codigo, lido.sequencia, lido.ano).normalizado != chave:
        raise nao_emitido
    da_unidade = Reserva.objects.filter(unidade=unidade, ano=lido.ano, primeiro__lte=lido.sequencia)
    reserva = da_unidade.order_by("-primeiro").first()
    if reserva is None or reserva.ultimo < lido.sequencia:
        raise nao_emitido
    destino = DestinoDoNumero.objects.filter(reserva=reserva, sequencia=lido.sequencia).order_by("pk").last()
    return _ver_emitido(unidade.codigo, reserva, lido.sequencia, destino)


def numeros_da_unidade(
    unidade: Unidade, ano: int, *, ate: int = SEQUENCIA_MAXIMA, so_reservados: bool = False, limite: int = 100
) -> tuple[list[NumeroEmitido], int | None]:
    """Os números dados no ano a partir da sequência ``ate``, do último ao primeiro, e a sequência seguinte quando há mais.

    Com ``so_reservados``, só os que ainda não foram usados nem anulados.
    """
    parametros = {"unidade": unidade.pk, "ano": ano, "ate": ate, "so_reservados": so_reservados, "limite": limite}
    with connection.cursor() as cursor:
        cursor.execute(_NUMEROS, parametros)
        achados: list[tuple[uuid.UUID, int]] = cursor.fetchall()
    mostrados = achados[:limite]
    reservas = Reserva.objects.in_bulk({pk for pk, _ in mostrados})
    atos = DestinoDoNumero.objects.filter(reserva__in=reservas, sequencia__in=[s for _, s in mostrados]).order_by("pk")
    destinos = {(d.reserva_id, d.sequencia): d for d in atos}  # o último ato é o que vale
    numeros = [_ver_emitido(unidade.codigo, reservas[pk], s, destinos.get((pk, s))) for pk, s in mostrados]
    return numeros, achados[limite][1] if len(achados) > limite else None


def unidade_dos_numeros(codigo: str, *, para: Ator) -> Unidade:
    """A unidade cujos números a pessoa vê.

    Levanta:
        UnidadeNaoEncontrada: não há, ou os números não são dela; as duas respostas são iguais.
    """
    unidades = Unidade.objects.select_related("orgao", "orgao_gestor").filter(codigo=codigo)
    unidade = unidades.first() if e_codigo_de_unidade(codigo) else None
    if unidade is None or not _ve_numeros(para, unidade):
        raise UnidadeNaoEncontrada("Não existe nada neste endereço.")
    return unidade


def contadores_da_unidade(unidade: Unidade) -> list[Contador]:
    """Os contadores, do ano mais novo ao mais antigo."""
    return list(Contador.objects.filter(unidade=unidade).order_by("-ano"))


def _ve_numeros(para: Ator | SistemaAutenticado, unidade: Unidade) -> bool:
    if isinstance(para, SistemaAutenticado):
        return para.orgao_id in {unidade.orgao_id, unidade.orgao_gestor_id}
    return (
        gere_unidades_de(para, unidade.orgao_id, unidade.orgao_gestor_id)
        or e_da_equipe_central(para)
        or e_da_auditoria(para)
    )


def _ver_emitido(codigo: str, reserva: Reserva, sequencia: int, destino: DestinoDoNumero | None) -> NumeroEmitido:
    de_nascenca = Destino.EXTERNO if reserva.externa else Destino.USADO if reserva.usada else Destino.RESERVADO
    return NumeroEmitido(
        numero=numero_da_unidade(codigo, sequencia, reserva.ano), unidade=codigo, ano=reserva.ano, sequencia=sequencia,
        destino=Destino(destino.destino) if destino else de_nascenca,
        documento=destino.documento if destino and destino.documento else reserva.documento,
        motivo=destino.motivo if destino else "", reserva_id=reserva.pk,
        reservado_em=reserva.reservada_em, destinado_em=destino.em if destino else reserva.reservada_em,
    )  # fmt: skip
