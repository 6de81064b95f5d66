"""O exemplo da demonstração: um órgão no CNUP com uma unidade ativa, pelos mesmos pedidos e decisões dos outros."""

from django.db import transaction

from pen.identidade.public import Orgao, Pessoa
from pen.nup.selectors.unidades import participacao_de
from pen.nup.services.decisoes import Decisao, deferir_pedido
from pen.nup.services.pedidos import Designacao, FichaDaUnidade, pedir_adesao, pedir_cadastro

MOTIVO = "Demonstração."


@transaction.atomic
def cadastrar_exemplo(*, orgao: Orgao, codigo: str, gestor: Pessoa, central: Pessoa) -> None:
    """O órgão participa, com ``gestor`` como gestor de UP, e a unidade ``codigo`` está ativa; de novo, não muda nada."""
    if participacao_de(orgao.pk) is not None:
        return
    designacao = Designacao("Portaria de demonstração", "protocolo@demonstracao.invalid", "(61) 3000-0000")
    ficha = FichaDaUnidade("Protocolo-Geral", unidade_siorg=orgao.codigo, municipio="5300108", uf="DF")
    decisao = Decisao(MOTIVO, siorg_conferido=True)
    adesao = pedir_adesao(por=gestor, orgao_id=orgao.pk, designacao=designacao, motivo=MOTIVO)
    deferir_pedido(por=central, pedido_id=adesao.pk, decisao=decisao)
    cadastro = pedir_cadastro(por=gestor, orgao_id=orgao.pk, ficha=ficha, codigo=codigo, motivo=MOTIVO)
    deferir_pedido(por=central, pedido_id=cadastro.pk, decisao=decisao)
