"""Adesões para testes, levadas pelos serviços até a situação pedida, e o que elas deixam para ver."""

from dataclasses import dataclass

from pen.auditoria.models import Ato
from pen.identidade.models import Pessoa
from pen.identidade.public import Ambiente, Orgao, SistemaAutenticado, autenticar_sistema
from pen.notificacoes.models import Aviso
from pen.protocolo_integrado.enums import SistemaDoOrgao, SituacaoDaAdesao
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.services.adesao import (
    aprovar_pedido,
    aprovar_producao,
    emitir_credencial_de_homologacao,
    pedir_adesao,
    pedir_conferencia,
)
from pen.protocolo_integrado.values import DadosDoResponsavel
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, movimento

DADOS = DadosDoResponsavel("Analista", "Portaria 12, de 3 de maio de 2026", "ti@orgao.gov.br", "(61) 3333-4444")


@dataclass
class Caso:
    """Uma adesão e quem age nela."""

    adesao: Adesao
    orgao: Orgao
    responsavel: Pessoa
    central: Pessoa

    @property
    def pk(self):
        return self.adesao.pk

    def agora(self) -> Adesao:
        self.adesao.refresh_from_db()
        return self.adesao


def renovar(pessoa: Pessoa) -> Pessoa:
    """A pessoa como estaria no pedido seguinte: os papéis são lidos de novo."""
    pessoa.__dict__.pop("_papeis", None)
    return pessoa


def pedir(por: Pessoa, orgao: Orgao, dados: DadosDoResponsavel = DADOS, **outros: object) -> Adesao:
    return pedir_adesao(por=por, orgao_id=orgao.pk, dados=dados, **{"sistema": SistemaDoOrgao.SEI} | outros)


def fabricar_adesao(
    ate: SituacaoDaAdesao = SituacaoDaAdesao.PEDIDA, *, orgao: Orgao | None = None, central: Pessoa | None = None
) -> Caso:
    """Uma adesão em ``ate``; em homologação, já com a credencial de homologação."""
    orgao, responsavel, central = orgao or fabricar_orgao(), fabricar_pessoa(), central or fabricar_central()
    caso = Caso(pedir(responsavel, orgao), orgao, responsavel, central)
    if ate == SituacaoDaAdesao.PEDIDA:
        return caso
    aprovar_pedido(por=central, adesao_id=caso.pk)
    emitir_credencial_de_homologacao(por=renovar(responsavel), adesao_id=caso.pk)
    if ate in {SituacaoDaAdesao.EM_CONFERENCIA, SituacaoDaAdesao.CONCLUIDA}:
        pedir_conferencia(por=responsavel, adesao_id=caso.pk)
    if ate == SituacaoDaAdesao.CONCLUIDA:
        aprovar_producao(por=central, adesao_id=caso.pk, dispensa="Já enviava na instalação anterior.")
    caso.agora()
    return caso


def homologar(orgao: Orgao, quantos: int = 10) -> None:
    """Os envios que satisfazem a conferência: dez números, um com dois movimentos, um reenviado."""
    sistema = fabricar_sistema(orgao, Ambiente.HOMOLOGACAO)
    numeros = [fabricar_nup() for _ in range(quantos)]
    segundo = movimento("2024-03-06T10:00:00-03:00", "Processo concluído")
    enviar(sistema, documento(numeros[0], movimento(), segundo), *map(documento, numeros[1:]))
    enviar(sistema, documento(numeros[-1]))


def entra(orgao: Orgao, segredo: str) -> SistemaAutenticado:
    """Quem entra com a senha; a que não vale levanta."""
    return autenticar_sistema(codigo=orgao.codigo, segredo=segredo, origem="127.0.0.1")


def atos(orgao: Orgao) -> list[str]:
    """Os atos registrados do órgão, do primeiro ao último, sem os de papéis."""
    return list(
        Ato.objects.filter(orgao_id=orgao.pk).exclude(ato__startswith="papel.").order_by("id").values_list("ato", flat=True)
    )


def avisados(evento: str) -> set[int]:
    """As pessoas a quem se pediu o aviso do evento da adesão."""
    return set(Aviso.objects.filter(tipo="adesao", dados__evento=evento).values_list("pessoa_id", flat=True))
