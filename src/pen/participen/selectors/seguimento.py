"""O que cada pessoa segue."""

from collections import defaultdict
from collections.abc import Collection, Sequence

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


def quem_segue(topicos: Collection[Topico], *, entre: Collection[int] | None = None) -> dict[int, dict[int, RitmoDeSeguir]]:
    """Tópico → pessoa → o ritmo mais frequente com que ela o segue, ou a categoria ou uma etiqueta dele; de todos, ou só ``entre``.

    O que a pessoa disse do próprio tópico vale sobre o resto: «nenhum» nele cala o que ela segue em volta.
    """
    etiquetas: dict[int, set[int]] = {topico.pk: set() for topico in topicos}
    for topico_id, posta in EtiquetaDoTopico.objects.filter(topico__in=topicos).values_list("topico", "etiqueta"):
        etiquetas[topico_id].add(posta)
    categorias = {topico.categoria_id for topico in topicos}
    em_volta = Q(topico__in=topicos) | Q(categoria__in=categorias) | Q(etiqueta__in=set().union(*etiquetas.values()))
    seguidores = Seguimento.objects.filter(em_volta, pessoa__is_active=True)
    lidos = list(seguidores if entre is None else seguidores.filter(pessoa__in=entre))
    return {topico.pk: _ritmos(topico, etiquetas[topico.pk], lidos) for topico in topicos}


def que_segue(alvo: Categoria | Topico | Etiqueta) -> Q:
    """O filtro dos seguimentos da coisa."""
    return Q(**{{Categoria: "categoria", Topico: "topico", Etiqueta: "etiqueta"}[type(alvo)]: alvo})


def _ritmos(topico: Topico, etiquetas: set[int], seguimentos: Sequence[Seguimento]) -> dict[int, RitmoDeSeguir]:
    do_topico: dict[int, RitmoDeSeguir] = {}
    em_volta: dict[int, list[RitmoDeSeguir]] = defaultdict(list)
    for s in seguimentos:
        if s.topico_id == topico.pk:
            do_topico[s.pessoa_id] = RitmoDeSeguir(s.ritmo)
        elif s.categoria_id == topico.categoria_id or s.etiqueta_id in etiquetas:
            em_volta[s.pessoa_id].append(RitmoDeSeguir(s.ritmo))
    escolhidos = {pessoa: _mais_frequente(ritmos) for pessoa, ritmos in em_volta.items()} | do_topico
    return {pessoa: ritmo for pessoa, ritmo in escolhidos.items() if ritmo != RitmoDeSeguir.NENHUM}


def _mais_frequente(ritmos: Sequence[RitmoDeSeguir]) -> RitmoDeSeguir:
    return next((ritmo for ritmo in ORDEM if ritmo in ritmos), RitmoDeSeguir.NENHUM)
