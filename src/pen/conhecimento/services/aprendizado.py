"""O que a base aprende com as perguntas que respondeu: as palavras que as pessoas usam e o texto não tem."""

from django.db import connection, transaction
from django.db.models import F, QuerySet

from pen.auditoria.public import registrar_ato
from pen.comum.errors import SemPermissao, conferir
from pen.conhecimento.models import Artigo, Palavra, TermoAprendido, TermoDoTrecho, Trecho
from pen.conhecimento.rules import publica
from pen.conhecimento.services.indice import APRENDIDAS_MINIMO, tirar_aprendidos, valer_aprendidos
from pen.conhecimento.values.palavras import palavras_da_pergunta
from pen.identidade.public import Pessoa

_RADICAIS = "SELECT p, unaccent((ts_lexize('portuguese_stem', p))[1]) FROM unnest(%s::text[]) AS p"


@transaction.atomic
def aprender_pergunta(pergunta: str, *, artigo_id: str, ancora: str, vezes: int = 1) -> None:
    """Conta mais uma pergunta (ou, com ``vezes=-1``, uma a menos) que o trecho respondeu. Guardam-se as palavras que ele não tem.

    Uma palavra passa a achar o trecho depois de três perguntas. Um artigo que já não há não aprende nada.
    """
    artigo = Artigo.objects.select_for_update().filter(pk=artigo_id).first()
    if artigo is None:
        return
    radicais = _radicais(palavras_da_pergunta(pergunta))
    if vezes > 0:
        trechos = Trecho.objects.filter(artigo=artigo, ancora=ancora)
        tem = set(TermoDoTrecho.objects.filter(trecho__in=trechos, termo__in=radicais).values_list("termo", flat=True))
        aprendidos = set(_do_lugar(artigo, ancora).values_list("termo", flat=True))
        novos = [r for r in radicais if r not in tem or r in aprendidos]
        linhas = [TermoAprendido(artigo=artigo, ancora=ancora, termo=r, palavra=radicais[r], vezes=0) for r in novos]
        TermoAprendido.objects.bulk_create(linhas, ignore_conflicts=True)
        _do_lugar(artigo, ancora).filter(termo__in=novos).update(vezes=F("vezes") + 1)
    else:
        _do_lugar(artigo, ancora).filter(termo__in=radicais, vezes__gt=0).update(vezes=F("vezes") - 1)
        abaixo = _do_lugar(artigo, ancora).filter(termo__in=radicais, vezes__lt=APRENDIDAS_MINIMO)
        tirar_aprendidos(artigo.pk, list(abaixo.values_list("termo", flat=True)))
    valer_aprendidos(artigo)


@transaction.atomic
def esquecer_aprendido(*, por: Pessoa, aprendido_id: int) -> None:
    """Esquece um termo aprendido, que deixa de achar o artigo; o que já não há não muda nada.

    Levanta:
        SemPermissao: ``por`` não é da equipe central.
    """
    conferir(publica(por), SemPermissao("Só a equipe central cuida do que a base aprendeu."))
    aprendido = TermoAprendido.objects.select_for_update().filter(pk=aprendido_id).first()
    if aprendido is None:
        return
    tirar_aprendidos(aprendido.artigo_id, [aprendido.termo])
    registrar_ato(
        por=por, ato="artigo.aprendido_esquecido", objeto=f"artigo:{aprendido.artigo_id}", detalhes={"palavra": aprendido.palavra}
    )  # fmt: skip
    aprendido.delete()


def _do_lugar(artigo: Artigo, ancora: str) -> QuerySet[TermoAprendido]:
    return TermoAprendido.objects.filter(artigo=artigo, ancora=ancora)


def _radicais(ditas: list[str]) -> dict[str, str]:
    """Radical → palavra: o da base, se ela conhece a palavra; senão, o que o radicalizador dá."""
    conhecidos = dict(Palavra.objects.filter(palavra__in=ditas).values_list("palavra", "radical"))
    with connection.cursor() as cursor:
        cursor.execute(_RADICAIS, [ditas])
        diretos = {palavra: radical for palavra, radical in cursor.fetchall() if radical}
    return {conhecidos.get(palavra, direto): palavra for palavra, direto in diretos.items()}
