"""As credenciais de um órgão, para quem atua nele."""

import uuid

from pen.comum.errors import NaoEncontrado
from pen.identidade.public import (
    Ambiente,
    Ator,
    CredencialDeSistema,
    Finalidade,
    Orgao,
    credenciais_do_orgao,
    exigir_entrada_forte,
)
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.models.adesao import EM_TESTES
from pen.protocolo_integrado.selectors.visiveis import orgao_visivel

CREDENCIAIS_MAXIMO = 200


def orgao_das_credenciais(orgao_id: int, *, para: Ator) -> Orgao:
    """O órgão cujas credenciais a pessoa pode ver.

    Levanta:
        EntradaFraca: quem pede precisa de entrada forte.
        OrgaoNaoEncontrado: não existe, ou a pessoa não atua nele; as duas respostas são iguais.
    """
    exigir_entrada_forte(para)
    return orgao_visivel(orgao_id, para=para)


def credenciais_visiveis(orgao_id: int, *, para: Ator) -> list[CredencialDeSistema]:
    """As credenciais do órgão, as ativas primeiro; levanta o mesmo que ``orgao_das_credenciais``."""
    orgao_das_credenciais(orgao_id, para=para)
    return list(credenciais_do_orgao(orgao_id, Finalidade.ENVIO).order_by("situacao", "-id")[:CREDENCIAIS_MAXIMO])


def consultar_credencial(orgao_id: int, credencial_id: uuid.UUID, *, para: Ator) -> CredencialDeSistema:
    """Uma credencial do órgão.

    Levanta:
        EntradaFraca: quem pede precisa de entrada forte.
        NaoEncontrado: a pessoa não atua no órgão, ou a credencial não é dele.
    """
    orgao_das_credenciais(orgao_id, para=para)
    credencial = credenciais_do_orgao(orgao_id, Finalidade.ENVIO).filter(pk=credencial_id).first()
    if credencial is None:
        raise NaoEncontrado("Não existe nada neste endereço.")
    return credencial


def ambientes_liberados(orgao_id: int) -> list[Ambiente]:
    """Em que ambientes o órgão pode ter mais credenciais: os que já teve, e os que a adesão abriu."""
    adesoes = set(Adesao.objects.filter(orgao_id=orgao_id).values_list("situacao", flat=True))
    ja_teve = set(credenciais_do_orgao(orgao_id, Finalidade.ENVIO).order_by().values_list("ambiente", flat=True))
    concluida = SituacaoDaAdesao.CONCLUIDA in adesoes or Ambiente.PRODUCAO in ja_teve
    liberados = {Ambiente.PRODUCAO} if concluida else set()
    if concluida or not adesoes.isdisjoint(EM_TESTES):
        liberados.add(Ambiente.HOMOLOGACAO)
    return [a for a in (Ambiente.HOMOLOGACAO, Ambiente.PRODUCAO) if a in liberados]
