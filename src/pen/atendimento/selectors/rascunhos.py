"""Os rascunhos de uma pessoa: ninguém mais os lê."""

from pen.atendimento.models import Rascunho, TipoDeSuporte
from pen.identidade.public import Pessoa


def rascunho_do_tipo(tipo: TipoDeSuporte, *, para: Pessoa) -> Rascunho | None:
    """O que a pessoa já escreveu para este tipo de suporte."""
    return Rascunho.objects.filter(pessoa=para, tipo=tipo).first()


def rascunhos_da_pessoa(para: Pessoa) -> list[Rascunho]:
    """Os que ainda se podem continuar, do alterado há menos tempo ao mais antigo."""
    meus = Rascunho.objects.filter(pessoa=para, tipo__retirado_em=None, tipo__produto__retirado_em=None)
    return list(meus.select_related("tipo__produto").order_by("-alterado_em"))
