"""O que cada visitante pode ver: o começo de toda leitura."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from pen.identidade.public import Pessoa
from pen.protocolo_integrado.enums import Visibilidade
from pen.protocolo_integrado.models import Registro

Visitante = Pessoa | AnonymousUser


def registros_visiveis(para: Visitante) -> QuerySet[Registro]:
    """Os registros públicos e resumidos cujo processo nenhum órgão ocultou.

    Um mesmo número pode vir de vários órgãos: vale para todos a visibilidade mais restrita. ``para`` ainda não muda a
    resposta: quem atua num órgão verá os ocultados dele quando houver papéis.
    """
    irmaos_ocultos = Registro.objects.filter(numero=OuterRef("numero"), visibilidade=Visibilidade.OCULTO)
    return Registro.objects.filter(~Exists(irmaos_ocultos), visibilidade__lt=Visibilidade.OCULTO)


def registros_buscaveis(para: Visitante) -> QuerySet[Registro]:
    """Os registros que uma busca pode achar: só os de processos inteiramente públicos."""
    irmaos_reservados = Registro.objects.filter(numero=OuterRef("numero"), visibilidade__gt=Visibilidade.PUBLICO)
    return Registro.objects.filter(~Exists(irmaos_reservados), visibilidade=Visibilidade.PUBLICO)
