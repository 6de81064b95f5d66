"""Entrar e sair: de quem o gov.br (ou o código por e-mail) afirmou à pessoa com sessão aberta."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.comum.identificadores import uuid7
from pen.identidade.enums import MeioDeEntrada, Nivel
from pen.identidade.errors import AparelhoNaoEncontrado, PessoaInativa
from pen.identidade.models import CodigoDeEntrada, Entrada, Pessoa
from pen.identidade.signals import ato_praticado, entrada_encerrada
from pen.identidade.values import AfirmacoesDoGovbr

GUARDA_DAS_ENTRADAS = timedelta(days=183)  # Lei 12.965/2014, art. 15: seis meses
GUARDA_DOS_CODIGOS = timedelta(days=1)
INATIVA = "Esta conta está desativada. Fale com a Central de Atendimento."
EMAIL_DE_OUTRA = (
    "O e-mail da sua conta gov.br já está em outra conta daqui. Informe outro e-mail em «Minha conta» para receber avisos."
)
EMAIL_DIFERENTE = "O e-mail da sua conta gov.br mudou; aqui continua o anterior. Se quiser, troque em «Minha conta»."


@dataclass(frozen=True, slots=True)
class PessoaQueEntra:
    """Quem entrou, e o aviso que a página deve mostrar (vazio: nenhum)."""

    pessoa: Pessoa
    aviso: str = ""


def pessoa_do_govbr(afirmacoes: AfirmacoesDoGovbr) -> PessoaQueEntra:
    """A pessoa daquele CPF, criada ou associada se preciso. O CPF é a chave: o e-mail nunca troca o de ninguém.

    Quem já entrava por e-mail, com o mesmo e-mail confirmado no gov.br e sem CPF, passa a ser essa pessoa.

    Levanta:
        PessoaInativa: a conta existe e está desativada.
    """
    try:
        with transaction.atomic():
            return _pessoa_do_govbr(afirmacoes)
    except IntegrityError:  # duas entradas da mesma pessoa ao mesmo tempo: a outra criou
        with transaction.atomic():
            return _pessoa_do_govbr(afirmacoes)


def _pessoa_do_govbr(a: AfirmacoesDoGovbr) -> PessoaQueEntra:
    email = a.email if a.email_confirmado else ""
    pessoa = Pessoa.objects.select_for_update().filter(cpf=a.cpf).first()
    do_email = Pessoa.objects.select_for_update().filter(email__iexact=email).first() if email else None
    if pessoa is None and do_email is not None and do_email.cpf is None:
        pessoa = do_email
        pessoa.cpf = a.cpf
    if pessoa is None:
        pessoa = Pessoa(username=str(uuid7()), cpf=a.cpf)
        pessoa.set_unusable_password()
    elif not pessoa.is_active:
        raise PessoaInativa(INATIVA)
    aviso = ""
    if do_email is not None and do_email.pk != pessoa.pk:
        aviso = "" if pessoa.email else EMAIL_DE_OUTRA
    elif email and not pessoa.email:
        pessoa.email, pessoa.email_confirmado_em = email, timezone.now()
    elif email and pessoa.email.lower() != email.lower():
        aviso = EMAIL_DIFERENTE
    pessoa.nome = a.nome or pessoa.nome
    pessoa.save()
    return PessoaQueEntra(pessoa, aviso)


def pessoa_do_email(email: str) -> Pessoa:
    """A pessoa daquele e-mail, que acabou de confirmá-lo; criada se ainda não existe.

    Levanta:
        PessoaInativa: a conta existe e está desativada.
    """
    padrao = {"username": str(uuid7()), "email": email, "email_confirmado_em": timezone.now(), "password": "!"}
    pessoa, _ = Pessoa.objects.get_or_create(email__iexact=email, defaults=padrao)
    if not pessoa.is_active:
        raise PessoaInativa(INATIVA)
    return pessoa


@transaction.atomic
def registrar_entrada(
    *, por: Pessoa, meio: MeioDeEntrada, sessao: str, aparelho: str, afirmacoes: AfirmacoesDoGovbr | None = None
) -> Entrada:
    """Guarda a entrada, com o nível e o modo de conferência de agora (o nível pode cair de uma vez para outra)."""
    entrada = Entrada(pessoa=por, meio=meio, sessao=sessao, aparelho=aparelho[:60])
    if afirmacoes:
        entrada.nivel, entrada.amr, entrada.selos = afirmacoes.nivel, list(afirmacoes.amr), list(afirmacoes.selos)
    entrada.save(force_insert=True)
    _anunciar(por, "pessoa.entrou", detalhes={"meio": meio.value, "nivel": Nivel(entrada.nivel).label})
    return entrada


@transaction.atomic
def registrar_segundo_fator(*, por: Pessoa, entrada_id: uuid.UUID) -> None:
    """Anota que esta entrada foi confirmada com o segundo fator."""
    Entrada.objects.filter(pk=entrada_id, pessoa=por).update(segundo_fator=True)


@transaction.atomic
def encerrar_entrada(*, por: Pessoa, entrada_id: uuid.UUID) -> None:
    """Tira a pessoa daquele aparelho: a sessão dele deixa de valer no pedido seguinte.

    Levanta:
        AparelhoNaoEncontrado: não é uma entrada aberta desta pessoa.
    """
    entrada = Entrada.objects.select_for_update().filter(pk=entrada_id, pessoa=por, encerrada_em=None).first()
    if entrada is None:
        raise AparelhoNaoEncontrado("Esse aparelho não está na sua lista.")
    Session.objects.filter(session_key=entrada.sessao).delete()
    entrada.encerrada_em = timezone.now()
    entrada.save(update_fields=["encerrada_em"])
    _anunciar(por, "pessoa.saiu_de_aparelho")
    _anunciar_fim(por.pk, [entrada.pk])


def encerrar_todas_as_entradas(*, por: Pessoa) -> None:
    """Tira a pessoa de todos os aparelhos; deve rodar dentro de uma transação."""
    abertas = list(Entrada.objects.select_for_update().filter(pessoa=por, encerrada_em=None).order_by("pk"))
    Session.objects.filter(session_key__in=[entrada.sessao for entrada in abertas]).delete()
    ids = [entrada.pk for entrada in abertas]
    Entrada.objects.filter(pk__in=ids).update(encerrada_em=timezone.now())
    _anunciar_fim(por.pk, ids)


def excluir_entradas_vencidas() -> int:
    """Exclui as entradas de mais de seis meses, os códigos de mais de um dia e as sessões vencidas; pode rodar duas vezes."""
    agora = timezone.now()
    excluidas, _ = Entrada.objects.filter(entrou_em__lt=agora - GUARDA_DAS_ENTRADAS).delete()
    codigos, _ = CodigoDeEntrada.objects.filter(criado_em__lt=agora - GUARDA_DOS_CODIGOS).delete()
    sessoes, _ = Session.objects.filter(expire_date__lt=agora).delete()
    return excluidas + codigos + sessoes


def _anunciar(pessoa: Pessoa, ato: str, detalhes: dict[str, object] | None = None) -> None:
    ato_praticado.send(Pessoa, por=pessoa, ato=ato, objeto=f"pessoa:{pessoa.pk}", orgao_id=None, detalhes=detalhes or {})


def _anunciar_fim(pessoa_id: int, entradas: list[uuid.UUID]) -> None:
    """Depois do commit. O erro de quem ouve vai para o log e não impede ninguém de sair."""

    def enviar() -> None:
        for entrada_id in entradas:
            entrada_encerrada.send_robust(Entrada, pessoa_id=pessoa_id, entrada_id=entrada_id)

    transaction.on_commit(enviar)
