"""As chaves de acesso de uma pessoa: criar, revogar, e reconhecer quem pede."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.enums import Escopo
from pen.identidade.errors import ChaveInvalida, EscopoInsuficiente
from pen.identidade.models import ChaveDeAcesso, Pessoa
from pen.identidade.rules import exigir_entrada_forte
from pen.identidade.services.ritmo import contar_uso, contar_uso_aos_poucos, esta_no_limite
from pen.identidade.signals import ato_praticado

PREFIXO = "pen_"
ATIVAS_MAXIMO, DIAS_MAXIMO = 10, 365
ERRADAS_POR_MINUTO = 30  # de um endereço de rede
PEDIDOS_POR_MINUTO = 600  # de uma pessoa, em todas as APIs
INTERVALO_DO_USO = timedelta(minutes=5)


class ChaveReconhecida(NamedTuple):
    """De quem é uma chave que vale, e o que ela deixa fazer."""

    pessoa: Pessoa
    escopos: frozenset[Escopo]

    def quem_pode(self, *escopos: Escopo) -> Pessoa:
        """A pessoa da chave, se ela deixa tudo isto.

        Levanta:
            EscopoInsuficiente: a chave não deixa.
        """
        faltam = [e.label for e in escopos if e not in self.escopos]
        conferir(not faltam, EscopoInsuficiente(f"A chave não deixa: {', '.join(faltam)}."))
        return self.pessoa


@transaction.atomic
def criar_chave(
    *, por: Pessoa, nome: str, escopos: Sequence[Escopo], dias: int, agora: datetime | None = None
) -> tuple[ChaveDeAcesso, str]:
    """Cria a chave e devolve também o segredo, que não se vê de novo. Com o escopo dos papéis, só numa entrada forte.

    Levanta:
        EntradaFraca: ``por`` quer o escopo dos papéis, e a entrada não basta.
        PedidoIncompleto: falta o nome ou um escopo, o prazo não serve, ou já há dez; ``detalhes['campo']`` diz qual.
    """
    agora = agora or timezone.now()
    limpo = exigir_texto(nome, "Dê um nome à chave.", 60, campo="nome")
    conferir(bool(escopos), PedidoIncompleto("Escolha o que a chave pode fazer.", campo="escopos"))
    conferir(1 <= dias <= DIAS_MAXIMO, PedidoIncompleto(f"A chave vale de 1 a {DIAS_MAXIMO} dias.", campo="dias"))
    if Escopo.PAPEIS in escopos:
        exigir_entrada_forte(por)
    Pessoa.objects.select_for_update(no_key=True).get(pk=por.pk)
    ativas = ChaveDeAcesso.objects.filter(pessoa=por, revogada_em=None, expira_em__gt=agora).count()
    conferir(ativas < ATIVAS_MAXIMO, PedidoIncompleto(f"São até {ATIVAS_MAXIMO} chaves: revogue uma.", campo="nome"))
    segredo = PREFIXO + secrets.token_urlsafe(32)
    chave = ChaveDeAcesso.objects.create(
        pessoa=por, nome=limpo, resumo=_resumir(segredo), escopos=[e.value for e in Escopo if e in escopos],
        criada_em=agora, expira_em=agora + timedelta(days=dias),
    )  # fmt: skip
    _anunciar(por, "chave.criada", chave)
    return chave, segredo


@transaction.atomic
def revogar_chave(*, por: Pessoa, chave_id: UUID, agora: datetime | None = None) -> None:
    """Acaba com uma chave da própria pessoa; de novo, ou a de outra, não muda nada."""
    chave = ChaveDeAcesso.objects.select_for_update().filter(pk=chave_id, pessoa=por, revogada_em=None).first()
    if chave is not None:
        chave.revogada_em = agora or timezone.now()
        chave.save(update_fields=["revogada_em"])
        _anunciar(por, "chave.revogada", chave)


def reconhecer_chave(segredo: str, *, origem: str, agora: datetime | None = None) -> ChaveReconhecida:
    """A pessoa da chave, com a entrada forte se a chave exerce papéis, e o que ela deixa fazer; conta um pedido dela.

    Levanta:
        ChaveInvalida: não existe, venceu, foi revogada, ou a pessoa saiu; não se diz qual.
        LimiteExcedido: neste minuto, chaves erradas demais deste endereço de rede, ou pedidos demais da pessoa.
    """
    agora = agora or timezone.now()
    erradas = f"chave:{origem}"
    esta_no_limite(erradas, limite=ERRADAS_POR_MINUTO)
    chave = ChaveDeAcesso.objects.filter(resumo=_resumir(segredo)).select_related("pessoa").first()
    if chave is None or chave.revogada_em is not None or chave.expira_em <= agora or not chave.pessoa.is_active:
        contar_uso(erradas)
        raise ChaveInvalida("A chave de acesso não vale. Crie outra em «Minha conta».")
    if chave.usada_em is None or agora - chave.usada_em > INTERVALO_DO_USO:
        ChaveDeAcesso.objects.filter(pk=chave.pk).update(usada_em=agora)
    escopos = frozenset(Escopo(e) for e in chave.escopos)
    pessoa = chave.pessoa
    contar_uso_aos_poucos(f"chave:{pessoa.pk}", limite=PEDIDOS_POR_MINUTO)
    pessoa.entrada_forte = Escopo.PAPEIS in escopos
    return ChaveReconhecida(pessoa, escopos)


def revogar_todas_as_chaves(*, por: Pessoa) -> None:
    """Acaba com as chaves da pessoa, que está excluindo a conta."""
    ChaveDeAcesso.objects.filter(pessoa=por, revogada_em=None).update(revogada_em=timezone.now(), nome="")


def _resumir(segredo: str) -> str:
    return sha256(segredo.encode()).hexdigest()


def _anunciar(por: Pessoa, ato: str, chave: ChaveDeAcesso) -> None:
    detalhes = {"escopos": chave.escopos}
    ato_praticado.send(ChaveDeAcesso, por=por, ato=ato, objeto=f"chave:{chave.pk}", orgao_id=None, detalhes=detalhes)
