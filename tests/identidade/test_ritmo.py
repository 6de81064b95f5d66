"""O limite de usos por minuto: contado no banco para todos os servidores, um a um ou aos poucos."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError

from pen.comum.errors import LimiteExcedido
from pen.identidade.models import JanelaDeUso
from pen.identidade.services import ritmo
from pen.identidade.services.ritmo import contar_uso, contar_uso_aos_poucos

pytestmark = pytest.mark.django_db
UM_MINUTO_SO = ritmo._janela_corrente()


@pytest.fixture(autouse=True)
def _um_minuto_so(monkeypatch):
    monkeypatch.setattr(ritmo, "_janela_corrente", lambda: UM_MINUTO_SO)


def gravados():
    return sum(JanelaDeUso.objects.values_list("usos", flat=True))


def test_limite_pequeno_se_conta_um_a_um():
    for _ in range(3):
        contar_uso_aos_poucos("a", limite=3)

    with pytest.raises(LimiteExcedido):
        contar_uso_aos_poucos("a", limite=3)
    contar_uso_aos_poucos("b", limite=3)
    assert gravados() == 5


def test_limite_grande_grava_de_tantos_em_tantos_e_recusa_na_hora_certa(django_assert_num_queries):
    contar_uso_aos_poucos("a", limite=120)
    with django_assert_num_queries(19):  # de seis em seis
        for _ in range(119):
            contar_uso_aos_poucos("a", limite=120)

    with pytest.raises(LimiteExcedido):
        contar_uso_aos_poucos("a", limite=120)


def test_o_que_outro_servidor_gravou_conta(monkeypatch):
    for _ in range(115):
        contar_uso("a")

    contar_uso_aos_poucos("a", limite=120)  # o primeiro grava, e descobre os 115
    for _ in range(4):
        contar_uso_aos_poucos("a", limite=120)
    with pytest.raises(LimiteExcedido):
        contar_uso_aos_poucos("a", limite=120)


def test_no_minuto_seguinte_recomeca(monkeypatch):
    contar_uso_aos_poucos("a", limite=1)
    with pytest.raises(LimiteExcedido):
        contar_uso_aos_poucos("a", limite=1)

    monkeypatch.setattr(ritmo, "_janela_corrente", lambda: UM_MINUTO_SO + ritmo.JANELA)

    contar_uso_aos_poucos("a", limite=1)


def test_com_o_banco_fora_conta_se_na_memoria_e_o_limite_continua(monkeypatch):
    def fora(*_):
        raise OperationalError

    with monkeypatch.context() as sem_banco:
        sem_banco.setattr(ritmo, "_gravar", fora)
        sem_banco.setattr(ritmo, "connection", SimpleNamespace(in_atomic_block=False))
        for _ in range(3):
            contar_uso("a", limite=3)
        with pytest.raises(LimiteExcedido):
            contar_uso("a", limite=3)
        for _ in range(120):
            contar_uso_aos_poucos("b", limite=120)
        with pytest.raises(LimiteExcedido):
            contar_uso_aos_poucos("b", limite=120)

    assert contar_uso("a") == 5, "de volta, grava-se o que ficou na memória"


def test_dentro_de_uma_transacao_o_erro_do_banco_sobe(monkeypatch):
    def fora(*_):
        raise OperationalError

    monkeypatch.setattr(ritmo, "_gravar", fora)

    with pytest.raises(OperationalError):
        contar_uso("a")
