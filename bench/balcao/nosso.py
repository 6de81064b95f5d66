"""A nossa Central, servida como em produção, com a sessão de uma atendente de todas as equipes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.ambiente import Medicao, servidor_com_pid
from bench.balcao.alvo import ABERTURA, ASSUNTO, COMUM, DESCRICAO, LISTA, PALAVRAS, PEDIDO, PROCESSOS, RARA, VINTE, Alvo
from bench.balcao.corpus import Amostra
from bench.carga import NOVO, Pedido

NOME = "PEN Aberto"
SOLICITANTES = 2_000  # cada pessoa pode abrir dez por minuto
CSRF = "c" * 32


def montar(tamanho: int) -> None:
    """O catálogo da Central, e os chamados inventados."""
    from pen.atendimento.public import carregar_atendimento, inventar_chamados

    carregar_atendimento()
    inventar_chamados(tamanho)


@contextmanager
def ligado(medicao: Medicao, amostra: Amostra) -> Iterator[Alvo]:
    """O servidor, e os pedidos de cada linha."""
    from django.urls import reverse

    from pen.atendimento.models import Chamado, Equipe, Integrante
    from pen.comum.cifra import cifrar

    atendente, *solicitantes = _pessoas(SOLICITANTES + 1)
    Integrante.objects.bulk_create(Integrante(equipe=equipe, pessoa=atendente) for equipe in Equipe.objects.all())
    cookie = _entrar(atendente)

    def pagina(caminho: str, *contem: str | bytes) -> Pedido:
        textos = tuple(t.encode() if isinstance(t, str) else t for t in contem)
        return Pedido(caminho, cabecalhos=(cookie,), contem=textos)

    def do_chamado(visto: Any) -> Pedido:
        return pagina(reverse("atendimento:chamado", args=[visto.chave]), visto.protocolo, visto.trecho())

    def da_busca(linha: str) -> Pedido:
        endereco = urlencode({"f": cifrar({"palavras": PALAVRAS[linha]})})
        return pagina(f"{reverse('atendimento:busca')}?{endereco}", amostra.da_palavra[linha].protocolo)

    fila = amostra.primeiro
    pedidos = {
        LISTA: [pagina(reverse("atendimento:fila"), fila.protocolo, fila.assunto)],
        PEDIDO: [do_chamado(v) for v in amostra.vistos],
        VINTE: [do_chamado(v) for v in amostra.longos],
        RARA: [da_busca(RARA)],
        COMUM: [da_busca(COMUM)],
        ABERTURA: [_abertura(_entrar(pessoa), medicao.orgao) for pessoa in solicitantes],
    }
    with servidor_com_pid(medicao, processos=PROCESSOS) as (base, pid):
        yield Alvo(urlsplit(base).port or 0, pid, pedidos, Chamado.objects.count)


def _pessoas(quantas: int) -> list[Any]:
    from pen.identidade.models import Pessoa

    nomes = [f"balcao-{n}" for n in range(quantas)]
    Pessoa.objects.bulk_create(
        Pessoa(username=nome, nome=nome.capitalize(), email=f"{nome}@exemplo.org", password="!") for nome in nomes
    )
    return list(Pessoa.objects.filter(username__startswith="balcao-").order_by("pk"))


def _entrar(pessoa: Any) -> str:
    """O cabeçalho com a sessão de quem acabou de entrar pelo gov.br."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    sessao = SessionStore()
    sessao[SESSION_KEY] = str(pessoa.pk)
    sessao[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    sessao[HASH_SESSION_KEY] = pessoa.get_session_auth_hash()
    sessao["forte_ate"], sessao["meio"] = (timezone.now() + timedelta(hours=8)).isoformat(), "govbr"
    sessao.create()
    return f"Cookie: sessionid={sessao.session_key}; csrftoken={CSRF}"


def _abertura(cookie: str, orgao: str) -> Pedido:
    from django.urls import reverse

    campos = {"csrfmiddlewaretoken": CSRF, "envio": NOVO, "orgao": orgao, "assunto": ASSUNTO, "descricao": DESCRICAO}
    return Pedido(
        reverse("atendimento:abrir", args=["federal", "sei", "registrar-duvida"]), urlencode(campos, safe="@"),
        formato="application/x-www-form-urlencoded", cabecalhos=(cookie,), aceitas=(302,),
        contem=(b"/atendimento/chamados/",),
    )  # fmt: skip
