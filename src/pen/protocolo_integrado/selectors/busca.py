"""Busca por palavras: a porta estreita do contexto. O motor de hoje é o texto completo do PostgreSQL.

Há dois modos de achar os mais novos, e nenhum serve a toda busca: **andar** pelos registros em ordem de data, até achar a
página, custa o inverso do que se acha; juntar o que o **índice** tem custa o que a palavra mais rara tem. Pergunta-se ao
planejador quanto espera de cada palavra, e anda-se o que custaria pouco mais que a metade do índice; se nem assim se acha, vai-se a
ele: a estimativa erra por dez vezes quando as palavras andam juntas, e errar custa só isso (docs/adr/0038-andar-ou-indice.md).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from math import ceil, isqrt
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Q

from pen.comum.busca_textual import Lugares, partes_da_consulta, tempo_limitado
from pen.comum.errors import BuscaInvalida
from pen.comum.leitura import conexao_de_leitura
from pen.comum.marcadores import ler_marcador, marcar
from pen.comum.preparadas import consultar_preparada
from pen.comum.tempo import BRASILIA
from pen.comum.texto import cnpj_confere, cpf_confere, tem_texto_ilegivel
from pen.identidade.public import Orgao, orgaos_por_id
from pen.protocolo_integrado.documentos_de_pessoa import hash_do_documento
from pen.protocolo_integrado.models import Andamento
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
ASSUNTO, NOME = "A", "B"  # os pesos do vetor do registro
QUALQUER = Lugares(texto="ABCD", nomes="ABCD")  # sem peso, o índice responde sozinho e mais depressa
AMOSTRA = 200  # os achados mais recentes de que se fazem as facetas e a estimativa
CONTAGEM_MAXIMA = 1000
PROCESSOS_DOS_MOVIMENTOS = 100
SONDA = 1_000  # registros que se andam primeiro, para saber se os mais novos são como os outros
JANELA_MINIMA, JANELA_MAXIMA = 2_000, 50_000  # o mesmo, quando se querem as facetas
ITEM_DO_INDICE, LINHA_DO_INDICE, DATA_DO_INDICE = 0.2, 3, 0.06  # o que cada um custa, em registros andados (0,7 µs; medido)
FOLGA = 10  # vezes o que se quer, que se espera na parte mais nova: a estimativa de várias palavras erra
INDICE_BARATO = 50_000  # em registros andados: menos do que isto não vale atravessar os mais novos, se são de outro assunto
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
    """O que o planejador espera: registros no lugar, achados, e o que o índice tem da condição mais rara."""

    registros: int
    achados: int
    mais_rara: int

    @property
    def custo_do_indice_todo(self) -> int:
        """Em registros andados, lendo todos os achados."""
        return int(self.mais_rara * ITEM_DO_INDICE + self.achados * LINHA_DO_INDICE)

    def parte_recente(self, querem: int) -> float:
        """A parte dos registros, os mais novos, que deve dar com folga os achados que se querem; 1, se não compensa separá-la."""
        parte = FOLGA * querem / self.achados
        linhas, datas = self.achados * LINHA_DO_INDICE, self.registros * DATA_DO_INDICE
        return parte if parte * (linhas + datas) < linhas else 1.0

    def custo_do_indice(self, querem: int) -> int:
        """Em registros andados."""
        parte = self.parte_recente(querem)
        datas = self.registros * DATA_DO_INDICE if parte < 1 else 0
        return int(self.mais_rara * ITEM_DO_INDICE + parte * (self.achados * LINHA_DO_INDICE + datas))


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
        condicoes = [
            self._lugar,
            f"{self._lugar} AND {self._condicoes('r')}",
            *(c.replace("{r}", "r") for c in self.indexadas),
        ]
        cada = [f"SELECT count(*) FROM protocolo_integrado_registro r WHERE {condicao}" for condicao in condicoes]  # noqa: S608
        with conexao_de_leitura().cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {' UNION ALL '.join(cada)}", self.valores)
            contagens = cursor.fetchone()[0][0]["Plan"]["Plans"]
        registros, achados, *indexadas = (max(1, int(contagem["Plans"][0]["Plan Rows"])) for contagem in contagens)
        return _Estimativa(registros, achados, min(indexadas, default=registros))

    def so_os_recentes(self, parte: float) -> "_Busca | None":
        """A mesma, só nessa parte do registro, a mais nova a partir do lugar, pelas faixas de data da estatística do banco.

        O que chegou depois da estatística está sempre na parte mais nova. Nada, se ela não dá para separar a parte.
        """
        if parte == 1:
            return None
        with conexao_de_leitura().cursor() as cursor:
            cursor.execute(_FAIXAS)
            linha = cursor.fetchone()
        datas: list[datetime] = linha[0] if linha else []
        fim = bisect_left(datas, self.valores["em"]) if "em" in self.valores else len(datas) - 1
        comeco = fim - ceil(parte * len(datas)) - 1
        if comeco < 0:
            return None
        lugar = [*self.lugar, "r.atualizado_em >= %(recentes)s"]
        return replace(self, lugar=lugar, valores=self.valores | {"recentes": datas[comeco]})

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
    partes = partes_da_consulta(
        (filtros.palavras, QUALQUER), (filtros.assunto, Lugares(texto=ASSUNTO)), (filtros.interessado, Lugares(nomes=NOME))
    )
    if partes:
        condicoes.append("{r}.vetor @@ %(texto)s::tsquery")
        valores["texto"] = " & ".join(f"({parte})" for parte in partes)
        valores |= {f"parte_{n}": parte for n, parte in enumerate(partes)}
    indexadas = [f"{{r}}.vetor @@ %(parte_{n})s::tsquery" for n in range(len(partes))]
    if filtros.orgao_id is not None:
        lugar.append("r.orgao_id = %(orgao)s")
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
    so_a_pagina, bastam = bastam in (None, limite), bastam or limite
    esperada = busca.estimar()
    janela = min(max(5 * isqrt(esperada.registros), JANELA_MINIMA), JANELA_MAXIMA)
    if esperada.registros <= janela and busca.cabe_em(janela):
        achados = busca.na_janela(None, CONTAGEM_MAXIMA + 1)
        return achados[:limite], _total(len(achados))
    sonda, barato = SONDA if so_a_pagina else janela, esperada.custo_do_indice(limite)
    if andados := _andar(busca, esperada, barato, sonda, limite, bastam):
        return andados
    recentes = None if busca.rara else busca.so_os_recentes(esperada.parte_recente(limite))
    if recentes:
        achados = recentes.pelo_indice(limite, maximo=PELO_INDICE_MAXIMO) or []
        if len(achados) >= bastam:
            return achados, _cerca_de(max(esperada.achados, achados[0].conta), achados)
    # Se a parte mais nova era toda de outro assunto, ou se atravessa, ou se leem todos os achados: o que custar menos.
    caro = esperada.custo_do_indice_todo
    if barato < caro and (andados := _andar(busca, esperada, caro, sonda, limite, bastam, atravessa=True)):
        return andados
    return _pelo_indice(busca, limite, bastam) or (busca.na_janela(None, bastam), _total(PELO_INDICE_MAXIMO))


def _andar(
    busca: _Busca, esperada: _Estimativa, indice: int, sonda: int, limite: int, bastam: int, *, atravessa: bool = False
) -> _Procurados | None:
    """O que se acha em ordem de data; nada, se o índice, que custa ``indice``, deve dar a página antes."""
    registros, orcamento = esperada.registros, indice * 3 // 5
    if busca.rara or esperada.achados * orcamento < bastam * registros:
        return None
    if not atravessa:
        olhados = min(sonda, orcamento)
        achados = busca.na_janela(olhados, limite)
        if len(achados) >= bastam:
            olhados = busca.olhados_ate(achados[-1]) if len(achados) == limite else olhados
            return achados, _cerca_de(len(achados) * registros // olhados, achados)
        outro_assunto = 3 * len(achados) * registros < esperada.achados * olhados
        if olhados == orcamento or (outro_assunto and indice < INDICE_BARATO):
            return None
    achados = busca.na_janela(orcamento, bastam)
    if len(achados) < bastam:
        return None
    if atravessa or outro_assunto:  # quantos há nos mais novos não diz quantos há em todos
        return achados, _cerca_de(esperada.achados, achados)
    return achados, _cerca_de(bastam * registros // busca.olhados_ate(achados[-1]), achados)


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
