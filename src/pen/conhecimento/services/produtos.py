"""Os produtos do PEN: a carga da instalação, e o que a equipe central altera."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.conhecimento.enums import EsferaDeAtendimento
from pen.conhecimento.errors import ProdutoInvalido
from pen.conhecimento.models import Produto
from pen.conhecimento.models.produto import CODIGO
from pen.identidade.public import Pessoa, e_da_equipe_central

DADOS = Path(__file__).parent.parent / "dados"
SAIBA_MAIS_MAXIMO = 20


@dataclass(frozen=True, slots=True)
class DadosDoProduto:
    """O que se diz de um produto. ``saiba_mais`` são pares de texto e endereço, que pode ser vazio."""

    nome: str
    o_que_e: str
    para_que_serve: str
    esferas: Sequence[EsferaDeAtendimento]
    saiba_mais: Sequence[tuple[str, str]] = ()
    ordem: int = 0


def carregar_produtos() -> int:
    """Acrescenta os 15 produtos do guia que faltam, sem mudar os que há; devolve quantos."""
    ja = set(Produto.objects.values_list("codigo", flat=True))
    lidos = tomllib.loads((DADOS / "produtos.toml").read_text(encoding="utf-8"))["produto"]
    novos = [dado for dado in lidos if dado["codigo"] not in ja]
    criados = Produto.objects.bulk_create(Produto(ordem=len(ja) + n, **dado) for n, dado in enumerate(novos))
    return len(criados)


@transaction.atomic
def criar_produto(*, por: Pessoa, codigo: str, dados: DadosDoProduto) -> Produto:
    """Acrescenta um produto ao catálogo.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        ProdutoInvalido: o código já existe ou é malformado, ou falta uma esfera; ``detalhes['campo']`` diz qual.
        PedidoIncompleto: falta um texto; idem.
    """
    _conferir(por)
    bem_formado = re.fullmatch(CODIGO, codigo) is not None and len(codigo) <= 60
    frase = "O código tem letras minúsculas sem acento, algarismos e hifens. Exemplo: tramita-gov-br."
    conferir(bem_formado, ProdutoInvalido(frase, campo="codigo"))
    try:
        with transaction.atomic():
            produto = Produto.objects.create(codigo=codigo, **_conferidos(dados))
    except IntegrityError:
        raise ProdutoInvalido("Já há um produto com este código.", campo="codigo") from None
    registrar_ato(por=por, ato="produto.criado", objeto=f"produto:{produto.codigo}")
    return produto


@transaction.atomic
def alterar_produto(*, por: Pessoa, codigo: str, dados: DadosDoProduto) -> Produto:
    """Muda o que se diz do produto; os chamados que já há continuam dele.

    Levanta:
        SemPermissao, ProdutoInvalido, PedidoIncompleto: como em ``criar_produto``.
    """
    _conferir(por)
    produto = _travar(codigo)
    for campo, valor in _conferidos(dados).items():
        setattr(produto, campo, valor)
    produto.save()
    registrar_ato(por=por, ato="produto.alterado", objeto=f"produto:{codigo}")
    return produto


@transaction.atomic
def retirar_produto(*, por: Pessoa, codigo: str, retirar: bool = True, agora: datetime | None = None) -> Produto:
    """Deixa de oferecer o produto; com ``retirar=False``, volta a oferecer. O que já havia fica.

    Levanta:
        SemPermissao, ProdutoInvalido.
    """
    _conferir(por)
    produto = _travar(codigo)
    if (produto.retirado_em is not None) != retirar:
        produto.retirado_em = (agora or timezone.now()) if retirar else None
        produto.save(update_fields=["retirado_em"])
        registrar_ato(por=por, ato="produto.retirado" if retirar else "produto.devolvido", objeto=f"produto:{codigo}")
    return produto


def _conferir(por: Pessoa) -> None:
    conferir(e_da_equipe_central(por), SemPermissao("Só a equipe central cuida dos produtos."))


def _travar(codigo: str) -> Produto:
    produto = Produto.objects.select_for_update().filter(codigo=codigo).first()
    if produto is None:
        raise ProdutoInvalido("Não há produto com este código.")
    return produto


def _conferidos(dados: DadosDoProduto) -> Mapping[str, object]:
    esferas = [e for e in EsferaDeAtendimento if e in dados.esferas]
    conferir(bool(esferas), ProdutoInvalido("Escolha pelo menos uma esfera.", campo="esferas"))
    poucos = len(dados.saiba_mais) <= SAIBA_MAIS_MAXIMO
    conferir(poucos, ProdutoInvalido(f"São até {SAIBA_MAIS_MAXIMO} endereços.", campo="saiba_mais"))
    seguros = all(not endereco or endereco.startswith(("https://", "http://")) for _, endereco in dados.saiba_mais)
    conferir(seguros, ProdutoInvalido("Cada endereço começa com https://.", campo="saiba_mais"))
    return {
        "nome": exigir_texto(dados.nome, "Escreva o nome.", 120, campo="nome"),
        "o_que_e": exigir_texto(dados.o_que_e, "Diga o que é.", 500, campo="o_que_e"),
        "para_que_serve": exigir_texto(dados.para_que_serve, "Diga para que serve.", 500, campo="para_que_serve"),
        "esferas": [e.value for e in esferas], "ordem": dados.ordem,
        "saiba_mais": [{"texto": texto, "endereco": endereco} for texto, endereco in dados.saiba_mais],
    }  # fmt: skip
