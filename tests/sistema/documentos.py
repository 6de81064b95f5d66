"""Documentos já em XML para os testes de sistema: números de um prefixo só do teste, para não se misturarem."""

from pen.protocolo_integrado.interfaces.soap.mensagens import documento_em_xml
from pen.protocolo_integrado.values import DocumentoRecebido, InteressadoRecebido, MovimentoRecebido


def numero(prefixo: str, n: int) -> str:
    """Um número de 17 algarismos que começa pelos cinco do prefixo."""
    return f"{prefixo}{n:06d}202400"


def documento(prefixo: str, n: int, *, movimentos: int = 8, tamanho: int = 60) -> str:
    return documento_em_xml(
        DocumentoRecebido(
            protocolo=numero(prefixo, n), produzido_em="2024-03-04T00:00:00-03:00", especie="Processo",
            assunto=f"Assunto do processo {n}", interessados=[InteressadoRecebido(f"Pessoa {n}"), InteressadoRecebido("Outra")],
            relacionados=[numero(prefixo, n + 1)],
            movimentos=[
                MovimentoRecebido(f"2024-04-{m % 28 + 1:02}T10:00:{m % 60:02}-03:00", "PROT/ORG", f"Ato {m}: " + "x" * tamanho)
                for m in range(movimentos)
            ],
        )
    )  # fmt: skip


def arquivo_de_remessa(caminho, documentos) -> None:
    lista = "\n".join(documentos)
    caminho.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<ListaDocumentos>\n{lista}\n</ListaDocumentos>\n')
