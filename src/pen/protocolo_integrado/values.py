"""Valores do Protocolo Integrado: o documento como chegou, o conferido, o recibo, o que se vê, e o que o órgão informa."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from pen.comum.texto import exigir_texto
from pen.protocolo_integrado.enums import CodigoDeRecusa, Visibilidade

if TYPE_CHECKING:  # em execução, as portas precisam do Django, e quem só lê e escreve mensagens não
    from pen.identidade.public import Orgao
    from pen.nup.public import Numero

T = TypeVar("T")
DOCUMENTOS_LIDOS_MAXIMO = 1_000  # acima disso a remessa será recusada pela conta; não vale a pena ler um por um
MOTIVO_MAXIMO = 1000  # caracteres


class MovimentoRecebido(NamedTuple):
    """Um movimento como chegou: textos sem tratamento; ``None`` é elemento ausente."""

    ocorrido_em: str | None
    unidade: str | None
    operacao: str | None


Movimento = tuple[str | None, str | None, str | None]  # um ``MovimentoRecebido``, ou o mesmo sem os nomes


class InteressadoRecebido(NamedTuple):
    """Um interessado como chegou; ``documento`` é CPF ou CNPJ (só o REST envia)."""

    nome: str | None
    documento: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentoRecebido:
    """Um documento como chegou, de qualquer canal. ``bruto`` devolve o texto original, para o recibo da recusa.

    ``defeito`` diz por que a forma do item não se entende (um texto onde devia haver uma lista, por exemplo).
    """

    protocolo: str | None = None
    produzido_em: str | None = None
    especie: str | None = None
    assunto: str | None = None
    identificacao: str | None = None
    relacionados: Sequence[str | None] = ()
    interessados: Sequence[InteressadoRecebido] = ()
    movimentos: Sequence[Movimento] = ()
    bruto: Callable[[], str] = field(default=str, compare=False)
    defeito: str | None = None


@dataclass(slots=True)
class AndamentoConferido:
    """Um movimento válido. ``chave`` (16 octetos) identifica o movimento: o mesmo conteúdo dá sempre a mesma.

    ``instante`` é quando aconteceu, em microssegundos desde 1970 em UTC. ``nivel`` é a visibilidade que o texto sugere
    (``None``: nada diz); ``nivel_definido`` diz se ele a estabelece (uma alteração de nível de acesso) ou só a menciona.
    """

    chave: bytes
    instante: int
    unidade: str
    operacao: str
    nivel: int | None
    nivel_definido: bool


@dataclass(slots=True)
class InteressadoConferido:
    """Um interessado válido. ``documento`` é CPF ou CNPJ só com caracteres, ou vazio; nunca é guardado em claro."""

    nome: str
    documento: str = ""


@dataclass(slots=True)
class DocumentoConferido:
    """Um documento válido, pronto para gravar: textos normalizados, CPFs mascarados, datas com fuso."""

    numero: "Numero"
    produzido_em: datetime
    especie: str
    assunto: str
    identificacao: str
    relacionados: list[str]
    interessados: list[InteressadoConferido]
    andamentos: list[AndamentoConferido]


@dataclass(frozen=True, slots=True)
class ResultadoDocumento:
    """A resposta a um documento, na posição em que veio: ``recusa`` é ``None`` quando foi aceito."""

    protocolo: str
    recusa: CodigoDeRecusa | None = None
    mensagem: str = "Ok!"


@dataclass(frozen=True, slots=True)
class Contagem:
    """O que a remessa mudou: registros novos, alterados e repetidos, e andamentos novos.

    ``especies`` são as dos novos, e ``origens`` as unidades que deram os números deles, como «código/ano»; ``atrasos``, os
    andamentos novos e recentes por faixa. Os três só vão para os totais.
    """

    novos: int = 0
    alterados: int = 0
    repetidos: int = 0
    andamentos_novos: int = 0
    especies: Mapping[str, int] = field(default_factory=dict)
    origens: Mapping[str, int] = field(default_factory=dict)
    atrasos: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Recibo:
    """O que o órgão recebe de volta: um resultado por documento, na ordem, e o número do recibo."""

    remessa_id: uuid.UUID
    resultados: list[ResultadoDocumento]
    contagem: Contagem


@dataclass(frozen=True, slots=True)
class FiltrosDeBusca:
    """O que se busca. Os campos combinam entre si; pelo menos um é preciso.

    ``palavras`` procura em todos os campos públicos; ``documento`` é CPF ou CNPJ sem pontuação, correspondência exata;
    ``desde`` e ``ate`` são datas de produção, inclusivas, no fuso de Brasília.
    """

    palavras: str = ""
    assunto: str = ""
    interessado: str = ""
    documento: str = ""
    especie: str = ""
    orgao_id: int | None = None
    desde: date | None = None
    ate: date | None = None

    def vazio(self) -> bool:
        """Se nenhum campo foi preenchido."""
        return self == FiltrosDeBusca()


class AndamentoVisto(NamedTuple):
    """Um movimento como o público o vê, já de acordo com a visibilidade do processo."""

    numero: str
    orgao_id: int
    chave: uuid.UUID
    ocorrido_em: datetime
    registrado_em: datetime
    unidade: str
    operacao: str


class RegistroVisto(NamedTuple):
    """O que um órgão diz do processo, já sem o que a visibilidade esconde (``None``: não exibido)."""

    orgao: "Orgao"
    numero: str
    forma: str
    veredito: str
    especie: str
    assunto: str | None
    identificacao: str | None
    produzido_em: datetime
    relacionados: list[str]
    interessados: list[tuple[str, str]] | None
    registrado_em: datetime
    atualizado_em: datetime
    carregado_em: datetime


@dataclass(frozen=True, slots=True)
class ProcessoVisto:
    """O processo: todos os registros de um número, como o público os vê. ``atualizado_em`` é o do mais recente.

    ``versao`` muda quando algo visível muda; ``tem_retencoes`` diz se algum dos órgãos já reteve textos.
    """

    numero: "Numero"
    visibilidade: Visibilidade
    registros: list[RegistroVisto]
    atualizado_em: datetime
    versao: str
    tem_retencoes: bool

    @property
    def resumido(self) -> bool:
        """Se mostra só número, órgãos e movimentos."""
        return self.visibilidade == Visibilidade.RESUMIDO


@dataclass(frozen=True, slots=True)
class Total:
    """Quantos itens há; ``parou`` diz que a contagem parou ali («mais de …»), e ``estimado``, que não se contou («cerca de …»)."""

    valor: int
    parou: bool
    estimado: bool = False


@dataclass(frozen=True, slots=True)
class Pagina(Generic[T]):
    """Uma página de resultados por chave. ``proxima`` é o marcador da página seguinte, ou vazio."""

    itens: list[T]
    total: Total
    proxima: str


class ProcessoAchado(NamedTuple):
    """Um processo numa lista de achados: o que diz dele o órgão que o atualizou por último."""

    numero: str
    orgao: "Orgao"
    especie: str
    assunto: str
    produzido_em: datetime
    atualizado_em: datetime


@dataclass(frozen=True, slots=True)
class Facetas:
    """Como se repartem os ``sobre`` achados mais recentes; em cada faceta, os valores mais frequentes e quantos são."""

    sobre: int
    orgaos: list[tuple["Orgao", int]]
    anos: list[tuple[int, int]]
    especies: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class ResultadoDaBusca(Pagina[ProcessoAchado]):
    """Uma página de achados e as facetas de todos eles, se foram pedidas."""

    facetas: Facetas | None


@dataclass(frozen=True, slots=True)
class SituacaoDoProcesso:
    """O mínimo de um processo à vista do público; ``assunto`` é ``None`` nos resumidos."""

    visibilidade: Visibilidade
    atualizado_em: datetime
    assunto: str | None


@dataclass(frozen=True, slots=True)
class Acompanhado:
    """Um número que a pessoa acompanha; sem ``situacao``, ainda não chegou ou não está à vista."""

    numero: str
    desde: datetime
    situacao: SituacaoDoProcesso | None


@dataclass(frozen=True, slots=True)
class DadosDoResponsavel:
    """O que o órgão informa de quem responde pela integração."""

    cargo: str
    portaria: str
    email: str
    telefone: str

    def limpos(self) -> "DadosDoResponsavel":
        """Sem espaços nas pontas; levanta ``PedidoIncompleto`` se falta algum."""
        return DadosDoResponsavel(
            cargo=exigir_texto(self.cargo, "Informe o cargo.", 100),
            portaria=exigir_texto(self.portaria, "Informe o número e a data da portaria.", 200),
            email=exigir_texto(self.email, "Informe o e-mail institucional.", 254),
            telefone=exigir_texto(self.telefone, "Informe o telefone.", 30),
        )
