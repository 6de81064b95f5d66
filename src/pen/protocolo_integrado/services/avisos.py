"""O que um aviso diz de um processo, decidido na hora de sair: o que foi ocultado no caminho não sai."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.urls import reverse

from pen.notificacoes.public import AvisoARedigir, Trecho
from pen.nup.public import ler_numero
from pen.protocolo_integrado.models import Acompanhamento
from pen.protocolo_integrado.selectors.processos import andamentos_por_chave, situacao_dos_processos

MOVIMENTOS_NO_AVISO = 10
_SAL = "protocolo_integrado.deixar"


def redigir_avisos(avisos: Sequence[AvisoARedigir]) -> dict[UUID, Trecho | None]:
    """Um trecho por aviso; ``None`` para o processo que não está mais à vista ou que a pessoa deixou de acompanhar."""
    numeros = {a.dados["numero"] for a in avisos}
    situacoes = situacao_dos_processos(numeros)
    pares = Acompanhamento.objects.filter(numero__in=numeros, pessoa_id__in={a.pessoa_id for a in avisos})
    acompanhados = set(pares.values_list("pessoa_id", "numero"))
    vistos = andamentos_por_chave(
        [(a.dados["numero"], a.dados["orgao"], chave) for a in avisos for chave in a.dados["chaves"]], situacoes
    )
    trechos: dict[UUID, Trecho | None] = {}
    for aviso in avisos:
        numero, orgao = aviso.dados["numero"], aviso.dados["orgao"]
        if numero not in situacoes or (aviso.pessoa_id, numero) not in acompanhados:
            trechos[aviso.id] = None
            continue
        movimentos = [v for c in aviso.dados["chaves"] if (v := vistos.get((numero, orgao, c)))]
        movimentos.sort(key=lambda v: v.ocorrido_em, reverse=True)
        linhas: list[tuple[datetime | None, str]] = [
            (v.ocorrido_em, " · ".join(filter(None, [v.operacao, v.unidade]))) for v in movimentos[:MOVIMENTOS_NO_AVISO]
        ]
        if aviso.dados["chegou"]:
            linhas.append((None, "Este processo acaba de chegar ao Protocolo Integrado."))
        if len(movimentos) > MOVIMENTOS_NO_AVISO:
            linhas.append((None, f"E mais {len(movimentos) - MOVIMENTOS_NO_AVISO} movimentos."))
        if not linhas:
            trechos[aviso.id] = None
            continue
        formatado = ler_numero(numero).formatado
        trechos[aviso.id] = Trecho(
            titulo=f"Processo {formatado}",
            linhas=linhas,
            endereco=reverse("protocolo_integrado:processo", args=[numero]),
            endereco_de_cancelamento=reverse(
                "protocolo_integrado:deixar_sem_entrar", args=[marca_de_cancelamento(aviso.pessoa_id, numero)]
            ),
            assunto=f"Novidade no processo {formatado}",
        )
    return trechos


def marca_de_cancelamento(pessoa_id: int, numero: str) -> str:
    """O texto assinado que, no endereço, deixa de acompanhar um número sem entrar; não vence."""
    return signing.dumps([pessoa_id, numero], salt=_SAL)


def ler_marca_de_cancelamento(marca: str) -> tuple[int, str]:
    """A pessoa e o número de volta.

    Levanta:
        BadSignature: a marca não é nossa.
    """
    pessoa_id, numero = signing.loads(marca, salt=_SAL)
    return int(pessoa_id), str(numero)
