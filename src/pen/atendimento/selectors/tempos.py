"""Os chamados em que um gatilho age pelo tempo: agora, e no que já houve. Uma leitura por gatilho, sejam quantos forem."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least

from pen.atendimento.enums import CanalDaMensagem, Marco
from pen.atendimento.models import Chamado, Disparo, Gatilho, PassoDoChamado
from pen.atendimento.selectors.expediente import expediente_em_vigor
from pen.atendimento.selectors.prazos import com_prazos_correndo
from pen.atendimento.values.passos import QUIETOS
from pen.atendimento.values.tempos import Tempo

LIDOS_MAXIMO, LIDOS_POR_VEZ = 20_000, 1_000
COM_TUDO = ("produto", "formulario__tipo", "equipe", "orgao")
_DO_SISTEMA = Q(canal=CanalDaMensagem.SISTEMA)
_Vez = tuple[UUID, datetime, datetime, datetime | None]  # o chamado, quando se abriu, o marco, e até quando contou


def disparos_na_hora(gatilho: Gatilho, tempo: Tempo, *, agora: datetime) -> list[Disparo]:
    """Os que o gatilho deixa em ``agora``, por gravar; o que já disparou pelo mesmo prazo, ou sem que mexessem desde então, não."""
    depois_de, ate = tempo.janela(expediente_em_vigor(), agora)
    na_janela = _em_que_conta(tempo).filter(marco__gt=depois_de, marco__lte=ate)
    ja = Disparo.objects.filter(gatilho=gatilho, chamado=OuterRef("pk"))
    sem_movimento = tempo.marco == Marco.SEM_MOVIMENTO
    ja = ja.filter(passo=OuterRef("ultimo")) if sem_movimento else ja.filter(prazo=OuterRef("marco"))
    condicoes = gatilho.lido()
    return [
        Disparo(
            gatilho=gatilho, chamado=c, passo_id=c.ultimo if sem_movimento else None,
            prazo=None if sem_movimento else c.marco,
        )
        for c in na_janela.filter(~Exists(ja)).select_related(*COM_TUDO)
        if condicoes.casam(**fatos_do_chamado(c))
    ]  # fmt: skip


def continua_na_hora(disparo: Disparo) -> bool:
    """Se o que disparou pelo tempo ainda é assim: o prazo corre, ou ninguém mexeu no chamado. O de um passo é sempre."""
    tempo = disparo.gatilho.momento()
    if not isinstance(tempo, Tempo):
        return True
    pela_marca = {"ultimo": disparo.passo_id} if disparo.passo_id else {"marco": disparo.prazo}
    return _em_que_conta(tempo).filter(pk=disparo.chamado_id, **pela_marca).exists()


def vezes_na_hora(tempo: Tempo, *, desde: datetime, agora: datetime) -> Iterator[Chamado]:
    """Os chamados que, de ``desde`` para cá, chegaram ao tempo, do mais novo ao mais antigo, um por vez que chegaram.

    De um prazo que mudou porque o chamado esteve parado, só se sabe o último.
    """
    expediente, sem_movimento = expediente_em_vigor(), tempo.marco == Marco.SEM_MOVIMENTO
    chegaram = []
    for chamado_id, aberto_em, marco, ate in _parados(tempo, desde) if sem_movimento else _com_prazo(tempo, desde):
        if not tempo.antes and (ate or agora) - marco < tempo.duracao:
            continue  # nem em horas corridas: poupa a conta
        momento = max(tempo.momento(expediente, marco), aberto_em)
        if momento <= agora and (ate is None or momento < ate):
            chegaram.append(chamado_id)
    for comeco in range(0, len(chegaram), LIDOS_POR_VEZ):
        bloco = chegaram[comeco : comeco + LIDOS_POR_VEZ]
        lidos = Chamado.objects.select_related(*COM_TUDO).in_bulk(bloco)
        yield from (lidos[chamado_id] for chamado_id in bloco)


def fatos_do_chamado(chamado: Chamado, dito: str | None = None) -> dict[str, str]:
    """O que as condições de um gatilho olham; sem ``dito``, o pedido."""
    return {
        "produto": chamado.produto.codigo, "tipo": chamado.formulario.tipo.codigo, "equipe": chamado.equipe.codigo,
        "texto": f"{chamado.assunto}\n{chamado.descricao}" if dito is None else dito,
    }  # fmt: skip


def _em_que_conta(tempo: Tempo) -> QuerySet[Any]:
    """Os chamados em que o tempo corre, com o ``marco`` dele; sem movimento, também com o ``ultimo`` passo que não foi do sistema.

    O que o sistema anota, orienta ou lembra não é movimento. E é o último passo de fora dele que diz se já disparou: um gatilho que
    encaminha não arma outro.
    """
    if tempo.marco == Marco.SEM_MOVIMENTO:
        dados = PassoDoChamado.objects.filter(chamado=OuterRef("pk")).order_by("-ordem")
        movimentos, de_fora = dados.exclude(_DO_SISTEMA, passo__in=QUIETOS), dados.exclude(_DO_SISTEMA)
        return Chamado.objects.filter(situacao=tempo.situacao).annotate(
            marco=Subquery(movimentos.values("em")[:1]), ultimo=Subquery(de_fora.values("pk")[:1])
        )
    correndo = com_prazos_correndo().annotate(marco=F(tempo.marco.value))
    return correndo.filter(primeira_resposta_em=None) if tempo.marco == Marco.RESPOSTA else correndo


def _com_prazo(tempo: Tempo, desde: datetime) -> Iterable[_Vez]:
    """Cada chamado, o seu prazo, e quando ele deixou de correr."""
    fins = ["encerrado_em", "pausado_em", *(["primeira_resposta_em"] if tempo.marco == Marco.RESPOSTA else [])]
    campo = tempo.marco.value
    com_prazo = Chamado.objects.filter(**{f"{campo}__gte": desde}).annotate(ate=Least(*fins)).order_by(f"-{campo}")
    return com_prazo.values_list("pk", "aberto_em", campo, "ate")[:LIDOS_MAXIMO].iterator(chunk_size=LIDOS_POR_VEZ)


def _parados(tempo: Tempo, desde: datetime) -> Iterable[_Vez]:
    """Cada vez que um chamado ficou na situação: ele, desde quando, e até quando ninguém mexeu."""
    movimentos = PassoDoChamado.objects.exclude(_DO_SISTEMA, passo__in=QUIETOS)
    seguintes = movimentos.filter(chamado=OuterRef("chamado"), ordem__gt=OuterRef("ordem")).order_by("ordem")
    passos = movimentos.filter(situacao=tempo.situacao, em__gte=desde).annotate(ate=Subquery(seguintes.values("em")[:1]))
    em_ordem = passos.order_by("-em").values_list("chamado", "chamado__aberto_em", "em", "ate")
    return em_ordem[:LIDOS_MAXIMO].iterator(chunk_size=LIDOS_POR_VEZ)
