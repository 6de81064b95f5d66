"""A Central inventada: as linhas são as que os serviços gravariam, e a mesma quantidade dá sempre as mesmas."""

from collections import Counter

import pytest

from pen.atendimento.errors import VolumeImpossivel
from pen.atendimento.models import Chamado, PassoDoChamado, TextoDoChamado
from pen.atendimento.selectors.busca import FiltrosDeChamado, buscar_chamados
from pen.atendimento.selectors.chamados import FiltrosDaFila, chamados_da_fila, historia
from pen.atendimento.services.volume import FIM, inventar_chamados
from pen.atendimento.values.protocolo import ler_protocolo
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.identidade import fabricar_orgao

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]


def test_os_chamados_sao_coerentes_e_se_acham():
    fabricar_orgao()
    avancos: list[int] = []
    mensagens = inventar_chamados(300, ao_avancar=avancos.append)

    assert sum(avancos) == Chamado.objects.count() == TextoDoChamado.objects.count() == 300
    assert mensagens == PassoDoChamado.objects.exclude(texto="").count() > 300 * 5
    chamados = list(Chamado.objects.order_by("pk"))
    assert all(ler_protocolo(c.protocolo) == c.protocolo for c in chamados)
    assert [c.aberto_em for c in chamados] == sorted(c.aberto_em for c in chamados) and chamados[-1].aberto_em < FIM
    contas = Counter(PassoDoChamado.objects.values_list("chamado", flat=True))
    assert all(contas[c.pk] == c.passos for c in chamados)
    atendente = fabricar_atendente()
    assert buscar_chamados(FiltrosDeChamado(palavras="certificados"), para=atendente)[0]
    da_fila = chamados_da_fila(FiltrosDaFila(), para=atendente, agora=FIM)[0]
    assert da_fila and historia(Chamado.objects.get(pk=da_fila[0].pk), para=atendente)


def test_numa_central_com_chamados_nao_se_inventa():
    fabricar_orgao()
    inventar_chamados(3)
    with pytest.raises(VolumeImpossivel, match="Já há chamados"):
        inventar_chamados(3)


def test_sem_orgaos_diz_o_que_falta():
    with pytest.raises(VolumeImpossivel, match="pen preparar"):
        inventar_chamados(3)
