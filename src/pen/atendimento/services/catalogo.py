"""Os tipos de suporte e os seus formulários: o que a equipe central altera."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.atendimento.errors import FormularioInvalido
from pen.atendimento.models import Formulario, TipoDeSuporte
from pen.atendimento.values.formulario import Definicao, ler_definicao
from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.conhecimento.public import CODIGO, Produto, ProdutoNaoEncontrado
from pen.identidade.public import Pessoa, e_da_equipe_central


@transaction.atomic
def criar_tipo(*, por: Pessoa, produto: Produto, codigo: str, nome: str) -> TipoDeSuporte:
    """Acrescenta ao produto um tipo de suporte, com o formulário vazio: só o assunto e a descrição.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        PedidoIncompleto: falta o nome, ou o código já existe no produto ou é malformado; ``detalhes['campo']`` diz qual.
    """
    conferir_central(por)
    bem_formado = re.fullmatch(CODIGO, codigo) is not None and len(codigo) <= 60
    frase = "O código tem letras minúsculas sem acento, algarismos e hifens."
    conferir(bem_formado, PedidoIncompleto(frase, campo="codigo"))
    limpo = exigir_texto(nome, "Escreva o nome.", 120, campo="nome")
    ordem = TipoDeSuporte.objects.filter(produto=produto).count()
    try:
        with transaction.atomic():
            tipo = TipoDeSuporte.objects.create(produto=produto, codigo=codigo, nome=limpo, ordem=ordem)
    except IntegrityError:
        raise PedidoIncompleto("O produto já tem um tipo com este código.", campo="codigo") from None
    Formulario.objects.create(tipo=tipo, versao=1, definicao=Definicao().como_dado(), publicado_por=por)
    registrar_ato(por=por, ato="tipo.criado", objeto=f"tipo:{tipo.pk}", detalhes={"produto": produto.codigo})
    return tipo


@transaction.atomic
def retirar_tipo(*, por: Pessoa, tipo_id: int, retirar: bool = True, agora: datetime | None = None) -> TipoDeSuporte:
    """Deixa de oferecer o tipo; com ``retirar=False``, volta a oferecer. Os chamados que há continuam.

    Levanta:
        SemPermissao, ProdutoNaoEncontrado.
    """
    conferir_central(por)
    tipo = _travar(tipo_id)
    if (tipo.retirado_em is not None) != retirar:
        tipo.retirado_em = (agora or timezone.now()) if retirar else None
        tipo.save(update_fields=["retirado_em"])
        registrar_ato(por=por, ato="tipo.retirado" if retirar else "tipo.devolvido", objeto=f"tipo:{tipo.pk}")
    return tipo


@transaction.atomic
def publicar_formulario(*, por: Pessoa, tipo_id: int, definicao: Mapping[str, Any], visto: int) -> Formulario:
    """Publica outra versão do formulário; os chamados abertos antes ficam com a que tinham.

    ``visto`` é a versão que a pessoa alterou.

    Levanta:
        SemPermissao, ProdutoNaoEncontrado.
        FormularioInvalido: a definição não serve, ou outra pessoa publicou antes; ``detalhes['campo']`` diz qual campo.
    """
    conferir_central(por)
    tipo, lida = _travar(tipo_id), ler_definicao(definicao)
    ultimo = Formulario.objects.filter(tipo=tipo).order_by("-versao").values_list("versao", flat=True).first() or 0
    frase = f"Outra pessoa publicou a versão {ultimo} enquanto você alterava. Confira-a, e altere de novo."
    conferir(visto == ultimo, FormularioInvalido(frase))
    novo = Formulario.objects.create(tipo=tipo, versao=ultimo + 1, definicao=lida.como_dado(), publicado_por=por)
    registrar_ato(por=por, ato="formulario.publicado", objeto=f"tipo:{tipo.pk}", detalhes={"versao": novo.versao})
    return novo


def conferir_central(por: Pessoa) -> None:
    """Levanta ``SemPermissao`` se ``por`` não é da equipe central."""
    conferir(e_da_equipe_central(por), SemPermissao("Só a equipe central altera a Central de Atendimento."))


def _travar(tipo_id: int) -> TipoDeSuporte:
    tipo = TipoDeSuporte.objects.select_for_update().filter(pk=tipo_id).first()
    if tipo is None:
        raise ProdutoNaoEncontrado("Não há tipo de suporte neste endereço.")
    return tipo
