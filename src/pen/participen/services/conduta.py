"""As regras de convivência, o aceite delas e a política de moderação."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import Orgao, Pessoa
from pen.participen.errors import RegrasNaoAceitas
from pen.participen.models import Aceite, Participante, PoliticaDeModeracao, RegrasDeConvivencia
from pen.participen.models.conduta import REGRAS_MAXIMO
from pen.participen.rules import exigir_moderacao
from pen.participen.selectors.conduta import politica_em_vigor, regras_em_vigor

ATE_CONFIAR_MAXIMO = 20


@transaction.atomic
def publicar_regras(*, por: Pessoa | None, texto: str, agora: datetime | None = None) -> RegrasDeConvivencia:
    """Publica outra versão das regras, que todos aceitam de novo antes de escrever. ``por=None`` é a instalação.

    Levanta:
        TopicoNaoEncontrado: ``por`` não modera.
        PedidoIncompleto: sem texto, ou o mesmo que já vale.
    """
    if por is not None:
        exigir_moderacao(por)
    limpo = exigir_texto(texto, "Escreva as regras.", REGRAS_MAXIMO, campo="texto").replace("\r\n", "\n")
    em_vigor = regras_em_vigor()
    mesma = em_vigor is not None and em_vigor.texto == limpo
    conferir(not mesma, PedidoIncompleto("É o mesmo texto que já vale.", campo="texto"))
    versao = em_vigor.versao + 1 if em_vigor else 1
    try:
        with transaction.atomic():
            regras = RegrasDeConvivencia.objects.create(
                versao=versao, texto=limpo, publicadas_em=agora or timezone.now(), por=por
            )  # fmt: skip
    except IntegrityError:
        raise PedidoIncompleto("Outra pessoa publicou uma versão agora mesmo. Leia-a antes.", campo="texto") from None
    registrar_ato(por=por, ato="regras.publicadas", objeto=f"regras:{versao}")
    return regras


@transaction.atomic
def aceitar_regras(*, por: Pessoa, versao: int, orgao: Orgao | None = None, agora: datetime | None = None) -> Aceite:
    """A pessoa aceita a versão que leu, e diz de que órgão é, se quiser. De novo, não muda nada.

    Levanta:
        RegrasNaoAceitas: a versão que ela leu já não é a que vale.
    """
    conferir(por.is_active, SemPermissao("Entre para participar do fórum."))
    em_vigor = regras_em_vigor()
    if em_vigor is None or em_vigor.versao != versao:
        raise RegrasNaoAceitas("As regras mudaram agora mesmo. Leia a versão nova e aceite-a.")
    Participante.objects.update_or_create(pessoa=por, defaults={"orgao": orgao})
    aceite, novo = Aceite.objects.get_or_create(pessoa=por, regras=em_vigor, defaults={"em": agora or timezone.now()})
    if novo:
        registrar_ato(por=por, ato="regras.aceitas", objeto=f"regras:{versao}")
    return aceite


@transaction.atomic
def adotar_politica(*, por: Pessoa, ate_confiar: int, agora: datetime | None = None) -> PoliticaDeModeracao:
    """Muda quantas publicações de quem chega a moderação lê antes; vale para o que se escrever daqui em diante.

    Levanta:
        TopicoNaoEncontrado: ``por`` não modera.
        PedidoIncompleto: fora dos limites.
    """
    exigir_moderacao(por)
    fora = PedidoIncompleto(f"De 0 a {ATE_CONFIAR_MAXIMO} publicações.", campo="ate_confiar")
    conferir(0 <= ate_confiar <= ATE_CONFIAR_MAXIMO, fora)
    em_vigor = politica_em_vigor()
    if em_vigor is not None and em_vigor.ate_confiar == ate_confiar:
        return em_vigor
    nova = PoliticaDeModeracao.objects.create(ate_confiar=ate_confiar, desde=agora or timezone.now(), por=por)
    detalhes = {"ate_confiar": ate_confiar}
    registrar_ato(por=por, ato="forum.politica_adotada", objeto=f"politica_do_forum:{nova.pk}", detalhes=detalhes)
    return nova
