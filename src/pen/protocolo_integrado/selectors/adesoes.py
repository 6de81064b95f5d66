"""As adesões e as credenciais que cada um pode ver. Toda leitura começa em ``adesoes_visiveis`` ou confere o órgão."""

import contextlib
import uuid
from enum import StrEnum

from django.db.models import Q, QuerySet

from pen.comum.errors import conferir
from pen.identidade.public import (
    Ambiente,
    Ator,
    CredencialDeSistema,
    EntradaFraca,
    Orgao,
    OrgaoNaoEncontrado,
    Papel,
    Pessoa,
    achar_orgao,
    atua_no_orgao,
    credenciais_do_orgao,
    e_da_auditoria,
    e_da_equipe_central,
    gere_o_orgao,
    listar_orgaos,
    orgaos_em_que_atua,
    orgaos_por_id,
    papel_em_vigor,
)
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.errors import AdesaoNaoEncontrada, OrgaoAmbiguo
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.models.adesao import ABERTAS
from pen.protocolo_integrado.selectors.marcadores import ler_marcador, marcar

POR_PAGINA = 50
FRACA = "Para isto, entre com uma conta gov.br prata ou ouro, ou ligue o segundo fator em «Minha conta»."


def exigir_entrada_forte(ator: Ator) -> None:
    """Levanta ``EntradaFraca`` se a pessoa entrou por um meio que não basta."""
    conferir(isinstance(ator, Pessoa) and ator.is_active and ator.entrada_forte, EntradaFraca(FRACA))


def gere_o_proprio_orgao(ator: Ator, orgao_id: int) -> bool:
    """Se a pessoa tem ela mesma a gestão do órgão. A equipe central, que gere todos, não vê as senhas de nenhum."""
    if not isinstance(ator, Pessoa) or not gere_o_orgao(ator, orgao_id):
        return False
    return papel_em_vigor(ator.pk, Papel.GESTOR, orgao_id) is not None


def adesoes_visiveis(para: Ator) -> QuerySet[Adesao]:
    """As de que a pessoa é responsável e as dos órgãos em que atua; a equipe central e a auditoria veem todas."""
    todas = Adesao.objects.select_related("orgao", "responsavel").order_by("-id")
    if e_da_equipe_central(para) or e_da_auditoria(para):
        return todas
    return todas.filter(Q(responsavel_id=para.pk) | Q(orgao_id__in=orgaos_em_que_atua(para)))


def consultar_adesao(adesao_id: uuid.UUID, *, para: Ator) -> Adesao:
    """A adesão.

    Levanta:
        AdesaoNaoEncontrada: não existe, ou não é visível a quem pede; as duas respostas são iguais.
    """
    adesao = adesoes_visiveis(para).filter(pk=adesao_id).first()
    if adesao is None:
        raise AdesaoNaoEncontrada("Nenhum pedido de adesão neste endereço.")
    return adesao


def adesoes_da_pessoa(*, para: Pessoa) -> list[Adesao]:
    """As de que a pessoa é responsável e as dos órgãos em que tem papel próprio, da mais nova à mais antiga."""
    suas = Q(responsavel=para) | Q(orgao_id__in=orgaos_em_que_atua(para))
    return list(Adesao.objects.filter(suas).select_related("orgao").order_by("-id")[:POR_PAGINA])


def adesoes_da_central(
    *, para: Ator, situacao: SituacaoDaAdesao | None = None, depois_de: str = ""
) -> tuple[list[Adesao], str]:
    """As adesões da instalação, da mais nova à mais antiga, 50 por página, e o marcador da seguinte (ou vazio)."""
    adesoes = adesoes_visiveis(para)
    if situacao is not None:
        adesoes = adesoes.filter(situacao=situacao)
    if marcador := ler_marcador(depois_de, 1):
        with contextlib.suppress(ValueError):
            adesoes = adesoes.filter(id__lt=uuid.UUID(marcador[0]))
    lidas = list(adesoes[: POR_PAGINA + 1])
    return lidas[:POR_PAGINA], marcar(str(lidas[POR_PAGINA - 1].pk)) if len(lidas) > POR_PAGINA else ""


def adesao_vigente(orgao_id: int) -> QuerySet[Adesao]:
    """A adesão que vale para o órgão: a aberta ou, sem ela, a última concluída."""
    vigentes = Adesao.objects.filter(orgao_id=orgao_id, situacao__in=[*ABERTAS, SituacaoDaAdesao.CONCLUIDA])
    return vigentes.order_by("-id")


def orgao_das_credenciais(orgao_id: int, *, para: Ator) -> Orgao:
    """O órgão cujas credenciais a pessoa pode ver.

    Levanta:
        EntradaFraca: quem pede precisa de entrada forte.
        OrgaoNaoEncontrado: não existe, ou a pessoa não atua nele; as duas respostas são iguais.
    """
    exigir_entrada_forte(para)
    orgao = orgaos_por_id({orgao_id}).get(orgao_id) if atua_no_orgao(para, orgao_id) else None
    if orgao is None:
        raise OrgaoNaoEncontrado("Não existe nada neste endereço.")
    return orgao


def credenciais_visiveis(orgao_id: int, *, para: Ator) -> list[CredencialDeSistema]:
    """As credenciais do órgão, as ativas primeiro; levanta o mesmo que ``orgao_das_credenciais``."""
    orgao_das_credenciais(orgao_id, para=para)
    return list(credenciais_do_orgao(orgao_id).order_by("situacao", "-id")[:200])


def ambientes_liberados(orgao_id: int) -> list[Ambiente]:
    """Em que ambientes o órgão pode ter mais credenciais: os que já teve, e os que a adesão abriu."""
    adesoes = set(Adesao.objects.filter(orgao_id=orgao_id).values_list("situacao", flat=True))
    ja_teve = set(credenciais_do_orgao(orgao_id).order_by().values_list("ambiente", flat=True))
    concluida = SituacaoDaAdesao.CONCLUIDA in adesoes or Ambiente.PRODUCAO in ja_teve
    aprovada = adesoes & {SituacaoDaAdesao.EM_HOMOLOGACAO, SituacaoDaAdesao.EM_CONFERENCIA}
    liberados = {Ambiente.PRODUCAO} if concluida else set()
    if concluida or aprovada:
        liberados.add(Ambiente.HOMOLOGACAO)
    return [a for a in (Ambiente.HOMOLOGACAO, Ambiente.PRODUCAO) if a in liberados]


def orgao_do_pedido(texto: str) -> Orgao:
    """O órgão que a pessoa quis dizer, se não há dúvida: uma credencial não pode ir para o homônimo.

    Levanta:
        OrgaoAmbiguo: mais de um tem essa sigla ou esse código; a mensagem diz quais.
        OrgaoNaoEncontrado: nenhum.
    """
    limpo = texto.replace("\0", "").strip()
    homonimos = list(listar_orgaos().filter(Q(sigla__iexact=limpo) | Q(codigo=limpo.upper()))[:5])
    if len(homonimos) > 1:
        quais = "; ".join(f"{o.nome} (sigla {o.sigla}, código {o.codigo})" for o in homonimos)
        raise OrgaoAmbiguo(f"Há mais de um órgão assim: {quais}. Digite a sigla ou o código que só o seu tem.")
    return homonimos[0] if homonimos else achar_orgao(limpo)


class Passo(StrEnum):
    """O que se pode fazer com uma adesão."""

    APROVAR = "aprovar"
    RECUSAR = "recusar"
    EMITIR_HOMOLOGACAO = "emitir_homologacao"
    PEDIR_CONFERENCIA = "pedir_conferencia"
    DEVOLVER = "devolver"
    APROVAR_PRODUCAO = "aprovar_producao"
    EMITIR_PRODUCAO = "emitir_producao"
    CANCELAR = "cancelar"


_DA_CENTRAL = {
    SituacaoDaAdesao.PEDIDA: {Passo.APROVAR, Passo.RECUSAR},
    SituacaoDaAdesao.EM_CONFERENCIA: {Passo.APROVAR_PRODUCAO, Passo.DEVOLVER, Passo.RECUSAR},
}


def passos_possiveis(adesao: Adesao, *, para: Ator) -> set[Passo]:
    """O que a pessoa pode fazer agora, para a página mostrar só isso; quem confere é o serviço."""
    if not isinstance(para, Pessoa) or not para.entrada_forte:
        return set()
    situacao = SituacaoDaAdesao(adesao.situacao)
    passos = set(_DA_CENTRAL.get(situacao, ())) if e_da_equipe_central(para) else set()
    if gere_o_proprio_orgao(para, adesao.orgao_id):
        em_testes = situacao in {SituacaoDaAdesao.EM_HOMOLOGACAO, SituacaoDaAdesao.EM_CONFERENCIA}
        if em_testes and adesao.credencial_homologacao_id is None:
            passos.add(Passo.EMITIR_HOMOLOGACAO)
        if situacao == SituacaoDaAdesao.EM_HOMOLOGACAO and adesao.credencial_homologacao_id is not None:
            passos.add(Passo.PEDIR_CONFERENCIA)
        if situacao == SituacaoDaAdesao.CONCLUIDA and adesao.credencial_producao_id is None:
            passos.add(Passo.EMITIR_PRODUCAO)
    if adesao.aberta and (para.pk == adesao.responsavel_id or gere_o_orgao(para, adesao.orgao_id)):
        passos.add(Passo.CANCELAR)
    return passos
