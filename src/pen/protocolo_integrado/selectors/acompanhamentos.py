"""O que a pessoa acompanha, e o que lhe interessa."""

from pen.identidade.public import Ator, Pessoa
from pen.protocolo_integrado.documentos_de_pessoa import hash_do_documento
from pen.protocolo_integrado.models import Acompanhamento, Interessado, Registro
from pen.protocolo_integrado.selectors.processos import situacao_dos_processos
from pen.protocolo_integrado.selectors.visiveis import registros_buscaveis
from pen.protocolo_integrado.values import Acompanhado

DE_INTERESSE_MAXIMO = 200


def acompanha(numero: str, *, para: Ator) -> bool:
    """Se a pessoa acompanha o número canônico."""
    return isinstance(para, Pessoa) and Acompanhamento.objects.filter(pessoa=para, numero=numero).exists()


def acompanhamentos_da_pessoa(*, para: Pessoa) -> list[Acompanhado]:
    """Tudo que a pessoa acompanha, do que mudou há menos tempo ao mais antigo; o que não chegou (ou não se vê) vem no fim."""
    numeros = list(Acompanhamento.objects.filter(pessoa=para).order_by("criado_em").values_list("numero", "criado_em"))
    situacoes = situacao_dos_processos(n for n, _ in numeros)
    lista = [Acompanhado(numero, desde, situacoes.get(numero)) for numero, desde in numeros]
    chegados = sorted((a for a in lista if a.situacao), key=lambda a: a.situacao.atualizado_em, reverse=True)  # type: ignore[union-attr]
    return chegados + [a for a in lista if a.situacao is None]


def processos_de_interesse(*, para: Pessoa) -> list[Registro]:
    """Os processos públicos em que o CPF da pessoa, vindo do gov.br, é de um interessado; no máximo 200, os mais recentes."""
    if not para.cpf:
        return []
    # O hash é a chave de entrada: poucos números, e deles só os que qualquer um poderia ver.
    numeros = Interessado.objects.filter(documento_hash=hash_do_documento(para.cpf)).values("numero")
    achados = registros_buscaveis(para).filter(numero__in=numeros).select_related("orgao").defer("vetor")
    return list(achados.order_by("-atualizado_em", "numero", "orgao_id")[:DE_INTERESSE_MAXIMO])
