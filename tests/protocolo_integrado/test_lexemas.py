"""O vetor montado de pedaços acha o mesmo que o do texto inteiro, e o que se lembra não muda o que se responde."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pen.protocolo_integrado.selectors import lexemas
from pen.protocolo_integrado.selectors.lexemas import vetores_de_busca

pytestmark = pytest.mark.django_db
pedacos = st.sampled_from(
    ["Férias", "de", "à", "vale-pedágio", "R$", "1.234,56", "a@b.gov.br", "http://x.br/a?b=c", "</p>", "<b", "x>", "d'Água", "a\\b",
     "nº", "50500.000001/2024-10", "&amp;", "-5", "1e10", "/usr/bin", "É", "A.", "l'", "ção-", "२", "漢字", "\u0301"]
)  # fmt: skip
textos = (
    st.lists(pedacos | st.text(max_size=8), max_size=8)
    .map(lambda p: " ".join(p).replace("\0", ""))
    .filter(lambda t: t.isascii() or not any("\ud800" <= c <= "\udfff" for c in t))
)


def lexemas_e_pesos(vetor, *valores):
    pesos = "(SELECT array_agg(DISTINCT w ORDER BY w) FROM unnest(weights) w)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT lexeme, {pesos} FROM unnest({vetor})", valores)
        return set(map(repr, cursor.fetchall()))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(assunto=textos, nomes=textos)
@example(assunto="~0 ~0", nomes="~a\n~a")
@example(assunto="Silva e silva", nomes="João da Silva\nMaria")
def test_o_vetor_tem_os_lexemas_e_os_pesos_do_texto_inteiro(assunto, nomes):
    [vetor] = vetores_de_busca([(assunto, nomes)])

    inteiro = lexemas_e_pesos("protocolo_integrado_vetor(' ' || %s, ' ' || %s)", assunto, nomes)
    assert lexemas_e_pesos("%s::tsvector", vetor) == inteiro


def test_so_se_pergunta_o_que_nao_se_sabe(django_assert_num_queries):
    vetores_de_busca([("Concessão de férias", "Ana")])

    with django_assert_num_queries(0):
        vetores_de_busca([("férias de Concessão", "Ana Ana"), ("", "")])


def test_o_que_se_lembra_tem_teto(monkeypatch):
    monkeypatch.setattr(lexemas, "LEMBRADOS_MAXIMO", 3)

    vetores = vetores_de_busca([("um dois três quatro", "")] * 2 + [("cinco " + "x" * 60, "")])

    assert vetores[0] == vetores[1] and "'cinc':1A" in vetores[2]
    assert "x" * 60 not in lexemas._no_assunto._sabidos
