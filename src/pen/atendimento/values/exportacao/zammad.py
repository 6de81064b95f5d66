"""O que o Zammad dá em JSON: as listas de ``/api/v1``, com ``expand=true`` ou sem."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from pen.atendimento.values.exportacao.anexos import anexo_da_pasta, anexo_embutido
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
    "ticket_articles": frozenset({"ticket_id", "body"}),
    "tickets": frozenset({"number", "title"}),
    "users": frozenset({"login"}),
    "groups": frozenset({"email_address_id"}),
    "organizations": frozenset({"domain_assignment"}),
}
QUEM_ESCREVE = {"1": "Agent", "2": "Customer", "3": "System"}


def ler_json_do_zammad(
    caminhos: Sequence[Path], modo: Modo, *, agora: datetime
) -> Iterator[ChamadoExportado | Recusado]:  # fmt: skip
    """Os chamados, cada um com os seus artigos, um de cada vez.

    Levanta:
        ExportacaoIlegivel: um arquivo não é uma destas listas.
    """
    listas = ler_listas(caminhos, LISTAS)
    dos_chamados: dict[str, list[Item]] = defaultdict(list)
    for artigo in listas["ticket_articles"]:
        try:
            dos_chamados[ler_texto(artigo.ler().get("ticket_id"))].append(artigo)
        except msgspec.DecodeError:
            yield Recusado(artigo.onde, "o artigo não se lê")
    auxiliares = {}
    for nome in ("users", "groups", "organizations"):
        lidos, recusados = ler_itens(listas[nome])
        yield from recusados
        auxiliares[nome] = por_chave(lidos, "id")
    contexto = _Contexto(modo, agora, auxiliares)
    for item in listas["tickets"]:
        try:
            dado = item.ler()
            yield contexto.chamado(item, dado, dos_chamados.pop(ler_texto(dado.get("id")), []))
        except msgspec.DecodeError:
            yield Recusado(item.onde, "o chamado não se lê")
        except Ilegivel as erro:
            yield Recusado(item.onde, str(erro))
    for codigo, orfaos in dos_chamados.items():
        yield Recusado(orfaos[0].onde, f"{len(orfaos)} artigos são do chamado de id {codigo[:20]}, que não veio")


class _Contexto:
    """O que vale para todos os chamados de uma exportação."""

    def __init__(self, modo: Modo, agora: datetime, auxiliares: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        self.modo, self.agora, self.pessoas = modo, agora, auxiliares["users"]
        self.grupos, self.organizacoes = auxiliares["groups"], auxiliares["organizations"]

    def chamado(self, item: Item, dado: dict[str, Any], artigos: Sequence[Item]) -> ChamadoExportado:
        """O chamado; o primeiro artigo à vista de quem abriu é a descrição.

        Levanta:
            Ilegivel: falta o número ou a data de abertura, ou não se entendem.
        """
        codigo = ler_codigo(dado.get("number"), "number")
        aberto_em = exigir_instante(dado.get("created_at"), "created_at", self.modo.fuso)
        conferir_datas(aberto_em, self.agora)
        embutidos = dado.get("articles")
        lidos = [artigo.ler() for artigo in artigos] + (embutidos if isinstance(embutidos, list) else [])
        mensagens, acertadas = em_ordem([self._mensagem(a) for a in lidos if isinstance(a, dict)], aberto_em)
        descricao, anexos = "", ()  # type: tuple[str, Sequence[AnexoExportado]]
        if mensagens and not mensagens[0].interna:
            descricao, anexos, mensagens = mensagens[0].texto, mensagens[0].anexos, mensagens[1:]
        grupo = self._nome(dado, "group", self.grupos)
        return ChamadoExportado(
            onde=item.onde, codigo=codigo, numero=codigo, assunto=ler_linha(dado.get("title")), descricao=descricao,
            situacao=self._nome(dado, "state"), grupo=grupo,
            categoria=ler_linha(dado.get(self.modo.categoria)) if self.modo.categoria else grupo,
            entidade=self._nome(dado, "organization", self.organizacoes), solicitante=self._correio(dado, "customer"),
            atendente=self._correio(dado, "owner"), aberto_em=aberto_em,
            encerrado_em=ler_instante(dado.get("close_at"), "close_at", self.modo.fuso),
            alterado_em=ler_instante(dado.get("updated_at"), "updated_at", self.modo.fuso), anexos=anexos,
            mensagens=mensagens, tamanho=item.tamanho + sum(a.tamanho for a in artigos),
            datas_acertadas=acertadas,
        )  # fmt: skip

    def _mensagem(self, artigo: dict[str, Any]) -> MensagemExportada:
        de = ler_linha(artigo.get("sender")) or QUEM_ESCREVE.get(ler_texto(artigo.get("sender_id")), "")
        interna = artigo.get("internal") is True
        corpo = artigo.get("body")
        e_html = "html" in ler_linha(artigo.get("content_type")).lower()
        arquivos = artigo.get("attachments")
        return MensagemExportada(
            codigo=ler_codigo(artigo.get("id"), "id do artigo"),
            em=exigir_instante(artigo.get("created_at"), "created_at do artigo", self.modo.fuso),
            texto=html_em_texto(corpo) if e_html else ler_texto(corpo), autor=self._autor(artigo),
            da_equipe=interna or de != "Customer", interna=interna, do_sistema=de == "System",
            anexos=[self._anexo(artigo, a) for a in arquivos if isinstance(a, dict)] if isinstance(arquivos, list) else (),
        )  # fmt: skip

    def _anexo(self, artigo: Mapping[str, Any], anexo: Mapping[str, Any]) -> AnexoExportado:
        embutido = anexo.get("data")
        if isinstance(embutido, str) and embutido:
            return anexo_embutido(anexo.get("filename"), embutido)
        return anexo_da_pasta(self.modo.anexos, artigo.get("id"), anexo.get("filename"))

    def _autor(self, artigo: Mapping[str, Any]) -> str:
        de_quem = self._correio(artigo, "origin_by") or ler_correio(artigo.get("from"))
        return de_quem or self._correio(artigo, "created_by")

    def _correio(self, dado: Mapping[str, Any], campo: str) -> str:
        """O e-mail de uma pessoa: com ``expand``, o que veio no campo; senão, o da lista de pessoas."""
        pessoa = self.pessoas.get(ler_texto(dado.get(f"{campo}_id")), {})
        return ler_correio(dado.get(campo)) or ler_correio(pessoa.get("email")) or ler_correio(pessoa.get("login"))

    def _nome(self, dado: Mapping[str, Any], campo: str, lista: Mapping[str, Mapping[str, Any]] | None = None) -> str:
        """O nome: com ``expand``, o que veio no campo; senão, o da lista; senão, o número."""
        numero = ler_texto(dado.get(f"{campo}_id"))
        return ler_linha(dado.get(campo)) or ler_linha((lista or {}).get(numero, {}).get("name")) or numero
