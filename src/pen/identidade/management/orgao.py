"""``pen orgao``: órgãos e credenciais de sistema."""

import json
import uuid

import click
from django.db.models import TextChoices

from pen.identidade.enums import Ambiente, Esfera, Finalidade, OrigemDoCodigo, Poder, SituacaoDoOrgao
from pen.identidade.selectors.orgaos import consultar_orgao
from pen.identidade.services import credenciais, orgaos


@click.group("orgao")
def comando() -> None:
    """Órgãos e suas credenciais."""


def _escolhas(enum: type[TextChoices]) -> "click.Choice[str]":
    return click.Choice([item.value for item in enum])


@comando.command("criar")
@click.argument("codigo")
@click.option("--sigla", required=True)
@click.option("--nome", required=True)
@click.option(
    "--origem", type=_escolhas(OrigemDoCodigo), default="proprio", show_default=True, help="De onde vem o código."
)
@click.option("--esfera", type=_escolhas(Esfera), default="federal", show_default=True)
@click.option("--poder", type=_escolhas(Poder), default="executivo", show_default=True)
@click.option("--uf", default="", help="Sigla do estado, quando houver.")
@click.option("--json", "em_json", is_flag=True)
def criar(codigo: str, sigla: str, nome: str, origem: str, esfera: str, poder: str, uf: str, em_json: bool) -> None:
    """Cria um órgão que não está no SIORG nem no IBGE (os desses já vêm em «pen preparar»)."""
    orgao = orgaos.criar_orgao(
        codigo=codigo,
        sigla=sigla,
        nome=nome,
        origem=OrigemDoCodigo(origem),
        esfera=Esfera(esfera),
        poder=Poder(poder),
        uf=uf,
    )
    _dizer({"codigo": orgao.codigo, "sigla": orgao.sigla, "nome": orgao.nome}, f"Órgão {orgao} criado.", em_json)


@comando.command("alterar")
@click.argument("codigo")
@click.option("--origem", type=_escolhas(OrigemDoCodigo), help="Quando o mesmo código existe no SIORG e no IBGE.")
@click.option("--consulta", help="Endereço da consulta própria; {numero} vira o número do processo. Vazio tira.")
@click.option("--situacao", type=_escolhas(SituacaoDoOrgao), help="Suspenso não pode enviar.")
@click.option("--json", "em_json", is_flag=True)
def alterar(codigo: str, origem: str | None, consulta: str | None, situacao: str | None, em_json: bool) -> None:
    """Altera a consulta própria ou a situação do órgão CODIGO."""
    orgao = orgaos.alterar_orgao(
        orgao_id=consultar_orgao(codigo, OrigemDoCodigo(origem) if origem else None).pk,
        consulta_publica=consulta,
        situacao=SituacaoDoOrgao(situacao) if situacao else None,
    )
    dados = {"codigo": orgao.codigo, "consulta": orgao.consulta_publica, "situacao": orgao.situacao}
    _dizer(
        dados, f"{orgao}: {orgao.get_situacao_display()}, consulta própria: {orgao.consulta_publica or 'nenhuma'}.", em_json
    )


@comando.command("credencial")
@click.argument("codigo")
@click.option("--ambiente", type=_escolhas(Ambiente), help="Por omissão, homologação; a de numeração é sempre de produção.")
@click.option("--finalidade", type=_escolhas(Finalidade), default="envio", show_default=True, help="Para que serve.")
@click.option("--origem", type=_escolhas(OrigemDoCodigo), help="Quando o mesmo código existe no SIORG e no IBGE.")
@click.option("--revogar", type=click.UUID, help="Em vez de criar, revoga a credencial com este identificador.")
@click.option("--json", "em_json", is_flag=True)
def credencial(
    codigo: str, ambiente: str | None, finalidade: str, origem: str | None, revogar: uuid.UUID | None, em_json: bool
) -> None:
    """Cria uma credencial de sistema para o órgão CODIGO e mostra a senha, uma única vez."""
    orgao = consultar_orgao(codigo, OrigemDoCodigo(origem) if origem else None)
    if revogar:
        credenciais.revogar_credencial(por=None, orgao=orgao, credencial_id=revogar, finalidade=Finalidade(finalidade))
        _dizer({"credencial": str(revogar), "situacao": "revogada"}, f"Credencial {revogar} revogada.", em_json)
        return
    de_numeracao = finalidade == Finalidade.NUMERACAO
    if de_numeracao and ambiente == Ambiente.HOMOLOGACAO:
        raise click.UsageError("A credencial de numeração é sempre de produção: números dados valem.")
    ambiente = ambiente or (Ambiente.PRODUCAO if de_numeracao else Ambiente.HOMOLOGACAO).value
    nova, segredo = credenciais.criar_credencial(
        por=None, orgao=orgao, ambiente=Ambiente(ambiente), finalidade=Finalidade(finalidade)
    )
    dados = {
        "orgao": orgao.codigo, "senha": segredo, "finalidade": finalidade, "ambiente": ambiente, "credencial": str(nova.pk),
    }  # fmt: skip
    frase = (
        f"{orgao}\n  usuário: {orgao.codigo}\n  senha:   {segredo}\n  ambiente: {nova.get_ambiente_display()}\n"
        f"  serve para: {nova.get_finalidade_display()}\n"
        f"  credencial: {nova.pk}\nGuarde a senha agora: ela não pode ser vista de novo."
    )
    _dizer(dados, frase, em_json)


def _dizer(dados: dict[str, str], frase: str, em_json: bool) -> None:
    click.echo(json.dumps(dados, ensure_ascii=False) if em_json else frase)
