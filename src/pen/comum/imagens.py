"""Imagens que vêm de fora, refeitas ponto por ponto: somem o que vier escondido nelas e o lugar onde a foto foi tirada."""

import re
import struct
import warnings
from collections.abc import Sequence
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

PONTOS_MAXIMO = 50_000_000
_OPCOES: dict[str, dict[str, Any]] = {"WEBP": {"lossless": True, "exact": True}, "JPEG": {"quality": 90}}
_MARCA = re.compile(rb"\xff[^\x00\xd0-\xd7]")  # no meio dos pontos de um JPEG não há nenhuma


class NaoEImagem(Exception):
    """O conteúdo não serve; a frase completa «o arquivo …»."""


class Refeita(NamedTuple):
    """O que se guarda: o formato (``PNG``, ``JPEG``, ``GIF`` ou ``WEBP``), os pontos e o tamanho em pontos."""

    formato: str
    conteudo: BinaryIO
    largura: int
    altura: int


def refazer_imagem(arquivo: BinaryIO, formatos: Sequence[str]) -> Refeita:
    """Refaz a imagem, que precisa ser de um dos formatos; da animada fica o primeiro quadro. O que sai, refeito, sai igual.

    Um JPEG que não tem nada além dos pontos fica como veio: refazê-lo só o pioraria.

    Levanta:
        NaoEImagem: não se abre como imagem de um desses formatos, ou é grande demais.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    saida = BytesIO()
    try:
        with warnings.catch_warnings(), Image.open(arquivo, formats=list(formatos)) as imagem:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            formato = imagem.format or ""
            if imagem.width * imagem.height > PONTOS_MAXIMO:
                raise NaoEImagem("tem pontos demais; reduza a imagem")
            direita = ImageOps.exif_transpose(imagem)
            arquivo.seek(0)
            if formato == "JPEG" and _so_tem_pontos(conteudo := arquivo.read()):
                saida.write(conteudo)
            else:
                limpa = Image.new(direita.mode, direita.size)
                if direita.mode == "P" and (paleta := direita.getpalette()) is not None:
                    limpa.putpalette(paleta)
                if "transparency" in direita.info:
                    limpa.info["transparency"] = direita.info["transparency"]
                limpa.paste(direita)
                limpa.save(saida, format=formato, **_OPCOES.get(formato, {}))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError,
            SyntaxError) as erro:  # fmt: skip
        raise NaoEImagem("não é uma imagem que se consiga abrir") from erro
    saida.seek(0)
    return Refeita(formato, saida, direita.width, direita.height)


def _so_tem_pontos(jpeg: bytes) -> bool:
    """Se o JPEG só tem o cabeçalho de sempre, as tabelas e um quadro, e acaba onde o quadro acaba."""
    n, quadro = 2, False
    while n + 4 <= len(jpeg):
        marca, tamanho = struct.unpack(">HH", jpeg[n : n + 4])
        n += 2 + tamanho
        if marca == 0xFFDA:  # daqui até o fim, só pontos
            fim = _MARCA.search(jpeg, n)
            return quadro and fim is not None and fim.start() == len(jpeg) - 2 and jpeg.endswith(b"\xff\xd9")
        quadro = quadro or marca == 0xFFC0
        do_cabecalho = {0xFFE0: 16, 0xFFEE: 14}.get(marca) == tamanho  # JFIF sem miniatura; as cores, da Adobe
        if marca not in {0xFFDB, 0xFFC4, 0xFFC0, 0xFFDD} and not do_cabecalho:
            return False
    return False
