"""O que saiu de uma unidade, e o destino de cada número."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from pen.identidade.public import Ator, SistemaAutenticado, e_da_auditoria, e_da_equipe_central
from pen.nup.enums.situacoes import Destino
from pen.nup.errors import NumeroNaoEmitido, UnidadeNaoEncontrada
from pen.nup.models import Contador, DestinoDoNumero, Reserva, Unidade
from pen.nup.rules import gere_unidades_de
from pen.nup.values.numeros import Numero, e_codigo_de_unidade, ler_numero, numero_da_unidade


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
    destino = DestinoDoNumero.objects.filter(reserva=reserva, sequencia=lido.sequencia).first()
    return _ver_emitido(unidade.codigo, reserva, lido.sequencia, destino)


def reservas_da_unidade(unidade: Unidade, ano: int, *, antes_de: int | None = None, limite: int = 50) -> list[Reserva]:
    """As reservas do ano, da última à primeira; ``antes_de`` é o primeiro número da última já vista."""
    reservas = Reserva.objects.filter(unidade=unidade, ano=ano).order_by("-primeiro")
    return list((reservas.filter(primeiro__lt=antes_de) if antes_de is not None else reservas)[:limite])


def numeros_das_reservas(unidade: Unidade, reservas: list[Reserva], *, limite: int) -> list[NumeroEmitido]:
    """Os números das reservas, do último ao primeiro, até ``limite``, cada um com o destino dele."""
    do_ultimo = ((r, sequencia) for r in reservas for sequencia in range(r.ultimo, r.primeiro - 1, -1))
    mostrados = list(islice(do_ultimo, limite))
    anotados = DestinoDoNumero.objects.filter(
        reserva__in={r for r, _ in mostrados}, sequencia__in=[s for _, s in mostrados]
    )
    destinos = {(d.reserva_id, d.sequencia): d for d in anotados}
    return [_ver_emitido(unidade.codigo, r, s, destinos.get((r.pk, s))) for r, s in mostrados]


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
