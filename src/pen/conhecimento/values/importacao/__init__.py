"""Ler uma base de artigos escrita em arquivos: Markdown ou reStructuredText, com imagens."""
