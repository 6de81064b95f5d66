"""As manifestações: quem escreveu lê as suas, e a equipe central, todas. Quem atende não: uma reclamação pode ser sobre ele."""

from django.db.models import QuerySet

from pen.atendimento.errors import ManifestacaoNaoEncontrada
from pen.atendimento.models import Manifestacao, RodadaDeGuarda
from pen.comum.errors import conferir
from pen.comum.marcadores import pagina_por_chegada
from pen.identidade.public import Ator, Pessoa, e_da_equipe_central

POR_PAGINA = 25


def manifestacoes_visiveis(para: Ator) -> QuerySet[Manifestacao]:
    """As da pessoa ou, para a equipe central, todas."""
    if e_da_equipe_central(para):
        return Manifestacao.objects.all()
    return (
        Manifestacao.objects.filter(pessoa=para)
        if isinstance(para, Pessoa) and para.is_active
        else Manifestacao.objects.none()
    )


def consultar_manifestacao(chave: str, *, para: Ator) -> Manifestacao:
    """A manifestação da chave.

    Levanta:
        ManifestacaoNaoEncontrada: não existe, ou não é visível a quem pede.
    """
    achada = manifestacoes_visiveis(para).filter(chave=chave).select_related("pessoa", "produto", "chamado", "por").first()
    if achada is None:
        raise ManifestacaoNaoEncontrada("Não existe nada neste endereço.")
    return achada


def listar_manifestacoes(
    *, para: Ator, especie: str = "", situacao: str = "", depois_de: str = ""
) -> tuple[list[Manifestacao], str]:  # fmt: skip
    """Uma página, da mais nova à mais antiga, e o marcador da seguinte."""
    visiveis = manifestacoes_visiveis(para).select_related("produto")
    if especie:
        visiveis = visiveis.filter(especie=especie)
    if situacao:
        visiveis = visiveis.filter(situacao=situacao)
    return pagina_por_chegada(visiveis, depois_de=depois_de, por_pagina=POR_PAGINA)


def rodadas_de_guarda(*, para: Ator) -> list[RodadaDeGuarda]:
    """O relatório das últimas rodadas da guarda, para a equipe central.

    Levanta:
        ManifestacaoNaoEncontrada: para os outros, como se não existisse.
    """
    conferir(e_da_equipe_central(para), ManifestacaoNaoEncontrada("Não existe nada neste endereço."))
    return list(RodadaDeGuarda.objects.all()[:60])
