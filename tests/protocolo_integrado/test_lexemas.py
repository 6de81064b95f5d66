"""O que está no texto se acha, digitado de qualquer modo, e o que se lembra não muda o que se responde."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pen.comum.busca_textual import partes_da_consulta
from pen.comum.errors import BuscaInvalida
from pen.comum.portugues import palavras
from pen.comum.texto import sem_acentos
from pen.protocolo_integrado.selectors import lexemas
from pen.protocolo_integrado.selectors.lexemas import (
    modos_em_qualquer_lugar,
    modos_no_assunto,
    modos_nos_nomes,
    vetores_de_busca,
)

pytestmark = pytest.mark.django_db
pedacos = st.sampled_from(
    ["Férias", "de", "à", "vale-pedágio", "R$", "1.234,56", "a@b.gov.br", "http://x.br/a?b=c", "</p>", "<b", "x>", "d'Água", "a\\b",
     "nº", "50500.000001/2024-10", "&amp;", "-5", "1e10", "/usr/bin", "É", "A.", "l'", "ção-", "२", "漢字", "\u0301", "LICITAÇÕES",
     "12/2024", "a_b", "não", "ORGAOS", "até", "ATE"]
)  # fmt: skip
textos = (
    st.lists(pedacos | st.text(max_size=8), max_size=8)
    .map(lambda p: unicodedata.normalize("NFC", " ".join(p).replace("\0", "")))
    .filter(lambda t: t.isascii() or not any("\ud800" <= c <= "\udfff" for c in t))
)


def lexemas_do(assunto, nomes=""):
    [vetor] = vetores_de_busca([(assunto, nomes)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(%s::tsvector)", [vetor])
        return cursor.fetchone()[0]


def acha(vetor, digitado, modos):
    """Se o vetor tem tudo o que se digitou, ou se só se digitaram palavras comuns demais."""
    try:
        partes = partes_da_consulta(digitado, modos)
    except BuscaInvalida:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_and(%s::tsvector @@ parte::tsquery) FROM unnest(%s::text[]) AS parte", [vetor, partes])
        return cursor.fetchone()[0]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(assunto=textos, nomes=textos)
@example(assunto="Silva e silva", nomes="João da Silva\nMaria")
@example(assunto="x" * 80, nomes="y" * 3000)
def test_cada_palavra_gravada_se_acha_como_veio_em_maiusculas_e_sem_acentos(assunto, nomes):
    [vetor] = vetores_de_busca([(assunto, nomes)])

    for texto, modos in ((assunto, modos_no_assunto), (nomes, modos_nos_nomes)):
        for palavra in palavras(texto):
            for digitada in (palavra, sem_acentos(palavra)):
                assert acha(vetor, digitada, modos) and acha(vetor, digitada, modos_em_qualquer_lugar)


@pytest.mark.parametrize(
    ("assunto", "lexemas"),
    [
        ("Tramitação, TRAMITACAO e tramitações", ["tramit"]),
        ("Órgãos e orgao", ["orga"]),
        ("vale-pedágio nº 12/2024", ["12", "2024", "nº", "pedagi", "val"]),
        ("não, nao, de, À, São", []),
    ],
)
def test_cada_palavra_tem_um_lexema_como_quer_que_se_escreva(assunto, lexemas):
    assert lexemas_do(assunto) == lexemas


def test_o_nome_nao_tem_radical_nem_preposicao():
    assert lexemas_do("", "João da Conceição") == ["conceicao", "joao"]


def test_o_lexema_do_assunto_e_do_nome_guarda_os_dois_pesos():
    [vetor] = vetores_de_busca([("Registro de Silva", "Ana Silva")])

    for modos in (modos_no_assunto, modos_nos_nomes):
        assert acha(vetor, "silva", modos)
    assert not acha(vetor, "ana", modos_no_assunto) and not acha(vetor, "registro", modos_nos_nomes)


def test_so_se_pergunta_o_que_nao_se_sabe(django_assert_num_queries):
    vetores_de_busca([("Concessão de férias", "Ana")])

    with django_assert_num_queries(0):
        vetores_de_busca([("férias de Concessão", "Ana Ana"), ("", "")])


def test_o_que_se_lembra_tem_teto(monkeypatch):
    monkeypatch.setattr(lexemas, "LEMBRADOS_MAXIMO", 3)

    vetores = vetores_de_busca([("um dois três quatro", "")] * 2 + [("cinco " + "x" * 60, "")])

    assert vetores[0] == vetores[1] and "'cinc':1A" in vetores[2]
    assert "x" * 60 not in lexemas._no_assunto._sabidos
