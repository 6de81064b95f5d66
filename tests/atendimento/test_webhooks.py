"""Os webhooks: quem é avisado de quê, o que vai no pedido, quando se tenta de novo, e quando se para."""

import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from pen.atendimento.enums import Passo, SituacaoDaEntrega
from pen.atendimento.errors import InscricaoNaoEncontrada
from pen.atendimento.models import Chamado, Entrega, Equipe, Inscricao, Integrante, Seguidor
from pen.atendimento.selectors import webhooks
from pen.atendimento.services import entregas as servico
from pen.atendimento.services import inscricoes
from pen.atendimento.services.atendimento import encaminhar_chamado, encerrar_chamado, falar_no_chamado
from pen.atendimento.services.avisos_de_webhook import redigir_avisos_de_webhook
from pen.atendimento.services.entregas import enviar_entregas, esquecer_segredos, excluir_entregas_velhas
from pen.atendimento.services.equipes import encerrar_integrante
from pen.atendimento.services.inscricoes import (
    INSCRICOES_MAXIMO,
    criar_inscricao,
    enviar_teste,
    excluir_inscricao,
    pausar_inscricao,
    reenviar_entrega,
    retomar_inscricao,
    trocar_segredo,
)
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.services.titular import exportar_chamados
from pen.atendimento.values.webhooks import ESPERAS, cabecalhos_assinados, proxima_tentativa
from pen.auditoria.models import Ato
from pen.comum.errors import LimiteExcedido, PedidoIncompleto
from pen.identidade.services.titular import excluir_conta
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import AvisoARedigir
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado, fabricar_equipe, fabricar_seguidor
from tests.fabricas.pessoas import fabricar_pessoa
from tests.receptor import Dns, receptor_ligado

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
ENDERECO = "https://sistema.orgao.exemplo/avisos"


@pytest.fixture
def receptor(settings, monkeypatch):
    """Um receptor nesta máquina, que só a permissão de teste deixa alcançar."""
    settings.WEBHOOKS_NA_MAQUINA = True
    receptor_dns = Dns(monkeypatch)
    with receptor_ligado() as ligado:
        ligado.dns = receptor_dns
        yield ligado


@pytest.fixture
def chamado():
    return fabricar_chamado()


def inscrever(por, endereco=ENDERECO, **opcoes) -> Inscricao:
    return criar_inscricao(por=por, endereco=endereco, agora=SEGUNDA, **opcoes)[0]


def triagem() -> Equipe:
    return Equipe.objects.get(codigo="triagem")


def completar(chamado, minutos: int = 1):
    quando = SEGUNDA + timedelta(minutes=minutos)
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Segredo do órgão", agora=quando)
    return quando


def anotar(chamado, por):
    falar_no_chamado(por=por, chave=chamado.chave, passo=Passo.ANOTAR, texto="Nota interna", agora=SEGUNDA)


def esvaziar_fila() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def situacoes() -> list[str]:
    return list(Entrega.objects.order_by("criada_em").values_list("situacao", flat=True))


def assinaturas(cabecalhos, corpo: bytes, *segredos: str) -> list[str]:
    """As que a especificação manda, feitas por fora."""
    assinado = f"{cabecalhos['webhook-id']}.{cabecalhos['webhook-timestamp']}.".encode() + corpo
    chaves = (base64.b64decode(segredo.removeprefix("whsec_")) for segredo in segredos)
    return ["v1," + base64.b64encode(hmac.digest(chave, assinado, hashlib.sha256)).decode() for chave in chaves]


def de(inscricao) -> list[str]:
    """Os passos que se registraram para a inscrição."""
    passos = Entrega.objects.filter(inscricao=inscricao).order_by("passo__ordem")
    return list(passos.values_list("passo__passo", flat=True))


class TestQuemEAvisado:
    def test_quem_abriu_e_quem_segue_sim_um_estranho_nao(self, chamado):
        seguidor = fabricar_pessoa()
        fabricar_seguidor(chamado, seguidor)
        inscritos = [inscrever(p) for p in (chamado.solicitante, seguidor, fabricar_pessoa(), fabricar_atendente())]
        completar(chamado)
        assert [de(i) for i in inscritos] == [["completar"], ["completar"], [], []]

    def test_a_abertura_tambem_se_conta(self):
        pessoa = fabricar_pessoa()
        dela = inscrever(pessoa)
        fabricar_chamado(por=pessoa)
        assert de(dela) == ["abrir"]

    def test_a_nota_interna_so_vai_a_quem_se_inscreveu_pela_equipe(self, chamado):
        atendente = fabricar_atendente()
        fabricar_seguidor(chamado, atendente)
        de_quem_abriu, de_quem_segue = inscrever(chamado.solicitante), inscrever(atendente)
        da_equipe = inscrever(atendente, equipe=triagem())
        anotar(chamado, atendente)
        assert (de(de_quem_abriu), de(de_quem_segue), de(da_equipe)) == ([], [], ["anotar"])

    def test_a_equipe_que_teve_o_chamado_continua_a_saber_e_outra_nao(self, chamado):
        atendente, outra = fabricar_atendente(), Equipe.objects.get(codigo="negocial")
        destino, estranha = inscrever(fabricar_atendente(outra), equipe=outra), fabricar_equipe()
        de_fora = inscrever(fabricar_atendente(estranha), equipe=estranha)
        da_triagem = inscrever(atendente, equipe=triagem())
        encaminhar_chamado(
            por=atendente, chave=chamado.chave, equipe_id=outra.pk, motivo="x", tentado="y", agora=SEGUNDA
        )  # fmt: skip
        completar(chamado)
        assert de(da_triagem) == de(destino) == ["encaminhar", "completar"] and de(de_fora) == []

    def test_so_os_passos_pedidos(self, chamado):
        so_o_fim = inscrever(chamado.solicitante, eventos=[Passo.ENCERRAR])
        completar(chamado)
        encerrar_chamado(por=fabricar_atendente(), chave=chamado.chave, resposta="Feito.", agora=SEGUNDA)
        assert de(so_o_fim) == ["encerrar"]

    def test_parada_ou_excluida_nao_se_registra(self, chamado):
        parada, excluida = inscrever(chamado.solicitante), inscrever(chamado.solicitante)
        pausar_inscricao(por=chamado.solicitante, inscricao_id=parada.pk)
        excluir_inscricao(por=chamado.solicitante, inscricao_id=excluida.pk)
        completar(chamado)
        assert not Entrega.objects.exists()

    def test_o_passo_que_se_desfaz_nao_deixa_entrega(self, chamado):
        inscrever(chamado.solicitante)
        with pytest.raises(RuntimeError), transaction.atomic():
            completar(chamado)
            raise RuntimeError
        assert not Entrega.objects.exists()

    def test_o_passo_poe_a_rodada_na_fila_e_sem_inscricao_nao(self, chamado, django_capture_on_commit_callbacks):
        def trabalhos():
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%webhooks'")
                return cursor.fetchone()[0]

        esvaziar_fila()
        with django_capture_on_commit_callbacks(execute=True):
            completar(chamado)
        assert trabalhos() == 0
        inscrever(chamado.solicitante)
        with django_capture_on_commit_callbacks(execute=True):
            completar(chamado, 2)
        assert trabalhos() == 1

    def test_sem_inscricoes_o_passo_nao_paga_nada_e_com_uma_ou_muitas_paga_um_comando(
        self, chamado, django_assert_num_queries, monkeypatch
    ):
        monkeypatch.setattr(webhooks, "VALIDADE", 600)
        completar(chamado)  # o que se lê uma vez por processo já está lido
        with CaptureQueriesContext(connection) as sem:
            completar(chamado, 2)
        for pessoa in [chamado.solicitante] * 3 + [fabricar_pessoa() for _ in range(20)]:
            inscrever(pessoa)
        completar(chamado, 3)
        with django_assert_num_queries(len(sem) + 1):
            completar(chamado, 4)
        assert Entrega.objects.count() == 6

    def test_a_primeira_da_instalacao_vale_nos_outros_processos_em_cinco_segundos(self, chamado, monkeypatch):
        monkeypatch.setattr(webhooks, "VALIDADE", 600)
        completar(chamado)  # este processo leu que não há nenhuma
        monkeypatch.setattr(inscricoes, "esquecer_se_ha_inscricoes", lambda: None)  # como se outro a criasse
        dela = inscrever(chamado.solicitante)
        completar(chamado, 2)
        assert de(dela) == []
        agora = time.monotonic()
        monkeypatch.setattr(webhooks.time, "monotonic", lambda: agora + webhooks.VALIDADE)
        completar(chamado, 3)
        assert de(dela) == ["completar"]


class TestQuemPerdeuOAcesso:
    def test_o_seguidor_que_saiu_nada_recebe(self, chamado, receptor):
        seguidor = fabricar_pessoa()
        fabricar_seguidor(chamado, seguidor)
        inscrever(seguidor, receptor.endereco)
        quando = completar(chamado)
        Seguidor.objects.filter(pessoa=seguidor).delete()
        assert enviar_entregas(agora=quando) == 0
        assert receptor.pedidos == [] and situacoes() == ["desistida"]

    def test_quem_deixou_a_equipe_ou_a_equipe_encerrada(self, chamado, receptor):
        fica, sai = fabricar_atendente(), fabricar_atendente()
        for pessoa in (fica, sai):
            inscrever(pessoa, receptor.endereco, equipe=triagem())
        quando = completar(chamado)
        encerrar_integrante(por=None, integrante_id=Integrante.objects.get(pessoa=sai).pk)
        assert enviar_entregas(agora=quando) == 1
        completar(chamado, 2)
        Equipe.objects.filter(codigo="triagem").update(encerrada_em=quando)
        assert enviar_entregas(agora=quando + timedelta(minutes=5)) == 0 and len(receptor.pedidos) == 1

    def test_a_conta_excluida_leva_os_webhooks(self, chamado, receptor):
        seguidor = fabricar_pessoa()
        fabricar_seguidor(chamado, seguidor)
        inscrever(seguidor, receptor.endereco)
        quando = completar(chamado)
        assert exportar_chamados(seguidor.pk)["webhooks"][0]["endereco"] == receptor.endereco
        excluir_conta(por=seguidor)
        assert enviar_entregas(agora=quando) == 0 and not Inscricao.objects.exists() and receptor.pedidos == []


class TestOPedido:
    def test_a_assinatura_se_confere_por_fora_e_o_corpo_nao_diz_de_quem_nem_o_que(self, chamado, receptor):
        _, segredo = criar_inscricao(por=chamado.solicitante, endereco=receptor.endereco)
        quando = completar(chamado)
        assert enviar_entregas(agora=quando) == 1

        ((_, cabecalhos, corpo),) = receptor.pedidos
        assert [cabecalhos["webhook-signature"]] == assinaturas(cabecalhos, corpo, segredo)
        assert len(base64.b64decode(segredo.removeprefix("whsec_"))) == 32
        assert cabecalhos["webhook-timestamp"] == str(int(quando.timestamp()))
        assert cabecalhos["content-type"] == "application/json"
        lido = json.loads(corpo)
        chamado.refresh_from_db()
        assert lido["type"] == "chamado.completar" and lido["data"] == {
            "chave": chamado.chave, "protocolo": chamado.protocolo, "passo": "completar", "ordem": 2, "situacao": "na_fila",
            "em": quando.astimezone(UTC).isoformat(), "da_equipe": False, "interno": False,
        }  # fmt: skip
        for pessoal in (chamado.solicitante.nome, chamado.solicitante.email, "Segredo do órgão", chamado.assunto):
            assert pessoal not in corpo.decode()

    def test_o_exemplo_publicado_da_especificacao_confere(self):
        segredo, quando = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", em("2021-02-25T12:02:10")  # 1614265330
        assinados = cabecalhos_assinados(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', segredos=[segredo], agora=quando
        )
        assert assinados["webhook-timestamp"] == "1614265330"
        assert assinados["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    def test_trocado_o_segredo_assina_se_com_os_dois_por_um_dia_e_o_anterior_se_esquece(self, chamado, receptor):
        pessoa = chamado.solicitante
        inscricao, velho = criar_inscricao(por=pessoa, endereco=receptor.endereco)
        trocada, novo = trocar_segredo(por=pessoa, inscricao_id=inscricao.pk, agora=SEGUNDA)
        assert trocada.anterior_ate == SEGUNDA + timedelta(days=1) and novo != velho
        enviar_entregas(agora=completar(chamado))
        ((_, cabecalhos, corpo),) = receptor.pedidos
        assert assinaturas(cabecalhos, corpo, novo, velho) == cabecalhos["webhook-signature"].split()

        um_dia = 24 * 60
        enviar_entregas(agora=completar(chamado, um_dia))  # no fim do dia, ainda que o trabalho não tenha esquecido
        assert assinaturas(*receptor.pedidos[1][1:], novo) == receptor.pedidos[1][1]["webhook-signature"].split()
        assert esquecer_segredos(agora=SEGUNDA + timedelta(minutes=um_dia - 1)) == 0
        assert esquecer_segredos(agora=SEGUNDA + timedelta(minutes=um_dia)) == 1
        inscricao.refresh_from_db()
        assert (inscricao.segredo_anterior, inscricao.anterior_ate) == ("", None)
        assert Ato.objects.filter(ato="webhook.segredo_trocado", pessoa=pessoa).count() == 1

    def test_o_segredo_so_se_troca_outra_vez_quando_o_anterior_deixou_de_valer(self):
        pessoa = fabricar_pessoa()
        inscricao = inscrever(pessoa)
        trocar_segredo(por=pessoa, inscricao_id=inscricao.pk, agora=SEGUNDA)
        with pytest.raises(PedidoIncompleto, match="há menos de um dia"):
            trocar_segredo(por=pessoa, inscricao_id=inscricao.pk, agora=SEGUNDA + timedelta(hours=23))
        trocar_segredo(por=pessoa, inscricao_id=inscricao.pk, agora=SEGUNDA + timedelta(hours=24))

    def test_trocar_o_segredo_conserta_o_que_a_chave_da_instalacao_ja_nao_le(self, chamado, receptor):
        inscricao = inscrever(chamado.solicitante, receptor.endereco)
        Inscricao.objects.update(segredo="ilegível")
        assert enviar_entregas(agora=completar(chamado)) == 0 and "troque-o" in Entrega.objects.get().ultimo_erro
        _, novo = trocar_segredo(por=chamado.solicitante, inscricao_id=inscricao.pk, agora=SEGUNDA)
        enviar_entregas(agora=SEGUNDA + timedelta(hours=1))
        ((_, cabecalhos, corpo),) = receptor.pedidos
        assert assinaturas(cabecalhos, corpo, novo) == cabecalhos["webhook-signature"].split()

    def test_o_segredo_nao_esta_no_banco_as_claras(self, chamado):
        inscricao, segredo = criar_inscricao(por=chamado.solicitante, endereco=ENDERECO)
        assert segredo.removeprefix("whsec_") not in str(Inscricao.objects.values().get(pk=inscricao.pk))

    def test_o_teste_chega_assinado_e_sem_dados(self, receptor):
        pessoa = fabricar_pessoa()
        enviar_teste(por=pessoa, inscricao_id=inscrever(pessoa, receptor.endereco).pk, agora=SEGUNDA)
        assert enviar_entregas(agora=SEGUNDA) == 1
        ((_, cabecalhos, corpo),) = receptor.pedidos
        assert json.loads(corpo)["type"] == "webhook.teste" and cabecalhos["webhook-signature"].startswith("v1,")


class TestTentarDeNovo:
    def test_as_esperas_sao_as_da_especificacao_com_um_pouco_de_acaso(self):
        em_cheio = [proxima_tentativa(n, agora=SEGUNDA, acaso=0) - SEGUNDA for n in range(1, 8)]
        assert [e.total_seconds() for e in em_cheio] == [5, 300, 1800, 7200, 18000, 36000, 36000]
        assert proxima_tentativa(1, agora=SEGUNDA, acaso=1) - SEGUNDA == ESPERAS[0] * 1.25
        assert proxima_tentativa(8, agora=SEGUNDA, acaso=0) is None

    def test_oito_tentativas_com_o_mesmo_id_e_desiste_se(self, chamado, receptor):
        inscrever(chamado.solicitante, receptor.endereco)
        receptor.situacao, quando = 500, completar(chamado)
        for _ in range(8):
            assert enviar_entregas(agora=quando) == 0
            assert enviar_entregas(agora=quando) == 0  # ainda não é hora
            quando = Entrega.objects.get().proxima_em
        assert enviar_entregas(agora=quando + timedelta(days=1)) == 0
        assert len(receptor.pedidos) == 8 and len(set(receptor.ids())) == 1
        assert len({c["webhook-signature"] for _, c, _ in receptor.pedidos}) == 8  # o instante é o de cada tentativa
        entrega = Entrega.objects.get()
        assert (entrega.situacao, entrega.tentativas, entrega.ultimo_codigo) == ("desistida", 8, 500)

    def test_a_que_falhou_chega_quando_o_outro_lado_volta(self, chamado, receptor):
        inscricao = inscrever(chamado.solicitante, receptor.endereco)
        receptor.situacao, quando = 503, completar(chamado)
        enviar_entregas(agora=quando)
        inscricao.refresh_from_db()
        assert inscricao.falhas == 1 and inscricao.falhando_desde == quando
        receptor.situacao = 204
        assert enviar_entregas(agora=Entrega.objects.get().proxima_em) == 1
        inscricao.refresh_from_db()
        assert (inscricao.falhas, inscricao.falhando_desde, situacoes()) == (0, None, ["entregue"])

    def test_redirecionamento_e_falha(self, chamado, receptor):
        inscrever(chamado.solicitante, receptor.endereco)
        receptor.situacao, receptor.cabecalhos = 307, {"Location": "/outro"}
        enviar_entregas(agora=completar(chamado))
        assert len(receptor.pedidos) == 1 and situacoes() == ["pendente"]

    def test_quem_nao_responde_e_falha_com_motivo_e_nao_segura_os_outros(self, chamado, receptor, monkeypatch):
        monkeypatch.setattr(servico, "TEMPO_MAXIMO", 0.3)
        inscrever(chamado.solicitante, receptor.endereco)
        with receptor_ligado() as outro:
            inscrever(chamado.solicitante, outro.endereco)
            receptor.demora = 2
            quando = [completar(chamado, n) for n in range(1, 8)][-1]
            assert enviar_entregas(agora=quando) == 7 == len(outro.pedidos)
        assert len(receptor.pedidos) == servico.POR_INSCRICAO  # falhou na primeira onda, e saiu da rodada
        assert "segundos" in Entrega.objects.filter(situacao="pendente", tentativas=1).first().ultimo_erro

    def test_o_nome_que_passou_a_levar_para_dentro_falha_sem_sair_nada(self, chamado, receptor):
        inscrever(chamado.solicitante, receptor.endereco)
        receptor.dns.levar(["10.0.0.1"])
        enviar_entregas(agora=completar(chamado))
        assert receptor.pedidos == [] and "pública" in Entrega.objects.get().ultimo_erro

    def test_a_chave_da_instalacao_trocada_e_falha_com_motivo(self, chamado, receptor):
        inscrever(chamado.solicitante, receptor.endereco)
        Inscricao.objects.update(segredo="x")
        enviar_entregas(agora=completar(chamado))
        assert receptor.pedidos == [] and "segredo" in Entrega.objects.get().ultimo_erro

    def test_reenviar_manda_o_mesmo_id(self, chamado, receptor):
        inscricao = inscrever(chamado.solicitante, receptor.endereco)
        quando = completar(chamado)
        enviar_entregas(agora=quando)
        entrega = Entrega.objects.get()
        reenviar_entrega(por=chamado.solicitante, inscricao_id=inscricao.pk, entrega_id=entrega.pk, agora=quando)
        assert enviar_entregas(agora=quando) == 1 and len(set(receptor.ids())) == 1 and len(receptor.pedidos) == 2


class TestParar:
    def test_410_pausa_e_avisa_o_dono(self, chamado, receptor):
        inscricao = inscrever(chamado.solicitante, receptor.endereco)
        receptor.situacao = 410
        enviar_entregas(agora=completar(chamado))
        inscricao.refresh_from_db()
        assert (inscricao.ativa, inscricao.motivo, situacoes()) == (False, "dispensa", ["desistida"])
        assert Ato.objects.filter(ato="webhook.pausado", pessoa=None, objeto=f"webhook:{inscricao.pk}").count() == 1
        aviso = Aviso.objects.get(tipo="webhook")
        pedido = AvisoARedigir(aviso.pk, aviso.pessoa_id, aviso.chave, aviso.dados, aviso.criado_em)
        trecho = redigir_avisos_de_webhook([pedido])[aviso.pk]
        assert aviso.pessoa_id == chamado.solicitante_id and "410" in trecho.linhas[0][1]
        retomar_inscricao(por=chamado.solicitante, inscricao_id=inscricao.pk)
        assert redigir_avisos_de_webhook([pedido])[aviso.pk] is None

    def test_cinco_dias_so_com_falhas_pausam_e_um_acerto_recomeca_a_conta(self, chamado, receptor):
        inscricao = inscrever(chamado.solicitante, receptor.endereco)
        receptor.situacao = 500
        for dia in (0, 2, 4):
            enviar_entregas(agora=completar(chamado, dia * 24 * 60 + 1))
        receptor.situacao = 200
        enviar_entregas(agora=completar(chamado, 4 * 24 * 60 + 30))
        receptor.situacao = 500
        for dia in (5, 7, 9):
            enviar_entregas(agora=completar(chamado, dia * 24 * 60 + 1))
            inscricao.refresh_from_db()
            assert inscricao.ativa
        enviar_entregas(agora=completar(chamado, 10 * 24 * 60 + 2))
        inscricao.refresh_from_db()
        assert (inscricao.ativa, inscricao.motivo) == (False, "falhas")
        assert Aviso.objects.filter(tipo="webhook", pessoa=chamado.solicitante).count() == 1

    def test_pausada_nada_sai_e_retomada_sai_o_que_esperava(self, chamado, receptor):
        pessoa = chamado.solicitante
        inscricao = inscrever(pessoa, receptor.endereco)
        quando = completar(chamado)
        pausar_inscricao(por=pessoa, inscricao_id=inscricao.pk)
        completar(chamado, 2)
        assert enviar_entregas(agora=quando) == 0 and receptor.pedidos == []
        with pytest.raises(PedidoIncompleto):
            enviar_teste(por=pessoa, inscricao_id=inscricao.pk)
        retomar_inscricao(por=pessoa, inscricao_id=inscricao.pk)
        assert enviar_entregas(agora=quando) == 1
        atos = Ato.objects.filter(objeto=f"webhook:{inscricao.pk}").order_by("pk").values_list("ato", flat=True)
        assert list(atos) == ["webhook.criado", "webhook.pausado", "webhook.retomado"]

    def test_excluida_nada_sai_e_o_segredo_some(self, chamado, receptor):
        inscricao = inscrever(chamado.solicitante, receptor.endereco)
        trocar_segredo(por=chamado.solicitante, inscricao_id=inscricao.pk)
        quando = completar(chamado)
        excluir_inscricao(por=chamado.solicitante, inscricao_id=inscricao.pk)
        assert enviar_entregas(agora=quando) == 0 and receptor.pedidos == []
        inscricao.refresh_from_db()
        assert inscricao.segredo == inscricao.segredo_anterior == "" and situacoes() == ["desistida"]

    def test_depois_de_trinta_dias_a_entrega_some_e_a_excluida_tambem(self, chamado):
        viva, excluida = inscrever(chamado.solicitante), inscrever(chamado.solicitante)
        quando = completar(chamado)
        excluir_inscricao(por=chamado.solicitante, inscricao_id=excluida.pk, agora=quando)
        assert excluir_entregas_velhas(agora=quando + timedelta(days=30)) == 0
        assert excluir_entregas_velhas(agora=quando + timedelta(days=30, minutes=1)) == 2
        assert list(Inscricao.objects.values_list("pk", flat=True)) == [viva.pk]


class TestDeQuemE:
    ATOS = (enviar_teste, trocar_segredo, pausar_inscricao, retomar_inscricao, excluir_inscricao)

    @pytest.mark.parametrize("ato", ATOS)
    def test_a_de_outra_pessoa_nao_existe(self, ato, chamado):
        inscricao = inscrever(chamado.solicitante)
        with pytest.raises(InscricaoNaoEncontrada):
            ato(por=fabricar_atendente(), inscricao_id=inscricao.pk)

    def test_a_entrega_de_outra_inscricao_nao_se_reenvia(self, chamado):
        inscrever(chamado.solicitante)
        completar(chamado)
        estranho = fabricar_pessoa()
        with pytest.raises(InscricaoNaoEncontrada):
            reenviar_entrega(
                por=estranho, inscricao_id=inscrever(estranho).pk, entrega_id=Entrega.objects.get().pk, agora=SEGUNDA
            )

    @pytest.mark.parametrize("forte", [True, False])
    def test_pela_equipe_so_quem_e_dela_e_com_entrada_forte(self, forte):
        quem = fabricar_atendente(fabricar_equipe()) if forte else fabricar_atendente(forte=False)
        with pytest.raises(PedidoIncompleto) as erro:
            inscrever(quem, equipe=triagem())
        assert erro.value.detalhes["campo"] == "equipe"

    def test_ha_um_maximo_e_o_endereco_se_confere(self):
        pessoa = fabricar_pessoa()
        for endereco in ("http://sistema.orgao.exemplo/", "https://10.0.0.1/"):
            with pytest.raises(PedidoIncompleto):
                inscrever(pessoa, endereco)
        for _ in range(INSCRICOES_MAXIMO):
            inscrever(pessoa)
        with pytest.raises(PedidoIncompleto, match="exclua um"):
            inscrever(pessoa)

    def test_testes_demais_cansam(self):
        pessoa = fabricar_pessoa()
        inscricao = inscrever(pessoa)
        with pytest.raises(LimiteExcedido):
            for _ in range(50):
                enviar_teste(por=pessoa, inscricao_id=inscricao.pk)


TRABALHO = """
import django
django.setup()
from tests.receptor import Dns
import socket
class Remendo:
    def setattr(self, onde, nome, valor): setattr(onde, nome, valor)
Dns(Remendo())
from django.conf import settings
settings.WEBHOOKS_NA_MAQUINA = True
from pen.atendimento.services.entregas import enviar_entregas
enviar_entregas()
"""


@pytest.fixture
def fila_limpa(transactional_db):
    """A fila de trabalhos, que os testes transacionais não desfazem sozinhos."""
    yield
    esvaziar_fila()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("fila_limpa")
class TestAoMesmoTempo:
    def test_duas_rodadas_entregam_cada_uma_uma_vez(self, receptor):
        chamado = fabricar_chamado(agora=timezone.now())
        for pessoa in [chamado.solicitante] * 5:
            criar_inscricao(por=pessoa, endereco=receptor.endereco)
        for _ in range(10):
            completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x")
        receptor.demora = 0.02
        chegaram = ao_mesmo_tempo(lambda _: enviar_entregas(), 3)
        assert list(Entrega.objects.exclude(ultimo_erro="").values_list("ultimo_erro", flat=True)) == []
        assert sum(chegaram) == 50 == len(receptor.pedidos) == len(set(receptor.ids()))
        assert set(situacoes()) == {SituacaoDaEntrega.ENTREGUE.value}

    def test_morto_entre_o_envio_e_a_anotacao_entrega_outra_vez_com_o_mesmo_id(self, receptor):
        chamado = fabricar_chamado(agora=timezone.now())
        criar_inscricao(por=chamado.solicitante, endereco=receptor.endereco)
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x")
        banco = connection.settings_dict
        chaves = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
        url = make_conninfo(**{chave: banco[nome] for chave, nome in chaves.items() if banco[nome]})
        ambiente = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "pen.config.settings"}
        trabalhador = subprocess.Popen([sys.executable, "-c", TRABALHO], env=ambiente, stderr=subprocess.PIPE)
        receptor.ao_receber = lambda: os.kill(trabalhador.pid, signal.SIGKILL)
        _, erro = trabalhador.communicate(timeout=60)
        assert trabalhador.returncode == -signal.SIGKILL, erro.decode()
        receptor.ao_receber = lambda: None

        assert enviar_entregas() == 0  # a reserva de quem morreu ainda vale
        assert enviar_entregas(agora=timezone.now() + timedelta(minutes=3)) == 1
        assert len(receptor.pedidos) == 2 and len(set(receptor.ids())) == 1
        assert Entrega.objects.get().tentativas == 2 and Chamado.objects.count() == 1

    def test_a_linha_nao_fica_travada_enquanto_se_envia(self, receptor):
        chamado = fabricar_chamado(agora=timezone.now())
        inscricao, _ = criar_inscricao(por=chamado.solicitante, endereco=receptor.endereco)
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x")

        def pausar_no_meio():
            def correr(_):
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '1s'")
                pausar_inscricao(por=chamado.solicitante, inscricao_id=inscricao.pk)

            ao_mesmo_tempo(correr, 1)

        receptor.ao_receber = pausar_no_meio
        assert enviar_entregas() == 1 and situacoes() == ["entregue"]
