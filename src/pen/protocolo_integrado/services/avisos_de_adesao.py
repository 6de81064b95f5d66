"""Os avisos da adesão e das credenciais: quem recebe cada um, e o que ele diz na hora de sair. Nunca levam a senha."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from uuid import UUID

from django.urls import reverse

from pen.comum.identificadores import uuid7
from pen.identidade.public import Ambiente, Orgao, Papel, gestoes_em_vigor, orgaos_por_id, pessoas_com_papel
from pen.notificacoes.public import AvisoARedigir, AvisoNovo, Trecho, avisar
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.selectors.adesoes import adesao_vigente

TIPO_DE_AVISO_DE_ADESAO = "adesao"


class Evento(StrEnum):
    """O que aconteceu; vai nos dados do aviso e não muda."""

    PEDIDO_A_ANALISAR = "pedido_a_analisar"  # à equipe central
    PEDIDA = "pedida"
    APROVADA = "aprovada"
    RECUSADA = "recusada"
    CANCELADA = "cancelada"
    CONFERENCIA_A_FAZER = "conferencia_a_fazer"  # à equipe central
    CONFERENCIA_PEDIDA = "conferencia_pedida"
    DEVOLVIDA = "devolvida"
    PRODUCAO_APROVADA = "producao_aprovada"
    CREDENCIAL_CRIADA = "credencial_criada"
    CREDENCIAL_REVOGADA = "credencial_revogada"
    RESPONSAVEL_TROCADO = "responsavel_trocado"
    ORGAO_SUSPENSO = "orgao_suspenso"
    ORGAO_REATIVADO = "orgao_reativado"


DA_CENTRAL = {Evento.PEDIDO_A_ANALISAR, Evento.CONFERENCIA_A_FAZER}


# O assunto, que pode aparecer na tela bloqueada do celular, e a frase.
_TEXTOS = {
    Evento.PEDIDO_A_ANALISAR: (
        "pedido de adesão a analisar",
        "{sigla} pediu credenciais para enviar processos. O pedido espera análise.",
    ),
    Evento.PEDIDA: (
        "pedido de adesão recebido",
        "Recebemos o pedido. A equipe central vai analisá-lo, e você recebe um aviso com a resposta.",
    ),
    Evento.APROVADA: (
        "pedido de adesão aprovado",
        "O pedido foi aprovado. Crie a credencial de homologação e envie os protocolos de teste.",
    ),
    Evento.RECUSADA: ("pedido de adesão recusado", "O pedido foi recusado. Motivo: {motivo}"),
    Evento.CANCELADA: ("pedido de adesão cancelado", "O pedido de adesão foi cancelado."),
    Evento.CONFERENCIA_A_FAZER: ("conferência a fazer", "{sigla} terminou os testes e pediu a conferência."),
    Evento.CONFERENCIA_PEDIDA: (
        "conferência pedida",
        "A conferência foi pedida. A equipe central vai olhar os envios de teste.",
    ),
    Evento.DEVOLVIDA: ("correção pedida", "A equipe central pediu uma correção: {pendencia}"),
    Evento.PRODUCAO_APROVADA: (
        "produção aprovada",
        "A produção foi aprovada. Crie a credencial de produção e configure o sistema com ela.",
    ),
    Evento.CREDENCIAL_CRIADA: (
        "credencial criada",
        "Uma credencial de {ambiente} foi criada. Se você não esperava por isto, revogue-a e avise a equipe central.",
    ),
    Evento.CREDENCIAL_REVOGADA: (
        "credencial revogada",
        "Uma credencial de {ambiente} foi revogada e já não entra.",
    ),
    Evento.RESPONSAVEL_TROCADO: ("responsável trocado", "A pessoa responsável por {sigla} foi trocada."),
    Evento.ORGAO_SUSPENSO: (
        "envio suspenso",
        "{sigla} foi suspenso: o que o sistema enviar será recusado (NF008).",
    ),
    Evento.ORGAO_REATIVADO: ("envio reativado", "{sigla} foi reativado e pode voltar a enviar."),
}


def equipe_central() -> list[int]:
    """Quem tem o papel de equipe central."""
    return list(pessoas_com_papel(Papel.EQUIPE_CENTRAL).values_list("pk", flat=True))


def pessoas_do_orgao(orgao_id: int) -> list[int]:
    """Quem gere o órgão e o responsável da adesão que vale para ele."""
    responsaveis = adesao_vigente(orgao_id).values_list("responsavel_id", flat=True)[:1]
    gestores = pessoas_com_papel(Papel.GESTOR, orgao_id).values_list("pk", flat=True)
    return list(dict.fromkeys([*responsaveis, *gestores]))


def avisar_da_adesao(
    evento: Evento, *, orgao_id: int, para: Iterable[int], adesao: Adesao | None = None, ambiente: Ambiente | None = None
) -> None:
    """Pede um aviso urgente a cada pessoa; deve rodar na transação do que aconteceu."""
    dados = {
        "evento": evento.value,
        "orgao": orgao_id,
        "adesao": str(adesao.pk) if adesao else None,
        "ambiente": ambiente.value if ambiente else None,
    }
    chave = f"{evento.value}:{uuid7()}"  # cada vez é outra: a situação da linha, travada, já impede repetir o passo
    avisos = [
        AvisoNovo(pessoa_id=pessoa, tipo=TIPO_DE_AVISO_DE_ADESAO, chave=chave, dados=dados, urgente=True)
        for pessoa in dict.fromkeys(para)
    ]
    if avisos:
        avisar(avisos)


def redigir_avisos_de_adesao(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """Um trecho por aviso; ``None`` para quem já não é da equipe central, ou já não responde pelo órgão."""
    ids = {UUID(a.dados["adesao"]) for a in avisos if a.dados["adesao"]}
    adesoes = Adesao.objects.in_bulk(ids)
    orgaos = orgaos_por_id({a.dados["orgao"] for a in avisos})
    centrais = set(equipe_central())
    respondem = gestoes_em_vigor(set(orgaos)) | {(a.responsavel_id, a.orgao_id) for a in adesoes.values()}
    trechos: dict[UUID, Trecho | None] = {}
    for aviso in avisos:
        evento, orgao = Evento(aviso.dados["evento"]), orgaos[aviso.dados["orgao"]]
        adesao = adesoes.get(UUID(aviso.dados["adesao"])) if aviso.dados["adesao"] else None
        responde = aviso.pessoa_id in centrais if evento in DA_CENTRAL else (aviso.pessoa_id, orgao.pk) in respondem
        if not responde and evento != Evento.RESPONSAVEL_TROCADO:  # este vai também a quem deixou de responder
            trechos[aviso.id] = None
            continue
        resumo, modelo = _TEXTOS[evento]
        frase = modelo.format(
            sigla=orgao.sigla,
            motivo=adesao.motivo_da_recusa if adesao else "",
            pendencia=adesao.pendencia if adesao else "",
            ambiente=Ambiente(aviso.dados["ambiente"]).label if aviso.dados["ambiente"] else "",
        )
        trechos[aviso.id] = Trecho(
            titulo=f"{orgao.sigla} no Protocolo Integrado",
            linhas=[(aviso.criado_em, frase)],
            endereco=_endereco(adesao, orgao, responde=responde),
            assunto=f"{orgao.sigla}: {resumo}",
        )
    return trechos


def _endereco(adesao: Adesao | None, orgao: Orgao, *, responde: bool) -> str:
    if not responde:
        return reverse("protocolo_integrado:adesao_inicio")
    if adesao is not None:
        return reverse("protocolo_integrado:adesao", args=[adesao.pk])
    return reverse("protocolo_integrado:credenciais_do_orgao", args=[orgao.pk])
