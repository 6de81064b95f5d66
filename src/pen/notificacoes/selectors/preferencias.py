"""Como cada pessoa quer ser avisada."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from pen.comum.preparadas import consultar_preparada
from pen.identidade.public import Pessoa
from pen.notificacoes.models import EnderecoRecusado, InscricaoPush, Preferencias
from pen.notificacoes.segredos import hash_do_endereco

_RECUSAS = """
SELECT pessoa_id, endereco_hash, recusado_em FROM notificacoes_enderecorecusado WHERE pessoa_id = ANY(%s::bigint[])
"""


def preferencias_de(pessoa: Pessoa) -> Preferencias:
    """As preferências da pessoa; para quem nunca escolheu, as de fábrica (ainda sem linha)."""
    return Preferencias.objects.filter(pk=pessoa.pk).first() or Preferencias(pessoa_id=pessoa.pk)


def endereco_recusado_de(pessoa: Pessoa) -> EnderecoRecusado | None:
    """A recusa do e-mail atual da pessoa, se houve; trocado o e-mail, deixa de valer."""
    if not pessoa.email:
        return None
    return EnderecoRecusado.objects.filter(pessoa=pessoa, endereco_hash=hash_do_endereco(pessoa.email)).first()


def recusas_dos_emails(pessoas: Iterable[Pessoa]) -> dict[int, datetime]:
    """Desde quando o e-mail atual de cada pessoa recusa o que mandamos; sem as de e-mail que recebe, ou que não têm e-mail."""
    hashes = {p.pk: hash_do_endereco(p.email) for p in pessoas if p.email}
    recusas = consultar_preparada(_RECUSAS, [list(hashes)]) if hashes else []
    return {pessoa_id: em for pessoa_id, hash_, em in recusas if hashes[pessoa_id] == hash_}


def inscricoes_de(pessoa: Pessoa) -> QuerySet[InscricaoPush]:
    """Os navegadores em que a pessoa aceitou avisos, do mais novo ao mais antigo."""
    return InscricaoPush.objects.filter(pessoa=pessoa).order_by("-id")
