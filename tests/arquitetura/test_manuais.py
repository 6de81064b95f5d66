"""Os manuais de docs/manuais: o cabeçalho, aonde levam os endereços, as fotos, e as palavras da tela que citam."""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from django.urls import Resolver404, resolve

from pen.comum.portugues import palavras
from pen.comum.texto import sem_acentos
from pen.conhecimento.enums import Especie, NivelDoRoteiro
from pen.conhecimento.models.artigo import RESUMO_MAXIMO, TITULO_MAXIMO

RAIZ = Path(__file__).parents[2]
MANUAIS = RAIZ / "docs/manuais"
FOTOS = MANUAIS / "imagens"
CODIGO = re.compile(r"^```.*?^```|`[^`\n]+`", re.M | re.S)
ENDERECO = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
CITADO = re.compile(r"«([^»]+)»")
CHAVES = {"resumo", "produto", "especie", "palavras_chave", "perguntas", "interno", "quando", "nivel"}
PRODUTOS = {p["codigo"] for p in tomllib.loads((RAIZ / "src/pen/conhecimento/dados/produtos.toml").read_text())["produto"]}
MODELO = "## Modelo da resposta"


class Manual(NamedTuple):
    """Um artigo: de que arquivo, o que diz o cabeçalho, o título e o corpo."""

    arquivo: Path
    cabecalho: dict[str, str]
    titulo: str
    corpo: str

    @property
    def especie(self) -> str:
        return self.cabecalho.get("especie", Especie.MANUAL.value)

    @property
    def texto(self) -> str:
        """O corpo sem o que é código."""
        return CODIGO.sub("", self.corpo)


def ler_manual(arquivo: Path) -> Manual:
    """O artigo, na forma de docs/arquitetura/manuais.md; falha, se não é dessa forma."""
    partes = re.fullmatch(r"---\n(.*?)\n---\n\n*# ([^\n]+)\n(.*)", arquivo.read_text(), re.S)
    assert partes, f"{arquivo.name} não começa pelo cabeçalho e pelo título"
    pares = [linha.partition(": ") for linha in partes[1].splitlines()]
    return Manual(arquivo, {chave: valor for chave, _, valor in pares}, partes[2], partes[3])


TODOS = [ler_manual(a) for a in sorted(MANUAIS.glob("*/*.md"))]


def falta_no_cabecalho(manual: Manual) -> list[str]:
    """O que a importação recusaria, ou publicaria errado."""
    c, e_roteiro = manual.cabecalho, manual.especie == Especie.ROTEIRO
    regras = {
        "chave que não existe": set(c) <= CHAVES,
        "chave vazia": all(c.values()),
        "espécie": manual.especie in Especie.values,
        "produto": c.get("produto", "nup") in PRODUTOS,
        "resumo": 0 < len(c.get("resumo", "")) <= RESUMO_MAXIMO,
        "palavras-chave": 0 < len(c.get("palavras_chave", "")) <= RESUMO_MAXIMO,
        "interno": c.get("interno", "sim") == "sim",
        "título": len(manual.titulo) <= TITULO_MAXIMO,
        "título no meio": not re.search(r"^# ", manual.texto, re.M),
        "HTML": not re.search(r"<[a-z/!]", manual.texto, re.I),
        "nome do arquivo": bool(re.fullmatch(r"[a-z0-9-]+", manual.arquivo.stem)),
        "situação do roteiro": bool(c.get("quando")) == e_roteiro and len(c.get("quando", "")) <= RESUMO_MAXIMO,
        "nível do roteiro": c.get("nivel", "") in (NivelDoRoteiro.values if e_roteiro else [""]),
        "roteiro à vista de todos": not e_roteiro or c.get("interno") == "sim",
        "modelo do roteiro": bool(manual.corpo.partition(MODELO)[2].strip()) == e_roteiro,
    }
    return [nome for nome, cumprida in regras.items() if not cumprida]


def aonde_nao_leva(manual: Manual) -> list[str]:
    """Os endereços do artigo que não levam a nada, ou levam quem não é da equipe a um artigo interno."""
    return [destino for foto, _, destino in ENDERECO.findall(manual.texto) if not _leva(manual, destino, foto=bool(foto))]


def _leva(manual: Manual, destino: str, *, foto: bool) -> bool:
    if destino.startswith("https://"):
        return not foto
    if destino.startswith("/"):
        try:
            return bool(resolve(re.split("[?#]", destino)[0])) and not foto
        except Resolver404:
            return False
    alvo = (manual.arquivo.parent / destino).resolve()
    if foto:
        return alvo.parent == FOTOS and alvo.is_file()
    outro = next((m for m in TODOS if m.arquivo == alvo), None)
    return outro is not None and ("interno" in manual.cabecalho or "interno" not in outro.cabecalho)


def _nome(manual: Manual) -> str:
    return f"{manual.arquivo.parent.name}/{manual.arquivo.name}"


def palavras_da_tela() -> str:
    """Tudo o que as páginas e os comandos podem escrever, numa linha e sem maiúsculas."""
    textos = [a.read_text() for forma in ("jinja", "py", "toml", "js") for a in (RAIZ / "src/pen").rglob(f"*.{forma}")]
    return " ".join(" ".join(textos).split()).casefold()


def test_o_cabecalho_e_o_que_a_importacao_le():
    assert {_nome(m): falta for m in TODOS if (falta := falta_no_cabecalho(m))} == {}


def test_todo_endereco_leva_a_uma_pagina_a_um_artigo_que_se_le_ou_a_uma_foto():
    assert {_nome(m): perdidos for m in TODOS if (perdidos := aonde_nao_leva(m))} == {}


def test_os_titulos_nao_se_repetem():
    titulos = [m.titulo.casefold() for m in TODOS]

    assert {t for t in titulos if titulos.count(t) > 1} == set()


def test_o_que_esta_entre_aspas_angulares_e_o_que_a_tela_diz():
    tela = palavras_da_tela()
    citado = [(m.arquivo.stem, c) for m in TODOS for c in CITADO.findall(m.texto)]
    inventado = [(onde, c) for onde, c in citado if " ".join(c.split()).casefold() not in tela]

    assert inventado == [] and len(citado) > 300


def test_toda_foto_guardada_e_usada_tem_texto_alternativo_e_tem_o_texto_ao_lado():
    usos = [(alt, Path(destino).name) for m in TODOS for foto, alt, destino in ENDERECO.findall(m.texto) if foto]
    fotos, textos = {a.name for a in FOTOS.glob("*.png")}, {a.stem for a in FOTOS.glob("*.txt")}

    assert [nome for alt, nome in usos if not alt.strip()] == []
    assert {nome for _, nome in usos} == fotos and {f"{t}.png" for t in textos} == fotos


def test_as_fotos_juntas_nao_passam_de_tres_megabytes():
    assert sum(a.stat().st_size for a in FOTOS.iterdir()) < 3 * 2**20


def test_cada_cerca_e_vista_falhar():
    bom = TODOS[0]
    corpo = "<b>oi</b> ![](../imagens/nada.png) [a](nada.md) [b](/nada/)"
    ruim = bom._replace(cabecalho={"especie": "poema", "autor": "x"}, corpo=corpo)

    assert {"espécie", "chave que não existe", "resumo", "palavras-chave", "HTML"} <= set(falta_no_cabecalho(ruim))
    assert aonde_nao_leva(ruim) == ["../imagens/nada.png", "nada.md", "/nada/"]
    publico = next(m for m in TODOS if "interno" not in m.cabecalho)
    interno = next(m for m in TODOS if "interno" in m.cabecalho)
    assert not _leva(publico, f"../{interno.arquivo.parent.name}/{interno.arquivo.name}", foto=False)


def test_as_perguntas_que_medem_a_busca_nao_estao_nos_manuais():
    """Nem as de ajuste nem as de medida; e nenhuma está em duas partes. As frases não se mostram: medir é não as ler."""
    lidas = tomllib.loads((RAIZ / "bench/assistente/perguntas.toml").read_text())
    partes: dict[str, set[str]] = {"treino": set(), "ajuste": set(), "medida": set()}
    for pergunta in [*lidas["pergunta"], *lidas["fora"]]:
        partes[pergunta["grupo"]].add(so_palavras(pergunta["texto"]))
    dos_manuais = {so_palavras(dita) for m in TODOS for dita in m.cabecalho.get("perguntas", "").split(" | ")}
    repetidas = {parte: len(ditas & dos_manuais) for parte, ditas in partes.items() if parte != "treino"}
    assert repetidas == {"ajuste": 0, "medida": 0}
    assert len(set().union(*partes.values())) == sum(map(len, partes.values()))


def so_palavras(texto: str) -> str:
    return " ".join(palavras(sem_acentos(texto)))
