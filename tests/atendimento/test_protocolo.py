"""O protocolo: como se escreve, e o que os dígitos percebem."""

from itertools import pairwise

import pytest

from pen.atendimento.values.protocolo import formar_protocolo, ler_protocolo


def test_o_protocolo_tem_ano_ordem_e_dois_digitos():
    assert formar_protocolo(2026, 123) == "PEN-2026-000123-75"
    assert ler_protocolo(formar_protocolo(2026, 1_234_567)) == formar_protocolo(2026, 1_234_567)


@pytest.mark.parametrize(
    "muda", [str.lower, lambda p: p.replace("-", " "), lambda p: p.removeprefix("PEN-"), lambda p: f" {p} "]
)
def test_le_como_a_pessoa_escreve(muda):
    protocolo = formar_protocolo(2026, 123)

    assert ler_protocolo(muda(protocolo)) == protocolo


@pytest.mark.parametrize(
    "texto", ["", "PEN", "PEN-2026-000123", "PEN-1999-000123-45", "2026", "x" * 5000, "PEN-２０２６-000123-45"]
)
def test_o_que_nao_e_protocolo_nao_se_le(texto):
    assert ler_protocolo(texto) is None


def test_um_algarismo_trocado_ou_dois_vizinhos_invertidos_se_percebem():
    protocolo = formar_protocolo(2026, 123_457)
    algarismos = [n for n, c in enumerate(protocolo) if c.isdecimal()]

    for n in algarismos:
        for outro in set("0123456789") - {protocolo[n]}:
            assert ler_protocolo(protocolo[:n] + outro + protocolo[n + 1 :]) is None
    for a, b in pairwise(algarismos):
        if protocolo[a] != protocolo[b]:
            letras = list(protocolo)
            letras[a], letras[b] = letras[b], letras[a]
            assert ler_protocolo("".join(letras)) is None
