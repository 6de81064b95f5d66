"""Exportações de outros sistemas, como eles as dão; as pessoas não existem."""

import json
from pathlib import Path
from typing import Any

MAPA_DO_ZAMMAD = """
[situacoes]
"new" = "na_fila"
"open" = "em_atendimento"
"pending reminder" = "aguardando_usuario"
"closed" = "encerrado/resolvido"
[produtos]
"Suporte SEI" = "sei/reportar-erro"
[orgaos]
"*" = "{orgao}"
[equipes]
"*" = "triagem"
"""
MAPA_DO_GLPI = """
[situacoes]
"1" = "na_fila"
"6" = "encerrado/resolvido"
"Novo" = "na_fila"
"Pendente" = "aguardando_terceiro"
"Fechado" = "encerrado/resolvido"
[produtos]
"SEI > Erro" = "sei/reportar-erro"
"(vazio)" = "sei/registrar-duvida"
[orgaos]
"Entidade raiz > MGI" = "{orgao}"
[equipes]
"N2 - Suporte" = "triagem"
"*" = "tecnica"
"""
CABECALHO_DO_GLPI = (
    '"ID";"Título";"Entidade";"Status";"Última atualização";"Data de abertura";"Data de fechamento";"Categoria";'
    '"Requerente - Requerente";"Atribuído - Técnico";"Atribuído - Grupo técnico";"Descrição";"Acompanhamentos - Descrição";'
    '"Solução - Solução";'
)


def ticket(id_: int = 7, **campos: object) -> dict[str, Any]:
    """Um chamado do Zammad, de ``/api/v1/tickets?expand=true``."""
    padrao = {
        "id": id_, "group_id": 2, "priority_id": 2, "state_id": 4, "organization_id": 3, "number": f"220{id_:02}",
        "title": "Página em branco ao assinar", "owner_id": 4, "customer_id": 9, "note": None, "first_response_at": None,
        "close_at": "2025-03-12T15:00:00.000Z", "create_article_type_id": 1, "article_count": 3, "type": None,
        "created_by_id": 9, "updated_by_id": 4, "created_at": "2025-03-10T12:00:00.000Z", "updated_at": "2025-03-12T15:00:00.000Z",
        "group": "Suporte SEI", "state": "closed", "priority": "2 normal", "organization": "Ministério da Gestão",
        "owner": "bruno@orgao.exemplo", "customer": "ana@orgao.exemplo",
    }  # fmt: skip
    return padrao | campos


def artigo(id_: int, ticket_id: int = 7, **campos: object) -> dict[str, Any]:
    """Um artigo do Zammad, de ``/api/v1/ticket_articles/by_ticket``."""
    padrao = {
        "id": id_, "ticket_id": ticket_id, "type_id": 1, "sender_id": 2, "from": "Ana Souza <ana@orgao.exemplo>",
        "to": "suporte@orgao.exemplo", "cc": None, "subject": "Página em branco", "content_type": "text/html",
        "body": "<div>Ao assinar, a página fica em branco.</div>", "internal": False, "created_by_id": 9, "origin_by_id": None,
        "created_at": "2025-03-10T12:00:00.000Z", "attachments": [], "type": "email", "sender": "Customer",
        "created_by": "ana@orgao.exemplo",
    }  # fmt: skip
    return padrao | campos


def conversa(ticket_id: int = 7) -> list[dict[str, Any]]:
    """O pedido, uma nota interna e a resposta."""
    da_equipe = {"sender": "Agent", "sender_id": 1, "from": "Bruno Lima <bruno@orgao.exemplo>"}
    n = ticket_id * 10
    return [
        artigo(n + 1, ticket_id),
        artigo(n + 2, ticket_id, **da_equipe, internal=True, type="note", created_at="2025-03-10T13:00:00.000Z",
               body="Suspeito de quimera no servidor."),
        artigo(n + 3, ticket_id, **da_equipe, created_at="2025-03-11T13:00:00.000Z",
               body="<p>Instale o xilofone.</p><script>alert('zangão')</script>"),
    ]  # fmt: skip


def exportar(pasta: Path, nome: str, dado: object) -> Path:
    """O arquivo JSON com o dado."""
    caminho = pasta / nome
    caminho.parent.mkdir(parents=True, exist_ok=True)
    caminho.write_text(json.dumps(dado, ensure_ascii=False), encoding="utf-8")
    return caminho


def do_zammad(pasta: Path, tickets: list[dict[str, Any]] | None = None, artigos: list[Any] | None = None) -> list[Path]:
    """As duas listas, cada uma no seu arquivo."""
    tickets = [ticket()] if tickets is None else tickets
    artigos = [a for t in tickets for a in conversa(t["id"])] if artigos is None else artigos
    return [exportar(pasta, "tickets.json", tickets), exportar(pasta, "articles.json", artigos)]


def do_glpi(pasta: Path, **chamado: object) -> list[Path]:
    """Os itens da API do GLPI: um chamado, o que se disse nele, e de quem é."""
    padrao = {
        "id": 1532, "entities_id": "Entidade raiz &#62; MGI", "name": "Erro ao tramitar", "date": "2025-03-10 09:00:00",
        "closedate": "2025-03-12 12:00:00", "solvedate": "2025-03-12 11:00:00", "date_mod": "2025-03-12 12:00:00", "status": 6,
        "users_id_recipient": "Ana Souza", "content": "&#60;p&#62;Ao tramitar, nada acontece.&#60;/p&#62;", "urgency": 3,
        "itilcategories_id": "SEI &#62; Erro", "type": 1, "is_deleted": 0,
    }  # fmt: skip
    dito = {"itemtype": "Ticket", "items_id": 1532, "users_id": 5, "requesttypes_id": 1, "date_mod": "2025-03-10 10:00:00"}
    itens = {
        "Ticket": [padrao | chamado],
        "ITILFollowup": [
            dito | {"id": 1, "date": "2025-03-10 10:00:00", "content": "<p>Veja o quimera.log</p>", "is_private": 1},
            dito | {"id": 2, "date": "2025-03-10 11:00:00", "content": "Qual é o processo?", "is_private": 0},
            dito | {"id": 3, "date": "2025-03-10 12:00:00", "content": "É o 123.", "is_private": 0, "users_id": 8},
        ],
        "ITILSolution": [{
            "id": 1, "itemtype": "Ticket", "items_id": 1532, "solutiontypes_id": 0, "content": "<p>Corrigido.</p>",
            "date_creation": "2025-03-12 11:00:00", "users_id": 5, "status": 3,
        }],
        "Ticket_User": [
            {"id": 1, "tickets_id": 1532, "users_id": 8, "type": 1, "use_notification": 1, "alternative_email": ""},
            {"id": 2, "tickets_id": 1532, "users_id": 5, "type": 2, "use_notification": 1, "alternative_email": ""},
        ],
        "Group_Ticket": [{"id": 1, "tickets_id": 1532, "groups_id": "N2 - Suporte", "type": 2}],
        "UserEmail": [
            {"id": 1, "users_id": 8, "is_default": 1, "email": "ana@orgao.exemplo"},
            {"id": 2, "users_id": 5, "is_default": 1, "email": "bruno@orgao.exemplo"},
        ],
    }  # fmt: skip
    return [exportar(pasta, f"{nome}.json", lista) for nome, lista in itens.items()]


def linha_do_glpi(id_: str = "1 532", **celulas: str) -> str:
    """Uma linha da lista de chamados, como o GLPI a escreve: tudo entre aspas, e o separador também no fim."""
    padrao = {
        "titulo": "Erro ao tramitar", "entidade": "Entidade raiz > MGI", "status": "Fechado", "mudou": "2025-03-12 12:00",
        "abriu": "2025-03-10 09:00", "fechou": "2025-03-12 12:00", "categoria": "SEI > Erro", "requerente": "ana@orgao.exemplo",
        "tecnico": "Bruno Lima", "grupo": "N2 - Suporte\nN3 - Infra", "descricao": "Ao tramitar, não acontece nada.",
        "acompanhamentos": "Veja a quimera", "solucao": "<p>Corrigido no xilofone.</p>",
    }  # fmt: skip
    return ";".join(f'"{valor.replace(chr(34), chr(34) * 2)}"' for valor in (id_, *(padrao | celulas).values())) + ";"


def lista_do_glpi(pasta: Path, *linhas: str, codificacao: str = "utf-8-sig") -> Path:
    """A lista de chamados em CSV."""
    caminho = pasta / "glpi.csv"
    caminho.write_bytes("\n".join([CABECALHO_DO_GLPI, *(linhas or [linha_do_glpi()])]).encode(codificacao))
    return caminho
