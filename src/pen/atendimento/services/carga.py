"""O começo de uma instalação: o catálogo do guia, o expediente federal, as três equipes e as metas. Não muda o que já existe."""

import csv
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from pen.atendimento.enums import Nivel
from pen.atendimento.models import (
    DiaSemExpediente,
    Equipe,
    Formulario,
    Meta,
    Periodo,
    PoliticaDeSilencio,
    TipoDeSuporte,
)
from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.values.formulario import Definicao, ler_definicao
from pen.conhecimento.public import Produto, carregar_produtos

DADOS = Path(__file__).parent.parent / "dados"
ABRE, FECHA = 8 * 60, 18 * 60  # 8h às 18h (guia, seção 3)
SEGUNDA_A_SEXTA = range(5)
EQUIPES = (
    ("triagem", "Triagem e análise", Nivel.TRIAGEM),
    ("negocial", "Especialistas de negócio", Nivel.NEGOCIAL),
    ("tecnica", "Especialistas técnicos", Nivel.TECNICO),
)
HORAS_DE_SILENCIO, LEMBRETES = 72, [24, 48]
META_DE_RESPOSTA, META_DE_SOLUCAO = 8, 40  # horas úteis; o guia não diz, e a equipe central altera


class Carga(NamedTuple):
    """Quantos são novos."""

    produtos: int
    tipos: int
    dias: int


@transaction.atomic
def carregar_atendimento() -> Carga:
    """Acrescenta o que falta do começo de uma instalação; rodar de novo não muda nada."""
    produtos, tipos = carregar_produtos(), _carregar_tipos()
    if not Periodo.objects.exists():
        Periodo.objects.bulk_create(Periodo(dia=dia, inicio=ABRE, fim=FECHA) for dia in SEGUNDA_A_SEXTA)
    dias = _carregar_dias()
    for codigo, nome, nivel in EQUIPES:
        Equipe.objects.get_or_create(codigo=codigo, defaults={"nome": nome, "nivel": nivel})
    if not PoliticaDeSilencio.objects.exists():
        PoliticaDeSilencio.objects.create(horas=HORAS_DE_SILENCIO, lembretes=LEMBRETES, desde=timezone.now())
    horas = {"resposta_horas": META_DE_RESPOSTA, "solucao_horas": META_DE_SOLUCAO}
    Meta.objects.get_or_create(produto=None, tipo="", defaults=horas)
    transaction.on_commit(esquecer_expediente)
    return Carga(produtos, tipos, dias)


def _carregar_tipos() -> int:
    """Os tipos de suporte dos produtos que ainda não têm nenhum, cada um com a primeira versão do formulário."""
    formularios, tipos = _formularios(), _ler("tipos.toml")
    sem_tipos = Produto.objects.filter(codigo__in=tipos).exclude(pk__in=TipoDeSuporte.objects.values("produto"))
    criados = TipoDeSuporte.objects.bulk_create(
        TipoDeSuporte(produto=produto, codigo=codigo, nome=formularios[codigo][0], ordem=n)
        for produto in sem_tipos for n, codigo in enumerate(tipos[produto.codigo])
    )  # fmt: skip
    Formulario.objects.bulk_create(
        Formulario(tipo=tipo, versao=1, definicao=formularios[tipo.codigo][1].como_dado()) for tipo in criados
    )
    return len(criados)


def _carregar_dias() -> int:
    ja = set(DiaSemExpediente.objects.values_list("dia", "inicio"))
    novos = [dia for dia in _dias() if (dia.dia, dia.inicio) not in ja]
    return len(DiaSemExpediente.objects.bulk_create(novos))


def _dias() -> Iterator[DiaSemExpediente]:
    with (DADOS / "dias_sem_expediente.csv").open(encoding="utf-8", newline="") as arquivo:
        for linha in csv.DictReader(arquivo):
            yield DiaSemExpediente(
                dia=date.fromisoformat(linha["dia"]), inicio=_minutos(linha["inicio"]), fim=_minutos(linha["fim"]),
                nome=linha["nome"], ato=linha["ato"],
            )  # fmt: skip


def _minutos(hora: str) -> int:
    horas, minutos = hora.split(":")
    return int(horas) * 60 + int(minutos)


def _formularios() -> dict[str, tuple[str, Definicao]]:
    return {codigo: (dado["nome"], ler_definicao(dado)) for codigo, dado in _ler("formularios.toml").items()}


def _ler(nome: str) -> dict[str, Any]:
    return tomllib.loads((DADOS / nome).read_text(encoding="utf-8"))
