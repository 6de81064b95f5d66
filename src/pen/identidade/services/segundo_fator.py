"""O segundo fator (TOTP, RFC 6238): ligar, conferir e desligar. O django-otp guarda o segredo e freia as tentativas."""

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from pen.identidade.errors import CodigoNaoConfere
from pen.identidade.models import Pessoa
from pen.identidade.signals import ato_praticado

NAO_CONFERE = "O código não confere. Veja se o relógio do celular está certo e tente com o próximo código."


def tem_segundo_fator(pessoa: Pessoa) -> bool:
    """Se a pessoa já ligou o segundo fator."""
    return bool(TOTPDevice.objects.filter(user=pessoa, confirmed=True).exists())


def comecar_segundo_fator(*, por: Pessoa) -> str:
    """O endereço ``otpauth://`` a mostrar como QR; enquanto não for confirmado, começar de novo mantém o mesmo segredo."""
    with transaction.atomic():
        Pessoa.objects.select_for_update().get(pk=por.pk)
        aparelho = TOTPDevice.objects.filter(user=por, confirmed=False).first()
        if aparelho is None:
            aparelho = TOTPDevice.objects.create(user=por, name="PEN Aberto", confirmed=False)
    return str(aparelho.config_url)


def ligar_segundo_fator(*, por: Pessoa, digitado: str) -> None:
    """Confirma o aparelho com o primeiro código e passa a valer só ele.

    Levanta:
        CodigoNaoConfere: o código está errado, ou foram tentativas demais em pouco tempo.
    """
    with transaction.atomic():
        aparelho = _conferido(por, digitado, confirmado=False)
        if aparelho is not None:
            TOTPDevice.objects.filter(user=por, confirmed=True).delete()
            aparelho.confirmed = True
            aparelho.save()
            _anunciar(por, "pessoa.segundo_fator_ligado")
    if aparelho is None:
        raise CodigoNaoConfere(NAO_CONFERE)


def conferir_segundo_fator(*, por: Pessoa, digitado: str) -> None:
    """Confere um código do aparelho ligado; cada código vale uma vez.

    Levanta:
        CodigoNaoConfere: errado, repetido, ou tentado vezes demais em pouco tempo.
    """
    with transaction.atomic():
        aparelho = _conferido(por, digitado, confirmado=True)
    if aparelho is None:
        raise CodigoNaoConfere(NAO_CONFERE)


@transaction.atomic
def desligar_segundo_fator(*, por: Pessoa) -> None:
    """Esquece os aparelhos; sem nenhum, não faz nada."""
    quantos, _ = TOTPDevice.objects.filter(user=por).delete()
    if quantos:
        _anunciar(por, "pessoa.segundo_fator_desligado")


def _conferido(por: Pessoa, digitado: str, *, confirmado: bool) -> TOTPDevice | None:
    """O aparelho, se o código é dele. A tentativa errada fica contada: quem chama não pode desfazer a transação."""
    aparelho = TOTPDevice.objects.select_for_update().filter(user=por, confirmed=confirmado).first()
    if aparelho is None or not aparelho.verify_is_allowed()[0] or not aparelho.verify_token(_numero(digitado)):
        return None
    return aparelho


def _numero(digitado: str) -> int:
    algarismos = "".join(c for c in digitado if c in "0123456789")
    return int(algarismos) if len(algarismos) == 6 else -1


def _anunciar(por: Pessoa, ato: str) -> None:
    ato_praticado.send(Pessoa, por=por, ato=ato, objeto=f"pessoa:{por.pk}", orgao_id=None, detalhes={})
