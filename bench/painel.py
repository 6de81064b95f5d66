"""Quanto demora cada consulta gerencial sobre um ano de 600 órgãos?

Os totais são fabricados no banco, um dia de cada órgão por linha, como ficariam depois de um ano de remessas; a página inteira,
que responde a todas de uma vez, é medida à parte. O limite é um segundo para cada pergunta, no percentil 95 de vinte.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median, quantiles
from typing import Any

from bench.ambiente import Medicao
from bench.tabela import escrever_tabela, meta, numero

ORGAOS, DIAS, VEZES = 600, 365, 20
LIMITE_MS = 1_000
PENDENTES = 500  # remessas de um minuto que ainda não foram somadas

_FABRICAR = """
INSERT INTO protocolo_integrado_totaldodia
    (dia, orgao_id, remessas, remessas_recusadas, documentos, novos, alterados, repetidos, recusados, andamentos_novos,
     duracao_ms)
SELECT d, o, 24, 0, 1200, 400, 300, 480, 20, 3200, 24 * 180 FROM dias, orgaos;
INSERT INTO protocolo_integrado_recusasdodia (dia, orgao_id, codigo, quantas)
SELECT d, o, 'NF00' || c, c FROM dias, orgaos, generate_series(3, 6) AS c;
INSERT INTO protocolo_integrado_atrasosdodia (dia, orgao_id, faixa, quantos)
SELECT d, o, f, 100 + (o * 7 + f * 13) %% 400 FROM dias, orgaos, generate_series(0, 5) AS f;
INSERT INTO protocolo_integrado_especiesdodia (dia, orgao_id, especie, novos)
SELECT d, o, 'Espécie ' || (o + e) %% 40, 50 FROM dias, orgaos, generate_series(1, 8) AS e;
INSERT INTO protocolo_integrado_consultasdodia (dia, orgao_id, quantas)
SELECT d, o, 1 + (o * 31) %% 900 FROM dias, orgaos;
INSERT INTO protocolo_integrado_acompanhamentosdodia (dia, orgao_id, pessoas, acompanhamentos)
SELECT d, o, o %% 300, o %% 900 FROM dias, orgaos UNION ALL SELECT d, NULL, 90000, 200000 FROM dias;
INSERT INTO protocolo_integrado_avisosdodia (dia, enviadas, falharam) SELECT d, 90000, 300 FROM dias;
INSERT INTO protocolo_integrado_integracao (orgao_id, ultima_carga_em, situacao, desde)
SELECT o, now() - o * interval '40 minutes', 'em_dia', now() FROM orgaos;
INSERT INTO protocolo_integrado_contagemdaremessa
    (id, orgao_id, recebida_em, dia, recusada, documentos, aceitos, recusados, novos, alterados, repetidos, andamentos_novos,
     duracao_ms, recusas, especies, atrasos)
SELECT gen_random_uuid(), o, now(), %(hoje)s, false, 100, 99, 1, 40, 30, 29, 300, 150, '{"NF005": 1}', '{"Processo": 40}',
    '{100,50,40,10,5,5}' FROM orgaos LIMIT %(pendentes)s;
"""


def medir(medicao: Medicao, *, tamanho: int, rodadas: int) -> dict[str, Any]:
    """Fabrica os totais, mede, imprime a tabela e devolve os números. O tamanho é fixo: um ano, 600 órgãos."""
    from pen.protocolo_integrado.selectors.painel import CONSULTAS_GERENCIAIS, consultar_painel, filtros_do_painel

    hoje, linhas_no_banco = _fabricar()
    quem = _central()
    ano = filtros_do_painel(hoje - timedelta(days=DIAS - 1), hoje)
    por_dia = filtros_do_painel(ano.desde, ano.ate, agrupar="dia")
    recorte = filtros_do_painel(ano.desde, ano.ate, esfera="municipal")
    figuras = {}
    for nome in CONSULTAS_GERENCIAIS:
        figuras[nome] = {
            rotulo: _medir(lambda f=filtros, n=nome: consultar_painel(n, f, para=quem))
            for rotulo, filtros in (("por mês", ano), ("por dia", por_dia), ("uma esfera", recorte))
        }
    paginas = {"página, 30 dias": _pagina(quem, ""), "página, um ano": _pagina(quem, f"?desde={ano.desde}&ate={ano.ate}")}
    _escrever(figuras, paginas, linhas_no_banco)
    return {"consultas": figuras, "paginas": paginas, "linhas": linhas_no_banco}


def _fabricar() -> tuple[date, int]:
    from django.db import connection
    from django.utils import timezone

    hoje = timezone.localdate()
    tabelas = ("totaldodia", "recusasdodia", "atrasosdodia", "especiesdodia", "consultasdodia", "acompanhamentosdodia",
               "avisosdodia", "integracao", "contagemdaremessa")  # fmt: skip
    nomes = [f"protocolo_integrado_{tabela}" for tabela in tabelas]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f"TRUNCATE {', '.join(nomes)}")
        cursor.execute(
            "CREATE TEMP TABLE dias AS SELECT (%s::date - n)::date AS d FROM generate_series(0, %s) AS n", [hoje, DIAS - 1]
        )
        cursor.execute(
            "CREATE TEMP TABLE orgaos AS SELECT id AS o FROM identidade_orgao ORDER BY id DESC LIMIT %s", [ORGAOS]
        )
        cursor.execute(_FABRICAR, {"hoje": hoje, "pendentes": PENDENTES})
        cursor.execute("DROP TABLE dias, orgaos")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SET statement_timeout = '30s'")
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {nome}" for nome in nomes))
        return hoje, sum(linha[0] for linha in cursor.fetchall())


def _central() -> Any:
    from pen.identidade.models import Atribuicao, Pessoa
    from pen.identidade.public import Papel

    pessoa, _ = Pessoa.objects.get_or_create(username="bench", defaults={"email": "bench@exemplo.org"})
    Atribuicao.objects.get_or_create(pessoa=pessoa, papel=Papel.EQUIPE_CENTRAL)
    pessoa.entrada_forte = True
    return pessoa


def _pagina(quem: Any, consulta: str) -> dict[str, float]:
    """A página inteira, do pedido ao HTML, sem o servidor HTTP."""
    from django.test import RequestFactory

    from pen.protocolo_integrado.interfaces.web.views.painel import painel

    def pedir() -> None:
        pedido = RequestFactory().get(f"/central/{consulta}")
        pedido.user = quem
        if painel(pedido).status_code != 200:
            raise SystemExit(f"/central/{consulta} não respondeu 200.")

    return _medir(pedir)


def _medir(perguntar: Callable[[], object]) -> dict[str, float]:
    perguntar()  # a primeira vez aquece o cache do banco
    tempos = []
    for _ in range(VEZES):
        inicio = time.perf_counter()
        perguntar()
        tempos.append((time.perf_counter() - inicio) * 1000)
    return {"mediana": round(median(tempos), 1), "p95": round(quantiles(tempos, n=20)[-1], 1)}


def _escrever(figuras: dict[str, Any], paginas: dict[str, Any], linhas_no_banco: int) -> None:
    recortes = ("por mês", "por dia", "uma esfera")
    linhas = [
        [nome, *(f"{numero(f[r]['mediana'])} / {numero(f[r]['p95'])}" for r in recortes), numero(LIMITE_MS)]
        for nome, f in figuras.items()
    ]
    linhas += [[nome, f"{numero(f['mediana'])} / {numero(f['p95'])}", "", "", ""] for nome, f in paginas.items()]
    pior = max(f[r]["p95"] for f in figuras.values() for r in recortes)
    notas = [
        f"Mediana e percentil 95 de {VEZES}, em ms; {numero(linhas_no_banco)} linhas de totais e {PENDENTES} contagens por somar.",
        "A página responde a todas as perguntas de uma vez.",
        meta(f"cada pergunta em menos de {numero(LIMITE_MS)} ms (a pior levou {numero(pior)})", pior < LIMITE_MS),
    ]
    titulo = f"Consultas gerenciais sobre {DIAS} dias de {ORGAOS} órgãos"
    escrever_tabela(titulo, ["consulta", "um ano, por mês", "um ano, por dia", "uma esfera", "limite"], linhas, notas)
