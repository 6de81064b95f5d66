"""Refazer o que a busca guarda de cada processo: acha-se antes, durante e depois, e o que já está certo não se toca."""

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from pen.protocolo_integrado.management.reindexacao import comando
from pen.protocolo_integrado.models import Registro
from pen.protocolo_integrado.selectors.busca import buscar_processos
from pen.protocolo_integrado.services import vetores
from pen.protocolo_integrado.services.vetores import reindexar_registro
from pen.protocolo_integrado.values import FiltrosDeBusca
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento

pytestmark = pytest.mark.django_db
# Como os gravava a versão anterior: dois radicais por palavra, e os nomes inteiros.
DE_ANTES = """
UPDATE protocolo_integrado_registro SET vetor =
    setweight(to_tsvector('portuguese', assunto) || to_tsvector('pen_sem_acentos', assunto), 'A')
    || setweight(to_tsvector('simple', 'joao da conceicao'), 'B') WHERE visibilidade = 0
"""


@pytest.fixture
def numeros():
    """Três públicos, o último de dois órgãos, e um que não é público; os vetores, da versão anterior."""
    numeros, orgao = sorted(fabricar_nup() for _ in range(3)), fabricar_sistema()
    joao = interessados("João da Conceição")
    for cada, assunto in zip(numeros, ("Tramitação", "TRAMITACAO", "Licitações públicas"), strict=True):
        enviar(orgao, documento(cada, assunto=assunto, interessados=joao))
    enviar(fabricar_sistema(), documento(numeros[-1], assunto="Licitações públicas", interessados=joao))
    enviar(orgao, documento(fabricar_nup(), movimento(operacao="Processo Restrito gerado"), assunto="Tramitação"))
    with connection.cursor() as cursor:
        cursor.execute(DE_ANTES)
    return numeros


def achar(palavras):
    return sorted(r.numero for r in buscar_processos(FiltrosDeBusca(palavras=palavras), para=AnonymousUser()).itens)


@pytest.mark.parametrize(
    ("palavras", "quais"),
    [("tramitacoes", [0, 1]), ("Tramitação", [0, 1]), ("licitacao publica", [2]), ("conceição da tramitacao", [0, 1])],
)
def test_acha_o_mesmo_antes_e_depois_de_refazer(numeros, palavras, quais):
    esperados = [numeros[n] for n in quais]

    assert achar(palavras) == esperados
    reindexar_registro()
    assert achar(palavras) == esperados


def test_so_muda_o_que_e_de_antes_e_o_que_nao_e_publico_continua_sem_vetor(numeros, monkeypatch):
    monkeypatch.setattr(vetores, "NUMEROS_POR_VEZ", 2)
    quando, vistos = set(Registro.objects.values_list("atualizado_em", flat=True)), []

    assert [reindexar_registro(ao_avancar=vistos.append), reindexar_registro()] == [4, 0]

    assert sum(vistos) == 4
    assert Registro.objects.filter(vetor=None).count() == 1
    assert set(Registro.objects.values_list("atualizado_em", flat=True)) == quando


def test_refeito_e_o_que_a_recepcao_gravaria(numeros):
    orgao = fabricar_sistema()
    enviar(orgao, documento(numeros[0], assunto="Tramitação", interessados=interessados("João da Conceição")))

    reindexar_registro()

    dos_dois = list(Registro.objects.filter(numero=numeros[0]).values_list("vetor", flat=True))
    assert len(dos_dois) == 2 and len(set(dos_dois)) == 1


def test_o_comando_diz_quantos_refez(numeros):
    assert "4 registros refeitos" in CliRunner().invoke(comando).output
