"""Órgãos no CNUP, unidades e gestores de UP para testes."""

from datetime import UTC, datetime
from itertools import count

from pen.identidade.models import Pessoa
from pen.identidade.public import Finalidade, Orgao, SistemaAutenticado
from pen.nup.enums.situacoes import Condicao, SituacaoDaUnidade
from pen.nup.models import GestorDeUp, Participacao, Unidade, Versao
from pen.nup.models.cadastro import CAMPOS_DA_VERSAO
from pen.nup.services.pedidos import Designacao, FichaDaUnidade
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import fabricar_pessoa

_codigos = count(70_001)
DESDE = datetime(2020, 1, 1, 12, tzinfo=UTC)
DESIGNACAO = Designacao("Portaria 7, de 2 de março de 2026", "protocolo@orgao.gov.br", "(61) 3333-4444")
FICHA = FichaDaUnidade("Protocolo-Geral", unidade_siorg="2981", municipio="5300108", uf="DF", cep="70040000")


def fabricar_participante(
    orgao: Orgao | None = None, *, orgao_gestor: Orgao | None = None, instituicao: str | None = None
) -> Orgao:
    """Um órgão no CNUP: vinculado, se há ``orgao_gestor``; senão, órgão gestor."""
    orgao = orgao or fabricar_orgao()
    condicao = Condicao.VINCULADA if orgao_gestor else Condicao.GESTOR
    Participacao.objects.create(
        orgao=orgao, condicao=condicao, orgao_gestor=orgao_gestor, instituicao=instituicao, desde=DESDE
    )
    return orgao


def fabricar_gestor_de_up(orgao: Orgao, *, forte: bool = True) -> Pessoa:
    pessoa = fabricar_pessoa(forte=forte)
    GestorDeUp.objects.create(
        orgao=orgao, pessoa=pessoa, portaria="Portaria 1", email="up@orgao.gov.br", telefone="(61) 3333-0000", desde=DESDE,
        designado_por=pessoa,
    )  # fmt: skip
    return pessoa


def fabricar_unidade(
    orgao: Orgao | None = None,
    *,
    codigo: str | None = None,
    orgao_gestor: Orgao | None = None,
    situacao: SituacaoDaUnidade = SituacaoDaUnidade.ATIVA,
    desde: datetime = DESDE,
) -> Unidade:
    orgao = orgao or fabricar_participante()
    unidade = Unidade.objects.create(
        codigo=codigo or str(next(_codigos)), nome="Protocolo-Geral", orgao=orgao, orgao_gestor=orgao_gestor or orgao,
        situacao=situacao,
    )  # fmt: skip
    campos = {campo: getattr(unidade, campo) for campo in CAMPOS_DA_VERSAO}
    Versao.objects.create(unidade=unidade, desde=desde, motivo="De teste", **campos)
    return unidade


def fabricar_numerador(orgao: Orgao | None = None) -> SistemaAutenticado:
    """O sistema de um órgão, com credencial de numeração, já autenticado."""
    return fabricar_sistema(orgao, finalidade=Finalidade.NUMERACAO)
