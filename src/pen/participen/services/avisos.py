"""Os avisos do fórum: quem recebe cada um, e o que diz na hora de sair. Nenhum diz quem escreveu, nem o que se escreveu."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from pen.identidade.public import Papel, pessoas_com_papel
from pen.notificacoes.public import AvisoARedigir, AvisoNovo, Ritmo, Trecho, avisar
from pen.participen.enums import AtoDeModeracao, RitmoDeSeguir
from pen.participen.models import Decisao, Publicacao
from pen.participen.selectors.seguimento import quem_segue

TIPO_DE_NOVIDADE, TIPO_DE_DECISAO, TIPO_DE_FILA = "participen.novidade", "participen.decisao", "participen.fila"
RITMOS = {
    RitmoDeSeguir.IMEDIATO: Ritmo.IMEDIATO, RitmoDeSeguir.DIARIO: Ritmo.DIARIO, RitmoDeSeguir.SEMANAL: Ritmo.SEMANAL,
}  # fmt: skip
AVISAM_O_AUTOR = {
    AtoDeModeracao.APROVAR: "A moderação leu o que você escreveu, e já está à vista de todos.",
    AtoDeModeracao.ESCONDER: "A moderação escondeu o que você escreveu. Veja por quê; você pode recorrer uma vez.",
    AtoDeModeracao.MOSTRAR: "O que você escreveu voltou a estar à vista de todos.",
    AtoDeModeracao.FECHAR: "A moderação fechou o seu tópico a novas respostas. Veja por quê; você pode recorrer uma vez.",
    AtoDeModeracao.REABRIR: "O seu tópico voltou a receber respostas.",
    AtoDeModeracao.MOVER: "A moderação mudou o seu tópico de categoria.",
}
DA_FILA = {
    "publicacao": "Há uma publicação a ler antes que todos a vejam.",
    "denuncia": "Há uma denúncia a examinar.",
    "recurso": "Há um recurso a julgar.",
}


def avisar_novidade(publicacao: Publicacao) -> None:
    """Avisa quem segue, menos quem escreveu; uma publicação, um aviso, ainda que se siga por três lados."""
    seguem = quem_segue([publicacao.topico])[publicacao.topico_id]
    avisar(
        [
            AvisoNovo(
                pessoa_id=pessoa_id, tipo=TIPO_DE_NOVIDADE, chave=str(publicacao.pk), ritmo=RITMOS[ritmo],
                dados={"publicacao": str(publicacao.pk)},
            )
            for pessoa_id, ritmo in sorted(seguem.items()) if pessoa_id != publicacao.autor_id
        ]
    )  # fmt: skip


def avisar_da_decisao(decisao: Decisao) -> None:
    """Diz a quem escreveu o que a moderação decidiu, se o ato é dos que se dizem."""
    if AtoDeModeracao(decisao.ato) in AVISAM_O_AUTOR and decisao.por_id != decisao.publicacao.autor_id:
        _avisar_autor(decisao, chave=str(decisao.pk), recurso=False)


def avisar_do_julgamento(decisao: Decisao) -> None:
    """Diz a quem recorreu que o recurso foi julgado."""
    _avisar_autor(decisao, chave=f"recurso:{decisao.pk}", recurso=True)


def avisar_da_fila(o_que: str, chave: UUID) -> None:
    """Diz a quem modera que há algo na fila."""
    moderam = pessoas_com_papel(Papel.EQUIPE_CENTRAL).values_list("pk", flat=True)
    dados = {"o_que": o_que}
    avisar([AvisoNovo(pessoa_id=pk, tipo=TIPO_DE_FILA, chave=f"{o_que}:{chave}", dados=dados) for pk in moderam])


def redigir_novidades(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """Um trecho por aviso; ``None`` para o que já não está à vista, e para quem deixou de seguir."""
    chaves = {UUID(a.dados["publicacao"]) for a in avisos}
    publicacoes = Publicacao.objects.select_related("topico__categoria").in_bulk(chaves)
    seguem = quem_segue({p.topico for p in publicacoes.values()}, entre={a.pessoa_id for a in avisos})
    trechos: dict[UUID, Trecho | None] = {}
    for aviso in avisos:
        publicacao = publicacoes.get(UUID(aviso.dados["publicacao"]))
        a_vista = publicacao is not None and publicacao.publicada and publicacao.topico.publicado
        segue = publicacao is not None and aviso.pessoa_id in seguem[publicacao.topico_id]
        trechos[aviso.id] = _novidade(publicacao) if publicacao and a_vista and segue else None
    return trechos


def redigir_decisoes(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """O que a moderação decidiu, para quem escreveu."""
    decisoes = Decisao.objects.select_related("publicacao__topico").in_bulk({UUID(a.dados["decisao"]) for a in avisos})
    trechos: dict[UUID, Trecho | None] = {}
    for aviso in avisos:
        decisao = decisoes.get(UUID(aviso.dados["decisao"]))
        if decisao is None or decisao.publicacao.autor_id != aviso.pessoa_id:
            trechos[aviso.id] = None
            continue
        frase = "O seu recurso foi julgado." if aviso.dados["recurso"] else AVISAM_O_AUTOR[AtoDeModeracao(decisao.ato)]
        trechos[aviso.id] = Trecho(
            titulo=decisao.publicacao.topico.titulo_para(aviso.pessoa_id), linhas=[(aviso.criado_em, frase)],
            endereco=reverse("participen:minhas") + "#decisoes", assunto="ParticiPEN: uma decisão da moderação",
        )  # fmt: skip
    return trechos


def redigir_fila(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """O que espera a moderação, sem dizer o quê; ``None`` para quem deixou de moderar."""
    moderam = set(pessoas_com_papel(Papel.EQUIPE_CENTRAL).values_list("pk", flat=True))
    return {
        a.id: Trecho(
            titulo="Moderação do ParticiPEN", linhas=[(a.criado_em, DA_FILA[a.dados["o_que"]])],
            endereco=reverse("participen:moderacao"), assunto="ParticiPEN: há o que moderar",
        ) if a.pessoa_id in moderam else None
        for a in avisos
    }  # fmt: skip


def _novidade(publicacao: Publicacao) -> Trecho:
    topico = publicacao.topico
    frase = f"Tópico novo em «{topico.categoria.nome}»." if publicacao.abre else "Há uma resposta nova."
    assunto = "há um tópico novo" if publicacao.abre else "há uma resposta nova"
    return Trecho(
        titulo=topico.titulo, linhas=[(publicacao.em, frase)], endereco=reverse("participen:topico", args=[topico.pk]),
        assunto=f"ParticiPEN: {assunto}",
    )  # fmt: skip


def _avisar_autor(decisao: Decisao, *, chave: str, recurso: bool) -> None:
    dados = {"decisao": str(decisao.pk), "recurso": recurso}
    autor_id = decisao.publicacao.autor_id
    avisar([AvisoNovo(pessoa_id=autor_id, tipo=TIPO_DE_DECISAO, chave=chave, dados=dados)])
