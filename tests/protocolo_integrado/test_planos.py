"""Os índices que as dez consultas mais feitas usam, guardados em ``planos.json``: um índice perdido aparece aqui.

Com ``GRAVAR_PLANOS=1`` os planos de agora são gravados, quando a mudança é de propósito.
"""

import json
import os
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from pen.nup.public import carregar_unidades_observadas, dono_do_numero, ler_numero
from pen.protocolo_integrado.selectors import busca
from pen.protocolo_integrado.selectors.busca import buscar_processos
from pen.protocolo_integrado.selectors.processos import (
    andamentos_do_processo,
    consultar_com_andamentos,
    consultar_processo,
    versao_do_processo,
)
from pen.protocolo_integrado.selectors.sugestoes import sugerir_grafia
from pen.protocolo_integrado.values import FiltrosDeBusca
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, fabricar_nup

pytestmark = pytest.mark.django_db
GUARDADOS = Path(__file__).parent / "planos.json"
NINGUEM = AnonymousUser()
SEM_PLANO = ("SAVEPOINT", "RELEASE", "SET ", "EXPLAIN", "CREATE", "DELETE FROM remessa", "COPY", "\nCREATE")


@pytest.fixture
def registro():
    carregar_unidades_observadas()
    orgaos, nups = [fabricar_sistema() for _ in range(8)], [fabricar_nup() for _ in range(100)]
    enviar(orgaos[0], *[documento(n, assunto="Convênio de fiscalização") for n in nups])
    for outro in orgaos[1:]:
        enviar(outro, *[documento(assunto="Férias") for _ in range(100)])
    with connection.cursor() as cursor:
        cursor.execute(  # com oito datas só, saltar de uma a outra no índice delas custaria o mesmo que ir pela chave
            "UPDATE protocolo_integrado_registro SET atualizado_em = atualizado_em + interval '1s' * (hashtext(numero) % 100000)"
        )
        cursor.execute(
            "ANALYZE protocolo_integrado_registro, protocolo_integrado_andamento, protocolo_integrado_interessado,"
            " protocolo_integrado_reenvio,"
            " nup_unidade, nup_versao, identidade_orgao"
        )
        cursor.execute("SET LOCAL enable_seqscan = off")  # as tabelas do teste são pequenas: leria a inteira por gosto
    return orgaos[0], nups


def planos_de(acao) -> list[str]:
    """O índice que cada passo das consultas da ação lê, ou a tabela que lê inteira, sem repetir, em ordem."""
    consultas = []

    def anotar(executar, sql, valores, *resto):
        consultas.append((sql, valores))
        return executar(sql, valores, *resto)

    with connection.execute_wrapper(anotar):
        acao()
    lidos = set()
    with connection.cursor() as cursor:
        for sql, valores in consultas:
            if not sql.lstrip().startswith(SEM_PLANO):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", valores)
                _juntar(cursor.fetchone()[0][0]["Plan"], lidos)
    return sorted(lidos)


def _juntar(no, lidos):
    if "Index Name" in no:
        # Um texto único tem dois índices que custam o mesmo, e o planejador fica com um ou com o outro.
        lidos.add(f"índice: {re.sub('_[0-9a-f]{8}_like$', '_key', no['Index Name'])}")
    elif no["Node Type"] == "Seq Scan":
        lidos.add(f"tabela inteira: {no['Relation Name']}")
    for filho in no.get("Plans", []):
        _juntar(filho, lidos)


def test_as_consultas_mais_feitas_usam_os_indices_guardados(registro, monkeypatch):
    orgao, nups = registro
    processo = consultar_processo(nups[0], para=NINGUEM)
    filtros = FiltrosDeBusca(palavras="convenio fiscalizacao")
    achar = busca._traduzir(filtros)
    do_orgao = busca._traduzir(FiltrosDeBusca(palavras="convenio", orgao_id=orgao.orgao_id))
    achados, agora = achar.na_janela(1_000, 21), timezone.now()

    planos = {
        "processo por número": planos_de(lambda: consultar_processo(nups[0], para=NINGUEM)),
        "processo e movimentos": planos_de(lambda: consultar_com_andamentos(nups[0], para=NINGUEM)),
        "ETag do processo": planos_de(lambda: versao_do_processo(nups[0], para=NINGUEM)),
        "movimentos do processo": planos_de(lambda: andamentos_do_processo(processo)),
        "dono da unidade": planos_de(lambda: dono_do_numero(ler_numero(nups[0]))),
        "busca na janela": planos_de(lambda: achar.na_janela(1_000, 21)),
        "busca na janela de um órgão": planos_de(lambda: do_orgao.na_janela(1_000, 21)),
        "busca pelo índice": planos_de(lambda: achar.pelo_indice(21, maximo=5_000)),
        "busca nos dias mais novos": planos_de(lambda: achar.desde(agora.date()).pelo_indice(21, maximo=5_000)),
        "detalhes dos achados": planos_de(lambda: busca._detalhar(achados, {a.orgao_id: None for a in achados})),
        "sugestão de grafia": planos_de(lambda: sugerir_grafia(FiltrosDeBusca(palavras="convenhio"), para=NINGUEM)),
        "recepção de um lote": planos_de(lambda: enviar(orgao, documento(nups[1]), documento(nups[2], assunto=str(agora)))),
    }

    if os.environ.get("GRAVAR_PLANOS"):
        GUARDADOS.write_text(json.dumps(planos, ensure_ascii=False, indent=1) + "\n")
    assert planos == json.loads(GUARDADOS.read_text())


def test_um_indice_perdido_muda_os_planos(registro):
    guardado = json.loads(GUARDADOS.read_text())
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX registro_busca")

    achar = busca._traduzir(FiltrosDeBusca(palavras="convenio fiscalizacao"))

    assert planos_de(lambda: achar.pelo_indice(21, maximo=5_000)) != guardado["busca pelo índice"]


def test_o_dia_vai_ao_indice_com_as_palavras(registro):
    """Se o dia só se conferisse na linha, a busca leria a lista inteira de cada palavra."""
    dos_dias = busca._traduzir(FiltrosDeBusca(palavras="convenio fiscalizacao")).desde(timezone.now().date())
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT FROM protocolo_integrado_registro r WHERE {dos_dias._lugar} AND {dos_dias._condicoes('r')}",
                       dos_dias.valores)  # fmt: skip
        plano = "\n".join(linha for (linha,) in cursor.fetchall())

    assert "Bitmap Index Scan on registro_busca" in plano and "UTC" in plano.split("Index Cond:")[1]


def test_a_pagina_de_um_processo_nao_le_tabela_inteira_nenhuma(registro):
    guardado = json.loads(GUARDADOS.read_text())

    assert not [plano for nome in guardado for plano in guardado[nome] if plano.startswith("tabela inteira: prot")]
    assert buscar_processos(FiltrosDeBusca(palavras="convenio"), para=NINGUEM).itens
