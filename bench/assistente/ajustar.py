"""``python -m bench.assistente.ajustar``: o que a busca erra, para pesar sem olhar as perguntas de medida.

Três contas: as perguntas de ajuste; as de treino, que estão nos manuais, cada uma com a base sem ela; e, com ``--maneiras``, todas
as maneiras de perguntar dos manuais, do mesmo jeito, um quarto de cada forma. As duas últimas se fazem em dobras: tiram-se de uma
vez as de cada dobra, e perguntam-se só essas. São mais duras que a vida: o artigo perde o que alguém anotou nele.
"""

import sys
from collections.abc import Iterator, Sequence

from bench.ambiente import banco_de_medicao
from bench.assistente.estrago import com_erros, em_palavras, sem_acentos
from bench.assistente.medida import FORMAS, Achado, Pergunta, _assistente, _carregar, _nome, _parte, _perguntas, _por_forma
from bench.tabela import escrever_tabela, por_cento

DOBRAS = 5
ESTRAGOS = {"livre": str, "sem_acentos": sem_acentos, "erros": com_erros, "palavras": em_palavras}


def principal() -> None:
    """Sobe um banco só para isto, mostra as contas, e cada pergunta de ajuste cujo primeiro artigo não é dos certos."""
    with banco_de_medicao():
        _carregar()
        dentro, fora = _perguntas("ajuste")
        achados = [(p, _assistente(p.texto)) for p in dentro]
        _mostrar("Perguntas de ajuste", achados)
        print(f"  De {len(fora)} que a base não responde, respondidas: {_respondidas(fora)}.")
        treino, fora = _perguntas("treino")
        print(f"  De {len(fora)} de treino que a base não responde, respondidas: {_respondidas(fora)}.")
        _mostrar("Perguntas de treino, cada uma com a base sem ela", list(_em_dobras([(p.texto, p) for p in treino])))
        if "--maneiras" in sys.argv:
            _mostrar("Maneiras de perguntar, cada uma com a base sem ela", list(_em_dobras(_maneiras())))
    for pergunta, achado in achados:
        if not set(achado.artigos[:1]) & pergunta.artigos:
            print(f"  «{pergunta.texto}»: veio {achado.artigos[:1]}, e era {sorted(pergunta.artigos)}")


def _maneiras() -> list[tuple[str, Pergunta]]:
    """Cada maneira de perguntar de um artigo público, e a pergunta que se faz dela."""
    maneiras = [(dita, _nome(v.artigo.origem)) for v in _publicadas() for dita in v.perguntas.splitlines()]
    formas = list(ESTRAGOS)
    estragadas = (
        (dita, ESTRAGOS[formas[n % len(formas)]](dita), nome, formas[n % len(formas)]) for n, (dita, nome) in enumerate(maneiras)
    )  # fmt: skip
    return [(dita, Pergunta(texto, frozenset({nome}), forma)) for dita, texto, nome, forma in estragadas if texto]


def _em_dobras(perguntas: Sequence[tuple[str, Pergunta]]) -> Iterator[tuple[Pergunta, Achado]]:
    """O que se acha de cada pergunta quando a base não tem a frase de que ela veio; no fim, a base volta a ser a que era."""
    dobra_de = {sem_acentos(dita): n % DOBRAS for n, (dita, _) in enumerate(perguntas)}
    versoes = _publicadas()
    todas = {versao.pk: versao.perguntas for versao in versoes}
    for dobra in range(DOBRAS + 1):
        for versao in versoes:
            ficam = "\n".join(d for d in todas[versao.pk].splitlines() if dobra_de.get(sem_acentos(d)) != dobra)
            _reindexar(versao, ficam)
        yield from ((p, _assistente(p.texto)) for dita, p in perguntas if dobra_de[sem_acentos(dita)] == dobra)


def _reindexar(versao, perguntas: str) -> None:  # type: ignore[no-untyped-def]
    from django.db import transaction

    from pen.conhecimento.services.indice import indexar_artigo

    if versao.perguntas != perguntas:
        versao.perguntas = perguntas
        with transaction.atomic():
            indexar_artigo(versao)


def _publicadas() -> list:  # type: ignore[type-arg]
    from pen.conhecimento.models import VersaoDoArtigo

    publicadas = VersaoDoArtigo.objects.filter(situacao="publicada", artigo__interno=False)
    return list(publicadas.select_related("artigo").order_by("artigo__origem"))


def _respondidas(fora: Sequence[Pergunta]) -> str:
    return por_cento(_parte([_assistente(p.texto).responde for p in fora]))


def _mostrar(titulo: str, achados: Sequence[tuple[Pergunta, Achado]]) -> None:
    em_ordem = iter([achado for _, achado in achados])
    contas = _por_forma([p for p, _ in achados], lambda _: next(em_ordem))
    linhas = [
        (
            FORMAS.get(forma, forma),
            f"{c['perguntas']}",
            *(por_cento(c[m]) for m in ("primeira", "entre_tres", "respondidas", "certas_das_respondidas")),
        )
        for forma, c in contas.items()
    ]
    escrever_tabela(titulo, ("as perguntas", "quantas", "1º", "em 3", "respondidas", "certas das respondidas"), linhas)


if __name__ == "__main__":
    principal()
