"""Órgãos e credenciais para testes."""

from itertools import count

from django.utils import timezone

from pen.identidade.models import CredencialDeSistema
from pen.identidade.public import (
    Ambiente,
    Esfera,
    Finalidade,
    Orgao,
    OrigemDoCodigo,
    Poder,
    SistemaAutenticado,
    criar_credencial,
)

_numeros = count(1)


def fabricar_orgao(**campos: object) -> Orgao:
    n = next(_numeros)
    padrao = {
        "codigo": f"{900000 + n}", "origem_do_codigo": OrigemDoCodigo.SIORG, "sigla": f"ORG{n}", "nome": f"Órgão {n}",
        "esfera": Esfera.FEDERAL, "poder": Poder.EXECUTIVO,
    }  # fmt: skip
    return Orgao.objects.create(**padrao | campos)


def fabricar_credencial(
    orgao: Orgao | None = None, ambiente: Ambiente = Ambiente.PRODUCAO, finalidade: Finalidade = Finalidade.ENVIO
) -> tuple[CredencialDeSistema, str]:
    return criar_credencial(por=None, orgao=orgao or fabricar_orgao(), ambiente=ambiente, finalidade=finalidade)


def fabricar_sistema(
    orgao: Orgao | None = None, ambiente: Ambiente = Ambiente.PRODUCAO, finalidade: Finalidade = Finalidade.ENVIO
) -> SistemaAutenticado:
    """Quem envia ou numera, já autenticado."""
    orgao = orgao or fabricar_orgao()
    credencial = CredencialDeSistema.objects.create(
        orgao=orgao,
        ambiente=ambiente,
        finalidade=finalidade,
        segredo="argon2$de-teste",
        situacao="revogada",
        revogada_em=timezone.now(),
    )
    return SistemaAutenticado(credencial.pk, orgao.pk, orgao.codigo, orgao.sigla, ambiente, finalidade)
