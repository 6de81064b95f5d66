"""Conferência de um número por API."""

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema

from pen.nup.selectors.unidades import dono_do_numero
from pen.nup.values.numeros import Numero, ler_numero
from pen.nup.values.partes import explicar_regra, partes_do_numero, regra_do_numero

router = Router(tags=["Números"])


class ParteSchema(Schema):
    """Um grupo do número."""

    grupo: str = Field(description="origem, instituicao, unidade, sequencia, ano ou digitos.")
    nome: str
    valor: str = Field(description="Como está no número, com os zeros restaurados.")
    explicacao: str


class UnidadeDoNumeroSchema(Schema):
    """A unidade que deu o número, como está no cadastro."""

    codigo: str
    situacao: str = Field(description="pendente, ativa ou inativa, hoje.")
    orgao: str | None = Field(description="Código do órgão a que pertence hoje.")
    orgao_no_ano: str | None = Field(description="Código do órgão a que pertencia no ano do número; nulo se não se sabe.")
    frase: str


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
    regra: str | None = Field(
        description="A conta que passou: modulo_11, modulo_11_ano_2_digitos ou modulo_97. Nula se nenhuma passou."
    )
    explicacao_da_regra: str
    unidade: UnidadeDoNumeroSchema | None = Field(description="Nula se a unidade não está no cadastro.")
    partes: list[ParteSchema] = Field(description="Os grupos, da esquerda para a direita; vazia se a forma é desconhecida.")


@router.get(
    "/numeros/{path:numero}",
    response=NumeroSchema,
    summary="Conferir um número de processo",
    operation_id="conferir_numero",
)
def conferir_numero(request: HttpRequest, numero: str = Path(max_length=100)) -> NumeroSchema:
    """Lê o número em qualquer forma e o explica parte por parte, com a regra que passou. Não diz se o processo existe."""
    n = ler_numero(numero)
    partes = [
        ParteSchema(grupo=p.grupo.value, nome=p.nome, valor=p.valor, explicacao=p.explicacao) for p in partes_do_numero(n)
    ]
    return NumeroSchema(
        numero=n.texto, normalizado=n.normalizado, formatado=n.formatado, forma=n.forma.value, veredito=n.veredito.value,
        explicacao=n.explicacao, up=n.up, ano=n.ano, dv=n.dv, dv_esperado=n.dv_esperado,
        regra=regra_do_numero(n), explicacao_da_regra=explicar_regra(n), unidade=_unidade(n), partes=partes,
    )  # fmt: skip


def _unidade(numero: Numero) -> UnidadeDoNumeroSchema | None:
    dono = dono_do_numero(numero)
    if dono is None:
        return None
    orgao, no_ano = dono.unidade.orgao, dono.orgao_no_ano
    return UnidadeDoNumeroSchema(
        codigo=dono.unidade.codigo, situacao=dono.unidade.situacao, orgao=orgao.codigo if orgao else None,
        orgao_no_ano=no_ano.codigo if no_ano else None, frase=dono.frase,
    )  # fmt: skip
