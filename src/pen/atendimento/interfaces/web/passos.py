"""Cada passo na página: o formulário dele, e o pedido que o formulário faz."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils import timezone

from pen.atendimento.enums import Passo
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms.passos import (
    COM_ANEXOS,
    ROTULOS_DO_TEXTO,
    SEM_TEXTO_OBRIGATORIO,
    AtribuirForm,
    DividirForm,
    DuplicarForm,
    EncaminharForm,
    EncerrarForm,
    MensagemForm,
    TerceiroForm,
    TextoForm,
    UnirForm,
    anexos_enviados,
)
from pen.atendimento.models import Chamado
from pen.atendimento.selectors.catalogo import produtos_da_esfera
from pen.atendimento.selectors.chamados import historia, outros_da_pessoa, tem_ligados
from pen.atendimento.selectors.equipes import destinos_do_chamado, integrantes_da_equipe
from pen.atendimento.selectors.parecidos import parecidos_com_o_chamado
from pen.atendimento.services.pedidos import PedidoDePasso
from pen.conhecimento.public import EsferaDeAtendimento
from pen.identidade.public import Ator


def formulario_do_passo(
    por: Ator, passo: Passo, chamado: Chamado, enviado: Any = None, arquivos: Any = None, *,
    inicial: Mapping[str, Any] | None = None,
) -> forms.Form:  # fmt: skip
    """O formulário do passo, vazio ou com o que se enviou; sem campo nenhum, se o passo é só um botão."""
    opcoes: dict[str, Any] = {"prefix": passo.value}
    if passo in {Passo.ASSUMIR, Passo.RETOMAR, Passo.SEPARAR}:
        return forms.Form(enviado, **opcoes)
    if passo == Passo.ENCAMINHAR:
        return EncaminharForm(enviado, destinos=destinos_do_chamado(chamado), **opcoes)
    if passo == Passo.DUPLICAR:
        parecidos = parecidos_com_o_chamado(chamado, para=por, agora=timezone.now())
        return DuplicarForm(enviado, parecidos=presenters.escolha_de_chamados(parecidos), **opcoes)
    if passo == Passo.UNIR:
        return UnirForm(enviado, outros=presenters.escolha_de_chamados(outros_da_pessoa(chamado, para=por)), **opcoes)
    if passo == Passo.DIVIDIR:
        mensagens = presenters.escolha_de_mensagens(chamado, historia(chamado, para=por))
        folhas = presenters.escolha_de_folhas(produtos_da_esfera(EsferaDeAtendimento(chamado.esfera)))
        return DividirForm(enviado, mensagens=mensagens, folhas=folhas, **opcoes)
    if passo == Passo.ATRIBUIR:
        integrantes = {i.pessoa_id: i.pessoa.nome_visivel for i in integrantes_da_equipe(chamado.equipe_id)}
        return AtribuirForm(enviado, integrantes=integrantes, **opcoes)
    padrao = MensagemForm if passo in COM_ANEXOS else TextoForm
    classe: Callable[..., TextoForm] = {Passo.ENCERRAR: EncerrarForm, Passo.AGUARDAR_TERCEIRO: TerceiroForm}.get(
        passo, padrao
    )
    opcoes |= {"rotulo": ROTULOS_DO_TEXTO[passo], "obrigatorio": passo not in SEM_TEXTO_OBRIGATORIO}
    if passo == Passo.ENCERRAR:
        opcoes["com_ligados"] = tem_ligados(chamado)
    return classe(enviado, arquivos, initial=inicial, **opcoes)


def pedido_do_form(passo: Passo, form: forms.Form) -> PedidoDePasso:
    """O que o serviço pede; só depois de ``is_valid``."""
    campos = {c for c in PedidoDePasso.__dataclass_fields__ if c != "anexos"}
    dados: dict[str, Any] = {
        campo: valor for campo, valor in form.cleaned_data.items() if campo in campos and valor not in ("", None)
    }
    dados |= {campo: int(dados[campo]) for campo in ("atendente", "equipe") if campo in dados}
    return PedidoDePasso(passo, anexos=anexos_enviados(form), **dados)
