"""As credenciais com que os sistemas de um órgão numeram, criadas e revogadas por quem gere as unidades dele."""

import uuid

from pen.comum.errors import SemPermissao, conferir
from pen.identidade.public import Ambiente, Finalidade, Pessoa, criar_credencial, exigir_entrada_forte, revogar_credencial
from pen.nup.rules import gere_unidades_de
from pen.nup.selectors.unidades import orgao_que_se_cuida


def criar_credencial_de_numeracao(*, por: Pessoa, orgao_id: int) -> str:
    """Cria uma credencial que só numera e devolve o segredo, que não poderá ser visto de novo.

    Levanta:
        EntradaFraca, OrgaoNaoEncontrado, CredenciaisDemais.
        SemPermissao: ``por`` não é gestor de UP do órgão; a equipe PEN revoga, mas não cria.
    """
    exigir_entrada_forte(por)
    orgao = orgao_que_se_cuida(orgao_id, para=por)
    conferir(gere_unidades_de(por, orgao_id), SemPermissao("Só um gestor de UP do órgão cria credenciais dele."))
    return criar_credencial(por=por, orgao=orgao, ambiente=Ambiente.PRODUCAO, finalidade=Finalidade.NUMERACAO)[1]


def revogar_credencial_de_numeracao(*, por: Pessoa, orgao_id: int, credencial_id: uuid.UUID) -> None:
    """Revoga a credencial; vale no pedido seguinte do sistema. Revogar de novo não muda nada.

    Levanta:
        EntradaFraca, OrgaoNaoEncontrado.
        CredencialNaoEncontrada: não é deste órgão, ou não é de numeração.
    """
    exigir_entrada_forte(por)
    orgao = orgao_que_se_cuida(orgao_id, para=por)
    revogar_credencial(por=por, orgao=orgao, credencial_id=credencial_id, finalidade=Finalidade.NUMERACAO)
