"""A porta do atendimento para quem está acima."""

from pen.atendimento.antivirus import versao_do_antivirus
from pen.atendimento.errors import AntivirusSemResposta, ProdutoForaDaEsfera
from pen.atendimento.models import TipoDeSuporte
from pen.atendimento.selectors.catalogo import esfera_do_orgao, tipos_do_produto
from pen.atendimento.selectors.rascunhos import rascunho_do_tipo
from pen.atendimento.services.carga import carregar_atendimento
from pen.atendimento.services.exemplo import cadastrar_exemplo
from pen.atendimento.services.rascunhos import guardar_rascunho
from pen.atendimento.services.volume import inventar_chamados

__all__ = [
    "AntivirusSemResposta",
    "ProdutoForaDaEsfera",
    "TipoDeSuporte",
    "cadastrar_exemplo",
    "carregar_atendimento",
    "esfera_do_orgao",
    "guardar_rascunho",
    "inventar_chamados",
    "rascunho_do_tipo",
    "tipos_do_produto",
    "versao_do_antivirus",
]
