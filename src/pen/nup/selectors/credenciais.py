"""As credenciais de numeração de um órgão, para os gestores de UP dele e a equipe PEN."""

import uuid

from pen.comum.errors import NaoEncontrado
from pen.identidade.public import Ator, CredencialDeSistema, Finalidade, Orgao, credenciais_do_orgao
from pen.nup.selectors.unidades import orgao_que_se_cuida

CREDENCIAIS_MAXIMO = 200


def credenciais_de_numeracao(orgao_id: int, *, para: Ator) -> tuple[Orgao, list[CredencialDeSistema]]:
    """O órgão e as suas credenciais, as ativas primeiro.

    Levanta:
        OrgaoNaoEncontrado: o órgão não participa, ou a pessoa não cuida dele; as respostas são iguais.
    """
    orgao = orgao_que_se_cuida(orgao_id, para=para)
    todas = credenciais_do_orgao(orgao_id, Finalidade.NUMERACAO)
    return orgao, list(todas.order_by("situacao", "-id")[:CREDENCIAIS_MAXIMO])


def consultar_credencial(orgao_id: int, credencial_id: uuid.UUID, *, para: Ator) -> CredencialDeSistema:
    """Uma credencial de numeração do órgão.

    Levanta:
        OrgaoNaoEncontrado: como em ``credenciais_de_numeracao``.
        NaoEncontrado: a credencial não é dele.
    """
    orgao = orgao_que_se_cuida(orgao_id, para=para)
    credencial = credenciais_do_orgao(orgao.pk, Finalidade.NUMERACAO).filter(pk=credencial_id).first()
    if credencial is None:
        raise NaoEncontrado("Não existe nada neste endereço.")
    return credencial
