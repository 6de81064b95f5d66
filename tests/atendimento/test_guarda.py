"""Passado o prazo, some o que diz de quem era, e ficam os números."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pen.atendimento.enums import EspecieDeGuarda, Passo
from pen.atendimento.models import Anexo, Avaliacao, Chamado, PassoDoChamado, RodadaDeGuarda, Seguidor, TextoDoChamado
from pen.atendimento.selectors.painel import painel_da_central
from pen.atendimento.services.anexos import excluir_abandonados
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado
from pen.atendimento.services.guarda import cumprir_guarda
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.values.anexos import AnexoNovo
from tests.atendimento.test_manifestacoes import manifestar
from tests.fabricas.atendimento import SEGUNDA, fabricar_atendente, fabricar_chamado, fabricar_seguidor
from tests.fabricas.pessoas import entrar, fabricar_central

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
CINCO_ANOS = SEGUNDA + timedelta(days=5 * 365, hours=1)


@pytest.fixture
def encerrado():
    chamado, atendente = fabricar_chamado(assunto="Segredo", descricao="Segredo."), fabricar_atendente()
    fabricar_seguidor(chamado)
    anexo = AnexoNovo("segredo.txt", open(__file__, "rb"))  # noqa: SIM115
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Segredo.", anexos=[anexo], agora=SEGUNDA)
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.ANOTAR, texto="Segredo.", agora=SEGUNDA)
    encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Segredo.", agora=SEGUNDA)
    Avaliacao.objects.update(nota=5, dada_em=SEGUNDA, comentario="Segredo.")
    return chamado


def test_anonimizar_preserva_estatistica(encerrado):
    central, dia = fabricar_central(), SEGUNDA.date()
    antes = painel_da_central(para=central, desde=dia, ate=dia)

    cumprir_guarda(agora=CINCO_ANOS)

    assert painel_da_central(para=central, desde=dia, ate=dia) == antes
    assert Chamado.objects.get().protocolo == encerrado.protocolo and antes.satisfacao.dadas == 1


def test_nao_fica_nada_que_diga_de_quem_era(encerrado):
    cumprir_guarda(agora=CINCO_ANOS)

    chamado = Chamado.objects.get()
    assert chamado.solicitante_id != encerrado.solicitante_id and not chamado.solicitante.is_active
    assert not (Seguidor.objects.exists() or TextoDoChamado.objects.exists() or Anexo.objects.exists())
    assert not PassoDoChamado.objects.exclude(texto="").exists()
    assert not PassoDoChamado.objects.filter(da_equipe=False).exclude(por=None).exists()
    guardado = str(
        list(Chamado.objects.values()) + list(Avaliacao.objects.values()) + list(PassoDoChamado.objects.values())
    )
    assert "Segredo" not in guardado
    assert excluir_abandonados() >= 0


def test_o_aberto_e_o_recente_ficam(encerrado):
    fabricar_chamado()

    rodadas = cumprir_guarda(agora=CINCO_ANOS - timedelta(hours=2))

    assert [r.quantos for r in rodadas] == [0, 0, 0]
    assert not Chamado.objects.exclude(anonimizado_em=None).exists()


def test_de_novo_nao_muda_nada_e_cada_rodada_deixa_o_relatorio(encerrado, client):
    primeira, segunda = cumprir_guarda(agora=CINCO_ANOS), cumprir_guarda(agora=CINCO_ANOS)

    assert [primeira[0].quantos, segunda[0].quantos] == [1, 0] and RodadaDeGuarda.objects.count() == 6
    assert "chamados encerrados, anonimizados" in entrar(client, fabricar_central()).get("/atendimento/guarda/").text
    assert entrar(client, fabricar_atendente()).get("/atendimento/guarda/").status_code == 404


def test_a_manifestacao_tratada_perde_o_texto_em_dois_anos():
    from pen.atendimento.models import Manifestacao
    from pen.atendimento.services.manifestacoes import tratar_manifestacao

    aberta, tratada = manifestar(), manifestar(texto="Segredo.")
    tratar_manifestacao(por=fabricar_central(), chave=tratada.chave, resposta="Ok")

    rodadas = {r.especie: r.quantos for r in cumprir_guarda(agora=timezone.now() + timedelta(days=731))}

    assert rodadas[EspecieDeGuarda.MANIFESTACAO] == 1
    assert Manifestacao.objects.get(pk=aberta.pk).texto != "(anonimizado)"
    assert Manifestacao.objects.get(pk=tratada.pk).pessoa_id != tratada.pessoa_id
