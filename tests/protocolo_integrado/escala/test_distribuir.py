"""Repartir o registro com o serviço no ar: quem recebe e quem lê não percebem, nada se perde, e parar no meio não estraga."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Event, Thread

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection

from pen.protocolo_integrado.errors import DistribuicaoImpossivel
from pen.protocolo_integrado.management import escala
from pen.protocolo_integrado.models import Andamento, Interessado, Registro
from pen.protocolo_integrado.selectors import busca, processos
from pen.protocolo_integrado.selectors.busca import buscar_processos
from pen.protocolo_integrado.selectors.esquema import (
    TABELAS,
    estrutura_da_tabela,
    quebradas,
    regras_do_esquema,
    situacao_da_distribuicao,
)
from pen.protocolo_integrado.services import particoes, volume
from pen.protocolo_integrado.services.indices import refazer_indices
from pen.protocolo_integrado.values import FiltrosDeBusca
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento
from tests.protocolo_integrado.escala.conftest import PROCESSOS

pytestmark = pytest.mark.django_db(transaction=True)

REGISTRO, ANDAMENTO, INTERESSADO, _ = TABELAS


def linhas(sql, *valores):
    with connection.cursor() as cursor:
        cursor.execute(sql, valores)
        return cursor.fetchall()


def executar(sql, *valores):
    with connection.cursor() as cursor:
        cursor.execute(sql, valores)


def contagens(sufixo=""):
    return [linhas(f"SELECT count(*) FROM {tabela}{sufixo}")[0][0] for tabela in TABELAS]


def nomes_no_banco():
    return linhas(
        "SELECT relname FROM pg_class UNION ALL SELECT proname FROM pg_proc UNION ALL SELECT tgname FROM pg_trigger"
    )


def repartir(partes=4):
    assert escala.comando.main(["distribuir", "--particoes", str(partes)], standalone_mode=False) is None


@contextmanager
def ao_mesmo_tempo(*funcoes):
    """Repete cada função em outra linha de execução até o fim do bloco; o erro de qualquer uma aparece ali."""
    parar = Event()

    def repetir(funcao):
        try:
            while not parar.is_set():
                funcao()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(funcoes)) as executor:
        futuros = [executor.submit(repetir, funcao) for funcao in funcoes]
        try:
            yield
        finally:
            parar.set()
    for futuro in futuros:
        futuro.result()


class Remetente:
    """Um órgão que manda números novos, os que já mandou, com mais um movimento e outros interessados, e alguns sem mudar nada."""

    def __init__(self):
        self.sistema, self.vez, self.ultimos, self.historico, self.repetidos = fabricar_sistema(), count(1), {}, {}, set()

    def enviar(self):
        n = next(self.vez)
        numeros = [fabricar_nup() for _ in range(3)] + list(self.ultimos)[-6:]
        documentos = []
        for numero in numeros:
            movimentos = self.historico.setdefault(numero, [])
            movimentos.append(movimento(operacao=f"Movimento {n}"))
            documentos.append(documento(numero, *movimentos, interessados=interessados(f"Nome {n}", *["Outro"] * (n % 3))))
        assert enviar(self.sistema, *documentos).contagem.andamentos_novos == len(documentos)
        self.ultimos |= {d.protocolo: d for d in documentos}
        assert enviar(self.sistema, *documentos[:2]).contagem.repetidos == 2
        self.repetidos |= {d.protocolo for d in documentos[:2]}

    def reenviar(self):
        documentos = list(self.ultimos.values())
        for inicio in range(0, len(documentos), 100):
            contagem = enviar(self.sistema, *documentos[inicio : inicio + 100]).contagem
            assert (contagem.novos, contagem.alterados, contagem.andamentos_novos) == (0, 0, 0)
        self.repetidos |= self.ultimos.keys()


def test_reparte_enquanto_dois_orgaos_enviam_e_alguem_le(registro, monkeypatch):
    monkeypatch.setattr(particoes, "LOTE", 4)  # muitos lotes: a cópia dura o bastante para que tudo se cruze
    remetentes = [Remetente(), Remetente()]
    numeros = [i.documento.numero.texto for i in volume.inventar_bloco(0, 50).processos]
    proximo = count()

    def ler():
        processo = processos.consultar_processo(numeros[next(proximo) % 50], para=AnonymousUser())
        assert len(processos.andamentos_do_processo(processo).itens) == volume.MOVIMENTOS

    with ao_mesmo_tempo(*(r.enviar for r in remetentes), ler):
        repartir()
        enviados_ate_a_troca = [len(r.ultimos) for r in remetentes]

    assert min(enviados_ate_a_troca) > 10 and next(proximo) > 20
    assert situacao_da_distribuicao() == (4, 0, True)
    antes = contagens()
    assert antes[0] == PROCESSOS + sum(len(r.ultimos) for r in remetentes)
    assert antes[1] == PROCESSOS * volume.MOVIMENTOS + sum(len(h) for r in remetentes for h in r.historico.values())
    assert antes[3] == sum(len(r.repetidos) for r in remetentes) > 20
    for remetente in remetentes:
        remetente.reenviar()
    assert contagens() == [*antes[:3], sum(len(r.ultimos) for r in remetentes)]


def test_o_que_muda_durante_a_copia_chega_a_tabela_nova(registro):
    particoes.preparar_copia(4)
    primeiro = Registro.objects.order_by("numero").values_list("numero", flat=True)[0]
    Registro.objects.filter(numero=primeiro).update(assunto="Mudado antes de copiar")
    Interessado.objects.filter(numero=primeiro).delete()
    for _ in particoes.copiar():
        pass
    ultimo = Registro.objects.order_by("-numero").values_list("numero", flat=True)[0]
    Andamento.objects.filter(numero=ultimo).delete()
    Registro.objects.filter(numero=ultimo).update(assunto="Mudado depois de copiar")

    assert [particoes.conferir_copia(tabela) for tabela in TABELAS] == contagens()
    assert linhas(f"SELECT assunto FROM {REGISTRO}_nova WHERE numero IN (%s, %s) ORDER BY numero", primeiro, ultimo) == [
        ("Mudado antes de copiar",),
        ("Mudado depois de copiar",),
    ]
    executar(f"TRUNCATE {', '.join(TABELAS)}")
    assert contagens("_nova") == [0] * len(TABELAS)


def test_o_que_se_apaga_no_meio_de_um_lote_nao_volta(registro, outra_conexao):
    particoes.preparar_copia(4)
    outra_conexao.autocommit = False
    apagadas = outra_conexao.execute(f"DELETE FROM {ANDAMENTO} WHERE ctid < '(3,0)'").rowcount
    depois = Thread(target=lambda: (Event().wait(0.3), outra_conexao.commit()))
    depois.start()

    for _ in particoes.copiar():
        pass

    depois.join()
    assert apagadas > 50
    assert particoes.conferir_copia(ANDAMENTO) == PROCESSOS * volume.MOVIMENTOS - apagadas


def test_o_que_chega_enquanto_os_indices_da_copia_se_refazem_e_gravado(registro):
    """O PostgreSQL recusa um ON CONFLICT que cruze com a troca de um índice («invalid arbiter index list»)."""
    particoes.preparar_copia(4)
    for _ in particoes.copiar():
        pass
    numeros = list(Registro.objects.values_list("numero", flat=True)[:200])
    vez = count()

    def mudar():
        n = next(vez)
        Registro.objects.filter(numero=numeros[n % 200]).update(assunto=f"Mudado pela {n}.ª vez")

    with ao_mesmo_tempo(mudar, mudar):
        for _ in range(10):
            particoes.preparar_leitura(REGISTRO)

    assert next(vez) > 200
    assert [particoes.conferir_copia(tabela) for tabela in TABELAS] == contagens()


def test_uma_copia_diferente_nao_troca_de_lugar(registro):
    particoes.preparar_copia(4)
    for _ in particoes.copiar():
        pass
    executar(f"UPDATE {ANDAMENTO}_nova SET operacao = 'outra' WHERE numero = (SELECT min(numero) FROM {ANDAMENTO})")

    with pytest.raises(DistribuicaoImpossivel, match="não é igual"):
        repartir()
    assert situacao_da_distribuicao() == (0, 4, False)


MORRER = """
import os, signal, django
django.setup()
from pen.protocolo_integrado.services import particoes
particoes.LOTE = 8
with particoes.distribuicao_exclusiva():
    particoes.preparar_copia(4)
    for n, _ in enumerate(particoes.copiar()):
        if n == 40:
            os.kill(os.getpid(), signal.SIGKILL)
"""


def test_morta_no_meio_nada_muda_e_a_seguinte_continua(registro):
    ambiente = os.environ | {"DATABASE_URL": registro, "DJANGO_SETTINGS_MODULE": "pen.config.settings"}
    morta = subprocess.run([sys.executable, "-c", MORRER], env=ambiente, capture_output=True, check=False)
    assert morta.returncode == -9, morta.stderr

    assert situacao_da_distribuicao() == (0, 4, False)
    remetente = Remetente()
    remetente.enviar()
    with pytest.raises(DistribuicaoImpossivel, match="em 4 partes pela metade"):
        particoes.preparar_copia(8)
    particoes.preparar_copia(4)
    total, feitos = particoes.bytes_a_copiar()
    assert 0 < feitos < total

    repartir()

    assert situacao_da_distribuicao().particoes == 4
    assert contagens()[0] == PROCESSOS + 3
    remetente.reenviar()


def test_descartar_no_meio_deixa_tudo_como_era(registro):
    antes, no_registro = nomes_no_banco(), contagens()
    particoes.preparar_copia(4)
    next(particoes.copiar())
    assert set(nomes_no_banco()) > set(antes)

    escala.comando.main(["descartar"], standalone_mode=False)

    assert sorted(nomes_no_banco()) == sorted(antes) and contagens() == no_registro
    assert particoes.descartar() == []


def test_o_ensaio_mede_e_nao_deixa_nada(registro, capsys):
    antes = nomes_no_banco()

    escala.comando.main(["distribuir", "--particoes", "4", "--ensaio"], standalone_mode=False)

    dito = capsys.readouterr().out
    assert re.search(r"Pode ser repartido em 4 partes. \d{4,} linhas copiadas", dito) and "Disco preciso" in dito
    assert sorted(nomes_no_banco()) == sorted(antes)


def test_a_estrutura_que_mudou_no_meio_impede_a_troca(registro):
    particoes.preparar_copia(4)
    executar(f"CREATE INDEX z ON {ANDAMENTO} (ocorrido_em)")

    with pytest.raises(DistribuicaoImpossivel, match=f"estrutura de {ANDAMENTO} mudou"):
        repartir()


def test_depois_de_repartido_o_banco_e_o_que_os_modelos_dizem(registro):
    antes = {tabela: estrutura_da_tabela(tabela) for tabela in TABELAS}
    executar(f"GRANT SELECT ON {REGISTRO} TO pg_monitor")

    repartir()

    assert {tabela: estrutura_da_tabela(tabela) for tabela in TABELAS} == antes
    assert quebradas(regras_do_esquema()) == []
    assert linhas("SELECT has_table_privilege('pg_monitor', %s, 'SELECT')", REGISTRO) == [(True,)]
    call_command("migrate", check_unapplied=True, verbosity=0)
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    with connection.schema_editor() as editor:  # o que uma migração futura faria
        for indice in Registro._meta.indexes:
            editor.remove_index(Registro, indice)
            editor.add_index(Registro, indice)
    particoes.descartar()
    volume.apagar_volume()
    volume.preparar_volume()
    volume.gravar_bloco(0, 20)
    refazer_indices()
    assert contagens()[:2] == [20, 160]
    assert {tabela: estrutura_da_tabela(tabela) for tabela in TABELAS} == antes


def test_a_consulta_por_numero_abre_uma_parte_de_cada_tabela_mesmo_com_plano_guardado(registro):
    repartir()
    particoes.descartar()
    numero, orgao = Registro.objects.values_list("numero", "orgao_id")[0]
    consultas = {
        processos._REGISTROS: {"numeros": [numero]},
        processos._REGISTROS_E_ANDAMENTOS: {"numeros": [numero], "limite": 200},
        processos._VERSAO: {"numeros": [numero]},
        processos._ANDAMENTOS: processos._DO_COMECO | {"numero": numero, "orgaos": [orgao], "desde": None, "limite": 200},
    }

    for sql, valores in consultas.items():
        with psycopg.connect(**connection.get_connection_params()) as conexao:
            conexao.execute("SET plan_cache_mode = force_generic_plan")
            plano = "\n".join(
                linha for (linha, *_) in conexao.execute(f"EXPLAIN (ANALYZE) {sql}", valores, prepare=True).fetchall()
            )
        for tabela in TABELAS:
            assert len(set(re.findall(rf"on ({tabela}_p\d+)", plano))) <= 1, plano
        assert "Gather" not in plano


def test_a_busca_acha_o_mesmo_no_registro_repartido(registro, monkeypatch):
    assuntos = Registro.objects.filter(visibilidade=0).values_list("assunto", flat=True)
    palavras = [FiltrosDeBusca(palavras=assunto) for assunto in sorted(set(assuntos))[:40:4]]
    monkeypatch.setattr(busca, "JANELA", 10)  # senão, um registro pequeno se percorre inteiro

    def achar():
        return [[a.numero for a in buscar_processos(filtros, para=AnonymousUser()).itens] for filtros in palavras]

    antes = achar()
    repartir()
    executar(f"ANALYZE {REGISTRO}")

    assert achar() == antes and all(antes)


def test_comandos_preparados_em_outra_conexao_sobrevivem_a_troca(registro, outra_conexao):
    sistema, numero = fabricar_sistema(), fabricar_nup()
    outra_conexao.execute("SET plan_cache_mode = force_generic_plan")
    outra_conexao.execute(f"PREPARE ler(text) AS SELECT assunto FROM {REGISTRO} WHERE numero = $1")
    outra_conexao.execute(f"PREPARE mudar(text, text) AS UPDATE {REGISTRO} SET assunto = $2 WHERE numero = $1")
    assert outra_conexao.execute(f"EXECUTE ler('{numero}')").fetchall() == []

    repartir()
    enviar(sistema, documento(numero, assunto="Enviado depois da troca"))

    assert outra_conexao.execute(f"EXECUTE ler('{numero}')").fetchall() == [("Enviado depois da troca",)]
    outra_conexao.execute(f"EXECUTE mudar('{numero}', 'Mudado por comando preparado antes')")
    assert Registro.objects.get(numero=numero).assunto == "Mudado por comando preparado antes"


def test_a_troca_espera_quem_ainda_le_sem_fazer_fila(registro, outra_conexao):
    outra_conexao.autocommit = False
    outra_conexao.execute(f"SELECT count(*) FROM {ANDAMENTO}")
    solta = Thread(target=lambda: (Event().wait(1), outra_conexao.rollback()))
    solta.start()

    repartir()

    solta.join()
    assert situacao_da_distribuicao().particoes == 4


def test_a_trava_que_nunca_vem_e_uma_frase(registro, outra_conexao, monkeypatch):
    monkeypatch.setattr(particoes, "ESPERA_MAXIMA", 0.3)
    outra_conexao.autocommit = False
    outra_conexao.execute(f"LOCK TABLE {REGISTRO} IN ROW EXCLUSIVE MODE")

    with pytest.raises(DistribuicaoImpossivel, match="Outras transações seguraram o registro"):
        repartir()


@pytest.mark.parametrize("partes", [-1, 1, 1025])
def test_recusa_um_numero_de_partes_que_nao_serve(banco, partes):
    with pytest.raises(DistribuicaoImpossivel, match="de 2 a 1024"):
        repartir(partes)


def test_recusa_repartir_de_novo_e_duas_de_uma_vez(banco, outra_conexao):
    outra_conexao.execute("SELECT pg_advisory_lock(%s)", [particoes._TRAVA])
    with pytest.raises(DistribuicaoImpossivel, match="Outra distribuição"):
        repartir()
    outra_conexao.execute("SELECT pg_advisory_unlock_all()")

    repartir(2)

    with pytest.raises(DistribuicaoImpossivel, match="já está repartido em 2 partes"):
        repartir(4)


def test_recusa_o_que_a_troca_estragaria_dizendo_o_que_e(banco):
    executar(f"CREATE VIEW assuntos AS SELECT assunto FROM {REGISTRO}")
    executar(f"CREATE PUBLICATION saida FOR TABLE {ANDAMENTO}")

    with pytest.raises(
        DistribuicaoImpossivel, match=f"A visão assuntos lê {REGISTRO}.*A publicação saida inclui {ANDAMENTO}"
    ):
        repartir()
    assert situacao_da_distribuicao() == (0, 0, False)


def test_quem_nao_e_dono_das_tabelas_fica_sabendo(banco, outra_conexao):
    executar("CREATE ROLE pen_alheio")
    try:
        executar("GRANT SELECT ON ALL TABLES IN SCHEMA public TO pen_alheio")
        executar("SET ROLE pen_alheio")
        with pytest.raises(DistribuicaoImpossivel, match=f"Só o dono de {REGISTRO} pode reparti-la"):
            repartir()
    finally:
        executar("RESET ROLE")
        executar("DROP OWNED BY pen_alheio")
        executar("DROP ROLE pen_alheio")


def test_sem_citus_diz_o_que_usar_no_lugar(banco):
    with pytest.raises(DistribuicaoImpossivel, match=r"não tem a extensão citus.*--particoes"):
        escala.comando.main(["distribuir", "--fragmentos", "32"], standalone_mode=False)
