"""Quem mais está com o chamado na tela, e a resposta que se guarda enquanto se escreve."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from pen.atendimento.enums import Passo
from pen.atendimento.models import Chamado, Presenca
from pen.atendimento.models.chamado import TEXTO_MAXIMO
from pen.atendimento.rules import atende
from pen.atendimento.selectors.chamados import consultar_chamado
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.identidade.public import Pessoa, contar_uso

SINAIS_POR_MINUTO = 60
DIAS_DO_TEXTO = 7


def marcar_presenca(*, por: Pessoa, chave: str, passo: str = "", texto: str = "", agora: datetime | None = None) -> Chamado:
    """Diz que a pessoa está com o chamado na tela, e guarda o que ela escreve; o texto vazio apaga o que havia.

    Levanta:
        ChamadoNaoEncontrado.
        SemPermissao: o chamado está com outra equipe.
        PedidoIncompleto: texto demais.
        LimiteExcedido: sinais demais.
    """
    contar_uso(f"presenca:{por.pk}", limite=SINAIS_POR_MINUTO)
    chamado = consultar_chamado(chave, para=por)
    conferir(atende(por, chamado), SemPermissao("O chamado está com outra equipe."))
    conferir(len(texto) <= TEXTO_MAXIMO, PedidoIncompleto("O texto passou do tamanho que se envia. Encurte-o."))
    escrevendo = passo if passo in Passo.values and texto.strip() else ""
    valores = {"vista_em": agora or timezone.now(), "passo": escrevendo, "texto": texto if escrevendo else ""}
    Presenca.objects.update_or_create(chamado=chamado, pessoa=por, defaults=valores)
    return chamado


def esquecer_texto(chamado: Chamado, pessoa_id: int) -> None:
    """O que a pessoa escrevia foi enviado."""
    Presenca.objects.filter(chamado=chamado, pessoa=pessoa_id).update(passo="", texto="")


def excluir_presencas_velhas(*, agora: datetime) -> int:
    """Apaga as de mais de um dia sem texto, e as de mais de uma semana com ele; devolve quantas."""
    velhas = Q(vista_em__lt=agora - timedelta(days=1), texto="") | Q(vista_em__lt=agora - timedelta(days=DIAS_DO_TEXTO))
    return Presenca.objects.filter(velhas).delete()[0]
