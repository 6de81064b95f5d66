"""A porta da identidade para os outros contextos."""

from pen.identidade.enums import Ambiente, Escopo, Esfera, Finalidade, OrigemDoCodigo, Papel, Poder, SituacaoDoOrgao
from pen.identidade.errors import (
    CredenciaisDemais,
    CredencialInvalida,
    EntradaFraca,
    OrgaoNaoEncontrado,
    OrgaoSuspenso,
)
from pen.identidade.models import CredencialDeSistema, Orgao, Pessoa
from pen.identidade.rules import (
    Ator,
    atua_no_orgao,
    e_da_auditoria,
    e_da_equipe_central,
    exigir_entrada_forte,
    gere_o_orgao,
    orgaos_em_que_atua,
    quem_pede,
)
from pen.identidade.selectors.credenciais import credenciais_do_orgao
from pen.identidade.selectors.orgaos import achar_orgao, consultar_orgao, listar_orgaos, orgaos_por_id
from pen.identidade.selectors.papeis import gestoes_em_vigor, papel_em_vigor, pessoas_com_papel, pessoas_que_gerem
from pen.identidade.selectors.pessoas import papeis_do_orgao, pessoas_pelos_correios
from pen.identidade.selectors.recados import registrar_recado
from pen.identidade.services.chaves import ChaveReconhecida, reconhecer_chave
from pen.identidade.services.credenciais import (
    autenticar_credencial,
    autenticar_sistema,
    criar_credencial,
    revogar_credencial,
)
from pen.identidade.services.orgaos import alterar_orgao, carregar_orgaos, criar_orgao, declarar_publicacao
from pen.identidade.services.papeis import (
    conceder_papel,
    convidar_pelo_cpf,
    encerrar_papel,
    inventar_pessoas,
    pessoa_anonima,
    pessoa_do_cpf,
)
from pen.identidade.services.ritmo import contar_uso, contar_uso_aos_poucos
from pen.identidade.services.titular import registrar_guardiao
from pen.identidade.signals import ato_praticado, email_confirmado, entrada_encerrada
from pen.identidade.values import Recado, SistemaAutenticado, nome_visivel

__all__ = [
    "Ambiente",
    "Ator",
    "ChaveReconhecida",
    "CredenciaisDemais",
    "CredencialDeSistema",
    "CredencialInvalida",
    "EntradaFraca",
    "Escopo",
    "Esfera",
    "Finalidade",
    "Orgao",
    "OrgaoNaoEncontrado",
    "OrgaoSuspenso",
    "OrigemDoCodigo",
    "Papel",
    "Pessoa",
    "Poder",
    "Recado",
    "SistemaAutenticado",
    "SituacaoDoOrgao",
    "achar_orgao",
    "alterar_orgao",
    "ato_praticado",
    "atua_no_orgao",
    "autenticar_credencial",
    "autenticar_sistema",
    "carregar_orgaos",
    "conceder_papel",
    "consultar_orgao",
    "contar_uso",
    "contar_uso_aos_poucos",
    "convidar_pelo_cpf",
    "credenciais_do_orgao",
    "criar_credencial",
    "criar_orgao",
    "declarar_publicacao",
    "e_da_auditoria",
    "e_da_equipe_central",
    "email_confirmado",
    "encerrar_papel",
    "entrada_encerrada",
    "exigir_entrada_forte",
    "gere_o_orgao",
    "gestoes_em_vigor",
    "inventar_pessoas",
    "listar_orgaos",
    "nome_visivel",
    "orgaos_em_que_atua",
    "orgaos_por_id",
    "papeis_do_orgao",
    "papel_em_vigor",
    "pessoa_anonima",
    "pessoa_do_cpf",
    "pessoas_com_papel",
    "pessoas_pelos_correios",
    "pessoas_que_gerem",
    "quem_pede",
    "reconhecer_chave",
    "registrar_guardiao",
    "registrar_recado",
    "revogar_credencial",
]
