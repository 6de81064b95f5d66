"""Quem está com um chamado na tela."""

from datetime import datetime, timedelta

from pen.atendimento.models import Chamado, Presenca
from pen.comum.preparadas import lendo_preparado
from pen.identidade.public import Pessoa

VALIDADE = timedelta(seconds=45)


def outros_no_chamado(chamado: Chamado, *, para: Pessoa, agora: datetime) -> list[Presenca]:
    """Os outros atendentes que estão com ele agora; quem escreve primeiro."""
    outros = Presenca.objects.filter(chamado=chamado, vista_em__gte=agora - VALIDADE).exclude(pessoa=para)
    return sorted(outros.select_related("pessoa"), key=lambda p: (p.passo == "", p.pk))


def texto_guardado(chamado: Chamado, *, para: Pessoa) -> tuple[str, str]:
    """O passo e o texto que a pessoa escrevia; vazios, se não escrevia nada."""
    with lendo_preparado():
        presenca = Presenca.objects.filter(chamado=chamado, pessoa=para).exclude(texto="").first()
    return (presenca.passo, presenca.texto) if presenca else ("", "")
