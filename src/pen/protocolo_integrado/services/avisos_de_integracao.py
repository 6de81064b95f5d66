"""O que o aviso de integração diz a quem gere o órgão, decidido na hora de sair."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.urls import reverse

from pen.identidade.public import gestoes_em_vigor, orgaos_por_id
from pen.notificacoes.public import AvisoARedigir, Trecho
from pen.protocolo_integrado.models import AlertaDeIntegracao

TIPO_DE_AVISO = "integracao"
_ABERTO = (
    "Há mais de 48 horas não chega nenhum documento do seu órgão ao Protocolo Integrado. Confira se o envio automático está "
    "ligado, se a credencial vale e se o endereço do serviço responde."
)
_ENCERRADO = "Os documentos do seu órgão voltaram a chegar ao Protocolo Integrado. Não é preciso fazer nada."


class Fato(Enum):
    ABERTO = "aberto"
    ENCERRADO = "encerrado"


def redigir_avisos_de_integracao(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """Um trecho por aviso; ``None`` para quem deixou de gerir o órgão, e para o alerta que já se encerrou sem ser dito."""
    orgaos = {a.dados["orgao"] for a in avisos}
    siglas = {pk: orgao.sigla for pk, orgao in orgaos_por_id(orgaos).items()}
    gestoes = gestoes_em_vigor(orgaos)
    alertas = AlertaDeIntegracao.objects.in_bulk([UUID(a.dados["alerta"]) for a in avisos])
    trechos: dict[UUID, Trecho | None] = {}
    for aviso in avisos:
        orgao, fato = aviso.dados["orgao"], Fato(aviso.dados["fato"])
        alerta = alertas.get(UUID(aviso.dados["alerta"]))
        ja_passou = alerta is None or (fato is Fato.ABERTO and alerta.encerrado_em is not None)
        if alerta is None or ja_passou or (aviso.pessoa_id, orgao) not in gestoes:
            trechos[aviso.id] = None
        elif fato is Fato.ABERTO:
            linhas: list[tuple[datetime | None, str]] = [(None, _ABERTO), (alerta.ultima_carga_em, "Última carga recebida")]
            trechos[aviso.id] = _trecho(orgao, f"{siglas[orgao]} sem envios há mais de 48 horas", linhas)
        else:
            linhas = [(None, _ENCERRADO), (alerta.ultima_carga_em, "Última carga antes da parada")]
            trechos[aviso.id] = _trecho(orgao, f"{siglas[orgao]} voltou a enviar", linhas)
    return trechos


def _trecho(orgao_id: int, titulo: str, linhas: Sequence[tuple[datetime | None, str]]) -> Trecho:
    return Trecho(
        titulo=titulo, linhas=linhas, endereco=reverse("monitor:orgao", args=[orgao_id]),
        assunto=f"Protocolo Integrado: {titulo}",
    )  # fmt: skip
