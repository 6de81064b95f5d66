"""O celular da pessoa, o que ela faz com ele, e o gov.br de teste ligado."""

import re
from contextlib import contextmanager

from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from pen.govbr_de_teste.services.defeitos import limpar_defeitos
from pen.identidade import govbr as cliente
from pen.identidade.models import Pessoa
from pen.identidade.services.segundo_fator import comecar_segundo_fator, ligar_segundo_fator


def codigo_do_aparelho(pessoa: Pessoa, passo: int = 0) -> str:
    """O que o aplicativo mostra agora, ou ``passo`` vezes 30 segundos adiante."""
    aparelho = TOTPDevice.objects.filter(user=pessoa).order_by("-confirmed").first()
    totp = TOTP(aparelho.bin_key, aparelho.step, aparelho.t0, aparelho.digits)
    totp.time = timezone.now().timestamp() + passo * aparelho.step
    return f"{totp.token():06d}"


def com_segundo_fator(pessoa: Pessoa) -> list[str]:
    """Liga o segundo fator da pessoa, fora das páginas, e devolve os códigos de reserva."""
    comecar_segundo_fator(por=pessoa)
    return ligar_segundo_fator(por=pessoa, digitado=codigo_do_aparelho(pessoa))


def passar_o_tempo() -> None:
    """Termina a espera que os erros impõem, sem esperar."""
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0, last_t=-1)


def errar_muito() -> None:
    """Como se já tivesse havido seis erros: a espera, de meio minuto, não acaba no meio do teste."""
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now(), throttling_failure_count=6)


def codigos_mostrados(pagina: str) -> list[str]:
    """Os códigos de reserva que a página mostra."""
    return re.findall(r"\b\d{5} \d{5}\b", pagina)


def esta_forte(client: Client) -> bool:
    return "forte_ate" in client.session


@contextmanager
def emissor_em(settings, base, pasta, portal=None):
    """O emissor ligado em ``base``, sem defeitos, para o portal em ``portal`` (o mesmo endereço, se não se diz)."""
    portal = portal or base
    settings.PASTA_DE_DADOS, settings.ENDERECO = pasta, portal
    settings.GOVBR_EMISSOR = f"{base}/govbr-de-teste/"
    settings.GOVBR_RETORNOS, settings.GOVBR_SAIDAS = [f"{portal}/entrar/govbr/retorno/"], [f"{portal}/"]
    cliente._cliente.cache_clear()
    try:
        yield settings
    finally:
        limpar_defeitos()
        cliente._cliente.cache_clear()
