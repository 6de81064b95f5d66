"""As palavras do conhecimento: do que o domínio sabe ao que a pessoa lê."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from pen.conhecimento.enums import Especie, SituacaoDaVersao
from pen.conhecimento.models import Artigo, VersaoDoArtigo
from pen.conhecimento.selectors.artigos import ArtigoPublicado
from pen.conhecimento.selectors.busca import Busca
from pen.conhecimento.values.markdown import Corpo, ImagemNaPagina, conferir_imagens, mostrar_markdown
from pen.conhecimento.values.realce import pedaco, realcar
from pen.designsys.filtros import data

CORES = {
    SituacaoDaVersao.RASCUNHO: "neutro", SituacaoDaVersao.EM_REVISAO: "warning", SituacaoDaVersao.PUBLICADA: "success",
    SituacaoDaVersao.SUBSTITUIDA: "neutro",
}  # fmt: skip
TITULOS_NO_SUMARIO = 3  # com menos, o sumário não ajuda
TRECHO = 200  # caracteres


@dataclass(frozen=True, slots=True)
class LinhaDoArtigo:
    """Um artigo numa lista."""

    codigo: str
    titulo: str
    resumo: str
    especie: str
    produto: str
    interno: bool
    ancora: str = ""


@dataclass(frozen=True, slots=True)
class PaginaDoArtigo:
    """Um artigo na página dele."""

    titulo: str
    corpo: Corpo
    com_sumario: bool
    rodape: str
    vencido: bool


def linha_do_artigo(publicado: ArtigoPublicado) -> LinhaDoArtigo:
    """O artigo em palavras; sem resumo, o começo do texto."""
    artigo, versao = publicado.artigo, publicado.versao
    comeco = mostrar_markdown(versao.corpo[: 4 * TRECHO]).html.striptags()
    resumo = versao.resumo or versao.quando or (comeco[:TRECHO] + "…" if len(comeco) > TRECHO else comeco)
    return LinhaDoArtigo(
        artigo.codigo, versao.titulo, resumo, Especie(artigo.especie).label,
        artigo.produto.nome if artigo.produto else "", artigo.interno,
    )  # fmt: skip


def linhas_da_busca(busca: Busca) -> list[LinhaDoArtigo]:
    """Os artigos achados, com o pedaço que responde e as palavras realçadas."""
    return [
        replace(
            linha_do_artigo(artigo), ancora=melhor.trecho.ancora, titulo=realcar(artigo.versao.titulo, busca.formas),
            resumo=realcar(pedaco(melhor.trecho.texto, busca.formas), busca.formas),
        )
        for artigo, melhor in busca.artigos
    ]  # fmt: skip


def pagina_do_artigo(
    versao: VersaoDoArtigo, imagens: Mapping[str, ImagemNaPagina], *, hoje: date
) -> PaginaDoArtigo:  # fmt: skip
    """A versão, com o texto e as imagens em HTML, o sumário quando há o que sumariar, e de quando é."""
    corpo = mostrar_markdown(versao.corpo, imagens)
    partes = [f"Publicado em {data(versao.publicada_em)}" if versao.publicada_em else "Ainda não publicado"]
    if versao.vale_ate:
        partes.append(f"vale até {data(versao.vale_ate)}")
    return PaginaDoArtigo(
        versao.titulo, corpo, len(corpo.titulos) >= TITULOS_NO_SUMARIO, "; ".join(partes) + ".", versao.venceu(hoje)
    )


def linha_da_versao(versao: VersaoDoArtigo) -> tuple[str, str, str, str, str]:
    """O número, a situação e a cor dela, quem escreveu, e quando."""
    situacao = SituacaoDaVersao(versao.situacao)
    autor = versao.autor.nome_visivel if versao.autor else "Importação"
    return str(versao.numero), situacao.label, CORES[situacao], autor, data(versao.alterada_em)


def diferencas(antes: VersaoDoArtigo | None, depois: VersaoDoArtigo) -> list[tuple[str, str]]:
    """O que mudou no texto, linha por linha: (``tirou``, ``pôs`` ou ``igual``, linha); só com três linhas de contexto."""
    linhas = difflib.unified_diff(
        _texto(antes).splitlines() if antes else [], _texto(depois).splitlines(), lineterm="", n=3
    )  # fmt: skip
    nomes = {"+": "pôs", "-": "tirou", " ": "igual"}
    return [
        (nomes[linha[0]], linha[1:]) for linha in linhas if linha[:1] in nomes and not linha.startswith(("+++", "---"))
    ]  # fmt: skip


def falta_nas_imagens(versao: VersaoDoArtigo, imagens: Mapping[str, ImagemNaPagina]) -> list[str]:
    """O que impede de mandar a versão à revisão; só de uma que ainda se escreve."""
    return conferir_imagens(versao.corpo, imagens) if versao.situacao == SituacaoDaVersao.RASCUNHO else []


def inicial_do_form(versao: VersaoDoArtigo) -> dict[str, object]:
    """O que o formulário traz escrito."""
    campos = ("titulo", "resumo", "corpo", "palavras_chave", "perguntas", "vale_ate", "quando", "modelo", "nivel")
    return {campo: getattr(versao, campo) for campo in campos}


def especie_e_produto(artigo: Artigo) -> str:
    """A espécie e o produto do artigo, numa linha."""
    return " · ".join([Especie(artigo.especie).label, artigo.produto.nome if artigo.produto else "vários produtos"])


def _texto(versao: VersaoDoArtigo) -> str:
    return "\n".join(
        filter(None, [versao.titulo, versao.resumo, versao.quando, versao.modelo, versao.corpo, versao.perguntas])
    )
