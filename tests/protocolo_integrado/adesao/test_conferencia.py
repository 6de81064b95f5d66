"""A conferência do que o órgão enviou em homologação, item por item."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.identidade.public import Ambiente
from pen.nup.public import Veredito, ler_numero
from pen.protocolo_integrado import errors
from pen.protocolo_integrado.enums import Canal
from pen.protocolo_integrado.models import Remessa
from pen.protocolo_integrado.selectors.conferencia_da_adesao import Item, SituacaoDoItem, conferir_homologacao
from pen.protocolo_integrado.services.remessa import receber_remessa
from tests.fabricas.adesao import homologar
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, movimento

pytestmark = pytest.mark.django_db
OK, ATENCAO, FALTA = SituacaoDoItem.OK, SituacaoDoItem.ATENCAO, SituacaoDoItem.FALTA


def conferir(sistema) -> dict[Item, SituacaoDoItem]:
    return {i.item: i.situacao for i in conferir_homologacao(sistema.orgao_id).itens}


def item(sistema, qual):
    return next(i for i in conferir_homologacao(sistema.orgao_id).itens if i.item == qual)


def test_sem_envio_nada_esta_feito(sistema):
    situacoes = conferir(sistema)

    assert {k for k, v in situacoes.items() if v == OK} == {Item.RESTRITOS, Item.RECUSAS}
    assert not conferir_homologacao(sistema.orgao_id).satisfeita


def test_envios_completos_satisfazem_tudo():
    orgao = fabricar_orgao()
    homologar(orgao)

    conferencia = conferir_homologacao(orgao.pk)
    assert conferencia.satisfeita and {i.situacao for i in conferencia.itens} == {OK}


@pytest.mark.parametrize(("quantos", "situacao"), [(9, FALTA), (10, OK)])
def test_quantidade(sistema, quantos, situacao):
    enviar(sistema, *[documento() for _ in range(quantos)])

    assert conferir(sistema)[Item.QUANTIDADE] == situacao


def com_ruins(sistema, ruins: int, defeito) -> None:
    """Dez protocolos, ``ruins`` deles com o defeito."""
    enviar(sistema, *[defeito() for _ in range(ruins)], *[documento() for _ in range(10 - ruins)])


def numero_errado():
    """Um número cujos dígitos não conferem por nenhuma regra: os vizinhos do certo conferem, às vezes, com o ano de 2 dígitos."""
    base = fabricar_nup()[:-2]
    candidatos = (f"{base}{dv:02}" for dv in range(100))
    return documento(next(n for n in candidatos if ler_numero(n).veredito == Veredito.DV_NAO_CONFERE))


@pytest.mark.parametrize(("ruins", "situacao"), [(0, OK), (2, ATENCAO), (3, FALTA)])
@pytest.mark.parametrize(
    ("qual", "defeito"),
    [(Item.NUMEROS, numero_errado),
     (Item.DATAS, lambda: documento(produzido_em="2024-04-01T00:00:00-03:00")),
     (Item.UNIDADES, lambda: documento(None, movimento(unidade="")))],
    ids=["numeros", "datas", "unidades"],
)  # fmt: skip
def test_ate_um_quinto_e_atencao(sistema, qual, defeito, ruins, situacao):
    com_ruins(sistema, ruins, defeito)

    assert conferir(sistema)[qual] == situacao


def test_numero_com_letras_no_lugar_dos_digitos_nao_e_erro(sistema):
    com_ruins(sistema, 10, lambda: documento(fabricar_nup()[:-2] + "DV"))

    achado = item(sistema, Item.NUMEROS)
    assert (achado.situacao, achado.valor, achado.total, achado.outros) == (OK, 0, 10, 0)


def test_historico_vazio_nao_e_unidade_preenchida(sistema):
    enviar(sistema, documento(None, movimentos=()))

    assert conferir(sistema)[Item.UNIDADES] == FALTA and conferir(sistema)[Item.DATAS] == OK


def test_historico_com_mais_de_um_movimento(sistema):
    enviar(sistema, documento())
    assert conferir(sistema)[Item.MOVIMENTOS] == FALTA

    enviar(sistema, documento(None, movimento(), movimento("2024-03-06T10:00:00-03:00")))
    assert conferir(sistema)[Item.MOVIMENTOS] == OK


def test_reenvio_visto(sistema):
    enviar(sistema, igual := documento())
    assert conferir(sistema)[Item.REENVIO] == FALTA

    enviar(sistema, igual)
    assert conferir(sistema)[Item.REENVIO] == OK


def test_restritos_sao_so_atencao(sistema):
    enviar(
        sistema, documento(None, movimento(operacao="Processo Sigiloso gerado"), movimento(operacao="Hipótese legal: x"))
    )

    achado = item(sistema, Item.RESTRITOS)
    assert (achado.situacao, achado.valor, achado.outros) == (ATENCAO, 2, 1)


def test_recusa_por_resolver_diz_codigo_e_protocolo_e_some_quando_o_numero_e_aceito(sistema):
    nup = fabricar_nup()
    enviar(sistema, documento(nup, assunto=""), documento())
    (recusa,) = item(sistema, Item.RECUSAS).recusas
    assert (recusa.codigo, recusa.quantas, recusa.protocolos) == ("NF004", 1, [nup]) and "Assunto" in recusa.motivo

    enviar(sistema, documento(f"{nup[:5]}.{nup[5:11]}/{nup[11:15]}-{nup[15:]}"))  # o mesmo número, com pontos
    assert conferir(sistema)[Item.RECUSAS] == OK

    enviar(sistema, documento(nup, assunto=""))
    assert conferir(sistema)[Item.RECUSAS] == FALTA


def test_recusa_velha_ou_de_producao_nao_conta(sistema):
    enviar(sistema, documento("sem algarismo"))
    Remessa.objects.update(recebida_em=timezone.now() - timedelta(hours=25))
    orgao = fabricar_sistema(ambiente=Ambiente.PRODUCAO)
    enviar(orgao, documento("sem algarismo"))

    assert conferir(sistema)[Item.RECUSAS] == OK and conferir(orgao)[Item.RECUSAS] == OK


def test_remessa_inteira_recusada_conta_ate_outra_ser_lida(sistema):
    with pytest.raises(errors.RemessaRecusada):
        receber_remessa(por=sistema, documentos=[], canal=Canal.SOAP)
    assert [r.codigo for r in item(sistema, Item.RECUSAS).recusas] == ["NF002"]

    enviar(sistema, documento())
    assert conferir(sistema)[Item.RECUSAS] == OK


def test_a_conferencia_tem_numero_fixo_de_consultas(sistema, django_assert_num_queries):
    enviar(sistema, documento("sem algarismo"), documento())
    with CaptureQueriesContext(connection) as com_um:
        conferir_homologacao(sistema.orgao_id)
    enviar(sistema, *[documento("sem algarismo nenhum") for _ in range(30)], *[documento() for _ in range(30)])

    with django_assert_num_queries(len(com_um)):
        conferir_homologacao(sistema.orgao_id)
