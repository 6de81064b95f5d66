"""O que muda numa unidade: cada mudança fecha a versão vigente e abre outra, na transação de quem decidiu."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.identidade.public import Pessoa
from pen.nup.enums.situacoes import Operacao, SituacaoDaUnidade
from pen.nup.errors import MudancaImpossivel
from pen.nup.models import Contador, Pedido, Unidade, Versao
from pen.nup.models.cadastro import CAMPOS_DA_VERSAO
from pen.nup.selectors.observadas import unidades_observadas

MOTIVO_DA_CARGA = "Carga inicial: vista em números reais; não vem do cadastro oficial."


def carregar_unidades_observadas(*, agora: datetime | None = None) -> int:
    """Põe no cadastro, pendentes e sem dono, as unidades vistas em números reais; devolve quantas são novas.

    Rodar de novo não muda nada; as que já têm dono ficam como estão.
    """
    agora = agora or timezone.now()
    with transaction.atomic():
        ja_estao = set(Unidade.objects.values_list("codigo", flat=True))
        novas = Unidade.objects.bulk_create(
            [
                Unidade(codigo=codigo, situacao=SituacaoDaUnidade.PENDENTE, da_carga_inicial=True)
                for codigo in unidades_observadas()
                if codigo not in ja_estao
            ],
            ignore_conflicts=True,
        )
        # Com ignore_conflicts as chaves não voltam: a versão nasce para toda unidade da carga que ainda não tem nenhuma.
        com_versao = Versao.objects.values("unidade")
        sem_versao = Unidade.objects.filter(da_carga_inicial=True).exclude(pk__in=com_versao)
        Versao.objects.bulk_create(
            [Versao(unidade=u, desde=agora, situacao=u.situacao, motivo=MOTIVO_DA_CARGA) for u in sem_versao]
        )
    return len(novas)


def criar_unidade(
    *, por: Pessoa, pedido: Pedido, codigo: str, dados: Mapping[str, Any], motivo: str, agora: datetime
) -> Unidade:
    """Cadastra a unidade, ativa, com o ``codigo``; uma pendente da carga inicial ganha dono. Só dentro de uma transação.

    Levanta:
        MudancaImpossivel: o código já é de outra unidade, ou não serve.
    """
    pendente = Unidade.objects.select_for_update().filter(codigo=codigo, situacao=SituacaoDaUnidade.PENDENTE).first()
    unidade = pendente or Unidade(codigo=codigo)
    for campo, valor in dados.items():
        setattr(unidade, campo, valor)
    unidade.situacao = SituacaoDaUnidade.ATIVA
    try:
        with transaction.atomic():
            unidade.save(update_fields=[*dados, "situacao"] if pendente else None)
    except IntegrityError as erro:
        raise MudancaImpossivel(
            f"O código {codigo} já é de outra unidade, ou não serve; escolha outro.", campo="codigo"
        ) from erro
    _abrir_versao(unidade, Operacao.CADASTRO, por=por, pedido=pedido, motivo=motivo, agora=agora)
    return unidade


def alterar_unidade(
    *, por: Pessoa, pedido: Pedido, unidade: Unidade, mudancas: Mapping[str, Any], motivo: str, agora: datetime
) -> None:
    """Muda a unidade, já travada, e abre a versão nova; na situação, fecha ou reabre o contador. Só dentro de uma transação."""
    for campo, valor in mudancas.items():
        setattr(unidade, campo, valor)
    # Só o que mudou: com o código na lista, o gatilho faria o banco travar a chave, e a numeração em curso se cruzaria com isto.
    unidade.save(update_fields=list(mudancas))
    if "situacao" in mudancas:  # com o contador travado, nenhum número sai depois daqui
        Contador.objects.filter(unidade=unidade).update(aberto=unidade.situacao == SituacaoDaUnidade.ATIVA)
    _abrir_versao(unidade, Operacao(pedido.operacao), por=por, pedido=pedido, motivo=motivo, agora=agora)


def _abrir_versao(
    unidade: Unidade, operacao: Operacao, *, por: Pessoa, pedido: Pedido, motivo: str, agora: datetime
) -> None:
    Versao.objects.filter(unidade=unidade, ate=None).update(ate=agora)
    Versao.objects.create(
        unidade=unidade, desde=agora, operacao=operacao, pedido=pedido, por=por, motivo=motivo,
        **{campo: getattr(unidade, campo) for campo in CAMPOS_DA_VERSAO},
    )  # fmt: skip
