"""O que a equipe faz com o chamado. Só quem é da equipe com que ele está o move."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Nivel, Passo, Situacao
from pen.atendimento.errors import DestinoInvalido
from pen.atendimento.models import Chamado, Equipe
from pen.atendimento.models.chamado import TEXTO_MAXIMO
from pen.atendimento.rules import atende
from pen.atendimento.selectors.equipes import e_integrante, equipes_do_produto
from pen.atendimento.services.anexos import preparar_anexos
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_do_chamado
from pen.atendimento.services.distribuicao import distribuir_chamado
from pen.atendimento.services.passo import (
    PAGINA,
    conferir_lido,
    conferir_visivel,
    dar_passo,
    mudar_de_equipe,
    por_fim,
    travar_chamado,
)
from pen.atendimento.values.anexos import AnexoNovo
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import Pessoa

DESFECHOS_DA_EQUIPE = (Desfecho.RESOLVIDO, Desfecho.INDEFERIDO)
_EVENTOS = {
    Passo.RESPONDER: Evento.RESPONDIDO,
    Passo.PEDIR_INFORMACAO: Evento.INFORMACAO,
    Passo.PEDIR_VALIDACAO: Evento.VALIDACAO,
}
_FALTAS = {
    Passo.RESPONDER: "Escreva a resposta.",
    Passo.PEDIR_INFORMACAO: "Diga de que informação precisa.",
    Passo.PEDIR_VALIDACAO: "Diga o que testar.",
    Passo.ANOTAR: "Escreva a nota.",
}


@transaction.atomic
def assumir_chamado(*, por: Pessoa, chave: str, canal: CanalDaMensagem = PAGINA, agora: datetime | None = None) -> Chamado:
    """Toma para si um chamado da fila da equipe.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao.
        PassoImpossivel: outra pessoa assumiu antes, ou o chamado acabou.
    """
    chamado = _travar(por, chave)
    chamado.atendente = por
    dar_passo(chamado, Passo.ASSUMIR, por=por, agora=agora or timezone.now(), canal=canal)
    return chamado


@transaction.atomic
def atribuir_chamado(
    *, por: Pessoa, chave: str, a: int, canal: CanalDaMensagem = PAGINA, agora: datetime | None = None
) -> Chamado:
    """Passa o chamado a um integrante da mesma equipe, pela chave da pessoa.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel.
        DestinoInvalido: a pessoa não é da equipe.
    """
    chamado = _travar(por, chave)
    conferir(e_integrante(a, chamado.equipe_id), DestinoInvalido("Esta pessoa não é da equipe.", campo="atendente"))
    chamado.atendente_id = a
    passo = dar_passo(chamado, Passo.ATRIBUIR, por=por, agora=agora or timezone.now(), canal=canal, detalhes={"a": a})
    avisar_do_chamado(Evento.A_ATENDER, chamado, passo)
    return chamado


@transaction.atomic
def falar_no_chamado(
    *, por: Pessoa, chave: str, passo: Passo, texto: str, visto: int | None = None, anexos: Sequence[AnexoNovo] = (),
    roteiro: str = "", canal: CanalDaMensagem = PAGINA, agora: datetime | None = None,
) -> Chamado:  # fmt: skip
    """Responde, pede informação, pede que se teste a solução, ou anota só para as equipes.

    ``visto`` é a ordem do último passo que a pessoa leu; ``roteiro``, o código do que serviu de modelo. Quem fala num chamado sem
    atendente o assume.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel, PedidoIncompleto, MensagemNaoLida, AnexoRecusado.
    """
    agora = agora or timezone.now()
    assert passo in _FALTAS
    conferir_visivel(por, chave)
    preparados = preparar_anexos(anexos)
    chamado = _travar(por, chave)
    limpo = exigir_texto(texto, _FALTAS[passo], TEXTO_MAXIMO, campo="texto")
    if passo == Passo.ANOTAR:
        dar_passo(chamado, passo, por=por, agora=agora, canal=canal, texto=limpo, interno=True, anexos=preparados)
        return chamado
    conferir_lido(chamado, visto, por=por)
    _assumir_se_na_fila(chamado, por, canal, agora)
    dado = dar_passo(
        chamado, passo, por=por, agora=agora, canal=canal, texto=limpo, anexos=preparados, detalhes=_do_roteiro(roteiro)
    )  # fmt: skip
    avisar_do_chamado(_EVENTOS[passo], chamado, dado)
    return chamado


@transaction.atomic
def aguardar_terceiro(
    *,
    por: Pessoa,
    chave: str,
    de_quem: str,
    texto: str = "",
    canal: CanalDaMensagem = PAGINA,
    agora: datetime | None = None,
) -> Chamado:
    """Passa a esperar outra equipe ou alguém de fora; os prazos param.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel, PedidoIncompleto.
    """
    chamado = _travar(por, chave)
    chamado.espera_de = exigir_texto(de_quem, "Diga de quem se espera.", 200, campo="de_quem")
    limpo = exigir_texto(texto, "", TEXTO_MAXIMO, campo="texto")
    passo = dar_passo(chamado, Passo.AGUARDAR_TERCEIRO, por=por, agora=agora or timezone.now(), canal=canal, texto=limpo)
    avisar_do_chamado(Evento.TERCEIRO, chamado, passo)
    return chamado


@transaction.atomic
def retomar_chamado(*, por: Pessoa, chave: str, canal: CanalDaMensagem = PAGINA, agora: datetime | None = None) -> Chamado:
    """Volta a atender sem esperar mais.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel.
    """
    chamado = _travar(por, chave)
    chamado.atendente_id = chamado.atendente_id or por.pk
    dar_passo(chamado, Passo.RETOMAR, por=por, agora=agora or timezone.now(), canal=canal)
    return chamado


@transaction.atomic
def encaminhar_chamado(
    *,
    por: Pessoa,
    chave: str,
    equipe_id: int,
    motivo: str,
    tentado: str,
    canal: CanalDaMensagem = PAGINA,
    agora: datetime | None = None,
) -> Chamado:
    """Passa o chamado à fila de outra equipe que recebe o produto, dizendo por quê e o que já se tentou; só as equipes leem.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel, PedidoIncompleto.
        DestinoInvalido: a equipe não recebe este produto, ou é a mesma.
    """
    agora = agora or timezone.now()
    chamado = _travar(por, chave)
    equipe = equipes_do_produto(chamado.produto_id).filter(pk=equipe_id).exclude(pk=chamado.equipe_id).first()
    if equipe is None:
        raise DestinoInvalido("Escolha outra equipe, que receba este produto.", campo="equipe")
    limpo = exigir_texto(motivo, "Diga por que outra equipe precisa cuidar disto.", TEXTO_MAXIMO, campo="motivo")
    feito = exigir_texto(tentado, "Diga o que já se tentou.", TEXTO_MAXIMO, campo="tentado")
    texto = f"{limpo}\n\nO que já se tentou: {feito}"
    passar_a_equipe(chamado, equipe, por=por, texto=texto, canal=canal, agora=agora)
    return chamado


def passar_a_equipe(
    chamado: Chamado, equipe: Equipe, *, por: Pessoa | None, texto: str, canal: CanalDaMensagem, agora: datetime,
    detalhes: Mapping[str, Any] = MappingProxyType({}),
) -> None:  # fmt: skip
    """Dá o passo de encaminhar num chamado já travado, avisa e distribui; que a equipe recebe o produto, quem chama já conferiu.

    Levanta:
        PassoImpossivel: o chamado já acabou.
    """
    sobe = chamado.equipe.nivel == Nivel.TRIAGEM
    mudar_de_equipe(chamado, equipe, agora=agora)
    passo = dar_passo(
        chamado, Passo.ENCAMINHAR, por=por, agora=agora, canal=canal, interno=True, texto=texto,
        detalhes={"equipe": equipe.pk, "sobe": sobe, **detalhes},
    )  # fmt: skip
    avisar_do_chamado(Evento.ENCAMINHADO, chamado, passo)
    avisar_do_chamado(Evento.A_ATENDER, chamado, passo)
    distribuir_chamado(chamado, agora=agora)


@transaction.atomic
def encerrar_chamado(
    *, por: Pessoa, chave: str, resposta: str, desfecho: Desfecho = Desfecho.RESOLVIDO, visto: int | None = None,
    anexos: Sequence[AnexoNovo] = (), aos_ligados: str = "", roteiro: str = "",
    canal: CanalDaMensagem = PAGINA, agora: datetime | None = None,
) -> Chamado:  # fmt: skip
    """Encerra com a resposta definitiva; abre o prazo de reabrir. ``aos_ligados`` vai a quem abriu os chamados ligados a este.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PedidoIncompleto, MensagemNaoLida, AnexoRecusado.
        PassoImpossivel: outra pessoa encerrou antes.
    """
    agora = agora or timezone.now()
    conferir_visivel(por, chave)
    preparados = preparar_anexos(anexos)
    chamado = _travar(por, chave)
    limpo = exigir_texto(resposta, "Escreva a resposta definitiva.", TEXTO_MAXIMO, campo="texto")
    conferir(desfecho in DESFECHOS_DA_EQUIPE, PedidoIncompleto("Diga se resolveu ou se foi negado.", campo="desfecho"))
    if chamado.aberto:
        conferir_lido(chamado, visto, por=por)
        chamado.atendente_id = chamado.atendente_id or por.pk
        por_fim(chamado, desfecho, agora=agora)
    passo = dar_passo(
        chamado, Passo.ENCERRAR, por=por, agora=agora, canal=canal, texto=limpo, anexos=preparados,
        detalhes={"desfecho": desfecho.value} | _do_roteiro(roteiro),
        aos_ligados=exigir_texto(aos_ligados, "", TEXTO_MAXIMO, campo="aos_ligados"),
    )  # fmt: skip
    avisar_do_chamado(Evento.ENCERRADO, chamado, passo)
    return chamado


def _travar(por: Pessoa, chave: str) -> Chamado:
    chamado = travar_chamado(por, chave)
    conferir(atende(por, chamado), SemPermissao("O chamado está com outra equipe."))
    return chamado


def _assumir_se_na_fila(chamado: Chamado, por: Pessoa, canal: CanalDaMensagem, agora: datetime) -> None:
    if chamado.situacao == Situacao.NA_FILA:
        chamado.atendente = por
        dar_passo(chamado, Passo.ASSUMIR, por=por, agora=agora, canal=canal)


def _do_roteiro(roteiro: str) -> dict[str, str]:
    """Que roteiro serviu de modelo, se algum."""
    return {"roteiro": roteiro} if roteiro else {}
