"""O que se guarda, por quanto tempo, e o que cada um leva do que é seu."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pen.correio.enums import Especie, Situacao
from pen.correio.errors import PassoImpossivel
from pen.correio.models import Conversa, Item, Recebimento
from pen.correio.services.conversas import anotar_na_conversa, assumir_conversa
from pen.correio.services.guarda import cumprir_guarda
from pen.correio.services.recepcao import receber_mensagem
from pen.correio.services.titular import exportar_conversas
from pen.identidade.services.titular import excluir_conta, reunir_dados
from tests.fabricas.correio import DE, SUPORTE, chegar, mensagem, responder
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

AGORA = timezone.now()
VELHA, RECENTE = AGORA - timedelta(days=2 * 365 + 1), AGORA - timedelta(days=2 * 365 - 5)


def test_passado_o_prazo_ficam_a_caixa_o_caso_e_os_tempos_e_nada_que_diga_de_quem_era(caixas):
    central = fabricar_central()
    conversa = chegar("Texto de alguém.", assunto="Assunto de alguém", agora=VELHA, anexos={"alguém.pdf": b"x"})
    anotar_na_conversa(por=central, chave=conversa.chave, texto="Nota sobre alguém")
    responder(conversa, central, agora=VELHA)
    recusada = chegar(SUPORTE, agora=VELHA)
    por_responder, recente = chegar("Ninguém respondeu.", agora=VELHA), chegar("De há pouco.", agora=RECENTE)
    Conversa.objects.exclude(pk=recente.pk).update(mexida_em=VELHA)

    assert cumprir_guarda(agora=AGORA) == (2, 4)
    assert cumprir_guarda(agora=AGORA) == (0, 0)

    conversa.refresh_from_db()
    assert conversa.caso and conversa.situacao == Situacao.RESPONDIDA and conversa.primeira_resposta_em == VELHA
    das_velhas = Item.objects.filter(conversa__in=[conversa, recusada])
    gravado = str([*Conversa.objects.filter(pk__in=[conversa.pk, recusada.pk]).values(), *das_velhas.values()])
    assert "lguém" not in gravado and DE not in gravado and "orgao.exemplo" not in gravado
    assert not das_velhas.exclude(original="").exists() and not das_velhas.filter(especie=Especie.NOTA).exists()
    por_responder.refresh_from_db()
    assert por_responder.anonimizada_em is None and por_responder.remetente == DE
    with pytest.raises(PassoImpossivel):
        assumir_conversa(por=central, chave=conversa.chave, visto=conversa.versao)


def test_quem_responde_a_uma_anonimizada_comeca_outra(caixas):
    chegar(SUPORTE, agora=VELHA)
    numero = Item.objects.get(especie=Especie.RECEBIDA).identificacao
    cumprir_guarda(agora=AGORA)

    nova = chegar("Mais uma coisa.", In_Reply_To=numero)
    assert Conversa.objects.count() == 2 and nova.anonimizada_em is None


def test_o_recebimento_some_em_seis_meses(caixas):
    receber_mensagem(mensagem("x").as_bytes(), agora=AGORA - timedelta(days=181))
    receber_mensagem(mensagem("y").as_bytes(), agora=AGORA - timedelta(days=179))

    cumprir_guarda(agora=AGORA)
    assert Recebimento.objects.count() == 1


def test_quem_tem_conta_leva_as_conversas_do_seu_email_confirmado(caixas):
    chegar("O que eu disse.", assunto="Meu assunto")
    central = fabricar_central()
    anotar_na_conversa(por=central, chave=Conversa.objects.get().chave, texto="Nota interna")
    responder(Conversa.objects.get(), central, "O que a caixa disse.")
    confirmada = fabricar_pessoa(email=DE, email_confirmado_em=AGORA)

    levado = reunir_dados(para=confirmada)["correio"]
    (conversa,) = levado["conversas_com_as_caixas"]
    assert conversa["assunto"] == "Meu assunto" and "Nota interna" not in str(levado)
    assert [m["da_pessoa"] for m in conversa["mensagens"]] == [True, False]
    assert levado["passos_nas_caixas"] == []
    de_quem_cuida = reunir_dados(para=central)["correio"]["passos_nas_caixas"]
    assert [p["passo"] for p in de_quem_cuida] == ["Respondeu"]


def test_levar_muitas_conversas_custa_as_mesmas_consultas(caixas, django_assert_max_num_queries):
    pessoa = fabricar_pessoa(email=DE, email_confirmado_em=AGORA)
    for numero in range(3):
        chegar(f"Pergunta {numero}.")

    with django_assert_max_num_queries(4):
        levadas = exportar_conversas(pessoa.pk)["conversas_com_as_caixas"]
    assert [m["texto"] for c in levadas for m in c["mensagens"]] == ["Pergunta 0.", "Pergunta 1.", "Pergunta 2."]


def test_quem_so_diz_ter_o_email_nao_leva_nada(caixas):
    chegar("O que outra pessoa disse.")

    assert (
        reunir_dados(para=fabricar_pessoa(email=DE, email_confirmado_em=None))["correio"]["conversas_com_as_caixas"] == []
    )


def test_a_conta_excluida_nao_apaga_a_correspondencia(caixas):
    chegar("O que eu disse.")
    excluir_conta(por=fabricar_pessoa(email=DE, email_confirmado_em=AGORA))

    assert Conversa.objects.get().remetente == DE
