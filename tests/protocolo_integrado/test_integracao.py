"""A situação de cada órgão em cada limite, e o alerta que abre uma vez e se encerra na volta."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pen.identidade.models import Atribuicao, CredencialDeSistema, Orgao
from pen.identidade.public import Ambiente, Papel
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import AvisoARedigir
from pen.protocolo_integrado.models import AlertaDeIntegracao, ContagemDaRemessa, Integracao, Remessa
from pen.protocolo_integrado.models.integracao import situacao_da_carga
from pen.protocolo_integrado.selectors.integracao import integracoes_ativas, integracoes_de
from pen.protocolo_integrado.services.avisos_de_integracao import redigir_avisos_de_integracao
from pen.protocolo_integrado.services.integracao import atualizar_integracoes, conferir_integracoes
from pen.protocolo_integrado.services.totais import somar_contagens
from tests.fabricas.identidade import fabricar_credencial, fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import dar_papel, fabricar_gestor, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar

pytestmark = pytest.mark.django_db
HORA, DIA = timedelta(hours=1), timedelta(days=1)
LIMITES = [
    (48 * HORA, "em_dia"), (48 * HORA + timedelta(seconds=1), "atrasada"), (7 * DIA, "atrasada"),
    (7 * DIA + timedelta(seconds=1), "parada"), (timedelta(0), "em_dia"), (-HORA, "em_dia"),
]  # fmt: skip


def integrar(ha: timedelta | None, orgao=None, agora=None, situacao="em_dia") -> Integracao:
    """Um órgão cuja última carga foi há tanto tempo."""
    agora = agora or timezone.now()
    ultima = None if ha is None else agora - ha
    situacao = "nunca_enviou" if ha is None else situacao
    return Integracao.objects.create(
        orgao=orgao or fabricar_orgao(), ultima_carga_em=ultima, situacao=situacao, desde=ultima or agora
    )


@pytest.mark.parametrize(("ha", "situacao"), LIMITES)
def test_a_situacao_muda_em_cada_limite(ha, situacao):
    agora = timezone.now()
    integracao = integrar(ha, agora=agora)

    atualizar_integracoes(agora)

    integracao.refresh_from_db()
    assert integracao.situacao == situacao == situacao_da_carga(agora - ha, agora)
    prazos = {"atrasada": 48 * HORA, "parada": 7 * DIA, "em_dia": timedelta(0)}
    assert integracao.desde == integracao.ultima_carga_em + prazos[situacao]


def test_atualizar_de_novo_nao_muda_nada():
    for ha, _ in LIMITES:
        integrar(ha)
    atualizar_integracoes()
    antes = list(Integracao.objects.order_by("orgao_id").values())

    atualizar_integracoes()

    assert list(Integracao.objects.order_by("orgao_id").values()) == antes


def test_quem_tem_credencial_de_producao_e_nunca_enviou_aparece_ate_perder_a_credencial():
    orgao = fabricar_orgao()
    credencial, _ = fabricar_credencial(orgao)
    fabricar_credencial(fabricar_orgao(), Ambiente.HOMOLOGACAO)

    atualizar_integracoes()
    assert list(Integracao.objects.values_list("orgao_id", "situacao")) == [(orgao.pk, "nunca_enviou")]

    CredencialDeSistema.objects.filter(pk=credencial.pk).update(situacao="revogada", revogada_em=timezone.now())
    atualizar_integracoes()
    assert not Integracao.objects.exists()


def test_a_primeira_carga_tira_de_nunca_enviou():
    sistema = fabricar_sistema()
    integrar(None, orgao_de(sistema))

    enviar(sistema, documento())
    somar_contagens()

    integracao = Integracao.objects.get()
    assert integracao.situacao == "em_dia" and integracao.ultima_carga_em == Remessa.objects.get().recebida_em


def test_remessa_so_com_recusas_ou_de_homologacao_nao_e_carga():
    sistema = fabricar_sistema()
    enviar(sistema, documento(assunto=" "))
    enviar(fabricar_sistema(ambiente=Ambiente.HOMOLOGACAO), documento())

    somar_contagens()

    assert not Integracao.objects.exists()


def test_carga_que_ainda_nao_foi_somada_ja_aparece_na_leitura():
    sistema = fabricar_sistema()
    integrar(9 * DIA, orgao_de(sistema), situacao="parada")
    enviar(sistema, documento())

    [vista] = integracoes_ativas()
    [a_mesma] = integracoes_de([orgao_de(sistema)])

    assert vista == a_mesma and vista.situacao == "em_dia" and ContagemDaRemessa.objects.exists()
    assert vista.ultima_carga_em == vista.desde == Remessa.objects.get().recebida_em


def test_a_leitura_segue_o_relogio_mesmo_sem_ninguem_trabalhando():
    integrar(3 * DIA, situacao="em_dia")

    [vista] = integracoes_ativas()

    assert vista.situacao == "atrasada" and vista.desde == vista.ultima_carga_em + 48 * HORA


def test_soma_fora_de_ordem_nao_faz_a_ultima_carga_voltar():
    orgao, agora = fabricar_orgao(), timezone.now()
    for ha in (HORA, 5 * HORA):
        contagem(orgao, agora - ha)
        somar_contagens()

    assert Integracao.objects.get().ultima_carga_em == agora - HORA


def test_orgao_suspenso_nao_esta_entre_os_ativos():
    integrar(HORA, fabricar_orgao(situacao="suspenso"))

    assert integracoes_ativas() == []


# --- Alertas


@pytest.mark.parametrize(
    ("ha", "abre"), [(48 * HORA - timedelta(seconds=30), 0), (48 * HORA + timedelta(seconds=1), 1), (90 * DIA, 1)]
)
def test_alerta_abre_quando_passam_48_horas(ha, abre):
    integrar(ha)

    assert conferir_integracoes() == (abre, 0)


def test_quem_nunca_enviou_e_quem_esta_suspenso_nao_tem_alerta():
    integrar(None, fabricar_orgao())
    integrar(9 * DIA, fabricar_orgao(situacao="suspenso"))
    fabricar_credencial(fabricar_orgao())

    assert conferir_integracoes() == (0, 0)


def test_alerta_abre_uma_vez_avisa_uma_vez_e_encerra_na_volta():
    sistema = fabricar_sistema()
    orgao = orgao_de(sistema)
    gestor, outro = fabricar_gestor(orgao), fabricar_gestor(orgao)
    dar_papel(fabricar_pessoa(), Papel.CONSULTA, orgao)
    fabricar_gestor(fabricar_orgao())
    antiga = integrar(3 * DIA, orgao)

    assert [conferir_integracoes() for _ in range(3)] == [(1, 0), (0, 0), (0, 0)]
    alerta = AlertaDeIntegracao.objects.get()
    assert alerta.ultima_carga_em == antiga.ultima_carga_em and avisos() == {
        (gestor.pk, f"{alerta.pk}:aberto", True), (outro.pk, f"{alerta.pk}:aberto", True),
    }  # fmt: skip

    enviar(sistema, documento())
    assert [conferir_integracoes() for _ in range(3)] == [(0, 1), (0, 0), (0, 0)]
    alerta.refresh_from_db()
    assert alerta.encerrado_em > alerta.aberto_em and len(avisos()) == 4
    assert (gestor.pk, f"{alerta.pk}:encerrado", True) in avisos()

    Integracao.objects.update(ultima_carga_em=timezone.now() - 3 * DIA)
    assert conferir_integracoes() == (1, 0) and AlertaDeIntegracao.objects.count() == 2 and len(avisos()) == 6


def test_orgao_suspenso_encerra_sem_avisar():
    orgao = fabricar_orgao()
    fabricar_gestor(orgao)
    integrar(3 * DIA, orgao)
    conferir_integracoes()
    orgao.situacao = "suspenso"
    orgao.save()

    assert conferir_integracoes() == (0, 1) and len(avisos()) == 1


def test_sem_gestores_o_alerta_fica_na_historia_e_ninguem_e_avisado():
    integrar(3 * DIA)

    assert conferir_integracoes() == (1, 0) and avisos() == set()


def test_se_o_alerta_nao_vale_o_aviso_tambem_nao():
    orgao = fabricar_orgao()
    fabricar_gestor(orgao)
    integrar(3 * DIA, orgao)

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        conferir_integracoes()
        raise KeyboardInterrupt

    assert not AlertaDeIntegracao.objects.exists() and avisos() == set()
    assert conferir_integracoes() == (1, 0) and len(avisos()) == 1


def test_o_banco_recusa_dois_alertas_abertos_do_mesmo_orgao():
    integrar(3 * DIA)
    conferir_integracoes()
    alerta = AlertaDeIntegracao.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        AlertaDeIntegracao.objects.create(
            orgao_id=alerta.orgao_id, ultima_carga_em=timezone.now(), aberto_em=timezone.now()
        )


@pytest.mark.django_db(transaction=True)
def test_dois_conferindo_ao_mesmo_tempo_abrem_e_avisam_uma_vez():
    orgaos = [fabricar_orgao() for _ in range(20)]
    for orgao in orgaos:
        fabricar_gestor(orgao)
        integrar(3 * DIA, orgao)

    def conferir(_):
        try:
            return conferir_integracoes()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as fios:
        abertos = sum(a for a, _ in fios.map(conferir, range(4)))

    assert abertos == AlertaDeIntegracao.objects.count() == len(avisos()) == 20


# --- O que o aviso diz


def test_o_aviso_diz_o_orgao_e_a_ultima_carga_e_leva_ao_monitor():
    orgao = fabricar_orgao(sigla="ANTT")
    gestor = fabricar_gestor(orgao)
    integrar(3 * DIA, orgao)
    conferir_integracoes()
    [aviso] = a_redigir()

    trecho = redigir_avisos_de_integracao([aviso])[aviso.id]

    assert "ANTT" in trecho.titulo and "48 horas" in trecho.linhas[0][1]
    assert trecho.endereco == f"/orgaos/{orgao.pk}/" and gestor.nome not in trecho.assunto
    assert trecho.linhas[1][0] == AlertaDeIntegracao.objects.get().ultima_carga_em


def test_quem_deixou_de_gerir_nao_recebe():
    orgao = fabricar_orgao()
    gestor = fabricar_gestor(orgao)
    integrar(3 * DIA, orgao)
    conferir_integracoes()
    encerrar_papeis(gestor)
    [aviso] = a_redigir()

    assert redigir_avisos_de_integracao([aviso]) == {aviso.id: None}


def test_alerta_que_se_encerrou_antes_de_ser_dito_vira_so_a_volta():
    sistema = fabricar_sistema()
    fabricar_gestor(orgao_de(sistema))
    integrar(3 * DIA, orgao_de(sistema))
    conferir_integracoes()
    enviar(sistema, documento())
    conferir_integracoes()

    trechos = redigir_avisos_de_integracao(a_redigir())

    assert [t.titulo.endswith("voltou a enviar") for t in trechos.values() if t] == [True] and len(trechos) == 2


def avisos() -> set[tuple[int, str, bool]]:
    return set(Aviso.objects.filter(tipo="integracao").values_list("pessoa_id", "chave", "urgente"))


def a_redigir() -> list[AvisoARedigir]:
    return [
        AvisoARedigir(a.id, a.pessoa_id, a.chave, a.dados, a.criado_em) for a in Aviso.objects.filter(tipo="integracao")
    ]


def encerrar_papeis(pessoa) -> None:
    Atribuicao.objects.filter(pessoa=pessoa).update(encerrado_em=timezone.now())


def orgao_de(sistema):
    return Orgao.objects.get(pk=sistema.orgao_id)


def contagem(orgao, recebida_em) -> UUID:
    return ContagemDaRemessa.objects.create(
        orgao=orgao, recebida_em=recebida_em, dia=recebida_em.date(), documentos=1, aceitos=1, recusados=0, novos=1, alterados=0,
        repetidos=0, andamentos_novos=0, duracao_ms=1,
    ).pk  # fmt: skip
