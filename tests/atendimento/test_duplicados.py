"""Chamados sobre a mesma coisa: encerrar ligado ao principal, e responder a todos de uma vez, sem vazar nada."""

import pytest

from pen.atendimento.enums import Desfecho, Passo
from pen.atendimento.errors import ChamadoNaoEncontrado, DestinoInvalido, PassoImpossivel
from pen.atendimento.models import Avaliacao, Chamado, Equipe, PassoDoChamado
from pen.atendimento.selectors.chamados import historia, principal_visivel
from pen.atendimento.services.atendimento import encaminhar_chamado, encerrar_chamado
from pen.atendimento.services.duplicados import encerrar_duplicado
from pen.atendimento.services.participacao import cancelar_chamado, reabrir_chamado
from pen.atendimento.services.passo import RESPOSTA_AOS_LIGADOS
from pen.notificacoes.models import Aviso
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import entrar

pytestmark = pytest.mark.django_db


@pytest.fixture
def atendente(central):
    return fabricar_atendente()


def duplicar(por, chamado, principal, **opcoes):
    return encerrar_duplicado(por=por, chave=chamado.chave, principal=principal.protocolo, **opcoes)


def eventos(pessoa) -> list[str]:
    return [a.dados["evento"] for a in Aviso.objects.filter(pessoa=pessoa).order_by("id")]


def test_duplicado_seguido_sem_vazar(atendente):
    principal, duplicado = fabricar_chamado(descricao="Do outro órgão"), fabricar_chamado()

    duplicar(atendente, duplicado, principal)
    encerrar_chamado(
        por=atendente, chave=principal.chave, resposta="Só deste órgão", aos_ligados="Atualize para a 4.1.3.",
        agora=em("2026-11-18T10:00"),
    )  # fmt: skip

    duplicado.refresh_from_db()
    assert (duplicado.desfecho, duplicado.reabrivel_ate) == (Desfecho.DUPLICADO, em("2026-11-20T10:00"))
    textos = [p.texto for p in historia(duplicado, para=duplicado.solicitante)]
    assert textos == ["", "", "Atualize para a 4.1.3."]
    assert eventos(duplicado.solicitante) == ["recebido", "duplicado", "informado"]
    assert principal_visivel(duplicado, para=duplicado.solicitante) is None
    assert principal_visivel(duplicado, para=atendente) == principal
    assert Avaliacao.objects.filter(chamado=duplicado).count() == 0


def test_quarenta_chamados_recebem_a_resposta_de_uma_vez(atendente):
    principal = fabricar_chamado()
    for _ in range(40):
        duplicar(atendente, fabricar_chamado(), principal)

    encerrar_chamado(por=atendente, chave=principal.chave, resposta="Feito.")

    informados = PassoDoChamado.objects.filter(passo=Passo.INFORMAR)
    assert informados.count() == 40 and set(informados.values_list("texto", flat=True)) == {RESPOSTA_AOS_LIGADOS}


def test_duplicado_de_duplicado_vai_ao_principal_de_verdade(atendente):
    principal, meio, ultimo = fabricar_chamado(), fabricar_chamado(), fabricar_chamado()
    duplicar(atendente, meio, principal)

    duplicar(atendente, ultimo, meio)

    ultimo.refresh_from_db()
    assert ultimo.principal == principal


def test_quem_esperava_um_que_virou_duplicado_espera_o_principal(atendente):
    principal, meio, ultimo = fabricar_chamado(), fabricar_chamado(), fabricar_chamado()
    duplicar(atendente, ultimo, meio)
    duplicar(atendente, meio, principal)

    encerrar_chamado(por=atendente, chave=principal.chave, resposta="Feito.")

    assert {p.chamado for p in PassoDoChamado.objects.filter(passo=Passo.INFORMAR)} == {meio, ultimo}


def test_o_principal_que_acaba_por_quem_o_abriu_tambem_informa_sem_dizer_quem(atendente):
    principal, duplicado = fabricar_chamado(), fabricar_chamado()
    duplicar(atendente, duplicado, principal)

    cancelar_chamado(por=principal.solicitante, chave=principal.chave, texto="Não preciso mais.")

    informado = PassoDoChamado.objects.get(chamado=duplicado, passo=Passo.INFORMAR)
    assert (informado.por, informado.texto) == (None, RESPOSTA_AOS_LIGADOS)


def test_reaberto_deixa_de_esperar_o_principal(atendente):
    principal, duplicado = fabricar_chamado(), fabricar_chamado()
    duplicar(atendente, duplicado, principal, agora=SEGUNDA)
    reabrir_chamado(por=duplicado.solicitante, chave=duplicado.chave, texto="O meu é outro.", agora=SEGUNDA)

    encerrar_chamado(por=atendente, chave=principal.chave, resposta="Feito.")

    duplicado.refresh_from_db()
    assert duplicado.aberto and duplicado.principal is None and "informado" not in eventos(duplicado.solicitante)


def test_nem_de_si_mesmo_nem_do_que_acabou_nem_do_que_nao_se_ve(atendente):
    chamado, acabado, alheio = fabricar_chamado(), fabricar_chamado(), fabricar_chamado()
    encerrar_chamado(por=atendente, chave=acabado.chave, resposta="x")
    tecnica = Equipe.objects.get(codigo="tecnica")

    for principal in (chamado, acabado):
        with pytest.raises(DestinoInvalido):
            duplicar(atendente, chamado, principal)
    encaminhar_chamado(por=atendente, chave=alheio.chave, equipe_id=tecnica.pk, motivo="x", tentado="y")
    with pytest.raises(ChamadoNaoEncontrado):
        encerrar_duplicado(por=fabricar_atendente("negocial"), chave=chamado.chave, principal=alheio.protocolo)
    with pytest.raises(ChamadoNaoEncontrado):
        encerrar_duplicado(por=atendente, chave=chamado.chave, principal="PEN-2026-000001-00")
    assert Chamado.objects.get(pk=chamado.pk).aberto


def test_o_que_ja_acabou_nao_vira_duplicado(atendente):
    principal, acabado = fabricar_chamado(), fabricar_chamado()
    encerrar_chamado(por=atendente, chave=acabado.chave, resposta="x")

    with pytest.raises(PassoImpossivel):
        duplicar(atendente, acabado, principal)


def test_pela_pagina(client, atendente):
    principal, duplicado = fabricar_chamado(), fabricar_chamado()
    entrar(client, atendente)
    endereco = f"/atendimento/chamados/{duplicado.chave}/passos/duplicar"

    errado = client.post(endereco, {"duplicar-principal": "nada"})
    certo = client.post(endereco, {"duplicar-principal": principal.protocolo.lower()})

    assert errado.status_code == 422 and "Não há chamado seu com este número." in errado.text
    assert certo.status_code == 302
    pagina = client.get(f"/atendimento/chamados/{principal.chave}/").text
    assert duplicado.protocolo in pagina and "O que dizer a quem abriu os chamados ligados" in pagina
    de_quem_abriu = entrar(client, duplicado.solicitante).get(f"/atendimento/chamados/{duplicado.chave}/").text
    assert principal.protocolo not in de_quem_abriu
