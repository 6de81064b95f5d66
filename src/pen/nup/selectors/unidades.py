"""As unidades protocolizadoras, que são públicas: quem são, de quem são e de quem eram."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.db.models import Count, Q, QuerySet

from pen.comum.preparadas import como_vetor, consultar_preparada
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Ator, Orgao, OrgaoNaoEncontrado, e_da_equipe_central
from pen.nup.enums.situacoes import SituacaoDaUnidade
from pen.nup.errors import UnidadeNaoEncontrada
from pen.nup.models import GestorDeUp, Participacao, Unidade, Versao
from pen.nup.rules import gere_unidades_de, orgaos_geridos, ve_todos_os_pedidos
from pen.nup.values.numeros import Numero, e_codigo_de_unidade

POR_PAGINA = 50
# Escrito à mão porque roda a cada página de processo. No ano, vale a última versão com órgão; inativa é a que o foi o ano inteiro.
_DONOS = """
SELECT p.codigo, p.ano, u.situacao, o.id, ARRAY[o.codigo, o.sigla, o.nome]::text[], a.id, ARRAY[a.codigo, a.sigla, a.nome]::text[],
    coalesce(v.inteiro AND v.inativa, false)
FROM unnest(%s::text[], %s::int[], %s::timestamptz[], %s::timestamptz[]) AS p (codigo, ano, inicio, fim)
JOIN nup_unidade u ON u.codigo = p.codigo
LEFT JOIN identidade_orgao o ON o.id = u.orgao_id
LEFT JOIN LATERAL (
    SELECT (array_agg(v.orgao_id ORDER BY v.desde DESC, v.id DESC) FILTER (WHERE v.orgao_id IS NOT NULL))[1] AS orgao_id,
        min(v.desde) <= p.inicio AS inteiro, bool_and(v.situacao = 'inativa') AS inativa
    FROM nup_versao v
    WHERE v.unidade_id = u.id AND v.desde < p.fim AND (v.ate IS NULL OR v.ate > p.inicio)) v ON true
LEFT JOIN identidade_orgao a ON a.id = v.orgao_id
"""
PRIMEIRO_CODIGO_LIVRE = 60_000  # onde se procura quando o órgão ainda não tem unidade; não é regra da norma


@dataclass(frozen=True, slots=True)
class FiltrosDeUnidades:
    """Que unidades listar; vazio, todas."""

    texto: str = ""
    situacao: SituacaoDaUnidade | None = None
    uf: str = ""
    orgao_id: int | None = None


def listar_unidades(filtros: FiltrosDeUnidades) -> QuerySet[Unidade]:
    """As unidades dos filtros, por código. ``texto`` é o começo do código, um pedaço do nome, ou a sigla do órgão."""
    unidades = Unidade.objects.select_related("orgao", "orgao_gestor").order_by("codigo")
    if texto := filtros.texto.replace("\0", "").strip():
        do_nome = Q(nome__icontains=texto) | Q(orgao__sigla__iexact=texto) | Q(orgao_gestor__sigla__iexact=texto)
        unidades = unidades.filter(Q(codigo__startswith=texto) if texto.isdecimal() else do_nome)
    if filtros.situacao is not None:
        unidades = unidades.filter(situacao=filtros.situacao)
    if filtros.uf:
        unidades = unidades.filter(uf=filtros.uf)
    if filtros.orgao_id is not None:
        unidades = unidades.filter(Q(orgao_id=filtros.orgao_id) | Q(orgao_gestor_id=filtros.orgao_id))
    return unidades


def pagina_de_unidades(filtros: FiltrosDeUnidades, *, depois_de: str = "") -> tuple[list[Unidade], str]:
    """As unidades depois do código ``depois_de``, 50 por página, e o código da última quando há mais (ou vazio)."""
    lidas = list(listar_unidades(filtros).filter(codigo__gt=depois_de.replace("\0", ""))[: POR_PAGINA + 1])
    return lidas[:POR_PAGINA], lidas[POR_PAGINA - 1].codigo if len(lidas) > POR_PAGINA else ""


def consultar_unidade(codigo: str) -> Unidade:
    """A unidade do código.

    Levanta:
        UnidadeNaoEncontrada: não há.
    """
    unidades = Unidade.objects.select_related("orgao", "orgao_gestor").filter(codigo=codigo)
    unidade = unidades.first() if e_codigo_de_unidade(codigo) else None
    if unidade is None:
        raise UnidadeNaoEncontrada(f"Não há unidade protocolizadora com o código {codigo[:20]}.")
    return unidade


def cuida_da_unidade(unidade: Unidade, *, para: Ator) -> bool:
    """Se a pessoa numera e pede mudanças nesta unidade."""
    return gere_unidades_de(para, unidade.orgao_id, unidade.orgao_gestor_id)


def ve_quem_mudou(unidade: Unidade, *, para: Ator) -> bool:
    """Se a pessoa vê quem fez cada versão e por quê: quem cuida da unidade, a equipe PEN e a auditoria."""
    return cuida_da_unidade(unidade, para=para) or ve_todos_os_pedidos(para)


def versoes_da_unidade(unidade: Unidade) -> list[Versao]:
    """A história da unidade, da versão vigente à primeira."""
    versoes = Versao.objects.filter(unidade=unidade).select_related("orgao", "orgao_gestor", "por")
    return list(versoes.order_by("-desde", "-id"))


@dataclass(frozen=True, slots=True)
class DonoDaUnidade:
    """De quem a unidade é agora e, quando se sabe, de quem era no ano pedido.

    ``inativa_no_ano`` só é verdade quando se sabe que ela passou o ano inteiro sem poder numerar.
    """

    unidade: Unidade
    ano: int
    orgao_no_ano: Orgao | None
    inativa_no_ano: bool

    @property
    def frase(self) -> str:
        """De quem é a unidade hoje e, se era de outro, de quem era no ano do número."""
        hoje, no_ano = self.unidade.orgao, self.orgao_no_ano
        if hoje is None:
            return "Está no cadastro por ter sido vista em números reais; ainda não tem órgão."
        frase = f"{hoje.sigla} – {hoje.nome}."
        if no_ano is not None and no_ano.pk != hoje.pk:
            frase += f" Em {self.ano}, era de {no_ano.sigla}."
        if self.unidade.situacao == SituacaoDaUnidade.INATIVA:
            frase += " Hoje está inativa e não dá números."
        return frase


def donos_das_unidades(codigos_e_anos: Iterable[tuple[str, int]]) -> dict[tuple[str, int], DonoDaUnidade]:
    """O dono de cada unidade no ano; as que não estão no cadastro ficam de fora. Uma consulta, quantas forem."""
    pares = sorted(set(codigos_e_anos))
    limites = [_limites_do_ano(ano) for _, ano in pares]
    colunas = [[c for c, _ in pares], [str(a) for _, a in pares], [i for i, _ in limites], [f for _, f in limites]]
    linhas = consultar_preparada(_DONOS, [como_vetor(coluna) for coluna in colunas])
    return {(codigo, ano): _dono(codigo, ano, *resto) for codigo, ano, *resto in linhas}


def dono_do_numero(numero: Numero) -> DonoDaUnidade | None:
    """O dono da unidade que deu o número; ``None`` se ela não está no cadastro, ou se a forma não diz a unidade."""
    codigo, ano = numero.codigo_da_unidade, numero.ano
    return donos_das_unidades({(codigo, ano)}).get((codigo, ano)) if codigo and ano else None


def _dono(
    codigo: str,
    ano: int,
    situacao: str,
    hoje: int | None,
    de_hoje: list[str],
    no_ano: int | None,
    do_ano: list[str],
    inativa: bool,
) -> DonoDaUnidade:
    unidade = Unidade(codigo=codigo, situacao=situacao, orgao=_orgao(hoje, de_hoje))
    return DonoDaUnidade(unidade=unidade, ano=ano, orgao_no_ano=_orgao(no_ano, do_ano), inativa_no_ano=inativa)


def _orgao(pk: int | None, textos: list[str]) -> Orgao | None:
    return None if pk is None else Orgao(pk=pk, **dict(zip(("codigo", "sigla", "nome"), textos, strict=True)))


@lru_cache(200)
def _limites_do_ano(ano: int) -> tuple[str, str]:
    """O primeiro instante do ano em Brasília e o do seguinte; num ano que não há, nada cabe entre os dois."""
    if not 1 <= ano < 9999:
        return "9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z"
    comeco, fim = datetime(ano, 1, 1, tzinfo=BRASILIA), datetime(ano + 1, 1, 1, tzinfo=BRASILIA)
    return comeco.astimezone(UTC).isoformat(), fim.astimezone(UTC).isoformat()


def totais_das_unidades() -> dict[str, int]:
    """Quantas unidades há em cada situação."""
    contagem = dict(Unidade.objects.order_by().values_list("situacao").annotate(Count("pk")))
    return {situacao.value: contagem.get(situacao.value, 0) for situacao in SituacaoDaUnidade}


def participacao_de(orgao_id: int) -> Participacao | None:
    """Como o órgão está no CNUP, se está."""
    return Participacao.objects.select_related("orgao", "orgao_gestor").filter(orgao_id=orgao_id).first()


def participantes(*ids: int) -> QuerySet[Participacao]:
    """As participações, por sigla; com ``ids``, só desses órgãos."""
    todas = Participacao.objects.select_related("orgao", "orgao_gestor").order_by("orgao__sigla")
    return todas.filter(orgao_id__in=ids) if ids else todas


def participacoes_da_pessoa(*, para: Ator) -> QuerySet[Participacao]:
    """As participações dos órgãos que a pessoa gere, e das vinculadas a eles."""
    geridos = orgaos_geridos(para)
    return participantes().filter(Q(orgao_id__in=geridos) | Q(orgao_gestor_id__in=geridos))


def participacao_para_pedir(orgao_id: int, *, para: Ator) -> Participacao:
    """A participação do órgão por que a pessoa pede.

    Levanta:
        OrgaoNaoEncontrado: o órgão não participa, ou não é a pessoa quem pede por ele; as duas respostas são iguais.
    """
    if (participacao := participacoes_da_pessoa(para=para).filter(orgao_id=orgao_id).first()) is None:
        raise OrgaoNaoEncontrado("Não existe nada neste endereço.")
    return participacao


def orgao_que_se_cuida(orgao_id: int, *, para: Ator) -> Orgao:
    """O órgão cujos gestores e credenciais a pessoa vê: é gestora de UP dele, ou da equipe PEN.

    Levanta:
        OrgaoNaoEncontrado: o órgão não participa, ou a pessoa não cuida dele; as respostas são iguais.
    """
    participacao = participacao_de(orgao_id)
    if participacao is None or not (gere_unidades_de(para, orgao_id) or e_da_equipe_central(para)):
        raise OrgaoNaoEncontrado("Não existe nada neste endereço.")
    return participacao.orgao


def gestores_do_orgao(orgao_id: int, *, para: Ator) -> tuple[Orgao, list[GestorDeUp]]:
    """O órgão e os gestores de UP dele; levanta o mesmo que ``orgao_que_se_cuida``."""
    return orgao_que_se_cuida(orgao_id, para=para), list(gestores_em_vigor().filter(orgao_id=orgao_id))


def gestores_em_vigor(texto: str = "") -> QuerySet[GestorDeUp]:
    """Os gestores de UP designados, que são públicos; ``texto`` é um pedaço do nome da pessoa, ou do nome ou sigla do órgão."""
    gestores = GestorDeUp.objects.filter(ate=None, pessoa__is_active=True).select_related("orgao", "pessoa")
    if texto := texto.replace("\0", "").strip():
        gestores = gestores.filter(
            Q(orgao__sigla__iexact=texto) | Q(orgao__nome__icontains=texto) | Q(pessoa__nome__icontains=texto)
        )
    return gestores.order_by("orgao__sigla", "id")


def sugerir_codigo(participacao: Participacao) -> str:
    """O próximo código livre para uma unidade nova do órgão: depois do maior que o órgão gestor tem.

    Levanta:
        UnidadeNaoEncontrada: não há mais código livre.
    """
    if participacao.instituicao:
        inicio, fim, largura = int(participacao.instituicao) * 1000 + 1, int(participacao.instituicao) * 1000 + 999, 8
    else:
        gestor = participacao.orgao_gestor_id or participacao.orgao_id
        maior = Unidade.objects.filter(orgao_gestor_id=gestor).order_by("-codigo").values_list("codigo", flat=True).first()
        inicio, fim, largura = (int(maior) + 1 if maior else PRIMEIRO_CODIGO_LIVRE), 99_999, 5
    ocupados = set(
        Unidade.objects.filter(codigo__gte=f"{inicio:0{largura}d}", codigo__lte=f"{fim:0{largura}d}").values_list(
            "codigo", flat=True
        )
    )
    for numero in range(inicio, fim + 1):
        if (codigo := f"{numero:0{largura}d}") not in ocupados:
            return codigo
    raise UnidadeNaoEncontrada("Não há mais código livre depois dos que o órgão tem; escolha um.")
