"""O que cada visitante pode ver: o começo de toda leitura."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from pen.identidade.public import Ator, Orgao, OrgaoNaoEncontrado, Pessoa, atua_no_orgao, gere_o_orgao, orgaos_por_id
from pen.protocolo_integrado.enums import Visibilidade
from pen.protocolo_integrado.models import Registro

Visitante = Pessoa | AnonymousUser


# A regra de ``registros_visiveis`` em SQL, para as consultas escritas à mão; «r» é o registro, e ``numeros``, os pedidos.
SO_OS_VISIVEIS = """r.visibilidade < 2 AND NOT EXISTS (
    SELECT FROM protocolo_integrado_registro oculto
    WHERE oculto.numero = ANY(%(numeros)s::text[]) AND oculto.numero = r.numero AND oculto.visibilidade = 2)"""


def registros_visiveis(para: Visitante) -> QuerySet[Registro]:
    """Os registros públicos e resumidos cujo processo nenhum órgão ocultou.

    Um mesmo número pode vir de vários órgãos: vale para todos a visibilidade mais restrita. ``para`` não muda a
    resposta: o que o órgão ocultou, quem atua nele vê em ``do_orgao``, e não nas páginas públicas.
    """
    irmaos_ocultos = Registro.objects.filter(numero=OuterRef("numero"), visibilidade=Visibilidade.OCULTO)
    return Registro.objects.filter(~Exists(irmaos_ocultos), visibilidade__lt=Visibilidade.OCULTO)


def registros_buscaveis(para: Visitante) -> QuerySet[Registro]:
    """Os registros que uma busca pode achar: só os de processos inteiramente públicos."""
    irmaos_reservados = Registro.objects.filter(numero=OuterRef("numero"), visibilidade__gt=Visibilidade.PUBLICO)
    return Registro.objects.filter(~Exists(irmaos_reservados), visibilidade=Visibilidade.PUBLICO)


def orgao_visivel(orgao_id: int, *, para: Ator) -> Orgao:
    """O órgão, se a pessoa pode ver o que é dele.

    Levanta:
        OrgaoNaoEncontrado: não existe, ou a pessoa não atua nele; as duas respostas são iguais.
    """
    return _orgao_se(atua_no_orgao(para, orgao_id), orgao_id)


def orgao_gerido(orgao_id: int, *, para: Ator) -> Orgao:
    """O órgão, se a pessoa o gere.

    Levanta:
        OrgaoNaoEncontrado: não existe, ou a pessoa não o gere; as duas respostas são iguais.
    """
    return _orgao_se(gere_o_orgao(para, orgao_id), orgao_id)


def _orgao_se(pode: bool, orgao_id: int) -> Orgao:
    orgao = orgaos_por_id({orgao_id}).get(orgao_id) if pode else None
    if orgao is None:
        raise OrgaoNaoEncontrado("Não existe nada neste endereço.")
    return orgao
