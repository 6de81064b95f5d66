"""Macros: o que a equipe central escreve, e quem atende aplica de uma vez."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Passo
from pen.atendimento.errors import AutomacaoNaoEncontrada, DestinoInvalido
from pen.atendimento.models import Chamado, Equipe, Macro
from pen.atendimento.selectors.automacao import acoes_da_macro, consultar_macro
from pen.atendimento.selectors.chamados import consultar_chamado
from pen.atendimento.services.catalogo import conferir_central
from pen.atendimento.services.passo import PAGINA
from pen.atendimento.services.pedidos import PedidoDePasso, fazer_passo
from pen.atendimento.values.acoes import DA_MACRO, Acao, ler_acoes
from pen.atendimento.values.formulario import ler_campos
from pen.atendimento.values.modelo import VARIAVEIS
from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto
from pen.conhecimento.public import Produto
from pen.identidade.public import Pessoa

NOME_MAXIMO, CAMPOS_MAXIMO = 80, 5


@transaction.atomic
def escrever_macro(
    *, por: Pessoa, nome: str, produto: Produto | None, acoes: Sequence[Mapping[str, Any]],
    campos: Sequence[Mapping[str, Any]] = (), macro_id: int | None = None,
) -> Macro:  # fmt: skip
    """Cria a macro; com ``macro_id``, altera a que há, e a traz de volta se foi retirada.

    ``campos`` são até cinco perguntas a quem a aplica; a resposta da que tem o código ``versao`` entra nos textos por ``{versao}``.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        FormularioInvalido: um campo não se entende; ``detalhes['campo']`` diz qual.
        PedidoIncompleto: falta o nome, ele já existe, ou um passo não serve; ``detalhes['campo']`` diz qual.
        AutomacaoNaoEncontrada: não há macro com esse número.
    """
    conferir_central(por)
    perguntas = ler_campos(campos, maximo=CAMPOS_MAXIMO)
    tomado = next((c.codigo for c in perguntas if c.codigo in VARIAVEIS), None)
    conferir(tomado is None, PedidoIncompleto(f"«{{{tomado}}}» já é do chamado: dê outro código.", campo="codigo"))
    lidas = ler_acoes(acoes, DA_MACRO, campos=[c.codigo for c in perguntas])
    macro = Macro() if macro_id is None else _travar(macro_id)
    macro.nome = exigir_texto(nome, "Dê um nome à macro.", NOME_MAXIMO, campo="nome")
    macro.produto, macro.acoes, macro.retirada_em = produto, [acao.como_dado() for acao in lidas], None
    macro.campos = [c.como_dado() for c in perguntas]
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
    *, por: Pessoa, chave: str, macro_id: int, respostas: Mapping[str, str] = MappingProxyType({}),
    visto: int | None = None, canal: CanalDaMensagem = PAGINA,
) -> Chamado:  # fmt: skip
    """Dá os passos da macro, na ordem; se um não cabe, nenhum se dá.

    ``respostas`` são as das perguntas dela, pelo código; ``visto`` é a ordem do último passo que a pessoa leu.

    Levanta:
        ChamadoNaoEncontrado, AutomacaoNaoEncontrada, e o que os passos levantam.
        PedidoIncompleto: falta uma resposta, ou uma não serve; ``detalhes['campo']`` diz qual.
    """
    chamado = consultar_chamado(chave, para=por)
    macro = consultar_macro(macro_id, chamado, para=por)
    for acao, texto in acoes_da_macro(macro, chamado, respostas, para=por):
        fazer_passo(por=por, chave=chave, pedido=_pedido(macro, acao, texto, visto), canal=canal)
        visto = None  # dali em diante, o que há de novo é da própria macro
    return chamado


def _pedido(macro: Macro, acao: Acao, texto: str, visto: int | None) -> PedidoDePasso:
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
