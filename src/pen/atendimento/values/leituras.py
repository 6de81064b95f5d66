"""O que se lê de muitos de uma vez, já com as palavras que cada um cita: uma linha de lista, um passo da história."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pen.atendimento.enums import Situacao
from pen.atendimento.values.prazo import prazo_a_cumprir


class AnexoLido(NamedTuple):
    """Um anexo, como se oferece."""

    id: UUID
    nome: str
    formato: str
    tamanho: int  # bytes


class ChamadoNaLista(NamedTuple):
    """Um chamado numa lista; produto, órgão e equipe pelos códigos. Sem atendente, o nome dele é nulo."""

    pk: UUID
    chave: str
    protocolo: str
    assunto: str
    situacao: str
    desfecho: str
    aberto_em: datetime
    na_fila_desde: datetime
    encerrado_em: datetime | None
    reaberturas: int
    prazo_da_resposta: datetime | None
    primeira_resposta_em: datetime | None
    prazo_da_solucao: datetime | None
    pausado_em: datetime | None
    produto: str
    nome_do_produto: str
    orgao: str
    sigla_do_orgao: str
    equipe: str
    nome_do_atendente: str | None
    atendente_ativo: bool

    @property
    def aberto(self) -> bool:
        """Se ainda se espera algo de alguém."""
        return self.situacao != Situacao.ENCERRADO

    @property
    def prazo_a_cumprir(self) -> datetime | None:
        """Como em ``values.prazo``."""
        return prazo_a_cumprir(
            aberto=self.aberto, pausado_em=self.pausado_em, respondido_em=self.primeira_resposta_em,
            da_resposta=self.prazo_da_resposta, da_solucao=self.prazo_da_solucao,
        )  # fmt: skip


class PassoLido(NamedTuple):
    """Um passo da história. ``protocolo`` é o do chamado em que se deu; o nome é nulo se foi o sistema, e vazio se não se sabe."""

    pk: UUID
    chamado_id: UUID
    protocolo: str
    ordem: int
    passo: str
    por_id: int | None
    nome: str | None
    ativo: bool
    da_equipe: bool
    interno: bool
    canal: str
    em: datetime
    situacao: str
    texto: str
    anexos: tuple[AnexoLido, ...] = ()
