"""As adesões que cada um pode ver. Toda leitura começa em ``adesoes_visiveis``."""

import uuid

from django.db.models import Q, QuerySet

from pen.comum.errors import SemPermissao, conferir
from pen.comum.marcadores import pagina_por_chegada
from pen.identidade.public import Ator, Orgao, Pessoa, achar_orgao, e_da_equipe_central, listar_orgaos, orgaos_em_que_atua
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.errors import AdesaoNaoEncontrada, OrgaoAmbiguo
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.models.adesao import ABERTAS
from pen.protocolo_integrado.rules import ve_todos_os_orgaos

POR_PAGINA = 50


def adesoes_visiveis(para: Ator) -> QuerySet[Adesao]:
    """As de que a pessoa é responsável e as dos órgãos em que atua; a equipe central e a auditoria veem todas."""
    todas = Adesao.objects.select_related("orgao", "responsavel").order_by("-id")
    return todas if ve_todos_os_orgaos(para) else todas.filter(_suas(para))


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
    return list(Adesao.objects.filter(_suas(para)).select_related("orgao").order_by("-id")[:POR_PAGINA])


def adesoes_da_central(
    *, para: Ator, situacao: SituacaoDaAdesao | None = None, depois_de: str = ""
) -> tuple[list[Adesao], str]:
    """As adesões da instalação, da mais nova à mais antiga, 50 por página, e o marcador da seguinte (ou vazio).

    Levanta:
        SemPermissao: quem pede não é da equipe central.
    """
    conferir(e_da_equipe_central(para), SemPermissao("Esta lista é da equipe central."))
    adesoes = adesoes_visiveis(para)
    if situacao is not None:
        adesoes = adesoes.filter(situacao=situacao)
    return pagina_por_chegada(adesoes, depois_de=depois_de, por_pagina=POR_PAGINA)


def adesao_vigente(orgao_id: int) -> QuerySet[Adesao]:
    """A adesão que vale para o órgão: a aberta ou, sem ela, a última concluída."""
    vigentes = Adesao.objects.filter(orgao_id=orgao_id, situacao__in=[*ABERTAS, SituacaoDaAdesao.CONCLUIDA])
    return vigentes.order_by("-id")


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


def _suas(pessoa: Ator) -> Q:
    return Q(responsavel_id=pessoa.pk) | Q(orgao_id__in=orgaos_em_que_atua(pessoa))
