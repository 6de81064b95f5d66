"""Órgãos: carga, criação, consulta."""

import pytest

from pen.identidade.errors import OrgaoInvalido, OrgaoJaExiste, OrgaoNaoEncontrado
from pen.identidade.models import JanelaDeUso, Orgao
from pen.identidade.public import OrigemDoCodigo, SituacaoDoOrgao, carregar_orgaos, consultar_orgao, contar_uso, criar_orgao
from pen.identidade.selectors.orgaos import achar_orgao
from pen.identidade.services.orgaos import alterar_orgao
from pen.identidade.services.ritmo import excluir_janelas_vencidas
from tests.fabricas.identidade import fabricar_orgao

pytestmark = pytest.mark.django_db


def test_carga_traz_siorg_estados_e_municipios_com_o_superior_e_nao_repete():
    carga = carregar_orgaos()
    Orgao.objects.filter(codigo="54793").update(nome="Nome mudado por alguém")

    de_novo = carregar_orgaos()

    assert carga.novos == 245 + 27 + 5571 and (de_novo.novos, de_novo.existentes) == (0, carga.novos)
    antt = consultar_orgao("54793")
    assert antt.nome == "Nome mudado por alguém" and antt.superior.sigla == "MINFRA"
    assert consultar_orgao("3550308").nome == "Município: São Paulo/SP"


@pytest.mark.parametrize(
    ("codigo", "origem"), [("ABC-1", "proprio"), ("123", "ibge"), ("1" * 11, "siorg"), ("", "proprio")]
)
def test_codigo_fora_do_formato_e_recusado(codigo, origem):
    with pytest.raises(OrgaoInvalido):
        criar_orgao(codigo=codigo, sigla="X", nome="X", origem=OrigemDoCodigo(origem))


def test_codigo_repetido_na_mesma_origem_e_recusado_e_em_outra_nao():
    criar_orgao(codigo="TJXY", sigla="TJXY", nome="Tribunal")

    with pytest.raises(OrgaoJaExiste):
        criar_orgao(codigo="tjxy", sigla="OUTRO", nome="Outro")
    assert criar_orgao(codigo="TJXY", sigla="T", nome="T", origem=OrigemDoCodigo.SIORG)


def test_alterar_guarda_a_consulta_propria_e_a_situacao_sem_mexer_no_resto():
    orgao = fabricar_orgao()

    alterar_orgao(orgao_id=orgao.pk, consulta_publica="https://exemplo.gov.br/?n={numero}")
    alterado = alterar_orgao(orgao_id=orgao.pk, situacao=SituacaoDoOrgao.SUSPENSO)

    assert alterado.endereco_da_consulta("123") == "https://exemplo.gov.br/?n=123" and alterado.situacao == "suspenso"
    with pytest.raises(OrgaoInvalido):
        alterar_orgao(orgao_id=orgao.pk, consulta_publica="javascript:alert(1)")


def test_achar_orgao_como_a_pessoa_escreve():
    antt = fabricar_orgao(sigla="ANTT", nome="Agência Nacional de Transportes Terrestres", codigo="54793")
    fabricar_orgao(sigla="ANTAQ", nome="Agência Nacional de Transportes Aquaviários")

    assert achar_orgao(" antt ") == achar_orgao("54793") == achar_orgao("transportes terrestres") == antt
    with pytest.raises(OrgaoNaoEncontrado, match="ANTAQ, ANTT"):
        achar_orgao("transportes")


def test_endereco_de_rede_so_e_guardado_como_hash_e_some():
    contar_uso("api:10.9.8.7")
    janela = JanelaDeUso.objects.get()
    assert "10.9.8.7" not in janela.chave

    JanelaDeUso.objects.update(janela="2020-01-01T00:00:00Z")

    assert excluir_janelas_vencidas() == 1 and excluir_janelas_vencidas() == 0
