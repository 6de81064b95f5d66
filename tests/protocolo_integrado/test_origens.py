"""De que unidades vieram os números: o que não bate com o cadastro é dito à central, e nunca recusado."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from pen.comum.errors import NaoEncontrado
from pen.identidade.public import Ambiente
from pen.nup.enums.situacoes import SituacaoDaUnidade
from pen.nup.models import Versao
from pen.nup.public import gerar_nipe, gerar_nup
from pen.nup.services.unidades import carregar_unidades_observadas
from pen.protocolo_integrado.models import Origem, Registro
from pen.protocolo_integrado.selectors.origens import Inconsistencia, origens_inconsistentes
from pen.protocolo_integrado.services.totais import somar_contagens
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.nup import fabricar_unidade
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_gestor
from tests.fabricas.protocolo import documento, enviar

pytestmark = pytest.mark.django_db
BRASILIA = ZoneInfo("America/Sao_Paulo")


def receber(*numeros: str, por=None) -> None:
    enviar(por or fabricar_sistema(), *[documento(numero) for numero in numeros])
    somar_contagens()


def vistas() -> list[tuple[str, int, Inconsistencia, int]]:
    return [(o.codigo, o.ano, o.inconsistencia, o.numeros) for o in origens_inconsistentes(para=fabricar_central())]


def test_unidade_que_nao_esta_no_cadastro_e_dita_e_o_numero_entra():
    numeros = [gerar_nup("61234", n, 2024).formatado for n in (1, 2)]

    receber(*numeros)

    assert vistas() == [("61234", 2024, Inconsistencia.DESCONHECIDA, 2)]
    assert Registro.objects.count() == 2


def test_cadastrada_a_unidade_a_inconsistencia_some():
    receber(gerar_nup("61234", 1, 2024).formatado)

    fabricar_unidade(codigo="61234")

    assert vistas() == []


def test_a_da_carga_inicial_e_conhecida():
    carregar_unidades_observadas()

    receber(gerar_nup("23480", 1, 2024).formatado)

    assert vistas() == []


def test_unidade_inativa_o_ano_inteiro_e_dita_e_em_parte_dele_nao():
    unidade = fabricar_unidade(situacao=SituacaoDaUnidade.ATIVA, desde=datetime(2018, 1, 1, tzinfo=UTC))
    fim = datetime(2021, 6, 1, tzinfo=BRASILIA)
    Versao.objects.filter(unidade=unidade).update(ate=fim)
    unidade.situacao = SituacaoDaUnidade.INATIVA
    unidade.save(update_fields=["situacao"])
    Versao.objects.create(unidade=unidade, desde=fim, situacao="inativa", orgao=unidade.orgao, motivo="Extinta.")

    receber(*[gerar_nup(unidade.codigo, 1, ano).formatado for ano in (2016, 2020, 2021, 2022)])

    assert vistas() == [(unidade.codigo, 2022, Inconsistencia.INATIVA_NO_ANO, 1)]


def test_nipe_conta_pelos_oito_algarismos_e_forma_sem_unidade_nao_conta():
    receber(gerar_nipe("17", "137", "001", 1, 2026).formatado, "00023080000000120169")

    assert [(o.codigo, o.ano) for o in Origem.objects.all()] == [("17137001", 2026)]


def test_reenviar_e_homologar_nao_contam_de_novo():
    numero, orgao = gerar_nup("61234", 1, 2024).formatado, fabricar_orgao()
    sistema = fabricar_sistema(orgao)

    receber(numero, por=sistema)
    receber(numero, por=sistema)
    receber(numero, por=fabricar_sistema(orgao, Ambiente.HOMOLOGACAO))

    assert Origem.objects.get().numeros == 1


def test_as_consultas_nao_crescem_com_as_origens(django_assert_num_queries):
    central = fabricar_central()
    origens_inconsistentes(para=central)
    for ano in range(2001, 2021):
        Origem.objects.create(
            orgao=fabricar_orgao(),
            codigo="61234",
            ano=ano,
            numeros=1,
            vista_em=datetime.now(UTC),
            ultima_em=datetime.now(UTC),
        )

    with django_assert_num_queries(2):
        assert len(origens_inconsistentes(para=central)) == 20


def test_so_a_central_e_a_auditoria_veem():
    receber(gerar_nup("61234", 1, 2024).formatado)

    with pytest.raises(NaoEncontrado):
        origens_inconsistentes(para=fabricar_gestor(fabricar_orgao()))
    estranho, central = entrar(Client(), fabricar_gestor(fabricar_orgao())), entrar(Client(), fabricar_central())
    for caminho in ("/central/origens/", "/central/origens-inconsistentes.csv"):
        assert estranho.get(caminho).status_code == 404
        assert "61234" in central.get(caminho).content.decode()
        assert Client().get(caminho).status_code == 302


def test_a_pagina_do_processo_diz_a_unidade_de_quem_e_e_de_quem_era(client):
    antigo, novo = fabricar_orgao(sigla="MANTIGO"), fabricar_orgao(sigla="MNOVO")
    unidade = fabricar_unidade(antigo, desde=datetime(2018, 1, 1, tzinfo=UTC))
    virada = datetime(2023, 1, 2, tzinfo=UTC)
    Versao.objects.filter(unidade=unidade).update(ate=virada)
    unidade.orgao = unidade.orgao_gestor = novo
    unidade.save(update_fields=["orgao", "orgao_gestor"])
    Versao.objects.create(
        unidade=unidade, desde=virada + timedelta(0), situacao="ativa", orgao=novo, orgao_gestor=novo, motivo="Fusão."
    )
    receber(numero := gerar_nup(unidade.codigo, 1, 2020).formatado)

    pagina = client.get(f"/protocolo/processos/{numero}/").text

    assert f'href="/nup/unidades/{unidade.codigo}/"' in pagina
    assert "MNOVO" in pagina
    assert "Em 2020, era de MANTIGO" in pagina


def test_conferir_o_numero_diz_de_quem_e_a_unidade_e_de_quem_era(client):
    antigo, novo = fabricar_orgao(sigla="MANTIGO"), fabricar_orgao(sigla="MNOVO")
    unidade = fabricar_unidade(antigo, desde=datetime(2018, 1, 1, tzinfo=UTC))
    virada = datetime(2023, 1, 2, tzinfo=UTC)
    Versao.objects.filter(unidade=unidade).update(ate=virada)
    unidade.orgao = unidade.orgao_gestor = novo
    unidade.save(update_fields=["orgao", "orgao_gestor"])
    Versao.objects.create(unidade=unidade, desde=virada, situacao="ativa", orgao=novo, orgao_gestor=novo, motivo="Fusão.")
    numero = gerar_nup(unidade.codigo, 1, 2020).formatado

    pagina = client.get("/nup/", {"numero": numero}).text
    api = client.get(f"/api/v1/numeros/{numero}").json()["unidade"]

    assert f"{unidade.codigo}: MNOVO" in pagina
    assert "Em 2020, era de MANTIGO" in pagina
    assert (api["orgao"], api["orgao_no_ano"]) == (novo.codigo, antigo.codigo)
    assert client.get(f"/api/v1/numeros/{gerar_nup('61235', 1, 2020).formatado}").json()["unidade"] is None
