"""``python -m bench.assistente.ajustar``: o que a busca erra nas perguntas de ajuste, para pesar sem olhar as de medida."""

from bench.ambiente import banco_de_medicao
from bench.assistente.medida import FORMAS, _assistente, _carregar, _parte, _perguntas, _por_forma
from bench.tabela import escrever_tabela, por_cento


def principal() -> None:
    """Sobe um banco só para isto, e mostra as contas e cada pergunta cujo primeiro artigo não é dos certos."""
    with banco_de_medicao():
        _carregar()
        dentro, fora = _perguntas("ajuste")
        contas = _por_forma(dentro, _assistente)
        errados = [(p, a) for p, a in ((p, _assistente(p.texto)) for p in dentro) if not set(a.artigos[:1]) & p.artigos]
        respondidas = _parte([_assistente(p.texto).responde for p in fora])
    linhas = [
        (
            FORMAS.get(forma, forma),
            f"{c['perguntas']}",
            *(por_cento(c[m]) for m in ("primeira", "entre_tres", "respondidas")),
        )
        for forma, c in contas.items()
    ]
    escrever_tabela("Perguntas de ajuste", ("as perguntas", "quantas", "1º", "em 3", "respondidas"), linhas)
    print(f"  De {len(fora)} que a base não responde, respondidas: {por_cento(respondidas)}.")
    for pergunta, achado in errados:
        print(f"  «{pergunta.texto}»: veio {achado.artigos[:1]}, e era {sorted(pergunta.artigos)}")


if __name__ == "__main__":
    principal()
