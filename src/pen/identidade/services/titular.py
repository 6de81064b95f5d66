"""Os direitos do titular (Lei 13.709/2018, art. 18): levar os próprios dados e excluí-los.

Cada contexto guarda o que é seu: os de cima se inscrevem aqui com ``registrar_guardiao``, e a identidade os chama.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from pen.identidade.enums import MeioDeEntrada, Nivel, Papel
from pen.identidade.errors import PapelImpedeExclusao
from pen.identidade.models import Atribuicao, Entrada, Pessoa
from pen.identidade.rules import papeis_atribuidos
from pen.identidade.selectors.chaves import chaves_da_pessoa
from pen.identidade.services.chaves import revogar_todas_as_chaves
from pen.identidade.services.entrada import encerrar_todas_as_entradas
from pen.identidade.services.segundo_fator import (
    codigos_de_reserva_restantes,
    esquecer_segundo_fator,
    tem_segundo_fator,
)
from pen.identidade.signals import ato_praticado


class Guardiao(NamedTuple):
    """O que um contexto sabe fazer com os dados de uma pessoa, pelo número dela."""

    exportar: Callable[[int], dict[str, Any]]
    excluir: Callable[[int], None]


_guardioes: dict[str, Guardiao] = {}


def registrar_guardiao(nome: str, *, exportar: Callable[[int], dict[str, Any]], excluir: Callable[[int], None]) -> None:
    """Inscreve um contexto; ``excluir`` roda dentro da transação que exclui a conta."""
    _guardioes[nome] = Guardiao(exportar, excluir)


def reunir_dados(*, para: Pessoa) -> dict[str, Any]:
    """Tudo que se guarda da própria pessoa, pronto para JSON."""
    entradas = Entrada.objects.filter(pessoa=para).order_by("-entrou_em")
    papeis = Atribuicao.objects.filter(pessoa=para).select_related("orgao").order_by("concedido_em")
    return {
        "conta": {"nome": para.nome, "email": para.email, "cpf": para.cpf, "criada_em": para.date_joined.isoformat()},
        "segundo_fator": {
            "ligado": tem_segundo_fator(para),
            "codigos_de_reserva_por_usar": codigos_de_reserva_restantes(para),
        },
        "chaves_de_acesso": [
            {"nome": c.nome, "escopos": c.escopos, "expira_em": c.expira_em.isoformat()}
            for c in chaves_da_pessoa(para=para)
        ],
        "papeis": [
            {
                "papel": Papel(p.papel).label,
                "orgao": p.orgao.sigla if p.orgao else None,
                "desde": p.concedido_em.isoformat(),
                "ate": p.encerrado_em and p.encerrado_em.isoformat(),
            }
            for p in papeis
        ],
        "entradas": [
            {
                "quando": e.entrou_em.isoformat(),
                "meio": MeioDeEntrada(e.meio).label,
                "nivel": Nivel(e.nivel).label,
                "aparelho": e.aparelho,
            }
            for e in entradas
        ],
    } | {nome: guardiao.exportar(para.pk) for nome, guardiao in _guardioes.items()}


@transaction.atomic
def excluir_conta(*, por: Pessoa) -> None:
    """Exclui os dados da pessoa em todos os contextos; ficam a linha sem nome e o que a lei manda guardar.

    Levanta:
        PapelImpedeExclusao: a pessoa ainda tem papel num órgão ou na equipe central.
    """
    pessoa = Pessoa.objects.select_for_update(no_key=True).get(pk=por.pk)
    if papeis_atribuidos(pessoa):
        raise PapelImpedeExclusao("Você tem papéis em vigor. Deixe-os em «Minha conta» antes de excluir a conta.")
    for guardiao in _guardioes.values():
        guardiao.excluir(pessoa.pk)
    esquecer_segundo_fator(por=pessoa)
    encerrar_todas_as_entradas(por=pessoa)
    revogar_todas_as_chaves(por=pessoa)
    pessoa.cpf, pessoa.nome, pessoa.email, pessoa.email_confirmado_em = None, "", "", None
    pessoa.first_name = pessoa.last_name = ""
    pessoa.is_active, pessoa.excluida_em = False, timezone.now()
    pessoa.save()
    ato_praticado.send(
        Pessoa, por=pessoa, ato="pessoa.excluiu_conta", objeto=f"pessoa:{pessoa.pk}", orgao_id=None, detalhes={}
    )
