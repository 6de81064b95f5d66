"""As consultas gerenciais: cada uma é uma tabela, que a página desenha, o CSV baixa e a API devolve. Só contagens."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Sum
from django.utils import timezone

from pen.comum.errors import NaoEncontrado, conferir
from pen.identidade.public import Ator, Esfera, Poder, listar_orgaos, orgaos_por_id
from pen.protocolo_integrado.enums import CodigoDeRecusa, SituacaoDaIntegracao
from pen.protocolo_integrado.errors import PeriodoInvalido
from pen.protocolo_integrado.models import AcompanhamentosDoDia, AvisosDoDia
from pen.protocolo_integrado.models.totais import ESPECIE_MAXIMO, LIMITES_DE_ATRASO
from pen.protocolo_integrado.rules import ve_todos_os_orgaos
from pen.protocolo_integrado.selectors.integracao import IntegracaoVista, integracoes_ativas
from pen.protocolo_integrado.selectors.totais import (
    CONSULTAS,
    ESPECIES,
    RECUSAS,
    TOTAIS,
    Fonte,
    Recorte,
    atraso_na_parte,
    histogramas_de_atraso,
    periodos,
    somar,
    somas_por_tempo,
)

DIAS_PADRAO, DIAS_MAXIMO, DIAS_POR_DIA = 30, 731, 92
MAIS_CONSULTADOS, MAIS_ESPECIES, ESPECIE_RARA = 20, 15, 10
OUTRAS = "Outras"
SEM_UF = "Sem UF"
# Da que mais pede atenção à que menos pede.
ORDEM_DAS_SITUACOES = [
    SituacaoDaIntegracao.PARADA, SituacaoDaIntegracao.ATRASADA, SituacaoDaIntegracao.NUNCA_ENVIOU, SituacaoDaIntegracao.EM_DIA,
]  # fmt: skip


class Forma(Enum):
    """Como uma coluna se escreve."""

    TEXTO, INTEIRO, HORAS, TEMPO, INSTANTE = "texto", "inteiro", "horas", "tempo", "instante"


class Coluna(NamedTuple):
    """``nome`` é contrato do CSV e da API; ``rotulo`` é para pessoas."""

    nome: str
    rotulo: str
    forma: Forma = Forma.INTEIRO


@dataclass(frozen=True, slots=True)
class Tabela:
    """O resultado de uma consulta. ``desenhar`` são as colunas do gráfico, depois da primeira; vazio, não há gráfico."""

    nome: str
    titulo: str
    colunas: Sequence[Coluna]
    linhas: Sequence[Sequence[Any]]
    por_mes: bool = False
    desenhar: Sequence[int] = ()
    nota: str = ""
    sem_efeito: Sequence[str] = ()
    destaques: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FiltrosDoPainel:
    """O que a pessoa escolheu; datas incluídas, em Brasília; vazio é tudo. ``agrupar``: ``dia``, ``mes``, ou pelo período."""

    desde: date
    ate: date
    esfera: Esfera | None = None
    poder: Poder | None = None
    orgao_id: int | None = None
    especie: str = ""
    agrupar: str = ""

    @property
    def por_mes(self) -> bool:
        """Se cada linha do tempo é um mês."""
        return self.agrupar == "mes" or (not self.agrupar and (self.ate - self.desde).days >= DIAS_POR_DIA)

    @property
    def de_algum_orgao(self) -> bool:
        """Se algum filtro restringe os órgãos."""
        return bool(self.esfera or self.poder or self.orgao_id)


def filtros_do_painel(desde: date | None = None, ate: date | None = None, **outros: Any) -> FiltrosDoPainel:
    """Os filtros, com o período padrão de 30 dias até hoje onde faltam datas.

    Levanta:
        PeriodoInvalido: acaba antes de começar, ou passa de dois anos.
    """
    ate = ate or max(timezone.localdate(), desde or date.min)
    desde = desde or ate - timedelta(days=DIAS_PADRAO - 1)
    conferir(desde <= ate, PeriodoInvalido("O fim do período vem antes do começo."))
    conferir((ate - desde).days < DIAS_MAXIMO, PeriodoInvalido("O período passa de dois anos; escolha um menor."))
    return FiltrosDoPainel(desde, ate, **outros)


def conferir_quem_ve_o_painel(para: Ator) -> None:
    """Levanta ``NaoEncontrado`` para quem não vê o painel: como se ele não existisse."""
    conferir(ve_todos_os_orgaos(para), NaoEncontrado("Não existe nada neste endereço."))


def consultar_painel(nome: str, filtros: FiltrosDoPainel, *, para: Ator) -> Tabela:
    """Uma consulta gerencial, pelo nome.

    Levanta:
        NaoEncontrado: a pessoa não vê o painel, ou não há consulta com esse nome; as duas respostas são iguais.
    """
    conferir_quem_ve_o_painel(para)
    consulta = CONSULTAS_GERENCIAIS.get(nome)
    if consulta is None:
        raise NaoEncontrado("Não existe nada neste endereço.")
    return consulta(_Leitura(filtros))


def painel_inteiro(filtros: FiltrosDoPainel, *, para: Ator) -> dict[str, Tabela]:
    """Todas as consultas, pelo nome, na ordem em que a página as mostra.

    Levanta:
        NaoEncontrado: a pessoa não vê o painel.
    """
    conferir_quem_ve_o_painel(para)
    leitura = _Leitura(filtros)
    return {nome: consulta(leitura) for nome, consulta in CONSULTAS_GERENCIAIS.items()}


class _Leitura:
    """O que várias consultas do mesmo pedido leem, uma vez só."""

    def __init__(self, filtros: FiltrosDoPainel) -> None:
        self.filtros = filtros

    @cached_property
    def recorte(self) -> Recorte:
        f = self.filtros
        if not f.de_algum_orgao:
            return Recorte(f.desde, f.ate)
        orgaos = listar_orgaos().order_by()
        if f.esfera:
            orgaos = orgaos.filter(esfera=f.esfera)
        if f.poder:
            orgaos = orgaos.filter(poder=f.poder)
        if f.orgao_id:
            orgaos = orgaos.filter(pk=f.orgao_id)
        return Recorte(f.desde, f.ate, list(orgaos.values_list("pk", flat=True)))

    @cached_property
    def integracoes(self) -> list[IntegracaoVista]:
        return integracoes_ativas(self.recorte.orgaos)

    def por_tempo(self, fonte: Fonte, *colunas: str) -> list[tuple[Any, ...]]:
        """As somas de cada dia ou mês do período, com zeros onde nada houve."""
        somas = somas_por_tempo(fonte, colunas, self.recorte, por_mes=self.filtros.por_mes)
        nada = (0,) * len(colunas)
        return [(p, *somas.get(p, nada)) for p in periodos(self.recorte, por_mes=self.filtros.por_mes)]

    @property
    def coluna_do_tempo(self) -> Coluna:
        return Coluna("mes" if self.filtros.por_mes else "dia", "Mês" if self.filtros.por_mes else "Dia", Forma.TEMPO)


_DO_MOMENTO = "A situação é a de agora: o período não a muda."
_SEM_TEMPO, _SEM_ESPECIE = ("desde", "ate", "agrupar", "especie"), ("especie",)


def _situacoes(leitura: _Leitura) -> Tabela:
    quantas = Counter(i.situacao for i in leitura.integracoes)
    return Tabela(
        "situacoes", "Órgãos por situação da integração",
        [Coluna("situacao", "Situação", Forma.TEXTO), Coluna("orgaos", "Órgãos")],
        [(s.label, quantas[s]) for s in ORDEM_DAS_SITUACOES], desenhar=[1], nota=_DO_MOMENTO, sem_efeito=_SEM_TEMPO,
        destaques={"orgaos": len(leitura.integracoes), "em_dia": quantas[SituacaoDaIntegracao.EM_DIA]},
    )  # fmt: skip


def _orgaos(leitura: _Leitura) -> Tabela:
    ordem = {situacao: n for n, situacao in enumerate(ORDEM_DAS_SITUACOES)}
    colunas = [
        Coluna("codigo", "Código", Forma.TEXTO), Coluna("sigla", "Órgão", Forma.TEXTO), Coluna("nome", "Nome", Forma.TEXTO),
        Coluna("esfera", "Esfera", Forma.TEXTO), Coluna("poder", "Poder", Forma.TEXTO), Coluna("uf", "UF", Forma.TEXTO),
        Coluna("situacao", "Situação", Forma.TEXTO), Coluna("desde", "Desde", Forma.INSTANTE),
        Coluna("ultima_carga_em", "Última carga", Forma.INSTANTE),
    ]  # fmt: skip
    linhas = [
        (i.orgao.codigo, i.orgao.sigla, i.orgao.nome, Esfera(i.orgao.esfera).label, Poder(i.orgao.poder).label, i.orgao.uf,
         i.situacao.label, i.desde, i.ultima_carga_em)
        for i in sorted(leitura.integracoes, key=lambda i: ordem[i.situacao])
    ]  # fmt: skip
    return Tabela("orgaos", "Órgãos, dos que mais pedem atenção aos em dia", colunas, linhas, sem_efeito=_SEM_TEMPO)


def _por_uf(leitura: _Leitura) -> Tabela:
    por_uf: dict[str, list[IntegracaoVista]] = {}
    for i in leitura.integracoes:
        por_uf.setdefault(i.orgao.uf or SEM_UF, []).append(i)
    colunas = [Coluna("uf", "UF", Forma.TEXTO), Coluna("orgaos", "Órgãos")]
    colunas += [Coluna(s.value, s.label.capitalize()) for s in ORDEM_DAS_SITUACOES]
    colunas.append(Coluna("ultima_carga_em", "Última carga", Forma.INSTANTE))
    linhas = []
    for uf in sorted(por_uf, key=lambda uf: (uf == SEM_UF, uf)):
        quantas = Counter(i.situacao for i in por_uf[uf])
        ultima = max((i.ultima_carga_em for i in por_uf[uf] if i.ultima_carga_em), default=None)
        linhas.append((uf, len(por_uf[uf]), *(quantas[s] for s in ORDEM_DAS_SITUACOES), ultima))
    nota = f"{_DO_MOMENTO} «{SEM_UF}» são os órgãos nacionais."
    return Tabela("por-uf", "Órgãos por UF", colunas, linhas, desenhar=[1], nota=nota, sem_efeito=_SEM_TEMPO)


def _cargas(leitura: _Leitura) -> Tabela:
    linhas = [
        (p, remessas, recusadas, round(duracao / remessas) if remessas else None)
        for p, remessas, recusadas, duracao in leitura.por_tempo(TOTAIS, "remessas", "remessas_recusadas", "duracao_ms")
    ]
    colunas = [leitura.coluna_do_tempo, Coluna("remessas", "Remessas"), Coluna("recusadas", "Recusadas inteiras"),
               Coluna("duracao_media_ms", "Duração média (ms)")]  # fmt: skip
    return Tabela(
        "cargas", "Remessas recebidas", colunas, linhas, leitura.filtros.por_mes, [1], sem_efeito=_SEM_ESPECIE,
        destaques={"remessas": sum(linha[1] for linha in linhas)},
    )  # fmt: skip


def _recebidos(leitura: _Leitura) -> Tabela:
    contados = ("documentos", "novos", "alterados", "repetidos", "recusados", "andamentos_novos")
    linhas = leitura.por_tempo(TOTAIS, *contados)
    rotulos = ("Documentos", "Novos", "Alterados", "Repetidos", "Recusados", "Movimentos novos")
    colunas = [leitura.coluna_do_tempo, *(Coluna(nome, rotulo) for nome, rotulo in zip(contados, rotulos, strict=True))]
    return Tabela(
        "recebidos", "Documentos e movimentos recebidos", colunas, linhas, leitura.filtros.por_mes, [1, 6],
        sem_efeito=_SEM_ESPECIE,
        destaques={nome: sum(linha[n] for linha in linhas) for n, nome in enumerate(contados, start=1)},
    )  # fmt: skip


def _recusas(leitura: _Leitura) -> Tabela:
    lidas = sorted(somar(RECUSAS, ["codigo"], ["quantas"], leitura.recorte), key=lambda par: (-par[1], par[0]))
    linhas = [(codigo, CodigoDeRecusa(codigo).label, int(quantas)) for codigo, quantas in lidas]
    colunas = [Coluna("codigo", "Código", Forma.TEXTO), Coluna("descricao", "O que é", Forma.TEXTO),
               Coluna("documentos", "Documentos")]  # fmt: skip
    return Tabela("recusas", "Documentos recusados por código", colunas, linhas, desenhar=[2],
                  sem_efeito=("agrupar", *_SEM_ESPECIE))  # fmt: skip


def _atrasos(leitura: _Leitura) -> Tabela:
    histogramas = histogramas_de_atraso(leitura.recorte, por_mes=leitura.filtros.por_mes)
    vazio = [0] * len(LIMITES_DE_ATRASO)
    linhas = []
    for p in periodos(leitura.recorte, por_mes=leitura.filtros.por_mes):
        h = histogramas.get(p, vazio)
        linhas.append((p, sum(h), atraso_na_parte(h, 0.5), atraso_na_parte(h, 0.95)))
    geral = [sum(h[n] for h in histogramas.values()) for n in range(len(LIMITES_DE_ATRASO))]
    colunas = [
        leitura.coluna_do_tempo, Coluna("movimentos", "Movimentos"), Coluna("mediana_horas", "Mediana (h)", Forma.HORAS),
        Coluna("p95_horas", "Percentil 95 (h)", Forma.HORAS),
    ]  # fmt: skip
    return Tabela(
        "atrasos", "Do movimento à chegada, em horas", colunas, linhas, leitura.filtros.por_mes, [2, 3],
        nota="Só movimentos novos com até 30 dias; valores aproximados dentro das faixas de 1, 6, 24 e 48 horas, 7 e 30 dias.",
        sem_efeito=_SEM_ESPECIE,
        destaques={"mediana_horas": atraso_na_parte(geral, 0.5), "p95_horas": atraso_na_parte(geral, 0.95)},
    )  # fmt: skip


def _especies(leitura: _Leitura) -> Tabela:
    """As mais frequentes. As raras somam em «Outras»: um texto que um órgão escreveu uma vez pode dizer de quem se trata."""
    especie = leitura.filtros.especie[:ESPECIE_MAXIMO]
    juntas: dict[str, tuple[str, int]] = {}  # as grafias da mesma espécie, com a mais frequente
    for texto, novos in sorted(somar(ESPECIES, ["especie"], ["novos"], leitura.recorte), key=lambda par: (-par[1], par[0])):
        grafia, antes = juntas.get(texto.casefold(), (texto, 0))
        juntas[texto.casefold()] = (grafia, antes + int(novos))
    lidas = [par for chave, par in juntas.items() if not especie or chave == especie.casefold()]
    lidas.sort(key=lambda par: (-par[1], par[0]))
    comuns = [(texto, novos) for texto, novos in lidas if novos >= ESPECIE_RARA][:MAIS_ESPECIES]
    outras = sum(novos for _, novos in lidas) - sum(novos for _, novos in comuns)
    linhas: list[tuple[str, int | None]] = [*comuns]
    if outras and not especie:
        linhas.append((OUTRAS, outras))
    elif lidas and especie and not comuns:
        linhas.append((f"menos de {ESPECIE_RARA} documentos", None))
    colunas = [Coluna("especie", "Espécie", Forma.TEXTO), Coluna("novos", "Documentos novos")]
    return Tabela(
        "especies", "Documentos novos por espécie", colunas, linhas, desenhar=[1], sem_efeito=("agrupar",),
        nota=f"As {MAIS_ESPECIES} mais frequentes. As com menos de {ESPECIE_RARA} documentos no período somam em «{OUTRAS}».",
    )  # fmt: skip


def _consultas(leitura: _Leitura) -> Tabela:
    linhas = leitura.por_tempo(CONSULTAS, "quantas")
    return Tabela(
        "consultas", "Consultas a processos, na página e na API", [leitura.coluna_do_tempo, Coluna("consultas", "Consultas")],
        linhas, leitura.filtros.por_mes, [1], nota="Um processo de mais de um órgão conta para cada um.",
        sem_efeito=_SEM_ESPECIE, destaques={"consultas": sum(linha[1] for linha in linhas)},
    )  # fmt: skip


def _mais_consultados(leitura: _Leitura) -> Tabela:
    lidas = sorted(somar(CONSULTAS, ["orgao_id"], ["quantas"], leitura.recorte), key=lambda par: (-par[1], par[0]))
    lidas = lidas[:MAIS_CONSULTADOS]
    orgaos = orgaos_por_id({orgao_id for orgao_id, _ in lidas})
    linhas = [(orgaos[pk].sigla, orgaos[pk].nome, int(quantas)) for pk, quantas in lidas]
    colunas = [Coluna("sigla", "Órgão", Forma.TEXTO), Coluna("nome", "Nome", Forma.TEXTO), Coluna("consultas", "Consultas")]
    return Tabela("mais-consultados", f"Os {MAIS_CONSULTADOS} órgãos mais consultados", colunas, linhas, desenhar=[2],
                  sem_efeito=("agrupar", *_SEM_ESPECIE))  # fmt: skip


def _acompanhamentos(leitura: _Leitura) -> Tabela:
    """Retratos, que não se somam no tempo: de um mês vale o último dia."""
    f, orgaos = leitura.filtros, leitura.recorte.orgaos
    retratos = AcompanhamentosDoDia.objects.filter(dia__range=(f.desde, f.ate))
    retratos = retratos.filter(orgao=None) if orgaos is None else retratos.filter(orgao_id__in=orgaos)
    somas = retratos.values("dia").annotate(p=Sum("pessoas"), a=Sum("acompanhamentos")).order_by("dia")
    por_periodo = {(s["dia"].replace(day=1) if f.por_mes else s["dia"]): (s["p"], s["a"]) for s in somas}
    linhas = [(p, *numeros) for p, numeros in por_periodo.items()]
    colunas = [leitura.coluna_do_tempo, Coluna("pessoas", "Pessoas"), Coluna("acompanhamentos", "Acompanhamentos")]
    nota = "Retrato de cada dia; do mês, o do último dia."
    if f.de_algum_orgao:
        nota += " Quem acompanha processos de mais de um órgão conta em cada um."
    return Tabela("acompanhamentos", "Pessoas que acompanham processos", colunas, linhas, f.por_mes, [1], nota,
                  _SEM_ESPECIE, {"pessoas": linhas[-1][1] if linhas else 0})  # fmt: skip


def _avisos(leitura: _Leitura) -> Tabela:
    f = leitura.filtros
    somas: dict[date, tuple[int, int]] = {}
    for dia, enviadas, falharam in AvisosDoDia.objects.filter(dia__range=(f.desde, f.ate)).values_list():
        periodo = dia.replace(day=1) if f.por_mes else dia
        antes = somas.get(periodo, (0, 0))
        somas[periodo] = (antes[0] + enviadas, antes[1] + falharam)
    linhas = [(p, *somas.get(p, (0, 0))) for p in periodos(leitura.recorte, por_mes=f.por_mes)]
    colunas = [leitura.coluna_do_tempo, Coluna("enviadas", "Enviadas"), Coluna("falharam", "Não entregues")]
    return Tabela(
        "avisos", "Avisos enviados e não entregues", colunas, linhas, f.por_mes, [1, 2],
        nota="Pelo dia em que o aviso foi criado. São de pessoas, e não de órgãos: os filtros de órgão não valem aqui.",
        sem_efeito=("esfera", "poder", "orgao", *_SEM_ESPECIE),
        destaques={"enviadas": sum(x[1] for x in linhas), "falharam": sum(x[2] for x in linhas)},
    )  # fmt: skip


CONSULTAS_GERENCIAIS: dict[str, Callable[[_Leitura], Tabela]] = {
    "situacoes": _situacoes,
    "orgaos": _orgaos,
    "por-uf": _por_uf,
    "cargas": _cargas,
    "recebidos": _recebidos,
    "recusas": _recusas,
    "atrasos": _atrasos,
    "especies": _especies,
    "consultas": _consultas,
    "mais-consultados": _mais_consultados,
    "acompanhamentos": _acompanhamentos,
    "avisos": _avisos,
}
