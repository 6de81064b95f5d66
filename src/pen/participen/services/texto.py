"""As palavras por que um tópico se acha, gravadas na transação de quem as escreve; o que não está à vista não se indexa."""

from typing import Any

from django.db import connection

from pen.comum.busca_textual import sql_do_vetor
from pen.comum.texto import sem_acentos
from pen.participen.enums import SituacaoDaPublicacao
from pen.participen.models import EtiquetaDoTopico, Publicacao, TextoDoTopico, Topico

TRECHO_MAXIMO = 120_000  # caracteres de cada peso: o banco não aceita vetor de mais de 1 MB

_VETOR = " || ".join(
    sql_do_vetor(f"%({nome})s", f"'{peso}'") for nome, peso in (("alto", "A"), ("abre", "B"), ("resto", "C"))
)
_GRAVAR = f"""
INSERT INTO participen_textodotopico (topico_id, titulo, vetor) VALUES (%(topico)s, %(titulo)s, {_VETOR})
ON CONFLICT (topico_id) DO UPDATE SET titulo = excluded.titulo, vetor = excluded.vetor
"""  # noqa: S608


def indexar_topico(topico: Topico) -> None:
    """Refaz o texto do tópico com o que todos leem agora; o que todos não leem sai do índice."""
    if not topico.publicado:
        TextoDoTopico.objects.filter(topico=topico).delete()
        return
    a_vista = Publicacao.objects.filter(topico=topico, situacao=SituacaoDaPublicacao.PUBLICADA).order_by("pk")
    textos = list(a_vista.values_list("abre", "texto"))
    nomes = EtiquetaDoTopico.objects.filter(topico=topico).values_list("etiqueta__nome", flat=True)
    valores: dict[str, Any] = {
        "topico": topico.pk,
        "titulo": sem_acentos(topico.titulo),
        "alto": " ".join([topico.titulo, *nomes]),
        "abre": "\n".join([topico.contexto, topico.versoes, *(t for abre, t in textos if abre)])[:TRECHO_MAXIMO],
        "resto": "\n".join(t for abre, t in textos if not abre)[:TRECHO_MAXIMO],
    }
    with connection.cursor() as cursor:
        cursor.execute(_GRAVAR, valores)
