"""Os números da Central em palavras, tabelas e desenhos."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pen.atendimento.enums import Desfecho, Nivel, Situacao
from pen.atendimento.models import Chamado
from pen.atendimento.models.expediente import DIAS
from pen.atendimento.selectors.painel import LinhaDoGrupo, Painel
from pen.conhecimento.public import EsferaDeAtendimento
from pen.designsys.filtros import data, data_hora, horas, milhar

GRUPOS = {"produto": "Por produto", "esfera": "Por esfera", "tipo": "Por tipo de suporte", "nivel": "Por nível"}
COLUNAS = ["Abertos", "Por encerrar", "Reabertos", "Resposta (metade)", "Solução (metade)", "Solução (9 em 10)"]
NAS_BARRAS = 10
TONS = 4
CABECALHO = [
    "Protocolo", "Aberto em", "Encerrado em", "Órgão", "Esfera", "Produto", "Tipo", "Equipe", "Situação", "Desfecho",
    "Reaberturas", "Minutos úteis até a resposta", "Minutos úteis até a solução",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Secao:
    """Um agrupamento: o desenho e a tabela."""

    nome: str
    titulo: str
    pontos: Sequence[tuple[str, int]]
    linhas: Sequence[Sequence[Any]]


def painel_em_palavras(painel: Painel) -> dict[str, Any]:
    """O que a página mostra."""
    return {
        "destaques": _destaques(painel), "satisfacao": _satisfacao(painel),
        "secoes": [_secao(nome, titulo, painel.grupos[nome]) for nome, titulo in GRUPOS.items()],
        "series": [
            ("Abertos", [(data(dia), abertos) for dia, abertos, _ in painel.dias]),
            ("Encerrados", [(data(dia), encerrados) for dia, _, encerrados in painel.dias]),
        ],
        "dias": [(data(dia), abertos, encerrados) for dia, abertos, encerrados in painel.dias],
        "calor": _calor(painel), "roteiros": painel.roteiros,
    }  # fmt: skip


def linha_do_csv(chamado: Chamado) -> list[Any]:
    """Um chamado sem nada de pessoas."""
    return [
        chamado.protocolo, data_hora(chamado.aberto_em), data_hora(chamado.encerrado_em), chamado.orgao.sigla,
        EsferaDeAtendimento(chamado.esfera).label, chamado.produto.nome, chamado.formulario.tipo.nome, chamado.equipe.nome,
        Situacao(chamado.situacao).label, Desfecho(chamado.desfecho).label if chamado.desfecho else "", chamado.reaberturas,
        chamado.uteis_ate_a_resposta, chamado.uteis_ate_a_solucao,
    ]  # fmt: skip


def _destaques(painel: Painel) -> list[tuple[str, str]]:
    return [
        ("Abertos", milhar(painel.abertos)), ("Encerrados", milhar(painel.encerrados)),
        ("Por encerrar", milhar(painel.por_encerrar)), ("Reabertos", _parte(painel.reabertos, painel.abertos)),
        ("Duplicados", _parte(painel.duplicados, painel.abertos)),
        ("Encerrados por silêncio", _parte(painel.por_silencio, painel.abertos)),
        ("Primeira resposta: metade em até", _tempo(painel.resposta.mediana)),
        ("Primeira resposta: 9 em 10 em até", _tempo(painel.resposta.p90)),
        ("Solução: metade em até", _tempo(painel.solucao.mediana)), ("Solução: 9 em 10 em até", _tempo(painel.solucao.p90)),
    ]  # fmt: skip


def _satisfacao(painel: Painel) -> list[tuple[str, str]]:
    s = painel.satisfacao
    media = f"{s.media:.1f} de 5".replace(".", ",") if s.media is not None else "poucas notas para uma média"
    return [
        ("Avaliações pedidas", milhar(s.pedidas)), ("Responderam", _parte(s.dadas, s.pedidas)), ("Nota média", media),
        ("Disseram que resolveu", _parte(s.resolveu, s.disse_se_resolveu)),
    ]  # fmt: skip


def _secao(nome: str, titulo: str, linhas: Sequence[LinhaDoGrupo]) -> Secao:
    nomes = {linha.nome: _nome(nome, linha.nome) for linha in linhas}
    return Secao(
        nome, titulo, [(nomes[linha.nome], linha.abertos) for linha in linhas[:NAS_BARRAS]],
        [
            (nomes[x.nome], x.abertos, x.por_encerrar, x.reabertos, _tempo(x.resposta), _tempo(x.solucao), _tempo(x.solucao_p90))
            for x in linhas
        ],
    )  # fmt: skip


def _nome(grupo: str, valor: str) -> str:
    if grupo == "esfera":
        return EsferaDeAtendimento(valor).label
    return Nivel(valor).label if grupo == "nivel" else valor


def _calor(painel: Painel) -> dict[str, Any]:
    """As horas que têm algo, e cada dia com o tom (de 0 a 4) e o número de cada hora."""
    usadas = sorted({hora for _, hora in painel.calor})
    faixa = list(range(usadas[0], usadas[-1] + 1)) if usadas else []
    maximo = max(painel.calor.values(), default=1)
    return {
        "horas": faixa,
        "dias": [
            (nome, [(-(-TONS * (n := painel.calor.get((dia, hora), 0)) // maximo), n) for hora in faixa]) for dia, nome in DIAS
        ],
    }  # fmt: skip


def _tempo(minutos: float | None) -> str:
    return horas(timedelta(minutes=minutos)) if minutos is not None else "–"


def _parte(quantos: int, total: int) -> str:
    return f"{milhar(quantos)} ({100 * quantos / total:.0f} %)" if total else milhar(quantos)
