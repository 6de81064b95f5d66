"""Incluir e excluir as imagens de um artigo. O nome dado a uma imagem é dela para sempre; a que uma versão cita não se exclui."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from pen.auditoria.public import registrar_ato
from pen.comum import armazem
from pen.comum.errors import SemPermissao, conferir
from pen.comum.imagens import NaoEImagem, refazer_imagem
from pen.conhecimento.armazem import guardar, pasta_das_imagens
from pen.conhecimento.errors import ArtigoNaoEncontrado, ImagemRecusada
from pen.conhecimento.models import Artigo, ImagemDoArtigo, VersaoDoArtigo
from pen.conhecimento.models.imagem import NOME_MAXIMO
from pen.conhecimento.rules import escreve
from pen.conhecimento.services.trava import travar_artigo
from pen.conhecimento.values.markdown import IMAGEM, conferir_imagens
from pen.identidade.public import Pessoa

IMAGEM_MAXIMA = 10 * 2**20  # bytes
IMAGENS_POR_ENVIO, IMAGENS_POR_ARTIGO = 20, 300
FORMATOS = {
    "PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg"), "GIF": ("gif", "image/gif"), "WEBP": ("webp", "image/webp"),
}  # fmt: skip
ACEITOS = "PNG, JPEG, WebP ou GIF"


@dataclass(frozen=True, slots=True)
class ImagemNova:
    """Uma imagem como chegou."""

    nome: str
    conteudo: BinaryIO


@dataclass(frozen=True, slots=True)
class ImagemPreparada:
    """Uma imagem refeita, com o nome que lhe cabe se estiver livre."""

    nome: str
    formato: str
    conteudo: BinaryIO
    largura: int
    altura: int
    recebida: str


def preparar_imagem(nova: ImagemNova) -> ImagemPreparada:
    """Confere e refaz a imagem; quem diz o formato é o conteúdo.

    Levanta:
        ImagemRecusada: vazia, grande demais, ou não é uma imagem que se aceite.
    """
    chamada = PurePosixPath(nova.nome.replace("\\", "/")).name[:NOME_MAXIMO]
    tamanho = nova.conteudo.seek(0, 2)
    conferir(tamanho <= IMAGEM_MAXIMA, ImagemRecusada(f"«{chamada}» passa de {IMAGEM_MAXIMA // 2**20} MB."))
    recebida = resumo_de(nova.conteudo)
    nova.conteudo.seek(0)
    try:
        refeita = refazer_imagem(nova.conteudo, list(FORMATOS))
    except NaoEImagem as erro:
        raise ImagemRecusada(f"«{chamada}» {erro}. Envie {ACEITOS}.") from None
    extensao, formato = FORMATOS[refeita.formato]
    base = re.sub(r"[-_]{2,}", "-", slugify(PurePosixPath(chamada).stem))[: NOME_MAXIMO - 10].strip("-_") or "imagem"
    return ImagemPreparada(
        f"{base}.{extensao}", formato, refeita.conteudo, refeita.largura, refeita.altura, recebida
    )  # fmt: skip


def resumo_de(conteudo: BinaryIO) -> str:
    """O SHA-256 do conteúdo, do começo, em hexadecimal."""
    conteudo.seek(0)
    conta = sha256()
    while pedaco := conteudo.read(armazem.PEDACO):
        conta.update(pedaco)
    return conta.hexdigest()


def incluir_imagens(
    *, por: Pessoa, codigo: str, imagens: Sequence[ImagemNova], agora: datetime | None = None
) -> list[ImagemDoArtigo]:
    """Inclui as imagens no artigo, todas ou nenhuma; a que ele já tem não se repete. Devolve-as na ordem em que vieram.

    Levanta:
        SemPermissao, ArtigoNaoEncontrado.
        ImagemRecusada: uma não serve, ou são demais.
    """
    conferir(escreve(por), SemPermissao("Só quem atende e a equipe central escrevem artigos."))
    muitas = ImagemRecusada(f"Envie até {IMAGENS_POR_ENVIO} imagens de cada vez.")
    conferir(len(imagens) <= IMAGENS_POR_ENVIO, muitas)
    preparadas = [preparar_imagem(nova) for nova in imagens]  # antes da transação: refazer uma imagem demora
    with transaction.atomic():
        artigo = travar_artigo(codigo)
        incluidas = []
        for preparada in preparadas:
            ja = achar_imagem(artigo, preparada.recebida)
            incluidas.append(ja or gravar_imagem(artigo, preparada, nome_livre(artigo, preparada.nome), por, agora))
        registrar_ato(
            por=por,
            ato="artigo.imagem_incluida",
            objeto=f"artigo:{artigo.pk}",
            detalhes={"nomes": [i.nome for i in incluidas]},
        )
    return incluidas


@transaction.atomic
def excluir_imagem(*, por: Pessoa, codigo: str, nome: str) -> None:
    """Exclui uma imagem que nenhuma versão do artigo cita.

    Levanta:
        SemPermissao, ArtigoNaoEncontrado.
        ImagemRecusada: uma versão a cita, ainda que antiga.
    """
    conferir(escreve(por), SemPermissao("Só quem atende e a equipe central escrevem artigos."))
    artigo = travar_artigo(codigo)
    citam = VersaoDoArtigo.objects.filter(artigo=artigo, corpo__contains=IMAGEM + nome)
    frase = f"«{nome}» está numa versão deste artigo, e fica enquanto ela existir."
    conferir(not citam.exists(), ImagemRecusada(frase))
    excluidas, _ = ImagemDoArtigo.objects.filter(artigo=artigo, nome=nome).delete()
    conferir(excluidas > 0, ArtigoNaoEncontrado("Não há imagem com este nome."))
    registrar_ato(por=por, ato="artigo.imagem_excluida", objeto=f"artigo:{artigo.pk}", detalhes={"nome": nome})


def conferir_imagens_da_versao(versao: VersaoDoArtigo) -> None:
    """Confere que as imagens do texto são do artigo, e que todas dizem o que mostram.

    Levanta:
        ImagemRecusada: alguma não é, ou não diz.
    """
    nomes = set(ImagemDoArtigo.objects.filter(artigo=versao.artigo_id).values_list("nome", flat=True))
    frases = conferir_imagens(versao.corpo, nomes)
    conferir(not frases, ImagemRecusada(" ".join(frases)))


def achar_imagem(artigo: Artigo, resumo: str) -> ImagemDoArtigo | None:
    """A imagem do artigo que veio de um arquivo com este resumo, ou que se guarda com ele."""
    imagens = ImagemDoArtigo.objects.filter(artigo=artigo)
    return imagens.filter(recebida=resumo).first() or imagens.filter(resumo=resumo).first()


def gravar_imagem(
    artigo: Artigo, preparada: ImagemPreparada, nome: str, por: Pessoa | None, agora: datetime | None
) -> ImagemDoArtigo:
    """Guarda o conteúdo e a linha dele, com um nome livre, na transação de quem chama.

    Levanta:
        ImagemRecusada: o artigo já tem imagens demais.
    """
    cabe = ImagemDoArtigo.objects.filter(artigo=artigo).count() < IMAGENS_POR_ARTIGO
    conferir(cabe, ImagemRecusada(f"Um artigo tem até {IMAGENS_POR_ARTIGO} imagens."))
    guardado = guardar(preparada.conteudo)
    return ImagemDoArtigo.objects.create(
        artigo=artigo, nome=nome, formato=preparada.formato, largura=preparada.largura, altura=preparada.altura,
        tamanho=guardado.tamanho, resumo=guardado.resumo, recebida=preparada.recebida, por=por, em=agora or timezone.now(),
    )  # fmt: skip


def nome_livre(artigo: Artigo | None, nome: str, tomados: Iterable[str] = ()) -> str:
    """O nome; se outra imagem do artigo, ou de ``tomados``, já o tem, com um número no fim."""
    base, _, extensao = nome.rpartition(".")
    usados = {*tomados, *ImagemDoArtigo.objects.filter(artigo=artigo).values_list("nome", flat=True)}
    candidatos = (nome if n == 1 else f"{base}-{n}.{extensao}" for n in range(1, len(usados) + 2))
    return next(candidato for candidato in candidatos if candidato not in usados)


def excluir_imagens_abandonadas() -> int:
    """Apaga da pasta o que nenhuma imagem cita e tem mais de um dia. Devolve quantos arquivos."""
    return armazem.excluir_abandonados(
        pasta_das_imagens(),
        lambda resumos: set(ImagemDoArtigo.objects.filter(resumo__in=resumos).values_list("resumo", flat=True)),
    )
