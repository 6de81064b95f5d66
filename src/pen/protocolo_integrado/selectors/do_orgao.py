"""O que o órgão vê do que ele mesmo enviou, oculto ou não."""

from pen.identidade.public import Ator, atua_no_orgao
from pen.nup.public import chaves_possiveis
from pen.protocolo_integrado.errors import ProcessoNaoEncontrado
from pen.protocolo_integrado.models import Andamento, Interessado, Registro

ANDAMENTOS_MAXIMO = 500
DECIDIDOS_MAXIMO = 200


def registro_do_orgao(numero: str, orgao_id: int, *, para: Ator) -> Registro:
    """O registro do órgão para um número em qualquer forma.

    Levanta:
        ProcessoNaoEncontrado: o órgão não o enviou, ou a pessoa não atua no órgão.
    """
    if atua_no_orgao(para, orgao_id):
        achados = Registro.objects.defer("vetor").select_related("orgao").filter(numero__in=chaves_possiveis(numero))
        por_chave = {r.numero: r for r in achados.filter(orgao_id=orgao_id)}
        if chave := next((c for c in chaves_possiveis(numero) if c in por_chave), None):
            return por_chave[chave]
    raise ProcessoNaoEncontrado("O órgão não enviou um processo com esse número.")


def historico_do_registro(registro: Registro) -> list[Andamento]:
    """Os movimentos como o órgão os enviou, do mais novo ao mais antigo, até 500."""
    proprios = Andamento.objects.filter(numero=registro.numero, orgao_id=registro.orgao_id)
    return list(proprios.order_by("-ocorrido_em", "-posicao", "chave")[:ANDAMENTOS_MAXIMO])


def interessados_do_registro(registro: Registro) -> list[Interessado]:
    """Os interessados, na ordem em que o órgão os enviou."""
    proprios = Interessado.objects.filter(numero=registro.numero, orgao_id=registro.orgao_id)
    return list(proprios.order_by("ordem"))


def registros_com_decisao(orgao_id: int, *, para: Ator) -> list[Registro]:
    """Os processos de que o órgão decidiu a visibilidade, do mais recente ao mais antigo, até 200."""
    if not atua_no_orgao(para, orgao_id):
        return []
    decididos = Registro.objects.defer("vetor").filter(orgao_id=orgao_id, visibilidade_decidida__isnull=False)
    return list(decididos.order_by("-atualizado_em", "numero")[:DECIDIDOS_MAXIMO])
