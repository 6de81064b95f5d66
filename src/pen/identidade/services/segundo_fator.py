"""O segundo fator: o código do aplicativo (TOTP, RFC 6238) ou, sem o celular, um código de reserva.

O django-otp guarda o segredo do aplicativo e freia as tentativas; dos códigos de reserva só se guarda o HMAC.
"""

from base64 import b32encode
from math import ceil
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from procrastinate.contrib.django import app

from pen.comum.errors import SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.errors import CodigoNaoConfere, EntradaFraca, SegundoFatorNaoEncontrado
from pen.identidade.models import Pessoa
from pen.identidade.rules import conferir_quem_desliga_o_de_outra
from pen.identidade.segredos import ALGARISMOS_DE_RESERVA, esconder_codigo_de_reserva, sortear_codigos_de_reserva
from pen.identidade.selectors.pessoas import achar_pessoa
from pen.identidade.services.entrada import encerrar_todas_as_entradas
from pen.identidade.signals import ato_praticado

NOME = "PEN Aberto"
CODIGOS_DE_RESERVA = 10
MOTIVO_MAXIMO = 500
NAO_CONFERE = "O código não confere. Veja se o relógio do celular está certo e tente com o próximo código."
RESERVA_NAO_CONFERE = "O código de reserva não confere, ou já foi usado: cada um vale uma vez."
FRACA = "Antes de mexer no segundo fator, confirme um código dele, ou entre com uma conta gov.br prata ou ouro."


def tem_segundo_fator(pessoa: Pessoa) -> bool:
    """Se a pessoa já ligou o segundo fator."""
    return bool(TOTPDevice.objects.filter(user=pessoa, confirmed=True).exists())


def codigos_de_reserva_restantes(pessoa: Pessoa) -> int:
    """Quantos códigos de reserva ainda não foram usados."""
    return int(StaticToken.objects.filter(device__user=pessoa).count())


def falta_confirmar(pessoa: Pessoa) -> bool:
    """Se a pessoa ligou o segundo fator e ainda não provou, nesta entrada, que é ela: não pode mudá-lo nem desligá-lo."""
    return not pessoa.entrada_forte and tem_segundo_fator(pessoa)


def comecar_segundo_fator(*, por: Pessoa) -> str:
    """O endereço ``otpauth://`` a mostrar como QR; enquanto não for confirmado, começar de novo mantém o mesmo segredo.

    Levanta:
        EntradaFraca: já há um segundo fator ligado, e esta entrada não provou ser de quem o ligou.
    """
    _exigir_confirmacao(por)
    with transaction.atomic():
        Pessoa.objects.select_for_update().get(pk=por.pk)
        aparelho = TOTPDevice.objects.filter(user=por, confirmed=False).first()
        if aparelho is None:
            aparelho = TOTPDevice.objects.create(user=por, name=NOME, confirmed=False)
    segredo = b32encode(aparelho.bin_key).decode()
    consulta = {"secret": segredo, "issuer": NOME, "algorithm": "SHA1", "digits": aparelho.digits, "period": aparelho.step}
    return f"otpauth://totp/{quote(f'{NOME}:{por.email or por.nome}')}?{urlencode(consulta, quote_via=quote)}"


def ligar_segundo_fator(*, por: Pessoa, digitado: str) -> list[str]:
    """Confirma o aparelho com o primeiro código, passa a valer só ele, e devolve os códigos de reserva.

    Levanta:
        EntradaFraca: já há um segundo fator ligado, e esta entrada não provou ser de quem o ligou.
        CodigoNaoConfere: o código está errado, ou foram tentativas demais em pouco tempo.
    """
    codigos: list[str] = []
    with transaction.atomic():  # o erro fica contado: só depois se levanta a exceção
        _exigir_confirmacao(por)
        aparelho = _aparelho_livre(por, confirmado=False)
        if aparelho is not None and aparelho.verify_token(_numero(digitado)):
            TOTPDevice.objects.filter(user=por, confirmed=True).delete()
            aparelho.confirmed = True
            aparelho.save()
            codigos = _trocar_codigos_de_reserva(por)
            _anunciar(por, "pessoa.segundo_fator_ligado")
    if not codigos:
        raise CodigoNaoConfere(NAO_CONFERE)
    return codigos


@transaction.atomic
def criar_codigos_de_reserva(*, por: Pessoa) -> list[str]:
    """Dez códigos novos, que só quem chama vê; os que sobravam deixam de valer.

    Levanta:
        SegundoFatorNaoEncontrado: a pessoa não o ligou.
        EntradaFraca: esta entrada não provou ser de quem o ligou.
    """
    conferir(_aparelho(por, confirmado=True) is not None, SegundoFatorNaoEncontrado("Ligue antes o segundo fator."))
    _exigir_confirmacao(por)
    codigos = _trocar_codigos_de_reserva(por)
    _anunciar(por, "pessoa.codigos_de_reserva_criados")
    return codigos


def conferir_segundo_fator(*, por: Pessoa, digitado: str) -> int | None:
    """Confere um código do aplicativo ou um de reserva; cada um vale uma vez, e o erro de um freia também o outro.

    Devolve quantos códigos de reserva restam, se foi um deles; senão, nada.

    Levanta:
        CodigoNaoConfere: errado, repetido, ou tentado vezes demais em pouco tempo.
    """
    algarismos, restam = _algarismos(digitado), None
    de_reserva = len(algarismos) == ALGARISMOS_DE_RESERVA
    with transaction.atomic():  # o erro fica contado: só depois se levanta a exceção
        aparelho = _aparelho_livre(por, confirmado=True)
        confere = aparelho is not None and (
            _gastar_codigo_de_reserva(aparelho, algarismos) if de_reserva else aparelho.verify_token(_numero(digitado))
        )
        if confere and de_reserva:
            restam = codigos_de_reserva_restantes(por)
            _anunciar(por, "pessoa.codigo_de_reserva_usado", restam=restam)
    if not confere:
        raise CodigoNaoConfere(RESERVA_NAO_CONFERE if de_reserva else NAO_CONFERE)
    return restam


@transaction.atomic
def desligar_segundo_fator(*, por: Pessoa) -> None:
    """A própria pessoa desliga o seu; sem nenhum, não faz nada.

    Levanta:
        EntradaFraca: esta entrada não provou ser de quem o ligou.
    """
    _exigir_confirmacao(por)
    esquecer_segundo_fator(por=por)


@transaction.atomic
def esquecer_segundo_fator(*, por: Pessoa) -> None:
    """Apaga os aparelhos e os códigos de reserva de quem exclui a conta, ou de quem já provou ser o dono deles."""
    if _apagar(por):
        _anunciar(por, "pessoa.segundo_fator_desligado")


@transaction.atomic
def desligar_segundo_fator_de(*, por: Pessoa | None, quem: str, motivo: str) -> Pessoa:
    """A equipe central desliga o segundo fator de quem o perdeu, e a tira de todos os aparelhos; a pessoa é avisada.

    ``quem`` é o CPF ou o e-mail. ``por=None`` é o comando da instalação.

    Levanta:
        NaoEncontrado: ``por`` não é da equipe central, ou não está em entrada forte.
        PedidoIncompleto: motivo vazio, ou com mais de 500 caracteres.
        PessoaNaoEncontrada: ninguém com esse CPF ou e-mail.
        SemPermissao: é a própria pessoa; o seu se desliga em «Minha conta».
        SegundoFatorNaoEncontrado: a pessoa não o tem ligado.
    """
    if por is not None:
        conferir_quem_desliga_o_de_outra(por)
    motivo = exigir_texto(motivo, "Escreva o motivo: ele fica registrado.", MOTIVO_MAXIMO, campo="motivo")
    pessoa = Pessoa.objects.select_for_update().get(pk=achar_pessoa(quem).pk)
    conferir(por is None or por.pk != pessoa.pk, SemPermissao("O seu próprio segundo fator se desliga em «Minha conta»."))
    conferir(_apagar(pessoa), SegundoFatorNaoEncontrado("Esta pessoa não está com o segundo fator ligado."))
    encerrar_todas_as_entradas(por=pessoa)
    ato_praticado.send(
        Pessoa, por=por, ato="pessoa.segundo_fator_desligado_por_outra", objeto=f"pessoa:{pessoa.pk}", orgao_id=None,
        detalhes={"motivo": motivo},
    )  # fmt: skip
    avisar = app.configure_task("pen.identidade.tasks.avisar_segundo_fator_desligado")
    transaction.on_commit(lambda: avisar.defer(pessoa_id=pessoa.pk))
    return pessoa


def enviar_aviso_de_desligamento(pessoa_id: int) -> None:
    """Conta à pessoa, por e-mail, que outra desligou o seu segundo fator; sem e-mail, ela o verá na auditoria."""
    pessoa = Pessoa.objects.filter(pk=pessoa_id).exclude(email="").first()
    if pessoa is None:
        return
    EmailMessage(
        subject="O segundo fator da sua conta no PEN Aberto foi desligado",
        body=render_to_string("identidade/segundo_fator_desligado.txt.jinja", {"endereco": settings.ENDERECO}),
        to=[pessoa.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def _exigir_confirmacao(por: Pessoa) -> None:
    conferir(not falta_confirmar(por), EntradaFraca(FRACA))


def _aparelho(por: Pessoa, *, confirmado: bool) -> TOTPDevice | None:
    """O aparelho, travado: é ele que conta as tentativas e põe em fila quem confere, liga e troca códigos."""
    return TOTPDevice.objects.select_for_update().filter(user=por, confirmed=confirmado).first()


def _aparelho_livre(por: Pessoa, *, confirmado: bool) -> TOTPDevice | None:
    """O mesmo, fora da espera que cada erro impõe, e que dobra a cada um: nela, nem o código certo vale."""
    aparelho = _aparelho(por, confirmado=confirmado)
    if aparelho is None:
        return None
    pode, espera = aparelho.verify_is_allowed()
    if not pode:
        segundos = ceil((espera["locked_until"] - timezone.now()).total_seconds())
        raise CodigoNaoConfere(f"Depois de um erro é preciso esperar. Tente de novo em {_tempo(segundos)}.")
    return aparelho


def _gastar_codigo_de_reserva(aparelho: TOTPDevice, codigo: str) -> bool:
    """Se o código vale, deixa de valer. Conta no freio do aplicativo: dois freios dariam o dobro de tentativas."""
    guardado = esconder_codigo_de_reserva(aparelho.user_id, codigo)
    usados, _ = StaticToken.objects.filter(device__user=aparelho.user_id, token=guardado).delete()
    if usados:
        aparelho.throttle_reset()
    else:
        aparelho.throttle_increment()
    return bool(usados)


def _trocar_codigos_de_reserva(por: Pessoa) -> list[str]:
    StaticDevice.objects.filter(user=por).delete()
    guardiao = StaticDevice.objects.create(user=por, name=NOME)
    codigos = sortear_codigos_de_reserva(CODIGOS_DE_RESERVA)
    StaticToken.objects.bulk_create(
        [StaticToken(device=guardiao, token=esconder_codigo_de_reserva(por.pk, codigo)) for codigo in codigos]
    )
    return codigos


def _apagar(pessoa: Pessoa) -> bool:
    """Apaga tudo que é do segundo fator e diz se estava ligado."""
    estava_ligado = tem_segundo_fator(pessoa)
    TOTPDevice.objects.filter(user=pessoa).delete()
    StaticDevice.objects.filter(user=pessoa).delete()
    return estava_ligado


def _tempo(segundos: int) -> str:
    for divisor, unidade in ((3600, "horas"), (60, "minutos")):
        if segundos >= 2 * divisor:
            return f"{ceil(segundos / divisor)} {unidade}"
    return f"{max(segundos, 2)} segundos"


def _algarismos(digitado: str) -> str:
    return "".join(c for c in digitado if c in "0123456789")


def _numero(digitado: str) -> int:
    algarismos = _algarismos(digitado)
    return int(algarismos) if len(algarismos) == 6 else -1


def _anunciar(por: Pessoa, ato: str, **detalhes: object) -> None:
    ato_praticado.send(Pessoa, por=por, ato=ato, objeto=f"pessoa:{por.pk}", orgao_id=None, detalhes=detalhes)
