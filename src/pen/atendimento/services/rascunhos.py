"""Guardar o que se está escrevendo, para quem perde a conexão ou volta depois."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from pen.atendimento.models import Rascunho, TipoDeSuporte
from pen.atendimento.models.chamado import TEXTO_MAXIMO
from pen.comum.errors import PedidoIncompleto, conferir
from pen.comum.preparadas import consultar_preparada
from pen.conhecimento.public import EsferaDeAtendimento
from pen.identidade.public import Pessoa, contar_uso

CAMPOS_MAXIMO = 40
DIAS_GUARDADO = 30
GUARDADAS_POR_MINUTO = 60
_DESCARTAR = "DELETE FROM atendimento_rascunho WHERE pessoa_id = %s AND tipo_id = %s RETURNING 1"


def guardar_rascunho(
    *,
    por: Pessoa,
    tipo: TipoDeSuporte,
    esfera: EsferaDeAtendimento,
    campos: Mapping[str, str],
    agora: datetime | None = None,
) -> Rascunho | None:
    """Guarda o que está escrito no lugar do que havia; sem nada escrito, apaga, e devolve ``None``.

    Levanta:
        LimiteExcedido: a pessoa guarda depressa demais.
        PedidoIncompleto: campos ou texto demais.
    """
    contar_uso(f"rascunho:{por.pk}", limite=GUARDADAS_POR_MINUTO)
    escritos = {nome: texto for nome, texto in campos.items() if texto.strip()}
    grande = len(escritos) > CAMPOS_MAXIMO or sum(map(len, escritos.values())) > 2 * TEXTO_MAXIMO
    conferir(not grande, PedidoIncompleto("O rascunho passou do tamanho que se guarda. Encurte o texto."))
    if not escritos:
        descartar_rascunho(por=por, tipo=tipo)
        return None
    valores = {"esfera": esfera, "campos": escritos, "alterado_em": agora or timezone.now()}
    return Rascunho.objects.update_or_create(pessoa=por, tipo=tipo, defaults=valores)[0]


def descartar_rascunho(*, por: Pessoa, tipo: TipoDeSuporte) -> None:
    """Apaga o rascunho da pessoa para o tipo, se há."""
    consultar_preparada(_DESCARTAR, [por.pk, tipo.pk], grava=True)


def excluir_rascunhos_velhos(*, agora: datetime) -> int:
    """Apaga os que ninguém altera há trinta dias; devolve quantos."""
    return Rascunho.objects.filter(alterado_em__lt=agora - timedelta(days=DIAS_GUARDADO)).delete()[0]
