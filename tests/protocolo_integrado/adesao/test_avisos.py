"""Os avisos da adesão: a quem vão, o que dizem e o que nunca dizem."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.identidade.models import Atribuicao
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import AvisoARedigir, enviar_avisos
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.services import adesao as servicos
from pen.protocolo_integrado.services.avisos_de_adesao import redigir_avisos_de_adesao
from tests.fabricas.adesao import avisados, fabricar_adesao
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = pytest.mark.django_db
S = SituacaoDaAdesao


def test_cada_passo_avisa_quem_precisa_saber():
    centrais = [fabricar_central(), fabricar_central()]
    caso = fabricar_adesao(S.CONCLUIDA, central=centrais[0])

    for evento in ("pedido_a_analisar", "conferencia_a_fazer"):
        assert avisados(evento) == {c.pk for c in centrais}, evento
    for evento in ("pedida", "aprovada", "credencial_criada", "conferencia_pedida", "producao_aprovada"):
        assert avisados(evento) == {caso.responsavel.pk}, evento
    assert not Aviso.objects.filter(urgente=False).exists()


def test_os_emails_saem_sem_senha_com_o_motivo_e_o_endereco(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    caso = fabricar_adesao(S.EM_CONFERENCIA)
    enviar_avisos()
    mail.outbox.clear()

    servicos.devolver_a_homologacao(por=caso.central, adesao_id=caso.pk, pendencia="Mande com as unidades {x}.")
    enviar_avisos()

    (mensagem,) = mail.outbox
    assert mensagem.to == [caso.responsavel.email] and mensagem.subject == f"{caso.orgao.sigla}: correção pedida"
    assert "Mande com as unidades {x}." in mensagem.body and f"/adesao/{caso.pk}/" in mensagem.body
    assert caso.responsavel.nome not in mensagem.subject


def test_quem_deixou_a_equipe_central_ou_o_orgao_nao_recebe_o_que_estava_na_fila(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    caso = fabricar_adesao()
    Atribuicao.objects.filter(pessoa=caso.central).update(encerrado_em=timezone.now())
    Adesao.objects.update(responsavel=fabricar_pessoa())

    enviar_avisos()

    assert mail.outbox == [] and set(Aviso.objects.values_list("situacao", flat=True)) == {"cancelado"}


def test_a_redacao_tem_numero_fixo_de_consultas(django_assert_num_queries):
    def a_redigir():
        return [AvisoARedigir(a.pk, a.pessoa_id, a.chave, a.dados, a.criado_em) for a in Aviso.objects.all()]

    fabricar_adesao()
    with CaptureQueriesContext(connection) as com_poucos:
        redigir_avisos_de_adesao(a_redigir())
    fabricar_adesao(S.CONCLUIDA)
    with django_assert_num_queries(len(com_poucos)):
        assert all(redigir_avisos_de_adesao(a_redigir()).values())
