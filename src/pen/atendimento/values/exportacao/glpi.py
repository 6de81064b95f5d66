"""O que o GLPI dá em JSON: os itens da API REST (``Ticket``, ``ITILFollowup``…)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pen.atendimento.values.exportacao.anexos import anexo_da_pasta
from pen.atendimento.values.exportacao.campos import (
    conferir_datas,
    em_ordem,
    exigir_instante,
    html_em_texto,
    ler_codigo,
    ler_correio,
    ler_instante,
    ler_linha,
    ler_texto,
    por_chave,
)
from pen.atendimento.values.exportacao.leitura import Item, ler_itens, ler_listas
from pen.atendimento.values.exportacao.modelo import (
    AnexoExportado,
    ChamadoExportado,
    Ilegivel,
    MensagemExportada,
    Modo,
    Recusado,
)

LISTAS = {
    "Ticket": frozenset({"itilcategories_id", "status", "date"}),
    "ITILSolution": frozenset({"solutiontypes_id", "content"}),
    "ITILFollowup": frozenset({"items_id", "content", "is_private"}),
    "TicketTask": frozenset({"tickets_id", "content"}),
    "Ticket_User": frozenset({"tickets_id", "users_id", "type"}),
    "Group_Ticket": frozenset({"tickets_id", "groups_id", "type"}),
    "UserEmail": frozenset({"users_id", "email"}),
    "Document_Item": frozenset({"documents_id", "items_id", "itemtype"}),
    "Document": frozenset({"filename", "filepath"}),
    "Group": frozenset({"completename", "is_requester"}),
    "ITILCategory": frozenset({"completename", "is_incident"}),
    "Entity": frozenset({"completename", "entities_id"}),
}
MENSAGENS = ("ITILFollowup", "ITILSolution", "TicketTask")
PEDE, ATENDE = "1", "2"  # o papel de alguém no chamado


class _Dito(NamedTuple):
    especie: str
    item: Item


def ler_json_do_glpi(
    caminhos: Sequence[Path], modo: Modo, *, agora: datetime
) -> Iterator[ChamadoExportado | Recusado]:  # fmt: skip
    """Os chamados, cada um com o que se disse nele, um de cada vez.

    Levanta:
        ExportacaoIlegivel: um arquivo não é uma destas listas.
    """
    listas = ler_listas(caminhos, LISTAS)
    ditos: dict[str, list[_Dito]] = defaultdict(list)
    for especie in MENSAGENS:
        for item in listas[especie]:
            try:
                dado = item.ler()
            except msgspec.DecodeError:
                yield Recusado(item.onde, "a mensagem não se lê")
                continue
            if dado.get("itemtype", "Ticket") == "Ticket":  # os de mudanças e problemas não são de chamados
                ditos[ler_texto(dado.get("items_id", dado.get("tickets_id")))].append(_Dito(especie, item))
    auxiliares = {}
    for nome in LISTAS.keys() - {"Ticket", *MENSAGENS}:
        auxiliares[nome], recusados = ler_itens(listas[nome])
        yield from recusados
    contexto = _Contexto(modo, agora, auxiliares)
    for item in listas["Ticket"]:
        try:
            dado = item.ler()
            yield contexto.chamado(item, dado, ditos.pop(ler_texto(dado.get("id")), []))
        except msgspec.DecodeError:
            yield Recusado(item.onde, "o chamado não se lê")
        except Ilegivel as erro:
            yield Recusado(item.onde, str(erro))
    for codigo, orfaos in ditos.items():
        yield Recusado(orfaos[0].item.onde, f"{len(orfaos)} mensagens são do chamado {codigo[:20]}, que não veio")


class _Contexto:
    """O que vale para todos os chamados de uma exportação."""

    def __init__(self, modo: Modo, agora: datetime, listas: Mapping[str, list[dict[str, Any]]]) -> None:
        self.modo, self.agora = modo, agora
        self.nomes = {campo: por_chave(listas[lista], "id") for campo, lista in _DE_QUE_LISTA.items()}
        self.correios = {ler_texto(e.get("users_id")): ler_correio(e.get("email")) for e in listas["UserEmail"]}
        self.pessoas, self.grupos = _por_chamado(listas["Ticket_User"]), _por_chamado(listas["Group_Ticket"])
        documentos = por_chave(listas["Document"], "id")
        self.anexos: dict[tuple[str, str], list[AnexoExportado]] = defaultdict(list)
        for ligado in listas["Document_Item"]:
            numero = ler_texto(ligado.get("documents_id"))
            anexo = anexo_da_pasta(modo.anexos, numero, documentos.get(numero, {}).get("filename"))
            self.anexos[ler_texto(ligado.get("itemtype")), ler_texto(ligado.get("items_id"))].append(anexo)

    def chamado(self, item: Item, dado: dict[str, Any], ditos: Sequence[_Dito]) -> ChamadoExportado:
        """O chamado com as mensagens.

        Levanta:
            Ilegivel: falta o número ou a data de abertura, não se entendem, ou está na lixeira.
        """
        codigo = ler_codigo(dado.get("id"), "id")
        if ler_texto(dado.get("is_deleted")) in {"1", "True"}:
            raise Ilegivel(f"o chamado {codigo} está na lixeira do GLPI")
        aberto_em = exigir_instante(dado.get("date"), "date", self.modo.fuso)
        conferir_datas(aberto_em, self.agora)
        quem = self.pessoas.get(codigo, [])
        da_pessoa = {ler_texto(p.get("users_id")) for p in quem if ler_texto(p.get("type")) != ATENDE}
        da_pessoa |= set() if quem else {ler_texto(dado.get("users_id_recipient"))}
        mensagens, acertadas = em_ordem([self._mensagem(d, da_pessoa) for d in ditos], aberto_em)
        fim = dado.get("closedate") or dado.get("solvedate")
        return ChamadoExportado(
            onde=item.onde, codigo=codigo, numero=codigo, assunto=html_em_texto(dado.get("name")).replace("\n", " "),
            descricao=html_em_texto(dado.get("content")), situacao=ler_linha(dado.get("status")),
            categoria=self._nome(dado, self.modo.categoria or "itilcategories_id"), entidade=self._nome(dado, "entities_id"),
            grupo=self._grupo(codigo), solicitante=self._correio_de(quem, PEDE) or self._correio(dado, "users_id_recipient"),
            atendente=self._correio_de(quem, ATENDE), aberto_em=aberto_em,
            encerrado_em=ler_instante(fim, "closedate", self.modo.fuso),
            alterado_em=ler_instante(dado.get("date_mod"), "date_mod", self.modo.fuso), anexos=self.anexos["Ticket", codigo],
            mensagens=mensagens, tamanho=item.tamanho + sum(d.item.tamanho for d in ditos),
            datas_acertadas=acertadas,
        )  # fmt: skip

    def _mensagem(self, dito: _Dito, da_pessoa: set[str]) -> MensagemExportada:
        dado, especie = dito.item.ler(), dito.especie
        numero = ler_codigo(dado.get("id"), f"id do {especie}")
        interna = ler_texto(dado.get("is_private")) in {"1", "True"}
        autor = ler_texto(dado.get("users_id"))
        em = dado.get("date") or dado.get("date_creation")
        return MensagemExportada(
            codigo=f"{especie}-{numero}", em=exigir_instante(em, f"data do {especie}", self.modo.fuso),
            texto=html_em_texto(dado.get("content")), autor=self.correios.get(autor, ""), interna=interna,
            da_equipe=interna or especie != "ITILFollowup" or autor not in da_pessoa, anexos=self.anexos[especie, numero],
        )  # fmt: skip

    def _grupo(self, codigo: str) -> str:
        for grupo in self.grupos.get(codigo, []):
            if ler_texto(grupo.get("type")) == ATENDE:
                return self._nome(grupo, "groups_id")
        return ""

    def _correio_de(self, quem: Sequence[Mapping[str, Any]], papel: str) -> str:
        do_papel = [p for p in quem if ler_texto(p.get("type")) == papel]
        achados = (ler_correio(p.get("alternative_email")) or self._correio(p, "users_id") for p in do_papel)
        return next((correio for correio in achados if correio), "")

    def _correio(self, dado: Mapping[str, Any], campo: str) -> str:
        """O e-mail da pessoa do campo, que pode já vir como um."""
        valor = dado.get(campo)
        return self.correios.get(ler_texto(valor), "") or ler_correio(valor)

    def _nome(self, dado: Mapping[str, Any], campo: str) -> str:
        """O nome, se veio com ``expand_dropdowns``; senão, o da lista; senão, o número. Zero é nenhum."""
        valor = ler_linha(dado.get(campo))
        inteiro = self.nomes.get(campo, {}).get(valor, {})
        nome = ler_linha(inteiro.get("completename")) or ler_linha(inteiro.get("name")) or valor
        return "" if nome == "0" and campo != "entities_id" else html_em_texto(nome)


_DE_QUE_LISTA = {"itilcategories_id": "ITILCategory", "entities_id": "Entity", "groups_id": "Group"}


def _por_chamado(ligacoes: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    de_cada: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for ligacao in ligacoes:
        de_cada[ler_texto(ligacao.get("tickets_id"))].append(ligacao)
    return de_cada
