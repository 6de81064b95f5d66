"""O que ficou sem resposta, para quem escreve na base."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from pen.assistente.errors import FalaNaoEncontrada
from pen.assistente.selectors.perguntas import agrupar_perguntas, balanco_das_perguntas, perguntas_sem_resposta
from pen.assistente.services.conversas import opinar, perguntar
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
NINGUEM = AnonymousUser()


def test_as_parecidas_vem_juntas_e_as_que_mais_se_repetem_primeiro():
    agora = timezone.now()
    for texto in (
        "trocar o certificado digital",
        "zebra",
        "Como trocar o certificado digital?",
        "troca de certificado digital",
    ):
        perguntar(por=NINGUEM, chave="", texto=texto)
    perguntar(por=NINGUEM, chave="", texto="gato velho", agora=agora - timedelta(days=120))

    primeiro, segundo = perguntas_sem_resposta(para=fabricar_atendente(), agora=timezone.now())

    assert (primeiro.quantas, len(primeiro.outras), segundo.pergunta) == (3, 2, "zebra")


def test_conta_o_que_respondeu_sem_ajudar():
    fabricar_artigo("Como reabrir um chamado?")
    fala = perguntar(por=NINGUEM, chave="", texto="reabrir chamado")
    atendente = fabricar_atendente()
    assert perguntas_sem_resposta(para=atendente, agora=timezone.now()) == []

    opinar(por=NINGUEM, chave=fala.conversa.chave, fala_id=fala.pk, ajudou=False)

    assert [g.pergunta for g in perguntas_sem_resposta(para=atendente, agora=timezone.now())] == ["reabrir chamado"]
    assert balanco_das_perguntas(para=atendente, agora=timezone.now())[:6] == (1, 1, 0, 0, 0, 1)


@pytest.mark.parametrize("quem", [NINGUEM, "pessoa"])
def test_so_quem_escreve_na_base_le(quem):
    para = fabricar_pessoa() if quem == "pessoa" else quem
    for leitura in (perguntas_sem_resposta, balanco_das_perguntas):
        with pytest.raises(FalaNaoEncontrada):
            leitura(para=para, agora=timezone.now())


def test_agrupar_muitas_custa_pouco():
    agora = timezone.now()
    perguntas = [(f"pergunta sobre o assunto{n % 500} numero{n % 500}", agora, False) for n in range(3_000)]
    assert sum(g.quantas for g in agrupar_perguntas(perguntas)) == 3_000
