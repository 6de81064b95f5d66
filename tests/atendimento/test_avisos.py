"""O que os avisos de um chamado dizem, e a quem."""

import pytest

from pen.atendimento.enums import Passo
from pen.atendimento.models import Integrante, Seguidor
from pen.atendimento.selectors.expediente import politica_em_vigor
from pen.atendimento.selectors.silencio import encerramento_por_silencio
from pen.atendimento.services.atendimento import encaminhar_chamado, falar_no_chamado
from pen.atendimento.services.avisos_do_chamado import redigir_avisos_do_chamado
from pen.atendimento.services.participacao import completar_chamado
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import AvisoARedigir
from tests.fabricas.atendimento import SEGUNDA, fabricar_atendente, fabricar_chamado, fabricar_seguidor
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.django_db


def redigir():
    avisos = [AvisoARedigir(a.pk, a.pessoa_id, a.chave, a.dados, a.criado_em) for a in Aviso.objects.order_by("id")]
    trechos = redigir_avisos_do_chamado(avisos)
    return {(a.pessoa_id, a.dados["evento"]): trechos[a.id] for a in avisos}


def test_a_pergunta_chega_inteira_com_o_prazo_e_o_endereco(central):
    chamado = fabricar_chamado()
    falar_no_chamado(por=fabricar_atendente(), chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="Qual é a versão?")

    trecho = redigir()[chamado.solicitante_id, "informacao"]

    assert trecho.assunto == f"{chamado.protocolo}: precisamos de uma informação"
    assert "Sem resposta em 72 horas" in trecho.linhas[0][1] and trecho.linhas[1][1] == "Qual é a versão?"
    assert trecho.endereco == f"/atendimento/chamados/{chamado.chave}/"
    assert chamado.solicitante.nome not in trecho.assunto + trecho.titulo


def test_tipo_isento_nao_promete_encerrar(central):
    chamado = fabricar_chamado()
    politica_em_vigor().tipos_isentos.add(chamado.formulario.tipo)
    falar_no_chamado(por=fabricar_atendente(), chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="Qual?")

    assert "encerrado" not in redigir()[chamado.solicitante_id, "informacao"].linhas[0][1]
    chamado.refresh_from_db()
    assert encerramento_por_silencio(chamado, agora=SEGUNDA) is None


def test_o_motivo_do_encaminhamento_so_vai_a_ninguem_de_fora(central):
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    coordena = fabricar_atendente("tecnica", coordena=True)
    equipe = Integrante.objects.get(pessoa=coordena).equipe_id
    encaminhar_chamado(por=atendente, chave=chamado.chave, equipe_id=equipe, motivo="Segredo nosso", tentado="Nada")

    trechos = redigir()

    assert "Segredo" not in str(trechos[chamado.solicitante_id, "encaminhado"])
    assert trechos[coordena.pk, "a_atender"] is not None


def test_quem_deixou_de_participar_ou_de_atender_nao_recebe_mais(central):
    chamado, atendente, colega = fabricar_chamado(), fabricar_atendente(), fabricar_pessoa()
    fabricar_seguidor(chamado, colega)
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="?")
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="4.1")
    Seguidor.objects.all().delete()
    Integrante.objects.filter(pessoa=atendente).update(ate=chamado.aberto_em)

    trechos = redigir()

    assert trechos[colega.pk, "informacao"] is None and trechos[atendente.pk, "completado"] is None
    assert trechos[chamado.solicitante_id, "informacao"] is not None


def test_mensagem_longa_vem_cortada(central):
    chamado = fabricar_chamado()
    falar_no_chamado(por=fabricar_atendente(), chave=chamado.chave, passo=Passo.RESPONDER, texto="x" * 5_000)

    assert len(redigir()[chamado.solicitante_id, "respondido"].linhas[1][1]) == 2_001
