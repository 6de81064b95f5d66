"""Os avisos de uma manifestação: o recibo, e a resposta."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from pen.atendimento.enums import EspecieDeManifestacao, SituacaoDaManifestacao
from pen.atendimento.models import Manifestacao
from pen.notificacoes.public import AvisoARedigir, AvisoNovo, Trecho, avisar

TIPO_DE_AVISO_DE_MANIFESTACAO = "manifestacao"
TRECHO_MAXIMO = 2_000
_TEXTOS = {
    SituacaoDaManifestacao.RECEBIDA: ("recebemos", "Recebemos o que você escreveu. A equipe central lê e responde."),
    SituacaoDaManifestacao.RESPONDIDA: ("há uma resposta", "A equipe central respondeu."),
    SituacaoDaManifestacao.ENCAMINHADA: (
        "vai à ouvidoria",
        "A equipe central diz por que isto é com a ouvidoria, e como enviar.",
    ),
}


def avisar_da_manifestacao(manifestacao: Manifestacao) -> None:
    """Avisa quem se manifestou da situação nova; só dentro da transação dela."""
    situacao = str(manifestacao.situacao)
    avisar(
        [
            AvisoNovo(
                pessoa_id=manifestacao.pessoa_id, tipo=TIPO_DE_AVISO_DE_MANIFESTACAO, chave=f"{manifestacao.pk}:{situacao}",
                urgente=True, dados={"manifestacao": str(manifestacao.pk), "situacao": situacao},
            )
        ]
    )  # fmt: skip


def redigir_avisos_de_manifestacao(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """O texto de cada aviso; ``None`` se a manifestação já não é da pessoa."""
    manifestacoes = Manifestacao.objects.in_bulk({UUID(a.dados["manifestacao"]) for a in avisos})
    trechos: dict[UUID, Trecho | None] = {}
    for aviso in avisos:
        manifestacao = manifestacoes.get(UUID(aviso.dados["manifestacao"]))
        if manifestacao is None or manifestacao.pessoa_id != aviso.pessoa_id:
            trechos[aviso.id] = None
            continue
        situacao = SituacaoDaManifestacao(aviso.dados["situacao"])
        assunto, frase = _TEXTOS[situacao]
        linhas: list[tuple[datetime | None, str]] = [(aviso.criado_em, frase)]
        if situacao != SituacaoDaManifestacao.RECEBIDA and manifestacao.resposta:
            linhas.append((None, manifestacao.resposta[:TRECHO_MAXIMO]))
        trechos[aviso.id] = Trecho(
            titulo=f"{manifestacao.protocolo} · {EspecieDeManifestacao(manifestacao.especie).label}", linhas=linhas,
            endereco=reverse("atendimento:manifestacao", args=[manifestacao.chave]),
            assunto=f"{manifestacao.protocolo}: {assunto}",
        )  # fmt: skip
    return trechos
