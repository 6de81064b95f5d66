"""As credenciais que o órgão cria e revoga; a senha aparece uma vez e não se guarda."""

import pytest
from django.db import connection

from pen.identidade.errors import CredencialNaoEncontrada
from pen.identidade.models import CredencialDeSistema
from pen.identidade.public import Ambiente, CredenciaisDemais, CredencialInvalida
from pen.identidade.services.credenciais import ATIVAS_MAXIMO
from pen.protocolo_integrado import errors
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.selectors.credenciais import ambientes_liberados, credenciais_visiveis
from pen.protocolo_integrado.services import adesao as servicos
from pen.protocolo_integrado.services.credenciais import (
    criar_credencial_do_orgao,
    revogar_credencial_do_orgao,
)
from tests.fabricas.adesao import atos, entra, fabricar_adesao
from tests.fabricas.identidade import fabricar_credencial, fabricar_orgao
from tests.fabricas.pessoas import fabricar_gestor

pytestmark = pytest.mark.django_db
S = SituacaoDaAdesao


def test_a_senha_nao_fica_em_lugar_nenhum():
    caso = fabricar_adesao(S.CONCLUIDA)

    segredo = servicos.emitir_credencial_de_producao(por=caso.responsavel, adesao_id=caso.pk)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (tabela,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{tabela}" t WHERE t::text LIKE %s', [f"%{segredo}%"])
            assert cursor.fetchone()[0] == 0, tabela
    assert CredencialDeSistema.objects.get(pk=caso.agora().credencial_producao_id).segredo.startswith("argon2")


@pytest.mark.parametrize(
    ("ate", "emitir"),
    [(S.EM_HOMOLOGACAO, servicos.emitir_credencial_de_homologacao), (S.CONCLUIDA, servicos.emitir_credencial_de_producao)],
)
def test_a_senha_so_se_emite_uma_vez(ate, emitir):
    caso = fabricar_adesao(ate)
    if ate == S.CONCLUIDA:
        emitir(por=caso.responsavel, adesao_id=caso.pk)

    with pytest.raises(errors.CredencialJaEmitida):
        emitir(por=caso.responsavel, adesao_id=caso.pk)


def test_rotacao_sem_parada():
    caso = fabricar_adesao(S.CONCLUIDA)
    antiga = servicos.emitir_credencial_de_producao(por=caso.responsavel, adesao_id=caso.pk)
    antiga_id = caso.agora().credencial_producao_id

    nova = criar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, ambiente=Ambiente.PRODUCAO)
    assert entra(caso.orgao, antiga).credencial_id == antiga_id and entra(caso.orgao, nova)
    revogar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, credencial_id=antiga_id)

    with pytest.raises(CredencialInvalida):
        entra(caso.orgao, antiga)
    assert entra(caso.orgao, nova).ambiente == Ambiente.PRODUCAO
    vistas = {c.pk: (c.revogada_em, c.ultimo_uso_em) for c in credenciais_visiveis(caso.orgao.pk, para=caso.responsavel)}
    assert vistas[antiga_id][0] is not None and all(uso for _, uso in list(vistas.values())[:1])


def test_revogar_de_novo_nao_repete_ato_nem_aviso_e_credencial_de_outro_e_404():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    for _ in range(2):
        revogar_credencial_do_orgao(
            por=caso.responsavel, orgao_id=caso.orgao.pk, credencial_id=caso.adesao.credencial_homologacao_id
        )

    assert atos(caso.orgao).count("credencial.revogada") == 1
    de_outro, _ = fabricar_credencial()
    with pytest.raises(CredencialNaoEncontrada):
        revogar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, credencial_id=de_outro.pk)


@pytest.mark.parametrize(
    ("ate", "liberados"),
    [(S.PEDIDA, []), (S.EM_HOMOLOGACAO, [Ambiente.HOMOLOGACAO]), (S.EM_CONFERENCIA, [Ambiente.HOMOLOGACAO]),
     (S.CONCLUIDA, [Ambiente.HOMOLOGACAO, Ambiente.PRODUCAO])],
)  # fmt: skip
def test_so_se_cria_no_ambiente_que_a_adesao_abriu(ate, liberados):
    caso = fabricar_adesao(ate)
    gestor = fabricar_gestor(caso.orgao)

    assert ambientes_liberados(caso.orgao.pk) == liberados
    for ambiente in set(Ambiente) - set(liberados):
        with pytest.raises(errors.AmbienteNaoLiberado):
            criar_credencial_do_orgao(por=gestor, orgao_id=caso.orgao.pk, ambiente=ambiente)


def test_orgao_que_ja_enviava_antes_da_adesao_pode_trocar_a_senha():
    orgao = fabricar_orgao()
    fabricar_credencial(orgao, Ambiente.PRODUCAO)

    assert entra(
        orgao, criar_credencial_do_orgao(por=fabricar_gestor(orgao), orgao_id=orgao.pk, ambiente=Ambiente.PRODUCAO)
    )


def test_ha_um_maximo_de_credenciais_ativas():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    for _ in range(ATIVAS_MAXIMO - 1):
        fabricar_credencial(caso.orgao, Ambiente.HOMOLOGACAO)

    with pytest.raises(CredenciaisDemais):
        criar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, ambiente=Ambiente.HOMOLOGACAO)
