"""Quem cuida das caixas (a equipe central, numa entrada forte; para os outros, nada disto existe), e o que faz com uma conversa."""

from pen.comum.errors import conferir
from pen.correio.enums import Passo
from pen.correio.errors import CaixaNaoEncontrada
from pen.correio.models import Conversa
from pen.correio.values.passos import DE_ONDE
from pen.identidade.public import Ator, Pessoa, e_da_equipe_central


def cuida_das_caixas(ator: Ator) -> bool:
    """Se a pessoa lê e responde o que chega às caixas."""
    return e_da_equipe_central(ator)


def exigir_quem_cuida(ator: Ator) -> None:
    """Levanta ``CaixaNaoEncontrada`` para quem não cuida: como se não existisse."""
    conferir(cuida_das_caixas(ator), CaixaNaoEncontrada("Não existe nada neste endereço."))


def a_situacao_deixa(passo: Passo, conversa: Conversa) -> bool:
    """Se o passo se dá na situação em que a conversa está; na anonimizada, nenhum."""
    return conversa.anonimizada_em is None and conversa.situacao in DE_ONDE[passo]


def outra_que_cuida(eu: Pessoa, conversa: Conversa) -> Pessoa | None:
    """Quem está com a conversa, se não sou eu: só depois de a assumir se responde."""
    return conversa.cuida if conversa.cuida_id != eu.pk else None


def passos_que_cabem(eu: Pessoa, conversa: Conversa) -> list[Passo]:
    """O que posso fazer agora com a conversa."""
    nao_cabe = {
        Passo.ASSUMIR: conversa.cuida_id == eu.pk,
        Passo.RESPONDER: outra_que_cuida(eu, conversa) is not None or not conversa.responder_a,
        Passo.RECUSAR: not conversa.remetente,
    }
    return [passo for passo in Passo if a_situacao_deixa(passo, conversa) and not nao_cabe.get(passo)]
