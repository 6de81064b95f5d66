"""Acompanhar um processo e deixar de acompanhar. Acompanhar exige ter entrado (RN003); deixar para todos os avisos (RN007)."""

from collections.abc import Sequence
from typing import Any

from pen.comum.errors import conferir
from pen.identidade.public import Pessoa
from pen.nup.public import Forma, chaves_possiveis, ler_numero
from pen.protocolo_integrado.errors import AcompanhamentosDemais, NumeroNaoAcompanhavel
from pen.protocolo_integrado.models import Acompanhamento
from pen.protocolo_integrado.selectors.visiveis import registros_visiveis

ACOMPANHAMENTOS_MAXIMO = 1000


def acompanhar_processo(*, por: Pessoa, numero: str) -> Acompanhamento:
    """Passa a acompanhar o número, em qualquer forma, tenha chegado ou não; já acompanhado, devolve o que há.

    Um número oculto é aceito como o que ainda não chegou: a resposta não conta que ele existe.

    Levanta:
        NumeroNaoAcompanhavel: não parece número de processo e nenhum órgão o enviou.
        AcompanhamentosDemais: a pessoa já acompanha ``ACOMPANHAMENTOS_MAXIMO``.
    """
    chave = _chave(numero, por)
    quantos = Acompanhamento.objects.filter(pessoa=por).exclude(numero=chave).count()
    conferir(
        quantos < ACOMPANHAMENTOS_MAXIMO,
        AcompanhamentosDemais(f"Você já acompanha {quantos} processos, que é o máximo. Deixe algum para incluir outro."),
    )
    acompanhamento, _ = Acompanhamento.objects.get_or_create(pessoa=por, numero=chave)
    return acompanhamento


def deixar_processo(*, por: Pessoa, numero: str) -> None:
    """Deixa de acompanhar o número canônico; quem não o acompanhava fica como estava."""
    Acompanhamento.objects.filter(pessoa=por, numero=numero).delete()


def deixar_pelos_avisos(pessoa_id: int, dados: Sequence[dict[str, Any]]) -> None:
    """Deixa de acompanhar os números de uma mensagem: o «cancelar» de um clique, sem entrar."""
    Acompanhamento.objects.filter(pessoa_id=pessoa_id, numero__in=[d["numero"] for d in dados]).delete()


def exportar_acompanhamentos(pessoa_id: int) -> dict[str, Any]:
    """Os acompanhamentos, para quem leva os próprios dados."""
    linhas = Acompanhamento.objects.filter(pessoa_id=pessoa_id).order_by("criado_em").values_list("numero", "criado_em")
    return {"acompanhamentos": [{"numero": numero, "desde": desde.isoformat()} for numero, desde in linhas]}


def excluir_acompanhamentos(pessoa_id: int) -> None:
    """Apaga tudo que a pessoa acompanha."""
    Acompanhamento.objects.filter(pessoa_id=pessoa_id).delete()


def _chave(numero: str, por: Pessoa) -> str:
    """O número como está à vista no registro nacional; senão, a leitura mais provável dele."""
    opcoes = chaves_possiveis(numero)
    existentes = set(registros_visiveis(por).filter(numero__in=opcoes).values_list("numero", flat=True))
    if chave := next((c for c in opcoes if c in existentes), None):
        return chave
    lido = ler_numero(numero)
    conferir(
        lido.forma != Forma.DESCONHECIDA,
        NumeroNaoAcompanhavel("Este número não parece ser de um processo. Confira os algarismos."),
    )
    return lido.normalizado
