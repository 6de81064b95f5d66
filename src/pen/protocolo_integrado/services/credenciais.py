"""As credenciais de um órgão, criadas e revogadas por quem o gere. A senha só existe na resposta de quem a pediu."""

import uuid

from django.db import transaction

from pen.comum.errors import SemPermissao, conferir
from pen.identidade.public import (
    Ambiente,
    CredencialDeSistema,
    Finalidade,
    Orgao,
    Pessoa,
    credenciais_do_orgao,
    criar_credencial,
    gere_o_orgao,
    revogar_credencial,
)
from pen.protocolo_integrado.errors import AmbienteNaoLiberado
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.rules import gere_o_proprio_orgao
from pen.protocolo_integrado.selectors.credenciais import ambientes_liberados, orgao_das_credenciais
from pen.protocolo_integrado.services.avisos_de_adesao import Evento, avisar_da_adesao, pessoas_do_orgao


@transaction.atomic
def criar_credencial_do_orgao(*, por: Pessoa, orgao_id: int, ambiente: Ambiente) -> str:
    """Cria mais uma credencial, para trocar sem parar, e devolve o segredo, que não poderá ser visto de novo.

    Levanta:
        EntradaFraca, OrgaoNaoEncontrado: não é visível a quem pede.
        SemPermissao: ``por`` não tem a gestão do próprio órgão.
        AmbienteNaoLiberado: a adesão ainda não abriu este ambiente.
        CredenciaisDemais: já há credenciais ativas demais nele.
    """
    orgao = orgao_das_credenciais(orgao_id, para=por)
    conferir(gere_o_proprio_orgao(por, orgao_id), SemPermissao("Só quem tem a gestão do órgão cria credenciais dele."))
    liberado = ambiente in ambientes_liberados(orgao_id)
    conferir(liberado, AmbienteNaoLiberado(f"{orgao.sigla} ainda não pode ter credencial de {ambiente.label}."))
    return criar_com_aviso(por, orgao, ambiente)[1]


@transaction.atomic
def revogar_credencial_do_orgao(*, por: Pessoa, orgao_id: int, credencial_id: uuid.UUID) -> None:
    """Revoga a credencial; vale no pedido seguinte do sistema. Revogar de novo não muda nada.

    Levanta:
        EntradaFraca, OrgaoNaoEncontrado: não é visível a quem pede.
        SemPermissao: ``por`` não gere o órgão.
        CredencialNaoEncontrada: não é deste órgão.
    """
    orgao = orgao_das_credenciais(orgao_id, para=por)
    conferir(gere_o_orgao(por, orgao_id), SemPermissao("Só quem gere o órgão revoga credenciais dele."))
    revogar_com_aviso(por, orgao, credencial_id)


def criar_com_aviso(
    por: Pessoa, orgao: Orgao, ambiente: Ambiente, adesao: Adesao | None = None
) -> tuple[CredencialDeSistema, str]:
    """Cria e avisa as pessoas do órgão. Dentro de uma transação.

    Levanta:
        CredenciaisDemais: já há credenciais ativas demais no ambiente.
    """
    credencial, segredo = criar_credencial(por=por, orgao=orgao, ambiente=ambiente)
    destino = pessoas_do_orgao(orgao.pk)
    avisar_da_adesao(Evento.CREDENCIAL_CRIADA, orgao_id=orgao.pk, para=destino, adesao=adesao, ambiente=ambiente)
    return credencial, segredo


def revogar_com_aviso(por: Pessoa, orgao: Orgao, credencial_id: uuid.UUID) -> None:
    """Revoga e avisa as pessoas do órgão; a que já estava revogada fica como está. Dentro de uma transação.

    Levanta:
        CredencialNaoEncontrada: não é deste órgão.
    """
    if revogar_credencial(por=por, orgao=orgao, credencial_id=credencial_id, finalidade=Finalidade.ENVIO):
        ambiente = Ambiente(credenciais_do_orgao(orgao.pk, Finalidade.ENVIO).get(pk=credencial_id).ambiente)
        destino = pessoas_do_orgao(orgao.pk)
        avisar_da_adesao(Evento.CREDENCIAL_REVOGADA, orgao_id=orgao.pk, para=destino, ambiente=ambiente)
