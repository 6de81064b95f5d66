"""Abrir um chamado: o protocolo, os prazos, o recibo, e o que falta."""

from uuid import uuid4

import pytest

from pen.atendimento.enums import Situacao
from pen.atendimento.errors import ProdutoForaDaEsfera, SemEquipe
from pen.atendimento.models import Chamado, Equipe, Meta, Passagem, PassoDoChamado
from pen.atendimento.services.abertura import abrir_chamado
from pen.auditoria.public import atos_visiveis
from pen.comum.errors import PedidoIncompleto
from pen.conhecimento.public import EsferaDeAtendimento, Produto
from pen.identidade.public import Esfera
from pen.notificacoes.models import Aviso
from tests.fabricas.atendimento import em, fabricar_chamado, fabricar_equipe, pedido_de_chamado
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = pytest.mark.django_db


def test_o_chamado_nasce_na_triagem_com_protocolo_chave_historia_e_recibo(central):
    pessoa = fabricar_pessoa()

    chamado = fabricar_chamado(pessoa)

    assert chamado.protocolo.startswith("PEN-2026-000001-") and len(chamado.chave) == 22
    assert (chamado.situacao, chamado.equipe.codigo, chamado.esfera) == (
        Situacao.NA_FILA,
        "triagem",
        EsferaDeAtendimento.FEDERAL,
    )
    assert [p.passo for p in PassoDoChamado.objects.filter(chamado=chamado)] == ["abrir"]
    assert Passagem.objects.get(chamado=chamado).ate is None
    assert [a.dados["evento"] for a in Aviso.objects.filter(pessoa=pessoa)] == ["recebido"]
    assert atos_visiveis(para=fabricar_central()).filter(ato="chamado.abrir", objeto=f"chamado:{chamado.pk}").exists()


def test_os_protocolos_do_ano_seguem_e_o_ano_e_o_de_brasilia(central):
    numeros = [
        fabricar_chamado(agora=em(t)).protocolo for t in ("2026-12-31T22:00", "2026-12-31T23:59", "2027-01-01T00:00")
    ]

    assert [n[:15] for n in numeros] == ["PEN-2026-000001", "PEN-2026-000002", "PEN-2027-000001"]


def test_enviar_duas_vezes_abre_um_so(central):
    pessoa, pedido = fabricar_pessoa(), pedido_de_chamado()

    um = abrir_chamado(por=pessoa, pedido=pedido)
    outro = abrir_chamado(por=pessoa, pedido=pedido)

    assert um.pk == outro.pk and Chamado.objects.count() == 1


def test_aberto_a_qualquer_hora_o_prazo_conta_do_expediente(central):
    chamado = fabricar_chamado(agora=em("2026-11-15T03:00"))  # domingo de madrugada; 8 horas úteis de resposta

    assert chamado.prazo_da_resposta == em("2026-11-16T16:00")
    assert chamado.prazo_da_solucao == em("2026-11-19T18:00")


def test_a_meta_mais_especifica_vale(central):
    sei = Produto.objects.get(codigo="sei")
    Meta.objects.create(tipo="reportar-erro", resposta_horas=4, solucao_horas=20)
    assert fabricar_chamado().prazo_da_resposta == em("2026-11-16T14:00")

    Meta.objects.create(produto=sei, resposta_horas=3, solucao_horas=20)
    assert fabricar_chamado().prazo_da_resposta == em("2026-11-16T13:00")

    Meta.objects.create(produto=sei, tipo="reportar-erro", resposta_horas=1, solucao_horas=20)
    assert fabricar_chamado().prazo_da_resposta == em("2026-11-16T11:00")


def test_a_equipe_propria_do_produto_recebe_antes_da_de_todos(central):
    propria = fabricar_equipe("n2", Produto.objects.get(codigo="sei"))

    assert fabricar_chamado().equipe_id == propria.pk
    assert fabricar_chamado(produto="modulo-wssei").equipe.codigo == "triagem"


def test_sem_equipe_de_triagem_a_pessoa_sabe(central):
    Equipe.objects.filter(nivel="n2").update(encerrada_em=em("2026-01-01T00:00"))

    with pytest.raises(SemEquipe):
        fabricar_chamado()


@pytest.mark.parametrize(
    ("campo", "valor"),
    [("assunto", " "), ("assunto", "x" * 201), ("descricao", ""), ("descricao", "x" * 20_001), ("assunto", "a\x00\x01b")],
)
def test_o_que_falta_diz_o_campo_e_nada_fica_gravado(central, campo, valor):
    with pytest.raises(PedidoIncompleto) as erro:
        fabricar_chamado(**{campo: valor})

    assert erro.value.detalhes["campo"] == campo and not Chamado.objects.exists()


def test_o_produto_que_nao_e_da_esfera_do_orgao_nao_se_abre(central):
    with pytest.raises(ProdutoForaDaEsfera):
        fabricar_chamado(
            orgao=fabricar_orgao(esfera=Esfera.MUNICIPAL), produto="nup", tipo="registrar-duvida", respostas={}
        )


def test_outra_pessoa_com_o_mesmo_envio_nao_ve_o_chamado_de_ninguem(central):
    pedido = pedido_de_chamado(envio=uuid4())
    abrir_chamado(por=fabricar_pessoa(), pedido=pedido)

    with pytest.raises(PedidoIncompleto, match="Recarregue"):
        abrir_chamado(por=fabricar_pessoa(), pedido=pedido)


def test_o_chamado_guarda_a_versao_do_formulario_com_que_foi_aberto(central):
    from pen.atendimento.models import Formulario

    chamado = fabricar_chamado()
    Formulario.objects.create(tipo=chamado.formulario.tipo, versao=2, definicao={"campos": []})

    chamado.refresh_from_db()
    assert chamado.formulario.versao == 1
    assert fabricar_chamado(respostas={}).formulario.versao == 2
