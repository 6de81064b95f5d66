"""A designação de gestores de UP, e os dados deles."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import NaoEncontrado, SemPermissao, conferir
from pen.identidade.public import Pessoa, e_da_equipe_central, exigir_entrada_forte, pessoa_do_cpf
from pen.nup.enums.situacoes import Operacao, SituacaoDoPedido
from pen.nup.errors import MudancaImpossivel
from pen.nup.models import GestorDeUp, Participacao, Pedido
from pen.nup.rules import gere_unidades_de
from pen.nup.services.decisoes import cancelar_adesoes_de
from pen.nup.services.pedidos import Designacao


@transaction.atomic
def designar_gestor(*, por: Pessoa, orgao_id: int, cpf: str, designacao: Designacao) -> GestorDeUp:
    """Designa gestor de UP quem tem o CPF (só algarismos), mesmo que ainda não tenha entrado.

    Levanta:
        EntradaFraca, PedidoIncompleto.
        SemPermissao: ``por`` não é gestor de UP do órgão, nem da equipe PEN.
        PapelInvalido: o CPF não confere.
        MudancaImpossivel: o órgão não participa do CNUP, ou a pessoa já é gestora dele.
    """
    exigir_entrada_forte(por)
    conferir(_pode_designar(por, orgao_id), SemPermissao("Só um gestor de UP do órgão, ou a equipe PEN, designa outro."))
    conferir(
        Participacao.objects.filter(orgao_id=orgao_id).exists(),
        MudancaImpossivel("O órgão não participa do CNUP.", campo="orgao"),
    )
    limpa = designacao.limpa()
    try:
        with transaction.atomic():
            gestor = GestorDeUp.objects.create(
                orgao_id=orgao_id, pessoa=pessoa_do_cpf(cpf), portaria=limpa.portaria, email=limpa.email,
                telefone=limpa.telefone, desde=timezone.now(), designado_por=por,
            )  # fmt: skip
    except IntegrityError as erro:
        raise MudancaImpossivel("Essa pessoa já é gestora de UP do órgão.", campo="cpf") from erro
    _registrar(por, "gestor_de_up.designado", gestor)
    return gestor


@transaction.atomic
def encerrar_designacao(*, por: Pessoa, gestor_id: int) -> None:
    """Encerra a designação; a própria pessoa também pode. Encerrar de novo não muda nada.

    Levanta:
        NaoEncontrado: não há designação com esse número que ``por`` possa encerrar.
    """
    gestor = GestorDeUp.objects.select_for_update().filter(pk=gestor_id).first()
    if gestor is None or not (por.pk == gestor.pessoa_id or _pode_designar(por, gestor.orgao_id)):
        raise NaoEncontrado("Nenhuma designação neste endereço.")
    if gestor.ate is None:
        gestor.ate, gestor.encerrado_por = timezone.now(), por
        gestor.save(update_fields=["ate", "encerrado_por"])
        _registrar(por, "gestor_de_up.encerrado", gestor)


def exportar_designacoes(pessoa_id: int) -> dict[str, Any]:
    """As designações e os pedidos da pessoa, para quem leva os próprios dados."""
    designacoes = GestorDeUp.objects.filter(pessoa_id=pessoa_id).select_related("orgao").order_by("id")
    pedidos = Pedido.objects.filter(pedido_por_id=pessoa_id).select_related("orgao").order_by("id")
    return {
        "gestao_de_up": [
            {
                "orgao": g.orgao.sigla, "portaria": g.portaria, "email": g.email, "telefone": g.telefone,
                "desde": g.desde.isoformat(), "ate": g.ate and g.ate.isoformat(),
            }
            for g in designacoes
        ],
        "pedidos_ao_cnup": [
            {
                "operacao": Operacao(p.operacao).label, "orgao": p.orgao.sigla, "pedido_em": p.pedido_em.isoformat(),
                "situacao": SituacaoDoPedido(p.situacao).label, "motivo": p.motivo, "dados": p.dados,
            }
            for p in pedidos
        ],
    }  # fmt: skip


@transaction.atomic
def excluir_designacoes(pessoa_id: int) -> None:
    """Com a conta, acabam as designações e somem os contatos; as adesões abertas que só ela pedia são canceladas."""
    suas = GestorDeUp.objects.filter(pessoa_id=pessoa_id)
    suas.filter(ate=None).update(ate=timezone.now())
    suas.update(email="", telefone="")
    cancelar_adesoes_de(pessoa_id, agora=timezone.now())
    for adesao in Pedido.objects.filter(pedido_por_id=pessoa_id, operacao=Operacao.ADESAO).exclude(dados={}):
        adesao.dados = adesao.dados | {"email": "", "telefone": ""}
        adesao.save(update_fields=["dados"])


def _pode_designar(por: Pessoa, orgao_id: int) -> bool:
    return gere_unidades_de(por, orgao_id) or e_da_equipe_central(por)


def _registrar(por: Pessoa, ato: str, gestor: GestorDeUp) -> None:
    registrar_ato(
        por=por,
        ato=ato,
        objeto=f"gestor_de_up:{gestor.pk}",
        orgao_id=gestor.orgao_id,
        detalhes={"pessoa": gestor.pessoa_id},
    )
