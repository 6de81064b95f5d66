"""Órgãos: carga inicial e criação."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files

from django.db import IntegrityError, transaction

from pen.comum.errors import SemPermissao, conferir
from pen.identidade.enums import Esfera, OrigemDoCodigo, Poder, SituacaoDoOrgao
from pen.identidade.errors import OrgaoInvalido, OrgaoJaExiste
from pen.identidade.models import Orgao, Pessoa
from pen.identidade.rules import gere_o_orgao
from pen.identidade.signals import ato_praticado
from pen.identidade.values import Carga


@transaction.atomic
def carregar_orgaos() -> Carga:
    """Inclui os órgãos do SIORG e os entes do IBGE que ainda não estão; nada do que existe é alterado."""
    antes = Orgao.objects.count()
    Orgao.objects.bulk_create([*_do_siorg(), *_do_ibge()], ignore_conflicts=True, batch_size=1000)
    depois = Orgao.objects.count()
    if depois > antes:
        _ligar_superiores()
    return Carga(novos=depois - antes, existentes=antes)


def criar_orgao(
    *,
    codigo: str,
    sigla: str,
    nome: str,
    origem: OrigemDoCodigo = OrigemDoCodigo.PROPRIO,
    esfera: Esfera = Esfera.FEDERAL,
    poder: Poder = Poder.EXECUTIVO,
    uf: str = "",
) -> Orgao:
    """Cria um órgão que não veio na carga (outro poder, empresa estatal, ente novo).

    Levanta:
        OrgaoInvalido: código fora do formato (até 10 letras maiúsculas e algarismos; IBGE com 2 ou 7), ou falta nome.
        OrgaoJaExiste: já há órgão com esse código na mesma origem.
    """
    codigo, sigla, nome = codigo.strip().upper(), sigla.strip(), nome.strip()
    formato = r"[0-9]{2}|[0-9]{7}" if origem == OrigemDoCodigo.IBGE else r"[0-9A-Z]{1,10}"
    if not re.fullmatch(formato, codigo):
        raise OrgaoInvalido(f"O código «{codigo}» não serve para a origem {origem.label}.")
    if not sigla or not nome:
        raise OrgaoInvalido("Informe a sigla e o nome do órgão.")
    try:
        with transaction.atomic():
            return Orgao.objects.create(
                codigo=codigo, sigla=sigla, nome=nome, origem_do_codigo=origem, esfera=esfera, poder=poder, uf=uf
            )
    except IntegrityError as erro:
        raise OrgaoJaExiste(f"Já existe um órgão com o código {codigo} ({origem.label}).") from erro


@transaction.atomic
def alterar_orgao(*, orgao_id: int, consulta_publica: str | None = None, situacao: SituacaoDoOrgao | None = None) -> Orgao:
    """Altera o endereço da consulta própria (``{numero}`` vira o número do processo) ou a situação; ``None`` mantém.

    Levanta:
        OrgaoInvalido: o endereço não é http(s).
    """
    orgao = Orgao.objects.select_for_update().get(pk=orgao_id)
    if consulta_publica is not None:
        if consulta_publica and not re.match(r"https?://", consulta_publica):
            raise OrgaoInvalido("O endereço da consulta deve começar por http:// ou https://.")
        orgao.consulta_publica = consulta_publica
    if situacao is not None:
        orgao.situacao = situacao
    orgao.save(update_fields=["consulta_publica", "situacao"])
    return orgao


@transaction.atomic
def declarar_publicacao(*, por: Pessoa, orgao_id: int, cobertura: str, consulta_publica: str) -> Orgao:
    """O órgão diz ao público o que envia e onde fica a sua própria consulta (``{numero}`` vira o número do processo).

    Levanta:
        SemPermissao: ``por`` não gere o órgão.
        OrgaoInvalido: o endereço não é http(s).
    """
    conferir(gere_o_orgao(por, orgao_id), SemPermissao("Só quem gere o órgão pode fazer isto."))
    orgao = alterar_orgao(orgao_id=orgao_id, consulta_publica=consulta_publica.strip())
    orgao.cobertura = cobertura.strip()
    orgao.save(update_fields=["cobertura"])
    ato_praticado.send(
        Orgao, por=por, ato="cobertura.alterada", objeto=f"orgao:{orgao.pk}", orgao_id=orgao.pk,
        detalhes={"cobertura": orgao.cobertura, "consulta": orgao.consulta_publica},
    )  # fmt: skip
    return orgao


def _ligar_superiores() -> None:
    ids = dict(Orgao.objects.filter(origem_do_codigo=OrigemDoCodigo.SIORG).values_list("codigo", "id"))
    superiores = {linha["codigo_siorg"]: linha["codigo_siorg_superior"] for linha in _ler("orgaos_siorg_2021-07.csv")}
    sem_superior = Orgao.objects.filter(origem_do_codigo=OrigemDoCodigo.SIORG, superior=None)
    mudados = []
    for orgao in sem_superior:
        orgao.superior_id = ids.get(superiores.get(orgao.codigo, ""))
        if orgao.superior_id:
            mudados.append(orgao)
    Orgao.objects.bulk_update(mudados, ["superior"], batch_size=500)


def _ler(nome: str) -> Iterator[dict[str, str]]:
    texto = files("pen.identidade").joinpath("dados", nome).read_text(encoding="utf-8")
    yield from csv.DictReader(texto.splitlines())


def _do_siorg() -> Iterator[Orgao]:
    for linha in _ler("orgaos_siorg_2021-07.csv"):
        yield Orgao(
            origem_do_codigo=OrigemDoCodigo.SIORG, codigo=linha["codigo_siorg"], sigla=linha["sigla"], nome=linha["nome"],
            esfera=Esfera.FEDERAL, poder=Poder.EXECUTIVO, site=linha["site"],
        )  # fmt: skip


def _do_ibge() -> Iterator[Orgao]:
    for linha in _ler("ibge_estados.csv"):
        artigo = "Governo do Distrito Federal" if linha["uf"] == "DF" else f"Estado: {linha['nome']}"
        yield Orgao(
            origem_do_codigo=OrigemDoCodigo.IBGE, codigo=linha["codigo_uf"], sigla=linha["uf"], nome=artigo,
            esfera=Esfera.ESTADUAL, poder=Poder.EXECUTIVO, uf=linha["uf"],
        )  # fmt: skip
    for linha in _ler("ibge_municipios.csv"):
        yield Orgao(
            origem_do_codigo=OrigemDoCodigo.IBGE, codigo=linha["codigo_ibge"], sigla=f"{linha['nome'][:26]}/{linha['uf']}",
            nome=f"Município: {linha['nome']}/{linha['uf']}", esfera=Esfera.MUNICIPAL, poder=Poder.EXECUTIVO, uf=linha["uf"],
        )  # fmt: skip
