"""O único cliente registrado, e o endereço deste emissor: vêm das configurações, como no gov.br vêm do cadastro."""

from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings


@dataclass(frozen=True)
class Cliente:
    """Um sistema que entra com o gov.br."""

    id: str
    segredo: str
    retornos: tuple[str, ...]
    saidas: tuple[str, ...]


def cliente_registrado() -> Cliente:
    """O cliente das configurações ``GOVBR_…``; sem elas, nenhum pedido é aceito."""
    return Cliente(
        id=str(getattr(settings, "GOVBR_CLIENTE", "")),
        segredo=str(getattr(settings, "GOVBR_SEGREDO", "")),
        retornos=tuple(getattr(settings, "GOVBR_RETORNOS", ())),
        saidas=tuple(getattr(settings, "GOVBR_SAIDAS", ())),
    )


def emissor() -> str:
    """O ``iss``, sempre com barra no fim."""
    return str(getattr(settings, "GOVBR_EMISSOR", "")).rstrip("/") + "/"


def endereco(caminho: str) -> str:
    """O endereço público de um ponto deste emissor."""
    return urljoin(emissor(), caminho)
