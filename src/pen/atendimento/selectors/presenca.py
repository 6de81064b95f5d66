"""Quem está com um chamado na tela."""

from datetime import datetime, timedelta

from pen.atendimento.models import Chamado, Presenca
from pen.comum.preparadas import consultar_preparada
from pen.identidade.public import Pessoa

VALIDADE = timedelta(seconds=45)
_TEXTO = "SELECT passo, texto FROM atendimento_presenca WHERE chamado_id = %s AND pessoa_id = %s AND texto <> ''"


def outros_no_chamado(chamado: Chamado, *, para: Pessoa, agora: datetime) -> list[Presenca]:
    """Os outros atendentes que estão com ele agora; quem escreve primeiro."""
    outros = Presenca.objects.filter(chamado=chamado, vista_em__gte=agora - VALIDADE).exclude(pessoa=para)
    return sorted(outros.select_related("pessoa"), key=lambda p: (p.passo == "", p.pk))


def texto_guardado(chamado: Chamado, *, para: Pessoa) -> tuple[str, str]:
    """O passo e o texto que a pessoa escrevia; vazios, se não escrevia nada."""
    guardados = consultar_preparada(_TEXTO, [chamado.pk, para.pk])
    return guardados[0] if guardados else ("", "")
