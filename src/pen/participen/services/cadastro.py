"""As categorias e as etiquetas, que a equipe central edita. O código vem do primeiro nome, e não muda."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto
from pen.conhecimento.public import Produto
from pen.identidade.public import Pessoa
from pen.participen.errors import CadastroInvalido
from pen.participen.models import Categoria, Etiqueta, GrupoDeEtiquetas
from pen.participen.models.cadastro import DESCRICAO_MAXIMO, NOME_MAXIMO
from pen.participen.rules import exigir_moderacao
from pen.participen.selectors.cadastro import consultar_categoria, consultar_etiqueta

ORDEM_MAXIMA = 9_999
C = TypeVar("C", Categoria, Etiqueta)


@dataclass(frozen=True, slots=True)
class DadosDaCategoria:
    """O que se cadastra de uma categoria."""

    nome: str
    descricao: str
    ordem: int = 0
    ativa: bool = True
    produto: Produto | None = None


def criar_categoria(*, por: Pessoa, dados: DadosDaCategoria) -> Categoria:
    """Cria uma categoria.

    Levanta:
        TopicoNaoEncontrado: ``por`` não modera.
        PedidoIncompleto, CadastroInvalido.
    """
    exigir_moderacao(por)
    campos = _da_categoria(dados)
    return _gravar(por, Categoria(codigo=_codigo(campos["nome"]), **campos), "categoria.criada")


def alterar_categoria(*, por: Pessoa, codigo: str, dados: DadosDaCategoria) -> Categoria:
    """Altera uma categoria; o endereço continua o mesmo.

    Levanta:
        TopicoNaoEncontrado: ``por`` não modera.
        CategoriaNaoEncontrada, PedidoIncompleto, CadastroInvalido.
    """
    exigir_moderacao(por)
    categoria = consultar_categoria(codigo)
    for nome, valor in _da_categoria(dados).items():
        setattr(categoria, nome, valor)
    return _gravar(por, categoria, "categoria.alterada")


def criar_etiqueta(*, por: Pessoa, grupo: str, nome: str) -> Etiqueta:
    """Cria uma etiqueta no grupo do nome, que passa a existir, se não existia.

    Levanta:
        TopicoNaoEncontrado: ``por`` não modera.
        PedidoIncompleto, CadastroInvalido.
    """
    exigir_moderacao(por)
    do_grupo = exigir_texto(grupo, "Diga o grupo.", NOME_MAXIMO, campo="grupo")
    limpo = exigir_texto(nome, "Escreva o nome.", NOME_MAXIMO, campo="nome")
    with transaction.atomic():
        ordem = GrupoDeEtiquetas.objects.count()
        achado, _ = GrupoDeEtiquetas.objects.get_or_create(nome=do_grupo, defaults={"ordem": ordem})
        return _gravar(por, Etiqueta(codigo=_codigo(limpo), nome=limpo, grupo=achado), "etiqueta.criada")


def alterar_etiqueta(*, por: Pessoa, codigo: str, nome: str, ativa: bool) -> Etiqueta:
    """Muda o nome, retira ou devolve uma etiqueta; os tópicos que a têm continuam com ela.

    Levanta:
        TopicoNaoEncontrado: ``por`` não modera.
        EtiquetaNaoEncontrada, PedidoIncompleto, CadastroInvalido.
    """
    exigir_moderacao(por)
    etiqueta = consultar_etiqueta(codigo)
    etiqueta.nome, etiqueta.ativa = exigir_texto(nome, "Escreva o nome.", NOME_MAXIMO, campo="nome"), ativa
    return _gravar(por, etiqueta, "etiqueta.alterada")


def _da_categoria(dados: DadosDaCategoria) -> dict[str, Any]:
    conferir(0 <= dados.ordem <= ORDEM_MAXIMA, PedidoIncompleto(f"A ordem vai de 0 a {ORDEM_MAXIMA}.", campo="ordem"))
    return {
        "nome": exigir_texto(dados.nome, "Escreva o nome.", NOME_MAXIMO, campo="nome"),
        "descricao": exigir_texto(dados.descricao, "Diga do que se trata.", DESCRICAO_MAXIMO, campo="descricao"),
        "ordem": dados.ordem, "ativa": dados.ativa, "produto": dados.produto,
    }  # fmt: skip


def _codigo(nome: str) -> str:
    codigo = slugify(nome)[:60].strip("-").replace("_", "-")
    conferir(bool(codigo), CadastroInvalido("O nome precisa ter letras ou algarismos.", campo="nome"))
    return codigo


def _gravar(por: Pessoa, linha: C, ato: str) -> C:
    try:
        with transaction.atomic():
            linha.save()
            registrar_ato(por=por, ato=ato, objeto=f"{ato.partition('.')[0]}:{linha.codigo}")
    except IntegrityError:
        raise CadastroInvalido("Já há outra com esse nome.", campo="nome") from None
    return linha
