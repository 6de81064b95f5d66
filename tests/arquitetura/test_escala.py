"""As regras de crescimento que se veem no código (docs/arquitetura/escala.md). Cada uma é vista falhar num exemplo errado."""

import pytest
from django.apps import apps

from pen.protocolo_integrado.selectors.codigo import deslocamentos, regras_do_codigo, trocas_de_chave
from pen.protocolo_integrado.selectors.esquema import DE_UM_PROCESSO, FORA

IMPORTA = "from pen.protocolo_integrado.models import Andamento, Registro\n"


@pytest.mark.parametrize("regra", regras_do_codigo(), ids=lambda regra: regra.regra)
def test_o_codigo_cumpre(regra):
    assert regra.onde == []


def test_toda_tabela_do_contexto_segue_a_chave_ou_diz_por_que_nao():
    modelos = {m.__name__ for m in apps.get_app_config("protocolo_integrado").get_models()}

    assert {m.__name__ for m in DE_UM_PROCESSO} | set(FORA) == modelos


@pytest.mark.parametrize(
    "texto",
    [
        'def ler(n):\n    executar("SELECT 1 FROM protocolo_integrado_andamento LIMIT 10 OFFSET %s")',
        'def ler(n):\n    executar(f"SELECT {x} FROM protocolo_integrado_registro OFFSET {n}")',
        f"{IMPORTA}def ler(n):\n    return Registro.objects.order_by('numero')[n : n + 20]",
        f"{IMPORTA}def ler(n):\n    return Paginator(Registro.objects.all(), 20)",
    ],
)
def test_a_cerca_do_deslocamento_ve_quem_pula_linhas(texto):
    assert deslocamentos(texto) == ["ler"]


@pytest.mark.parametrize(
    "texto",
    [
        f"{IMPORTA}def ler(n):\n    return Registro.objects.order_by('numero')[:20]",
        f"{IMPORTA}def ler(lista, n):\n    return lista[n:]",
        'def ler(n):\n    """Sem OFFSET em protocolo_integrado_registro."""\n    return 1',
        'executar("SELECT 1 FROM protocolo_integrado_amostradehomologacao OFFSET 1")',
    ],
)
def test_a_cerca_do_deslocamento_nao_ve_o_que_nao_e(texto):
    assert deslocamentos(texto) == []


@pytest.mark.parametrize(
    "texto",
    [
        'def mudar():\n    executar("UPDATE protocolo_integrado_registro SET forma = 1, numero = %s WHERE numero = %s")',
        'def mudar():\n    executar("INSERT INTO protocolo_integrado_andamento ON CONFLICT DO UPDATE SET chave = excluded.chave")',
        'def mudar():\n    executar("UPDATE protocolo_integrado_registro SET (forma, numero) = (1, 2)")',
        f"{IMPORTA}def mudar():\n    Registro.objects.filter(forma='x').update(numero='1')",
        f"{IMPORTA}def mudar(r):\n    r.save(update_fields=['numero'])",
        f"{IMPORTA}def mudar(rs):\n    Andamento.objects.bulk_update(rs, ['chave'])",
    ],
)
def test_a_cerca_da_chave_ve_quem_a_troca(texto):
    assert trocas_de_chave(texto) == ["mudar"]


@pytest.mark.parametrize(
    "texto",
    [
        'executar("UPDATE protocolo_integrado_registro SET vetor = f(assunto) WHERE numero = %s AND orgao_id = %s")',
        f"{IMPORTA}Registro.objects.filter(numero='1').update(assunto='x')",
    ],
)
def test_a_cerca_da_chave_nao_ve_o_que_nao_e(texto):
    assert trocas_de_chave(texto) == []
