"""Busca por palavras: a porta estreita do contexto. O motor de hoje é o texto completo do PostgreSQL.

Há dois modos de achar os mais novos. **Andar** pelos registros em ordem de data, até achar a página, custa o inverso do que se
acha: acha-se assim a palavra comum. O **índice** tem as palavras e o dia, e cruza as listas delas só nos dias mais novos: os
que devem bastar, pelo que o planejador espera, e mais dias se não bastam (docs/adr/0038 e 0040).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from math import ceil, inf
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Q

from pen.comum.busca_textual import partes_da_consulta, tempo_limitado
from pen.comum.errors import BuscaInvalida
from pen.comum.leitura import conexao_de_leitura
from pen.comum.marcadores import ler_marcador, marcar
from pen.comum.preparadas import consultar_preparada
from pen.comum.tempo import BRASILIA
from pen.comum.texto import cnpj_confere, cpf_confere, tem_texto_ilegivel
from pen.identidade.public import Orgao, orgaos_por_id
from pen.protocolo_integrado.documentos_de_pessoa import hash_do_documento
from pen.protocolo_integrado.models import Andamento
from pen.protocolo_integrado.selectors.lexemas import modos_em_qualquer_lugar, modos_no_assunto, modos_nos_nomes
from pen.protocolo_integrado.selectors.processos import ver_andamento
from pen.protocolo_integrado.selectors.retencoes import retidos_nos_processos
from pen.protocolo_integrado.selectors.visiveis import Visitante
from pen.protocolo_integrado.values import (
    AndamentoVisto,
    Facetas,
    FiltrosDeBusca,
    Pagina,
    ProcessoAchado,
    ResultadoDaBusca,
    Total,
)

T = TypeVar("T")
POR_PAGINA = 20
AMOSTRA = 200  # os achados mais recentes de que se fazem as facetas e a estimativa
CONTAGEM_MAXIMA = 1000
PROCESSOS_DOS_MOVIMENTOS = 100
SONDA = 1_000  # registros que sempre se andam: a palavra comum se acha neles
JANELA = 5_000  # o lugar que não tem mais que isto, lê-se inteiro
# O que cada um custa, em registros andados (0,6 µs; medido): o item de uma lista que se lê seguida, saltar nela até o que outra
# tem, ler um achado, e um registro dos dias em que se cruzam.
ITEM_DO_INDICE, SALTO_DO_INDICE, LINHA_DO_INDICE, DIA_DO_INDICE = 0.2, 3, 3, 0.15
DIAS_BARATOS = 100_000  # registros dos dias que se leem por gosto, para as facetas terem mais o que contar
FOLGA = 1.5  # vezes o que se quer, que se espera na parte mais nova em que se procura
PELO_INDICE_MAXIMO = 200_000  # mais do que isto custa menos percorrer tudo em ordem de data
FACETA_MAXIMO = 8

_COLUNAS = "r.numero, r.orgao_id, r.especie, r.produzido_em, r.atualizado_em"
_EM_ORDEM = "ORDER BY r.atualizado_em DESC, r.numero"
# Quando dois órgãos dizem do mesmo número, vale a linha do atualizado por último; e nenhuma, se um deles o restringe. Quase
# nenhum número tem dois: a primeira pergunta se responde só no índice.
_ACHAR = """
SELECT r.numero, r.orgao_id, r.especie, extract(year FROM r.produzido_em AT TIME ZONE 'America/Sao_Paulo')::int, r.atualizado_em,
    r.conta
FROM {fonte} r WHERE {condicoes} AND (
    NOT EXISTS (SELECT FROM protocolo_integrado_registro o WHERE o.numero = r.numero AND o.orgao_id <> r.orgao_id)
    OR NOT EXISTS (
        SELECT FROM protocolo_integrado_registro o WHERE o.numero = r.numero AND o.orgao_id <> r.orgao_id
          AND (o.visibilidade > 0 OR (o.atualizado_em, o.orgao_id) > (r.atualizado_em, r.orgao_id) AND {condicoes_do_outro})))
LIMIT {limite}
"""
_JANELA = f"""(
SELECT {_COLUNAS}, r.visibilidade, r.vetor, 0 AS conta FROM protocolo_integrado_registro r WHERE {{lugar}}
{_EM_ORDEM} LIMIT {{tamanho}})"""  # noqa: S608
_INDICE = f"""(
SELECT r.*, count(*) OVER () AS conta FROM (
    SELECT {_COLUNAS} FROM protocolo_integrado_registro r WHERE {{lugar}} AND {{condicoes}} LIMIT {{maximo}} + 1) r
{_EM_ORDEM})"""  # noqa: S608
_DIA = "(r.atualizado_em AT TIME ZONE 'UTC')::date"  # como o índice o tem, junto do vetor
_FAIXAS = """
SELECT histogram_bounds::text::timestamptz[] FROM pg_stats
WHERE schemaname = current_schema() AND tablename = 'protocolo_integrado_registro' AND attname = 'atualizado_em'
  AND histogram_bounds IS NOT NULL ORDER BY inherited DESC LIMIT 1
"""
_DETALHES = """
SELECT numero, orgao_id, especie, assunto, produzido_em, atualizado_em FROM protocolo_integrado_registro WHERE numero = ANY(%s)
"""


class _Achado(NamedTuple):
    numero: str
    orgao_id: int
    especie: str
    ano: int
    atualizado_em: datetime
    conta: int  # quantos o índice achou ao todo; zero, se não foi por ele


class _Estimativa(NamedTuple):
    """O que o planejador espera: registros ao todo e no lugar, achados, e de cada condição que o índice responde, sozinha."""

    ao_todo: int
    registros: int
    achados: int
    indexadas: list[int]

    def custo_de_andar(self, querem: int, densidade: float) -> float:
        """Em registros andados, em ordem de data, quando muito o lugar todo; com folga, porque a sorte varia."""
        return min(self.registros, querem / densidade * 5 / 3 if densidade else inf)

    def custo_do_indice(self, parte: float) -> float:
        """Em registros andados, lendo pelo índice os achados dos dias mais novos, essa parte do registro; 1 é ele todo."""
        if parte >= 1:
            saltos = min(self.indexadas, default=self.registros) * SALTO_DO_INDICE
            return sum(min(itens * ITEM_DO_INDICE, saltos) for itens in self.indexadas) + self.achados * LINHA_DO_INDICE
        return parte * (self.ao_todo * DIA_DO_INDICE + self.achados * LINHA_DO_INDICE)

    def parte_que_basta(self, limite: int, bastam: int) -> float:
        """A parte do registro, a mais nova, que deve ter com folga o limite, se custa pouco, ou ao menos o que basta."""
        de_cada = FOLGA / self.achados
        return min(1.0, max(bastam * de_cada, min(limite * de_cada, DIAS_BARATOS / self.ao_todo)))


_Procurados = tuple[list[_Achado], Total]


@dataclass(frozen=True)
class _Busca:
    """Uma busca em SQL. ``lugar`` é onde se olha: o órgão, e de onde a página segue; tem índice em ordem de data.

    As condições chamam o registro de ``{r}``, porque o outro registro do mesmo número as responde também; ``indexadas`` são as
    mesmas, cada uma que um índice responde em separado.
    """

    lugar: list[str]
    condicoes: list[str]
    indexadas: list[str]
    valores: dict[str, Any]
    rara: bool = False  # acha tão pouco que nem se anda

    @property
    def tem_texto(self) -> bool:
        """Se há palavras, que o índice tem por dia."""
        return "texto" in self.valores

    def depois_de(self, marcador: str) -> "_Busca":
        """A mesma, a partir de onde a página do marcador acabou; desde o começo, se ele não é nosso."""
        try:
            instante, numero = ler_marcador(marcador, 2) or []
            em = datetime.fromisoformat(instante)
        except ValueError:
            return self
        if em.tzinfo is None:
            return self
        segue = "r.atualizado_em <= %(em)s AND (r.atualizado_em < %(em)s OR r.numero > %(depois)s)"
        return replace(self, lugar=[*self.lugar, segue], valores=self.valores | {"em": em, "depois": numero})

    def na_janela(self, tamanho: int | None, limite: int) -> list[_Achado]:
        """Os primeiros achados, procurados um a um entre os ``tamanho`` mais recentes do lugar, ou entre todos."""
        return self._achar(_JANELA.format(lugar=self._lugar, tamanho=tamanho or "ALL"), self._condicoes("r"), limite)

    def pelo_indice(self, limite: int, *, maximo: int) -> list[_Achado] | None:
        """Os primeiros achados, procurados pelo índice de texto, de documento ou de período; nada, se o índice passa do máximo."""
        fonte = _INDICE.format(lugar=self._lugar, condicoes=self._condicoes("r"), maximo=maximo)
        achados = self._achar(fonte, "TRUE", limite)
        return None if achados and achados[0].conta > maximo else achados

    def estimar(self) -> _Estimativa:
        """Pergunta ao planejador, que não conta nada: acerta numa palavra só, e pouco em várias."""
        lugar, condicoes = self._lugar, self._condicoes("r")
        ao_todo, registros, achados, *indexadas = self._linhas_esperadas(
            "TRUE", lugar, f"{lugar} AND {condicoes}", *(c.replace("{r}", "r") for c in self.indexadas)
        )
        return _Estimativa(ao_todo, registros, achados, indexadas)

    def vezes_maior(self, que: "_Busca") -> float:
        """Quantas vezes mais registros o planejador espera neste lugar do que no outro, que é parte dele."""
        nosso, dele = que._linhas_esperadas(self._lugar, que._lugar)
        return nosso / dele

    def _linhas_esperadas(self, *condicoes: str) -> list[int]:
        cada = [f"SELECT count(*) FROM protocolo_integrado_registro r WHERE {condicao}" for condicao in condicoes]  # noqa: S608
        with conexao_de_leitura().cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {' UNION ALL '.join(cada)}", self.valores)
            contagens = cursor.fetchone()[0][0]["Plan"]["Plans"]
        return [max(1, int(contagem["Plans"][0]["Plan Rows"])) for contagem in contagens]

    @cached_property
    def _faixas(self) -> list[datetime]:
        """As datas que repartem o registro em partes iguais, até onde a página segue; o que chegou depois é mais novo que todas."""
        with conexao_de_leitura().cursor() as cursor:
            cursor.execute(_FAIXAS)
            linha = cursor.fetchone()
        faixas: list[datetime] = linha[0] if linha else []
        return faixas[: bisect_left(faixas, self.valores["em"]) + 1] if "em" in self.valores else faixas

    def em_dias_inteiros(self, parte: float) -> float:
        """A parte mais nova do registro que se lê para ter essa, porque o índice só separa por dia: num dia cheio, muito mais."""
        if (comeco := len(self._faixas) - 1 - round(parte * len(self._faixas))) < 0:
            return parte
        do_dia = datetime.combine(self._faixas[comeco].astimezone(UTC), time.min, UTC)
        return max(parte, (len(self._faixas) - 1 - bisect_left(self._faixas, do_dia)) / len(self._faixas))

    def dia_da_parte(self, parte: float, registros: int) -> date | None:
        """O dia, em UTC, desde o qual o lugar tem ao menos essa parte dos seus registros; nada, se é ela toda.

        Uma parte pequena conta-se no índice; a outra vem das faixas.
        """
        if quantas := round(parte * len(self._faixas)):
            comeco = len(self._faixas) - 1 - quantas
            return self._faixas[comeco].astimezone(UTC).date() if comeco >= 0 else None
        with conexao_de_leitura().cursor() as cursor:
            sql = f"SELECT r.atualizado_em FROM protocolo_integrado_registro r WHERE {self._lugar} {_EM_ORDEM}"  # noqa: S608
            cursor.execute(f"{sql} OFFSET {int(parte * registros)} LIMIT 1", self.valores)
            linha = cursor.fetchone()
        return linha[0].astimezone(UTC).date() if linha else None

    def desde(self, dia: date) -> "_Busca":
        """A mesma, só no que se atualizou desse dia em diante."""
        return replace(self, lugar=[*self.lugar, f"{_DIA} >= %(dia)s"], valores=self.valores | {"dia": dia})

    def olhados_ate(self, achado: _Achado) -> int:
        """Quantos registros do lugar se olharam até chegar a este, em ordem de data."""
        antes = "r.atualizado_em >= %(ate)s AND (r.atualizado_em > %(ate)s OR r.numero <= %(numero)s)"
        with conexao_de_leitura().cursor() as cursor:
            contar = f"SELECT count(*) FROM protocolo_integrado_registro r WHERE {self._lugar} AND {antes}"  # noqa: S608
            cursor.execute(contar, self.valores | {"ate": achado.atualizado_em, "numero": achado.numero})
            return int(cursor.fetchone()[0])

    def cabe_em(self, tamanho: int) -> bool:
        """Se há no lugar no máximo ``tamanho`` registros, contados."""
        with conexao_de_leitura().cursor() as cursor:
            contar = f"SELECT FROM protocolo_integrado_registro r WHERE {self._lugar} LIMIT {tamanho + 1}"
            cursor.execute(f"SELECT count(*) FROM ({contar}) r", self.valores)  # noqa: S608
            return bool(cursor.fetchone()[0] <= tamanho)

    @property
    def _lugar(self) -> str:
        return " AND ".join(self.lugar)

    def _condicoes(self, de: str) -> str:
        return " AND ".join(self.condicoes).replace("{r}", de)

    def _achar(self, fonte: str, condicoes: str, limite: int) -> list[_Achado]:
        sql = _ACHAR.format(fonte=fonte, condicoes=condicoes, condicoes_do_outro=self._condicoes("o"), limite=limite)
        with conexao_de_leitura().cursor() as cursor:
            cursor.execute(sql, self.valores)
            return [_Achado(*linha) for linha in cursor.fetchall()]


def buscar_processos(
    filtros: FiltrosDeBusca, *, para: Visitante, depois_de: str = "", com_facetas: bool = True
) -> ResultadoDaBusca:
    """Os processos públicos que atendem a todos os filtros, do atualizado há menos tempo ao mais antigo, 20 por página.

    O total é exato quando se leram todos os achados, até 1.000; senão é «mais de 1.000», ou uma estimativa que se diz como tal.
    As facetas contam os achados mais recentes, até 200; sem elas só se procura a página, em menos tempo, e o total quase sempre
    se estima.
    ``para`` não muda a resposta: só se acha o que é inteiramente público.

    Levanta:
        BuscaInvalida: nenhum filtro, ou só palavras comuns demais («de», «para»).
        BuscaDemorada: passou de cinco segundos.
    """
    with tempo_limitado():
        busca = _traduzir(filtros)
        recentes, total = _procurar(busca, AMOSTRA if com_facetas else POR_PAGINA + 1, bastam=POR_PAGINA + 1)
        pagina = recentes[: POR_PAGINA + 1]
        if depois_de:
            pagina, _ = _procurar(busca.depois_de(depois_de), POR_PAGINA + 1)
        proxima = ""
        if len(pagina) > POR_PAGINA:
            pagina.pop()
            proxima = marcar(pagina[-1].atualizado_em.isoformat(), pagina[-1].numero)
        por_orgao = _mais_comuns(a.orgao_id for a in recentes) if com_facetas else []
        orgaos = orgaos_por_id({orgao_id for orgao_id, _ in por_orgao} | {a.orgao_id for a in pagina})
        facetas = Facetas(
            sobre=len(recentes), orgaos=[(orgaos[orgao_id], quantos) for orgao_id, quantos in por_orgao],
            anos=sorted(_mais_comuns(a.ano for a in recentes), reverse=True), especies=_mais_comuns(a.especie for a in recentes),
        ) if com_facetas else None  # fmt: skip
        return ResultadoDaBusca(_detalhar(pagina, orgaos), total, proxima, facetas)


def acha_algo(filtros: FiltrosDeBusca, *, para: Visitante) -> bool:
    """Se algum processo público atende aos filtros; levanta os mesmos erros."""
    with tempo_limitado():
        return bool(_procurar(_traduzir(filtros), 1)[0])


def buscar_andamentos(filtros: FiltrosDeBusca, *, para: Visitante, depois_de: str = "") -> Pagina[AndamentoVisto]:
    """Os movimentos dos 100 primeiros processos achados, do mais novo ao mais antigo; levanta os mesmos erros."""
    with tempo_limitado():
        achados, _ = _procurar(_traduzir(filtros), PROCESSOS_DOS_MOVIMENTOS)
        todos = Andamento.objects.filter(numero__in=[a.numero for a in achados])
        seguintes = todos.filter(_depois(depois_de)).order_by("-ocorrido_em", "-posicao", "numero", "chave", "orgao_id")
        lidos = list(seguintes[: POR_PAGINA + 1])
        proxima = ""
        if len(lidos) > POR_PAGINA:
            lidos.pop()
            ultimo = lidos[-1]
            proxima = marcar(
                ultimo.ocorrido_em.isoformat(), str(ultimo.posicao), ultimo.numero, ultimo.chave.hex, str(ultimo.orgao_id)
            )
        retidos = retidos_nos_processos({a.numero for a in lidos}, {a.orgao_id for a in lidos})
        vistos = [ver_andamento(a, resumido=False, retidos=retidos) for a in lidos]
        quantos = todos.order_by()[: CONTAGEM_MAXIMA + 1].count()
        return Pagina(vistos, Total(min(quantos, CONTAGEM_MAXIMA), quantos > CONTAGEM_MAXIMA), proxima)


def _traduzir(filtros: FiltrosDeBusca) -> _Busca:
    if filtros.vazio():
        raise BuscaInvalida("Preencha pelo menos um campo.")
    if tem_texto_ilegivel(filtros.especie):
        raise BuscaInvalida("O tipo tem caracteres que não são texto.")
    if filtros.desde and filtros.ate and filtros.desde > filtros.ate:
        raise BuscaInvalida("O período termina antes de começar.")
    if filtros.documento and not cpf_confere(filtros.documento) and not cnpj_confere(filtros.documento):
        raise BuscaInvalida("O CPF ou CNPJ não confere; verifique os algarismos.")
    valores: dict[str, Any] = {"orgao": filtros.orgao_id, "especie": filtros.especie}
    lugar, condicoes = ["TRUE"], ["{r}.visibilidade = 0"]
    partes = [
        *partes_da_consulta(filtros.palavras, modos_em_qualquer_lugar),
        *partes_da_consulta(filtros.assunto, modos_no_assunto),
        *partes_da_consulta(filtros.interessado, modos_nos_nomes),
    ]
    if partes:
        condicoes.append("{r}.vetor @@ %(texto)s::tsquery")
        valores["texto"] = " & ".join(f"({parte})" for parte in partes)
        valores |= {f"parte_{n}": parte for n, parte in enumerate(partes)}
    indexadas = [f"{{r}}.vetor @@ %(parte_{n})s::tsquery" for n in range(len(partes))]
    if filtros.orgao_id is not None:
        lugar.append("r.orgao_id = %(orgao)s")
        indexadas.append("{r}.orgao_id = %(orgao)s")
        condicoes.append("{r}.orgao_id = %(orgao)s")
    if filtros.especie:
        condicoes.append("upper({r}.especie) = upper(%(especie)s)")
    periodo = []
    if filtros.desde:
        periodo.append("{r}.produzido_em >= %(desde)s")
        valores["desde"] = datetime.combine(filtros.desde, time.min, BRASILIA)
    if filtros.ate:
        periodo.append("{r}.produzido_em < %(ate)s")
        valores["ate"] = datetime.combine(filtros.ate + timedelta(days=1), time.min, BRASILIA)
    if periodo:
        condicoes += periodo
        indexadas.append(" AND ".join(periodo))
    if filtros.documento:
        condicoes.append(
            "EXISTS (SELECT FROM protocolo_integrado_interessado i"
            " WHERE i.numero = {r}.numero AND i.documento_hash = %(documento)s)"
        )
        valores["documento"] = hash_do_documento(filtros.documento)
    return _Busca(lugar, condicoes, indexadas, valores, rara=bool(filtros.documento))


def _procurar(busca: _Busca, limite: int, *, bastam: int | None = None) -> _Procurados:
    """Os primeiros achados, até ``limite`` (ou ``bastam``, se achar mais sai caro), e quantos há ao todo."""
    bastam, esperada = bastam or limite, busca.estimar()
    if esperada.registros <= JANELA and busca.cabe_em(JANELA):
        achados = busca.na_janela(None, CONTAGEM_MAXIMA + 1)
        return achados[:limite], _total(len(achados))
    return (
        (not busca.rara and _andar(busca, esperada, limite, bastam))
        or (busca.tem_texto and _pelos_recentes(busca, esperada, limite, bastam))
        or _pelo_indice(busca, limite, bastam)
        or (busca.na_janela(None, bastam), _total(PELO_INDICE_MAXIMO))
    )


def _andar(busca: _Busca, esperada: _Estimativa, limite: int, bastam: int) -> _Procurados | None:
    """O que se acha em ordem de data; nada, se o índice deve dar a página antes."""
    if (todo := esperada.custo_do_indice(1)) <= SONDA:
        return None
    registros, achados = esperada.registros, busca.na_janela(SONDA, limite)
    if len(achados) == limite:
        return achados, _cerca_de(limite * registros // busca.olhados_ate(achados[-1]), achados)
    densidade, esperavam = len(achados) / SONDA, esperada.achados / registros * SONDA
    if len(achados) * 3 >= esperavam:  # com menos, os mais novos são de outro assunto, e nenhuma frequência vale neles
        densidade = max(densidade, esperavam / SONDA)
    indice = min(todo, esperada.custo_do_indice(busca.em_dias_inteiros(esperada.parte_que_basta(limite, bastam))))
    if esperada.custo_de_andar(limite, densidade) > indice:
        return None
    achados = busca.na_janela(int(indice), limite)
    if len(achados) < limite and busca.cabe_em(int(indice)):
        return achados, _total(len(achados))
    if len(achados) < bastam:
        return None
    return achados, _cerca_de(len(achados) * registros // busca.olhados_ate(achados[-1]), achados)


def _pelos_recentes(busca: _Busca, esperada: _Estimativa, limite: int, bastam: int) -> _Procurados | None:
    """O que o índice acha nos dias mais novos, e em mais dias enquanto não basta; nada, se o índice todo deve custar menos."""
    anterior: date | None = None
    parte = esperada.parte_que_basta(limite, bastam) + SONDA / esperada.registros
    while esperada.custo_do_indice(busca.em_dias_inteiros(parte)) < esperada.custo_do_indice(1):
        dia = busca.dia_da_parte(parte, esperada.registros)
        if dia is None:
            return None
        if dia == anterior:  # um dia cheio: devagar, para não passar de muito dele
            parte *= FOLGA
            continue
        anterior, recentes = dia, busca.desde(dia)
        achados = recentes.pelo_indice(limite, maximo=PELO_INDICE_MAXIMO)
        if achados is None:
            return None
        if len(achados) >= bastam:
            total = esperada.achados
            if len(busca.indexadas) > 1:  # o planejador não sabe quanto as palavras andam juntas
                total = max(total, int(achados[0].conta * busca.vezes_maior(recentes)))
            return achados, _cerca_de(total, achados)
        parte *= FOLGA * bastam / len(achados) if achados else 5
    return None


def _pelo_indice(busca: _Busca, limite: int, bastam: int) -> _Procurados | None:
    """O que o índice acha; nada, se acha demais."""
    achados = busca.pelo_indice(limite if limite == bastam else CONTAGEM_MAXIMA + 1, maximo=PELO_INDICE_MAXIMO)
    if achados is None:
        return None
    parou = len(achados) == limite == bastam
    return achados[:limite], _total(len(achados), dos=achados[0].conta if parou else 0)


def _total(lidos: int, *, dos: int = 0) -> Total:
    """De quantos se leram; ``dos`` registros que o índice achou, se se pararam de ler (um processo pode ter dois)."""
    quantos = max(lidos, dos)
    return Total(min(quantos, CONTAGEM_MAXIMA), quantos > CONTAGEM_MAXIMA, estimado=lidos < quantos <= CONTAGEM_MAXIMA)


def _cerca_de(estimativa: int, achados: list[_Achado]) -> Total:
    """Só o primeiro algarismo, que a amostra não dá para mais; e nunca menos do que já se achou."""
    casa: int = 10 ** (len(str(max(estimativa, len(achados)))) - 1)
    return Total(max(round(estimativa / casa), ceil(len(achados) / casa)) * casa, parou=False, estimado=True)


def _detalhar(achados: Sequence[_Achado], orgaos: Mapping[int, Orgao]) -> list[ProcessoAchado]:
    linhas = {linha[:2]: linha for linha in consultar_preparada(_DETALHES, [[a.numero for a in achados]])}
    escolhidas = (linhas[a.numero, a.orgao_id] for a in achados)
    return [ProcessoAchado(numero, orgaos[orgao_id], *resto) for numero, orgao_id, *resto in escolhidas]


def _mais_comuns(valores: Iterable[T]) -> list[tuple[T, int]]:
    return Counter(valores).most_common(FACETA_MAXIMO)


def _depois(marcador: str) -> Q:
    """O que vem depois do movimento do marcador; tudo, se ele não é nosso."""
    try:
        instante, posicao, numero, chave, orgao = ler_marcador(marcador, 5) or []
        em, lugar, qual, de = datetime.fromisoformat(instante), int(posicao), UUID(chave), int(orgao)
    except ValueError:
        return Q()
    if em.tzinfo is None or not (0 <= lugar < 2**31 and 0 <= de < 2**63):
        return Q()
    mesmo = Q(ocorrido_em=em, posicao=lugar)
    return (
        Q(ocorrido_em__lt=em) | Q(ocorrido_em=em, posicao__lt=lugar) | mesmo & Q(numero__gt=numero)
        | mesmo & Q(numero=numero, chave__gt=qual) | mesmo & Q(numero=numero, chave=qual, orgao_id__gt=de)
    )  # fmt: skip
