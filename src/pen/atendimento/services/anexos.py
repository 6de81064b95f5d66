"""Guardar os anexos de um passo, e limpar o que ficou para trás."""

from collections.abc import Sequence
from typing import NamedTuple

from pen.atendimento import antivirus
from pen.atendimento.armazem import guardar, pasta_dos_anexos
from pen.atendimento.errors import AnexoNaoConferido, AnexoRecusado, AntivirusSemResposta, GrandeParaOAntivirus
from pen.atendimento.models import Anexo, PassoDoChamado
from pen.atendimento.values.anexos import ANEXOS_POR_ENVIO, AnexoConferido, AnexoNovo, conferir_anexo
from pen.comum import armazem
from pen.comum.armazem import Guardado
from pen.comum.errors import conferir
from pen.identidade.public import Pessoa

ANEXOS_POR_CHAMADO = 100


class AnexoPreparado(NamedTuple):
    """Um arquivo conferido e já no armazém, que nenhum passo cita ainda."""

    pedido: str
    nome: str
    formato: str
    guardado: Guardado


def preparar_anexos(anexos: Sequence[AnexoNovo], *, ate: float | None = None) -> list[AnexoPreparado]:
    """Confere e guarda os arquivos; antes de travar o que seja, porque refazer uma imagem, perguntar ao antivírus (no prazo de
    ``procurar_pragas``) e gravar em disco demora.

    Levanta:
        AnexoRecusado: um deles não serve, ou são demais.
        AnexoNaoConferido: o antivírus não respondeu.
    """
    conferir(len(anexos) <= ANEXOS_POR_ENVIO, AnexoRecusado(f"Envie até {ANEXOS_POR_ENVIO} arquivos de cada vez."))
    conferidos = [(novo.pedido, conferir_anexo(novo)) for novo in anexos]
    procurar_pragas([conferido for _, conferido in conferidos], ate=ate)
    return [AnexoPreparado(pedido, a.nome, a.formato, guardar(a.conteudo)) for pedido, a in conferidos]


def procurar_pragas(conferidos: Sequence[AnexoConferido], *, ate: float | None = None) -> None:
    """Mostra cada arquivo ao antivírus, se a instalação tem um; todos no mesmo prazo, que começa agora ou acaba em ``ate``.

    Levanta:
        AnexoRecusado: um deles tem uma praga, ou o antivírus não aceita o tamanho dele.
        AnexoNaoConferido: o antivírus não respondeu; sem isso, nada se aceita.
    """
    if not antivirus.ligado():
        return
    ate = antivirus.prazo() if ate is None else ate
    for conferido in conferidos:
        try:
            praga = antivirus.achar_praga(conferido.conteudo, ate=ate)
        except AntivirusSemResposta:
            raise AnexoNaoConferido(
                f"«{conferido.nome}» não pôde ser conferido pelo antivírus agora. Tente de novo em alguns minutos."
            ) from None
        except GrandeParaOAntivirus:
            raise AnexoRecusado(
                f"«{conferido.nome}» é grande demais para o antivírus desta instalação. Envie-o em partes."
            ) from None
        conferir(not praga, AnexoRecusado(f"«{conferido.nome}» tem um programa malicioso ({praga}), e não foi guardado."))


def registrar_anexos(passo: PassoDoChamado, anexos: Sequence[AnexoPreparado], *, por: Pessoa) -> list[Anexo]:
    """Liga os arquivos ao passo que os trouxe, na transação dele.

    Levanta:
        AnexoRecusado: o chamado já tem anexos demais.
    """
    if not anexos:
        return []
    ja = Anexo.objects.filter(chamado=passo.chamado_id).count()
    conferir(ja + len(anexos) <= ANEXOS_POR_CHAMADO, AnexoRecusado(f"Um chamado tem até {ANEXOS_POR_CHAMADO} anexos."))
    return Anexo.objects.bulk_create(
        Anexo(
            chamado_id=passo.chamado_id, passo=passo, pedido=a.pedido, nome=a.nome, formato=a.formato,
            tamanho=a.guardado.tamanho, resumo=a.guardado.resumo, por=por, em=passo.em,
        )
        for a in anexos
    )  # fmt: skip


def excluir_abandonados() -> int:
    """Apaga da pasta o que nenhum anexo cita e tem mais de um dia: passos que falharam depois de guardar. Devolve quantos."""
    return armazem.excluir_abandonados(
        pasta_dos_anexos(),
        lambda resumos: set(Anexo.objects.filter(resumo__in=resumos).values_list("resumo", flat=True)),
    )
