"""O que se guarda de cada pessoa, e por quanto tempo."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.notificacoes.errors import PreferenciaInvalida
from pen.notificacoes.models import Aviso, EnderecoRecusado, InscricaoPush, Mensagem, Preferencias
from pen.notificacoes.public import enviar_avisos
from pen.notificacoes.selectors.mensagens import mensagens_da_pessoa
from pen.notificacoes.selectors.preferencias import preferencias_de
from pen.notificacoes.services.guarda import dados_da_pessoa, excluir_avisos_vencidos, excluir_dados_da_pessoa
from pen.notificacoes.services.preferencias import alterar_preferencias
from tests.notificacoes.apoio import fabricar_pessoa, pedir, pedir_e_enviar

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(mailoutbox):
    pessoa = fabricar_pessoa("ana@exemplo.org")
    alterar_preferencias(por=pessoa, telefone="+5561999998888")
    pedir_e_enviar(pessoa)
    EnderecoRecusado.objects.create(pessoa=pessoa, endereco_hash="x", recusado_em=timezone.now(), codigo="550")
    InscricaoPush.objects.create(pessoa=pessoa, endpoint="https://exemplo.org/1", p256dh="x", auth="x", aparelho="Firefox")
    return pessoa


def test_a_pessoa_leva_tudo_que_se_guarda_dela(ana):
    texto = json.dumps(dados_da_pessoa(ana.pk), ensure_ascii=False)

    for parte in ("+5561999998888", "Firefox", "Novidade no processo a", "550", "enviada"):
        assert parte in texto
    assert json.loads(json.dumps(dados_da_pessoa(fabricar_pessoa().pk)))["mensagens"] == []


def test_excluir_apaga_tudo_dela_e_nada_dos_outros(ana):
    rui = fabricar_pessoa()
    pedir_e_enviar(rui)

    excluir_dados_da_pessoa(ana.pk)

    for modelo in (Aviso, Mensagem, InscricaoPush, EnderecoRecusado, Preferencias):
        assert not modelo.objects.filter(pessoa=ana).exists()
    assert mensagens_da_pessoa(para=rui).count() == 1


def test_excluidos_os_dados_o_que_esperava_nao_sai(ana, mailoutbox):
    pedir(ana, "b")
    excluir_dados_da_pessoa(ana.pk)

    assert enviar_avisos(agora=timezone.now() + timedelta(hours=1)) == 0


def test_depois_de_um_ano_o_encerrado_e_apagado_e_o_pendente_fica(ana):
    pedir(ana, "pendente")
    Aviso.objects.update(criado_em=timezone.now() - timedelta(days=366))
    Mensagem.objects.update(criada_em=timezone.now() - timedelta(days=366))

    assert excluir_avisos_vencidos() == 2 and excluir_avisos_vencidos() == 0
    assert Aviso.objects.get().chave == "pendente"


def test_ninguem_ve_as_mensagens_de_outra_pessoa(ana):
    from django.contrib.auth.models import AnonymousUser

    assert not mensagens_da_pessoa(para=fabricar_pessoa()).exists()
    assert not mensagens_da_pessoa(para=AnonymousUser()).exists()


def test_quem_nunca_escolheu_tem_o_padrao_e_nenhuma_linha():
    rui = fabricar_pessoa()

    p = preferencias_de(rui)

    assert (p.frequencia, p.correio, p.push, p.webhook, p.pausado_em) == ("imediata", True, True, False, None)
    assert not Preferencias.objects.filter(pessoa=rui).exists()


@pytest.mark.parametrize("telefone", ["61999998888", "+0561999998888", "+55 61", "+5561999A8888", "+55a"])
def test_telefone_fora_da_forma_e_recusado_no_servico_e_no_banco(telefone):
    rui = fabricar_pessoa()

    with pytest.raises(PreferenciaInvalida):
        alterar_preferencias(por=rui, telefone=telefone)
    with pytest.raises(IntegrityError), transaction.atomic():
        Preferencias.objects.create(pessoa=rui, telefone=telefone[:16])


def test_telefone_desejado_sem_numero_e_recusado():
    with pytest.raises(PreferenciaInvalida):
        alterar_preferencias(por=fabricar_pessoa(), webhook=True)
