"""As macros que servem a um chamado, os gatilhos, e o que um gatilho teria feito."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pen.atendimento.enums import Passo
from pen.atendimento.errors import AutomacaoNaoEncontrada
from pen.atendimento.models import Chamado, Disparo, Gatilho, Macro, PassoDoChamado
from pen.atendimento.rules import atende
from pen.atendimento.selectors.cadastro import exigir_cadastro
from pen.atendimento.selectors.roteiros import texto_do_roteiro, variaveis_do_chamado
from pen.atendimento.selectors.tempos import COM_TUDO, LIDOS_MAXIMO, fatos_do_chamado, vezes_na_hora
from pen.atendimento.values.acoes import Acao, Condicoes, ler_condicoes
from pen.atendimento.values.formulario import conferir_respostas
from pen.atendimento.values.modelo import preencher_modelo
from pen.atendimento.values.tempos import Tempo
from pen.comum.preparadas import consultar_preparada
from pen.conhecimento.public import ArtigoNaoEncontrado
from pen.identidade.public import Ator

DIAS, EXEMPLOS = 180, 20
_MACROS = """
SELECT id, nome FROM atendimento_macro WHERE (produto_id IS NULL OR produto_id = %s) AND retirada_em IS NULL ORDER BY nome
"""
_LIGADOS = "SELECT id, condicoes FROM atendimento_gatilho WHERE ligado AND quando = %s ORDER BY id"


@dataclass(frozen=True, slots=True)
class Ensaio:
    """O que um gatilho teria feito nos últimos 180 dias: de quantos passos, ou vezes na hora, em quantos; e os mais novos."""

    passos: int
    casaram: int
    exemplos: Sequence[Chamado]


def macros_do_chamado(chamado: Chamado, *, para: Ator) -> list[tuple[int, str]]:
    """Chave e nome das que servem ao produto, para quem atende o chamado; nenhuma, para os outros."""
    if not atende(para, chamado):
        return []
    return [(pk, nome) for pk, nome in consultar_preparada(_MACROS, [chamado.produto_id])]


def consultar_macro(macro_id: int, chamado: Chamado, *, para: Ator) -> Macro:
    """Uma das macros do chamado.

    Levanta:
        AutomacaoNaoEncontrada: não existe, foi retirada, é de outro produto, ou ``para`` não atende o chamado.
    """
    if macro_id not in dict(macros_do_chamado(chamado, para=para)):
        raise AutomacaoNaoEncontrada("Não há macro com este número para este chamado.")
    return Macro.objects.get(pk=macro_id)


def acoes_da_macro(
    macro: Macro, chamado: Chamado, respostas: Mapping[str, str] | None, *, para: Ator
) -> list[tuple[Acao, str]]:
    """Cada ação e o que ela dirá no chamado, na ordem; sem ``respostas``, o que se pergunta fica como está, para se ver onde entra.

    Levanta:
        PedidoIncompleto: falta uma resposta, ou uma não serve; ``detalhes['campo']`` diz qual.
    """
    ditas = {}
    if respostas is not None:
        perguntas = macro.perguntas()
        limpas = conferir_respostas(perguntas, respostas)
        ditas = {c.codigo: c.em_palavras(limpas.get(c.codigo, "")) for c in perguntas}
    return [(acao, _texto_da_acao(acao, chamado, ditas, para=para)) for acao in macro.lidas()]


def macros_do_cadastro(*, para: Ator) -> list[Macro]:
    """Todas, por nome, para a equipe central.

    Levanta:
        EquipeNaoEncontrada: para os outros, como se não existisse.
    """
    exigir_cadastro(para)
    return list(Macro.objects.select_related("produto"))


def consultar_macro_no_cadastro(macro_id: int, *, para: Ator) -> Macro:
    """A macro, ainda que retirada.

    Levanta:
        EquipeNaoEncontrada, AutomacaoNaoEncontrada.
    """
    exigir_cadastro(para)
    macro = Macro.objects.select_related("produto").filter(pk=macro_id).first()
    if macro is None:
        raise AutomacaoNaoEncontrada("Não há macro com este número.")
    return macro


def consultar_gatilho_no_cadastro(gatilho_id: int, *, para: Ator) -> Gatilho:
    """O gatilho, ligado ou não; idem."""
    exigir_cadastro(para)
    gatilho = Gatilho.objects.filter(pk=gatilho_id).first()
    if gatilho is None:
        raise AutomacaoNaoEncontrada("Não há gatilho com este número.")
    return gatilho


def gatilhos_do_cadastro(*, para: Ator) -> list[Gatilho]:
    """Todos, por nome; idem."""
    exigir_cadastro(para)
    return list(Gatilho.objects.all())


def ultimos_disparos(gatilho: Gatilho, *, para: Ator) -> list[Disparo]:
    """Os vinte mais novos, com o chamado; idem."""
    exigir_cadastro(para)
    feitos = Disparo.objects.filter(gatilho=gatilho).select_related("gatilho", "chamado", "passo")
    return list(feitos.order_by("-pk")[:EXEMPLOS])


def gatilhos_do_tempo() -> list[Gatilho]:
    """Os ligados que agem pelo tempo."""
    return list(Gatilho.objects.filter(ligado=True, minutos__isnull=False))


def gatilhos_que_casam(chamado: Chamado, passo: PassoDoChamado) -> list[int]:
    """As chaves dos ligados que cuidam de um passo como este num chamado como este."""
    ligados = consultar_preparada(_LIGADOS, [passo.passo], grava=True)
    if not ligados:
        return []
    fatos = _fatos(chamado, passo)
    return [gatilho_id for gatilho_id, condicoes in ligados if Condicoes.de(json.loads(condicoes)).casam(**fatos)]


def ensaiar_gatilho(
    quando: Passo | Tempo, condicoes: Mapping[str, Sequence[str]], *, para: Ator, agora: datetime
) -> Ensaio:
    """O que teria feito com o que já houve; nada se grava.

    Levanta:
        EquipeNaoEncontrada, PedidoIncompleto.
    """
    exigir_cadastro(para)
    lidas = ler_condicoes(quando, condicoes)
    desde = agora - timedelta(days=DIAS)
    passos, casaram, exemplos = 0, 0, []
    for chamado, fatos in _vezes(quando, desde, agora):
        passos += 1
        if lidas.casam(**fatos):
            casaram += 1
            exemplos.append(chamado)
    return Ensaio(passos, casaram, exemplos[:EXEMPLOS])


def _vezes(quando: Passo | Tempo, desde: datetime, agora: datetime) -> Iterator[tuple[Chamado, dict[str, str]]]:
    """Cada vez que se deu o passo, ou que um chamado chegou ao tempo, com o que as condições olham."""
    if isinstance(quando, Tempo):
        for chamado in vezes_na_hora(quando, desde=desde, agora=agora):
            yield chamado, fatos_do_chamado(chamado)
        return
    feitos = PassoDoChamado.objects.filter(passo=quando, em__gte=desde).exclude(por=None)
    com_tudo = feitos.select_related(*(f"chamado__{campo}" for campo in COM_TUDO))
    for passo in com_tudo.order_by("-em")[:LIDOS_MAXIMO].iterator(chunk_size=1_000):
        yield passo.chamado, _fatos(passo.chamado, passo)


def _texto_da_acao(acao: Acao, chamado: Chamado, ditas: Mapping[str, str], *, para: Ator) -> str:
    """Com as variáveis e as respostas preenchidas; o do roteiro, se ele ainda está publicado."""
    if acao.roteiro:
        try:
            return texto_do_roteiro(acao.roteiro, chamado, para=para, mais=ditas)
        except ArtigoNaoEncontrado:
            pass
    return preencher_modelo(acao.texto, {**variaveis_do_chamado(chamado), **ditas})


def _fatos(chamado: Chamado, passo: PassoDoChamado) -> dict[str, str]:
    return fatos_do_chamado(chamado, None if passo.passo == Passo.ABRIR else passo.texto)
