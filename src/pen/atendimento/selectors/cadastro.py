"""O que a equipe central altera na Central, como está agora. Para os outros, não existe."""

from dataclasses import dataclass

from pen.atendimento.errors import EquipeNaoEncontrada
from pen.atendimento.models import DiaSemExpediente, Formulario, Meta, Periodo, TipoDeSuporte
from pen.comum.errors import conferir
from pen.conhecimento.public import Produto, ProdutoNaoEncontrado, consultar_produto
from pen.identidade.public import Ator, e_da_equipe_central


@dataclass(frozen=True, slots=True)
class TipoNoCadastro:
    """Um tipo de suporte e o formulário em vigor."""

    tipo: TipoDeSuporte
    formulario: Formulario


def exigir_cadastro(para: Ator) -> None:
    """Levanta ``EquipeNaoEncontrada`` se a pessoa não é da equipe central."""
    conferir(e_da_equipe_central(para), EquipeNaoEncontrada("Não existe nada neste endereço."))


def consultar_produto_no_cadastro(codigo: str, *, para: Ator) -> tuple[Produto, list[TipoDeSuporte]]:
    """O produto, ainda que retirado, e todos os tipos dele.

    Levanta:
        EquipeNaoEncontrada, ProdutoNaoEncontrado.
    """
    exigir_cadastro(para)
    produto = consultar_produto(codigo)
    return produto, list(TipoDeSuporte.objects.filter(produto=produto))


def consultar_tipo_no_cadastro(tipo_id: int, *, para: Ator) -> TipoNoCadastro:
    """O tipo, ainda que retirado, com o formulário em vigor.

    Levanta:
        EquipeNaoEncontrada, ProdutoNaoEncontrado.
    """
    exigir_cadastro(para)
    formulario = Formulario.objects.filter(tipo=tipo_id).select_related("tipo__produto").order_by("-versao").first()
    if formulario is None:
        raise ProdutoNaoEncontrado("Não há tipo de suporte neste endereço.")
    return TipoNoCadastro(formulario.tipo, formulario)


def metas_definidas(*, para: Ator) -> list[Meta]:
    """A geral primeiro; depois por produto e tipo.

    Levanta:
        EquipeNaoEncontrada.
    """
    exigir_cadastro(para)
    metas = Meta.objects.select_related("produto")
    return sorted(metas, key=lambda m: (m.produto is not None, m.produto.nome if m.produto else "", m.tipo))


def codigos_dos_tipos() -> list[tuple[str, str]]:
    """Os códigos de tipo de suporte que há, com o nome, sem repetir."""
    return sorted(dict(TipoDeSuporte.objects.values_list("codigo", "nome")).items(), key=lambda par: par[1])


def calendario(*, para: Ator) -> tuple[list[Periodo], list[DiaSemExpediente]]:
    """Os períodos da semana, e todos os dias sem expediente, do mais novo ao mais antigo.

    Levanta:
        EquipeNaoEncontrada.
    """
    exigir_cadastro(para)
    return list(Periodo.objects.all()), list(DiaSemExpediente.objects.order_by("-dia", "inicio"))
