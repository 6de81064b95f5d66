"""As palavras da adesão: os passos, a conferência e as credenciais, do que o domínio sabe ao que a pessoa lê."""

from collections.abc import Callable
from typing import Any, NamedTuple

from pen.designsys.filtros import data_hora, plural
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.interfaces.web.presenters.como_corrigir import COMO_CORRIGIR
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.selectors.conferencia_da_adesao import (
    PROTOCOLOS_MINIMO,
    Conferencia,
    Item,
    ItemConferido,
    SituacaoDoItem,
)

TIPOS = {SituacaoDoItem.OK: "success", SituacaoDoItem.ATENCAO: "warning", SituacaoDoItem.FALTA: "danger"}
ICONES = {
    SituacaoDoItem.OK: "check-circle",
    SituacaoDoItem.ATENCAO: "exclamation-triangle",
    SituacaoDoItem.FALTA: "times-circle",
}
TIPO_DA_SITUACAO = {
    SituacaoDaAdesao.PEDIDA: "warning",
    SituacaoDaAdesao.EM_HOMOLOGACAO: "info",
    SituacaoDaAdesao.EM_CONFERENCIA: "warning",
    SituacaoDaAdesao.CONCLUIDA: "success",
    SituacaoDaAdesao.RECUSADA: "danger",
    SituacaoDaAdesao.CANCELADA: "neutro",
}


class _Palavras(NamedTuple):
    """O nome do item, a frase do que se viu e o que fazer quando não está ok."""

    rotulo: str
    frase: Callable[[ItemConferido], str]
    fazer: str


_ITENS: dict[Item, _Palavras] = {
    Item.QUANTIDADE: _Palavras(
        "Quantidade",
        lambda i: f"{plural(i.valor, 'protocolo distinto aceito', 'protocolos distintos aceitos')}.",
        f"Envie pelo menos {PROTOCOLOS_MINIMO} protocolos diferentes.",
    ),
    Item.NUMEROS: _Palavras(
        "Formato dos números",
        lambda i: (
            f"Em {i.valor} de {i.total} os dígitos verificadores conferem"
            + (f"; em {i.outros} eles estão errados, ou a forma não é de processo." if i.outros else ".")
        ),
        "Confira se o número enviado é o do processo, inteiro. Números antigos podem não conferir: não são recusados.",
    ),
    Item.DATAS: _Palavras(
        "Datas",
        lambda i: (
            f"Em {plural(i.valor, 'protocolo', 'protocolos')} de {i.total}, a produção é posterior ao primeiro movimento, ou há "
            "data no futuro."
            if i.valor
            else "Nenhuma produção posterior ao movimento mais antigo, e nenhuma data no futuro."
        ),
        "Confira o fuso horário do servidor e de onde o sistema tira a data de produção do processo.",
    ),
    Item.UNIDADES: _Palavras(
        "Unidades",
        lambda i: (
            f"Em {i.valor} de {plural(i.total, 'protocolo', 'protocolos')}, há movimento sem a unidade."
            if i.valor
            else "Todo movimento diz a unidade."
        ),
        "Preencha UnidadeOperacao em cada movimento: é como o cidadão sabe onde está o processo.",
    ),
    Item.MOVIMENTOS: _Palavras(
        "Histórico",
        lambda i: (
            f"{plural(i.valor, 'processo tem', 'processos têm')} mais de um movimento."
            if i.valor
            else "Nenhum processo com mais de um movimento."
        ),
        "Envie pelo menos um processo que já andou, com dois movimentos ou mais.",
    ),
    Item.REENVIO: _Palavras(
        "Reenvio",
        lambda i: (
            f"{plural(i.valor, 'número veio', 'números vieram')} em mais de uma remessa."
            if i.valor
            else "Nenhum número foi enviado de novo."
        ),
        "Envie de novo um protocolo já enviado (no SEI, «Forçar Reenvio»): reenviar não duplica.",
    ),
    Item.RESTRITOS: _Palavras(
        "Acesso restrito",
        lambda i: (
            f"{plural(i.valor, 'texto fala', 'textos falam')} em restrito ou sigiloso, em "
            f"{plural(i.outros, 'protocolo', 'protocolos')}."
            if i.valor
            else "Nenhum texto fala em acesso restrito ou sigiloso."
        ),
        "Em produção, esses processos aparecem resumidos ou não aparecem. Se não deviam ser enviados, desligue no sistema o "
        "envio de processos restritos (no SEI, PublicarProcessosRestritos).",
    ),
    Item.RECUSAS: _Palavras(
        "Recusas",
        lambda i: (
            f"{plural(i.valor, 'documento recusado', 'documentos recusados')} nas últimas 24 horas e ainda não corrigidos."
            if i.valor
            else "Nenhuma recusa por resolver nas últimas 24 horas."
        ),
        "Corrija o que cada código pede, abaixo, e envie de novo os mesmos protocolos.",
    ),
}


def itens_da_conferencia(conferencia: Conferencia) -> list[dict[str, Any]]:
    """Cada item com a situação, a frase, o que fazer e, no das recusas, cada código com a orientação."""
    return [
        {
            "rotulo": _ITENS[i.item].rotulo, "situacao": i.situacao.value, "tipo": TIPOS[i.situacao],
            "icone": ICONES[i.situacao], "frase": _ITENS[i.item].frase(i),
            "fazer": "" if i.situacao == SituacaoDoItem.OK else _ITENS[i.item].fazer,
            "recusas": [
                {"codigo": r.codigo.value, "quantas": r.quantas, "motivo": r.motivo, "protocolos": r.protocolos,
                 "orientacao": COMO_CORRIGIR[r.codigo]}
                for r in i.recusas
            ],
        }
        for i in conferencia.itens
    ]  # fmt: skip


def passos_da_adesao(adesao: Adesao) -> list[dict[str, Any]]:
    """Os cinco passos, cada um «feito», «agora» ou «depois», com uma frase."""
    situacao = SituacaoDaAdesao(adesao.situacao)
    em_curso = {
        SituacaoDaAdesao.PEDIDA: 1,
        SituacaoDaAdesao.EM_HOMOLOGACAO: 2,
        SituacaoDaAdesao.EM_CONFERENCIA: 3,
        SituacaoDaAdesao.CONCLUIDA: 4,
    }.get(situacao)
    feitos = [
        True,
        adesao.em_homologacao_em is not None,
        situacao in {SituacaoDaAdesao.EM_CONFERENCIA, SituacaoDaAdesao.CONCLUIDA},
        adesao.concluida_em is not None,
        adesao.credencial_producao_id is not None,
    ]
    frases = [
        f"Recebido em {data_hora(adesao.pedida_em)}.",
        f"Aprovado em {data_hora(adesao.em_homologacao_em)}." if feitos[1] else "A equipe central confere o pedido.",
        f"O órgão cria a credencial de homologação e envia {PROTOCOLOS_MINIMO} protocolos ou mais. Nada disso é publicado.",
        f"Aprovada em {data_hora(adesao.concluida_em)}." if feitos[3] else "A equipe central olha os envios de teste.",
        "Credencial criada: o sistema já pode enviar." if feitos[4] else "O órgão cria a credencial de produção.",
    ]
    titulos = ["Pedido", "Análise", "Homologação", "Conferência", "Produção"]
    return [
        {
            "titulo": titulo, "frase": frase, "agora": n == em_curso and not feito,
            "situacao": "feito" if feito else "agora" if n == em_curso else "depois",
        }
        for n, (titulo, frase, feito) in enumerate(zip(titulos, frases, feitos, strict=True))
    ]  # fmt: skip


def linha_da_adesao(adesao: Adesao) -> dict[str, Any]:
    """Uma adesão numa lista."""
    situacao = SituacaoDaAdesao(adesao.situacao)
    return {
        "id": adesao.pk, "orgao": adesao.orgao, "situacao": situacao.label, "tipo": TIPO_DA_SITUACAO[situacao],
        "pedida_em": adesao.pedida_em, "sistema": adesao.nome_do_sistema,
    }  # fmt: skip
