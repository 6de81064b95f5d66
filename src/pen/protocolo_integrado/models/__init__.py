"""Tabelas do Protocolo Integrado. As regras de crescimento estão em docs/arquitetura/escala.md.

``Registro``, ``Andamento``, ``Interessado`` e ``Reenvio`` são o registro nacional: toda chave começa pelo número canônico do
processo, que é a chave de distribuição. ``Remessa`` e ``Recusa`` são o livro de recibos, por órgão.
``Acompanhamento`` e ``Novidade`` são o caminho até os avisos; ``Retencao`` e ``NomeMascarado``, o que o órgão decidiu não mostrar.
``Adesao`` e ``AmostraDeHomologacao`` são o caminho de um órgão até poder enviar (docs/dominio/adesao.md).
``Palavra`` e ``Aprendizado`` servem a corrigir a grafia de quem busca.
Os totais por dia e ``Integracao`` são o que as consultas gerenciais leem (docs/dominio/painel.md).
"""

from pen.protocolo_integrado.models.acompanhamento import Acompanhamento, Novidade
from pen.protocolo_integrado.models.adesao import Adesao, AmostraDeHomologacao
from pen.protocolo_integrado.models.cuidado import NomeMascarado, Retencao
from pen.protocolo_integrado.models.integracao import AlertaDeIntegracao, Integracao
from pen.protocolo_integrado.models.registro import Andamento, Interessado, Reenvio, Registro
from pen.protocolo_integrado.models.remessa import Recusa, Remessa
from pen.protocolo_integrado.models.totais import (
    AcompanhamentosDoDia,
    AtrasosDoDia,
    AvisosDoDia,
    ConsultasDoDia,
    ContagemDaRemessa,
    EspeciesDoDia,
    Origem,
    RecusasDoDia,
    TotalDoDia,
)
from pen.protocolo_integrado.models.vocabulario import Aprendizado, Palavra

__all__ = [
    "Acompanhamento",
    "AcompanhamentosDoDia",
    "Adesao",
    "AlertaDeIntegracao",
    "AmostraDeHomologacao",
    "Andamento",
    "Aprendizado",
    "AtrasosDoDia",
    "AvisosDoDia",
    "ConsultasDoDia",
    "ContagemDaRemessa",
    "EspeciesDoDia",
    "Integracao",
    "Interessado",
    "NomeMascarado",
    "Novidade",
    "Origem",
    "Palavra",
    "Recusa",
    "RecusasDoDia",
    "Reenvio",
    "Registro",
    "Remessa",
    "Retencao",
    "TotalDoDia",
]
