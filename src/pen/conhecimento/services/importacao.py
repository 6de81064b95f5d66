"""Trazer para a base os artigos de uma pasta: o ensaio, que desfaz o que fez, e a importação, que se pode repetir e interromper.

Cada artigo é uma transação. Ele e o arquivo se ligam por ``Artigo.origem``: importar de novo só muda o que mudou lá, e deixa como
está o que uma pessoa mudou aqui. O que some da pasta não se retira.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypedDict
from urllib.parse import unquote, urlsplit

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import slugify

from pen.comum.errors import ErroDeDominio
from pen.conhecimento.enums import Especie, SituacaoDaVersao
from pen.conhecimento.errors import ImagemRecusada, ImportacaoInvalida
from pen.conhecimento.models import Artigo, Produto, VersaoDoArtigo
from pen.conhecimento.models.produto import CODIGO
from pen.conhecimento.services.artigos import (
    NOMES_DAS_PAGINAS,
    Escrito,
    alterar_artigo,
    codigo_livre,
    escrever_artigo,
    publicar_versao,
)
from pen.conhecimento.services.imagens import (
    IMAGEM_MAXIMA,
    ImagemNova,
    ImagemPreparada,
    achar_imagem,
    gravar_imagem,
    nome_livre,
    preparar_imagem,
    resumo_de,
)
from pen.conhecimento.values.importacao.modelo import ArtigoIlegivel, ArtigoLido, Aviso
from pen.conhecimento.values.importacao.pasta import Ficha, Pasta, Recusa, ler_pasta
from pen.conhecimento.values.ligacoes import Ligacao, Troca, trocar_ligacoes
from pen.conhecimento.values.markdown import IMAGEM

LISTADOS_MAXIMO = 1_000  # o que o relatório guarda de cada lista; os outros só se contam
ORIGEM_MAXIMA, CODIGO_MAXIMO = 300, 120  # caracteres


@dataclass(slots=True)
class Lista:
    """Linhas de um relatório: as primeiras, e quantas são."""

    linhas: list[str] = field(default_factory=list)
    quantas: int = 0

    def incluir(self, linha: str) -> None:
        """Anota mais uma."""
        self.quantas += 1
        if len(self.linhas) < LISTADOS_MAXIMO:
            self.linhas.append(linha)


@dataclass(slots=True)
class RelatorioDosArtigos:
    """O que uma importação, ou o ensaio de uma, encontrou e fez. Num ensaio, o que faria."""

    lidos: int = 0
    indices: Lista = field(default_factory=Lista)
    novos: Lista = field(default_factory=Lista)
    alterados: Lista = field(default_factory=Lista)
    iguais: int = 0
    imagens: int = 0
    conflitos: Lista = field(default_factory=Lista)
    sumidos: Lista = field(default_factory=Lista)
    recusados: Lista = field(default_factory=Lista)
    avisos: Lista = field(default_factory=Lista)

    @property
    def completo(self) -> bool:
        """Se tudo o que se leu tem lugar aqui."""
        return not self.recusados.quantas


def importar_artigos(
    raiz: Path, *, agora: datetime, ensaio: bool, base: str = "", produto: str = "",
    ao_avancar: Callable[[int], object] = lambda n: None,
) -> RelatorioDosArtigos:  # fmt: skip
    """Publica os artigos da pasta que são novos ou mudaram; devolve o que houve. ``base`` é o nome dela nas origens (senão, o da
    pasta), e ``produto``, o dos artigos que não dizem de que produto são.

    Levanta:
        ImportacaoInvalida: não há artigos na pasta, são demais, ou ``produto`` não existe.
    """
    base = slugify(base or raiz.resolve().name) or "base"
    catalogo = {p.codigo: p for p in Produto.objects.all()}
    if produto and produto not in catalogo:
        raise ImportacaoInvalida(f"Não há produto com o código «{produto}». Os códigos: {', '.join(catalogo)}.")
    relatorio, pasta = RelatorioDosArtigos(), ler_pasta(raiz)
    for recusa in pasta.recusas:
        relatorio.recusados.incluir(_frase(recusa))
    for ficha in pasta.fichas.values():
        if ficha.so_liga:
            relatorio.indices.incluir(ficha.caminho)
    obra = _Obra(pasta, base, catalogo, produto, agora, ensaio, relatorio)
    for ficha in pasta.artigos():
        relatorio.lidos += 1
        try:
            with transaction.atomic():
                obra.cuidar(ficha)
                transaction.set_rollback(ensaio)
        except (_Recusado, ArtigoIlegivel, ErroDeDominio, IntegrityError) as erro:
            for recusa in _recusas(ficha.caminho, erro):
                relatorio.recusados.incluir(_frase(recusa))
        ao_avancar(1)
    presentes = {f"{base}/{caminho}" for caminho in [*pasta.fichas, *(r.caminho for r in pasta.recusas)]}
    for origem in Artigo.objects.filter(origem__startswith=f"{base}/", retirado_em=None).values_list("origem", flat=True):
        if origem not in presentes:
            relatorio.sumidos.incluir(origem)
    return relatorio


class _Recusado(Exception):
    """O artigo não entra; as razões, com as linhas."""

    def __init__(self, razoes: list[Aviso]) -> None:
        super().__init__()
        self.razoes = razoes


def _recusas(caminho: str, erro: Exception) -> list[Recusa]:
    if isinstance(erro, _Recusado):
        return [Recusa(caminho, *razao) for razao in erro.razoes]
    if isinstance(erro, IntegrityError):
        return [Recusa(caminho, 1, "outra pessoa gravou um artigo neste endereço ao mesmo tempo; repita")]
    campo = erro.detalhes.get("campo") if isinstance(erro, ErroDeDominio) else None
    return [Recusa(caminho, getattr(erro, "linha", 1), f"{campo}: {erro}" if campo else str(erro))]


def _frase(recusa: Recusa) -> str:
    return f"{recusa.caminho}, linha {recusa.linha}: {recusa.razao}"


class _Dados(TypedDict):
    """O que se diz de um artigo, e não de uma versão."""

    especie: Especie
    produto: Produto | None
    interno: bool


class _Obra:
    """A importação de uma pasta, artigo por artigo."""

    def __init__(
        self, pasta: Pasta, base: str, catalogo: Mapping[str, Produto], produto: str, agora: datetime, ensaio: bool,
        relatorio: RelatorioDosArtigos,
    ) -> None:  # fmt: skip
        self.pasta, self.base, self.catalogo, self.produto = pasta, base, catalogo, produto
        self.agora, self.ensaio, self.relatorio = agora, ensaio, relatorio
        self.codigos = self._prever_codigos()

    def _prever_codigos(self) -> dict[str, str]:
        """O endereço que cada artigo tem, ou vai ter, para as ligações de uns aos outros."""
        ja = dict(Artigo.objects.filter(origem__startswith=f"{self.base}/").values_list("origem", "codigo"))
        previstos: dict[str, str] = {}
        for ficha in self.pasta.artigos():
            codigo = ja.get(f"{self.base}/{ficha.caminho}") or ficha.codigo
            previstos[ficha.caminho] = codigo or codigo_livre(ficha.titulo, tomados=previstos.values())
        return previstos

    def cuidar(self, ficha: Ficha) -> None:
        """Cria, altera ou deixa como está o artigo de um arquivo.

        Levanta:
            _Recusado, ArtigoIlegivel, ErroDeDominio: o artigo não entra.
        """
        lido = self.pasta.ler(ficha.caminho)
        origem = f"{self.base}/{ficha.caminho}"
        if len(origem) > ORIGEM_MAXIMA:
            raise _Recusado([Aviso(1, f"o caminho passa de {ORIGEM_MAXIMA} caracteres")])
        artigos = Artigo.objects.select_for_update()
        artigo = artigos.filter(origem=origem).first() or artigos.filter(codigo=self.codigos[ficha.caminho]).first()
        texto = _Texto(self, lido, artigo)
        escrito, dados = texto.escrito(), self._dados(lido)
        for aviso in sorted({*lido.avisos}):
            self.relatorio.avisos.incluir(_frase(Recusa(ficha.caminho, *aviso)))
        if artigo is None:
            codigo = self.codigos[ficha.caminho]
            if not re.fullmatch(CODIGO, codigo) or len(codigo) > CODIGO_MAXIMO or codigo in NOMES_DAS_PAGINAS:
                raise _Recusado([Aviso(1, f"o código «{codigo}» não serve de endereço")])
            versao = escrever_artigo(por=None, escrito=escrito, origem=origem, codigo=codigo, agora=self.agora, **dados)
            self._publicar(versao.artigo, texto)
            self.relatorio.novos.incluir(ficha.caminho)
            return
        versoes = VersaoDoArtigo.objects.filter(artigo=artigo).order_by("-numero")
        iguais = {campo: getattr(artigo, campo) for campo in dados} == dados
        if iguais and any(_escrito_de(versao) == escrito for versao in _que_valem(versoes, artigo, origem)):
            self.relatorio.iguais += 1
        elif razao := _mudado_aqui(artigo, versoes, origem):
            self.relatorio.conflitos.incluir(f"{ficha.caminho}: {razao}")
        else:
            Artigo.objects.filter(pk=artigo.pk).update(**dados)
            alterar_artigo(por=None, codigo=artigo.codigo, escrito=escrito, agora=self.agora)
            self._publicar(artigo, texto)
            self.relatorio.alterados.incluir(ficha.caminho)

    def _dados(self, lido: ArtigoLido) -> _Dados:
        codigo = self.pasta.produto_de(lido.caminho, self.catalogo) or self.produto
        if codigo and codigo not in self.catalogo:
            raise _Recusado([Aviso(1, f"não há produto com o código «{codigo}»")])
        especie = lido.cabecalho.especie or Especie.MANUAL
        interno = lido.cabecalho.interno or especie == Especie.ROTEIRO
        return {"especie": especie, "produto": self.catalogo.get(codigo), "interno": interno}

    def _publicar(self, artigo: Artigo, texto: "_Texto") -> None:
        for nome, preparada in texto.novas.items():
            if not self.ensaio:
                gravar_imagem(artigo, preparada, nome, None, self.agora)
            self.relatorio.imagens += 1
        publicar_versao(por=None, codigo=artigo.codigo, agora=self.agora)


def _que_valem(versoes: Iterable[VersaoDoArtigo], artigo: Artigo, origem: str) -> list[VersaoDoArtigo]:
    """As versões com que se compara o arquivo: a última que veio dele e a publicada."""
    importada = next((v for v in versoes if v.autor_id is None), None) if artigo.origem == origem else None
    publicada = next((v for v in versoes if v.situacao == SituacaoDaVersao.PUBLICADA), None)
    return [versao for versao in (importada, publicada) if versao is not None]


def _mudado_aqui(artigo: Artigo, versoes: Iterable[VersaoDoArtigo], origem: str) -> str:
    """Por que o artigo fica como está, ou vazio."""
    if artigo.origem != origem:
        return f"o endereço «{artigo.codigo}» é de um artigo que não veio deste arquivo"
    if artigo.retirado_em is not None:
        return "foi retirado da base aqui"
    return "foi alterado aqui" if next(iter(versoes)).autor_id is not None else ""


def _escrito_de(versao: VersaoDoArtigo) -> Escrito:
    return Escrito(**{campo: getattr(versao, campo) for campo in Escrito.__dataclass_fields__})


class _Texto:
    """O texto de um arquivo com as ligações e as imagens no lugar; ``novas`` são as imagens que o artigo ainda não tem."""

    def __init__(self, obra: _Obra, lido: ArtigoLido, artigo: Artigo | None) -> None:
        self.obra, self.lido, self.artigo = obra, lido, artigo
        self.novas: dict[str, ImagemPreparada] = {}
        self.razoes: list[Aviso] = []
        self._nomes: dict[str, str] = {}  # do resumo de cada imagem ao nome dela

    def escrito(self) -> Escrito:
        """O que a versão diz.

        Levanta:
            _Recusado: uma imagem não serve.
        """
        cabecalho = self.lido.cabecalho
        corpo = trocar_ligacoes(self.lido.corpo, self._decidir).strip()
        if self.razoes:
            raise _Recusado(self.razoes)
        roteiro = cabecalho.especie == Especie.ROTEIRO
        return Escrito(
            titulo=cabecalho.titulo, corpo=corpo, resumo=cabecalho.resumo, palavras_chave=cabecalho.palavras_chave,
            perguntas=cabecalho.perguntas,
            vale_ate=cabecalho.vale_ate, quando=cabecalho.quando, modelo=self.lido.modelo,
            nivel=cabecalho.nivel.value if roteiro and cabecalho.nivel else "",
        )  # fmt: skip

    def _decidir(self, ligacao: Ligacao) -> Troca:
        try:
            partes = urlsplit(ligacao.destino)
        except ValueError:
            self._avisar(ligacao, f"o endereço «{ligacao.destino}» não se entende; fica só o texto")
            return Troca(None, False)
        if ligacao.imagem:
            de_fora = bool(partes.scheme or partes.netloc) and not ligacao.destino.startswith(IMAGEM)
            return self._decidir_imagem(ligacao, de_fora=de_fora, alvo=unquote(ligacao.destino))
        if partes.scheme or partes.netloc or partes.path.startswith("/"):
            return Troca(ligacao.destino, False)
        return self._decidir_ligacao(ligacao, unquote(partes.path), unquote(partes.fragment))

    def _decidir_ligacao(self, ligacao: Ligacao, alvo: str, ancora: str) -> Troca:
        ficha = self.obra.pasta.achar_artigo(self.lido.caminho, alvo) if alvo else self.obra.pasta.fichas[self.lido.caminho]
        if ficha is None:
            self._avisar(ligacao, f"a ligação a «{alvo}» não leva a artigo nenhum desta pasta; fica só o texto")
            return Troca(None, False)
        if ancora and not ficha.so_liga:
            certa = next((a for a in (ancora, slugify(ancora)) if a in ficha.ancoras), None)
            if certa is None:
                self._avisar(ligacao, f"«{ligacao.destino}»: o artigo não tem esse título")
            ancora = f"#{certa or ancora}"
        if not alvo:
            return Troca(ancora or None, False)
        return Troca(self._endereco(ficha) + (ancora if not ficha.so_liga else ""), False)

    def _endereco(self, ficha: Ficha) -> str:
        """O do artigo; de um índice, o da página do produto, ou o da base."""
        if not ficha.so_liga:
            return reverse("conhecimento:artigo", args=[self.obra.codigos[ficha.caminho]])
        codigo = self.obra.pasta.produto_de(ficha.caminho, self.obra.catalogo) or self.obra.produto
        if codigo in self.obra.catalogo:
            return reverse("conhecimento:produto", args=[codigo])
        return reverse("conhecimento:inicio")

    def _decidir_imagem(self, ligacao: Ligacao, *, de_fora: bool, alvo: str) -> Troca:
        if de_fora:
            self._avisar(ligacao, f"imagem de fora não se mostra, e vira ligação: {ligacao.destino}")
            return Troca(ligacao.destino, False) if ligacao.rotulo.strip() else Troca(None, False)
        if not ligacao.rotulo.strip():
            frase = f"a imagem «{alvo}» não tem texto alternativo: escreva o que ela mostra"
            self.razoes.append(Aviso(self._linha(ligacao), frase))
            return Troca(ligacao.destino, True)
        try:
            return Troca(IMAGEM + self._imagem(alvo), True)
        except ImagemRecusada as erro:
            self.razoes.append(Aviso(self._linha(ligacao), erro.mensagem))
            return Troca(ligacao.destino, True)

    def _imagem(self, alvo: str) -> str:
        """O nome da imagem no artigo; a que ele não tem fica preparada."""
        caminho = self.obra.pasta.achar_arquivo(self.lido.caminho, alvo)
        if caminho is None:
            raise ImagemRecusada(f"não há imagem em «{alvo}»")
        if caminho.stat().st_size > IMAGEM_MAXIMA:
            raise ImagemRecusada(f"«{alvo}» passa de {IMAGEM_MAXIMA // 2**20} MB")
        with caminho.open("rb") as conteudo:
            resumo = resumo_de(conteudo)
            if resumo not in self._nomes:
                ja = achar_imagem(self.artigo, resumo) if self.artigo else None
                self._nomes[resumo] = ja.nome if ja else self._preparar(ImagemNova(caminho.name, conteudo))
        return self._nomes[resumo]

    def _preparar(self, nova: ImagemNova) -> str:
        preparada = preparar_imagem(nova)
        nome = nome_livre(self.artigo, preparada.nome, self.novas)
        self.novas[nome] = preparada
        return nome

    def _avisar(self, ligacao: Ligacao, frase: str) -> None:
        self.lido.avisos.append(Aviso(self._linha(ligacao), frase))

    def _linha(self, ligacao: Ligacao) -> int:
        linhas = self.lido.linhas
        return linhas.get((ligacao.destino, ligacao.rotulo)) or linhas.get((ligacao.destino, ""), ligacao.linha)
