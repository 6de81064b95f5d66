"""Documentos de remessa para testes."""

from itertools import count

from django.db import connection

from pen.identidade.public import SistemaAutenticado
from pen.nup.public import gerar_nup
from pen.protocolo_integrado.enums import Canal
from pen.protocolo_integrado.services.remessa import receber_remessa
from pen.protocolo_integrado.values import DocumentoRecebido, InteressadoRecebido, MovimentoRecebido, Recibo

_sequencia = count(1)


def fabricar_nup() -> str:
    """Um NUP novo, de 17 dígitos, sem pontuação."""
    return gerar_nup("50650", next(_sequencia), 2024).normalizado


def movimento(
    quando: str = "2024-03-05T10:00:00-03:00", operacao: str = "Processo recebido na unidade", unidade: str = "PROT/ORG"
):
    return MovimentoRecebido(quando, unidade, operacao)


def documento(protocolo: str | None = None, *movimentos: MovimentoRecebido, **campos: object) -> DocumentoRecebido:
    """Um documento que seria aceito; ``campos`` troca o que o teste quer."""
    padrao = {
        "protocolo": protocolo or fabricar_nup(), "produzido_em": "2024-03-04T00:00:00-03:00", "especie": "Processo",
        "assunto": "Pessoal: Abono Permanência - Concessão", "movimentos": movimentos or (movimento(),),
        "interessados": (), "relacionados": (), "bruto": lambda: "<Documento/>",
    }  # fmt: skip
    return DocumentoRecebido(**padrao | campos)


def interessados(*nomes: str) -> tuple[InteressadoRecebido, ...]:
    return tuple(InteressadoRecebido(nome) for nome in nomes)


def enviar(por: SistemaAutenticado, *documentos: DocumentoRecebido) -> Recibo:
    return receber_remessa(por=por, documentos=list(documentos), canal=Canal.SOAP)


def comandos_ao_enviar(por: SistemaAutenticado, *documentos: DocumentoRecebido) -> list[str]:
    """O SQL de cada comando que a remessa manda ao banco, menos os COPY; os preparados, o Django não anota noutro lugar."""
    comandos: list[str] = []

    def anotar(executar, sql, *resto):
        comandos.append(sql)
        return executar(sql, *resto)

    with connection.execute_wrapper(anotar):
        enviar(por, *documentos)
    return comandos
