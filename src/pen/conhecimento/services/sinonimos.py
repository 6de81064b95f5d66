"""Os sinônimos da busca, que a equipe central escreve."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from django.db import connection, transaction

from pen.auditoria.public import registrar_ato
from pen.comum.errors import NaoEncontrado, PedidoIncompleto, SemPermissao, conferir
from pen.comum.portugues import acentuar
from pen.comum.texto import exigir_texto
from pen.conhecimento.models import Sinonimos
from pen.conhecimento.rules import publica
from pen.conhecimento.values.palavras import palavras_da_pergunta
from pen.identidade.public import Pessoa

DADOS = Path(__file__).parent.parent / "dados"
_RADICAIS = """
SELECT coalesce(unaccent((ts_lexize('portuguese_stem', palavra))[1]), unaccent(palavra))
FROM unnest(%s::text[]) WITH ORDINALITY AS p(palavra, n) ORDER BY n
"""
EXPRESSOES_MAXIMO, GRUPOS_MAXIMO, PALAVRAS_POR_EXPRESSAO = 12, 2_000, 4


@transaction.atomic
def escrever_sinonimos(*, por: Pessoa | None, escritas: Sequence[str], sinonimos_id: int | None = None) -> Sinonimos:
    """Grava um grupo de expressões que valem uma pela outra, novo ou no lugar de outro; ``por=None`` é a carga da instalação.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
        PedidoIncompleto: há menos de duas expressões, expressões demais, ou uma com mais de quatro palavras.
        NaoEncontrado: o grupo que se altera já não existe.
    """
    conferir(por is None or publica(por), SemPermissao("Só a equipe central cuida dos sinônimos."))
    limpas = [exigir_texto(escrita, "", 120, campo="escritas") for escrita in escritas]
    das_expressoes = {expressao: limpa for limpa in limpas if (expressao := _em_radicais(limpa))}
    certas = 2 <= len(das_expressoes) <= EXPRESSOES_MAXIMO
    conferir(
        certas, PedidoIncompleto(f"Escreva de duas a {EXPRESSOES_MAXIMO} expressões, uma por linha.", campo="escritas")
    )
    longa = next((e for e in das_expressoes if len(e.split()) > PALAVRAS_POR_EXPRESSAO), "")
    frase = f"«{das_expressoes.get(longa)}» tem mais de {PALAVRAS_POR_EXPRESSAO} palavras que contam."
    conferir(not longa, PedidoIncompleto(frase, campo="escritas"))
    valores = {"expressoes": list(das_expressoes), "escritas": list(das_expressoes.values())}
    if sinonimos_id is None:
        cabe = Sinonimos.objects.count() < GRUPOS_MAXIMO
        conferir(cabe, PedidoIncompleto(f"São até {GRUPOS_MAXIMO} grupos.", campo="escritas"))
        sinonimos = Sinonimos.objects.create(**valores)
    else:
        sinonimos = _travar(sinonimos_id)
        for campo, valor in valores.items():
            setattr(sinonimos, campo, valor)
        sinonimos.save()
    registrar_ato(
        por=por, ato="sinonimos.escritos", objeto=f"sinonimos:{sinonimos.pk}", detalhes={"escritas": valores["escritas"]}
    )
    return sinonimos


@transaction.atomic
def excluir_sinonimos(*, por: Pessoa, sinonimos_id: int) -> None:
    """Desfaz o grupo.

    Levanta:
        SemPermissao, NaoEncontrado.
    """
    conferir(publica(por), SemPermissao("Só a equipe central cuida dos sinônimos."))
    sinonimos = _travar(sinonimos_id)
    detalhes = {"escritas": sinonimos.escritas}
    registrar_ato(por=por, ato="sinonimos.excluidos", objeto=f"sinonimos:{sinonimos_id}", detalhes=detalhes)
    sinonimos.delete()


def carregar_sinonimos() -> int:
    """Grava os grupos da instalação, se ainda não há nenhum; devolve quantos gravou."""
    if Sinonimos.objects.exists():
        return 0
    grupos = tomllib.loads((DADOS / "sinonimos.toml").read_text(encoding="utf-8"))["grupos"]
    return len([escrever_sinonimos(por=None, escritas=grupo) for grupo in grupos])


def _em_radicais(escrita: str) -> str:
    """Os radicais das palavras que contam, na ordem: é assim que uma pergunta se compara com a expressão."""
    with connection.cursor() as cursor:
        cursor.execute(_RADICAIS, [[acentuar(palavra) for palavra in palavras_da_pergunta(escrita)]])
        return " ".join(radical for (radical,) in cursor.fetchall())


def _travar(sinonimos_id: int) -> Sinonimos:
    sinonimos = Sinonimos.objects.select_for_update().filter(pk=sinonimos_id).first()
    if sinonimos is None:
        raise NaoEncontrado("Não há sinônimos com este número.")
    return sinonimos
