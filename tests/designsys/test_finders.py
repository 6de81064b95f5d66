"""Os arquivos de terceiros: todos achados onde foram instalados, e uma frase útil quando faltam."""

import pytest
from django.contrib.staticfiles import finders

from pen.designsys.finders import FORNECIDOS, ArmazemDeFornecidos, FornecidoAusente, FornecidosFinder


@pytest.mark.parametrize("nome", FORNECIDOS)
def test_cada_fornecido_esta_instalado(nome):
    assert finders.find(nome)


def test_o_que_nao_e_fornecido_fica_para_os_outros():
    assert FornecidosFinder().find("govbr/outro.css") == []


def test_quem_nao_instalou_fica_sabendo_o_que_fazer(settings, tmp_path):
    settings.RAIZ = tmp_path

    with pytest.raises(FornecidoAusente, match=r"core\.min\.css.*make instalar"):
        finders.find("govbr/core.min.css")


def test_o_css_vai_sem_a_referencia_ao_mapa_que_nao_servimos():
    assert b"sourceMappingURL" not in ArmazemDeFornecidos().open("govbr/core.min.css").read()
