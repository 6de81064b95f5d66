"""As cercas que as camadas do import-linter não veem. Cada uma é vista falhar num exemplo errado."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

FONTES = Path(__file__).parents[2] / "src" / "pen"
ORDEM = [
    "comum", "designsys", "identidade", "auditoria", "notificacoes", "nup", "protocolo_integrado", "conhecimento", "correio",
    "atendimento", "participen", "assistente", "portal", "govbr_de_teste", "config",
]  # fmt: skip
LIVRES = {"comum", "designsys"}


def importacoes(texto: str) -> Iterator[str]:
    for no in ast.walk(ast.parse(texto)):
        if isinstance(no, ast.ImportFrom) and no.module:
            yield no.module
        elif isinstance(no, ast.Import):
            yield from (item.name for item in no.names)


def invasoes(contexto: str, texto: str) -> list[str]:
    """Os módulos de outros contextos importados sem passar pela porta; ``config`` também pode compor interfaces."""
    erradas = []
    for modulo in importacoes(texto):
        partes = modulo.split(".")
        if partes[0] != "pen" or len(partes) < 3 or partes[1] in LIVRES | {contexto}:
            continue
        if partes[2] == "public" or (contexto == "config" and partes[2] == "interfaces"):
            continue
        erradas.append(modulo)
    return erradas


@pytest.mark.parametrize("contexto", ORDEM)
def test_um_contexto_entra_em_outro_so_pela_porta(contexto):
    achadas = {str(a): e for a in (FONTES / contexto).rglob("*.py") if (e := invasoes(contexto, a.read_text()))}

    assert not achadas


def test_a_cerca_da_porta_ve_uma_invasao():
    assert invasoes("portal", "from pen.identidade.models import Orgao") == ["pen.identidade.models"]


def nossos_modelos() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("pen.")]


def chaves_erradas(modelos: list[type[models.Model]]) -> list[str]:
    """Chaves estrangeiras que sobem, que deixam caminho de volta ou que apagam em silêncio."""
    erradas = []
    for modelo in modelos:
        for campo in modelo._meta.local_fields:
            if not isinstance(campo, models.ForeignKey):
                continue
            daqui, de_la = modelo._meta.app_label, campo.related_model._meta.app_label
            sobe = de_la in ORDEM and ORDEM.index(de_la) > ORDEM.index(daqui)
            entre_contextos = daqui != de_la
            if (
                sobe
                or campo.remote_field.related_name != "+"
                or (entre_contextos and campo.remote_field.on_delete is not models.PROTECT)
            ):
                erradas.append(f"{modelo.__name__}.{campo.name}")
    return erradas


def test_chaves_estrangeiras_descem_e_nao_deixam_caminho_de_volta():
    assert chaves_erradas(nossos_modelos()) == []


def test_a_cerca_das_chaves_ve_um_caminho_de_volta():
    from django.test.utils import isolate_apps

    with isolate_apps("pen.identidade"):

        class Errada(models.Model):
            orgao = models.ForeignKey("identidade.Orgao", on_delete=models.CASCADE)

            class Meta:
                app_label = "identidade"

        Errada._meta.get_field("orgao").remote_field.model = apps.get_model("identidade.Orgao")
        assert chaves_erradas([Errada]) == ["Errada.orgao"]


def diz_dados_pessoais(modelo: type) -> bool:
    return bool(re.search(r"Dados pessoais: \S", modelo.__doc__ or ""))


@pytest.mark.parametrize("modelo", nossos_modelos(), ids=lambda m: m.__name__)
def test_cada_modelo_diz_que_dados_pessoais_guarda(modelo):
    assert diz_dados_pessoais(modelo)


def test_a_cerca_dos_dados_pessoais_ve_um_modelo_calado():
    assert not diz_dados_pessoais(type("Calado", (), {"__doc__": "Guarda coisas."}))


def consultas_diretas(texto: str) -> list[str]:
    return re.findall(r"\b\w+\.objects\b", texto)


@pytest.mark.parametrize("arquivo", sorted(FONTES.glob("*/interfaces/**/*.py")), ids=lambda a: str(a.relative_to(FONTES)))
def test_interfaces_nao_falam_com_o_banco(arquivo):
    assert consultas_diretas(arquivo.read_text()) == []


def test_a_cerca_do_banco_ve_uma_consulta_na_view():
    assert consultas_diretas("x = Registro.objects.all()") == ["Registro.objects"]


def test_todo_contexto_esta_nas_camadas_de_dentro():
    contratos = tomllib.loads((FONTES.parents[1] / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    dentro = {nome.removeprefix("pen.") for nome in contratos[1]["containers"]}

    assert dentro == {pasta.parent.name for pasta in FONTES.glob("*/apps.py")} - {"designsys"}


NOMES_EXTERNOS = re.compile(r"enviarListaDocumentos|ResultadoDocumento>|NumeroMaximoDocumentos|autenticarPorOrgao")


def test_nomes_externos_so_existem_nas_interfaces():
    fora = [a for a in FONTES.rglob("*.py") if NOMES_EXTERNOS.search(a.read_text()) and "interfaces" not in a.parts]

    assert fora == []
