"""Quem pode o quê no Protocolo Integrado; o que é de papéis em geral está em ``identidade``."""

from enum import StrEnum

from pen.comum.errors import SemPermissao, conferir
from pen.identidade.public import (
    Ator,
    Papel,
    Pessoa,
    e_da_auditoria,
    e_da_equipe_central,
    gere_o_orgao,
    papel_em_vigor,
)
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.models import Adesao

SO_A_GESTAO = "Só quem tem a gestão do órgão pode fazer isto."


def exigir_equipe_central(ator: Ator) -> None:
    """Levanta ``SemPermissao`` se a pessoa não é da equipe central."""
    conferir(e_da_equipe_central(ator), SemPermissao("Só a equipe central decide isto."))


def ve_todos_os_orgaos(ator: Ator) -> bool:
    """Se a pessoa vê a integração de qualquer órgão, e as consultas gerenciais: equipe central e auditoria."""
    return e_da_equipe_central(ator) or e_da_auditoria(ator)


def gere_o_proprio_orgao(ator: Ator, orgao_id: int) -> bool:
    """Se a pessoa tem ela mesma a gestão do órgão. A equipe central, que gere todos, não vê as senhas de nenhum."""
    if not isinstance(ator, Pessoa) or not gere_o_orgao(ator, orgao_id):
        return False
    return papel_em_vigor(ator.pk, Papel.GESTOR, orgao_id) is not None


def exigir_gestao_propria(ator: Ator, orgao_id: int) -> None:
    """Levanta ``SemPermissao`` se a pessoa não tem ela mesma a gestão do órgão."""
    conferir(gere_o_proprio_orgao(ator, orgao_id), SemPermissao(SO_A_GESTAO))


def pode_cancelar(ator: Ator, adesao: Adesao) -> bool:
    """Se a pessoa é a responsável pela adesão, ou gere o órgão dela."""
    return ator.pk == adesao.responsavel_id or gere_o_orgao(ator, adesao.orgao_id)


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
        if adesao.em_testes and adesao.credencial_homologacao_id is None:
            passos.add(Passo.EMITIR_HOMOLOGACAO)
        if situacao == SituacaoDaAdesao.EM_HOMOLOGACAO and adesao.credencial_homologacao_id is not None:
            passos.add(Passo.PEDIR_CONFERENCIA)
        if situacao == SituacaoDaAdesao.CONCLUIDA and adesao.credencial_producao_id is None:
            passos.add(Passo.EMITIR_PRODUCAO)
    if adesao.aberta and pode_cancelar(para, adesao):
        passos.add(Passo.CANCELAR)
    return passos
