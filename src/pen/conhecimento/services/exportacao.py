"""Escrever a base publicada numa pasta, na forma em que ``importar_artigos`` a lê: importada noutra base, sai igual."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from posixpath import dirname, relpath
from shutil import copyfileobj
from typing import NamedTuple

from django.urls import reverse

from pen.conhecimento.armazem import abrir
from pen.conhecimento.enums import Especie
from pen.conhecimento.errors import ImportacaoInvalida
from pen.conhecimento.models import ImagemDoArtigo, VersaoDoArtigo
from pen.conhecimento.selectors.artigos import versoes_publicadas
from pen.conhecimento.values.importacao.cabecalho import ENTRE_PERGUNTAS, escrever_cabecalho
from pen.conhecimento.values.importacao.roteiro import SECAO_DO_MODELO
from pen.conhecimento.values.ligacoes import Ligacao, Troca, trocar_ligacoes
from pen.conhecimento.values.markdown import IMAGEM

POR_VEZ = 100  # artigos na memória


class Exportados(NamedTuple):
    """Quantos artigos e imagens se escreveram."""

    artigos: int
    imagens: int


def exportar_artigos(
    destino: Path, *, internos: bool = False, ao_avancar: Callable[[int], object] = lambda n: None
) -> Exportados:
    """Escreve cada artigo publicado num arquivo, na pasta do produto dele, e as imagens ao lado; com ``internos``, também esses.

    Levanta:
        ImportacaoInvalida: a pasta não está vazia.
        ImagemIndisponivel: o conteúdo de uma imagem não está na pasta delas.
    """
    destino.mkdir(parents=True, exist_ok=True)
    if any(destino.iterdir()):
        raise ImportacaoInvalida(f"«{destino}» não está vazia: escolha outra pasta, para não misturar duas exportações.")
    versoes = versoes_publicadas(internos=internos)
    lugares = versoes.values_list("artigo__codigo", "artigo__produto__codigo")
    caminhos = {codigo: f"{produto}/{codigo}.md" if produto else f"{codigo}.md" for codigo, produto in lugares}
    artigos = imagens = 0
    for versao in versoes.iterator(POR_VEZ):
        arquivo = destino / caminhos[versao.artigo.codigo]
        arquivo.parent.mkdir(parents=True, exist_ok=True)
        do_artigo = ImagemDoArtigo.objects.filter(artigo=versao.artigo_id)
        citadas = {i.nome: i for i in do_artigo if IMAGEM + i.nome in versao.corpo}
        arquivo.write_text(_escrever(versao, caminhos, citadas), encoding="utf-8", newline="\n")
        for nome, imagem in citadas.items():
            _copiar(imagem, arquivo.parent / "imagens" / versao.artigo.codigo / nome)
        artigos, imagens = artigos + 1, imagens + len(citadas)
        ao_avancar(1)
    return Exportados(artigos, imagens)


def _copiar(imagem: ImagemDoArtigo, destino: Path) -> None:
    destino.parent.mkdir(parents=True, exist_ok=True)
    with abrir(imagem.resumo) as conteudo, destino.open("wb") as copia:
        copyfileobj(conteudo, copia)


def _escrever(versao: VersaoDoArtigo, caminhos: Mapping[str, str], citadas: Mapping[str, ImagemDoArtigo]) -> str:
    artigo, roteiro = versao.artigo, versao.artigo.especie == Especie.ROTEIRO
    cabecalho = escrever_cabecalho([
        ("codigo", artigo.codigo), ("titulo", versao.titulo), ("especie", artigo.especie),
        ("produto", artigo.produto.codigo if artigo.produto else ""), ("resumo", versao.resumo),
        ("palavras_chave", versao.palavras_chave), ("perguntas", f" {ENTRE_PERGUNTAS} ".join(versao.perguntas.split("\n"))),
        ("interno", "sim" if artigo.interno else ""),
        ("vale_ate", versao.vale_ate.isoformat() if versao.vale_ate else ""), ("quando", versao.quando),
        ("nivel", versao.nivel if roteiro else ""),
    ])  # fmt: skip
    partes = [cabecalho, _com_caminhos(versao, caminhos, citadas)]
    if roteiro:
        partes.append(f"{SECAO_DO_MODELO}\n\n{_linhas(versao.modelo)}")
    return "\n\n".join(filter(None, partes)) + "\n"


def _com_caminhos(versao: VersaoDoArtigo, caminhos: Mapping[str, str], citadas: Mapping[str, ImagemDoArtigo]) -> str:
    """O corpo, com os endereços dos artigos e das imagens trocados pelos caminhos dos arquivos."""
    daqui = dirname(caminhos[versao.artigo.codigo]) or "."
    artigo = re.compile(re.escape(reverse("conhecimento:inicio")) + r"([a-z0-9-]+)/(#.*)?")

    def decidir(ligacao: Ligacao) -> Troca:
        nome = ligacao.destino.removeprefix(IMAGEM)
        if ligacao.imagem and nome in citadas:
            return Troca(f"imagens/{versao.artigo.codigo}/{nome}", True)
        achado = artigo.fullmatch(ligacao.destino)
        if not ligacao.imagem and achado and achado[1] in caminhos:
            return Troca(relpath(caminhos[achado[1]], daqui) + (achado[2] or ""), False)
        return Troca(ligacao.destino, ligacao.imagem)

    return trocar_ligacoes(_linhas(versao.corpo), decidir).strip()


def _linhas(texto: str) -> str:
    return texto.replace("\r\n", "\n").replace("\r", "\n").strip()
