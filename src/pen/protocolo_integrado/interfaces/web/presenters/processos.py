"""As palavras das páginas: do que o domínio sabe ao que a pessoa lê."""

from collections.abc import Sequence
from datetime import date, time
from functools import cache
from typing import Any, NamedTuple

from django.http import QueryDict
from django.urls import reverse

from pen.comum.tempo import BRASILIA
from pen.designsys.filtros import milhar, plural
from pen.identidade.public import Orgao, orgaos_por_id
from pen.nup.public import Numero, Veredito, dono_do_numero, ler_numero
from pen.protocolo_integrado.models import Registro
from pen.protocolo_integrado.selectors.busca import PROCESSOS_DOS_MOVIMENTOS
from pen.protocolo_integrado.selectors.processos import interessados_dos_processos
from pen.protocolo_integrado.values import (
    Acompanhado,
    AndamentoVisto,
    Facetas,
    Pagina,
    ProcessoAchado,
    ProcessoVisto,
    RegistroVisto,
    ResultadoDaBusca,
    Total,
)

_UM_NUMERO = "NUMERO"
_COM_AVISO = {Veredito.DV_NAO_CONFERE, Veredito.FORMA_DESCONHECIDA}


class ItemDaLinha(NamedTuple):
    """Um movimento na linha do tempo; a hora é a de Brasília, se o órgão a informou, e ``orgao`` só vem quando há mais de um."""

    hora: time | None
    operacao: str
    unidade: str
    orgao: str


def pagina_do_processo(
    processo: ProcessoVisto, andamentos: Pagina[AndamentoVisto], relacionados: dict[str, str]
) -> dict[str, Any]:
    """O contexto da página do processo."""
    registros = processo.registros
    varios = len(registros) > 1
    siglas = {r.orgao.pk: r.orgao.sigla for r in registros}
    numeros = dict.fromkeys(n for r in registros for n in r.relacionados)
    return {
        "processo": processo,
        "numero": processo.numero.formatado,
        "endereco": _endereco(processo.numero.normalizado),
        "endereco_do_feed": _endereco(processo.numero.normalizado, "feed"),
        "unidade": _unidade(processo.numero),
        "aviso_do_numero": processo.numero.explicacao if processo.numero.veredito in _COM_AVISO else "",
        "registros": [_registro(r, processo.resumido) for r in registros],
        "dias": _dias(andamentos.itens, siglas if varios else {}),
        "andamentos": andamentos,
        "relacionados": [_relacionado(n, relacionados.get(n)) for n in numeros],
    }


def _unidade(numero: Numero) -> dict[str, str] | None:
    """A unidade que deu o número e de quem ela é e era; ``None`` quando não está no cadastro."""
    dono = dono_do_numero(numero)
    return {"codigo": dono.unidade.codigo, "de_quem": dono.frase} if dono else None


def _registro(registro: RegistroVisto, resumido: bool) -> dict[str, Any]:
    reservado = "Não exibido: o acesso a este processo é restrito."
    interessados = [f"{nome} ({documento})" if documento else nome for nome, documento in registro.interessados or []]
    return {
        "orgao": registro.orgao,
        "consulta_propria": registro.orgao.endereco_da_consulta(registro.numero),
        "cobertura": registro.orgao.cobertura,
        "carregado_em": registro.carregado_em,
        "atualizado_em": registro.atualizado_em,
        "produzido_em": registro.produzido_em,
        "especie": registro.especie,
        "identificacao": registro.identificacao,
        "assunto": reservado if resumido else registro.assunto,
        "interessados": [reservado] if resumido else interessados or ["Não informado"],
    }


def _dias(andamentos: list[AndamentoVisto], siglas: dict[int, str]) -> list[tuple[date, list[ItemDaLinha]]]:
    """Os movimentos por dia de Brasília, do mais novo ao mais antigo."""
    dias: list[tuple[date, list[ItemDaLinha]]] = []
    for andamento in andamentos:
        quando = andamento.ocorrido_em.astimezone(BRASILIA)
        if not dias or dias[-1][0] != quando.date():
            dias.append((quando.date(), []))
        dias[-1][1].append(_item(andamento, quando.time(), siglas))
    return dias


def _item(andamento: AndamentoVisto, hora: time, siglas: dict[int, str]) -> ItemDaLinha:
    operacao = andamento.operacao or "Movimentação sem descrição"
    unidade = andamento.unidade or "Unidade não informada"
    so_o_dia = hora == time.min  # foi o que o órgão informou
    return ItemDaLinha(None if so_o_dia else hora, operacao, unidade, siglas.get(andamento.orgao_id, ""))


def _relacionado(numero: str, chave: str | None) -> dict[str, str]:
    return {"texto": ler_numero(chave or numero).formatado, "endereco": _endereco(chave) if chave else ""}


def _endereco(numero: str, pagina: str = "processo") -> str:
    """O endereço da página de um número canônico, que é só de algarismos e letras."""
    return _endereco_de(pagina).replace(_UM_NUMERO, numero)


@cache
def _endereco_de(pagina: str) -> str:
    """A forma do endereço: pedi-lo ao Django a cada processo custava tanto quanto ler um movimento."""
    return reverse(f"protocolo_integrado:{pagina}", args=[_UM_NUMERO])


class ValorDaFaceta(NamedTuple):
    """Um valor por que se pode restringir a busca: o endereço já restrito, ou sem a restrição, se ela já vale."""

    texto: str
    quantos: int
    endereco: str
    escolhido: bool


def resultado(processos: ResultadoDaBusca, andamentos: Pagina[AndamentoVisto], consulta: QueryDict) -> dict[str, Any]:
    """As duas listas da página de resultados, cada uma com sua contagem e sua próxima página, e as facetas."""
    orgaos = orgaos_por_id({a.orgao_id for a in andamentos.itens})
    nomes = interessados_dos_processos({r.numero for r in processos.itens} | {a.numero for a in andamentos.itens})
    return {
        "processos": linhas_de_processos(processos.itens, nomes),
        "total_de_processos": _total(processos.total, "processo", "processos"),
        "ha_processos": bool(processos.itens),
        "facetas": _facetas(processos.facetas, consulta) if processos.facetas and processos.itens else [],
        "sobre": processos.facetas.sobre if processos.facetas else 0,
        "mais_processos": _mais(consulta, "apos", processos.proxima),
        "primeira_pagina": "" if not consulta.get("apos") and not consulta.get("mov") else _mais(consulta, "", "*"),
        "andamentos": [_linha_de_andamento(a, orgaos, nomes.get(a.numero, [])) for a in andamentos.itens],
        "total_de_andamentos": _total(andamentos.total, "movimento", "movimentos"),
        "de_quais": "processos encontrados"
        if _sao_todos(processos.total)
        else f"{PROCESSOS_DOS_MOVIMENTOS} primeiros processos",
        "mais_andamentos": _mais(consulta, "mov", andamentos.proxima),
    }


def _facetas(facetas: Facetas, consulta: QueryDict) -> list[tuple[str, list[ValorDaFaceta]]]:
    """Cada faceta e os seus valores. O ano é o período do ano inteiro."""

    def valor(texto: str, quantos: int, **campos: str) -> ValorDaFaceta:
        escolhido = all(consulta.get(nome) == campo for nome, campo in campos.items())
        novo = consulta.copy()
        for nome in ("apos", "mov", *campos):
            novo.pop(nome, None)
        if not escolhido:
            novo.update(campos)
        return ValorDaFaceta(texto, quantos, f"?{novo.urlencode()}", escolhido)

    orgaos = [valor(o.sigla, n, orgao=o.codigo) for o, n in facetas.orgaos]
    anos = [valor(str(a), n, desde=f"{a}-01-01", ate=f"{a}-12-31") for a, n in facetas.anos]
    especies = [valor(e, n, especie=e) for e, n in facetas.especies]
    return [("Órgão", orgaos), ("Ano", anos), ("Tipo", especies)]


def linhas_de_processos(
    processos: Sequence[Registro | ProcessoAchado], nomes: dict[str, list[str]]
) -> list[dict[str, Any]]:
    """As linhas de uma lista de processos já visíveis a quem pede."""
    return [_linha_de_processo(r, nomes.get(r.numero, [])) for r in processos]


def lista_de_acompanhamentos(acompanhados: list[Acompanhado]) -> dict[str, Any]:
    """Os acompanhados em duas listas: os que estão à vista e os que se espera."""
    linhas = [
        {
            "chave": a.numero,
            "numero": ler_numero(a.numero).formatado,
            "endereco": _endereco(a.numero),
            "desde": a.desde,
            "assunto": (a.situacao.assunto or "Acesso restrito") if a.situacao else "",
            "atualizado_em": a.situacao.atualizado_em if a.situacao else None,
            "chegou": a.situacao is not None,
        }
        for a in acompanhados
    ]
    return {"chegados": [x for x in linhas if x["chegou"]], "esperados": [x for x in linhas if not x["chegou"]]}


def _linha_de_processo(registro: Registro | ProcessoAchado, nomes: list[str]) -> dict[str, Any]:
    return {
        "numero": ler_numero(registro.numero).formatado,
        "endereco": _endereco(registro.numero),
        "especie": registro.especie,
        "data": registro.produzido_em,
        "orgao": registro.orgao.sigla,
        "interessado": _resumir(nomes),
        "assunto": registro.assunto if len(registro.assunto) <= 200 else f"{registro.assunto[:200]}…",
    }


def _linha_de_andamento(andamento: AndamentoVisto, orgaos: dict[int, Orgao], nomes: list[str]) -> dict[str, Any]:
    return {
        "quando": andamento.ocorrido_em,
        "numero": ler_numero(andamento.numero).formatado,
        "endereco": _endereco(andamento.numero),
        "operacao": andamento.operacao or "Movimentação sem descrição",
        "unidade": andamento.unidade,
        "orgao": orgaos[andamento.orgao_id].sigla,
        "interessado": _resumir(nomes),
    }


def _resumir(nomes: list[str]) -> str:
    if not nomes:
        return "Não informado"
    return nomes[0] if len(nomes) == 1 else f"{nomes[0]} e mais {len(nomes) - 1}"


def _sao_todos(total: Total) -> bool:
    return total.valor <= PROCESSOS_DOS_MOVIMENTOS and not total.estimado


def _total(total: Total, um: str, varios: str) -> str:
    if total.estimado:
        return f"Cerca de {milhar(total.valor)} {varios}"
    return f"Mais de {milhar(total.valor)} {varios}" if total.parou else plural(total.valor, um, varios)


def _mais(consulta: QueryDict, parametro: str, marcador: str) -> str:
    if not marcador:
        return ""
    novo = consulta.copy()
    for nome in {"apos", "mov"} - ({"mov"} if parametro == "apos" else {"apos"} if parametro == "mov" else set()):
        novo.pop(nome, None)
    if parametro:
        novo[parametro] = marcador
    return f"?{novo.urlencode()}"
