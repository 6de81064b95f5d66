"""O registro inventado: as linhas são as que a recepção gravaria, e processo de verdade nenhum é apagado por engano."""

from collections import Counter

import pytest
from django.db import connection, transaction

from pen.identidade.models import Orgao
from pen.nup.public import ler_numero
from pen.protocolo_integrado.errors import VolumeImpossivel
from pen.protocolo_integrado.models import Andamento, Interessado, Registro, TotalDoDia
from pen.protocolo_integrado.services import volume
from pen.protocolo_integrado.services.gravacao import gravar_documentos
from pen.protocolo_integrado.services.indices import refazer_indices
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.protocolo import documento, enviar

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _esquecer_os_orgaos():
    yield
    volume.apagar_volume()
    volume._ids_dos_orgaos.cache_clear()


def gerar(bloco, quantos):
    volume.preparar_volume()
    volume._ids_dos_orgaos.cache_clear()
    volume.gravar_bloco(bloco, quantos)
    refazer_indices()


def indices():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'protocolo_integrado%' ORDER BY 1")
        return cursor.fetchall()


def test_enviar_o_que_se_gerou_nao_muda_nada():
    gerar(3, 40)
    bloco = volume.inventar_bloco(3, 40)
    orgao = Orgao.objects.get(codigo=f"VOLUME{bloco.orgao}")
    antes = list(Registro.objects.order_by("numero").values("numero", "conteudo", "vetor", "visibilidade", "atualizado_em"))

    with transaction.atomic():
        contagem = gravar_documentos(bloco.documentos(), orgao_id=orgao.pk, agora=volume.HOJE)

    assert (contagem.repetidos, contagem.novos, contagem.andamentos_novos) == (40, 0, 0)
    assert antes == list(
        Registro.objects.order_by("numero").values("numero", "conteudo", "vetor", "visibilidade", "atualizado_em")
    )


def test_as_linhas_sao_as_que_a_recepcao_gravaria():
    def tudo():
        ordens = {Registro: ("numero",), Andamento: ("numero", "chave"), Interessado: ("numero", "ordem")}
        return [list(tabela.objects.order_by(*ordem).values()) for tabela, ordem in ordens.items()]

    gerar(5, 15)
    geradas = tudo()
    bloco = volume.inventar_bloco(5, 15)
    orgao = Orgao.objects.get(codigo=f"VOLUME{bloco.orgao}")
    volume.apagar_volume()

    with transaction.atomic():
        gravar_documentos(bloco.documentos(), orgao_id=orgao.pk, agora=bloco.enviado_em)

    assert tudo() == geradas


def test_o_mesmo_bloco_e_sempre_o_mesmo_e_os_numeros_conferem_sem_repetir():
    blocos = [volume.inventar_bloco(n, 30) for n in (0, 1, 2, 1_999, 50_000)]

    assert blocos[2] == volume.inventar_bloco(2, 30)
    numeros = [i.documento.numero.texto for b in blocos for i in b.processos]
    assert len(set(numeros)) == len(numeros)
    assert all(ler_numero(numero).confere for numero in numeros)


def test_os_orgaos_sao_desiguais_como_na_vida():
    vezes = Counter(volume.inventar_bloco(n, 0).orgao for n in range(3_000))

    assert 0.13 < vezes[1] / 3_000 < 0.19  # 1 / (1 + 1/2 + … + 1/300) = 15,9 %
    assert len(vezes) > 150


def test_apagar_refaz_os_indices_e_esvazia():
    antes = indices()
    gerar(0, 10)
    assert (Registro.objects.count(), Andamento.objects.count()) == (10, 80)
    assert TotalDoDia.objects.get().novos == 10
    volume.preparar_volume()  # como se o comando tivesse morrido aqui, sem índice nenhum
    assert indices() != antes

    volume.apagar_volume()

    assert indices() == antes
    assert not Registro.objects.exists() and not TotalDoDia.objects.exists()


def test_com_um_processo_de_verdade_nada_se_gera_nem_se_apaga():
    enviar(fabricar_sistema(), documento())

    for impossivel in (volume.preparar_volume, volume.apagar_volume):
        with pytest.raises(VolumeImpossivel):
            impossivel()
    assert Registro.objects.count() == 1
    Registro.objects.all().delete()
    Andamento.objects.all().delete()
