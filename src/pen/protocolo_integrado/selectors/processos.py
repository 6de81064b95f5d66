"""Consulta de um processo pelo número."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import msgspec
from django.contrib.auth.models import AnonymousUser

from pen.comum.marcadores import ler_marcador, marcar
from pen.comum.preparadas import como_vetor, consultar_preparada
from pen.identidade.public import Orgao
from pen.nup.public import Forma, Numero, Veredito, chaves_possiveis
from pen.protocolo_integrado.acesso import MOVIMENTO_RESERVADO, operacao_resumida
from pen.protocolo_integrado.enums import Visibilidade
from pen.protocolo_integrado.errors import ProcessoNaoEncontrado
from pen.protocolo_integrado.models import Andamento, Interessado
from pen.protocolo_integrado.selectors.retencoes import Retidos, retidos_nos_processos
from pen.protocolo_integrado.selectors.visiveis import SO_OS_VISIVEIS, Visitante, registros_visiveis
from pen.protocolo_integrado.values import AndamentoVisto, Pagina, ProcessoVisto, RegistroVisto, SituacaoDoProcesso, Total

ANDAMENTOS_POR_PAGINA = 200


# As consultas da página e da API são escritas à mão: montá-las pelo ORM custava dez vezes o que custa executá-las. O marco é o
# instante da última retenção criada ou encerrada pelo órgão; entra na versão, e sem ele não há o que reter. Os números pedidos
# aparecem em cada tabela, e não só na primeira: com o registro em partes, é o que deixa o plano guardado abrir uma só de cada.
_MARCO = (
    "(SELECT max(greatest(t.criada_em, t.encerrada_em)) FROM protocolo_integrado_retencao t WHERE t.orgao_id = r.orgao_id)"
)
_CARREGADO_EM = """greatest(r.carregado_em, (SELECT e.carregado_em FROM protocolo_integrado_reenvio e
        WHERE e.numero = ANY(%(numeros)s::text[]) AND e.numero = r.numero AND e.orgao_id = r.orgao_id)) AS carregado_em"""
_DADOS_DO_REGISTRO = f"""
SELECT r.numero, r.orgao_id, r.numero_enviado, r.forma, r.veredito, r.especie, r.assunto, r.identificacao, r.produzido_em,
    r.relacionados, r.visibilidade, r.registrado_em, r.atualizado_em, {_CARREGADO_EM},
    {_MARCO} AS marco,
    CASE WHEN r.visibilidade = 0 THEN (
        SELECT json_agg(json_build_array(i.nome, i.documento_mascarado) ORDER BY i.ordem)::text
        FROM protocolo_integrado_interessado i
        WHERE i.numero = ANY(%(numeros)s::text[]) AND i.numero = r.numero AND i.orgao_id = r.orgao_id) END AS interessados,
    o.codigo, o.sigla, o.nome, o.consulta_publica, o.cobertura"""  # noqa: S608 - só junta textos daqui
_DOS_NUMEROS = f"""
FROM protocolo_integrado_registro r JOIN identidade_orgao o ON o.id = r.orgao_id
WHERE r.numero = ANY(%(numeros)s::text[]) AND {SO_OS_VISIVEIS}
"""
_REGISTROS = _DADOS_DO_REGISTRO + _DOS_NUMEROS
# Os movimentos e os interessados vêm como um texto JSON em cada registro: outra ida ao banco custa mais que escrevê-lo e lê-lo.
_REGISTROS_E_ANDAMENTOS = f"""{_DADOS_DO_REGISTRO}, (
    SELECT json_agg(json_build_array(
        a.numero, a.orgao_id, a.chave, a.ocorrido_em, a.registrado_em, a.unidade, a.operacao, a.posicao))::text
    FROM (SELECT * FROM protocolo_integrado_andamento WHERE numero = ANY(%(numeros)s::text[]) AND numero = r.numero
        AND orgao_id = r.orgao_id ORDER BY ocorrido_em DESC, posicao DESC, chave LIMIT %(limite)s) AS a) AS andamentos
{_DOS_NUMEROS}"""  # noqa: S608 - só junta textos daqui
_VERSAO = f"""
SELECT r.numero, r.orgao_id, r.atualizado_em, {_CARREGADO_EM}, r.visibilidade, {_MARCO}
FROM protocolo_integrado_registro r WHERE r.numero = ANY(%(numeros)s::text[]) AND {SO_OS_VISIVEIS}
"""  # noqa: S608
_ANDAMENTOS = """
SELECT numero, orgao_id, chave, ocorrido_em, registrado_em, unidade, operacao, posicao FROM protocolo_integrado_andamento
WHERE numero = %(numero)s AND orgao_id = ANY(%(orgaos)s::bigint[])
  AND ocorrido_em >= coalesce(%(desde)s::timestamptz, '-infinity')
  AND (%(em)s::timestamptz IS NULL OR (ocorrido_em, posicao) < (%(em)s::timestamptz, %(posicao)s::int)
    OR (ocorrido_em, posicao) = (%(em)s::timestamptz, %(posicao)s::int)
      AND (chave, orgao_id) > (%(chave)s::uuid, %(orgao)s::bigint))
ORDER BY ocorrido_em DESC, posicao DESC, chave, orgao_id LIMIT %(limite)s
"""


# O último de cada par de número e órgão, e destes o último do número.
_ULTIMOS = """
SELECT DISTINCT ON (a.numero) a.numero, a.orgao_id, a.chave, a.ocorrido_em, a.registrado_em, a.unidade, a.operacao, a.posicao
FROM unnest(%(numeros)s::text[], %(orgaos)s::bigint[]) AS par (numero, orgao_id) CROSS JOIN LATERAL (
    SELECT * FROM protocolo_integrado_andamento WHERE numero = par.numero AND orgao_id = par.orgao_id
    ORDER BY ocorrido_em DESC, posicao DESC, chave LIMIT 1) AS a
ORDER BY a.numero, a.ocorrido_em DESC, a.posicao DESC, a.chave, a.orgao_id
"""


_DO_COMECO: dict[str, Any] = {"em": None, "posicao": None, "chave": None, "orgao": None}


class _Lido(NamedTuple):
    """Um registro visível, como veio do banco."""

    numero: str
    orgao_id: int
    numero_enviado: str
    forma: str
    veredito: str
    especie: str
    assunto: str
    identificacao: str
    produzido_em: datetime
    relacionados: list[str]
    visibilidade: int
    registrado_em: datetime
    atualizado_em: datetime
    carregado_em: datetime
    marco: datetime | None
    interessados: str | None  # JSON
    codigo: str
    sigla: str
    nome: str
    consulta_publica: str
    cobertura: str


class AndamentoLido(NamedTuple):
    """Um movimento como está gravado, antes de se decidir o que o público vê dele."""

    numero: str
    orgao_id: int
    chave: uuid.UUID
    ocorrido_em: datetime
    registrado_em: datetime
    unidade: str
    operacao: str
    posicao: int

    @property
    def marcador(self) -> str:
        """De onde segue a página que vem depois deste movimento."""
        return marcar(self.ocorrido_em.isoformat(), str(self.posicao), self.chave.hex, str(self.orgao_id))


_LEITOR_DE_ANDAMENTOS = msgspec.json.Decoder(list[AndamentoLido])
_LEITOR_DE_INTERESSADOS = msgspec.json.Decoder(list[tuple[str, str]])


def consultar_processo(numero: str, *, para: Visitante) -> ProcessoVisto:
    """O processo de um número em qualquer forma (com ou sem pontuação, com DV, com zeros perdidos).

    Levanta:
        ProcessoNaoEncontrado: não há processo com esse número, ou está oculto; as duas respostas são iguais.
    """
    chaves = chaves_possiveis(numero)
    achados = [_Lido(*linha) for linha in consultar_preparada(_REGISTROS, {"numeros": como_vetor(chaves)})]
    if not achados:
        raise ProcessoNaoEncontrado("Nenhum processo público com esse número.")
    return _montar(chaves, achados)


def consultar_com_andamentos(numero: str, *, para: Visitante) -> tuple[ProcessoVisto, Pagina[AndamentoVisto]]:
    """O processo e a primeira página dos movimentos dele, numa ida só ao banco.

    Levanta:
        ProcessoNaoEncontrado: como em ``consultar_processo``.
    """
    chaves, uma_a_mais = chaves_possiveis(numero), ANDAMENTOS_POR_PAGINA + 1
    linhas = consultar_preparada(_REGISTROS_E_ANDAMENTOS, {"numeros": como_vetor(chaves), "limite": uma_a_mais})
    if not linhas:
        raise ProcessoNaoEncontrado("Nenhum processo público com esse número.")
    processo = _montar(chaves, [_Lido(*linha[:-1]) for linha in linhas])
    textos = [linha[-1] for linha in linhas if linha[0] == processo.numero.normalizado and linha[-1]]
    lidos = _do_mais_novo([_LEITOR_DE_ANDAMENTOS.decode(texto) for texto in textos])
    return processo, _pagina_de_andamentos(processo, lidos[:uma_a_mais], limite=ANDAMENTOS_POR_PAGINA)


def consultar_processos(numeros: Iterable[str], *, para: Visitante) -> dict[str, ProcessoVisto]:
    """O mesmo, de vários números numa leitura: cada número pedido que tem processo à vista, e o processo."""
    chaves = {numero: chaves_possiveis(numero) for numero in numeros}
    todas = sorted({c for opcoes in chaves.values() for c in opcoes})
    dos_numeros: dict[str, list[_Lido]] = defaultdict(list)
    for linha in consultar_preparada(_REGISTROS, {"numeros": como_vetor(todas)}) if todas else []:
        dos_numeros[linha[0]].append(_Lido(*linha))
    achados = {numero: [r for c in opcoes for r in dos_numeros[c]] for numero, opcoes in chaves.items()}
    return {numero: _montar(chaves[numero], lidos) for numero, lidos in achados.items() if lidos}


def _montar(chaves: Sequence[str], achados: Sequence[_Lido]) -> ProcessoVisto:
    """O processo, dos registros ``achados`` sob as ``chaves``; vale a primeira chave que tem algum."""
    chave = next(c for c in chaves if any(r.numero == c for r in achados))
    registros = sorted([r for r in achados if r.numero == chave], key=_PELA_PRODUCAO)
    visibilidade = Visibilidade(max([r.visibilidade for r in registros]))
    primeiro = registros[0]
    return ProcessoVisto(
        numero=Numero(primeiro.numero_enviado, primeiro.numero, Forma(primeiro.forma), Veredito(primeiro.veredito)),
        visibilidade=visibilidade,
        registros=[_ver(r, publico=visibilidade == Visibilidade.PUBLICO) for r in registros],
        atualizado_em=max([r.atualizado_em for r in registros]),
        versao=_versao([(r.numero, r.orgao_id, r.atualizado_em, r.carregado_em, r.visibilidade, r.marco) for r in achados]),
        tem_retencoes=any(r.marco is not None for r in registros),
    )


def andamentos_do_processo(
    processo: ProcessoVisto, *, desde: datetime | None = None, depois_de: str = "", limite: int = ANDAMENTOS_POR_PAGINA
) -> Pagina[AndamentoVisto]:
    """Os movimentos de todos os órgãos, do mais novo ao mais antigo, a partir de ``desde`` (instante da ocorrência).

    ``depois_de`` é o marcador da página anterior; um marcador que não se entende recomeça do início.
    """
    orgaos = [r.orgao.pk for r in processo.registros]
    depois = _ler_marcador(depois_de)
    parametros = {"numero": processo.numero.normalizado, "orgaos": orgaos, "desde": desde, "limite": limite + 1} | depois
    lidos = [AndamentoLido(*linha) for linha in consultar_preparada(_ANDAMENTOS, parametros)]
    return _pagina_de_andamentos(processo, lidos, desde=desde, limite=limite, do_comeco=depois["em"] is None)


def _pagina_de_andamentos(
    processo: ProcessoVisto,
    lidos: Sequence[AndamentoLido],
    *,
    desde: datetime | None = None,
    limite: int,
    do_comeco: bool = True,
) -> Pagina[AndamentoVisto]:
    """A página dos movimentos ``lidos``, que são um a mais que o ``limite`` se há outra depois dela."""
    numero, orgaos = processo.numero.normalizado, [r.orgao.pk for r in processo.registros]
    proxima = lidos[limite - 1].marcador if len(lidos) > limite else ""
    total = len(lidos) if do_comeco and not proxima else _contar_andamentos(numero, orgaos, desde)
    retidos = retidos_nos_processos([numero], orgaos) if processo.tem_retencoes else Retidos()
    resumido = processo.resumido
    vistos = [ver_andamento(a, resumido=resumido, retidos=retidos) for a in lidos[:limite]]
    return Pagina(vistos, Total(total, False), proxima)


def _do_mais_novo(dos_orgaos: Sequence[list[AndamentoLido]]) -> list[AndamentoLido]:
    """Na ordem da página: do que ocorreu por último ao primeiro, e os do mesmo instante como ``_ANDAMENTOS`` os ordena.

    Os de cada órgão já vêm nela.
    """
    if len(dos_orgaos) == 1:
        return dos_orgaos[0]
    pela_chave = sorted(chain(*dos_orgaos), key=attrgetter("chave", "orgao_id"))
    return sorted(pela_chave, key=attrgetter("ocorrido_em", "posicao"), reverse=True)


def ultimos_andamentos(processos: Collection[ProcessoVisto]) -> dict[str, AndamentoVisto]:
    """O movimento mais novo de cada processo, como o público o vê, pelo número canônico; o que não tem nenhum fica de fora."""
    pares = [(p.numero.normalizado, r.orgao.pk) for p in processos for r in p.registros]
    if not pares:
        return {}
    numeros, orgaos = (list(coluna) for coluna in zip(*pares, strict=True))
    com_retencoes = any(p.tem_retencoes for p in processos)
    retidos = retidos_nos_processos(numeros, orgaos) if com_retencoes else Retidos()
    resumidos = {p.numero.normalizado for p in processos if p.resumido}
    lidos = (AndamentoLido(*linha) for linha in consultar_preparada(_ULTIMOS, {"numeros": numeros, "orgaos": orgaos}))
    return {a.numero: ver_andamento(a, resumido=a.numero in resumidos, retidos=retidos) for a in lidos}


def _ler_marcador(marcador: str) -> dict[str, Any]:
    """O lugar de que fala um ``AndamentoLido.marcador``; vazio, se não é um."""
    try:
        em, posicao, chave, orgao = ler_marcador(marcador, 4) or []
        instante, lugar, de = datetime.fromisoformat(em), int(posicao), int(orgao)
        chave_lida = uuid.UUID(chave)
    except ValueError:
        return _DO_COMECO
    if instante.tzinfo is None or not (0 <= lugar < 2**31 and 0 <= de < 2**63):
        return _DO_COMECO
    return {"em": instante, "posicao": lugar, "chave": chave_lida, "orgao": de}


def _contar_andamentos(numero: str, orgaos: list[int], desde: datetime | None) -> int:
    todos = Andamento.objects.filter(numero=numero, orgao_id__in=orgaos)
    return (todos if desde is None else todos.filter(ocorrido_em__gte=desde)).count()


def ver_andamento(andamento: Andamento | AndamentoLido, *, resumido: bool, retidos: Retidos) -> AndamentoVisto:
    """O movimento como o público o vê."""
    operacao = operacao_resumida(andamento.operacao) if resumido else andamento.operacao
    return AndamentoVisto(
        numero=andamento.numero, orgao_id=andamento.orgao_id, chave=andamento.chave, ocorrido_em=andamento.ocorrido_em,
        registrado_em=andamento.registrado_em, unidade=andamento.unidade,
        operacao=MOVIMENTO_RESERVADO if retidos.retem(andamento) else operacao,
    )  # fmt: skip


def numeros_consultaveis(numeros: Iterable[str], *, para: Visitante) -> dict[str, str]:
    """Dos números pedidos (relacionados, por exemplo), os que têm página: número pedido → número canônico."""
    chaves = {numero: chaves_possiveis(numero) for numero in numeros}
    todas = [c for opcoes in chaves.values() for c in opcoes]
    if not todas:
        return {}
    existentes = set(registros_visiveis(para).filter(numero__in=todas).values_list("numero", flat=True))
    achadas = {numero: next((c for c in opcoes if c in existentes), None) for numero, opcoes in chaves.items()}
    return {numero: chave for numero, chave in achadas.items() if chave}


def situacao_dos_processos(numeros: Iterable[str]) -> dict[str, SituacaoDoProcesso]:
    """Dos números canônicos pedidos, os que o público vê, cada um com a visibilidade mais restrita entre os órgãos."""
    linhas = (
        registros_visiveis(AnonymousUser())
        .filter(numero__in=list(numeros))
        .order_by("numero", "produzido_em", "orgao_id")
        .values_list("numero", "visibilidade", "atualizado_em", "assunto")
    )
    situacoes: dict[str, SituacaoDoProcesso] = {}
    for numero, grupo in groupby(linhas, key=itemgetter(0)):
        registros = list(grupo)
        visibilidade = Visibilidade(max(r[1] for r in registros))
        assunto = registros[0][3] if visibilidade == Visibilidade.PUBLICO else None
        situacoes[numero] = SituacaoDoProcesso(visibilidade, max(r[2] for r in registros), assunto)
    return situacoes


def andamentos_por_chave(
    chaves: Collection[tuple[str, int, str]], situacoes: Mapping[str, SituacaoDoProcesso]
) -> dict[tuple[str, int, str], AndamentoVisto]:
    """Os movimentos pedidos por (número, órgão, chave), como o público os vê; os de processos que não se veem não voltam."""
    visiveis = [c for c in chaves if c[0] in situacoes]
    if not visiveis:
        return {}
    numeros, orgaos = {c[0] for c in visiveis}, {c[1] for c in visiveis}
    retidos = retidos_nos_processos(numeros, orgaos)
    vistos = {}
    for a in Andamento.objects.filter(numero__in=numeros, orgao_id__in=orgaos, chave__in={c[2] for c in visiveis}):
        resumido = situacoes[a.numero].visibilidade == Visibilidade.RESUMIDO
        vistos[(a.numero, a.orgao_id, str(a.chave))] = ver_andamento(a, resumido=resumido, retidos=retidos)
    return vistos


def versao_do_processo(numero: str, *, para: Visitante) -> str | None:
    """O ``ProcessoVisto.versao`` do número, sem ler mais nada; ``None`` se ele não existe para ``para``."""
    return _versao(consultar_preparada(_VERSAO, {"numeros": como_vetor(chaves_possiveis(numero))})) or None


def _versao(linhas: Iterable[tuple[Any, ...]]) -> str:
    """Um texto que muda quando algo visível muda: conteúdo, carga, visibilidade ou retenção de qualquer dos órgãos."""
    return "|".join(
        f"{n}:{o}:{a.timestamp()}:{c.timestamp()}:{v}:{m and m.timestamp()}"
        for n, o, a, c, v, m in sorted(linhas, key=_PELA_CHAVE)
    )


_PELA_CHAVE, _PELA_PRODUCAO = itemgetter(0, 1), attrgetter("produzido_em", "orgao_id")


def interessados_dos_processos(numeros: Iterable[str]) -> dict[str, list[str]]:
    """Os nomes dos interessados de processos que uma busca achou (públicos, portanto), por número, sem repetir."""
    nomes: dict[str, dict[str, None]] = {}
    linhas = Interessado.objects.filter(numero__in=list(numeros)).order_by("orgao_id", "ordem")
    for numero, nome in linhas.values_list("numero", "nome"):
        nomes.setdefault(numero, {})[nome] = None
    return {numero: list(unicos) for numero, unicos in nomes.items()}


@lru_cache(1_000)
def _orgao(pk: int, codigo: str, sigla: str, nome: str, consulta_publica: str, cobertura: str) -> Orgao:
    """O órgão como foi lido. São poucos e se repetem: montar um custava um terço de montar o registro."""
    return Orgao(pk=pk, codigo=codigo, sigla=sigla, nome=nome, consulta_publica=consulta_publica, cobertura=cobertura)


def _ver(r: _Lido, *, publico: bool) -> RegistroVisto:
    return RegistroVisto(
        orgao=_orgao(r.orgao_id, r.codigo, r.sigla, r.nome, r.consulta_publica, r.cobertura),
        numero=r.numero, forma=r.forma, veredito=r.veredito, especie=r.especie,
        assunto=r.assunto if publico else None, identificacao=r.identificacao if publico else None, produzido_em=r.produzido_em,
        relacionados=r.relacionados if publico else [],
        interessados=_LEITOR_DE_INTERESSADOS.decode(r.interessados or "[]") if publico else None,
        registrado_em=r.registrado_em, atualizado_em=r.atualizado_em, carregado_em=r.carregado_em,
    )  # fmt: skip
