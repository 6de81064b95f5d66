"""A troca do responsável pelo órgão, e a suspensão e a reativação dele."""

from django.db import transaction

from pen.auditoria.public import registrar_ato
from pen.comum.errors import SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import (
    Orgao,
    Papel,
    Pessoa,
    SituacaoDoOrgao,
    alterar_orgao,
    convidar_pelo_cpf,
    encerrar_papel,
    gere_o_orgao,
    papel_em_vigor,
    pessoas_com_papel,
)
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.errors import AdesaoEmOutraSituacao, OrgaoEmOutraSituacao, ResponsavelInvalido
from pen.protocolo_integrado.rules import SO_A_GESTAO, exigir_equipe_central
from pen.protocolo_integrado.selectors.adesoes import adesao_vigente
from pen.protocolo_integrado.selectors.credenciais import orgao_das_credenciais
from pen.protocolo_integrado.services.avisos_de_adesao import Evento, avisar_da_adesao, pessoas_do_orgao
from pen.protocolo_integrado.values import DadosDoResponsavel


@transaction.atomic
def trocar_responsavel(*, por: Pessoa, orgao_id: int, cpf: str, dados: DadosDoResponsavel) -> Pessoa:
    """Passa a responsabilidade pelo órgão, e a gestão, a quem tem esse CPF (só algarismos); o anterior deixa a gestão.

    Quem ainda não entrou pode ser designado: o papel vale quando entrar pelo gov.br.

    Levanta:
        EntradaFraca, OrgaoNaoEncontrado: não é visível a quem pede.
        SemPermissao: ``por`` não gere o órgão.
        PedidoIncompleto: falta um dado.
        PapelInvalido: o CPF não confere.
        ResponsavelInvalido: já é o responsável, ou a conta está desativada.
        AdesaoEmOutraSituacao: o pedido do órgão ainda não foi analisado; o caminho é cancelá-lo e pedir de novo.
    """
    orgao = orgao_das_credenciais(orgao_id, para=por)
    conferir(gere_o_orgao(por, orgao_id), SemPermissao(SO_A_GESTAO))
    dados = dados.limpos()
    adesao = adesao_vigente(orgao_id).select_for_update(of=("self",)).first()
    anterior_id = adesao.responsavel_id if adesao else None
    em_analise = AdesaoEmOutraSituacao("O pedido deste órgão ainda não foi analisado: cancele-o, e a outra pessoa pede.")
    conferir(adesao is None or adesao.situacao != SituacaoDaAdesao.PEDIDA, em_analise)
    destino = pessoas_do_orgao(orgao_id)
    ja_geria = pessoas_com_papel(Papel.GESTOR, orgao_id).filter(cpf=cpf).exists()
    novo = convidar_pelo_cpf(por=por, cpf=cpf, papel=Papel.GESTOR, orgao=orgao).pessoa
    conferir(novo.is_active, ResponsavelInvalido("A conta dessa pessoa está desativada."))
    conferir(anterior_id != novo.pk, ResponsavelInvalido("Essa pessoa já é a responsável."))
    if adesao is not None:
        papel = papel_em_vigor(adesao.responsavel_id, Papel.GESTOR, orgao_id)
        if papel is not None:
            encerrar_papel(por=por, atribuicao_id=papel.pk)
        adesao.papel_dado = not ja_geria
        adesao.responsavel, adesao.cargo, adesao.portaria = novo, dados.cargo, dados.portaria
        adesao.email, adesao.telefone = dados.email, dados.telefone
        adesao.save()
    registrar_ato(
        por=por, ato="orgao.responsavel_trocado", objeto=f"orgao:{orgao_id}", orgao_id=orgao_id,
        detalhes={"de": anterior_id and f"pessoa {anterior_id}", "para": f"pessoa {novo.pk}", "portaria": dados.portaria},
    )  # fmt: skip
    avisar_da_adesao(Evento.RESPONSAVEL_TROCADO, orgao_id=orgao_id, para=[*destino, novo.pk])
    return novo


def suspender_orgao(*, por: Pessoa, orgao_id: int, motivo: str) -> Orgao:
    """Impede o órgão de enviar, a partir do pedido seguinte; o que ele enviou continua visível.

    Levanta:
        EntradaFraca, OrgaoNaoEncontrado, SemPermissao.
        PedidoIncompleto: sem motivo.
        OrgaoEmOutraSituacao: não está ativo.
    """
    return _mudar_situacao(por, orgao_id, motivo, SituacaoDoOrgao.ATIVO, SituacaoDoOrgao.SUSPENSO)


def reativar_orgao(*, por: Pessoa, orgao_id: int, motivo: str) -> Orgao:
    """Volta a deixar o órgão enviar; levanta o mesmo que ``suspender_orgao`` (aqui, se não está suspenso)."""
    return _mudar_situacao(por, orgao_id, motivo, SituacaoDoOrgao.SUSPENSO, SituacaoDoOrgao.ATIVO)


@transaction.atomic
def _mudar_situacao(por: Pessoa, orgao_id: int, motivo: str, de: SituacaoDoOrgao, para: SituacaoDoOrgao) -> Orgao:
    orgao_das_credenciais(orgao_id, para=por)
    exigir_equipe_central(por)
    motivo = exigir_texto(motivo, "Diga o motivo.")
    travado = Orgao.objects.select_for_update().get(pk=orgao_id)
    situacao = OrgaoEmOutraSituacao(f"{travado.sigla} está {travado.get_situacao_display()}, e isto não cabe.")
    conferir(travado.situacao == de, situacao)
    orgao = alterar_orgao(orgao_id=orgao_id, situacao=para)
    suspende = para == SituacaoDoOrgao.SUSPENSO
    registrar_ato(
        por=por, ato="orgao.suspenso" if suspende else "orgao.reativado", objeto=f"orgao:{orgao_id}", orgao_id=orgao_id,
        detalhes={"motivo": motivo},
    )  # fmt: skip
    evento = Evento.ORGAO_SUSPENSO if suspende else Evento.ORGAO_REATIVADO
    avisar_da_adesao(evento, orgao_id=orgao_id, para=pessoas_do_orgao(orgao_id))
    return orgao
