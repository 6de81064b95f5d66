"""As caixas e as expressões da triagem, que a equipe central escreve."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import NaoEncontrado, PedidoIncompleto, conferir
from pen.comum.texto import exigir_texto, sem_acentos
from pen.correio.errors import CaixaNaoEncontrada
from pen.correio.models import Caixa, Caso, Expressao
from pen.correio.models.caixa import CASO_MAXIMO, TEXTO_DA_CAIXA_MAXIMO
from pen.correio.rules import exigir_quem_cuida
from pen.correio.values.limpeza import ler_endereco
from pen.correio.values.triagem import PESO_MAXIMO, normalizar_expressao
from pen.identidade.public import Pessoa

CASOS_MAXIMO, EXPRESSOES_MAXIMO, LIMITE_MAXIMO = 20, 500, 30


@dataclass(frozen=True, slots=True)
class DadosDaCaixa:
    """O que a equipe central diz de uma caixa; ``casos`` em ordem."""

    endereco: str
    nome: str
    finalidade: str
    nunca_trata: str
    assinatura: str
    limite: int
    ativa: bool
    casos: Sequence[str]


@transaction.atomic
def alterar_caixa(*, por: Pessoa, codigo: str, dados: DadosDaCaixa) -> Caixa:
    """Muda o que se diz da caixa. Um caso que sai da lista deixa de se oferecer, e as conversas que o têm continuam com ele.

    Levanta:
        CaixaNaoEncontrada: não existe, ou ``por`` não cuida das caixas.
        PedidoIncompleto: falta um dado, o endereço não serve ou é de outra caixa, ou não há casos.
    """
    exigir_quem_cuida(por)
    caixa = Caixa.objects.select_for_update().filter(codigo=codigo).first()
    if caixa is None:
        raise CaixaNaoEncontrada("Não existe nada neste endereço.")
    endereco = ler_endereco(dados.endereco)
    serve = bool(endereco) and "+" not in endereco
    conferir(serve, PedidoIncompleto("Escreva um endereço de e-mail, sem «+».", campo="endereco"))
    de_outra = Caixa.objects.filter(endereco=endereco).exclude(pk=caixa.pk).exists()
    conferir(not de_outra, PedidoIncompleto("Este endereço é de outra caixa.", campo="endereco"))
    conferir(0 <= dados.limite <= LIMITE_MAXIMO, PedidoIncompleto(f"Escolha de 0 a {LIMITE_MAXIMO}.", campo="limite"))
    caixa.endereco, caixa.limite, caixa.ativa = endereco, dados.limite, dados.ativa
    caixa.nome = exigir_texto(" ".join(dados.nome.split()), "Escreva o nome.", 120, campo="nome")
    caixa.finalidade = exigir_texto(dados.finalidade, "Escreva para que serve.", 400, campo="finalidade")
    caixa.nunca_trata = exigir_texto(
        dados.nunca_trata, "Escreva do que a caixa nunca trata.", TEXTO_DA_CAIXA_MAXIMO, campo="nunca_trata"
    )
    caixa.assinatura = exigir_texto(dados.assinatura, "", TEXTO_DA_CAIXA_MAXIMO, campo="assinatura")
    caixa.save()
    _trocar_casos(caixa, [limpo for caso in dados.casos if (limpo := " ".join(caso.split()))])
    registrar_ato(por=por, ato="caixa.alterada", objeto=f"caixa:{caixa.codigo}")
    return caixa


def _trocar_casos(caixa: Caixa, textos: list[str]) -> None:
    textos = list(dict.fromkeys(textos))
    certos = 0 < len(textos) <= CASOS_MAXIMO and all(len(texto) <= CASO_MAXIMO for texto in textos)
    frase = f"Escreva de um a {CASOS_MAXIMO} casos, um por linha, de até {CASO_MAXIMO} caracteres."
    conferir(certos, PedidoIncompleto(frase, campo="casos"))
    Caso.objects.filter(caixa=caixa, retirado_em=None).exclude(texto__in=textos).update(retirado_em=timezone.now())
    Caso.objects.bulk_create(
        [Caso(caixa=caixa, texto=texto, ordem=ordem) for ordem, texto in enumerate(textos)],
        update_conflicts=True, unique_fields=["caixa", "texto"], update_fields=["ordem", "retirado_em"],
    )  # fmt: skip


@transaction.atomic
def escrever_expressao(
    *, por: Pessoa, texto: str, peso: int, por_que: str, expressao_id: int | None = None
) -> Expressao:  # fmt: skip
    """Grava uma expressão da triagem, nova ou no lugar de outra.

    Levanta:
        CaixaNaoEncontrada: ``por`` não cuida das caixas.
        PedidoIncompleto: a expressão não se entende ou já existe, o peso não é de -3 a 3, ou são expressões demais.
        NaoEncontrado: a que se altera já não existe.
    """
    exigir_quem_cuida(por)
    expressao = normalizar_expressao(texto)
    frase = "Escreva uma ou mais palavras, sem pontuação; um * no fim de uma vale por qualquer final."
    conferir(bool(expressao) and len(expressao) <= 80, PedidoIncompleto(frase, campo="texto"))
    certo = peso != 0 and abs(peso) <= PESO_MAXIMO
    conferir(certo, PedidoIncompleto(f"O peso vai de -{PESO_MAXIMO} a {PESO_MAXIMO}, sem o zero.", campo="peso"))
    razao = exigir_texto(por_que, "Escreva por que ela conta: é o que se lê na conversa recusada.", 200, campo="por_que")
    if expressao_id is None:
        demais = PedidoIncompleto(f"Já há {EXPRESSOES_MAXIMO} expressões; exclua alguma.", campo="texto")
        conferir(Expressao.objects.count() < EXPRESSOES_MAXIMO, demais)
        linha = Expressao()
    else:
        linha = _travar_expressao(expressao_id)
    ja_ha = PedidoIncompleto("Esta expressão já existe.", campo="texto")
    outras = Expressao.objects.exclude(pk=linha.pk).values_list("expressao", flat=True)
    conferir(sem_acentos(expressao) not in map(sem_acentos, outras), ja_ha)
    linha.expressao, linha.peso, linha.por_que = expressao, peso, razao
    try:
        with transaction.atomic():
            linha.save()
    except IntegrityError:
        raise ja_ha from None
    registrar_ato(por=por, ato="triagem.expressao_escrita", objeto=f"expressao:{linha.pk}", detalhes={"peso": peso})
    return linha


@transaction.atomic
def excluir_expressao(*, por: Pessoa, expressao_id: int) -> None:
    """Tira uma expressão da triagem.

    Levanta:
        CaixaNaoEncontrada: ``por`` não cuida das caixas.
        NaoEncontrado: já não existe.
    """
    exigir_quem_cuida(por)
    linha = _travar_expressao(expressao_id)
    registrar_ato(por=por, ato="triagem.expressao_excluida", objeto=f"expressao:{linha.pk}")
    linha.delete()


def _travar_expressao(expressao_id: int) -> Expressao:
    linha = Expressao.objects.select_for_update().filter(pk=expressao_id).first()
    if linha is None:
        raise NaoEncontrado("Esta expressão já não existe.")
    return linha
