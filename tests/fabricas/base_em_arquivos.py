"""Pastas de artigos em arquivos, para testes."""

from pathlib import Path

from tests.fabricas.conhecimento import imagem_em_bytes

ASSINAR = """---
titulo: Como assinar?
resumo: O passo a passo.
produto: sei
especie: pergunta
palavras_chave: token, certificado
vale_ate: 2027-12-31
---

# Antes de começar

Veja [o acesso](acesso.md#pelo-portal) e ![A tela de assinar](imagens/tela.png).

## Passos

1. Clique em **Assinar**.
"""
ACESSO = """# Como pedir acesso

## Pelo portal

Volte a [assinar](assinar.md).
"""
ROTEIRO = """---
titulo: Acesso negado
especie: roteiro
quando: A pessoa não tem perfil.
nivel: n2
---

Confira o perfil.

## Modelo da resposta

Olá, {nome}.

Falta o perfil.
"""
INDICE = """# Manuais

- [Assinar](assinar.md)
- [Acesso](acesso.md): pelo portal
"""


def escrever(pasta: Path, **arquivos: str | bytes) -> Path:
    """Escreve os arquivos; no nome, ``__`` é a barra e ``_ponto_`` é o ponto (sem ele, ``.md``)."""
    for nome, conteudo in arquivos.items():
        caminho = pasta / nome.replace("__", "/").replace("_ponto_", ".")
        caminho = caminho if caminho.suffix else caminho.with_suffix(".md")
        caminho.parent.mkdir(parents=True, exist_ok=True)
        caminho.write_bytes(conteudo if isinstance(conteudo, bytes) else conteudo.encode())
    return pasta


def base_pequena(pasta: Path) -> Path:
    """Três artigos, um índice e uma imagem."""
    return escrever(
        pasta, assinar=ASSINAR, acesso=ACESSO, roteiro=ROTEIRO, README=INDICE, imagens__tela_ponto_png=imagem_em_bytes()
    )


def conteudos(pasta: Path) -> dict[str, bytes]:
    """Cada arquivo da pasta, pelo caminho."""
    return {a.relative_to(pasta).as_posix(): a.read_bytes() for a in sorted(pasta.rglob("*")) if a.is_file()}
