"""O fórum como fonte da base de conhecimento: o que ele acha aparece ao lado dos artigos, e onde mais a base se busca."""

from django.urls import reverse

from pen.comum.errors import BuscaDemorada, BuscaInvalida
from pen.conhecimento.public import AchadoForaDaBase
from pen.participen.selectors.busca import procurar_parecidos
from pen.participen.values.leituras import TopicoNaLista


def achar_na_comunidade(pergunta: str, quantos: int, produto_id: int | None = None) -> list[AchadoForaDaBase]:
    """Os tópicos que todos leem e que parecem responder; nenhum, se as palavras são comuns demais ou se demora."""
    try:
        topicos = procurar_parecidos(pergunta, produto_id=produto_id, quantos=quantos)
    except (BuscaInvalida, BuscaDemorada):
        return []
    return [AchadoForaDaBase(t.titulo, reverse("participen:topico", args=[t.id]), _de_onde(t)) for t in topicos]


def _de_onde(topico: TopicoNaLista) -> str:
    if topico.resolvido:
        return "ParticiPEN, com solução"
    respostas = {0: "sem resposta ainda", 1: "1 resposta"}.get(topico.respostas, f"{topico.respostas} respostas")
    return f"ParticiPEN, {respostas}"
