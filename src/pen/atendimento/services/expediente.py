"""O expediente e as metas: o que a equipe central altera. Os prazos já prometidos não mudam."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from django.db import IntegrityError, transaction

from pen.atendimento.models import DiaSemExpediente, Meta, Periodo
from pen.atendimento.models.expediente import DIA_INTEIRO
from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.catalogo import conferir_central
from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto
from pen.conhecimento.public import Produto
from pen.identidade.public import Pessoa

HORAS_MAXIMO = 2_000
PeriodoNovo = tuple[int, int, int]  # dia da semana (0 é segunda), início e fim em minutos de Brasília


@transaction.atomic
def alterar_semana(*, por: Pessoa, periodos: Sequence[PeriodoNovo]) -> None:
    """Troca os períodos de expediente da semana inteira.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        PedidoIncompleto: nenhum período, um que acaba antes de começar, ou dois que se tocam.
    """
    conferir_central(por)
    conferir(bool(periodos), PedidoIncompleto("A semana precisa de pelo menos um período."))
    em_ordem = sorted(periodos)
    for dia, inicio, fim in em_ordem:
        conferir(0 <= dia <= 6 and 0 <= inicio < fim <= DIA_INTEIRO, PedidoIncompleto("Um período acaba antes de começar."))
    for (dia, _, fim), (outro, inicio, _) in pairwise(em_ordem):
        conferir(dia != outro or fim < inicio, PedidoIncompleto("Dois períodos do mesmo dia se tocam: faça deles um só."))
    Periodo.objects.all().delete()
    Periodo.objects.bulk_create(Periodo(dia=dia, inicio=inicio, fim=fim) for dia, inicio, fim in em_ordem)
    registrar_ato(por=por, ato="expediente.alterado", objeto="expediente:semana", detalhes={"periodos": em_ordem})
    transaction.on_commit(esquecer_expediente)


@transaction.atomic
def incluir_dia_sem_expediente(
    *, por: Pessoa, dia: date, nome: str, ato: str, inicio: int = 0, fim: int = DIA_INTEIRO
) -> DiaSemExpediente:
    """Acrescenta um dia, ou parte dele (em minutos de Brasília), em que a Central não responde.

    Levanta:
        SemPermissao.
        PedidoIncompleto: falta o nome, a hora não serve, ou o dia já está; ``detalhes['campo']`` diz qual.
    """
    conferir_central(por)
    conferir(0 <= inicio < fim <= DIA_INTEIRO, PedidoIncompleto("A hora do fim vem antes da do começo.", campo="fim"))
    limpo = exigir_texto(nome, "Diga que dia é.", 120, campo="nome")
    try:
        with transaction.atomic():
            novo = DiaSemExpediente.objects.create(
                dia=dia, inicio=inicio, fim=fim, nome=limpo, ato=exigir_texto(ato, "", 200, campo="ato")
            )
    except IntegrityError:
        raise PedidoIncompleto("Esse dia já está no calendário.", campo="dia") from None
    registrar_ato(por=por, ato="expediente.dia_incluido", objeto=f"dia:{dia.isoformat()}")
    transaction.on_commit(esquecer_expediente)
    return novo


@transaction.atomic
def excluir_dia_sem_expediente(*, por: Pessoa, dia_id: int) -> None:
    """Tira o dia do calendário; de novo, não muda nada.

    Levanta:
        SemPermissao.
    """
    conferir_central(por)
    dia = DiaSemExpediente.objects.filter(pk=dia_id).first()
    if dia is not None:
        dia.delete()
        registrar_ato(por=por, ato="expediente.dia_excluido", objeto=f"dia:{dia.dia.isoformat()}")
        transaction.on_commit(esquecer_expediente)


@transaction.atomic
def definir_meta(*, por: Pessoa, produto: Produto | None, tipo: str, resposta_horas: int, solucao_horas: int) -> Meta:
    """Em quantas horas úteis se responde e se resolve o que se abrir de agora em diante; sem produto e tipo, é a geral.

    Levanta:
        SemPermissao.
        PedidoIncompleto: as horas não servem; ``detalhes['campo']`` diz quais.
    """
    conferir_central(por)
    horas = f"As horas vão de 1 a {HORAS_MAXIMO}, e a solução não vem antes da resposta."
    serve = 1 <= resposta_horas <= solucao_horas <= HORAS_MAXIMO
    conferir(serve, PedidoIncompleto(horas, campo="solucao_horas"))
    valores = {"resposta_horas": resposta_horas, "solucao_horas": solucao_horas}
    meta = Meta.objects.update_or_create(produto=produto, tipo=tipo, defaults=valores)[0]
    registrar_ato(por=por, ato="meta.definida", objeto=f"meta:{meta.pk}", detalhes=valores)
    return meta


@transaction.atomic
def excluir_meta(*, por: Pessoa, meta_id: int) -> None:
    """Tira uma meta, e passa a valer a menos específica; a geral fica sempre.

    Levanta:
        SemPermissao.
        PedidoIncompleto: é a geral.
    """
    conferir_central(por)
    meta = Meta.objects.filter(pk=meta_id).first()
    if meta is None:
        return
    conferir(meta.produto_id is not None or meta.tipo != "", PedidoIncompleto("A meta geral não se tira: altere-a."))
    meta.delete()
    registrar_ato(por=por, ato="meta.excluida", objeto=f"meta:{meta_id}")
