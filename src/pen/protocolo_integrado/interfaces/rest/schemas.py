"""As formas JSON da consulta pública."""

from datetime import date, datetime

from ninja import Field, Schema

from pen.identidade.public import Orgao
from pen.protocolo_integrado.values import Facetas


class OrgaoSchema(Schema):
    """Quem informou."""

    codigo: str
    sigla: str
    nome: str

    @classmethod
    def de(cls, orgao: Orgao) -> "OrgaoSchema":
        """Do modelo à forma pública."""
        return cls(codigo=orgao.codigo, sigla=orgao.sigla, nome=orgao.nome)


class InteressadoSchema(Schema):
    nome: str
    documento: str | None = Field(None, description="CPF mascarado ou CNPJ, quando o órgão informou.")


class RegistroSchema(Schema):
    """O que um órgão diz do processo. Nos processos resumidos, assunto, identificação e interessados são nulos."""

    orgao: OrgaoSchema
    especie: str
    assunto: str | None
    identificacao: str | None
    produzido_em: datetime
    interessados: list[InteressadoSchema] | None
    relacionados: list[str]
    registrado_em: datetime = Field(description="Quando o número chegou pela primeira vez.")
    atualizado_em: datetime = Field(description="Quando algo mudou pela última vez.")
    carregado_em: datetime = Field(description="Última vez em que o órgão enviou este número.")


class ProcessoSchema(Schema):
    """Tudo que é público sobre um número, por órgão. Os movimentos estão em /andamentos."""

    numero: str
    formatado: str
    visibilidade: str = Field(description="publico ou resumido.")
    veredito: str
    registros: list[RegistroSchema]
    atualizado_em: datetime


class AndamentoSchema(Schema):
    ocorrido_em: datetime
    registrado_em: datetime = Field(description="Quando chegou aqui.")
    orgao: str = Field(description="Código do órgão que informou.")
    unidade: str
    operacao: str


class AndamentosSchema(Schema):
    itens: list[AndamentoSchema]
    total: int
    proxima: str | None = Field(description="Passe em «apos» para a página seguinte; nulo na última.")


class AchadoSchema(Schema):
    numero: str
    formatado: str
    orgao: OrgaoSchema
    especie: str
    assunto: str
    produzido_em: datetime
    atualizado_em: datetime


class OrgaoContadoSchema(Schema):
    codigo: str
    sigla: str
    quantos: int


class AnoContadoSchema(Schema):
    ano: int = Field(description="Da produção.")
    quantos: int


class EspecieContadaSchema(Schema):
    especie: str
    quantos: int


class FacetasSchema(Schema):
    """Como se repartem os achados mais recentes; em cada faceta, até oito valores."""

    sobre: int = Field(description="Quantos achados se contaram: os 200 mais recentes, ou todos.")
    orgaos: list[OrgaoContadoSchema]
    anos: list[AnoContadoSchema]
    especies: list[EspecieContadaSchema]

    @classmethod
    def de(cls, facetas: Facetas) -> "FacetasSchema":
        """Do valor do domínio à forma pública."""
        return cls(
            sobre=facetas.sobre,
            orgaos=[OrgaoContadoSchema(codigo=o.codigo, sigla=o.sigla, quantos=n) for o, n in facetas.orgaos],
            anos=[AnoContadoSchema(ano=a, quantos=n) for a, n in facetas.anos],
            especies=[EspecieContadaSchema(especie=e, quantos=n) for e, n in facetas.especies],
        )


class AchadosSchema(Schema):
    itens: list[AchadoSchema]
    total: int = Field(description="Conta até 1.000, ou estima.")
    total_parou: bool = Field(description="Verdadeiro quando há mais de 1.000.")
    total_estimado: bool = Field(description="Verdadeiro quando o total é uma estimativa; sem as facetas, mais larga.")
    facetas: FacetasSchema | None = Field(description="Nulo quando não se pedem.")
    sugestao: str | None = Field(description="Quando nada se achou, as palavras com a grafia corrigida, que acham.")
    proxima: str | None = Field(description="Passe em «apos» para a página seguinte; nulo na última.")


class BuscaSchema(Schema):
    """Uma busca. Vai no corpo porque nomes e documentos de pessoas não devem ficar em endereços."""

    palavras: str = Field("", max_length=200)
    assunto: str = Field("", max_length=200)
    interessado: str = Field("", max_length=200)
    documento: str = Field("", max_length=20, description="CPF ou CNPJ; correspondência exata.")
    especie: str = Field("", max_length=100)
    orgao: str = Field("", max_length=200, description="Sigla ou código.")
    desde: date | None = Field(None, description="Produzido desde (horário de Brasília).")
    ate: date | None = Field(None, description="Produzido até, inclusive.")
    apos: str = Field("", max_length=200, description="O «proxima» da página anterior.")
    facetas: bool = Field(True, description="Falso para só a página, que chega antes.")
