"""Como cada pessoa quer ser avisada."""

from django.db.models import QuerySet

from pen.identidade.public import Pessoa
from pen.notificacoes.models import EnderecoRecusado, InscricaoPush, Preferencias
from pen.notificacoes.segredos import hash_do_endereco


def preferencias_de(pessoa: Pessoa) -> Preferencias:
    """As preferências da pessoa; para quem nunca escolheu, as de fábrica (ainda sem linha)."""
    return Preferencias.objects.filter(pk=pessoa.pk).first() or Preferencias(pessoa_id=pessoa.pk)


def endereco_recusado_de(pessoa: Pessoa) -> EnderecoRecusado | None:
    """A recusa do e-mail atual da pessoa, se houve; trocado o e-mail, deixa de valer."""
    if not pessoa.email:
        return None
    return EnderecoRecusado.objects.filter(pessoa=pessoa, endereco_hash=hash_do_endereco(pessoa.email)).first()


def inscricoes_de(pessoa: Pessoa) -> QuerySet[InscricaoPush]:
    """Os navegadores em que a pessoa aceitou avisos, do mais novo ao mais antigo."""
    return InscricaoPush.objects.filter(pessoa=pessoa).order_by("-id")
