"""Unir, separar e dividir chamados."""

from datetime import timedelta

import pytest

from pen.atendimento.enums import Desfecho, Passo, Situacao
from pen.atendimento.errors import DestinoInvalido, PassoImpossivel
from pen.atendimento.models import Anexo, Chamado, Equipe, Seguidor
from pen.atendimento.rules import passos_possiveis
from pen.atendimento.selectors.chamados import historia
from pen.atendimento.services.atendimento import encaminhar_chamado, falar_no_chamado
from pen.atendimento.services.participacao import completar_chamado, reabrir_chamado
from pen.atendimento.services.uniao import dividir_chamado, separar_chamado, unir_chamado
from pen.atendimento.values.anexos import AnexoNovo
from pen.comum.errors import PedidoIncompleto, SemPermissao
from tests.fabricas.atendimento import SEGUNDA, fabricar_atendente, fabricar_chamado, fabricar_seguidor
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]


@pytest.fixture
def dois(central):
    um = fabricar_chamado(assunto="Erro ao assinar")
    return um, fabricar_chamado(um.solicitante, assunto="Ainda o erro ao assinar")


def textos(chamado, para) -> list[str]:
    return [p.texto for p in historia(chamado, para=para) if p.texto]


def test_a_historia_do_unido_aparece_no_outro_e_quem_seguia_passa_a_seguir(dois):
    destino, chamado = dois
    colega, atendente = fabricar_pessoa(), fabricar_atendente()
    fabricar_seguidor(chamado, colega)
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.RESPONDER, texto="Já olhamos.")
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.ANOTAR, texto="É o mesmo servidor.")

    unir_chamado(por=atendente, chave=chamado.chave, principal=destino.protocolo)

    chamado.refresh_from_db()
    assert (chamado.desfecho, chamado.principal_id) == (Desfecho.UNIDO, destino.pk)
    assert Seguidor.objects.filter(chamado=destino, pessoa=colega).exists()
    assert textos(destino, colega) == ["Já olhamos."]
    assert textos(destino, atendente)[:2] == ["Já olhamos.", "É o mesmo servidor."]


def test_fusao_e_desfazer(dois):
    destino, chamado = dois
    colega, atendente = fabricar_pessoa(), fabricar_atendente()
    fabricar_seguidor(chamado, colega)
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.RESPONDER, texto="Já olhamos.")
    unir_chamado(por=atendente, chave=chamado.chave, principal=destino.protocolo, agora=SEGUNDA)

    separar_chamado(por=atendente, chave=chamado.chave, agora=SEGUNDA + timedelta(days=7))

    chamado.refresh_from_db()
    assert (chamado.situacao, chamado.desfecho, chamado.principal) == (Situacao.EM_ATENDIMENTO, "", None)
    assert not Seguidor.objects.filter(chamado=destino, pessoa=colega).exists()
    assert Seguidor.objects.filter(chamado=chamado, pessoa=colega).exists()
    assert textos(destino, chamado.solicitante) == []


def test_depois_de_sete_dias_nao_se_separa(dois):
    destino, chamado = dois
    atendente, depois = fabricar_atendente(), SEGUNDA + timedelta(days=7, minutes=1)
    unir_chamado(por=atendente, chave=chamado.chave, principal=destino.protocolo, agora=SEGUNDA)
    chamado.refresh_from_db()

    assert Passo.SEPARAR not in passos_possiveis(atendente, chamado, agora=depois)
    with pytest.raises(PassoImpossivel, match="sete dias"):
        separar_chamado(por=atendente, chave=chamado.chave, agora=depois)


def test_o_unido_nao_se_reabre(dois):
    destino, chamado = dois
    unir_chamado(por=fabricar_atendente(), chave=chamado.chave, principal=destino.protocolo, agora=SEGUNDA)
    chamado.refresh_from_db()

    assert Passo.REABRIR not in passos_possiveis(chamado.solicitante, chamado, agora=SEGUNDA)
    with pytest.raises(PassoImpossivel, match="unido"):
        reabrir_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Volta", agora=SEGUNDA)


def test_so_se_unem_chamados_da_mesma_pessoa_com_a_mesma_equipe(dois):
    destino, chamado = dois
    atendente, de_outra = fabricar_atendente(), fabricar_chamado()

    with pytest.raises(DestinoInvalido, match="mesma pessoa"):
        unir_chamado(por=atendente, chave=chamado.chave, principal=de_outra.protocolo)
    with pytest.raises(DestinoInvalido, match="si mesmo"):
        unir_chamado(por=atendente, chave=chamado.chave, principal=chamado.protocolo)
    tecnica = Equipe.objects.get(codigo="tecnica").pk
    encaminhar_chamado(por=atendente, chave=destino.chave, equipe_id=tecnica, motivo="m", tentado="t")
    with pytest.raises(DestinoInvalido, match="outra equipe"):
        unir_chamado(por=atendente, chave=chamado.chave, principal=destino.protocolo)
    with pytest.raises(SemPermissao):
        unir_chamado(por=chamado.solicitante, chave=chamado.chave, principal=destino.protocolo)


def test_dividir_abre_outro_da_mesma_pessoa_com_a_mensagem_e_os_anexos(dois):
    chamado, atendente = dois[0], fabricar_atendente()
    anexo = AnexoNovo("tela.txt", open(__file__, "rb"))  # noqa: SIM115
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="E o NUP saiu errado.", anexos=[anexo])
    chamado.refresh_from_db()

    novo = dividir_chamado(
        por=atendente,
        chave=chamado.chave,
        ordem=chamado.passos,
        produto="nup",
        tipo="registrar-duvida",
        assunto="NUP errado",
    )

    assert (novo.solicitante_id, novo.orgao_id, novo.anterior_id) == (chamado.solicitante_id, chamado.orgao_id, chamado.pk)
    assert (novo.descricao, novo.produto.codigo) == ("E o NUP saiu errado.", "nup")
    nomes = [a.nome for passo in historia(novo, para=novo.solicitante) for a in passo.anexos]
    assert nomes == ["tela.txt"] and Anexo.objects.count() == 2
    assert Chamado.objects.get(pk=chamado.pk).situacao == Situacao.NA_FILA


@pytest.mark.parametrize("ordem", [0, 2, 99])
def test_so_se_divide_mensagem_de_quem_abriu_ou_segue(dois, ordem):
    chamado, atendente = dois[0], fabricar_atendente()
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.RESPONDER, texto="Resposta da equipe.")

    with pytest.raises(PedidoIncompleto, match="mensagem"):
        dividir_chamado(
            por=atendente, chave=chamado.chave, ordem=ordem, produto="nup", tipo="registrar-duvida", assunto="x"
        )
