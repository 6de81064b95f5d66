"""Por que este prazo: os trechos contados e as pausas fecham a conta."""

from datetime import timedelta

import pytest

from pen.atendimento.enums import Passo
from pen.atendimento.selectors.prazos import contagens_do_chamado
from pen.atendimento.services.atendimento import falar_no_chamado
from pen.atendimento.services.participacao import completar_chamado
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]


def test_a_soma_do_que_se_contou_e_a_meta():
    chamado = fabricar_chamado()

    contas = {nome: (prazo, c.total) for nome, prazo, c in contagens_do_chamado(chamado)}

    assert contas["Primeira resposta"] == (em("2026-11-16T18:00"), timedelta(hours=8))
    assert contas["Solução"][1] == timedelta(hours=40)


def test_com_pausas_a_soma_continua_a_meta_e_elas_aparecem():
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    for dia in (17, 18):
        falar_no_chamado(
            por=atendente, chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="?", agora=em(f"2026-11-{dia}T09:00")
        )
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Ok", agora=em(f"2026-11-{dia}T15:30"))
    chamado.refresh_from_db()

    nome, prazo, contagem = contagens_do_chamado(chamado)[1]

    assert nome == "Solução" and contagem.total == timedelta(hours=40)
    assert [p.duracao for p in contagem.pausas] == [timedelta(hours=6, minutes=30)] * 2
    assert prazo > SEGUNDA + timedelta(days=7)
