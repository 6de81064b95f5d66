"""Tabelas do Protocolo Integrado. As regras de crescimento estão em docs/arquitetura/escala.md.

``Registro``, ``Andamento`` e ``Interessado`` são o registro nacional: toda chave começa pelo número canônico do
processo, que é a chave de distribuição. ``Remessa`` e ``Recusa`` são o livro de recibos, por órgão.
"""

from pen.protocolo_integrado.models.registro import Andamento, Interessado, Registro
from pen.protocolo_integrado.models.remessa import Recusa, Remessa

__all__ = ["Andamento", "Interessado", "Recusa", "Registro", "Remessa"]
