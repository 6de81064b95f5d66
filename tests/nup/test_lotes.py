"""A conferência em lote por dentro: duas vezes, vencida, e sem lugar. O que acontece no meio está em test_lotes_no_meio."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Font
from procrastinate.contrib.django.models import ProcrastinateJob

from pen.comum.errors import LimiteExcedido
from pen.comum.planilha import PlanilhaInvalida
from pen.nup.enums.situacoes import SituacaoDaConferencia
from pen.nup.errors import ColunaNaoEncontrada, ConferenciaNaoEncontrada, SemEspaco
from pen.nup.models import ConferenciaEmLote
from pen.nup.selectors import lotes as selectors
from pen.nup.selectors.lotes import consultar_conferencia, esta_demorando, resultado_da_conferencia
from pen.nup.services import lotes
from pen.nup.services.lotes import (
    alterar_coluna,
    conferir_lote,
    criar_conferencia,
    excluir_conferencia,
    excluir_conferencias_vencidas,
    retomar_conferencias,
)
from tests.nup.web.amostras import csv_variado, xlsx_variado

pytestmark = pytest.mark.django_db
ORIGENS = iter(range(1, 10**9))


def enviar(
    conteudo: bytes | None = None, nome: str = "a.csv", coluna: str = "", origem: str | None = None
) -> ConferenciaEmLote:
    """Uma planilha nova, cada uma de uma origem."""
    conteudo = csv_variado() if conteudo is None else conteudo
    return criar_conferencia(nome=nome, conteudo=conteudo, coluna=coluna, origem=origem or f"rede {next(ORIGENS)}")


def mudar(conferencia: ConferenciaEmLote, **campos: object) -> None:
    ConferenciaEmLote.objects.filter(pk=conferencia.pk).update(**campos)


def envelhecer(conferencia: ConferenciaEmLote, **tempo: float) -> None:
    """Faz de conta que o último sinal de vida foi há esse tempo."""
    mudar(conferencia, mexida_em=timezone.now() - timedelta(**tempo))


def pedidos_na_fila(conferencia: ConferenciaEmLote) -> int:
    nome = "pen.nup.tasks.conferir_planilha_enviada"
    return ProcrastinateJob.objects.filter(
        task_name=nome, args={"conferencia_id": str(conferencia.pk)}, status="todo"
    ).count()


# O caminho


@pytest.mark.parametrize(("conteudo", "formato"), [(csv_variado(), "csv"), (xlsx_variado(), "xlsx")], ids=["csv", "xlsx"])
def test_a_planilha_enviada_espera_e_depois_fica_pronta(conteudo, formato):
    conferencia = enviar(conteudo)
    esperando = consultar_conferencia(conferencia.pk)

    conferir_lote(conferencia.pk)

    pronta = consultar_conferencia(conferencia.pk)
    assert (esperando.situacao, esperando.feitas, esperando.colunas[esperando.coluna]) == ("esperando", 0, "nup")
    assert (pronta.situacao, pronta.formato, pronta.feitas, pronta.total) == ("pronta", formato, 11, 11)
    assert pronta.contagem["ok"] == 5 and sum(pronta.contagem.values()) == 11
    assert resultado_da_conferencia(conferencia.pk)[1] != conteudo


def test_o_total_que_se_diz_no_comeco_se_acerta_quando_a_conferencia_comeca():
    livro, saida = Workbook(), BytesIO()
    for n in range(1, 101):
        livro.active.cell(n, 1).font = Font(bold=True)
    livro.active["A1"], livro.active["A2"] = "nup", "50650.001658/2017-17"
    livro.save(saida)
    conferencia = enviar(saida.getvalue())

    conferir_lote(conferencia.pk)

    assert (conferencia.total, consultar_conferencia(conferencia.pk).total) == (99, 1)


def test_quem_envia_poe_o_trabalho_na_fila(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        conferencia = enviar()

    assert pedidos_na_fila(conferencia) == 1


def test_o_endereco_nao_se_adivinha_e_a_origem_nao_se_guarda():
    uma, outra = enviar(origem="200.1.2.3"), enviar(origem="200.1.2.3")

    assert uma.pk.version == 7 and uma.pk.int & (1 << 62) - 1 != outra.pk.int & (1 << 62) - 1
    assert uma.origem == outra.origem and len(uma.origem) == 64
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM nup_conferenciaemlote c WHERE to_jsonb(c)::text LIKE '%%200.1.2.3%%'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("nome", "guardado"),
    [("C:\\Users\\ana\\a.csv", "a.csv"), ("../../etc/a.csv", "a.csv"), ("a\x00\n\u202eb.csv", "ab.csv"), ("", "planilha"),
     ("x" * 300 + ".csv", "x" * 146 + ".csv")],
)  # fmt: skip
def test_do_nome_do_arquivo_fica_so_o_nome(nome, guardado):
    assert enviar(nome=nome).nome == guardado


# Duas vezes


def test_conferir_de_novo_o_que_esta_pronto_nao_muda_nada():
    conferencia = enviar()
    conferir_lote(conferencia.pk)
    antes = ConferenciaEmLote.objects.values().get(pk=conferencia.pk)

    conferir_lote(conferencia.pk)

    assert ConferenciaEmLote.objects.values().get(pk=conferencia.pk) == antes


def test_o_que_outro_esta_conferindo_nao_se_toca():
    conferencia = enviar()
    mudar(conferencia, situacao="conferindo", rodada=1, feitas=5)

    conferir_lote(conferencia.pk)

    assert consultar_conferencia(conferencia.pk).feitas == 5


def test_a_que_parou_no_meio_recomeca_do_comeco_so_depois_de_dada_por_morta():
    conferencia = enviar()
    mudar(conferencia, situacao="conferindo", rodada=1, tentativas=1, feitas=5)

    ainda_viva = retomar_conferencias()
    envelhecer(conferencia, minutes=2)
    morta = retomar_conferencias()
    conferir_lote(conferencia.pk)

    pronta = consultar_conferencia(conferencia.pk)
    assert (ainda_viva, morta, pedidos_na_fila(conferencia)) == (0, 1, 1)
    assert (pronta.situacao, pronta.feitas, pronta.rodada) == ("pronta", 11, 2)


def test_retomar_varias_vezes_nao_enche_a_fila():
    conferencia = enviar()
    envelhecer(conferencia, minutes=2)

    for _ in range(3):
        retomar_conferencias()

    assert pedidos_na_fila(conferencia) == 1


def test_planilha_que_se_descobre_estragada_no_trabalho_fica_recusada_com_o_motivo():
    conferencia = enviar(xlsx_variado())
    inteiro = bytes(ConferenciaEmLote.objects.get(pk=conferencia.pk).enviado)
    mudar(conferencia, enviado=inteiro[: len(inteiro) // 2])

    conferir_lote(conferencia.pk)

    recusada = consultar_conferencia(conferencia.pk)
    assert recusada.situacao == "recusada" and "estragado" in recusada.motivo and recusada.resultado is None


# Outra coluna


def test_outra_coluna_recomeca_e_o_resultado_anterior_some():
    conferencia = enviar()
    conferir_lote(conferencia.pk)

    alterar_coluna(conferencia.pk, 0, origem="rede")

    de_novo = consultar_conferencia(conferencia.pk)
    assert (de_novo.situacao, de_novo.coluna, de_novo.feitas, de_novo.contagem) == ("esperando", 0, 0, {})
    with pytest.raises(ConferenciaNaoEncontrada, match="ainda não acabou"):
        resultado_da_conferencia(conferencia.pk)


@pytest.mark.parametrize("coluna", [-1, 3])
def test_coluna_que_nao_ha_e_recusada(coluna):
    with pytest.raises(ColunaNaoEncontrada):
        alterar_coluna(enviar().pk, coluna, origem="rede")


# O que não entra


@pytest.mark.parametrize(
    ("conteudo", "trecho"),
    [
        (b"nup\n", "só tem o cabeçalho"),
        (b"", "está vazio"),
        (b"x" * (lotes.TAMANHO_MAXIMO + 1), "passa de 10 MB"),
        (b"nup\n" + b"1\n" * 100_001, r"mais de 100\.000 linhas"),
    ],
    ids=["só cabeçalho", "vazia", "bytes demais", "linhas demais"],
)
def test_planilha_que_nao_serve_nem_se_guarda(conteudo, trecho):
    with pytest.raises(PlanilhaInvalida, match=trecho):
        enviar(conteudo)

    assert not ConferenciaEmLote.objects.exists()


def test_cem_mil_linhas_entram():
    assert enviar(b"nup\n" + b"1\n" * 100_000).total == 100_000


def test_envios_demais_da_mesma_rede_esperam():
    def tentar(vezes: int) -> None:
        for _ in range(vezes):
            enviar(origem="a mesma")

    with pytest.raises(LimiteExcedido):
        tentar(2 * lotes.ENVIOS_POR_MINUTO + 1)  # ainda que o minuto vire no meio


def test_uma_rede_nao_enche_o_lugar_de_todas(monkeypatch):
    monkeypatch.setattr(lotes, "GUARDADO_POR_ORIGEM", 100_000)  # 300 linhas ocupam 90.000 com o resultado
    grande = b"nup\n" + b"1\n" * 300
    enviar(grande, origem="rede que envia muito")

    with pytest.raises(SemEspaco, match="Desta rede"):
        enviar(grande, origem="rede que envia muito")
    assert enviar(grande, origem="outra rede").pk


def test_o_lugar_de_todas_tambem_acaba_e_volta_quando_vencem(monkeypatch):
    monkeypatch.setattr(lotes, "GUARDADO_AO_TODO", 100_000)
    grande = b"nup\n" + b"1\n" * 300
    velha = enviar(grande)

    with pytest.raises(SemEspaco, match="daqui a algumas horas"):
        enviar(grande)
    mudar(velha, criada_em=timezone.now() - selectors.GUARDA)
    assert enviar(grande).pk


# O prazo


def test_passadas_24_horas_e_como_se_nao_existisse_mesmo_antes_da_limpeza():
    conferencia = enviar()
    conferir_lote(conferencia.pk)
    mudar(conferencia, criada_em=timezone.now() - timedelta(hours=24))

    for perguntar in (consultar_conferencia, resultado_da_conferencia, lambda pk: alterar_coluna(pk, 0, origem="rede")):
        with pytest.raises(ConferenciaNaoEncontrada):
            perguntar(conferencia.pk)
    assert (excluir_conferencias_vencidas(), excluir_conferencias_vencidas()) == (1, 0)
    assert not ConferenciaEmLote.objects.exists()


def test_a_de_23_horas_fica():
    mudar(enviar(), criada_em=timezone.now() - timedelta(hours=23))

    assert excluir_conferencias_vencidas() == 0


def test_excluir_duas_vezes_e_o_mesmo_que_uma():
    conferencia = enviar()

    excluir_conferencia(conferencia.pk)
    excluir_conferencia(conferencia.pk)

    assert not ConferenciaEmLote.objects.exists()


def test_conferencia_que_nunca_existiu():
    with pytest.raises(ConferenciaNaoEncontrada):
        consultar_conferencia(uuid.uuid4())
    conferir_lote(uuid.uuid4())


@pytest.mark.parametrize(
    ("situacao", "segundos", "demorando"),
    [("esperando", 30, False), ("esperando", 90, True), ("conferindo", 90, True), ("recusada", 90, False)],
)
def test_o_que_espera_ou_parou_ha_muito_esta_demorando(situacao, segundos, demorando):
    conferencia = enviar()
    mudar(conferencia, situacao=situacao)
    envelhecer(conferencia, seconds=segundos)

    assert esta_demorando(consultar_conferencia(conferencia.pk)) == demorando


# O que o banco recusa


@pytest.mark.parametrize("campos", [{"situacao": SituacaoDaConferencia.PRONTA}, {"feitas": 12}])
def test_o_banco_recusa_pronta_sem_resultado_e_feitas_alem_do_total(campos):
    with pytest.raises(IntegrityError, match="conferencia_"), transaction.atomic():
        mudar(enviar(), **campos)
