"""O que cada pessoa segue."""

from collections.abc import Sequence

from django.db.models import Q

from pen.identidade.public import Ator, Pessoa
from pen.participen.enums import RitmoDeSeguir
from pen.participen.models import Categoria, Etiqueta, EtiquetaDoTopico, Seguimento, Topico

ORDEM = (RitmoDeSeguir.IMEDIATO, RitmoDeSeguir.DIARIO, RitmoDeSeguir.SEMANAL)  # do mais ao menos frequente


def ritmo_de_quem_segue(alvo: Categoria | Topico | Etiqueta, *, para: Ator) -> RitmoDeSeguir | None:
    """Como a pessoa segue a coisa; ``None``, se não segue."""
    if not isinstance(para, Pessoa):
        return None
    ritmo = Seguimento.objects.filter(que_segue(alvo), pessoa=para).values_list("ritmo", flat=True).first()
    return RitmoDeSeguir(ritmo) if ritmo else None


def seguimentos_da_pessoa(pessoa: Pessoa) -> list[Seguimento]:
    """Tudo o que a pessoa segue, do mais novo ao mais antigo; dos tópicos, só os que todos leem e os dela."""
    seguidos = Seguimento.objects.filter(pessoa=pessoa).select_related("categoria", "topico", "etiqueta").order_by("-pk")
    a_vista = Q(topico=None) | Q(topico__situacao="publicada") | Q(topico__autor=pessoa)
    return list(seguidos.filter(a_vista))


def quem_avisar(topico: Topico, *, menos: Sequence[int] = ()) -> dict[int, RitmoDeSeguir]:
    """Pessoa → o ritmo mais frequente com que segue o tópico, a categoria ou uma etiqueta dele.

    O que a pessoa disse do próprio tópico vale sobre o resto: «nenhum» nele cala o que ela segue em volta.
    """
    etiquetas = EtiquetaDoTopico.objects.filter(topico=topico).values("etiqueta")
    em_volta = Q(topico=topico) | Q(categoria=topico.categoria_id) | Q(etiqueta__in=etiquetas)
    seguidores = Seguimento.objects.filter(em_volta, pessoa__is_active=True).exclude(pessoa__in=menos)
    do_topico: dict[int, RitmoDeSeguir] = {}
    de_volta: dict[int, list[RitmoDeSeguir]] = {}
    for seguidor in seguidores.only("pessoa", "topico", "ritmo"):
        ritmo = RitmoDeSeguir(seguidor.ritmo)
        if seguidor.topico_id is not None:
            do_topico[seguidor.pessoa_id] = ritmo
        else:
            de_volta.setdefault(seguidor.pessoa_id, []).append(ritmo)
    escolhidos = {pessoa: _mais_frequente(ritmos) for pessoa, ritmos in de_volta.items()} | do_topico
    return {pessoa: ritmo for pessoa, ritmo in escolhidos.items() if ritmo != RitmoDeSeguir.NENHUM}


def que_segue(alvo: Categoria | Topico | Etiqueta) -> Q:
    """O filtro dos seguimentos da coisa."""
    return Q(**{{Categoria: "categoria", Topico: "topico", Etiqueta: "etiqueta"}[type(alvo)]: alvo})


def _mais_frequente(ritmos: Sequence[RitmoDeSeguir]) -> RitmoDeSeguir:
    return next((ritmo for ritmo in ORDEM if ritmo in ritmos), RitmoDeSeguir.NENHUM)
