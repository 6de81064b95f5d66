"""A página de um chamado: o que vê quem abriu ou segue, e o que vê quem atende."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pen.atendimento.enums import Passo
from pen.atendimento.interfaces.web import presenters
from pen.atendimento.interfaces.web.forms.passos import SeguidorForm
from pen.atendimento.interfaces.web.passos import formulario_do_passo
from pen.atendimento.models import Chamado
from pen.atendimento.rules import atende, e_solicitante, passos_possiveis, passou_de_reabrir, ve_internos
from pen.atendimento.selectors.automacao import macros_do_chamado
from pen.atendimento.selectors.avaliacoes import avaliacao_a_dar
from pen.atendimento.selectors.chamados import (
    continuacoes_do_chamado,
    historia,
    ligados_ao_chamado,
    numero_anterior,
    principal_visivel,
    resposta_final,
    seguidores_do_chamado,
    tem_outros_da_pessoa,
)
from pen.atendimento.selectors.presenca import texto_guardado
from pen.atendimento.selectors.roteiros import conhecimento_do_chamado
from pen.atendimento.selectors.silencio import encerramento_por_silencio, falta_prova_do_aviso
from pen.atendimento.values.leituras import PassoLido
from pen.identidade.public import Ator, Pessoa, quem_pede
from pen.notificacoes.public import recusas_dos_emails

# O que se faz de vez em quando: o formulário, que custa consultas, só vem quando se pede.
_QUANDO_SE_PEDE = frozenset({
    Passo.PEDIR_VALIDACAO, Passo.AGUARDAR_TERCEIRO, Passo.ENCAMINHAR, Passo.ATRIBUIR, Passo.DUPLICAR, Passo.UNIR, Passo.DIVIDIR,
})  # fmt: skip
# O que só aparece a quem abriu, ou só a quem é de uma equipe.
_SO_DE_ALGUNS: dict[str, Any] = {
    "avaliacao": None, "seguidor": None, "continuar": None, "atendimento": [], "sem_prova": False, "ligados": [],
    "trabalha": False, "conhecimento": [], "procurado": None, "macros": [], "macro": None, "seguidores": [],
    "vira_artigo": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preenchido:
    """Um passo com o formulário que a pessoa já preencheu, ou que vem começado; só o ``enviado`` conta como tentativa."""

    passo: Passo
    form: forms.Form
    enviado: bool = True


def mostrar_chamado(
    request: HttpRequest,
    chamado: Chamado,
    *,
    preenchido: Preenchido | None = None,
    novas: Sequence[PassoLido] = (),
    seguidor: SeguidorForm | None = None,
    mais: Mapping[str, Any] = MappingProxyType({}),
) -> HttpResponse:
    """A página; ``novas`` são as mensagens que chegaram enquanto se escrevia, e ``seguidor``, o colega que não se pôde incluir.

    ``mais`` é o que quem atende pediu para ver nela: uma macro, ou o que se procurou na base.
    """
    agora, eu = timezone.now(), quem_pede(request)
    contexto = _SO_DE_ALGUNS | _de_todos(chamado, eu, agora)
    contexto |= _de_quem_abriu(chamado, eu, agora, seguidor) if e_solicitante(eu, chamado) else {}
    contexto |= _da_equipe(chamado, eu, agora) if contexto["da_equipe"] else {}
    contexto |= _do_correio(chamado, eu, da_equipe=contexto["da_equipe"])
    preenchido = preenchido or _comecado(chamado, eu)
    cabem = presenters.em_ordem(passos_possiveis(eu, chamado, agora=agora))
    tentado = preenchido.form if preenchido and preenchido.enviado else None
    if Passo.UNIR in cabem and not tem_outros_da_pessoa(chamado, para=eu):
        cabem.remove(Passo.UNIR)
    aberto = preenchido.passo if preenchido else None
    contexto |= {
        "passos": [_passo(p, chamado, eu, preenchido) for p in cabem if p not in _QUANDO_SE_PEDE or p == aberto],
        "outros_passos": [presenters.botao_do_passo(p) for p in cabem if p in _QUANDO_SE_PEDE and p != aberto],
        "novas": presenters.historia_em_palavras(novas),
        "com_falta": next((f for f in (tentado, seguidor) if f is not None and f.errors), None),
        "perdido": _perdido(preenchido) if preenchido and tentado and preenchido.passo not in cabem else "",
    }  # fmt: skip
    contexto |= mais
    situacao_http = 409 if novas else 422 if contexto["com_falta"] else 200
    return render(request, "atendimento/chamado.jinja", contexto, status=situacao_http)


def _de_todos(chamado: Chamado, eu: Ator, agora: datetime) -> dict[str, Any]:
    da_equipe = ve_internos(eu, chamado)
    encerra_em = encerramento_por_silencio(chamado, agora=agora)
    cor, frase = presenters.situacao_em_palavras(chamado, encerra_em, da_equipe=da_equipe)
    passos = historia(chamado, para=eu)
    anterior = numero_anterior(chamado) if any(p.passo == Passo.IMPORTAR for p in passos) else ""
    return {
        "chamado": chamado, "linha": presenters.linha_do_chamado(chamado.na_lista(), agora=agora), "cor": cor, "frase": frase,
        "dados": presenters.dados_do_chamado(chamado, anterior), "historia": presenters.historia_em_palavras(passos),
        "principal": principal_visivel(chamado, para=eu), "continuacoes": continuacoes_do_chamado(chamado, para=eu),
        "da_equipe": da_equipe,
    }  # fmt: skip


def _de_quem_abriu(chamado: Chamado, eu: Ator, agora: datetime, seguidor: SeguidorForm | None) -> dict[str, Any]:
    return {
        "avaliacao": avaliacao_a_dar(chamado, agora=agora), "seguidor": seguidor or SeguidorForm(),
        "seguidores": seguidores_do_chamado(chamado),
        "continuar": presenters.endereco_de_continuar(chamado) if passou_de_reabrir(chamado, agora) else None,
    }  # fmt: skip


def _da_equipe(chamado: Chamado, eu: Ator, agora: datetime) -> dict[str, Any]:
    trabalha = atende(eu, chamado) and chamado.aberto
    return {
        "atendimento": presenters.dados_do_atendimento(chamado),
        "sem_prova": falta_prova_do_aviso(chamado, agora=agora),
        "ligados": [presenters.linha_do_chamado(c, agora=agora) for c in ligados_ao_chamado(chamado, para=eu)],
        "vira_artigo": not chamado.aberto and atende(eu, chamado) and bool(resposta_final(chamado)),
        "trabalha": trabalha, "macros": macros_do_chamado(chamado, para=eu) if trabalha else [],
        "conhecimento": presenters.conhecimento_em_palavras(conhecimento_do_chamado(chamado, para=eu)) if trabalha else [],
    }  # fmt: skip


def _do_correio(chamado: Chamado, eu: Pessoa, *, da_equipe: bool) -> dict[str, Any]:
    """Desde quando os avisos não chegam: a quem lê e, para a equipe, a quem abriu."""
    falhas = recusas_dos_emails([eu, chamado.solicitante] if da_equipe else [eu])
    de_quem_abriu = falhas.get(chamado.solicitante_id) if da_equipe else None
    return {"correio_falha_desde": falhas.get(eu.pk), "falha_de_quem_abriu": de_quem_abriu}


def _comecado(chamado: Chamado, eu: Pessoa) -> Preenchido | None:
    """O que a pessoa escrevia e ainda não enviou."""
    if not atende(eu, chamado):
        return None
    nome, texto = texto_guardado(chamado, para=eu)
    if not texto:
        return None
    passo = Passo(nome)
    form = formulario_do_passo(eu, passo, chamado, inicial={"texto": texto, "visto": chamado.passos})
    return Preenchido(passo, form, enviado=False)


def _passo(passo: Passo, chamado: Chamado, eu: Ator, preenchido: Preenchido | None) -> dict[str, Any]:
    nome, botao, enfase = presenters.botao_do_passo(passo)
    aberto = preenchido is not None and preenchido.passo == passo
    form = preenchido.form if preenchido is not None and aberto else None
    form = form or formulario_do_passo(eu, passo, chamado, inicial={"visto": chamado.passos})
    return {"nome": nome, "botao": botao, "enfase": enfase, "aberto": aberto, "form": form}


def _perdido(preenchido: Preenchido) -> str:
    """O que a pessoa escreveu num passo que já não cabe."""
    return str(preenchido.form.data.get(f"{preenchido.passo.value}-texto", ""))
