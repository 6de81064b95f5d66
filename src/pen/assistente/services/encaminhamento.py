"""Levar a conversa a um chamado: o formulário fica escrito, e é a pessoa que o envia."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pen.assistente.models import Conversa
from pen.assistente.rules import continua
from pen.assistente.selectors.encaminhamento import ChamadoSugerido
from pen.atendimento.public import guardar_rascunho, rascunho_do_tipo
from pen.comum.errors import SemPermissao, conferir
from pen.identidade.public import Pessoa


@transaction.atomic
def preparar_chamado(*, por: Pessoa, conversa: Conversa, chamado: ChamadoSugerido, agora: datetime | None = None) -> None:
    """Escreve o rascunho do tipo de suporte com o que se sugeriu, que precisa de esfera, produto e tipo. De novo, não repete nada.

    O que a pessoa já tinha no rascunho fica, e a conversa entra depois.

    Levanta:
        SemPermissao: a conversa é de outra pessoa.
        LimiteExcedido, PedidoIncompleto: como em ``guardar_rascunho``.
    """
    conferir(continua(por, conversa), SemPermissao("Esta conversa é de outra pessoa."))
    assert chamado.esfera is not None
    assert chamado.tipo is not None
    anterior = rascunho_do_tipo(chamado.tipo, para=por)
    campos = dict(anterior.campos) if anterior else {}
    descricao = _com_a_conversa(campos.get("descricao", ""), chamado.descricao)
    campos |= {"assunto": campos.get("assunto") or chamado.assunto, "descricao": descricao}
    campos.setdefault("orgao", chamado.orgao)
    guardar_rascunho(por=por, tipo=chamado.tipo, esfera=chamado.esfera, campos=campos)
    Conversa.objects.filter(pk=conversa.pk).update(encaminhada_em=agora or timezone.now(), pessoa=por)


def _com_a_conversa(escrita: str, conversa: str) -> str:
    """A descrição e a conversa depois dela; se um começo da conversa já está lá, ela toma o lugar dele."""
    linhas = conversa.split("\n")
    comecos = ("\n".join(linhas[:n]) for n in range(len(linhas), 1, -1))
    ja = next((comeco for comeco in comecos if comeco in escrita), "")
    return escrita.replace(ja, conversa, 1) if ja else "\n\n".join(filter(None, [escrita, conversa]))
