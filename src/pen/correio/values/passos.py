"""De que situações se pode dar cada passo, e para onde leva."""

from pen.correio.enums import Passo, Situacao

_TODAS = frozenset(Situacao)
_ABERTAS = frozenset({Situacao.NOVA, Situacao.EM_TRATAMENTO})
DE_ONDE = {
    Passo.ASSUMIR: _ABERTAS | {Situacao.RESPONDIDA},
    Passo.RESPONDER: _ABERTAS | {Situacao.RESPONDIDA},
    Passo.RECUSAR: _ABERTAS,
    Passo.ACEITAR: frozenset({Situacao.RECUSADA}),
    Passo.ARQUIVAR: _TODAS - {Situacao.ARQUIVADA, Situacao.ENVIADA},
    Passo.REABRIR: frozenset({Situacao.ARQUIVADA}),
    Passo.ANOTAR: _TODAS,
    Passo.CLASSIFICAR: _TODAS,
}


def ao_chegar(situacao: Situacao, *, tem_quem_cuida: bool) -> Situacao:
    """A situação da conversa em que alguém de fora escreve de novo: a que acabou e o comunicado vão à fila."""
    if situacao == Situacao.RESPONDIDA:
        return Situacao.EM_TRATAMENTO if tem_quem_cuida else Situacao.NOVA
    return Situacao.NOVA if situacao in {Situacao.ARQUIVADA, Situacao.ENVIADA} else situacao
