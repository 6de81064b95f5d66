"""As caixas, os casos e as expressões de uma instalação nova."""

import tomllib
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pen.correio.models import Caixa, Caso, Expressao
from pen.correio.values.triagem import normalizar_expressao

DADOS = Path(__file__).parent.parent / "dados"


@transaction.atomic
def carregar_caixas() -> int:
    """Cria as caixas do guia que faltam, com os casos; devolve quantas. O que já existe, e o que se mudou nele, não muda.

    O domínio é o de ``PEN_CAIXAS_DOMINIO`` ou, sem ele, o do remetente dos avisos. As expressões da triagem só entram numa
    instalação que não tem nenhuma: a que se excluiu não volta.
    """
    dominio = (settings.CAIXAS_DOMINIO or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]).lower()
    novas = 0
    for ordem, dados in enumerate(tomllib.loads((DADOS / "caixas.toml").read_text(encoding="utf-8"))["caixa"]):
        casos = dados.pop("casos")
        local = dados.pop("local")
        campos = dados | {"endereco": f"{local}@{dominio}", "ordem": ordem}
        caixa, nova = Caixa.objects.get_or_create(codigo=dados["codigo"], defaults=campos)
        if nova:
            Caso.objects.bulk_create(Caso(caixa=caixa, texto=texto, ordem=n) for n, texto in enumerate(casos))
        novas += nova
    if not Expressao.objects.exists():
        lidas = tomllib.loads((DADOS / "expressoes.toml").read_text(encoding="utf-8"))["expressao"]
        Expressao.objects.bulk_create(
            Expressao(expressao=normalizar_expressao(e["texto"]), peso=e["peso"], por_que=e["por_que"]) for e in lidas
        )
    return novas
