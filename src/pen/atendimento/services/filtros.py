"""Os filtros da fila que cada um guarda."""

from django.http import QueryDict

from pen.atendimento.models import FiltroGuardado
from pen.atendimento.rules import e_atendente
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import Pessoa

FILTROS_MAXIMO = 20
PARAMETROS = frozenset({"equipe", "produto", "situacao", "meus", "vencidos"})


def guardar_filtro(*, por: Pessoa, nome: str, consulta: str) -> FiltroGuardado:
    """Guarda o filtro com o nome; um do mesmo nome é trocado. Da consulta, só fica o que é filtro.

    Levanta:
        SemPermissao: ``por`` não atende.
        PedidoIncompleto: falta o nome, não há filtro nenhum, ou já há filtros demais.
    """
    conferir(e_atendente(por), SemPermissao("Só quem atende guarda filtros da fila."))
    limpo = exigir_texto(nome, "Dê um nome ao filtro.", 60, campo="nome")
    lidos = QueryDict(consulta, mutable=True)
    for parametro in set(lidos) - PARAMETROS:
        del lidos[parametro]
    conferir(bool(lidos), PedidoIncompleto("Filtre a fila antes de guardar o filtro.", campo="nome"))
    outros = FiltroGuardado.objects.filter(pessoa=por).exclude(nome=limpo).count()
    conferir(outros < FILTROS_MAXIMO, PedidoIncompleto(f"São até {FILTROS_MAXIMO} filtros: apague um.", campo="nome"))
    return FiltroGuardado.objects.update_or_create(pessoa=por, nome=limpo, defaults={"consulta": lidos.urlencode()[:500]})[
        0
    ]


def excluir_filtro(*, por: Pessoa, filtro_id: int) -> None:
    """Apaga um filtro da pessoa; o de outra não existe."""
    FiltroGuardado.objects.filter(pessoa=por, pk=filtro_id).delete()
