"""Pedidos ao CNUP, com a hora dada."""

from datetime import UTC, datetime

from pen.nup.services.decisoes import (
    Decisao,
    deferir_pedido,
)
from pen.nup.services.pedidos import (
    AnexoNovo,
    pedir_adesao,
    pedir_cadastro,
)
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.nup import DESIGNACAO, FICHA, fabricar_gestor_de_up
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

AGORA = datetime(2026, 11, 21, 15, tzinfo=UTC)
SIM = Decisao("Conferido.", siorg_conferido=True)
PDF = AnexoNovo("portaria.pdf", b"%PDF-1.7 portaria")


def aderir(orgao=None, *, orgao_gestor=None, por=None):
    return pedir_adesao(
        por=por or fabricar_pessoa(), orgao_id=(orgao or fabricar_orgao()).pk, designacao=DESIGNACAO, motivo="Vamos numerar.",
        orgao_gestor_id=orgao_gestor and orgao_gestor.pk, agora=AGORA,
    )  # fmt: skip


def cadastrar(orgao, por=None, **opcoes):
    return pedir_cadastro(
        por=por or fabricar_gestor_de_up(orgao),
        orgao_id=orgao.pk,
        ficha=FICHA,
        motivo="Protocolo novo.",
        agora=AGORA,
        **opcoes,
    )


def deferir(pedido, por=None, decisao=SIM):
    return deferir_pedido(por=por or fabricar_central(), pedido_id=pedido.pk, decisao=decisao, agora=AGORA)
