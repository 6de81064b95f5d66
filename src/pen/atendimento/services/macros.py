"""Macros: o que a equipe central escreve, e quem atende aplica de uma vez."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Passo
from pen.atendimento.errors import AutomacaoNaoEncontrada, DestinoInvalido
from pen.atendimento.models import Chamado, Equipe, Macro
from pen.atendimento.selectors.automacao import consultar_macro, texto_da_acao
from pen.atendimento.selectors.chamados import consultar_chamado
from pen.atendimento.services.catalogo import conferir_central
from pen.atendimento.services.passo import PAGINA
from pen.atendimento.services.pedidos import PedidoDePasso, fazer_passo
from pen.atendimento.values.acoes import DA_MACRO, Acao, ler_acoes
from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto
from pen.comum.texto import exigir_texto
from pen.conhecimento.public import Produto
from pen.identidade.public import Pessoa

NOME_MAXIMO = 80


@transaction.atomic
def escrever_macro(
    *, por: Pessoa, nome: str, produto: Produto | None, acoes: Sequence[Mapping[str, Any]], macro_id: int | None = None
) -> Macro:
    """Cria a macro; com ``macro_id``, altera a que há, e a traz de volta se foi retirada.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        PedidoIncompleto: falta o nome, ele já existe, ou um passo não serve; ``detalhes['campo']`` diz qual.
        AutomacaoNaoEncontrada: não há macro com esse número.
    """
    conferir_central(por)
    lidas = ler_acoes(acoes, DA_MACRO)
    macro = Macro() if macro_id is None else _travar(macro_id)
    macro.nome = exigir_texto(nome, "Dê um nome à macro.", NOME_MAXIMO, campo="nome")
    macro.produto, macro.acoes, macro.retirada_em = produto, [acao.como_dado() for acao in lidas], None
    try:
        with transaction.atomic():
            macro.save()
    except IntegrityError:
        raise PedidoIncompleto("Já há uma macro com este nome.", campo="nome") from None
    registrar_ato(por=por, ato="macro.criada" if macro_id is None else "macro.alterada", objeto=f"macro:{macro.pk}")
    return macro


@transaction.atomic
def retirar_macro(*, por: Pessoa, macro_id: int, agora: datetime | None = None) -> None:
    """Deixa de oferecer a macro; de novo, não muda nada.

    Levanta:
        SemPermissao, AutomacaoNaoEncontrada.
    """
    conferir_central(por)
    macro = _travar(macro_id)
    if macro.retirada_em is None:
        macro.retirada_em = agora or timezone.now()
        macro.save(update_fields=["retirada_em"])
        registrar_ato(por=por, ato="macro.retirada", objeto=f"macro:{macro.pk}")


@transaction.atomic
def aplicar_macro(
    *, por: Pessoa, chave: str, macro_id: int, visto: int | None = None, canal: CanalDaMensagem = PAGINA
) -> Chamado:
    """Dá os passos da macro, na ordem; se um não cabe, nenhum se dá. ``visto`` é a ordem do último passo que a pessoa leu.

    Levanta:
        ChamadoNaoEncontrado, AutomacaoNaoEncontrada, e o que os passos levantam.
    """
    chamado = consultar_chamado(chave, para=por)
    macro = consultar_macro(macro_id, chamado, para=por)
    for acao in macro.lidas():
        fazer_passo(por=por, chave=chave, pedido=_pedido(macro, acao, chamado, por, visto), canal=canal)
        visto = None  # dali em diante, o que há de novo é da própria macro
    return chamado


def _pedido(macro: Macro, acao: Acao, chamado: Chamado, por: Pessoa, visto: int | None) -> PedidoDePasso:
    texto = texto_da_acao(acao, chamado, para=por)
    if acao.passo == Passo.ENCAMINHAR:
        equipe = Equipe.objects.filter(codigo=acao.equipe, encerrada_em=None).values_list("pk", flat=True).first()
        if equipe is None:
            raise DestinoInvalido("A equipe desta macro já não existe.", campo="equipe")
        return PedidoDePasso(acao.passo, equipe=equipe, motivo=texto, tentado=f"Aplicada a macro «{macro.nome}».")
    return PedidoDePasso(acao.passo, texto=texto, visto=visto, roteiro=acao.roteiro, desfecho=acao.desfecho)


def _travar(macro_id: int) -> Macro:
    macro = Macro.objects.select_for_update().filter(pk=macro_id).first()
    if macro is None:
        raise AutomacaoNaoEncontrada("Não há macro com este número.")
    return macro
