"""Conferência de um número por API."""

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema

from pen.nup.values import ler_numero

router = Router(tags=["Números"])


class NumeroSchema(Schema):
    """O que se sabe de um número, parte por parte."""

    numero: str = Field(description="Como foi lido.")
    normalizado: str = Field(description="Só algarismos e letras, com os zeros restaurados.")
    formatado: str = Field(description="Com a máscara da sua forma.")
    forma: str
    veredito: str = Field(description="ok, ok_ano_2_digitos, sem_dv, letras_dv, dv_nao_confere ou forma_desconhecida.")
    explicacao: str
    up: str | None = Field(description="Unidade protocolizadora que criou o número.")
    ano: int | None
    dv: str | None
    dv_esperado: str | None


@router.get(
    "/numeros/{path:numero}",
    response=NumeroSchema,
    summary="Conferir um número de processo",
    operation_id="conferir_numero",
)
def conferir_numero(request: HttpRequest, numero: str = Path(max_length=100)) -> NumeroSchema:
    """Lê o número em qualquer forma e diz se os dígitos conferem. Não diz se o processo existe."""
    n = ler_numero(numero)
    return NumeroSchema(
        numero=n.texto, normalizado=n.normalizado, formatado=n.formatado, forma=n.forma.value, veredito=n.veredito.value,
        explicacao=n.explicacao, up=n.up, ano=n.ano, dv=n.dv, dv_esperado=n.dv_esperado,
    )  # fmt: skip
