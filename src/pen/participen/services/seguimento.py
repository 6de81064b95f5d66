"""Seguir e deixar de seguir."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pen.comum.errors import SemPermissao, conferir
from pen.identidade.public import Pessoa
from pen.participen.enums import RitmoDeSeguir
from pen.participen.models import Categoria, Etiqueta, EtiquetaDoTopico, Publicacao, Seguimento, Topico
from pen.participen.selectors.seguimento import que_segue


@transaction.atomic
def seguir(
    *, por: Pessoa, alvo: Categoria | Topico | Etiqueta, ritmo: RitmoDeSeguir, agora: datetime | None = None
) -> Seguimento:  # fmt: skip
    """Passa a seguir, ou muda de ritmo; «nenhum», num tópico, cala o que se segue em volta dele. Repetir não muda nada."""
    conferir(por.is_active, SemPermissao("Entre para seguir."))
    nome = {Categoria: "categoria", Topico: "topico", Etiqueta: "etiqueta"}[type(alvo)]
    seguimento, _ = Seguimento.objects.update_or_create(
        **{"pessoa": por, nome: alvo},
        defaults={"ritmo": ritmo},
        create_defaults={"ritmo": ritmo, "desde": agora or timezone.now()},
    )
    return seguimento


@transaction.atomic
def deixar_de_seguir(*, por: Pessoa, alvo: Categoria | Topico | Etiqueta) -> None:
    """Deixa de seguir. De novo, não muda nada."""
    Seguimento.objects.filter(que_segue(alvo), pessoa=por).delete()


def seguir_o_que_abriu(topico: Topico, *, agora: datetime) -> None:
    """Quem abre um tópico o segue."""
    Seguimento.objects.create(pessoa=topico.autor, topico=topico, ritmo=RitmoDeSeguir.IMEDIATO, desde=agora)


def deixar_pelos_avisos(pessoa_id: int, dados: Sequence[dict[str, Any]]) -> None:
    """Deixa de seguir tudo o que trouxe os avisos de uma mensagem: o «cancelar» de um clique, sem entrar."""
    topicos = Publicacao.objects.filter(pk__in=[d["publicacao"] for d in dados]).values("topico")
    categorias = Topico.objects.filter(pk__in=topicos).values("categoria")
    etiquetas = EtiquetaDoTopico.objects.filter(topico__in=topicos).values("etiqueta")
    em_volta = Q(topico__in=topicos) | Q(categoria__in=categorias) | Q(etiqueta__in=etiquetas)
    Seguimento.objects.filter(em_volta, pessoa=pessoa_id).delete()
