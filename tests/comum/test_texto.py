"""Texto: normalização, CPF, acentos."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen.comum.portugues import acentuar, flexoes
from pen.comum.texto import cnpj_confere, cpf_confere, mascarar_cpfs, normalizar_texto, sem_acentos, tem_texto_ilegivel


@pytest.mark.parametrize(
    ("texto", "mascarado"),
    [
        ("CPF 529.982.247-25.", "CPF ***.982.24*-**."),
        ("52998224725", "***98224***"),
        ("de 529.982.247-25 e 111.444.777-35", "de ***.982.24*-** e ***.444.77*-**"),
        ("529 982 247 25", "*** 982 24* **"),
        ("529.982.247-26", "529.982.247-26"),  # não confere: não é CPF
        ("11111111111", "11111111111"),
        ("50650.001658/2017-17", "50650.001658/2017-17"),
        ("152998224725", "152998224725"),  # doze algarismos
    ],
)
def test_so_cpf_valido_e_mascarado(texto, mascarado):
    assert mascarar_cpfs(texto) == mascarado


@given(st.text(), st.text())
def test_mascarar_nunca_deixa_um_cpf_formatado(antes, depois):
    assert "529.982.247-25" not in mascarar_cpfs(f"{antes} 529.982.247-25 {depois}")


def test_documentos_conferem():
    assert cpf_confere("52998224725") and not cpf_confere("52998224724") and not cpf_confere("")
    assert cnpj_confere("00394460005887") and cnpj_confere("12ABC34501DE35") and not cnpj_confere("00394460005888")


def test_normalizar_junta_espacos_e_quebras():
    assert (
        normalizar_texto(" Sobrestamento.\r\rAguardando \t resposta \u00a0\n\n\nfim ")
        == "Sobrestamento.\nAguardando resposta\nfim"
    )


@given(st.text())
def test_normalizar_duas_vezes_da_no_mesmo(texto):
    assert normalizar_texto(normalizar_texto(texto)) == normalizar_texto(texto)


def test_ilegivel_e_controle_ou_byte_perdido():
    assert tem_texto_ilegivel("a\0") and tem_texto_ilegivel("a\x0b") and tem_texto_ilegivel("\ufffd")
    assert not tem_texto_ilegivel("linha\nnova\tação – “aspas” €")


def test_acentos_vao_e_voltam():
    assert sem_acentos("AÇÃO Única") == "acao unica"
    assert [acentuar(p) for p in ("Tramitacoes", "provavel", "diario", "casa")] == [
        "tramitações",
        "provável",
        "diário",
        "casa",
    ]
    assert "editais" in flexoes("edital") and "edital" in flexoes("editais") and "pregões" in flexoes("pregao")
