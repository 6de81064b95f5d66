"""Quem se apresenta, e o que acontece quando não confere."""

import pytest
from django.db import IntegrityError, transaction

from pen.comum.errors import LimiteExcedido
from pen.identidade.enums import SituacaoDaCredencial, SituacaoDoOrgao
from pen.identidade.errors import CredencialNaoEncontrada
from pen.identidade.models import CredencialDeSistema
from pen.identidade.public import (
    Ambiente,
    CredencialInvalida,
    OrgaoSuspenso,
    OrigemDoCodigo,
    autenticar_sistema,
    criar_credencial,
    revogar_credencial,
)
from pen.identidade.services.credenciais import _HASH_DE_NINGUEM
from tests.fabricas.identidade import fabricar_credencial, fabricar_orgao

pytestmark = pytest.mark.django_db


def entrar(orgao, segredo, origem="10.0.0.1"):
    return autenticar_sistema(codigo=orgao.codigo, segredo=segredo, origem=origem)


def test_segredo_certo_diz_quem_e_e_guarda_o_ultimo_uso():
    orgao = fabricar_orgao()
    credencial, segredo = fabricar_credencial(orgao, Ambiente.HOMOLOGACAO)

    quem = entrar(orgao, segredo)

    assert (quem.orgao_id, quem.ambiente) == (orgao.pk, Ambiente.HOMOLOGACAO)
    credencial.refresh_from_db()
    assert credencial.ultimo_uso_em is not None and len(segredo) <= 20


def test_cada_conferencia_custa_o_minimo_recomendado_exista_o_orgao_ou_nao(monkeypatch):
    monkeypatch.undo()  # sem o barateamento dos testes

    credencial, _ = fabricar_credencial()

    custo = "argon2$argon2id$v=19$m=19456,t=2,p=1$"
    assert credencial.segredo.startswith(custo) and _HASH_DE_NINGUEM.startswith(custo)


def test_segredo_nunca_e_guardado_em_claro():
    credencial, segredo = fabricar_credencial()

    assert segredo not in credencial.segredo and credencial.segredo.startswith("argon2$argon2id$")
    with pytest.raises(IntegrityError, match="credencial_guarda_so_hash"), transaction.atomic():
        CredencialDeSistema.objects.update(segredo="em claro")


@pytest.mark.parametrize("codigo", ["certo", "000000", "' OR 1=1", "x" * 500, "nulo\0", ""])
def test_recusa_e_a_mesma_para_senha_errada_e_orgao_que_nao_existe(codigo):
    orgao = fabricar_orgao()
    fabricar_credencial(orgao)

    with pytest.raises(CredencialInvalida) as erro:
        autenticar_sistema(codigo=orgao.codigo if codigo == "certo" else codigo, segredo="errada", origem="10.0.0.2")

    assert erro.value.mensagem == "Código do órgão ou senha inválidos."


def test_duas_credenciais_valem_ao_mesmo_tempo_e_a_revogada_deixa_de_valer_na_hora():
    orgao = fabricar_orgao()
    antiga, segredo_antigo = fabricar_credencial(orgao)
    _, segredo_novo = fabricar_credencial(orgao)
    assert entrar(orgao, segredo_antigo).orgao_id == entrar(orgao, segredo_novo).orgao_id

    revogar_credencial(por=None, orgao=orgao, credencial_id=antiga.pk)

    with pytest.raises(CredencialInvalida):
        entrar(orgao, segredo_antigo)
    assert entrar(orgao, segredo_novo)
    antiga.refresh_from_db()
    assert antiga.situacao == SituacaoDaCredencial.REVOGADA and antiga.revogada_em


def test_credencial_de_outro_orgao_nao_pode_ser_revogada():
    credencial, segredo = fabricar_credencial()

    with pytest.raises(CredencialNaoEncontrada):
        revogar_credencial(por=None, orgao=fabricar_orgao(), credencial_id=credencial.pk)
    assert entrar(credencial.orgao, segredo)


def test_orgao_suspenso_e_dito_so_a_quem_tem_o_segredo():
    orgao = fabricar_orgao(situacao=SituacaoDoOrgao.SUSPENSO)
    _, segredo = fabricar_credencial(orgao)

    with pytest.raises(OrgaoSuspenso):
        entrar(orgao, segredo)
    with pytest.raises(CredencialInvalida):
        entrar(orgao, "errada")


def test_mesmo_codigo_no_siorg_e_no_ibge_o_segredo_decide():
    do_siorg = fabricar_orgao(codigo="26")
    do_ibge = fabricar_orgao(codigo="26", origem_do_codigo=OrigemDoCodigo.IBGE)
    _, segredo = criar_credencial(por=None, orgao=do_ibge, ambiente=Ambiente.PRODUCAO)
    criar_credencial(por=None, orgao=do_siorg, ambiente=Ambiente.PRODUCAO)

    assert entrar(do_siorg, segredo).orgao_id == do_ibge.pk


def test_recusas_demais_param_de_ser_conferidas_so_para_aquela_origem(settings):
    settings.AUTENTICACOES_RECUSADAS_POR_MINUTO = 3
    orgao = fabricar_orgao()
    _, segredo = fabricar_credencial(orgao)
    for _ in range(3):
        with pytest.raises(CredencialInvalida):
            entrar(orgao, "errada", origem="10.0.0.3")

    with pytest.raises(LimiteExcedido):
        entrar(orgao, segredo, origem="10.0.0.3")
    assert entrar(orgao, segredo, origem="10.0.0.4")
