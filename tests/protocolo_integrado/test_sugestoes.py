"""«Você quis dizer»: palavras aprendidas do que chegou, e só o que acha alguma coisa."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from pen.protocolo_integrado.models import Palavra
from pen.protocolo_integrado.selectors.sugestoes import sugerir_grafia
from pen.protocolo_integrado.services.vocabulario import aprender_palavras
from pen.protocolo_integrado.values import FiltrosDeBusca
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento

pytestmark = pytest.mark.django_db


def aprender() -> int:
    return aprender_palavras(timezone.now() + timedelta(minutes=5))


def sugerir(**filtros: str) -> str | None:
    sugestao = sugerir_grafia(FiltrosDeBusca(**filtros), para=AnonymousUser())
    return sugestao and sugestao.escrita()


@pytest.fixture
def orgao():
    orgao = fabricar_sistema()
    enviar(orgao, documento(assunto="Fiscalização de rodovia", interessados=interessados("Quitéria Zimmermann")))
    aprender()
    return orgao


@pytest.mark.parametrize(
    ("digitado", "sugerido"),
    [
        ("quiteria zimerman", "quiteria zimmermann"),
        ("QUITERAI", "quiteria"),
        ("Zimmremann", "zimmermann"),
        ("fiscalizasao", "fiscalização"),
        ("rodvia", "rodovia"),
    ],
)
def test_troca_as_letras_erradas(orgao, digitado, sugerido):
    assert sugerir(palavras=digitado).lower() == sugerido


@pytest.mark.parametrize("digitado", ["", "abacaxi", "quiteria", "fis", "12345678", "\0\0\0\0", "'; DROP TABLE x", "%%%%"])
def test_nao_sugere_o_que_nao_se_parece_nem_o_que_ja_esta_certo(orgao, digitado):
    assert sugerir(palavras=digitado) is None


def test_o_campo_do_nome_tambem_se_corrige_e_os_outros_filtros_valem(orgao):
    assert sugerir(interessado="quitria") == "quiteria"
    assert sugerir(interessado="quitria", especie="Ofício") is None


def test_nao_sugere_palavra_que_so_aparece_no_que_ja_nao_e_publico(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, interessados=interessados("Ubiratan Xavante")))
    aprender()
    assert sugerir(palavras="ubiratam") == "ubiratan"

    enviar(orgao, documento(nup, movimento("2024-04-01T10:00:00-03:00", "Processo Restrito gerado")))

    assert sugerir(palavras="ubiratam") is None


def test_aprende_so_o_que_mudou_e_nunca_o_que_nao_e_publico(orgao):
    assert aprender() == 0

    enviar(
        orgao,
        documento(None, movimento(operacao="Processo Sigiloso gerado"), interessados=interessados("Fulgêncio Secreto")),
    )
    enviar(orgao, documento(assunto="Fiscalização"))

    assert aprender() == 2 and not Palavra.objects.filter(palavra__in=["fulgencio", "secreto"]).exists()
    assert Palavra.objects.get(palavra="fiscalização").vezes == 2
