"""Escrever, rever, publicar e retirar artigos. Quem escreve não publica o que escreveu."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.conhecimento.enums import Especie, NivelDoRoteiro, SituacaoDaVersao
from pen.conhecimento.errors import RevisaoPropria, VersaoEmOutraSituacao
from pen.conhecimento.models import Artigo, Produto, VersaoDoArtigo
from pen.conhecimento.models.artigo import CORPO_MAXIMO, PERGUNTAS_MAXIMO, RESUMO_MAXIMO, TITULO_MAXIMO
from pen.conhecimento.rules import escreve, publica
from pen.conhecimento.services.imagens import conferir_imagens_da_versao
from pen.conhecimento.services.indice import esquecer_artigo, indexar_artigo
from pen.conhecimento.services.trava import travar_artigo
from pen.identidade.public import Pessoa

PARECER_MAXIMO = 1_000
NOMES_DAS_PAGINAS = frozenset(
    {"aprendidos", "novo", "produtos", "redacao", "sinonimos"}
)  # de endereços da base, que não são de artigo
A_PUBLICAR = (SituacaoDaVersao.RASCUNHO, SituacaoDaVersao.EM_REVISAO)


@dataclass(frozen=True, slots=True)
class Escrito:
    """O que uma versão diz. ``corpo`` e ``modelo`` são Markdown e texto; ``quando``, ``modelo`` e ``nivel`` são de roteiro.

    ``perguntas`` são outras maneiras de perguntar, uma por linha.
    """

    titulo: str
    corpo: str = ""
    resumo: str = ""
    palavras_chave: str = ""
    perguntas: str = ""
    vale_ate: date | None = None
    quando: str = ""
    modelo: str = ""
    nivel: str = ""


@transaction.atomic
def escrever_artigo(
    *, por: Pessoa | None, especie: Especie, escrito: Escrito, produto: Produto | None = None, interno: bool = False,
    origem: str = "", codigo: str = "", agora: datetime | None = None,
) -> VersaoDoArtigo:  # fmt: skip
    """Começa um artigo, em rascunho; ``por=None`` é uma importação. O endereço vem do título, ou de ``codigo``, e não muda mais.

    Levanta:
        SemPermissao: ``por`` não escreve.
        PedidoIncompleto: falta um texto, ou um não serve; ``detalhes['campo']`` diz qual.
    """
    conferir(por is None or escreve(por), SemPermissao("Só quem atende e a equipe central escrevem artigos."))
    campos = _conferidos(especie, escrito)
    artigo = Artigo.objects.create(
        codigo=codigo or codigo_livre(escrito.titulo), especie=especie, produto=produto, origem=origem,
        interno=interno or especie == Especie.ROTEIRO,
    )  # fmt: skip
    versao = VersaoDoArtigo.objects.create(
        artigo=artigo, numero=1, autor=por, alterada_em=agora or timezone.now(), **campos
    )  # fmt: skip
    registrar_ato(por=por, ato="artigo.escrito", objeto=f"artigo:{artigo.pk}")
    return versao


@transaction.atomic
def alterar_artigo(*, por: Pessoa | None, codigo: str, escrito: Escrito, agora: datetime | None = None) -> VersaoDoArtigo:
    """Muda o rascunho; sem rascunho, começa a versão seguinte. O que estava em revisão volta a rascunho. O publicado continua.

    Levanta:
        SemPermissao, ArtigoNaoEncontrado, PedidoIncompleto.
    """
    conferir(por is None or escreve(por), SemPermissao("Só quem atende e a equipe central escrevem artigos."))
    artigo = travar_artigo(codigo)
    campos = _conferidos(Especie(artigo.especie), escrito)
    campos |= {"situacao": SituacaoDaVersao.RASCUNHO, "autor": por, "alterada_em": agora or timezone.now()}
    aberta = VersaoDoArtigo.objects.filter(artigo=artigo, situacao__in=A_PUBLICAR).first()
    if aberta is None:
        numero = VersaoDoArtigo.objects.filter(artigo=artigo).count() + 1
        aberta = VersaoDoArtigo(artigo=artigo, numero=numero)
    for campo, valor in campos.items():
        setattr(aberta, campo, valor)
    aberta.save()
    registrar_ato(por=por, ato="artigo.alterado", objeto=f"artigo:{artigo.pk}", detalhes={"versao": aberta.numero})
    return aberta


@transaction.atomic
def enviar_para_revisao(*, por: Pessoa, codigo: str, agora: datetime | None = None) -> VersaoDoArtigo:
    """Manda o rascunho a quem publica.

    Levanta:
        SemPermissao, ArtigoNaoEncontrado.
        VersaoEmOutraSituacao: não há rascunho.
        ImagemRecusada: uma imagem do texto não é do artigo, ou não diz o que mostra.
    """
    conferir(escreve(por), SemPermissao("Só quem atende e a equipe central escrevem artigos."))
    versao = _a_publicar(travar_artigo(codigo), SituacaoDaVersao.RASCUNHO)
    conferir_imagens_da_versao(versao)
    return _mudar(versao, por, "artigo.enviado", agora, situacao=SituacaoDaVersao.EM_REVISAO, parecer="")


@transaction.atomic
def devolver_versao(*, por: Pessoa, codigo: str, parecer: str, agora: datetime | None = None) -> VersaoDoArtigo:
    """Devolve a quem escreveu, dizendo o que falta.

    Levanta:
        SemPermissao, ArtigoNaoEncontrado, PedidoIncompleto.
        VersaoEmOutraSituacao: não há versão em revisão.
    """
    conferir(publica(por), SemPermissao("Só a equipe central revê artigos."))
    versao = _a_publicar(travar_artigo(codigo), SituacaoDaVersao.EM_REVISAO)
    limpo = exigir_texto(parecer, "Diga o que falta.", PARECER_MAXIMO, campo="parecer")
    return _mudar(versao, por, "artigo.devolvido", agora, situacao=SituacaoDaVersao.RASCUNHO, parecer=limpo)


@transaction.atomic
def publicar_versao(*, por: Pessoa | None, codigo: str, agora: datetime | None = None) -> VersaoDoArtigo:
    """Publica a versão em revisão, que toma o lugar da que havia. ``por=None`` é uma importação, que publica o rascunho.

    Levanta:
        SemPermissao, ArtigoNaoEncontrado.
        RevisaoPropria: ``por`` é quem escreveu.
        VersaoEmOutraSituacao: não há versão em revisão.
    """
    conferir(por is None or publica(por), SemPermissao("Só a equipe central publica artigos."))
    agora = agora or timezone.now()
    artigo = travar_artigo(codigo)
    versao = _a_publicar(artigo, SituacaoDaVersao.EM_REVISAO if por is not None else SituacaoDaVersao.RASCUNHO)
    propria = por is not None and versao.autor_id == por.pk
    conferir(not propria, RevisaoPropria("Quem escreveu não publica: peça a outra pessoa da equipe central que leia."))
    publicadas = VersaoDoArtigo.objects.filter(artigo=artigo, situacao=SituacaoDaVersao.PUBLICADA)
    publicadas.update(situacao=SituacaoDaVersao.SUBSTITUIDA)
    campos = {"situacao": SituacaoDaVersao.PUBLICADA, "publicada_em": agora, "revisor": por}
    _mudar(versao, por, "artigo.publicado", agora, **campos)
    if artigo.retirado_em is None:
        indexar_artigo(versao)
    return versao


@transaction.atomic
def retirar_artigo(*, por: Pessoa, codigo: str, retirar: bool = True, agora: datetime | None = None) -> Artigo:
    """Tira o artigo da base; com ``retirar=False``, traz de volta. Nada se apaga.

    Levanta:
        SemPermissao, ArtigoNaoEncontrado.
    """
    conferir(publica(por), SemPermissao("Só a equipe central retira artigos."))
    artigo = travar_artigo(codigo)
    if (artigo.retirado_em is not None) != retirar:
        artigo.retirado_em = (agora or timezone.now()) if retirar else None
        artigo.save(update_fields=["retirado_em"])
        publicada = (
            VersaoDoArtigo.objects.select_related("artigo")
            .filter(artigo=artigo, situacao=SituacaoDaVersao.PUBLICADA)
            .first()
        )
        if retirar:
            esquecer_artigo(artigo)
        elif publicada is not None:
            indexar_artigo(publicada)
        ato = "artigo.retirado" if retirar else "artigo.trazido_de_volta"
        registrar_ato(por=por, ato=ato, objeto=f"artigo:{artigo.pk}")
    return artigo


def _a_publicar(artigo: Artigo, situacao: SituacaoDaVersao) -> VersaoDoArtigo:
    versao = VersaoDoArtigo.objects.filter(artigo=artigo, situacao=situacao).first()
    if versao is None:
        raise VersaoEmOutraSituacao(f"Não há versão na situação «{situacao.label}»: outra pessoa pode ter agido antes.")
    return versao


def _mudar(
    versao: VersaoDoArtigo, por: Pessoa | None, ato: str, agora: datetime | None, **campos: object
) -> VersaoDoArtigo:  # fmt: skip
    for campo, valor in campos.items():
        setattr(versao, campo, valor)
    versao.alterada_em = agora or timezone.now()
    versao.save()
    registrar_ato(por=por, ato=ato, objeto=f"artigo:{versao.artigo_id}", detalhes={"versao": versao.numero})
    return versao


def _conferidos(especie: Especie, escrito: Escrito) -> dict[str, object]:
    roteiro = especie == Especie.ROTEIRO
    if roteiro:
        conferir(escrito.nivel in NivelDoRoteiro.values, PedidoIncompleto("Diga que nível resolve.", campo="nivel"))
    falta_corpo = "" if roteiro else "Escreva o artigo."
    return {
        "titulo": exigir_texto(escrito.titulo, "Escreva o título.", TITULO_MAXIMO, campo="titulo"),
        "resumo": exigir_texto(escrito.resumo, "", RESUMO_MAXIMO, campo="resumo"),
        "corpo": exigir_texto(escrito.corpo, falta_corpo, CORPO_MAXIMO, campo="corpo"),
        "palavras_chave": exigir_texto(escrito.palavras_chave, "", RESUMO_MAXIMO, campo="palavras_chave"),
        "perguntas": exigir_texto(escrito.perguntas, "", PERGUNTAS_MAXIMO, campo="perguntas"),
        "vale_ate": escrito.vale_ate,
        "quando": exigir_texto(
            escrito.quando, "Diga em que situação serve." if roteiro else "", RESUMO_MAXIMO, campo="quando"
        ),
        "modelo": exigir_texto(
            escrito.modelo, "Escreva o modelo da resposta." if roteiro else "", CORPO_MAXIMO, campo="modelo"
        ),
        "nivel": escrito.nivel if roteiro else "",
    }  # fmt: skip


def codigo_livre(titulo: str, *, tomados: Iterable[str] = ()) -> str:
    """O título como endereço; se outro artigo já o tem, ou está em ``tomados``, com um número no fim."""
    base = slugify(titulo).replace("_", "-").strip("-")[:100] or "artigo"
    ja = Artigo.objects.filter(codigo__startswith=base).values_list("codigo", flat=True)
    usados = {*NOMES_DAS_PAGINAS, *tomados, *ja}
    candidatos = (base if n == 1 else f"{base}-{n}" for n in range(1, len(usados) + 2))
    return next(codigo for codigo in candidatos if codigo not in usados)
