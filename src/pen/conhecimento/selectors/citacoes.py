"""Os trechos que alguém citou, como a base os tem hoje."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from pen.conhecimento.models import Trecho
from pen.conhecimento.selectors.artigos import ArtigoPublicado, artigos_visiveis, publicados_de
from pen.identidade.public import Ator


class ReferenciaDeTrecho(NamedTuple):
    """De que artigo (a chave), de que seção dele (a âncora) e em que ordem."""

    artigo: str
    ancora: str
    ordem: int


@dataclass(frozen=True, slots=True)
class TrechoPublicado:
    """Um trecho, e o artigo de que veio."""

    publicado: ArtigoPublicado
    trecho: Trecho


def trechos_das_referencias(
    referencias: Sequence[ReferenciaDeTrecho], *, para: Ator
) -> dict[ReferenciaDeTrecho, TrechoPublicado]:  # fmt: skip
    """Os que ainda estão na base e a pessoa lê. Se o artigo mudou, o que está na mesma seção; a seção que sumiu não vem."""
    if not referencias:
        return {}
    artigos = {a.artigo.pk: a for a in publicados_de(artigos_visiveis(para).filter(pk__in={r.artigo for r in referencias}))}
    trechos: dict[tuple[UUID, str], list[Trecho]] = {}
    for trecho in Trecho.objects.filter(artigo__in=artigos, pergunta=False).order_by("artigo", "ordem"):
        trechos.setdefault((trecho.artigo_id, trecho.ancora), []).append(trecho)
    achados = {}
    for referencia in referencias:
        da_secao = trechos.get((UUID(referencia.artigo), referencia.ancora))
        if da_secao:
            trecho = next((t for t in da_secao if t.ordem == referencia.ordem), da_secao[0])
            achados[referencia] = TrechoPublicado(artigos[trecho.artigo_id], trecho)
    return achados
