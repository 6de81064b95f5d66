"""O que espera a moderação, o que ela decidiu, e as contas que todos veem."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from pen.identidade.public import Ator, Pessoa
from pen.participen.enums import AtoDeModeracao, Motivo, SituacaoDaPublicacao
from pen.participen.errors import DecisaoNaoEncontrada
from pen.participen.models import Decisao, Denuncia, Publicacao, Recurso
from pen.participen.rules import RECORRIVEIS, exigir_moderacao, modera
from pen.participen.selectors.topicos import equipe_que_modera, ver_autor
from pen.participen.values.leituras import Autor

NA_FILA = 50  # de cada coisa: quem modera começa pela mais antiga


@dataclass(frozen=True, slots=True)
class ItemDaFila:
    """Uma publicação que espera a moderação, e por quê."""

    publicacao: Publicacao
    autor: Autor
    denuncias: tuple[Denuncia, ...]


@dataclass(frozen=True, slots=True)
class Fila:
    """O que há a moderar, cada coisa da mais antiga à mais nova."""

    esperam: list[ItemDaFila]
    denunciadas: list[ItemDaFila]
    recursos: list[Recurso]

    @property
    def vazia(self) -> bool:
        """Se não há nada a fazer."""
        return not (self.esperam or self.denunciadas or self.recursos)


@dataclass(frozen=True, slots=True)
class DecisaoSobreMim:
    """Uma decisão sobre o que a pessoa escreveu, e o recurso, se houve ou se cabe."""

    decisao: Decisao
    recurso: Recurso | None
    cabe_recurso: bool


def fila_da_moderacao(*, para: Ator) -> Fila:
    """O que espera, o que se denunciou e os recursos.

    Levanta:
        TopicoNaoEncontrado: ``para`` não modera, e para ele isto não existe.
    """
    exigir_moderacao(para)
    com_quem = Publicacao.objects.select_related("topico__categoria", "autor", "orgao")
    esperam = com_quem.filter(situacao=SituacaoDaPublicacao.AGUARDA).order_by("pk")[:NA_FILA]
    abertas = list(Denuncia.objects.filter(decisao=None).select_related("por").order_by("pk")[:NA_FILA])
    denunciadas = com_quem.in_bulk({d.publicacao_id for d in abertas})
    de_cada = {
        pk: tuple(d for d in abertas if d.publicacao_id == pk) for pk in dict.fromkeys(d.publicacao_id for d in abertas)
    }
    equipe = equipe_que_modera()
    recursos = (
        Recurso.objects.filter(aceito=None).select_related("decisao__publicacao__topico", "decisao__por").order_by("em")
    )
    return Fila(
        [ItemDaFila(p, ver_autor(p.autor, p.orgao, equipe), ()) for p in esperam],
        [
            ItemDaFila(p, ver_autor(p.autor, p.orgao, equipe), ditas)
            for pk, ditas in de_cada.items()
            if (p := denunciadas[pk])
        ],
        list(recursos[:NA_FILA]),
    )


def denuncias_abertas(publicacao: Publicacao, *, para: Ator) -> list[Denuncia]:
    """As que esperam decisão; nenhuma, para quem não modera."""
    if not modera(para):
        return []
    return list(Denuncia.objects.filter(publicacao=publicacao, decisao=None).order_by("pk"))


def decisoes_da_publicacao(publicacao: Publicacao, *, para: Ator) -> list[Decisao]:
    """O que se decidiu dela, do mais novo ao mais antigo; só para quem escreveu e quem modera."""
    if not (modera(para) or (isinstance(para, Pessoa) and para.pk == publicacao.autor_id)):
        return []
    return list(Decisao.objects.filter(publicacao=publicacao).select_related("por").order_by("-pk"))


def decisoes_sobre_a_pessoa(pessoa: Pessoa) -> list[DecisaoSobreMim]:
    """O que a moderação decidiu do que a pessoa escreveu, da mais nova à mais antiga."""
    suas = Decisao.objects.filter(publicacao__autor=pessoa).select_related("publicacao__topico").order_by("-pk")[:NA_FILA]
    decisoes = list(suas)
    recursos = Recurso.objects.in_bulk([d.pk for d in decisoes])
    return [
        DecisaoSobreMim(d, recursos.get(d.pk), d.pk not in recursos and AtoDeModeracao(d.ato) in RECORRIVEIS)
        for d in decisoes
    ]  # fmt: skip


def consultar_decisao(decisao_id: UUID, *, para: Ator) -> tuple[Decisao, Recurso | None]:
    """A decisão e o recurso dela, para quem escreveu e para quem modera.

    Levanta:
        DecisaoNaoEncontrada: não existe, ou ``para`` não é um deles.
    """
    decisao = Decisao.objects.select_related("publicacao__topico", "por").filter(pk=decisao_id).first()
    eu = para.pk if isinstance(para, Pessoa) else None
    if decisao is None or not (modera(para) or decisao.publicacao.autor_id == eu):
        raise DecisaoNaoEncontrada("Não há decisão neste endereço.")
    return decisao, Recurso.objects.filter(pk=decisao.pk).first()


def moderacao_em_numeros() -> list[tuple[str, int]]:
    """Quanto a moderação fez, e por quê: o que todos podem saber, sem dizer de quem."""
    atos = dict(Decisao.objects.values("ato").annotate(quantos=Count("pk")).values_list("ato", "quantos"))
    escondidas = Decisao.objects.filter(ato=AtoDeModeracao.ESCONDER).values("motivo")
    motivos = dict(escondidas.annotate(quantos=Count("pk")).values_list("motivo", "quantos"))
    julgados = dict(
        Recurso.objects.exclude(aceito=None).values("aceito").annotate(quantos=Count("pk")).values_list("aceito", "quantos")
    )
    return [
        ("Denúncias recebidas", Denuncia.objects.count()),
        ("Publicações que esperaram e foram publicadas", atos.get(AtoDeModeracao.APROVAR, 0)),
        ("Publicações denunciadas e mantidas", atos.get(AtoDeModeracao.MANTER, 0)),
        ("Publicações escondidas", atos.get(AtoDeModeracao.ESCONDER, 0)),
        *((f"Escondidas porque: {motivo.label[0].lower()}{motivo.label[1:]}", motivos.get(motivo, 0)) for motivo in Motivo),
        ("Recursos aceitos", julgados.get(True, 0)),
        ("Recursos negados", julgados.get(False, 0)),
    ]
