"""Quem pode o quê. Um papel só vale numa entrada forte: gov.br prata ou ouro, ou segundo fator."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from pen.comum.errors import NaoEncontrado, conferir
from pen.comum.orm_preparado import LeituraPronta, Vaga
from pen.identidade.enums import Papel
from pen.identidade.errors import EntradaFraca
from pen.identidade.models import Atribuicao, Pessoa

Ator = Pessoa | AnonymousUser
FRACA = "Para isto, entre com uma conta gov.br prata ou ouro, ou ligue o segundo fator em «Minha conta»."
PAPEIS_DO_ORGAO = frozenset({Papel.GESTOR, Papel.CONSULTA})

_VIGENTES = LeituraPronta(lambda: Atribuicao.objects.filter(pessoa=Vaga(), encerrado_em=None))


def quem_pede(request: HttpRequest) -> Pessoa:
    """A pessoa que entrou; só em páginas com ``exige_entrada``."""
    assert isinstance(request.user, Pessoa)
    return request.user


def papeis_vigentes(ator: Ator) -> frozenset[tuple[Papel, int | None]]:
    """Os pares (papel, órgão) que a pessoa pode exercer agora; lidos uma vez por pedido."""
    if not isinstance(ator, Pessoa) or not ator.is_active or not ator.entrada_forte:
        return frozenset()
    return papeis_atribuidos(ator)


def papeis_atribuidos(pessoa: Pessoa) -> frozenset[tuple[Papel, int | None]]:
    """Os papéis que a pessoa tem, possa ou não exercê-los nesta entrada."""
    guardados: frozenset[tuple[Papel, int | None]] | None = pessoa.__dict__.get("_papeis")
    if guardados is None:
        vigentes = ((a.papel, a.orgao_id) for a in _VIGENTES.ler(pessoa.pk))
        guardados = pessoa.__dict__["_papeis"] = frozenset((Papel(papel), orgao) for papel, orgao in vigentes)
    return guardados


def e_da_equipe_central(ator: Ator) -> bool:
    """Se a pessoa é da equipe central."""
    return (Papel.EQUIPE_CENTRAL, None) in papeis_vigentes(ator)


def e_da_auditoria(ator: Ator) -> bool:
    """Se a pessoa é da auditoria."""
    return (Papel.AUDITORIA, None) in papeis_vigentes(ator)


def gere_o_orgao(ator: Ator, orgao_id: int) -> bool:
    """Se a pessoa pode mudar coisas do órgão: gestora dele, ou da equipe central."""
    return (Papel.GESTOR, orgao_id) in papeis_vigentes(ator) or e_da_equipe_central(ator)


def atua_no_orgao(ator: Ator, orgao_id: int) -> bool:
    """Se a pessoa pode ver o que é do órgão: gestão ou consulta dele, equipe central ou auditoria."""
    return (Papel.CONSULTA, orgao_id) in papeis_vigentes(ator) or gere_o_orgao(ator, orgao_id) or e_da_auditoria(ator)


def orgaos_em_que_atua(ator: Ator) -> frozenset[int]:
    """Os órgãos em que a pessoa tem papel próprio; o que a equipe central e a auditoria veem não está aqui."""
    return frozenset(orgao for _, orgao in papeis_vigentes(ator) if orgao is not None)


def pode_dar_papel(ator: Ator, papel: Papel, orgao_id: int | None) -> bool:
    """A equipe central dá qualquer papel; quem gere um órgão dá os papéis dele."""
    return e_da_equipe_central(ator) or (papel in PAPEIS_DO_ORGAO and orgao_id is not None and gere_o_orgao(ator, orgao_id))


def pode_desligar_segundo_fator_de_outra(ator: Ator) -> bool:
    """Só a equipe central: quem desliga pode abrir caminho para que outro se passe pela pessoa."""
    return e_da_equipe_central(ator)


def conferir_quem_desliga_o_de_outra(ator: Ator) -> None:
    """Levanta ``NaoEncontrado`` para quem não pode: como se isto não existisse."""
    conferir(pode_desligar_segundo_fator_de_outra(ator), NaoEncontrado("Não existe nada neste endereço."))


def exigir_entrada_forte(ator: Ator) -> None:
    """Levanta ``EntradaFraca`` se a pessoa entrou por um meio que não basta."""
    conferir(isinstance(ator, Pessoa) and ator.is_active and ator.entrada_forte, EntradaFraca(FRACA))
