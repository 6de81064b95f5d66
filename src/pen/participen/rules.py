"""Quem pode o quê no fórum. Ler é de todos; escrever, de quem entrou e aceitou as regras; moderar, da equipe central."""

from django.db.models import Q

from pen.comum.errors import conferir
from pen.identidade.public import Ator, Pessoa, e_da_equipe_central
from pen.participen.enums import AtoDeModeracao, SituacaoDaPublicacao
from pen.participen.errors import TopicoNaoEncontrado
from pen.participen.models import Decisao, Publicacao, Topico

RECORRIVEIS = frozenset({AtoDeModeracao.ESCONDER, AtoDeModeracao.FECHAR})


def modera(ator: Ator) -> bool:
    """Se a pessoa modera o fórum."""
    return e_da_equipe_central(ator)


def exigir_moderacao(ator: Ator) -> None:
    """Levanta ``TopicoNaoEncontrado`` para quem não modera: como se isto não existisse."""
    conferir(modera(ator), TopicoNaoEncontrado("Não existe nada neste endereço."))


def que_a_pessoa_ve(ator: Ator) -> Q:
    """O filtro dos tópicos, e das publicações de um tópico à vista, que a pessoa lê."""
    if modera(ator):
        return Q()
    publicado = Q(situacao=SituacaoDaPublicacao.PUBLICADA)
    return publicado | Q(autor=ator) if isinstance(ator, Pessoa) else publicado


def pode_alterar(ator: Ator, publicacao: Publicacao) -> bool:
    """Quem escreveu altera, enquanto a moderação não a escondeu; ninguém altera o que outro escreveu."""
    escondida = publicacao.situacao == SituacaoDaPublicacao.ESCONDIDA
    return _e_de(ator, publicacao.autor_id) and not escondida and publicacao.topico.fechado_em is None


def pode_marcar_solucao(ator: Ator, topico: Topico) -> bool:
    """Quem abriu o tópico, ou quem modera."""
    return topico.publicado and (_e_de(ator, topico.autor_id) or modera(ator))


def pode_dizer_que_ajudou(ator: Ator, publicacao: Publicacao) -> bool:
    """Quem entrou, das respostas dos outros que todos leem."""
    a_vista = publicacao.publicada and publicacao.topico.publicado and not publicacao.abre
    return isinstance(ator, Pessoa) and ator.is_active and a_vista and publicacao.autor_id != ator.pk


def pode_denunciar(ator: Ator, publicacao: Publicacao) -> bool:
    """Quem entrou, do que os outros publicaram."""
    return isinstance(ator, Pessoa) and ator.is_active and publicacao.publicada and publicacao.autor_id != ator.pk


def pode_recorrer(ator: Ator, decisao: Decisao) -> bool:
    """Quem escreveu o que a moderação escondeu ou fechou."""
    return _e_de(ator, decisao.publicacao.autor_id) and decisao.ato in RECORRIVEIS


def _e_de(ator: Ator, autor_id: int) -> bool:
    return isinstance(ator, Pessoa) and ator.is_active and ator.pk == autor_id
