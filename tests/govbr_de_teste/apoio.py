"""Um cliente do gov.br escrito só com o contrato na mão: não usa nada do contexto que prova."""

import base64
import json
import re
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpResponse
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

BASE = "/govbr-de-teste/"
EMISSOR = f"http://testserver{BASE}"
RETORNO, SAIDA = "http://testserver/entrar/govbr/retorno", "http://testserver/?saiu=sim"
CONFIGURACOES = {
    "GOVBR_EMISSOR": EMISSOR, "GOVBR_CLIENTE": "pen-aberto", "GOVBR_SEGREDO": "segredo:dos-testes",
    "GOVBR_RETORNOS": [RETORNO, f"{RETORNO}?a=1"], "GOVBR_SAIDAS": [SAIDA],
}  # fmt: skip
VERIFICADOR = "verificador-de-teste-com-mais-de-quarenta-e-tres-caracteres"
BRONZE, PRATA, OURO, SEM_EMAIL, EMPRESA = "11122233396", "22233344405", "33344455508", "44455566619", "55566677720"
ESCOPOS = "openid email phone profile govbr_confiabilidades govbr_confiabilidades_idtoken"


def desafio(verificador: str = VERIFICADOR) -> str:
    return base64.urlsafe_b64encode(sha256(verificador.encode()).digest()).rstrip(b"=").decode()


def basic(cliente: str = "pen-aberto", segredo: str = "segredo:dos-testes") -> str:
    return "Basic " + base64.b64encode(f"{cliente}:{segredo}".encode()).decode()


@dataclass
class ClienteGovbr:
    """O navegador da pessoa e o servidor do sistema, num só."""

    navegador: Client = field(default_factory=Client)

    def pedido(self, **mudancas: str | None) -> str:
        """O endereço de ``authorize``; ``None`` tira o parâmetro."""
        padrao = {
            "response_type": "code", "client_id": "pen-aberto", "scope": ESCOPOS, "redirect_uri": RETORNO, "state": "estado-1",
            "nonce": "nonce-1", "code_challenge": desafio(), "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{BASE}authorize?{urlencode({n: v for n, v in (padrao | mudancas).items() if v is not None})}"

    def abrir(self, **mudancas: str | None) -> HttpResponse:
        return self.navegador.get(self.pedido(**mudancas))

    def escolher(self, pessoa: str = PRATA, **mudancas: str | None) -> HttpResponse:
        return self.navegador.post(self.pedido(**mudancas), {"pessoa": pessoa})

    def codigo(self, pessoa: str = PRATA, **mudancas: str | None) -> str:
        return volta(self.escolher(pessoa, **mudancas))["code"]

    def trocar(self, codigo: str, *, autorizacao: str | None = None, **mudancas: str | None) -> HttpResponse:
        padrao = {"grant_type": "authorization_code", "code": codigo, "redirect_uri": RETORNO, "code_verifier": VERIFICADOR}
        corpo = {nome: valor for nome, valor in (padrao | mudancas).items() if valor is not None}
        cabecalhos = {"Authorization": basic() if autorizacao is None else autorizacao}
        return self.navegador.post(
            f"{BASE}token", urlencode(corpo), content_type="application/x-www-form-urlencoded", headers=cabecalhos
        )

    def entrar(self, pessoa: str = PRATA, **mudancas: str | None) -> dict:
        resposta = self.trocar(self.codigo(pessoa, **mudancas))
        assert resposta.status_code == 200, resposta.text
        return resposta.json()

    def chaves(self) -> dict:
        return self.navegador.get(f"{BASE}jwk").json()

    def ler(self, token: str, chaves: dict | None = None) -> dict:
        """Os claims, com a assinatura conferida pela chave publicada."""
        return jwt.decode(token, KeySet.import_key_set(chaves or self.chaves()), algorithms=["RS256"]).claims

    def id_token(self, pessoa: str = PRATA, **mudancas: str | None) -> dict:
        return self.ler(self.entrar(pessoa, **mudancas)["id_token"])

    def com_token(self, caminho: str, token: str) -> HttpResponse:
        return self.navegador.get(f"{BASE}{caminho}", headers={"Authorization": f"Bearer {token}"})


def volta(resposta: HttpResponse) -> dict[str, str]:
    """Os parâmetros com que a pessoa volta ao cliente."""
    assert resposta.status_code == 302, resposta.text
    assert resposta["Location"].startswith(RETORNO)
    return {nome: valores[0] for nome, valores in parse_qs(urlsplit(resposta["Location"]).query).items()}


def erro_de(resposta: HttpResponse) -> tuple[int, str]:
    """A situação e o código do erro; a descrição tem de existir."""
    corpo = json.loads(resposta.text)
    assert corpo["error_description"]
    return resposta.status_code, corpo["error"]


def texto_visivel(resposta: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", resposta.text))
