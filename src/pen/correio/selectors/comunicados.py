"""As leituras dos comunicados: só de quem cuida das caixas."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from pen.correio.enums import Especie, SituacaoDoEnvio
from pen.correio.errors import ComunicadoNaoEncontrado
from pen.correio.models import Comunicado, Envio, Item
from pen.correio.rules import exigir_quem_cuida
from pen.identidade.public import Ator, Esfera, pessoas_que_gerem

COMUNICADOS_NA_PAGINA = 100


@dataclass(frozen=True, slots=True)
class ComunicadoLido:
    """O comunicado e, por enviar, a quantos iria; enviado, o que houve com cada mensagem e quantas pessoas responderam."""

    comunicado: Comunicado
    iria_a: int
    por_enviar: int
    enviadas: int
    falharam: int
    responderam: int


def listar_comunicados(*, para: Ator) -> list[Comunicado]:
    """Os mais novos primeiro.

    Levanta:
        CaixaNaoEncontrada: a pessoa não cuida das caixas.
    """
    exigir_quem_cuida(para)
    return list(Comunicado.objects.select_related("caixa", "autor").order_by("-pk")[:COMUNICADOS_NA_PAGINA])


def consultar_comunicado(comunicado_id: UUID, *, para: Ator) -> ComunicadoLido:
    """O comunicado, com as contas.

    Levanta:
        CaixaNaoEncontrada: a pessoa não cuida das caixas.
        ComunicadoNaoEncontrado: não existe.
    """
    exigir_quem_cuida(para)
    achado = Comunicado.objects.select_related("caixa", "autor", "enviado_por").filter(pk=comunicado_id).first()
    if achado is None:
        raise ComunicadoNaoEncontrado("Não existe nada neste endereço.")
    if achado.enviado_em is None:
        return ComunicadoLido(achado, pessoas_que_gerem([Esfera(e) for e in achado.esferas]).count(), 0, 0, 0, 0)
    envios = Envio.objects.filter(item__conversa__comunicado=achado, item__especie=Especie.COMUNICADO)
    contas = envios.aggregate(
        por_enviar=Count("pk", filter=Q(situacao=SituacaoDoEnvio.PENDENTE)),
        enviadas=Count("pk", filter=Q(situacao=SituacaoDoEnvio.ENVIADO)),
        falharam=Count("pk", filter=Q(situacao=SituacaoDoEnvio.FALHOU)),
    )
    recebidas = Item.objects.filter(conversa__comunicado=achado, especie=Especie.RECEBIDA, de_programa=False)
    responderam = recebidas.values("conversa").distinct().count()
    return ComunicadoLido(achado, achado.destinatarios, responderam=responderam, **contas)
