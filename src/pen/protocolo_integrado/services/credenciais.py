"""As credenciais de um órgão, criadas e revogadas por quem o gere. A senha só existe na resposta de quem a pediu."""

import uuid

from django.db import transaction

from pen.auditoria.public import registrar_ato
from pen.comum.errors import SemPermissao, conferir
from pen.identidade.public import (
    Ambiente,
    CredencialDeSistema,
    Orgao,
    Pessoa,
    credenciais_do_orgao,
    criar_credencial,
    gere_o_orgao,
    revogar_credencial,
)
from pen.protocolo_integrado.errors import AmbienteNaoLiberado, CredenciaisDemais
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.rules import gere_o_proprio_orgao
from pen.protocolo_integrado.selectors.credenciais import ambientes_liberados, orgao_das_credenciais
from pen.protocolo_integrado.services.avisos_de_adesao import Evento, avisar_da_adesao, pessoas_do_orgao

ATIVAS_MAXIMO = 5  # por ambiente: cada uma é mais um Argon2 a cada entrada errada


@transaction.atomic
def criar_credencial_do_orgao(*, por: Pessoa, orgao_id: int, ambiente: Ambiente) -> str:
    """Cria mais uma credencial, para trocar sem parar, e devolve o segredo, que não poderá ser visto de novo.

    Levanta:
        EntradaFraca, OrgaoNaoEncontrado: não é visível a quem pede.
        SemPermissao: ``por`` não tem a gestão do próprio órgão.
        AmbienteNaoLiberado: a adesão ainda não abriu este ambiente.
        CredenciaisDemais: já há ``ATIVAS_MAXIMO`` ativas nele.
    """
    orgao = orgao_das_credenciais(orgao_id, para=por)
    conferir(gere_o_proprio_orgao(por, orgao_id), SemPermissao("Só quem tem a gestão do órgão cria credenciais dele."))
    liberado = ambiente in ambientes_liberados(orgao_id)
    conferir(liberado, AmbienteNaoLiberado(f"{orgao.sigla} ainda não pode ter credencial de {ambiente.label}."))
    return criar_com_aviso(por, orgao_id, ambiente)[1]


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
    por: Pessoa, orgao_id: int, ambiente: Ambiente, adesao: Adesao | None = None
) -> tuple[CredencialDeSistema, str]:
    """O passo comum a criar: trava o órgão, conta as ativas, cria, escreve o ato e avisa. Dentro de uma transação.

    Levanta:
        CredenciaisDemais: já há ``ATIVAS_MAXIMO`` ativas no ambiente.
    """
    orgao = Orgao.objects.select_for_update(no_key=True).get(pk=orgao_id)  # no_key: não segura as remessas do órgão
    ativas = credenciais_do_orgao(orgao_id).filter(ambiente=ambiente, revogada_em=None).count()
    demais = f"{orgao.sigla} já tem {ativas} credenciais ativas de {ambiente.label}, que é o máximo. Revogue alguma antes."
    conferir(ativas < ATIVAS_MAXIMO, CredenciaisDemais(demais))
    credencial, segredo = criar_credencial(orgao=orgao, ambiente=ambiente)
    _registrar(por, "credencial.criada", credencial)
    destino = pessoas_do_orgao(orgao_id)
    avisar_da_adesao(Evento.CREDENCIAL_CRIADA, orgao_id=orgao_id, para=destino, adesao=adesao, ambiente=ambiente)
    return credencial, segredo


def revogar_com_aviso(por: Pessoa, orgao: Orgao, credencial_id: uuid.UUID) -> None:
    """O passo comum a revogar; a que já estava revogada fica como está, sem ato nem aviso. Dentro de uma transação.

    Levanta:
        CredencialNaoEncontrada: não é deste órgão.
    """
    credencial = credenciais_do_orgao(orgao.pk).select_for_update().filter(pk=credencial_id).first()
    revogar_credencial(orgao=orgao, credencial_id=credencial_id)
    if credencial is None or credencial.revogada_em is not None:
        return
    _registrar(por, "credencial.revogada", credencial)
    ambiente, destino = Ambiente(credencial.ambiente), pessoas_do_orgao(orgao.pk)
    avisar_da_adesao(Evento.CREDENCIAL_REVOGADA, orgao_id=orgao.pk, para=destino, ambiente=ambiente)


def _registrar(por: Pessoa, ato: str, credencial: CredencialDeSistema) -> None:
    detalhes = {"ambiente": Ambiente(credencial.ambiente).label}
    registrar_ato(por=por, ato=ato, objeto=f"credencial:{credencial.pk}", orgao_id=credencial.orgao_id, detalhes=detalhes)
