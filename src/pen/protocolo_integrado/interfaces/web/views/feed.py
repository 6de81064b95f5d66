"""O feed Atom (RFC 4287) de um processo: os últimos movimentos, como a página os mostra."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from pen.comum.leitura import le_da_replica
from pen.protocolo_integrado.errors import ProcessoNaoEncontrado
from pen.protocolo_integrado.selectors.processos import andamentos_do_processo, consultar_processo

MOVIMENTOS_NO_FEED = 50


@require_safe
@le_da_replica
def feed(request: HttpRequest, numero: str) -> HttpResponse:
    """Os 50 últimos movimentos. O identificador de cada um não muda: o leitor não mostra o mesmo duas vezes."""
    try:
        processo = consultar_processo(numero, para=request.user)
    except ProcessoNaoEncontrado:
        raise Http404 from None
    chave = processo.numero.normalizado
    pagina = settings.ENDERECO + reverse("protocolo_integrado:processo", args=[chave])
    siglas = {r.orgao.pk: r.orgao.sigla for r in processo.registros}
    atom = Atom1Feed(
        title=f"Processo {processo.numero.formatado}", link=pagina, description="Movimentos informados pelos órgãos.",
        language="pt-br", feed_url=settings.ENDERECO + request.path, feed_guid=pagina,
    )  # fmt: skip
    for a in andamentos_do_processo(processo, limite=MOVIMENTOS_NO_FEED).itens:
        atom.add_item(
            title=a.operacao or "Movimentação sem descrição", link=pagina, unique_id=f"urn:uuid:{a.chave}",
            description=f"{a.unidade or 'Unidade não informada'} · {siglas[a.orgao_id]}",
            pubdate=a.ocorrido_em, updateddate=a.registrado_em,
        )  # fmt: skip
    resposta = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    resposta["X-Robots-Tag"], resposta["Cache-Control"] = "noindex, nofollow, noarchive", "private, max-age=300"
    return resposta
