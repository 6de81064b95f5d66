"""Conferência em lote: guardar a planilha, conferi-la num trabalho, e excluir tudo no prazo.

Um trabalho pode morrer no meio, e dois podem pegar a mesma planilha. Cada começo ganha uma rodada, e só quem tem a rodada
corrente grava; quem fica ``SINAL_DE_VIDA`` sem gravar é dado por morto, e outro começa de novo.
"""

import time
import uuid
from contextlib import suppress
from functools import partial
from pathlib import PurePath

from django.db import transaction
from django.db.models import F, Func, IntegerField, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pen.comum.planilha import PlanilhaInvalida, abrir_planilha
from pen.comum.trabalhos import pedir_trabalho
from pen.identidade.public import contar_uso
from pen.nup.enums.situacoes import SituacaoDaConferencia
from pen.nup.errors import ColunaNaoEncontrada, ConferenciaNaoEncontrada, SemEspaco
from pen.nup.models import ConferenciaEmLote
from pen.nup.selectors.lotes import GUARDA, SINAL_DE_VIDA, conferencias_guardadas, conferencias_paradas
from pen.nup.services.planilhas import conferir_planilha, escolher_coluna

TAMANHO_MAXIMO = 10 * 1024 * 1024
LINHAS_MAXIMO = 100_000
ENVIOS_POR_MINUTO = 6
GUARDADO_POR_ORIGEM = 200 * 1024 * 1024
GUARDADO_AO_TODO = 2 * 1024 * 1024 * 1024
RESULTADO_POR_LINHA = 300  # bytes que se reservam para o resultado que ainda não há
TENTATIVAS_MAXIMO = 4
SEGUNDOS_ENTRE_SINAIS = 0.5
_DESISTIU = "Não conseguimos conferir esta planilha. Envie-a de novo; se continuar assim, avise quem mantém este serviço."


_OCTETOS = Func(F("resultado"), function="octet_length", output_field=IntegerField())


class _Superada(Exception):
    """Outro trabalho começou esta conferência, ou ela foi excluída."""


def criar_conferencia(*, nome: str, conteudo: bytes, coluna: str = "", origem: str) -> ConferenciaEmLote:
    """Guarda a planilha e põe a conferência na fila. ``coluna`` é o nome da que tem os números; vazio, é descoberta.

    Levanta:
        LimiteExcedido: envios demais da mesma origem neste minuto.
        PlanilhaInvalida: grande demais, sem linhas, ou que não se consegue ler.
        ColunaNaoEncontrada: a planilha não tem a coluna.
        SemEspaco: há planilhas demais guardadas.
    """
    contar_uso(f"nup-lote:{origem}", limite=ENVIOS_POR_MINUTO)
    if len(conteudo) > TAMANHO_MAXIMO:
        raise PlanilhaInvalida(
            f"O arquivo passa de {TAMANHO_MAXIMO // 2**20} MB. Reparta a planilha e envie uma parte por vez."
        )
    planilha = abrir_planilha(conteudo, linhas_maximo=LINHAS_MAXIMO)
    amostra = planilha.amostra()
    colunas = escolher_coluna(amostra, coluna)
    total = amostra.total - colunas.tem_cabecalho
    if not total:
        raise PlanilhaInvalida("A planilha só tem o cabeçalho.")
    agora, resumo = timezone.now(), salted_hmac("pen.nup.lote", origem, algorithm="sha256").hexdigest()
    with transaction.atomic():
        _exigir_espaco(resumo, len(conteudo) + total * RESULTADO_POR_LINHA)
        conferencia = ConferenciaEmLote.objects.create(
            nome=_nome_limpo(nome), formato=planilha.formato, aba=amostra.aba[:100], tamanho=len(conteudo), enviado=conteudo,
            colunas=list(colunas.nomes), coluna=colunas.escolhida, tem_cabecalho=colunas.tem_cabecalho, total=total,
            origem=resumo, criada_em=agora, mexida_em=agora,
        )  # fmt: skip
        transaction.on_commit(partial(_pedir, conferencia.pk))
    return conferencia


@transaction.atomic
def alterar_coluna(conferencia_id: uuid.UUID, coluna: int, *, origem: str) -> None:
    """Confere outra coluna da mesma planilha, do começo; o resultado anterior some.

    Levanta:
        LimiteExcedido, ConferenciaNaoEncontrada.
        ColunaNaoEncontrada: a posição não é de nenhuma coluna.
    """
    contar_uso(f"nup-lote:{origem}", limite=ENVIOS_POR_MINUTO)
    conferencia = conferencias_guardadas().select_for_update().filter(pk=conferencia_id).first()
    if conferencia is None:
        raise ConferenciaNaoEncontrada("Esta conferência não existe, já venceu ou foi excluída.")
    if not 0 <= coluna < len(conferencia.colunas):
        raise ColunaNaoEncontrada("A planilha não tem essa coluna.")
    ConferenciaEmLote.objects.filter(pk=conferencia_id).update(
        coluna=coluna, situacao=SituacaoDaConferencia.ESPERANDO, rodada=conferencia.rodada + 1, tentativas=0, feitas=0,
        contagem={}, resultado=None, motivo="", mexida_em=timezone.now(),
    )  # fmt: skip
    transaction.on_commit(partial(_pedir, conferencia_id))


def excluir_conferencia(conferencia_id: uuid.UUID) -> None:
    """Exclui a planilha e o resultado. Pode rodar duas vezes."""
    ConferenciaEmLote.objects.filter(pk=conferencia_id).delete()


def excluir_conferencias_vencidas() -> int:
    """Exclui as que passaram do prazo de guarda; devolve quantas. Pode rodar duas vezes."""
    excluidas, _ = ConferenciaEmLote.objects.filter(criada_em__lte=timezone.now() - GUARDA).delete()
    return excluidas


def retomar_conferencias() -> int:
    """Põe de novo na fila as que ninguém pegou e as que pararam no meio; devolve quantas. Pode rodar duas vezes."""
    paradas = conferencias_paradas()
    for conferencia_id in paradas:
        _pedir(conferencia_id)
    return len(paradas)


def conferir_lote(conferencia_id: uuid.UUID) -> None:
    """Confere uma planilha guardada, dizendo quantas linhas já foram. Pode rodar duas vezes, e ao mesmo tempo."""
    conferencia = _comecar(conferencia_id)
    if conferencia is None:
        return
    proximo_sinal = 0.0

    def avisar(feitas: int) -> None:
        nonlocal proximo_sinal
        if time.monotonic() >= proximo_sinal:
            _gravar(conferencia, feitas=feitas)
            proximo_sinal = time.monotonic() + SEGUNDOS_ENTRE_SINAIS

    with suppress(_Superada):
        try:
            planilha = abrir_planilha(bytes(conferencia.enviado), linhas_maximo=LINHAS_MAXIMO)
            total = planilha.contar(conferencia.coluna) - conferencia.tem_cabecalho
            _gravar(conferencia, total=total)
            conteudo, contagem = conferir_planilha(
                planilha, conferencia.coluna, tem_cabecalho=conferencia.tem_cabecalho, avisar=avisar
            )
            _gravar(
                conferencia,
                situacao=SituacaoDaConferencia.PRONTA,
                feitas=total,
                contagem=dict(contagem),
                resultado=conteudo,
            )
        except PlanilhaInvalida as erro:
            _gravar(conferencia, situacao=SituacaoDaConferencia.RECUSADA, motivo=erro.mensagem[:300])
        except _Superada:
            raise
        except Exception:
            _gravar(conferencia, situacao=SituacaoDaConferencia.ESPERANDO)  # quem a tentar de novo não precisa esperar
            raise


@transaction.atomic
def _comecar(conferencia_id: uuid.UUID) -> ConferenciaEmLote | None:
    """Toma a conferência para si, numa rodada nova; ``None`` se acabou, se sumiu ou se outro a está fazendo."""
    conferencia = ConferenciaEmLote.objects.defer("resultado").select_for_update().filter(pk=conferencia_id).first()
    if conferencia is None or conferencia.situacao in (SituacaoDaConferencia.PRONTA, SituacaoDaConferencia.RECUSADA):
        return None
    agora = timezone.now()
    if conferencia.situacao == SituacaoDaConferencia.CONFERINDO and conferencia.mexida_em > agora - SINAL_DE_VIDA:
        return None
    desistiu = conferencia.tentativas >= TENTATIVAS_MAXIMO
    conferencia.situacao = SituacaoDaConferencia.RECUSADA if desistiu else SituacaoDaConferencia.CONFERINDO
    conferencia.motivo = _DESISTIU if desistiu else ""
    conferencia.rodada, conferencia.tentativas = conferencia.rodada + 1, conferencia.tentativas + 1
    conferencia.feitas, conferencia.mexida_em = 0, agora
    conferencia.save(update_fields=["situacao", "motivo", "rodada", "tentativas", "feitas", "mexida_em"])
    return None if desistiu else conferencia


def _gravar(conferencia: ConferenciaEmLote, **campos: object) -> None:
    """Grava na linha, se a rodada ainda é a desta conferência.

    Levanta:
        _Superada: não é.
    """
    minha = ConferenciaEmLote.objects.filter(pk=conferencia.pk, rodada=conferencia.rodada)
    if not minha.update(mexida_em=timezone.now(), **campos):
        raise _Superada


def _pedir(conferencia_id: uuid.UUID) -> None:
    pedir_trabalho(
        "pen.nup.tasks.conferir_planilha_enviada", trava=f"nup-lote-{conferencia_id}", conferencia_id=str(conferencia_id)
    )


def _exigir_espaco(origem: str, tamanho: int) -> None:
    """Quem envia sem parar enche só o lugar que lhe cabe; e todos juntos, só o que a instalação reservou."""
    guardadas = conferencias_guardadas().annotate(ocupa=F("tamanho") + Coalesce(_OCTETOS, F("total") * RESULTADO_POR_LINHA))
    soma = guardadas.aggregate(da_origem=Sum("ocupa", filter=Q(origem=origem), default=0), de_todas=Sum("ocupa", default=0))
    if soma["da_origem"] + tamanho > GUARDADO_POR_ORIGEM:
        raise SemEspaco("Desta rede já há muitas planilhas guardadas. Exclua as que já baixou, ou espere até amanhã.")
    if soma["de_todas"] + tamanho > GUARDADO_AO_TODO:
        raise SemEspaco("Não há lugar para mais planilhas agora. Tente de novo daqui a algumas horas.")


def _nome_limpo(nome: str) -> str:
    """O nome do arquivo sem a pasta e sem o que não se imprime."""
    return "".join(c for c in PurePath(nome.replace("\\", "/")).name if c.isprintable())[-150:] or "planilha"
