"""Os totais: iguais a contar uma a uma, quantas vezes se some, onde quer que se pare."""

import queue
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.comum.identificadores import uuid7
from pen.comum.tempo import em_microssegundos
from pen.identidade.public import Ambiente
from pen.notificacoes.models import Mensagem
from pen.protocolo_integrado.errors import RemessaRecusada
from pen.protocolo_integrado.models import (
    Acompanhamento,
    AcompanhamentosDoDia,
    Andamento,
    AtrasosDoDia,
    AvisosDoDia,
    ConsultasDoDia,
    ContagemDaRemessa,
    EspeciesDoDia,
    Integracao,
    Recusa,
    RecusasDoDia,
    Registro,
    Remessa,
    TotalDoDia,
)
from pen.protocolo_integrado.models.totais import faixa_de_atraso
from pen.protocolo_integrado.selectors.totais import (
    ATRASOS,
    ESPECIES,
    RECUSAS,
    TOTAIS,
    Fonte,
    Recorte,
    atraso_na_parte,
    somar,
    somas_por_tempo,
    ultimos_dias,
)
from pen.protocolo_integrado.services import totais
from pen.protocolo_integrado.services.consultas import Contador
from pen.protocolo_integrado.services.retratos import retratar_acompanhamentos, retratar_avisos
from pen.protocolo_integrado.services.totais import contar_atrasos, dia_de, somar_contagens
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import fabricar_pessoa
from tests.fabricas.protocolo import comandos_ao_enviar, documento, enviar, fabricar_nup, movimento

pytestmark = pytest.mark.django_db
CONTADAS = ("documentos", "novos", "alterados", "repetidos", "recusados", "andamentos_novos", "duracao_ms")
ESPECIES_POSSIVEIS = ("Processo", "Ofício", "E" * 80)


def enviar_ao_acaso(sorte: random.Random, sistemas, conhecidos) -> None:
    """Uma remessa com documentos novos, repetidos, alterados e recusados, e movimentos velhos e recentes."""
    sistema, agora, lote = sorte.choice(sistemas), timezone.now(), []
    for _ in range(sorte.randrange(1, 9)):
        numeros = conhecidos.setdefault(sistema.orgao_id, {})
        nup = sorte.choice(list(numeros)) if numeros and sorte.random() < 0.5 else fabricar_nup()
        especie = numeros.setdefault(nup, sorte.choice(ESPECIES_POSSIVEIS))
        horas = [sorte.choice((0.2, 3, 20, 47, 100, 500, 5000)) * sorte.random() for _ in range(sorte.randrange(4))]
        movimentos = [movimento((agora - timedelta(hours=h)).isoformat(), f"Ato {sorte.random()}") for h in horas]
        ruim = sorte.choice(({"assunto": " "}, {"produzido_em": "ontem"})) if sorte.random() < 0.2 else {}
        lote.append(documento(nup, *movimentos, especie=especie, **{"assunto": f"A {sorte.randrange(2)}"} | ruim))
        if ruim:
            numeros.pop(nup) if not Registro.objects.filter(numero=nup).exists() else None
    enviar(sistema, *lote)


def contados_um_a_um() -> dict[str, dict]:
    """O que os totais deviam dizer, contando linha por linha."""
    remessas: dict[int, Counter] = {}
    for r in Remessa.objects.filter(ambiente="producao"):
        soma = remessas.setdefault(r.orgao_id, Counter())
        soma.update({c: getattr(r, c) for c in CONTADAS} | {"remessas": 1, "remessas_recusadas": int(bool(r.erro))})
    recusas = Counter(Recusa.objects.values_list("remessa__orgao_id", "codigo"))
    especies = Counter((r.orgao_id, r.especie[:60]) for r in Registro.objects.all())
    faixas = (
        (a.orgao_id, faixa_de_atraso((a.registrado_em - a.ocorrido_em).total_seconds())) for a in Andamento.objects.all()
    )
    return {"remessas": remessas, "recusas": recusas, "especies": especies,
            "atrasos": Counter((o, f) for o, f in faixas if f is not None)}  # fmt: skip


def lidos_dos_totais() -> dict[str, dict]:
    """O mesmo, pelas fontes que as consultas leem."""
    recorte = ultimos_dias(2)  # o teste pode passar da meia-noite
    nomes = (*CONTADAS, "remessas", "remessas_recusadas")
    remessas = {
        linha[0]: Counter(dict(zip(nomes, linha[1:], strict=True))) for linha in somar(TOTAIS, ["orgao_id"], nomes, recorte)
    }

    def contar(fonte: Fonte, chave: str, valor: str) -> Counter:
        return Counter({(o, c): n for o, c, n in somar(fonte, ["orgao_id", chave], [valor], recorte) if n})

    return {"remessas": remessas, "recusas": contar(RECUSAS, "codigo", "quantas"),
            "especies": contar(ESPECIES, "especie", "novos"), "atrasos": contar(ATRASOS, "faixa", "quantos")}  # fmt: skip


@pytest.mark.parametrize("semente", range(6))
def test_os_totais_sao_o_que_se_contaria_uma_a_uma_somados_ou_nao(semente):
    sorte, conhecidos = random.Random(semente), {}
    sistemas = [fabricar_sistema() for _ in range(3)]

    for _ in range(12):
        enviar_ao_acaso(sorte, sistemas, conhecidos)
        if sorte.random() < 0.4:
            somar_contagens()
        assert lidos_dos_totais() == contados_um_a_um()

    somar_contagens()
    assert lidos_dos_totais() == contados_um_a_um() and not ContagemDaRemessa.objects.exists()
    for total in TotalDoDia.objects.all():
        assert total.documentos == total.novos + total.alterados + total.repetidos + total.recusados


def retrato() -> list:
    tabelas = (TotalDoDia, RecusasDoDia, AtrasosDoDia, EspeciesDoDia, Integracao)
    return [sorted(t.objects.values_list(*[f.attname for f in t._meta.concrete_fields])) for t in tabelas]


def test_somar_duas_vezes_da_o_mesmo():
    sistema = fabricar_sistema()
    enviar(sistema, documento(), documento(assunto=" "))
    enviar(sistema, documento(None, movimento(timezone.now().isoformat())))

    assert somar_contagens() == 2
    antes = retrato()
    assert somar_contagens() == 0

    assert retrato() == antes and all(antes)


def test_morrer_no_meio_nao_perde_nem_dobra():
    enviar(fabricar_sistema(), documento(), documento(assunto=" "))
    antes = lidos_dos_totais()

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        somar_contagens()
        raise KeyboardInterrupt

    assert ContagemDaRemessa.objects.count() == 1 and not TotalDoDia.objects.exists() and lidos_dos_totais() == antes
    somar_contagens()
    assert lidos_dos_totais() == antes


def test_remessa_que_nao_vale_nao_conta():
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        enviar(fabricar_sistema(), documento())
        raise KeyboardInterrupt

    assert not ContagemDaRemessa.objects.exists()


def test_homologacao_nao_conta():
    sistema = fabricar_sistema(ambiente=Ambiente.HOMOLOGACAO)
    enviar(sistema, documento(), documento(assunto=" "))
    with pytest.raises(RemessaRecusada):
        enviar(sistema)

    assert not ContagemDaRemessa.objects.exists()


@pytest.mark.parametrize("documentos", [0, 301])
def test_remessa_recusada_inteira_conta_uma_e_os_documentos_que_trazia(documentos):
    sistema = fabricar_sistema()
    with pytest.raises(RemessaRecusada):
        enviar(sistema, *[documento()] * documentos)
    somar_contagens()

    total = TotalDoDia.objects.get()
    assert (total.remessas, total.remessas_recusadas, total.documentos, total.recusados) == (1, 1, documentos, documentos)
    assert dict(RecusasDoDia.objects.values_list("codigo", "quantas")) == ({"NF002": documentos} if documentos else {})
    assert not Integracao.objects.exists()  # nada foi aceito: não é carga


@pytest.mark.parametrize("documentos", [1, 40])
def test_a_recepcao_paga_um_comando_so(documentos):
    comandos = comandos_ao_enviar(fabricar_sistema(), *[documento() for _ in range(documentos)], documento(assunto=" "))

    tocam = [sql for sql in comandos if any(t in sql for t in ("contagemdaremessa", "dodia", "integracao"))]
    dos_totais = [sql for sql in tocam if "protocolo_integrado_contagem" in sql or "dodia" in sql]
    assert len(dos_totais) == 1 and dos_totais[0].startswith("INSERT INTO")


def test_o_dia_e_o_de_brasilia():
    assert dia_de(datetime(2026, 3, 2, 2, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert dia_de(datetime(2026, 3, 2, 3, 0, tzinfo=UTC)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("horas", "faixa"), [(-2, 0), (0, 0), (1, 0), (1.01, 1), (6, 1), (24, 2), (48, 3), (168, 4), (720, 5), (720.1, None)]
)
def test_cada_atraso_tem_a_sua_faixa(horas, faixa):
    assert faixa_de_atraso(horas * 3600) == faixa


def test_primeira_carga_com_historia_velha_nao_conta_atraso():
    agora = timezone.now()

    ha = {dias: em_microssegundos(agora - timedelta(days=dias)) for dias in (29, 31, 400)}
    assert contar_atrasos([ha[31]], agora) == ()
    assert contar_atrasos([ha[29], ha[400]], agora) == (0, 0, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("histograma", "parte", "horas"),
    [([0] * 6, 0.5, None), ([10, 0, 0, 0, 0, 0], 0.5, 0.5), ([10, 0, 0, 0, 0, 0], 0.95, 0.9), ([0, 0, 4, 0, 0, 0], 0.5, 15.0),
     ([50, 0, 0, 0, 0, 50], 0.5, 1.0), ([50, 0, 0, 0, 0, 50], 0.95, 664.8), ([0, 0, 0, 0, 0, 1], 1.0, 720.0)],
)  # fmt: skip
def test_mediana_e_percentil_saem_das_faixas(histograma, parte, horas):
    assert atraso_na_parte(histograma, parte) == horas


# --- Ao mesmo tempo


@pytest.fixture
def orgao_de_verdade(transactional_db):
    return fabricar_orgao()


def _em_outra_conexao(funcao, *argumentos):
    try:
        return funcao(*argumentos)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_quatro_somando_ao_mesmo_tempo_nao_perdem_nem_dobram(orgao_de_verdade, monkeypatch):
    monkeypatch.setattr(totais, "CONTAGENS_POR_VEZ", 3)
    outros = [orgao_de_verdade, fabricar_orgao(), fabricar_orgao()]
    for n in range(300):
        ContagemDaRemessa.objects.create(
            orgao=outros[n % 3], recebida_em=timezone.now(), dia=date(2026, 1, 1 + n % 4), documentos=1, aceitos=1, recusados=1,
            novos=1, alterados=0, repetidos=0, andamentos_novos=2, duracao_ms=5, recusas={"NF005": 1, "NF004": 2},
            especies={"Processo": 1, "Ofício": 2}, atrasos=[0, 1, 0, 0, 0, 3],
        )  # fmt: skip

    with ThreadPoolExecutor(4) as fios:
        somadas = sum(fios.map(lambda _: _em_outra_conexao(somar_contagens), range(4)))

    assert somadas == 300 and not ContagemDaRemessa.objects.exists()
    assert sum(TotalDoDia.objects.values_list("remessas", flat=True)) == 300
    assert sum(RecusasDoDia.objects.filter(codigo="NF004").values_list("quantas", flat=True)) == 600
    assert sum(EspeciesDoDia.objects.values_list("novos", flat=True)) == 900
    assert sum(AtrasosDoDia.objects.filter(faixa=5).values_list("quantos", flat=True)) == 900


@pytest.mark.django_db(transaction=True)
def test_derrubado_no_meio_da_soma_nao_perde_nem_dobra(orgao_de_verdade):
    enviar(fabricar_sistema(orgao_de_verdade), documento())
    somar_contagens()
    enviar(fabricar_sistema(orgao_de_verdade), documento(), documento(assunto=" "))
    processos: queue.Queue[int] = queue.Queue()

    def somar_ate_cair() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            processos.put(cursor.fetchone()[0])
        with suppress(OperationalError):
            somar_contagens()

    with transaction.atomic():
        TotalDoDia.objects.select_for_update().get()  # a soma espera aqui, já tendo apagado o que ia somar
        fio = threading.Thread(target=_em_outra_conexao, args=(somar_ate_cair,))
        fio.start()
        processo = processos.get(timeout=10)
        _esperar_que_espere(processo)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [processo])
        fio.join(10)

    assert ContagemDaRemessa.objects.count() == 1 and TotalDoDia.objects.get().remessas == 1
    assert somar_contagens() == 1 and TotalDoDia.objects.get().documentos == 3


def _esperar_que_espere(processo: int) -> None:
    """Até que o processo do banco esteja parado numa trava."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [processo])
            if cursor.fetchone() == ("Lock",):
                return
        time.sleep(0.05)
    raise AssertionError("a soma não chegou a esperar")


@pytest.mark.django_db(transaction=True)
def test_duas_remessas_do_mesmo_orgao_nao_esperam_uma_pela_outra(orgao_de_verdade):
    sistema, outro = fabricar_sistema(orgao_de_verdade), fabricar_sistema(orgao_de_verdade)
    somar_contagens()

    with transaction.atomic():
        enviar(sistema, documento())  # ainda não valeu
        fio = threading.Thread(target=_em_outra_conexao, args=(enviar, outro, documento()))
        fio.start()
        fio.join(10)
        assert not fio.is_alive()

    assert ContagemDaRemessa.objects.count() == 2


# --- Consultas


def test_consultas_sao_somadas_na_memoria_e_gravadas_de_uma_vez():
    contador, a, b = Contador(), fabricar_orgao(), fabricar_orgao()
    for _ in range(3):
        contador.contar([a.pk, b.pk])
    contador.contar([a.pk])
    assert not ConsultasDoDia.objects.exists()

    with CaptureQueriesContext(connection) as consultas:
        assert contador.gravar() == 7
    assert len(consultas) == 1 and contador.gravar() == 0

    contador.contar([a.pk])
    contador.gravar()
    assert dict(ConsultasDoDia.objects.values_list("orgao_id", "quantas")) == {a.pk: 5, b.pk: 3}


def test_consultas_que_nao_puderam_ser_gravadas_ficam_para_a_proxima():
    contador, orgao = Contador(), fabricar_orgao()
    contador.contar([orgao.pk])
    with pytest.raises(RuntimeError), connection.execute_wrapper(_cair):
        contador.gravar()
    contador.contar([orgao.pk])

    contador.gravar()

    assert ConsultasDoDia.objects.get().quantas == 2


def _cair(*_):
    raise RuntimeError("fora do ar")


def test_contar_de_muitos_fios_nao_perde_nenhuma():
    contador, orgao = Contador(), fabricar_orgao()
    with ThreadPoolExecutor(8) as fios:
        for _ in range(2000):
            fios.submit(contador.contar, [orgao.pk])

    assert contador.gravar() == 2000


@pytest.mark.django_db(transaction=True)
def test_ligado_o_contador_grava_sozinho(orgao_de_verdade, monkeypatch):
    monkeypatch.setattr("pen.protocolo_integrado.services.consultas.INTERVALO", 0.05)
    contador = Contador()
    contador.ligado = True
    gravou, gravar = threading.Event(), contador.gravar
    monkeypatch.setattr(contador, "gravar", lambda: gravar() and gravou.set())

    contador.contar([orgao_de_verdade.pk])

    assert gravou.wait(10) and ConsultasDoDia.objects.get().quantas == 1
    contador.parar()


@pytest.fixture
def contador(monkeypatch):
    novo = Contador()
    monkeypatch.setattr("pen.protocolo_integrado.services.consultas.contador", novo)
    return novo


def test_a_pagina_e_a_api_contam_sem_gravar(client, contador):
    nup, a, b = fabricar_nup(), fabricar_sistema(), fabricar_sistema()
    enviar(a, documento(nup))
    enviar(b, documento(nup))

    client.get(f"/protocolo/processos/{nup}/")
    client.head(f"/protocolo/processos/{nup}/")
    etag = client.get(f"/api/v1/processos/{nup}")["ETag"]
    client.get(f"/api/v1/processos/{nup}", headers={"If-None-Match": etag})
    client.get(f"/protocolo/processos/{fabricar_nup()}/")
    client.get(f"/api/v1/processos/{fabricar_nup()}")

    assert not ConsultasDoDia.objects.exists() and contador.gravar() == 4
    assert dict(ConsultasDoDia.objects.values_list("orgao_id", "quantas")) == {a.orgao_id: 2, b.orgao_id: 2}


# --- Retratos


def test_retrato_dos_acompanhamentos_conta_pessoas_uma_vez_e_refazer_da_o_mesmo():
    nup, outro, sistema, vizinho = fabricar_nup(), fabricar_nup(), fabricar_sistema(), fabricar_sistema()
    enviar(sistema, documento(nup), documento(outro))
    enviar(vizinho, documento(nup))
    ana, bia = fabricar_pessoa(), fabricar_pessoa()
    for pessoa, numero in ((ana, nup), (ana, outro), (bia, nup), (bia, fabricar_nup())):
        Acompanhamento.objects.create(pessoa=pessoa, numero=numero)

    retratar_acompanhamentos()
    retratar_acompanhamentos()

    retratos = {o: (p, a) for o, p, a in AcompanhamentosDoDia.objects.values_list("orgao_id", "pessoas", "acompanhamentos")}
    assert retratos == {None: (2, 4), sistema.orgao_id: (2, 3), vizinho.orgao_id: (2, 2)}


def test_retrato_esquece_o_orgao_que_ninguem_mais_acompanha():
    sistema, nup = fabricar_sistema(), fabricar_nup()
    enviar(sistema, documento(nup))
    acompanhamento = Acompanhamento.objects.create(pessoa=fabricar_pessoa(), numero=nup)
    retratar_acompanhamentos()
    acompanhamento.delete()

    retratar_acompanhamentos()

    assert list(AcompanhamentosDoDia.objects.values_list("orgao_id", "pessoas")) == [(None, 0)]


def test_retrato_dos_avisos_substitui_o_dos_ultimos_dias():
    pessoa, agora = fabricar_pessoa(), timezone.now()
    comum = {"pessoa": pessoa, "canal": "correio", "criada_em": agora, "proxima_em": agora}
    for situacao, quantas in (("enviada", 3), ("falhou", 1), ("pendente", 2)):
        for _ in range(quantas):
            enviada = agora if situacao == "enviada" else None
            codigo = "550" if situacao == "falhou" else ""
            Mensagem.objects.create(**comum, lote=uuid7(), situacao=situacao, enviada_em=enviada, erro_codigo=codigo)
    AvisosDoDia.objects.create(dia=dia_de(agora), enviadas=99, falharam=99)

    retratar_avisos()
    retratar_avisos()

    assert list(AvisosDoDia.objects.values_list("dia", "enviadas", "falharam")) == [(dia_de(agora), 3, 1)]


def test_somas_por_mes_juntam_os_dias():
    orgao = fabricar_orgao()
    for dia in (date(2026, 1, 3), date(2026, 1, 30), date(2026, 2, 1)):
        TotalDoDia.objects.create(dia=dia, orgao=orgao, remessas=1)
    recorte = Recorte(date(2026, 1, 1), date(2026, 2, 28))

    somas = somas_por_tempo(TOTAIS, ["remessas"], recorte, por_mes=True)

    assert somas == {date(2026, 1, 1): (2,), date(2026, 2, 1): (1,)}
