"""O que a própria pessoa, e quem cuida dos papéis, veem das pessoas."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from pen.comum.orm_preparado import LeituraPronta, Vaga
from pen.identidade.errors import PessoaNaoEncontrada
from pen.identidade.models import Atribuicao, Entrada, Pessoa
from pen.identidade.rules import Ator, e_da_equipe_central, gere_o_orgao

_SESSAO = LeituraPronta(lambda: Session.objects.filter(expire_date__gt=Vaga()).filter(session_key=Vaga()))


_PESSOA = LeituraPronta(lambda: Pessoa.objects.filter(pk=Vaga()))


def pessoa_da_sessao(pk: int) -> Pessoa | None:
    """A pessoa de quem a sessão é; nenhuma, se já não existe."""
    return _PESSOA.um(pk)


def sessao_aberta(chave: str | None, *, agora: datetime) -> Session | None:
    """A sessão da chave, se ainda não venceu."""
    return _SESSAO.um(agora, chave)


def aparelhos_da_pessoa(*, para: Pessoa) -> QuerySet[Entrada]:
    """As entradas ainda abertas, da mais nova à mais antiga."""
    viva = Session.objects.filter(session_key=OuterRef("sessao"), expire_date__gt=timezone.now())
    return Entrada.objects.filter(Exists(viva), pessoa=para, encerrada_em=None).order_by("-entrou_em")


def papeis_da_pessoa(*, para: Pessoa) -> QuerySet[Atribuicao]:
    """Os papéis em vigor, com o órgão."""
    return (
        Atribuicao.objects.filter(pessoa=para, encerrado_em=None).select_related("orgao").order_by("papel", "orgao__sigla")
    )


def papeis_do_orgao(orgao_id: int | None, *, para: Ator) -> QuerySet[Atribuicao]:
    """Quem tem papel em vigor no órgão (``None``: os centrais), para quem pode dá-los; para os outros, nenhum."""
    pode = e_da_equipe_central(para) or (orgao_id is not None and gere_o_orgao(para, orgao_id))
    vigentes = Atribuicao.objects.filter(encerrado_em=None) if pode else Atribuicao.objects.none()
    do_orgao = vigentes.filter(orgao=None) if orgao_id is None else vigentes.filter(orgao_id=orgao_id)
    return do_orgao.select_related("pessoa", "orgao").order_by("papel", "concedido_em")


def pessoas_pelos_correios(correios: Iterable[str]) -> dict[str, Pessoa]:
    """Correio em minúsculas → a pessoa que o confirmou; quem não entrou aqui, ou saiu, não vem. Não confere quem pergunta."""
    pedidos = {correio.lower() for correio in correios if correio}
    confirmadas = Pessoa.objects.filter(is_active=True, email_confirmado_em__isnull=False)
    achadas = confirmadas.annotate(correio=Lower("email")).filter(correio__in=pedidos) if pedidos else []
    return {pessoa.email.lower(): pessoa for pessoa in achadas}


def achar_pessoa(texto: str) -> Pessoa:
    """A pessoa do CPF (com ou sem pontos) ou do e-mail que alguém escreveu; não confere quem pergunta.

    Levanta:
        PessoaNaoEncontrada: ninguém com esse CPF ou e-mail.
    """
    texto = texto.strip()
    filtro = {"email__iexact": texto} if "@" in texto else {"cpf": re.sub(r"\D", "", texto)}
    pessoa = Pessoa.objects.filter(**filtro).first()
    if pessoa is None:
        raise PessoaNaoEncontrada("Ninguém com esse e-mail ou CPF entrou ainda.")
    return pessoa
