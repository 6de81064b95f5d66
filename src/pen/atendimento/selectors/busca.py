"""Achar chamados por palavras, pelo protocolo ou pelo órgão: só entre os que a pessoa vê, e só pelo que ela pode ler.

Quem atende busca em tudo o que se disse; quem abriu ou segue, menos nas notas das equipes. Dos mais novos aos mais antigos, por
página de chave. Uma palavra comum se acha percorrendo os mais novos e olhando o texto de cada um; uma rara, pelo índice, sem olhar
texto nenhum. Quem decide é a estimativa do banco, que acerta numa palavra e erra para menos em várias; o que ela promete e não
aparece entre os ``JANELA`` mais novos vai ao índice.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from pen.atendimento.rules import equipes_de
from pen.atendimento.selectors.chamados import POR_PAGINA, chamados_visiveis, linhas_dos_chamados
from pen.atendimento.values.leituras import ChamadoNaLista
from pen.atendimento.values.protocolo import ler_protocolo
from pen.atendimento.values.texto import A_VISTA
from pen.comum.busca_textual import consulta_de_texto, tempo_limitado
from pen.comum.errors import BuscaInvalida, conferir
from pen.comum.marcadores import ler_marcador, marcar
from pen.comum.preparadas import consultar_preparada
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Ator, Pessoa

JANELA = 2_000  # chamados
PELO_INDICE = 2_500  # até quantos esperados se vai direto ao índice

_COM_AS_PALAVRAS = "t.vetor @@ %(texto)s::tsquery"
# O que só as equipes leem tem o peso C, e para quem abriu ou segue é como se não estivesse no texto.
_A_VISTA = f"ts_filter(t.vetor, '{{{','.join(A_VISTA.lower())}}}') @@ %(texto)s::tsquery"
_MEUS = """
SELECT c.id FROM (
    SELECT id FROM atendimento_chamado WHERE solicitante_id = %(pessoa)s
    UNION SELECT chamado_id FROM atendimento_seguidor WHERE pessoa_id = %(pessoa)s) m
JOIN atendimento_chamado c ON c.id = m.id JOIN atendimento_textodochamado t ON t.chamado_id = c.id
WHERE {condicoes} ORDER BY c.id DESC LIMIT %(quantos)s
"""
_DAS_EQUIPES = """
SELECT c.id FROM {fonte} t JOIN atendimento_chamado c ON c.id = t.chamado_id
WHERE {condicoes} AND (c.equipe_id = ANY(%(equipes)s)
    OR EXISTS (SELECT FROM atendimento_passagem p WHERE p.chamado_id = c.id AND p.equipe_id = ANY(%(equipes)s)))
ORDER BY c.id DESC LIMIT %(quantos)s
"""
_MAIS_NOVOS = (
    "(SELECT chamado_id, vetor FROM atendimento_textodochamado WHERE {lugar} ORDER BY chamado_id DESC LIMIT {janela})"
)
_PELO_INDICE = """
(SELECT chamado_id FROM atendimento_textodochamado WHERE vetor @@ %(texto)s::tsquery ORDER BY chamado_id DESC OFFSET 0)
"""


@dataclass(frozen=True, slots=True)
class FiltrosDeChamado:
    """O que se procura. As datas são da abertura, em Brasília, com as duas pontas; ``palavras`` pode ser um protocolo."""

    palavras: str = ""
    produto_id: int | None = None
    orgao_id: int | None = None
    situacao: str = ""
    desde: date | None = None
    ate: date | None = None

    def vazio(self) -> bool:
        """Se não se pediu nada."""
        return self == FiltrosDeChamado()


def buscar_chamados(filtros: FiltrosDeChamado, *, para: Ator, depois_de: str = "") -> tuple[list[ChamadoNaLista], str]:
    """Uma página dos chamados que atendem a todos os filtros, e o marcador da seguinte; ``depois_de`` é o de antes.

    Levanta:
        BuscaInvalida: nenhum filtro, só palavras comuns demais, ou um período que termina antes de começar.
        BuscaDemorada: passou de cinco segundos.
    """
    conferir(not filtros.vazio(), BuscaInvalida("Preencha pelo menos um campo."))
    if filtros.desde and filtros.ate:
        conferir(filtros.desde <= filtros.ate, BuscaInvalida("O período termina antes de começar."))
    if not isinstance(para, Pessoa) or not para.is_active:
        return [], ""
    if protocolo := ler_protocolo(filtros.palavras):
        return linhas_dos_chamados(
            list(chamados_visiveis(para).filter(protocolo=protocolo).values_list("pk", flat=True))
        ), ""
    with tempo_limitado():
        chaves = _achar(filtros, para, _depois_de(depois_de))
        pagina = chaves[:POR_PAGINA]
    proxima = marcar(str(pagina[-1])) if len(chaves) > POR_PAGINA else ""
    return linhas_dos_chamados(pagina), proxima


def _achar(filtros: FiltrosDeChamado, para: Pessoa, depois_de: UUID | None) -> list[UUID]:
    """As chaves dos achados, da maior à menor: uma página e mais um."""
    equipes = [lugar.equipe_id for lugar in equipes_de(para)]
    condicoes, valores = _traduzir(filtros)
    valores["texto"] = consulta_de_texto(filtros.palavras)
    valores |= {"pessoa": para.pk, "equipes": equipes, "depois": depois_de, "quantos": POR_PAGINA + 1}
    seguintes = [*condicoes, "c.id < %(depois)s"] if depois_de else condicoes
    dos_meus = [_A_VISTA, *seguintes] if valores["texto"] else seguintes
    sql = _MEUS.format(condicoes=" AND ".join(dos_meus) or "TRUE")
    meus = [chave for (chave,) in consultar_preparada(sql, valores)]
    if not equipes:
        return meus
    return sorted({*meus, *_das_equipes(seguintes, valores)}, reverse=True)[: POR_PAGINA + 1]


def _das_equipes(condicoes: list[str], valores: dict[str, Any]) -> list[UUID]:
    if not valores["texto"]:
        return _consultar("atendimento_textodochamado", condicoes, valores)
    if _esperados(valores["texto"]) > PELO_INDICE:
        fonte = _MAIS_NOVOS.format(lugar="chamado_id < %(depois)s" if valores["depois"] else "TRUE", janela=JANELA)
        achados = _consultar(fonte, [_COM_AS_PALAVRAS, *condicoes], valores)
        if len(achados) == valores["quantos"]:
            return achados
    return _consultar(_PELO_INDICE, condicoes, valores)


def _traduzir(filtros: FiltrosDeChamado) -> tuple[list[str], dict[str, Any]]:
    """As condições em SQL, sem o lugar onde se procura."""
    pedidos = {
        "c.produto_id = %(produto)s": filtros.produto_id,
        "c.orgao_id = %(orgao)s": filtros.orgao_id,
        "c.situacao = %(situacao)s": filtros.situacao or None,
        "c.aberto_em >= %(desde)s": filtros.desde,
        "c.aberto_em < %(ate)s": filtros.ate,
    }
    condicoes = [condicao for condicao, pedido in pedidos.items() if pedido is not None]
    valores: dict[str, Any] = {
        "produto": filtros.produto_id, "orgao": filtros.orgao_id, "situacao": filtros.situacao,
        "desde": _meia_noite(filtros.desde) if filtros.desde else None,
        "ate": _meia_noite(filtros.ate + timedelta(days=1)) if filtros.ate else None,
    }  # fmt: skip
    return condicoes, valores


def _consultar(fonte: str, condicoes: list[str], valores: dict[str, Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_DAS_EQUIPES.format(fonte=fonte, condicoes=" AND ".join(condicoes) or "TRUE"), valores)
        return [chave for (chave,) in cursor.fetchall()]


def _esperados(texto: str) -> int:
    """Quantos chamados o planejador espera que tenham as palavras."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) SELECT FROM atendimento_textodochamado WHERE vetor @@ %s::tsquery", [texto])
        return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])


def _depois_de(marcador: str) -> UUID | None:
    """A chave em que a página de antes acabou; nenhuma, se o marcador não é nosso."""
    try:
        return UUID((ler_marcador(marcador, 1) or [""])[0])
    except ValueError:
        return None


def _meia_noite(dia: date) -> datetime:
    return datetime.combine(dia, time(), BRASILIA)
