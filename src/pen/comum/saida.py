"""Pedidos HTTP a endereços que outras pessoas escolheram: só a máquinas públicas, com tempo e tamanho certos.

O nome é resolvido aqui, na hora de ligar, e a ligação é feita ao endereço de rede que se conferiu: entre conferir e ligar não há
outra pergunta que o dono do nome possa responder diferente. O nome continua a valer para o certificado (SNI) e para o ``Host``.
Não se passa por proxy, não se segue redirecionamento e não se guarda o que o outro lado responde.
"""

import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, NamedTuple

import httpcore
import httpx

from pen.comum.errors import ErroDeDominio, conferir

RESPOSTA_MAXIMA = 64 * 1024
ENDERECO_MAXIMO = 500  # caracteres
# Forma estreita: sem usuário, contrabarra nem nada que dois leitores de endereço entendam diferente.
_ENDERECO = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?(/[A-Za-z0-9._~:/?&=%+,;!$'()*@-]*)?", re.ASCII
)
# O que o Python toma por público, e não é de quem se quer alcançar.
_FORA = [
    ip_network(rede)
    for rede in (
        "168.63.129.16/32",  # os metadados de uma nuvem
        "192.88.99.0/24", "2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48",  # levam outro endereço dentro
        "fec0::/10",  # os locais de antes
    )
]  # fmt: skip


class EnderecoRecusado(ErroDeDominio):
    """O endereço não é dos que se aceitam: a forma, a porta, ou a máquina a que leva."""

    codigo = "endereco-recusado"


class SemResposta(ErroDeDominio):
    """Não se chegou a uma resposta HTTP; ``codigo`` não distingue, a frase diz por quê, sem nada do outro lado."""

    codigo = "sem-resposta"


class Alvo(NamedTuple):
    """Um endereço já lido."""

    cifrado: bool
    host: str
    porta: int
    caminho: str


def ler_endereco(texto: str, *, na_maquina: bool = False) -> Alvo:
    """O endereço, se é HTTPS, na porta 443 ou de 1024 em diante; ``na_maquina`` aceita também HTTP (demonstração e testes).

    Levanta:
        EnderecoRecusado: a forma não é aceita, ou é um endereço de rede que não é público.
    """
    achado = _ENDERECO.fullmatch(texto) if len(texto) <= ENDERECO_MAXIMO else None
    forma = EnderecoRecusado("Escreva o endereço como https://sistema.orgao.gov.br/caminho, com o nome em minúsculas.")
    if achado is None or "." not in achado[2]:
        raise forma
    cifrado, porta = achado[1] == "https", int(achado[3] or (443 if achado[1] == "https" else 80))
    conferir(cifrado or na_maquina, forma)
    conferir(
        porta == 443 or 1024 <= porta <= 65535, EnderecoRecusado("A porta deve ser a 443, ou de 1024 a 65535.")
    )  # fmt: skip
    with suppress(ValueError):
        _conferir_publico(ip_address(achado[2]), na_maquina=na_maquina)
    return Alvo(cifrado, achado[2], porta, achado[4] or "/")


def postar(endereco: str, *, corpo: bytes, cabecalhos: Mapping[str, str], segundos: float, na_maquina: bool = False) -> int:
    """Faz um POST e devolve a situação HTTP; da resposta, lê e descarta até 64 KB. ``segundos`` é o tempo de tudo.

    O tempo da consulta ao DNS é o do sistema (``resolv.conf``), e conta no total só depois de ela acabar.

    Levanta:
        EnderecoRecusado: o endereço, ou a máquina a que o nome leva agora, não se aceita.
        SemResposta: não houve resposta, ou não a tempo.
    """
    alvo, fim = ler_endereco(endereco, na_maquina=na_maquina), time.monotonic() + segundos
    esquema = "https" if alvo.cifrado else "http"
    url = httpcore.URL(scheme=esquema, host=alvo.host, port=alvo.porta, target=alvo.caminho)
    todos = {**cabecalhos, "Host": alvo.host if alvo.porta in {443, 80} else f"{alvo.host}:{alvo.porta}"}
    rede = _RedeConferida(fim, na_maquina=na_maquina)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_certificados(), max_connections=1, network_backend=rede) as ligacoes,
            ligacoes.stream("POST", url, headers=list(todos.items()), content=corpo) as resposta,
        ):
            with suppress(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
                _descartar(resposta)
            return resposta.status
    except httpcore.TimeoutException:
        raise SemResposta(f"Não respondeu em {segundos:g} segundos.") from None
    except httpcore.NetworkError as erro:
        raise SemResposta(_por_que(erro)) from None
    except httpcore.ProtocolError:
        raise SemResposta("A resposta não é HTTP.") from None


def _por_que(erro: httpcore.NetworkError) -> str:
    origem = erro.args[0] if erro.args else None
    if isinstance(origem, ssl.SSLCertVerificationError):
        return "O certificado não confere."
    return "A ligação cifrada (TLS) não se fez." if isinstance(origem, ssl.SSLError) else "Não aceitou a ligação."


def _descartar(resposta: httpcore.Response) -> None:
    lidos = 0
    for pedaco in resposta.iter_stream():
        lidos += len(pedaco)
        if lidos >= RESPOSTA_MAXIMA:
            return


def _resolver(host: str, porta: int, *, na_maquina: bool) -> list[str]:
    """Os endereços de rede do nome; se um deles não se aceita, nenhum se aceita.

    Levanta:
        EnderecoRecusado: algum não é público.
        SemResposta: o nome não existe.
    """
    try:
        achados = socket.getaddrinfo(host, porta, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SemResposta("O nome não existe.") from None
    ips = list(dict.fromkeys(str(achado[4][0]) for achado in achados))
    for ip in ips:
        _conferir_publico(ip_address(ip), na_maquina=na_maquina)
    return ips


def _conferir_publico(ip: IPv4Address | IPv6Address, *, na_maquina: bool) -> None:
    """Levanta ``EnderecoRecusado`` se não é de uma máquina pública; ``na_maquina`` aceita também a própria."""
    proprio = na_maquina and ip.is_loopback
    embrulhado = isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None
    reservado = ip.is_multicast or ip.is_reserved or any(ip in rede for rede in _FORA if rede.version == ip.version)
    recusado = EnderecoRecusado("O endereço não leva a uma máquina pública.")
    conferir(proprio or (ip.is_global and not embrulhado and not reservado), recusado)


class _RedeConferida(httpcore.NetworkBackend):
    """Resolve o nome, confere, e liga ao endereço de rede conferido; nada passa de ``fim``."""

    def __init__(self, fim: float, *, na_maquina: bool) -> None:
        self._fim, self._na_maquina, self._rede = fim, na_maquina, httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """Liga a um dos endereços do nome, cada um com a sua parte do tempo que resta."""
        ips = _resolver(host, port, na_maquina=self._na_maquina)
        falhou: Exception = httpcore.ConnectError()
        for faltam, ip in zip(range(len(ips), 0, -1), ips, strict=True):
            try:
                fluxo = self._rede.connect_tcp(ip, port, _resta(self._fim) / faltam, None, socket_options or ())
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as erro:
                falhou = erro
            else:
                return _FluxoComPrazo(fluxo, self._fim)
        raise falhou


class _FluxoComPrazo(httpcore.NetworkStream):
    """O mesmo fluxo, sem esperar além de ``fim``, por mais devagar que o outro lado fale."""

    def __init__(self, fluxo: httpcore.NetworkStream, fim: float) -> None:
        self._fluxo, self._fim = fluxo, fim

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Lê até o que resta do prazo."""
        return self._fluxo.read(max_bytes, _resta(self._fim))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Escreve até o que resta do prazo."""
        self._fluxo.write(buffer, _resta(self._fim))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Cifra; o certificado é conferido com o nome, e não com o endereço de rede."""
        return _FluxoComPrazo(self._fluxo.start_tls(ssl_context, server_hostname, _resta(self._fim)), self._fim)

    def get_extra_info(self, info: str) -> Any:
        """O que o fluxo souber."""
        return self._fluxo.get_extra_info(info)

    def close(self) -> None:
        """Fecha."""
        self._fluxo.close()


def _resta(fim: float) -> float:
    """Quanto falta, em segundos.

    Levanta:
        httpcore.ReadTimeout: já não falta nada.
    """
    resta = fim - time.monotonic()
    if resta <= 0:
        raise httpcore.ReadTimeout
    return resta


@cache
def _certificados() -> ssl.SSLContext:
    """Os mesmos em que os outros pedidos da casa confiam; ``SSL_CERT_FILE`` acrescenta os do órgão."""
    return httpx.create_ssl_context()
