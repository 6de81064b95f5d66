"""Seguir: quem é avisado, de quanto em quanto tempo, e o que o aviso não diz. E os direitos de quem participa."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from pen.identidade.services.titular import excluir_conta, reunir_dados
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import AvisoARedigir, enviar_avisos
from pen.notificacoes.services.avisos import vencimento_semanal
from pen.participen.enums import AtoDeModeracao, RitmoDeSeguir
from pen.participen.models import Aceite, Categoria, Etiqueta, Participante, Publicacao, Seguimento, VersaoDaPublicacao
from pen.participen.selectors.seguimento import quem_segue
from pen.participen.services.avisos import redigir_novidades
from pen.participen.services.exemplo import cadastrar_exemplo
from pen.participen.services.moderacao import decidir
from pen.participen.services.seguimento import deixar_de_seguir, deixar_pelos_avisos, seguir
from pen.participen.services.topicos import alterar_publicacao
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.participen import (
    abertura_de,
    fabricar_moderacao,
    fabricar_participante,
    fabricar_resposta,
    fabricar_topico,
)
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = pytest.mark.usefixtures("forum")


def novidades(pessoa):
    return Aviso.objects.filter(tipo="participen.novidade", pessoa=pessoa)


def sei():
    return Categoria.objects.get(codigo="sei")


def test_quem_abre_um_topico_o_segue_e_nao_e_avisado_do_que_escreve():
    ana = fabricar_participante()
    topico = fabricar_topico(ana)
    fabricar_resposta(topico)
    fabricar_resposta(topico, ana)

    assert novidades(ana).count() == 1


def test_quem_segue_por_tres_lados_recebe_um_aviso_so_no_ritmo_mais_frequente():
    rui = fabricar_pessoa()
    seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir.SEMANAL)
    seguir(por=rui, alvo=Etiqueta.objects.get(codigo="assinatura"), ritmo=RitmoDeSeguir.DIARIO)
    seguir(por=rui, alvo=Etiqueta.objects.get(codigo="documentos"), ritmo=RitmoDeSeguir.NENHUM)

    fabricar_topico(etiquetas=["assinatura", "documentos"])

    assert novidades(rui).get().ritmo == "diario"


def test_nenhum_num_topico_cala_o_que_se_segue_em_volta():
    rui, topico = fabricar_pessoa(), fabricar_topico()
    seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir.IMEDIATO)
    seguir(por=rui, alvo=topico, ritmo=RitmoDeSeguir.NENHUM)

    assert rui.pk not in quem_segue([topico])[topico.pk]


@pytest.mark.parametrize("ritmo", ["nenhum", None])
def test_quem_nao_segue_ou_pediu_nenhum_aviso_nao_recebe(ritmo):
    rui = fabricar_pessoa()
    if ritmo:
        seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir(ritmo))

    fabricar_topico()

    assert not novidades(rui).exists()


def test_o_que_espera_a_moderacao_so_se_conta_depois_de_aprovado_e_uma_vez():
    rui = fabricar_pessoa()
    seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir.IMEDIATO)
    publicacao = abertura_de(fabricar_topico(fabricar_participante(novato=True), titulo="O que chegou agora ao fórum"))
    assert not novidades(rui).filter(chave=str(publicacao.pk)).exists()

    moderacao = fabricar_moderacao()
    for ato in ("aprovar", "esconder", "mostrar"):
        decidir(por=moderacao, publicacao_id=publicacao.pk, ato=AtoDeModeracao(ato), motivo="dados", razao="Razão.")

    assert novidades(rui).filter(chave=str(publicacao.pk)).count() == 1


def test_a_escondida_antes_de_publicada_se_conta_quando_a_moderacao_a_mostra():
    rui = fabricar_pessoa()
    seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir.IMEDIATO)
    publicacao = abertura_de(fabricar_topico(fabricar_participante(novato=True), titulo="O que chegou agora ao fórum"))

    moderacao = fabricar_moderacao()
    for ato in ("esconder", "mostrar"):
        decidir(por=moderacao, publicacao_id=publicacao.pk, ato=AtoDeModeracao(ato), motivo="dados", razao="Razão.")

    assert novidades(rui).filter(chave=str(publicacao.pk)).count() == 1


def test_o_email_nao_diz_quem_escreveu_nem_o_que_e_leva_ao_topico():
    rui = fabricar_pessoa()
    seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir.IMEDIATO)
    ana = fabricar_participante(nome="Ana Lima", email="ana@exemplo.org")
    topico = fabricar_topico(ana, titulo="Um título que se pode ler", texto="O que a Ana contou.")
    novidades(rui).update(devido_em=timezone.now())

    enviar_avisos()

    (mensagem,) = [m for m in mail.outbox if m.to == [rui.email]]
    assert mensagem.subject == "ParticiPEN: há um tópico novo"
    assert "Um título que se pode ler" in mensagem.body and f"/participen/topicos/{topico.pk}/" in mensagem.body
    assert "Ana" not in mensagem.body and "contou" not in mensagem.body


def test_escrever_o_resumo_de_muitos_topicos_custa_as_mesmas_consultas(django_assert_max_num_queries):
    rui = fabricar_pessoa()
    seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir.SEMANAL)
    seguir(por=rui, alvo=Etiqueta.objects.get(codigo="assinatura"), ritmo=RitmoDeSeguir.SEMANAL)
    for categoria, etiquetas in (("sei", []), ("sei", ["assinatura"]), ("tramita-gov-br", ["assinatura"])):
        fabricar_topico(categoria=categoria, etiquetas=etiquetas)
    avisos = [AvisoARedigir(a.pk, rui.pk, a.chave, a.dados, a.criado_em) for a in novidades(rui)]

    with django_assert_max_num_queries(3):
        trechos = redigir_novidades(avisos)
    assert len(trechos) == 3 and all(trechos.values())


def test_o_que_se_escondeu_antes_de_sair_nao_sai_e_o_resumo_vazio_tambem_nao():
    rui = fabricar_pessoa()
    seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir.SEMANAL)
    topico = fabricar_topico()
    decidir(
        por=fabricar_moderacao(),
        publicacao_id=abertura_de(topico).pk,
        ato=AtoDeModeracao.ESCONDER,
        motivo="dados",
        razao="Dados.",
    )

    enviar_avisos(agora=vencimento_semanal(timezone.now()) + timedelta(minutes=1))

    assert [m for m in mail.outbox if m.to == [rui.email]] == []


def test_o_resumo_da_semana_junta_tudo_numa_mensagem_por_topico():
    rui = fabricar_pessoa()
    seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir.SEMANAL)
    topico = fabricar_topico(titulo="O primeiro dos dois tópicos")
    fabricar_resposta(topico)
    fabricar_topico(titulo="O segundo dos dois tópicos")
    segunda = vencimento_semanal(timezone.now())

    enviar_avisos(agora=segunda - timedelta(seconds=1))
    assert [m for m in mail.outbox if m.to == [rui.email]] == []
    enviar_avisos(agora=segunda)

    (mensagem,) = [m for m in mail.outbox if m.to == [rui.email]]
    assert mensagem.body.count("O primeiro dos dois tópicos") == 1 and "O segundo dos dois tópicos" in mensagem.body


def test_quem_deixou_de_seguir_nao_recebe_o_que_esperava():
    rui = fabricar_pessoa()
    seguir(por=rui, alvo=sei(), ritmo=RitmoDeSeguir.DIARIO)
    fabricar_topico()

    deixar_de_seguir(por=rui, alvo=sei())
    enviar_avisos(agora=timezone.now() + timedelta(days=2))

    assert [m for m in mail.outbox if m.to == [rui.email]] == []


def test_cancelar_pelo_email_deixa_de_seguir_tudo_o_que_trouxe_os_avisos():
    rui, topico = fabricar_pessoa(), fabricar_topico(etiquetas=["assinatura"])
    outra = Categoria.objects.get(codigo="tramita-gov-br")
    for alvo in (sei(), topico, Etiqueta.objects.get(codigo="assinatura"), outra):
        seguir(por=rui, alvo=alvo, ritmo=RitmoDeSeguir.IMEDIATO)

    deixar_pelos_avisos(rui.pk, [{"publicacao": str(abertura_de(topico).pk)}])

    assert Seguimento.objects.get(pessoa=rui).categoria == outra


def test_quem_leva_os_proprios_dados_leva_o_que_escreveu_e_segue():
    ana = fabricar_participante(orgao=fabricar_orgao(sigla="ANTT"))
    fabricar_topico(ana, contexto="No protocolo.")

    dados = reunir_dados(para=ana)["participen"]

    assert dados["orgao"] == "ANTT" and dados["publicacoes"][-1]["contexto"] == "No protocolo."
    assert dados["segue"] and dados["regras_aceitas"][0]["versao"] == 1


def test_excluida_a_conta_o_que_publicou_fica_sem_dizer_de_quem_e(client):
    ana = fabricar_participante(nome="Ana Lima", orgao=fabricar_orgao(sigla="ANTT"))
    topico = fabricar_topico(ana)
    alterar_publicacao(por=ana, publicacao_id=abertura_de(topico).pk, texto="Limpo.")

    excluir_conta(por=ana)

    pagina = client.get(f"/participen/topicos/{topico.pk}/").text
    assert "Conta excluída" in pagina and "Ana Lima" not in pagina and "ANTT" not in pagina and "Limpo." in pagina
    for modelo in (Seguimento, Aceite, Participante, VersaoDaPublicacao):
        assert not modelo.objects.filter(
            **{"publicacao__autor" if modelo is VersaoDaPublicacao else "pessoa": ana}
        ).exists()


def test_o_exemplo_da_demonstracao_tem_um_topico_resolvido_e_um_que_espera_e_nao_se_repete():
    pessoas = {"gestor": fabricar_pessoa(), "tecnica": fabricar_pessoa(), "central": fabricar_central()}
    for _ in range(2):
        cadastrar_exemplo(orgao=fabricar_orgao(), **pessoas)

    aberturas = Publicacao.objects.filter(abre=True)
    assert aberturas.count() == 4 and aberturas.filter(situacao="aguarda").count() == 1
    assert aberturas.exclude(topico__solucao=None).count() == 1
