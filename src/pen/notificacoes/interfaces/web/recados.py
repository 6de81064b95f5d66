"""O que as notificações têm a dizer em «Minha conta»."""

from django.urls import reverse

from pen.designsys.filtros import data_hora
from pen.identidade.public import Pessoa, Recado
from pen.notificacoes.selectors.preferencias import recusas_dos_emails


def recado_do_email(pessoa: Pessoa) -> Recado | None:
    """Que os avisos não chegam ao e-mail da pessoa, se não chegam."""
    desde = recusas_dos_emails([pessoa]).get(pessoa.pk)
    if desde is None:
        return None
    texto = f"Os avisos por e-mail não estão chegando a este endereço desde {data_hora(desde)}."
    return Recado(texto, reverse("notificacoes:preferencias"), "Ver o que houve e corrigir")
