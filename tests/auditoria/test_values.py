"""Os atos em palavras."""

import pytest

from pen.auditoria.services.atos import CODIGO
from pen.auditoria.values import FRASES, FRASES_POR_GRUPO, descrever


@pytest.mark.parametrize("codigo", FRASES)
def test_todo_codigo_tem_a_forma_e_uma_frase_que_comeca_por_verbo(codigo):
    assert CODIGO.fullmatch(codigo) and FRASES[codigo].split()[0].endswith(("u", "e", "ez"))


def test_nenhum_codigo_esta_em_dois_grupos():
    assert sum(map(len, FRASES_POR_GRUPO.values())) == len(FRASES)


def test_codigo_sem_frase_aparece_como_e():
    assert descrever("coisa.nova") == "coisa.nova" and descrever("papel.concedido") == "Concedeu um papel"
