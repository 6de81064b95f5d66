"""A corrida da madrugada: muitos órgãos ao mesmo tempo, um deles com a primeira carga."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from pen.comum.vez import Fila
from pen.protocolo_integrado.models import Registro
from pen.protocolo_integrado.services import recepcao
from pen.protocolo_integrado.services.recepcao import vez_de_enviar
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.protocolo import documento, enviar
from tests.protocolo_integrado.soap.apoio import Sistema, documento_xml, envelope

pytestmark = pytest.mark.django_db(transaction=True)
PEQUENOS, CONEXOES_DO_GRANDE, LOTES_DO_GRANDE = 12, 10, 3


def test_a_primeira_carga_de_um_nao_atrasa_os_outros_e_nada_se_perde():
    grande, pequenos = fabricar_sistema(), [fabricar_sistema() for _ in range(PEQUENOS)]
    tempos, largada = {}, threading.Barrier(PEQUENOS + CONEXOES_DO_GRANDE)

    def correr(sistema, lotes):
        largada.wait()
        inicio = time.monotonic()
        try:
            for _ in range(lotes):
                with vez_de_enviar(sistema.orgao_id):
                    enviar(sistema, *[documento() for _ in range(10)])
        finally:
            connection.close()
        tempos.setdefault(sistema.orgao_id, []).append(time.monotonic() - inicio)

    trabalhos = [(grande, LOTES_DO_GRANDE)] * CONEXOES_DO_GRANDE + [(p, 1) for p in pequenos]
    with ThreadPoolExecutor(len(trabalhos)) as fios:
        for futuro in [fios.submit(correr, *trabalho) for trabalho in trabalhos]:
            futuro.result()

    assert Registro.objects.count() == 10 * (PEQUENOS + CONEXOES_DO_GRANDE * LOTES_DO_GRANDE)
    assert max(max(tempos[p.orgao_id]) for p in pequenos) < max(tempos[grande.orgao_id])


def test_quem_nao_tem_vez_recebe_erro_negocial_no_soap_e_503_no_rest(client, monkeypatch):
    monkeypatch.setattr(recepcao, "_fila", Fila(simultaneos=1, por_dono=0, espera=1))
    sistema = Sistema(client)
    credenciais = {"codigoOrgao": sistema.orgao.codigo, "senha": sistema.segredo}
    base = "/ProtocoloWS/rest/"
    token = client.post(f"{base}autenticarPorOrgao", credenciais, content_type="application/json").json()["id_token"]

    with recepcao._fila.vez("outro"):
        soap = sistema.postar(envelope(documento_xml()))
        rest = client.post(
            f"{base}enviarListaDocumentos", {"documentos": []}, content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip

    assert soap.status_code == 500 and "<faultstring>NF009 - Há muitas remessas ao mesmo tempo" in soap.content.decode()
    assert rest.status_code == 503 and rest.json()["codigo"] == "recepcao-ocupada" and rest.json()["detail"]
    assert not Registro.objects.exists() and sistema.enviar(documento_xml())[0][1] == "Ok!"
