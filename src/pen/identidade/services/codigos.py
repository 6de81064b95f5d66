"""O código de uso único por e-mail: para entrar sem gov.br e para confirmar um e-mail novo.

Pedir responde sempre o mesmo, exista ou não a conta. O código nasce na hora do envio e só existe em claro na mensagem;
aqui fica o HMAC. Vale dez minutos, uma vez, no navegador que o pediu, e cinco tentativas.
"""

import hmac
import secrets
import uuid
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app

from pen.identidade.enums import FinalidadeDoCodigo
from pen.identidade.errors import CodigoNaoConfere, EmailEmUso
from pen.identidade.models import CodigoDeEntrada, Pessoa
from pen.identidade.services.entrada import pessoa_do_email
from pen.identidade.services.ritmo import contar_uso
from pen.identidade.signals import ato_praticado, email_confirmado

VALIDADE = timedelta(minutes=10)
TENTATIVAS = 5
PEDIDOS_POR_MINUTO_DA_ORIGEM = 5
CODIGOS_POR_HORA_DO_EMAIL = 5
NAO_CONFERE = "O código não confere ou venceu. Confira os números, ou peça outro."
EM_USO = "Este e-mail já está em outra conta."


@transaction.atomic
def pedir_codigo(
    *, email: str, origem: str, finalidade: FinalidadeDoCodigo = FinalidadeDoCodigo.ENTRADA, por: Pessoa | None = None
) -> uuid.UUID:
    """Registra o pedido e põe o envio na fila; devolve o identificador que o navegador guarda.

    Passado o limite de códigos por hora de um e-mail, o pedido é aceito e nada é enviado: quem pede para o e-mail
    dos outros não fica sabendo de nada.

    Levanta:
        LimiteExcedido: pedidos demais vindos da mesma origem.
    """
    contar_uso(f"codigo:{origem}", limite=PEDIDOS_POR_MINUTO_DA_ORIGEM)
    agora = timezone.now()
    recentes = CodigoDeEntrada.objects.filter(email=email.lower(), criado_em__gt=agora - timedelta(hours=1)).count()
    codigo = CodigoDeEntrada.objects.create(
        email=email.lower(), finalidade=finalidade, pessoa=por, criado_em=agora, vence_em=agora + VALIDADE
    )
    if recentes < CODIGOS_POR_HORA_DO_EMAIL:
        enviar = app.configure_task("pen.identidade.tasks.enviar_codigo_pedido")
        transaction.on_commit(lambda: enviar.defer(codigo_id=str(codigo.pk)))
    return codigo.pk


def enviar_codigo(codigo_id: uuid.UUID) -> None:
    """Sorteia o código e o manda; rodar de novo manda outro, e só o último vale. O vencido não é mandado."""
    with transaction.atomic():
        codigo = CodigoDeEntrada.objects.select_for_update().filter(pk=codigo_id, usado_em=None).first()
        if codigo is None or codigo.vence_em <= timezone.now():
            return
        claro = f"{secrets.randbelow(10**6):06d}"
        codigo.segredo = _resumo(codigo.pk, claro)
        codigo.save(update_fields=["segredo"])
    contexto = {"codigo": claro, "finalidade": codigo.finalidade, "minutos": VALIDADE.seconds // 60}
    EmailMessage(
        subject="Seu código do PEN Aberto",  # o código não vai no assunto, que aparece em telas bloqueadas
        body=render_to_string("identidade/codigo.txt.jinja", contexto),
        to=[codigo.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def entrar_com_codigo(*, codigo_id: uuid.UUID, digitado: str) -> Pessoa:
    """A pessoa do e-mail confirmado pelo código.

    Levanta:
        CodigoNaoConfere: errado, vencido, usado, ou tentado vezes demais.
        PessoaInativa: a conta está desativada.
    """
    pessoa = pessoa_do_email(_usar(codigo_id, digitado, FinalidadeDoCodigo.ENTRADA).email)
    _anunciar_confirmado(pessoa)
    return pessoa


def trocar_email(*, por: Pessoa, codigo_id: uuid.UUID, digitado: str) -> None:
    """Troca o e-mail da pessoa pelo que o código confirmou.

    Levanta:
        CodigoNaoConfere: errado, vencido, usado, ou pedido por outra pessoa.
        EmailEmUso: outra conta tem este e-mail.
    """
    codigo = _usar(codigo_id, digitado, FinalidadeDoCodigo.TROCA)
    if codigo.pessoa_id != por.pk:
        raise CodigoNaoConfere(NAO_CONFERE)
    por.email, por.email_confirmado_em = codigo.email, timezone.now()
    try:
        with transaction.atomic():
            por.save(update_fields=["email", "email_confirmado_em"])
            ato_praticado.send(
                Pessoa, por=por, ato="pessoa.trocou_email", objeto=f"pessoa:{por.pk}", orgao_id=None, detalhes={}
            )
    except IntegrityError as erro:
        raise EmailEmUso(EM_USO) from erro
    _anunciar_confirmado(por)


def _usar(codigo_id: uuid.UUID, digitado: str, finalidade: FinalidadeDoCodigo) -> CodigoDeEntrada:
    """Gasta uma tentativa, mesmo que quem chama desista; certo, gasta o código."""
    with transaction.atomic():
        codigo = (
            CodigoDeEntrada.objects.select_for_update()
            .filter(
                pk=codigo_id, finalidade=finalidade, usado_em=None, vence_em__gt=timezone.now(), tentativas__lt=TENTATIVAS
            )
            .first()
        )
        if codigo is None:
            raise CodigoNaoConfere(NAO_CONFERE)
        codigo.tentativas += 1
        confere = hmac.compare_digest(codigo.segredo, _resumo(codigo.pk, "".join(c for c in digitado if c.isdecimal())))
        codigo.usado_em = timezone.now() if confere else None
        codigo.save(update_fields=["tentativas", "usado_em"])
    if not confere:
        raise CodigoNaoConfere(NAO_CONFERE)
    return codigo


def _anunciar_confirmado(pessoa: Pessoa) -> None:
    """Depois do commit. O erro de quem ouve vai para o log e não impede ninguém de entrar."""
    transaction.on_commit(lambda: email_confirmado.send_robust(Pessoa, pessoa_id=pessoa.pk))


def _resumo(codigo_id: uuid.UUID, claro: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"codigo:{codigo_id}:{claro}".encode(), sha256).hexdigest()
