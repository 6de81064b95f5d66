"""De que unidades vieram os números recebidos, e o que nisso não bate com o cadastro (CNUP)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pen.identidade.public import Ator, Orgao
from pen.nup.public import donos_das_unidades
from pen.protocolo_integrado.models import Origem
from pen.protocolo_integrado.selectors.painel import conferir_quem_ve_o_painel


class Inconsistencia(StrEnum):
    """O que não bate. Nada disto recusa um envio."""

    DESCONHECIDA = "desconhecida"
    INATIVA_NO_ANO = "inativa_no_ano"


@dataclass(frozen=True, slots=True)
class OrigemInconsistente:
    """Uma unidade e um ano que um órgão usou, e por que não bate."""

    orgao: Orgao
    codigo: str
    ano: int
    inconsistencia: Inconsistencia
    numeros: int
    vista_em: datetime
    ultima_em: datetime


def origens_inconsistentes(*, para: Ator) -> list[OrigemInconsistente]:
    """As origens que não batem com o cadastro de hoje, da mais nova à mais antiga; corrigido o cadastro, somem daqui.

    Três consultas, quantas forem as origens: são por órgão, unidade e ano, e não por processo.

    Levanta:
        NaoEncontrado: ``para`` não vê o painel.
    """
    conferir_quem_ve_o_painel(para)
    origens = list(Origem.objects.select_related("orgao").order_by("-ultima_em", "codigo", "ano"))
    donos = donos_das_unidades({(o.codigo, o.ano) for o in origens})
    inconsistentes = []
    for o in origens:
        dono = donos.get((o.codigo, o.ano))
        if dono is not None and not dono.inativa_no_ano:
            continue
        motivo = Inconsistencia.DESCONHECIDA if dono is None else Inconsistencia.INATIVA_NO_ANO
        inconsistentes.append(OrigemInconsistente(o.orgao, o.codigo, o.ano, motivo, o.numeros, o.vista_em, o.ultima_em))
    return inconsistentes
