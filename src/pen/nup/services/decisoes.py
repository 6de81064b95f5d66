"""Os passos de um pedido. Cada um trava a linha, confere quem e quando, aplica, e deixa história, ato e avisos juntos."""

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import Esfera, Pessoa, exigir_entrada_forte
from pen.nup.enums.situacoes import Condicao, Operacao, Passo, SituacaoDaUnidade, SituacaoDoPedido
from pen.nup.errors import MudancaImpossivel, PedidoEmOutraSituacao, PedidoNaoEncontrado
from pen.nup.models import GestorDeUp, Participacao, PassoDoPedido, Pedido, Unidade
from pen.nup.models.cadastro import INSTITUICAO_DO_NIPE
from pen.nup.rules import cuida_do_pedido, lados_que_confirma, pode_decidir
from pen.nup.selectors.observadas import instituicoes_do_nipe
from pen.nup.selectors.pedidos import lados_a_confirmar, pedidos_visiveis
from pen.nup.selectors.unidades import sugerir_codigo
from pen.nup.services.avisos_de_pedido import Evento, avisar_do_pedido
from pen.nup.services.pedidos import AnexoNovo, acrescentar_anexos, conferir_codigo_livre
from pen.nup.services.unidades import alterar_unidade, criar_unidade
from pen.nup.values.numeros import SIGLAS_DAS_UFS
from pen.nup.values.pedidos import ABERTAS, PRAZOS, fluxo_de

_EVENTOS = {
    Passo.DEVOLVER: Evento.DEVOLVIDO,
    Passo.RESPONDER: Evento.A_DECIDIR,
    Passo.DEFERIR: Evento.DEFERIDO,
    Passo.INDEFERIR: Evento.INDEFERIDO,
    Passo.CONFIRMAR: Evento.DEFERIDO,
    Passo.CANCELAR: Evento.CANCELADO,
    Passo.EXPIRAR: Evento.EXPIRADO,
}
PEDIDOS_POR_VEZ = 500


@dataclass(frozen=True, slots=True)
class Decisao:
    """O que quem defere escreve: o motivo, o código (da unidade nova ou da instituição do NIPE) e o SIORG."""

    motivo: str
    codigo: str = ""
    siorg_conferido: bool = False


@transaction.atomic
def devolver_pedido(*, por: Pessoa, pedido_id: uuid.UUID, motivo: str, agora: datetime | None = None) -> Pedido:
    """Devolve a quem pediu, dizendo o que falta.

    Levanta:
        PedidoNaoEncontrado, EntradaFraca, PedidoEmOutraSituacao, PedidoIncompleto.
        SemPermissao: ``por`` não decide este pedido.
    """
    pedido = _travar(por, pedido_id)
    _exigir_quem_decide(por, pedido)
    return _passar(
        pedido, Passo.DEVOLVER, por=por, texto=exigir_texto(motivo, "Diga o que falta.", campo="motivo"), agora=agora
    )


@transaction.atomic
def responder_pedido(
    *, por: Pessoa, pedido_id: uuid.UUID, resposta: str, anexos: Sequence[AnexoNovo] = (), agora: datetime | None = None
) -> Pedido:
    """Responde ao que foi pedido na devolução, com ou sem anexos; o pedido volta à análise.

    Levanta:
        PedidoNaoEncontrado, EntradaFraca, PedidoEmOutraSituacao, PedidoIncompleto, AnexoInvalido.
        SemPermissao: ``por`` não cuida deste pedido.
    """
    pedido = _travar(por, pedido_id)
    _exigir_quem_cuida(por, pedido)
    acrescentar_anexos(pedido, anexos, por=por, agora=agora or timezone.now())
    return _passar(
        pedido, Passo.RESPONDER, por=por, texto=exigir_texto(resposta, "Escreva a resposta.", campo="motivo"), agora=agora
    )


@transaction.atomic
def deferir_pedido(*, por: Pessoa, pedido_id: uuid.UUID, decisao: Decisao, agora: datetime | None = None) -> Pedido:
    """Aceita o pedido e aplica a mudança, na mesma transação.

    Levanta:
        PedidoNaoEncontrado, EntradaFraca, SemPermissao, PedidoEmOutraSituacao.
        PedidoIncompleto: falta o motivo, o código, ou a declaração de que o SIORG foi conferido.
        MudancaImpossivel: o cadastro já não está como o pedido supõe.
    """
    agora = agora or timezone.now()
    pedido = _travar(por, pedido_id)
    _exigir_quem_decide(por, pedido)
    _situacao_apos(pedido, Passo.DEFERIR)
    motivo = exigir_texto(decisao.motivo, "Diga por que defere.", campo="motivo")
    _APLICAR[Operacao(pedido.operacao)](pedido, decisao, por, agora)
    pedido.siorg_conferido = decisao.siorg_conferido
    return _passar(pedido, Passo.DEFERIR, por=por, texto=motivo, agora=agora)


@transaction.atomic
def indeferir_pedido(*, por: Pessoa, pedido_id: uuid.UUID, motivo: str, agora: datetime | None = None) -> Pedido:
    """Nega o pedido; numa migração, um dos lados a recusa.

    Levanta:
        PedidoNaoEncontrado, EntradaFraca, PedidoEmOutraSituacao, PedidoIncompleto.
        SemPermissao: ``por`` não decide nem confirma este pedido.
    """
    pedido = _travar(por, pedido_id)
    if not lados_que_confirma(por, pedido):
        _exigir_quem_decide(por, pedido)
    return _passar(
        pedido, Passo.INDEFERIR, por=por, texto=exigir_texto(motivo, "Diga por que nega.", campo="motivo"), agora=agora
    )


@transaction.atomic
def confirmar_migracao(*, por: Pessoa, pedido_id: uuid.UUID, agora: datetime | None = None) -> Pedido:
    """Confirma um lado da migração; com os dois, a unidade muda de órgão gestor.

    Quem é gestor dos dois lados confirma um por vez: primeiro a origem.

    Levanta:
        PedidoNaoEncontrado, EntradaFraca, PedidoEmOutraSituacao.
        SemPermissao: ``por`` não é do lado que falta.
        MudancaImpossivel: a unidade já não é do órgão gestor de origem.
    """
    agora = agora or timezone.now()
    pedido = _travar(por, pedido_id)
    _situacao_apos(pedido, Passo.CONFIRMAR)
    lados = lados_a_confirmar(pedido) & lados_que_confirma(por, pedido)
    conferir(bool(lados), SemPermissao("Só os gestores de UP do órgão gestor que ainda não confirmou podem confirmar."))
    if pedido.orgao_gestor_id in lados:
        pedido.origem_confirmada_em = agora
    else:
        pedido.destino_confirmado_em = agora
    if not lados_a_confirmar(pedido):
        _migrar(pedido, por, agora)
        return _passar(pedido, Passo.CONFIRMAR, por=por, texto="Confirmada pelos dois órgãos gestores.", agora=agora)
    pedido.save()
    PassoDoPedido.objects.create(pedido=pedido, passo=Passo.CONFIRMAR, por=por, em=agora)
    _registrar(por, pedido, "cnup.confirmado")
    avisar_do_pedido(Evento.A_DECIDIR, pedido)
    return pedido


@transaction.atomic
def cancelar_pedido(*, por: Pessoa, pedido_id: uuid.UUID, agora: datetime | None = None) -> Pedido:
    """Desiste do pedido.

    Levanta:
        PedidoNaoEncontrado, EntradaFraca, PedidoEmOutraSituacao.
        SemPermissao: ``por`` não cuida deste pedido.
    """
    pedido = _travar(por, pedido_id)
    _exigir_quem_cuida(por, pedido)
    return _passar(pedido, Passo.CANCELAR, por=por, texto="", agora=agora)


def cancelar_adesoes_de(pessoa_id: int, *, agora: datetime) -> None:
    """Cancela as adesões abertas que a pessoa pediu, quando ela exclui a conta: sem ela, não há quem designar."""
    abertas = Pedido.objects.filter(pedido_por_id=pessoa_id, operacao=Operacao.ADESAO, situacao__in=ABERTAS)
    for pedido in abertas.select_for_update():
        _passar(pedido, Passo.CANCELAR, por=None, texto="Quem pediu excluiu a conta.", agora=agora)


def expirar_pedidos(*, agora: datetime) -> int:
    """Encerra os que esperaram resposta ou confirmação além do prazo; devolve quantos. Rodar de novo não muda nada."""
    vencidos = Pedido.objects.filter(
        situacao__in=[SituacaoDoPedido.DEVOLVIDO, SituacaoDoPedido.EM_CONFIRMACAO], prazo__lt=agora
    )
    expirados = 0
    for pedido_id in list(vencidos.values_list("pk", flat=True)[:PEDIDOS_POR_VEZ]):
        with transaction.atomic():
            pedido = vencidos.select_for_update(skip_locked=True).filter(pk=pedido_id).first()
            if pedido is not None:
                _passar(pedido, Passo.EXPIRAR, por=None, texto="O prazo acabou sem resposta.", agora=agora)
                expirados += 1
    return expirados


@transaction.atomic
def lembrar_atrasados(*, agora: datetime) -> int:
    """Lembra quem decide, uma vez, dos pedidos cuja análise passou do prazo; devolve quantos."""
    atrasados = Pedido.objects.filter(situacao=SituacaoDoPedido.EM_ANALISE, prazo__lt=agora, atraso_avisado_em=None)
    lembrados = list(atrasados.select_for_update(skip_locked=True)[:PEDIDOS_POR_VEZ])
    for pedido in lembrados:
        avisar_do_pedido(Evento.ATRASADO, pedido)
    Pedido.objects.filter(pk__in=[p.pk for p in lembrados]).update(atraso_avisado_em=agora)
    return len(lembrados)


def _aderir(pedido: Pedido, decisao: Decisao, por: Pessoa, agora: datetime) -> None:
    instituicao = _instituicao(pedido, decisao) if pedido.orgao.esfera != Esfera.FEDERAL else None
    conferir(pedido.pedido_por.is_active, MudancaImpossivel("Quem pediu excluiu a conta; indefira o pedido."))
    condicao = Condicao.VINCULADA if pedido.orgao_gestor_id else Condicao.GESTOR
    try:
        with transaction.atomic():
            Participacao.objects.create(
                orgao=pedido.orgao,
                condicao=condicao,
                orgao_gestor_id=pedido.orgao_gestor_id,
                instituicao=instituicao,
                desde=agora,
            )
    except IntegrityError as erro:
        raise MudancaImpossivel(
            "O órgão já participa do CNUP, ou a instituição do NIPE já é de outro.", campo="codigo"
        ) from erro
    GestorDeUp.objects.create(orgao=pedido.orgao, pessoa=pedido.pedido_por, desde=agora, designado_por=por, **pedido.dados)


def _instituicao(pedido: Pedido, decisao: Decisao) -> str:
    """A instituição do NIPE: a da relação oficial ou, na falta dela, a que quem decide deu."""
    da_relacao = instituicoes_do_nipe().get(pedido.orgao.codigo)
    instituicao = da_relacao or decisao.codigo.strip()
    bem_formada = re.fullmatch(INSTITUICAO_DO_NIPE, instituicao, re.ASCII) is not None
    if not bem_formada or pedido.orgao.uf not in {"", SIGLAS_DAS_UFS[instituicao[:2]]}:
        raise PedidoIncompleto(
            "Informe a instituição do NIPE: o código IBGE da UF do órgão e três algarismos. A relação oficial não tem este "
            "órgão.",
            campo="codigo",
        )
    conferir(
        da_relacao is not None or instituicao not in instituicoes_do_nipe().values(),
        MudancaImpossivel("Na relação oficial, essa instituição é de um município.", campo="codigo"),
    )
    return instituicao


def _cadastrar(pedido: Pedido, decisao: Decisao, por: Pessoa, agora: datetime) -> None:
    participacao = Participacao.objects.filter(orgao=pedido.orgao).first()
    conferir(participacao is not None, MudancaImpossivel("O órgão já não participa do CNUP."))
    assert participacao is not None
    _exigir_siorg(decisao, do_nipe=participacao.instituicao is not None)
    codigo = decisao.codigo.strip() or pedido.dados["codigo"] or sugerir_codigo(participacao)
    conferir_codigo_livre(codigo, participacao)
    ficha = {campo: valor for campo, valor in pedido.dados.items() if campo != "codigo"}
    dono = {"orgao": pedido.orgao, "orgao_gestor_id": participacao.orgao_gestor_id or pedido.orgao_id}
    pedido.unidade = criar_unidade(
        por=por, pedido=pedido, codigo=codigo, dados=ficha | dono, motivo=decisao.motivo, agora=agora
    )


def _alterar(pedido: Pedido, decisao: Decisao, por: Pessoa, agora: datetime) -> None:
    unidade = _travar_unidade(pedido, SituacaoDaUnidade.ATIVA)
    if pedido.dados["unidade_siorg"] != unidade.unidade_siorg:
        _exigir_siorg(decisao, do_nipe=unidade.do_nipe)
    alterar_unidade(por=por, pedido=pedido, unidade=unidade, mudancas=pedido.dados, motivo=decisao.motivo, agora=agora)


def _inativar(pedido: Pedido, decisao: Decisao, por: Pessoa, agora: datetime) -> None:
    unidade = _travar_unidade(pedido, SituacaoDaUnidade.ATIVA)
    mudancas = {"situacao": SituacaoDaUnidade.INATIVA}
    alterar_unidade(por=por, pedido=pedido, unidade=unidade, mudancas=mudancas, motivo=decisao.motivo, agora=agora)


def _reativar(pedido: Pedido, decisao: Decisao, por: Pessoa, agora: datetime) -> None:
    unidade = _travar_unidade(pedido, SituacaoDaUnidade.INATIVA)
    _exigir_siorg(decisao, do_nipe=unidade.do_nipe)
    mudancas = {"situacao": SituacaoDaUnidade.ATIVA}
    alterar_unidade(por=por, pedido=pedido, unidade=unidade, mudancas=mudancas, motivo=decisao.motivo, agora=agora)


def _migrar(pedido: Pedido, por: Pessoa, agora: datetime) -> None:
    """A unidade muda de órgão gestor; a do próprio órgão gestor muda também de órgão, e a vinculada segue a última unidade."""
    # A participação antes da unidade, como na descentralização: quem trava na mesma ordem não se cruza.
    Participacao.objects.select_for_update(no_key=True).filter(orgao=pedido.orgao).first()
    unidade, origem = _travar_unidade(pedido), pedido.orgao_gestor_id
    conferir(unidade.orgao_gestor_id == origem, MudancaImpossivel("A unidade já não é do órgão gestor de origem."))
    mudancas = {"orgao_gestor_id": pedido.destino_id}
    if unidade.orgao_id == origem:
        mudancas["orgao_id"] = pedido.destino_id
    alterar_unidade(por=por, pedido=pedido, unidade=unidade, mudancas=mudancas, motivo=pedido.motivo, agora=agora)
    if not Unidade.objects.filter(orgao=unidade.orgao, orgao_gestor=pedido.orgao_gestor).exists():
        vinculada = Participacao.objects.filter(orgao=unidade.orgao, orgao_gestor=pedido.orgao_gestor)
        if vinculada.exclude(orgao=pedido.destino).update(orgao_gestor=pedido.destino):
            _entregar_pedidos_abertos(pedido, a=pedido.destino_id)


def _descentralizar(pedido: Pedido, decisao: Decisao, por: Pessoa, agora: datetime) -> None:
    _entregar_pedidos_abertos(pedido, a=None)
    quantas = Participacao.objects.filter(orgao=pedido.orgao, condicao=Condicao.VINCULADA).update(
        condicao=Condicao.DESCENTRALIZADA, orgao_gestor=None
    )
    conferir(quantas == 1, MudancaImpossivel("O órgão já não é entidade vinculada."))
    for unidade in Unidade.objects.select_for_update(no_key=True).filter(orgao=pedido.orgao).order_by("pk"):
        mudancas = {"orgao_gestor_id": pedido.orgao_id}
        alterar_unidade(por=por, pedido=pedido, unidade=unidade, mudancas=mudancas, motivo=decisao.motivo, agora=agora)


def _entregar_pedidos_abertos(causa: Pedido, *, a: int | None) -> None:
    """Os outros pedidos abertos do órgão passam a quem agora os decide: o órgão gestor novo, ou (``None``) só a equipe PEN."""
    abertos = Pedido.objects.filter(orgao=causa.orgao, orgao_gestor_id=causa.orgao_gestor_id, situacao__in=ABERTAS)
    outros = abertos.exclude(pk=causa.pk).exclude(operacao=Operacao.MIGRACAO)
    for pedido in outros.select_for_update().order_by("pk"):
        pedido.orgao_gestor_id = a
        pedido.save(update_fields=["orgao_gestor"])
        avisar_do_pedido(Evento.A_DECIDIR, pedido)


_APLICAR: dict[Operacao, Callable[[Pedido, Decisao, Pessoa, datetime], None]] = {
    Operacao.ADESAO: _aderir,
    Operacao.CADASTRO: _cadastrar,
    Operacao.ALTERACAO: _alterar,
    Operacao.INATIVACAO: _inativar,
    Operacao.REATIVACAO: _reativar,
    Operacao.DESCENTRALIZACAO: _descentralizar,
}


def _travar(por: Pessoa, pedido_id: uuid.UUID) -> Pedido:
    travado = pedidos_visiveis(por).select_for_update(of=("self",)).filter(pk=pedido_id).first()
    if travado is None:
        raise PedidoNaoEncontrado("Nenhum pedido neste endereço.")
    exigir_entrada_forte(por)
    return travado


def _exigir_quem_decide(por: Pessoa, pedido: Pedido) -> None:
    frase = "Ninguém decide o próprio pedido." if por.pk == pedido.pedido_por_id else "Você não decide este pedido."
    conferir(pode_decidir(por, pedido), SemPermissao(frase))


def _exigir_quem_cuida(por: Pessoa, pedido: Pedido) -> None:
    conferir(cuida_do_pedido(por, pedido), SemPermissao("Só quem pediu, ou um gestor de UP do órgão, pode fazer isto."))


def _travar_unidade(pedido: Pedido, situacao: SituacaoDaUnidade | None = None) -> Unidade:
    assert pedido.unidade is not None  # a restrição do banco garante
    unidade = Unidade.objects.select_for_update(no_key=True).get(pk=pedido.unidade.pk)
    conferir(
        situacao is None or unidade.situacao == situacao,
        MudancaImpossivel(f"A unidade {unidade.codigo} está {unidade.get_situacao_display()}, e isto já não cabe."),
    )
    return unidade


def _exigir_siorg(decisao: Decisao, *, do_nipe: bool) -> None:
    conferir(
        do_nipe or decisao.siorg_conferido,
        PedidoIncompleto("Confira no SIORG que a unidade está ativa, e declare que conferiu.", campo="siorg_conferido"),
    )


def _situacao_apos(pedido: Pedido, passo: Passo) -> SituacaoDoPedido:
    situacao = SituacaoDoPedido(pedido.situacao)
    seguinte = fluxo_de(Operacao(pedido.operacao)).get((situacao, passo))
    if seguinte is None:
        raise PedidoEmOutraSituacao(f"Este pedido está na situação «{situacao.label}», em que isto não cabe.")
    return seguinte


def _passar(pedido: Pedido, passo: Passo, *, por: Pessoa | None, texto: str, agora: datetime | None) -> Pedido:
    agora = agora or timezone.now()
    pedido.situacao = _situacao_apos(pedido, passo)
    if pedido.aberto:
        pedido.prazo, pedido.atraso_avisado_em = agora + PRAZOS[SituacaoDoPedido(pedido.situacao)], None
    else:
        pedido.decidido_por, pedido.decidido_em, pedido.decisao = por, agora, texto
    pedido.save()
    PassoDoPedido.objects.create(pedido=pedido, passo=passo, por=por, em=agora, texto=texto)
    _registrar(por, pedido, f"cnup.{pedido.situacao}")
    avisar_do_pedido(_EVENTOS[passo], pedido)
    return pedido


def _registrar(por: Pessoa | None, pedido: Pedido, ato: str) -> None:
    registrar_ato(
        por=por, ato=ato, objeto=f"pedido_cnup:{pedido.pk}", orgao_id=pedido.orgao_id,
        detalhes={"operacao": pedido.operacao, "unidade": pedido.unidade.codigo if pedido.unidade else None},
    )  # fmt: skip
