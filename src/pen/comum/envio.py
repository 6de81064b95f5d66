"""O limite dos arquivos enviados por formulário: o que passa dele é lido e jogado fora, e não ocupa memória nem disco."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class LimiteDeArquivos(FileUploadHandler):
    """Pula o arquivo que passa de ``ARQUIVO_MAXIMO_BYTES``, e todos depois que o envio passa de ``ENVIO_MAXIMO_BYTES``.

    O nome do que foi pulado fica em ``request.arquivos_pulados``: o formulário o conta à pessoa.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.do_envio = self.do_arquivo = 0

    def new_file(self, *partes: Any, **nomeadas: Any) -> None:
        """Começa outro arquivo."""
        super().new_file(*partes, **nomeadas)
        self.do_arquivo = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Conta, e passa adiante o que cabe."""
        self.do_arquivo += len(raw_data)
        self.do_envio += len(raw_data)
        if self.do_arquivo > settings.ARQUIVO_MAXIMO_BYTES or self.do_envio > settings.ENVIO_MAXIMO_BYTES:
            pulados = self.request.__dict__.setdefault("arquivos_pulados", [])
            pulados.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Quem guarda é o seguinte."""


def arquivos_pulados(request: HttpRequest) -> list[str]:
    """Os nomes dos arquivos que passaram do limite neste pedido."""
    pulados: list[str] = request.__dict__.get("arquivos_pulados", [])
    return pulados
