"""As leituras de chamados. Toda leitura começa em ``chamados_visiveis``: o chamado de outro não existe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from pen.atendimento.enums import Desfecho, Passo, Situacao
from pen.atendimento.errors import ChamadoNaoEncontrado
from pen.atendimento.models import Anexo, Chamado, ChamadoImportado, Equipe, Passagem, PassoDoChamado, Seguidor
from pen.atendimento.rules import equipes_de, ve_chamado, ve_internos
from pen.atendimento.values.leituras import AnexoLido, ChamadoNaLista, PassoLido
from pen.atendimento.values.protocolo import ler_protocolo
from pen.comum.marcadores import ler_marcador, marcar, pagina_por_chegada
from pen.comum.orm_preparado import LeituraPronta, Vaga
from pen.comum.preparadas import consultar_preparada, lendo_preparado
from pen.identidade.public import Ator, Pessoa

POR_PAGINA = 25
_INTEIRO = LeituraPronta(
    lambda: Chamado.objects.filter(chave=Vaga()).select_related(
        "produto", "formulario__tipo", "orgao", "equipe", "solicitante", "atendente"
    )
)

# As de agora em diante, escritas à mão porque rodam a cada vez que alguém olha uma lista ou um chamado.
_COLUNAS_DA_LINHA = """
    c.id, c.chave, c.protocolo, c.assunto, c.situacao, c.desfecho, c.aberto_em, c.na_fila_desde, c.encerrado_em, c.reaberturas,
    c.prazo_da_resposta, c.primeira_resposta_em, c.prazo_da_solucao, c.pausado_em, p.codigo, p.nome, o.codigo, o.sigla, e.codigo,
    a.nome, coalesce(a.is_active, false)
"""
_O_QUE_A_LINHA_CITA = """
JOIN conhecimento_produto p ON p.id = c.produto_id JOIN identidade_orgao o ON o.id = c.orgao_id
JOIN atendimento_equipe e ON e.id = c.equipe_id LEFT JOIN identidade_pessoa a ON a.id = c.atendente_id
"""
_LINHAS = f"""
SELECT {_COLUNAS_DA_LINHA} FROM unnest(%s::uuid[]) WITH ORDINALITY AS pedido (id, n) JOIN atendimento_chamado c ON c.id = pedido.id
{_O_QUE_A_LINHA_CITA} ORDER BY pedido.n
"""  # noqa: S608
# De cada equipe, os primeiros, pelo índice que já está nesta ordem; e, deles, os primeiros de todas.
_FILA = f"""
SELECT {_COLUNAS_DA_LINHA} FROM (
    SELECT da_equipe.* FROM unnest(%(equipes)s::bigint[]) AS uma (id), LATERAL (
        SELECT * FROM atendimento_chamado c WHERE c.equipe_id = uma.id AND c.situacao <> 'encerrado' {{condicoes}}
        ORDER BY c.reaberturas DESC, c.na_fila_desde, c.id LIMIT {POR_PAGINA + 1}) AS da_equipe
    ORDER BY da_equipe.reaberturas DESC, da_equipe.na_fila_desde, da_equipe.id LIMIT {POR_PAGINA + 1}) AS c
{_O_QUE_A_LINHA_CITA} ORDER BY c.reaberturas DESC, c.na_fila_desde, c.id
"""  # noqa: S608
_CONDICOES_DA_FILA = {
    "produto": "c.produto_id = %(produto)s",
    "situacao": "c.situacao = %(situacao)s",
    "atendente": "c.atendente_id = %(atendente)s",
    "vencidos": """c.pausado_em IS NULL AND (c.prazo_da_solucao < %(vencidos)s
        OR c.primeira_resposta_em IS NULL AND c.prazo_da_resposta < %(vencidos)s)""",
    "vezes": """c.reaberturas <= %(vezes)s
        AND (c.reaberturas < %(vezes)s OR (c.na_fila_desde, c.id) > (%(desde)s::timestamptz, %(chave)s::uuid))""",
}
_CONTAGENS = """
SELECT situacao, count(*), count(*) FILTER (WHERE atendente_id = %(pessoa)s),
    count(*) FILTER (WHERE pausado_em IS NULL AND (prazo_da_solucao < %(agora)s
        OR primeira_resposta_em IS NULL AND prazo_da_resposta < %(agora)s))
FROM atendimento_chamado WHERE equipe_id = ANY(%(equipes)s::bigint[]) AND situacao <> 'encerrado' GROUP BY situacao
"""
# O chamado e os unidos a ele; os anexos de cada passo vêm numa lista.
_HISTORIA = """
WITH juntos AS (
    SELECT id, protocolo FROM atendimento_chamado WHERE id = %(chamado)s
    UNION ALL SELECT id, protocolo FROM atendimento_chamado WHERE principal_id = %(chamado)s AND desfecho = 'unido'),
anexados AS (
    SELECT a.passo_id, json_agg(json_build_array(a.id, a.nome, a.formato, a.tamanho) ORDER BY a.id) AS anexos
    FROM juntos j JOIN atendimento_anexo a ON a.chamado_id = j.id GROUP BY a.passo_id)
SELECT s.id, s.chamado_id, j.protocolo, s.ordem, s.passo, s.por_id, q.nome, coalesce(q.is_active, false), s.da_equipe, s.interno,
    s.canal, s.em, s.situacao, s.texto, x.anexos
FROM juntos j JOIN atendimento_passodochamado s ON s.chamado_id = j.id
LEFT JOIN identidade_pessoa q ON q.id = s.por_id LEFT JOIN anexados x ON x.passo_id = s.id
WHERE %(internos)s OR NOT s.interno ORDER BY s.chamado_id, s.ordem
"""
_RESPONDEM = (Passo.ENCERRAR, Passo.RESPONDER, Passo.PEDIR_VALIDACAO)
_LIGADOS = "SELECT id FROM atendimento_chamado WHERE principal_id = %s"
_TEM_OUTROS = """
SELECT EXISTS (SELECT FROM identidade_pessoa p JOIN atendimento_chamado c ON c.solicitante_id = p.id
    WHERE p.id = %(pessoa)s AND p.is_active AND c.situacao <> 'encerrado' AND c.equipe_id = ANY(%(equipes)s::bigint[])
    AND c.id <> %(chamado)s)
"""


@dataclass(frozen=True, slots=True)
class FiltrosDaFila:
    """O que se quer ver da fila. ``equipe_id`` nulo é de todas as equipes da pessoa."""

    equipe_id: int | None = None
    produto_id: int | None = None
    situacao: str = ""
    so_meus: bool = False
    vencidos: bool = False


def chamados_visiveis(para: Ator) -> QuerySet[Chamado]:
    """Os que a pessoa abriu ou segue, e os que estão ou estiveram com uma equipe dela."""
    if not isinstance(para, Pessoa) or not para.is_active:
        return Chamado.objects.none()
    visiveis = Q(solicitante=para) | Q(Exists(Seguidor.objects.filter(chamado=OuterRef("pk"), pessoa=para)))
    if equipes := _equipes(para):
        visiveis |= Q(equipe__in=equipes)
        visiveis |= Q(Exists(Passagem.objects.filter(chamado=OuterRef("pk"), equipe__in=equipes)))
    return Chamado.objects.filter(visiveis)


def consultar_chamado(chave: str, *, para: Ator) -> Chamado:
    """O chamado da chave, com o produto, o formulário, o órgão, a equipe e as pessoas.

    Levanta:
        ChamadoNaoEncontrado: não existe, ou não é visível a quem pede.
    """
    chamado = _INTEIRO.um(chave)
    if chamado is None or not ve_chamado(para, chamado):
        raise ChamadoNaoEncontrado("Não há chamado seu neste endereço.")
    return chamado


def resposta_final(chamado: Chamado) -> str:
    """O que a equipe disse por último a quem abriu, se o chamado acabou resolvido; senão, nada. Quem chama já conferiu quem vê."""
    if chamado.desfecho not in {Desfecho.RESOLVIDO, Desfecho.CONFIRMADO, Desfecho.SILENCIO}:
        return ""
    ditas = PassoDoChamado.objects.filter(chamado=chamado, da_equipe=True, interno=False, passo__in=_RESPONDEM).exclude(
        texto=""
    )
    return ditas.order_by("-ordem").values_list("texto", flat=True).first() or ""


def linhas_dos_chamados(pks: Sequence[UUID]) -> list[ChamadoNaLista]:
    """Os chamados, na ordem pedida, só com o que uma linha de lista mostra; que a pessoa os vê, quem chama já conferiu."""
    return [ChamadoNaLista(*linha) for linha in consultar_preparada(_LINHAS, [list(pks)])] if pks else []


def chamados_pelas_chaves(chaves: Sequence[str], *, para: Ator) -> list[Chamado]:
    """Os chamados das chaves que a pessoa vê, do mais antigo ao mais novo; os outros não existem."""
    achados = (
        chamados_visiveis(para)
        .filter(chave__in=chaves)
        .select_related("produto", "orgao", "atendente", "equipe", "formulario__tipo", "solicitante")
    )
    return list(achados.order_by("pk"))


def achar_chamado(protocolo: str, *, para: Ator) -> Chamado:
    """O chamado de um protocolo, como a pessoa o escreveu, entre os que ela vê.

    Levanta:
        ChamadoNaoEncontrado: o número não é um protocolo, não existe, ou não é visível a quem pede; a frase é a mesma.
    """
    lido = ler_protocolo(protocolo)
    chamado = chamados_visiveis(para).filter(protocolo=lido).first() if lido else None
    if chamado is None:
        raise ChamadoNaoEncontrado("Não há chamado seu com este número.")
    return chamado


def meus_chamados(
    *, para: Pessoa, abertos: bool | None = None, depois_de: str = ""
) -> tuple[list[ChamadoNaLista], str]:  # fmt: skip
    """Uma página dos que a pessoa abriu ou segue, do mais novo ao mais antigo, e o marcador da seguinte."""
    abertos_por_mim, seguidos = Chamado.objects.filter(solicitante=para), Seguidor.objects.filter(pessoa=para)
    chaves = abertos_por_mim.values("pk").union(seguidos.values("chamado"))  # um «ou» leria a tabela inteira
    meus = Chamado.objects.filter(pk__in=chaves).only("pk")
    if abertos is not None:
        meus = meus.exclude(situacao=Situacao.ENCERRADO) if abertos else meus.filter(situacao=Situacao.ENCERRADO)
    pagina, proxima = pagina_por_chegada(meus, depois_de=depois_de, por_pagina=POR_PAGINA)
    return linhas_dos_chamados([c.pk for c in pagina]), proxima


def historia(chamado: Chamado, *, para: Ator) -> list[PassoLido]:
    """Os passos em ordem, com os dos chamados unidos a este, e os anexos de cada um; as notas internas, só para quem é de uma
    equipe que o tem ou teve.
    """
    valores = {"chamado": chamado.pk, "internos": ve_internos(para, chamado)}
    em_ordem = [_passo_lido(*linha) for linha in consultar_preparada(_HISTORIA, valores)]
    de_cada = [list(do_mesmo) for _, do_mesmo in groupby(em_ordem, key=attrgetter("chamado_id"))]
    return de_cada[0] if len(de_cada) == 1 else list(merge(*de_cada, key=attrgetter("em")))


def _passo_lido(*colunas: Any) -> PassoLido:
    *do_passo, anexos = colunas
    lidos = (AnexoLido(UUID(id_), *resto) for id_, *resto in anexos or ())
    return PassoLido._make([*do_passo, tuple(lidos)])


def consultar_anexo(anexo_id: UUID, *, para: Ator) -> Anexo:
    """O anexo de um chamado que a pessoa vê.

    Levanta:
        ChamadoNaoEncontrado: não existe, ou não é visível a quem pede.
    """
    visiveis = Anexo.objects.filter(pk=anexo_id, chamado__in=chamados_visiveis(para)).select_related("chamado", "passo")
    anexo = visiveis.first()
    if anexo is None or (anexo.passo.interno and not ve_internos(para, anexo.chamado)):
        raise ChamadoNaoEncontrado("Não há anexo neste endereço.")
    return anexo


def ligados_ao_chamado(chamado: Chamado, *, para: Ator) -> list[ChamadoNaLista]:
    """Os que se encerraram por serem sobre a mesma coisa, dos que a pessoa vê."""
    ligados = [pk for (pk,) in consultar_preparada(_LIGADOS, [chamado.pk])]
    if not ligados:
        return []
    return linhas_dos_chamados(
        list(chamados_visiveis(para).filter(pk__in=ligados).order_by("id").values_list("pk", flat=True))
    )


def outros_da_pessoa(chamado: Chamado, *, para: Ator) -> list[ChamadoNaLista]:
    """Os outros chamados abertos de quem abriu este, com as equipes de ``para``; os mais novos primeiro, até vinte."""
    abertos = Chamado.objects.filter(equipe__in=_equipes(para)).exclude(situacao=Situacao.ENCERRADO)
    da_mesma = abertos.filter(solicitante=chamado.solicitante_id, solicitante__is_active=True).exclude(pk=chamado.pk)
    return linhas_dos_chamados(list(da_mesma.order_by("-pk").values_list("pk", flat=True)[:20]))


def tem_outros_da_pessoa(chamado: Chamado, *, para: Ator) -> bool:
    """Se ``outros_da_pessoa`` acha algum."""
    valores = {"pessoa": chamado.solicitante_id, "equipes": _equipes(para), "chamado": chamado.pk}
    return consultar_preparada(_TEM_OUTROS, valores) == [(True,)]


def tem_ligados(chamado: Chamado) -> bool:
    """Se há chamados à espera da resposta deste."""
    return bool(consultar_preparada(_LIGADOS, [chamado.pk]))


@lendo_preparado()
def principal_visivel(chamado: Chamado, *, para: Ator) -> Chamado | None:
    """O chamado a que este foi ligado, se a pessoa o vê."""
    if chamado.principal_id is None:
        return None
    return chamados_visiveis(para).filter(pk=chamado.principal_id).first()


@lendo_preparado()
def continuacoes_do_chamado(chamado: Chamado, *, para: Ator) -> list[tuple[str, Chamado]]:
    """O que este continua, e os que continuam este, dos que a pessoa vê: (frase, chamado)."""
    depois = [] if chamado.aberto else Chamado.objects.filter(anterior=chamado).values_list("pk", flat=True)
    chaves = {*depois, *([chamado.anterior_id] if chamado.anterior_id else [])}
    if not chaves:
        return []
    achados = chamados_visiveis(para).filter(pk__in=chaves).order_by("id")
    return [("Continua o" if c.pk == chamado.anterior_id else "Continuado no", c) for c in achados]


@lendo_preparado()
def numero_anterior(chamado: Chamado) -> str:
    """O número que o chamado tinha no sistema de onde veio; vazio, se nasceu aqui."""
    return ChamadoImportado.objects.filter(chamado=chamado).values_list("numero", flat=True).first() or ""


@lendo_preparado()
def seguidores_do_chamado(chamado: Chamado) -> list[Seguidor]:
    """Quem segue, na ordem em que entrou."""
    return list(Seguidor.objects.filter(chamado=chamado).select_related("pessoa").order_by("pk"))


def equipes_da_pessoa(para: Ator) -> QuerySet[Equipe]:
    """As equipes em que a pessoa atende."""
    return Equipe.objects.filter(pk__in=_equipes(para))


def chamados_da_fila(
    filtros: FiltrosDaFila, *, para: Ator, agora: datetime, depois_de: str = ""
) -> tuple[list[ChamadoNaLista], str]:
    """Uma página dos abertos com as equipes da pessoa, e o marcador da seguinte.

    Os reabertos vêm primeiro; depois, quem espera há mais tempo.
    """
    valores: dict[str, Any] = _depois(depois_de)
    if filtros.produto_id is not None:
        valores["produto"] = filtros.produto_id
    if filtros.situacao:
        valores["situacao"] = filtros.situacao
    if filtros.so_meus and isinstance(para, Pessoa):
        valores["atendente"] = para.pk
    if filtros.vencidos:
        valores["vencidos"] = agora
    condicoes = "".join(f" AND {sql}" for nome, sql in _CONDICOES_DA_FILA.items() if nome in valores)
    valores["equipes"] = [e for e in _equipes(para) if filtros.equipe_id in {None, e}]
    lidos = [ChamadoNaLista(*linha) for linha in consultar_preparada(_FILA.format(condicoes=condicoes), valores)]
    if len(lidos) <= POR_PAGINA:
        return lidos, ""
    ultimo = lidos[POR_PAGINA - 1]
    return lidos[:POR_PAGINA], marcar(str(ultimo.reaberturas), ultimo.na_fila_desde.isoformat(), str(ultimo.pk))


def contagens_da_fila(*, para: Ator, agora: datetime) -> dict[str, int]:
    """Dos abertos com as equipes da pessoa: em cada situação, os meus e os vencidos."""
    valores = {"equipes": _equipes(para), "agora": agora, "pessoa": para.pk if isinstance(para, Pessoa) else None}
    linhas = consultar_preparada(_CONTAGENS, valores)
    de_cada = dict.fromkeys((s.value for s in Situacao if s != Situacao.ENCERRADO), 0)
    de_cada |= {situacao: quantos for situacao, quantos, _, _ in linhas}
    return de_cada | {"meus": sum(linha[2] for linha in linhas), "vencidos": sum(linha[3] for linha in linhas)}


def _equipes(para: Ator) -> list[int]:
    """As chaves das equipes em que a pessoa atende."""
    return [lugar.equipe_id for lugar in equipes_de(para)]


def _depois(marcador: str) -> dict[str, Any]:
    """O que vem depois do marcador; tudo, se ele não é nosso."""
    try:
        reaberturas, desde, chave = ler_marcador(marcador, 3) or []
        vezes, em, qual = int(reaberturas), datetime.fromisoformat(desde), UUID(chave)
    except ValueError:
        return {}
    if em.tzinfo is None or not 0 <= vezes < 2**15:
        return {}
    return {"vezes": vezes, "desde": em, "chave": qual}
