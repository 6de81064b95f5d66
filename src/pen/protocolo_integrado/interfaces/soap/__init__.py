"""O contrato de fio SOAP 1.1, como os clientes dos órgãos o usam: docs/contratos/protocolo-integrado-soap-v1.md.

Os nomes externos (``enviarListaDocumentos``, ``ResultadoDocumento``…) só existem aqui.
"""
