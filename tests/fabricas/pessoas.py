"""Pessoas e papéis para testes."""

from datetime import timedelta
from itertools import count

from django.test import Client
from django.utils import timezone

from pen.identidade.models import Atribuicao, Entrada, Pessoa
from pen.identidade.public import Orgao, Papel

_numeros = count(1)


def fabricar_cpf() -> str:
    """Um CPF válido, de faixa que só os testes usam."""
    base = f"{777000000 + next(_numeros)}"
    for _ in range(2):
        base += str(sum(int(d) * p for d, p in zip(base, range(len(base) + 1, 1, -1), strict=True)) * 10 % 11 % 10)
    return base


def fabricar_pessoa(*, forte: bool = True, **campos: object) -> Pessoa:
    """Uma pessoa com e-mail; ``forte`` diz se a entrada dela basta para exercer papéis."""
    n = next(_numeros)
    padrao = {"username": f"pessoa-{n}", "nome": f"Pessoa {n}", "email": f"pessoa{n}@exemplo.org", "password": "!"}
    pessoa = Pessoa.objects.create(**padrao | campos)
    pessoa.entrada_forte = forte
    return pessoa


def dar_papel(pessoa: Pessoa, papel: Papel, orgao: Orgao | None = None) -> Pessoa:
    """Dá o papel e devolve a pessoa, como ela estaria no pedido seguinte."""
    Atribuicao.objects.create(pessoa=pessoa, papel=papel, orgao=orgao)
    pessoa.__dict__.pop("_papeis", None)
    return pessoa


def fabricar_gestor(orgao: Orgao) -> Pessoa:
    return dar_papel(fabricar_pessoa(), Papel.GESTOR, orgao)


def fabricar_central() -> Pessoa:
    return dar_papel(fabricar_pessoa(), Papel.EQUIPE_CENTRAL)


def entrar(client: Client, pessoa: Pessoa) -> Client:
    """O cliente com a sessão da pessoa aberta, forte ou não como ela."""
    client.force_login(pessoa)
    sessao = client.session
    if pessoa.entrada_forte:
        sessao["forte_ate"] = (timezone.now() + timedelta(hours=1)).isoformat()
    sessao.save()
    entrada = Entrada.objects.create(pessoa=pessoa, meio="govbr", sessao=sessao.session_key, aparelho="Teste")
    sessao["entrada_id"], sessao["meio"] = str(entrada.pk), "correio"
    sessao.save()
    return client
