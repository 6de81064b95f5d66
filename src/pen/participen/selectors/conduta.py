"""As regras de convivência, quem as aceitou, e a política de moderação."""

from pen.comum.errors import conferir
from pen.identidade.public import Orgao, Pessoa
from pen.participen.enums import SituacaoDaPublicacao
from pen.participen.errors import RegrasNaoAceitas
from pen.participen.models import Aceite, Participante, PoliticaDeModeracao, Publicacao, RegrasDeConvivencia
from pen.participen.rules import modera


def regras_em_vigor() -> RegrasDeConvivencia | None:
    """A versão mais nova; nenhuma, antes de ``pen preparar``."""
    return RegrasDeConvivencia.objects.order_by("-versao").first()


def aceitou_as_regras(pessoa: Pessoa) -> bool:
    """Se a pessoa aceitou a versão em vigor."""
    em_vigor = regras_em_vigor()
    return em_vigor is not None and Aceite.objects.filter(pessoa=pessoa, regras=em_vigor).exists()


def exigir_aceite(pessoa: Pessoa) -> None:
    """Levanta ``RegrasNaoAceitas`` se a pessoa não aceitou a versão em vigor."""
    frase = "Para escrever, leia e aceite antes as regras de convivência do ParticiPEN."
    conferir(aceitou_as_regras(pessoa), RegrasNaoAceitas(frase))


def orgao_de_quem_participa(pessoa: Pessoa) -> Orgao | None:
    """O órgão que a pessoa disse ser o seu."""
    participante = Participante.objects.select_related("orgao").filter(pk=pessoa.pk).first()
    return participante.orgao if participante else None


def politica_em_vigor() -> PoliticaDeModeracao | None:
    """A mais nova; sem nenhuma, ninguém espera."""
    return PoliticaDeModeracao.objects.order_by("-desde", "-pk").first()


def espera_moderacao(pessoa: Pessoa) -> bool:
    """Se o que a pessoa publicar agora espera: ainda não teve publicações bastantes à vista, e não é da moderação."""
    politica = politica_em_vigor()
    if modera(pessoa) or politica is None or politica.ate_confiar == 0:
        return False
    a_vista = Publicacao.objects.filter(autor=pessoa, situacao=SituacaoDaPublicacao.PUBLICADA)
    return a_vista.count() < politica.ate_confiar
