"""Consulta de órgãos; são públicos, todos os veem."""

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Upper
from django.db.models.lookups import Exact

from pen.comum.orm_preparado import LeituraPronta, Vaga
from pen.identidade.enums import OrigemDoCodigo
from pen.identidade.errors import OrgaoNaoEncontrado
from pen.identidade.models import Orgao

_EXATOS = LeituraPronta(
    lambda: Orgao.objects.filter(Q(Exact(Upper("sigla"), Upper(Vaga(CharField())))) | Q(codigo=Vaga()))[:2]
)


def consultar_orgao(codigo: str, origem: OrigemDoCodigo | None = None) -> Orgao:
    """O órgão desse código. Sem ``origem``, o SIORG tem preferência sobre o próprio e este sobre o IBGE.

    Levanta:
        OrgaoNaoEncontrado: nenhum órgão tem esse código.
    """
    achados = Orgao.objects.filter(codigo=codigo.strip().upper())
    if origem is not None:
        achados = achados.filter(origem_do_codigo=origem)
    preferencia = [OrigemDoCodigo.SIORG, OrigemDoCodigo.PROPRIO, OrigemDoCodigo.IBGE]
    if orgao := min(achados, key=lambda o: preferencia.index(OrigemDoCodigo(o.origem_do_codigo)), default=None):
        return orgao
    raise OrgaoNaoEncontrado(f"Nenhum órgão tem o código «{codigo}».")


def achar_orgao(texto: str) -> Orgao:
    """O órgão que uma pessoa quis dizer: pela sigla, pelo código ou, se for um só, por um pedaço do nome.

    Levanta:
        OrgaoNaoEncontrado: nenhum ou vários; a mensagem diz quais, até cinco.
    """
    texto = texto.replace("\0", "").strip()
    exatos = _EXATOS.ler(texto, texto.upper())
    achados = exatos or list(Orgao.objects.filter(nome__icontains=texto).order_by("sigla")[:6])
    if len(achados) == 1 or exatos:
        return achados[0]
    if achados:
        siglas = ", ".join(o.sigla for o in achados[:5])
        raise OrgaoNaoEncontrado(f"Há mais de um órgão com esse nome; use a sigla. Por exemplo: {siglas}.")
    raise OrgaoNaoEncontrado("Nenhum órgão com essa sigla, código ou nome.")


def orgaos_por_id(ids: set[int]) -> dict[int, Orgao]:
    """Os órgãos pedidos, por id."""
    return Orgao.objects.in_bulk(ids)


def listar_orgaos() -> QuerySet[Orgao]:
    """Todos os órgãos, por sigla."""
    return Orgao.objects.order_by("sigla", "id")
