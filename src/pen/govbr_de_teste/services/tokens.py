"""Os tokens, com as esquisitices do gov.br: ``email_verified`` em texto e ``kid`` constante."""

import time
import uuid
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from pen.govbr_de_teste.errors import TokenInvalido
from pen.govbr_de_teste.selectors.cliente import cliente_registrado, emissor, endereco
from pen.govbr_de_teste.services.chaves import KID, chave_publicada, chave_que_assina
from pen.govbr_de_teste.services.defeitos import Defeitos
from pen.govbr_de_teste.values import Autorizacao, Conta

ALGORITMO = "RS256"
VIDA_DO_ID_TOKEN = 60
VIDA_DO_ACCESS_TOKEN = 3600
NIVEL_DESDE = "2026-01-15T12:00:00.000+0000"


@dataclass(frozen=True)
class Acesso:
    """O que um ``access_token`` deixa ver."""

    conta: Conta
    escopos: frozenset[str]


def emitir_tokens(autorizacao: Autorizacao, defeitos: Defeitos) -> dict[str, Any]:
    """A resposta de sucesso de ``token``."""
    escopos = autorizacao.pedido.escopos
    return {
        "access_token": _assinar(_do_access_token(autorizacao, defeitos), defeitos),
        "token_type": "Bearer",
        "expires_in": VIDA_DO_ACCESS_TOKEN - 1,
        "scope": " ".join(escopos),
        "id_token": _assinar(_do_id_token(autorizacao, defeitos), defeitos),
    }


def ler_access_token(token: str, defeitos: Defeitos) -> Acesso:
    """O acesso de um ``access_token`` nosso e ainda válido.

    Levanta:
        TokenInvalido: assinatura, emissor, audiência ou prazo errados.
    """
    exigidos = jwt.JWTClaimsRegistry(
        now=lambda: _agora(defeitos),
        iss={"essential": True, "value": emissor()},
        aud={"essential": True, "value": cliente_registrado().id},
        exp={"essential": True},
        conta_de_teste={"essential": True},  # só o access_token a tem: o id_token não serve no lugar dele
    )
    try:
        claims = jwt.decode(token, chave_que_assina(defeitos), algorithms=[ALGORITMO]).claims
        exigidos.validate(claims)
    except (JoseError, ValueError):
        raise TokenInvalido("O access_token falta, venceu ou não é deste emissor.") from None
    return Acesso(Conta.de_json(claims["conta_de_teste"]), frozenset(claims["scope"]))


def dados_da_pessoa(conta: Conta, escopos: frozenset[str], defeitos: Defeitos) -> dict[str, Any]:
    """Os claims da pessoa que os escopos deixam ver, como ``userinfo`` os dá; o que ela não tem não aparece."""
    dados: dict[str, Any] = {"sub": _sub(conta, defeitos)}
    if "profile" in escopos:
        dados |= {"name": conta.nome, "profile": emissor(), "picture": endereco("userinfo/picture")}
        if conta.nome_social:
            dados["social_name"] = conta.nome_social
    if "email" in escopos and conta.email and not defeitos.sem_email:
        dados |= {"email": conta.email, "email_verified": conta.email_confirmado}
    if "phone" in escopos and conta.telefone:
        dados |= {"phone_number": conta.telefone, "phone_number_verified": True}
    if conta.cnpj:
        dados |= {"cnpj": conta.cnpj, "cnpj_certificate_name": conta.empresa}
    return dados


def _do_access_token(autorizacao: Autorizacao, defeitos: Defeitos) -> dict[str, Any]:
    conta, agora = autorizacao.conta, _agora(defeitos)
    claims = {
        "iss": emissor(), "sub": _sub(conta, defeitos), "aud": autorizacao.pedido.cliente,
        "scope": list(autorizacao.pedido.escopos), "amr": list(conta.amr), "iat": agora, "exp": agora + VIDA_DO_ACCESS_TOKEN,
        "jti": str(uuid.uuid4()), "preferred_username": conta.cpf,
        "conta_de_teste": conta.para_json(),  # o gov.br não tem isto: é o que nos dispensa de guardar as contas
    }  # fmt: skip
    return claims | ({"cnpj": conta.cnpj} if conta.cnpj else {})


def _do_id_token(autorizacao: Autorizacao, defeitos: Defeitos) -> dict[str, Any]:
    pedido, conta, agora = autorizacao.pedido, autorizacao.conta, _agora(defeitos)
    claims = dados_da_pessoa(conta, frozenset(pedido.escopos), defeitos) | {
        "iss": "https://outro-emissor.example/" if defeitos.emissor_errado else emissor(),
        "aud": "outro-cliente" if defeitos.audiencia_errada else pedido.cliente,
        "nonce": f"{pedido.nonce}-errado" if defeitos.nonce_errado else pedido.nonce,
        "iat": agora, "exp": agora + VIDA_DO_ID_TOKEN, "jti": str(uuid.uuid4()), "amr": list(conta.amr),
        "auth_time": autorizacao.autenticada_em + defeitos.relogio_segundos,
    }  # fmt: skip
    if "email_verified" in claims:
        claims["email_verified"] = "true" if conta.email_confirmado else "false"
    if "phone_number_verified" in claims:
        claims["phone_number_verified"] = "true"
    if defeitos.azp_certo:
        claims["azp"] = pedido.cliente
    if "govbr_confiabilidades_idtoken" in pedido.escopos:
        selos = [{"id": selo, "updatedAt": NIVEL_DESDE} for selo in conta.selos]
        claims["reliability_info"] = {"level": conta.nivel.em_ingles, "reliabilities": selos}
    return claims


def _sub(conta: Conta, defeitos: Defeitos) -> str:
    c = conta.cpf
    return f"{c[:3]}.{c[3:6]}.{c[6:9]}-{c[9:]}" if defeitos.sub_com_pontos else c


def _agora(defeitos: Defeitos) -> int:
    return int(time.time()) + defeitos.relogio_segundos


def _assinar(claims: dict[str, Any], defeitos: Defeitos) -> str:
    return jwt.encode({"alg": ALGORITMO, "kid": KID}, claims, chave_que_assina(defeitos))


def chaves_publicas(defeitos: Defeitos) -> dict[str, Any]:
    """O conjunto de chaves de ``jwk``."""
    return {"keys": [chave_publicada(defeitos).as_dict(private=False) | {"kid": KID, "use": "sig", "alg": ALGORITMO}]}
