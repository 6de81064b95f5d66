"""O que se lê de muitos de uma vez, já com as palavras que cada um cita: uma linha de lista, um passo da história."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pen.atendimento.enums import Situacao


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
        """O da primeira resposta, enquanto não houve; depois, o da solução; nenhum, parado ou encerrado."""
        if self.situacao == Situacao.ENCERRADO or self.pausado_em is not None:
            return None
        return self.prazo_da_solucao if self.primeira_resposta_em else self.prazo_da_resposta


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
