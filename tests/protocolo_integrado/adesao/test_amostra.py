"""O que se guarda de uma remessa de homologação para conferir depois."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from pen.identidade.public import Ambiente
from pen.protocolo_integrado.models import AmostraDeHomologacao, Recusa, Registro
from pen.protocolo_integrado.services.amostra import AMOSTRAS_MAXIMO
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.protocolo import comandos_ao_enviar, documento, enviar, fabricar_nup, movimento

pytestmark = pytest.mark.django_db


def amostra(sistema, numero) -> AmostraDeHomologacao:
    return AmostraDeHomologacao.objects.get(orgao_id=sistema.orgao_id, numero=numero)


def test_remessa_de_homologacao_guarda_a_amostra_num_comando_so_e_nada_entra_no_registro(sistema):
    uma = comandos_ao_enviar(sistema, documento())
    tres = comandos_ao_enviar(sistema, documento(), documento(), documento())

    assert len(uma) == len(tres) and sum("amostradehomologacao" in sql for sql in tres) == 1
    assert AmostraDeHomologacao.objects.count() == 4 and not Registro.objects.exists()


def test_sem_documento_aceito_nao_ha_comando_da_amostra(sistema):
    recusada = comandos_ao_enviar(sistema, documento("sem algarismo"))

    assert not any("amostra" in sql for sql in recusada) and Recusa.objects.count() == 1


def test_remessa_de_producao_nao_sabe_da_amostra():
    de_producao = fabricar_sistema()

    assert not any("amostra" in sql.lower() for sql in comandos_ao_enviar(de_producao, documento(), documento()))
    assert not AmostraDeHomologacao.objects.exists()


def test_a_amostra_guarda_o_que_a_conferencia_precisa(sistema):
    nup = fabricar_nup()
    enviar(
        sistema, documento(nup, movimento(unidade=""), movimento("2024-03-06T10:00:00-03:00", "Processo Restrito gerado"))
    )

    vista = amostra(sistema, nup)
    assert (vista.movimentos, vista.sem_unidade, vista.restritos, vista.nivel, vista.envios) == (2, 1, 1, 1, 1)
    assert vista.datas_ok and vista.veredito == "ok" and vista.forma == "atual"


def test_reenvio_conta_e_o_ultimo_corrige_datas_e_unidades(sistema):
    nup = fabricar_nup()
    depois = movimento("2024-03-06T10:00:00-03:00", "Alterado nível de acesso geral para Restrito", "")
    enviar(sistema, documento(nup, movimento(), depois, produzido_em="2024-03-09T00:00:00-03:00"))
    assert (amostra(sistema, nup).datas_ok, amostra(sistema, nup).sem_unidade) == (False, 1)

    enviar(sistema, documento(nup, movimento()))

    vista = amostra(sistema, nup)
    assert (vista.envios, vista.movimentos, vista.sem_unidade, vista.datas_ok, vista.restritos) == (2, 2, 0, True, 1)


def test_o_mesmo_numero_duas_vezes_na_mesma_remessa_e_um_envio(sistema):
    nup = fabricar_nup()
    enviar(sistema, documento(nup), documento(nup))

    assert amostra(sistema, nup).envios == 1


@pytest.mark.parametrize(
    ("producao", "ocorrido", "certas"),
    [("2024-03-05T23:00:00-03:00", "2024-03-05T10:00:00-03:00", True),  # no mesmo dia, a ordem das horas não importa
     ("2024-03-06T00:00:00-03:00", "2024-03-05T23:59:59-03:00", False),
     ("2024-03-06T01:00:00Z", "2024-03-05T23:00:00-03:00", True)],  # em Brasília, é o mesmo dia
)  # fmt: skip
def test_datas_da_amostra_sao_comparadas_por_dia_de_brasilia(sistema, producao, ocorrido, certas):
    nup = fabricar_nup()
    enviar(sistema, documento(nup, movimento(ocorrido), produzido_em=producao))

    assert amostra(sistema, nup).datas_ok is certas


def test_data_um_pouco_no_futuro_e_aceita_e_marcada(sistema):
    nup = fabricar_nup()
    amanha = (timezone.now() + timedelta(hours=12)).isoformat(timespec="seconds")
    enviar(sistema, documento(nup, movimento(amanha)))

    assert amostra(sistema, nup).datas_ok is False


def test_a_amostra_guarda_so_as_mais_novas(sistema):
    primeiro = fabricar_nup()
    enviar(sistema, documento(primeiro))
    for _ in range(AMOSTRAS_MAXIMO // 100):
        enviar(sistema, *[documento() for _ in range(100)])

    daqui = AmostraDeHomologacao.objects.filter(orgao_id=sistema.orgao_id)
    assert daqui.count() == AMOSTRAS_MAXIMO and not daqui.filter(numero=primeiro).exists()
    ultimo = daqui.latest("recebida_em").numero
    enviar(sistema, documento(ultimo))
    assert daqui.count() == AMOSTRAS_MAXIMO and amostra(sistema, ultimo).envios == 2


def test_a_amostra_de_um_orgao_nao_mexe_na_de_outro(sistema):
    outro, nup = fabricar_sistema(ambiente=Ambiente.HOMOLOGACAO), fabricar_nup()
    enviar(sistema, documento(nup))
    enviar(outro, documento(nup))

    assert (amostra(sistema, nup).envios, amostra(outro, nup).envios) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_remessas_de_homologacao_ao_mesmo_tempo_nao_se_travam_nem_perdem_envios():
    sistema, numeros = fabricar_sistema(ambiente=Ambiente.HOMOLOGACAO), [fabricar_nup() for _ in range(40)]
    juntos, erros = threading.Barrier(4), []

    def mandar(ordem):
        try:
            juntos.wait()
            for _ in range(3):
                enviar(sistema, *map(documento, ordem))
        except Exception as erro:
            erros.append(erro)
        finally:
            connections.close_all()

    fios = [threading.Thread(target=mandar, args=[o]) for o in (numeros, numeros[::-1], numeros[20:], numeros[::-2])]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()

    assert erros == [] and amostra(sistema, numeros[-1]).envios == 12
