"""O que os dígitos verificadores percebem, sem sorteio: por todos os pesos, diferenças e restos, e em todas as bases.

A primeira soma (S) dá o primeiro dígito e a segunda (T), que o inclui, dá o segundo; de cada uma só importa o resto por 11. Um
engano escapa quando os dois dígitos ficam iguais, e há só dois jeitos de um dígito ficar igual com a soma mudada: o peso que
multiplica a diferença é múltiplo de 11, ou o resto vai de 0 a 10 ou de 10 a 0, que dão o mesmo dígito 1.
"""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen.nup.values.numeros import digitos_verificadores, gerar_nup, ler_numero

RAIZ = Path(__file__).parents[2]
ANTIGA, ATUAL, NIPE = 13, 15, 18  # quantos algarismos tem a base
BASES = pytest.mark.parametrize("tamanho", [ANTIGA, ATUAL, NIPE])
DIFERENCAS = [d for d in range(-9, 10) if d]
RESTOS = range(11)


def digito(resto: int) -> int:
    """O dígito de uma soma: 11 menos o resto, menos 10 se passa de 9."""
    return (11 - resto) % 10


def peso(posicao: int, tamanho: int) -> int:
    """O da primeira soma; o da segunda é um a mais. Posições da esquerda, a partir de 0."""
    return tamanho + 1 - posicao


def dois_digitos(s: int, t_sem_o_primeiro: int) -> tuple[int, int]:
    primeiro = digito(s % 11)
    return primeiro, digito((t_sem_o_primeiro + 2 * primeiro) % 11)


def restos(base: str) -> tuple[int, int]:
    """Os restos de S e T de uma base."""
    pares = [(peso(i, len(base)), int(a)) for i, a in enumerate(base)]
    s = sum(p * a for p, a in pares) % 11
    return s, (sum((p + 1) * a for p, a in pares) + 2 * digito(s)) % 11


# --- Um algarismo trocado por outro

ESCAPAM = {
    # peso na primeira soma, por 11: {(diferença, resto de S, resto de T)}
    0: {(1, s, 10) for s in RESTOS} | {(-1, s, 0) for s in RESTOS},  # o peso 11 anula a diferença em S; T vira de 10 a 0
    10: {(1, 0, t) for t in RESTOS} | {(-1, 10, t) for t in RESTOS},  # S vira; o peso 11 a anula em T
    5: {(d, 0, 10) for d in (2, -9)} | {(d, 10, 0) for d in (-2, 9)},  # os dois restos viram ao mesmo tempo
}


@pytest.mark.parametrize("resto_do_peso", RESTOS)
def test_o_que_escapa_ao_trocar_um_algarismo_depende_do_peso_e_e_exatamente_isto(resto_do_peso):
    escapam = {
        (d, s, t)
        for d in DIFERENCAS
        for s in RESTOS
        for t in RESTOS
        if digito((s + resto_do_peso * d) % 11) == digito(s) and digito((t + (resto_do_peso + 1) * d) % 11) == digito(t)
    }

    assert escapam == ESCAPAM.get(resto_do_peso, set())


def test_no_nup_so_escapa_no_primeiro_algarismo_da_unidade_nos_dois_primeiros_da_sequencia_e_no_primeiro_do_ano():
    posicoes = {i: peso(i, ATUAL) % 11 for i in range(ATUAL) if peso(i, ATUAL) % 11 in ESCAPAM}

    assert posicoes == {0: 5, 5: 0, 6: 10, 11: 5}


@BASES
@given(dados=st.data())
def test_a_conta_do_produto_deixa_escapar_o_que_a_lista_diz_e_so_isso(tamanho, dados):
    base = dados.draw(st.text("0123456789", min_size=tamanho, max_size=tamanho))
    i = dados.draw(st.integers(0, tamanho - 1))
    outro = dados.draw(st.sampled_from([a for a in "0123456789" if a != base[i]]))

    escapou = digitos_verificadores(base[:i] + outro + base[i + 1 :]) == digitos_verificadores(base)

    previsto = (int(outro) - int(base[i]), *restos(base)) in ESCAPAM.get(peso(i, tamanho) % 11, set())
    assert escapou == previsto


@given(st.text("0123456789", min_size=15, max_size=15))
def test_trocar_um_dos_proprios_digitos_sempre_e_percebido(base):
    certos = digitos_verificadores(base)  # só há um par certo para cada base

    assert [d for d in map("{:02d}".format, range(100)) if d == certos] == [certos]


@pytest.mark.parametrize(
    ("tamanho", "escapam", "percebidos"),
    [
        (ANTIGA, Fraction(1_710_743_801_671, 675 * 10**12), "99,747%"),
        (ATUAL, Fraction(29_752_066_115_699, 12_750 * 10**12), "99,767%"),
        (NIPE, Fraction(89_256_198_347_107_453, 45 * 10**18), "99,802%"),
    ],
)
def test_de_todas_as_trocas_de_um_algarismo_em_todos_os_numeros_percebe_se_exatamente_isto(tamanho, escapam, percebidos):
    trocas = 2 * 9 * 10**tamanho  # as dos próprios dígitos, todas percebidas
    ruins = 0
    for i in range(tamanho):
        for (s, t), quantas in somas_de_todas_as_bases(tamanho, sem={i}).items():
            finais = [dois_digitos(s + peso(i, tamanho) * a, t + (peso(i, tamanho) + 1) * a) for a in range(10)]
            trocas += quantas * 90
            ruins += quantas * sum(f == g for n, f in enumerate(finais) for m, g in enumerate(finais) if n != m)

    assert Fraction(ruins, trocas) == escapam
    assert por_cento(1 - escapam) == percebidos
    if tamanho == ATUAL:
        assert percebidos in DOCUMENTO


# --- Dois vizinhos invertidos


def test_o_que_escapa_ao_inverter_dois_vizinhos_e_exatamente_isto():
    """Inverter dois vizinhos muda as duas somas na mesma diferença, seja qual for o lugar."""
    escapam = {
        (d, s, t)
        for d in DIFERENCAS
        for s in RESTOS
        for t in RESTOS
        if digito((s + d) % 11) == digito(s) and digito((t + d) % 11) == digito(t)
    }

    assert escapam == {(1, 10, 10), (-1, 0, 0)}


@BASES
@given(dados=st.data())
def test_a_conta_do_produto_deixa_escapar_as_inversoes_da_lista_e_so_essas(tamanho, dados):
    base = dados.draw(st.text("0123456789", min_size=tamanho, max_size=tamanho))
    i = dados.draw(st.integers(0, tamanho - 2))
    diferenca = int(base[i + 1]) - int(base[i])

    escapou = digitos_verificadores(inverter(base, i)) == digitos_verificadores(base)

    assert escapou == (diferenca == 0 or (diferenca, *restos(base)) in {(1, 10, 10), (-1, 0, 0)})


@pytest.mark.parametrize(
    ("tamanho", "percebidas"), [(ANTIGA, "99,832%"), (ATUAL, "99,832%"), (NIPE, "99,833%")]
)  # fmt: skip
def test_de_todas_as_inversoes_de_vizinhos_em_todos_os_numeros_percebe_se_exatamente_isto(tamanho, percebidas):
    inversoes = ruins = 0
    for i in range(tamanho - 1):
        p = peso(i, tamanho)
        for (s, t), quantas in somas_de_todas_as_bases(tamanho, sem={i, i + 1}).items():
            for a, b in pares_diferentes():
                inversoes += quantas
                certo = dois_digitos(s + p * a + (p - 1) * b, t + (p + 1) * a + p * b)
                ruins += quantas * (certo == dois_digitos(s + p * b + (p - 1) * a, t + (p + 1) * b + p * a))
    for (s, t), quantas in somas_de_todas_as_bases(tamanho, sem={tamanho - 1}).items():
        for a in range(10):  # o último algarismo da base com o primeiro dígito; e um dígito com o outro
            primeiro, segundo = dois_digitos(s + 2 * a, t + 3 * a)
            inversoes += quantas * ((a != primeiro) + (primeiro != segundo))
            ruins += quantas * (a != primeiro and dois_digitos(s + 2 * primeiro, t + 3 * primeiro) == (a, segundo))

    assert por_cento(1 - Fraction(ruins, inversoes)) == percebidas
    if tamanho == ATUAL:
        assert percebidas in DOCUMENTO


# --- A nossa leitura, que também aceita a base com ano de dois algarismos


def test_a_leitura_percebe_menos_do_que_a_conta_oficial():
    """Medida com sorteio fixo: é o que a página diz."""
    sorteio, percebidas = Random(2020), []
    for _ in range(2_000):
        certo = gerar_nup(f"{sorteio.randint(1, 99_999):05d}", sorteio.randint(1, 999_999), sorteio.randint(2004, 2030))
        numero = certo.normalizado
        percebidas += [
            not ler_numero(numero[:i] + outro + numero[i + 1 :]).confere
            for i in range(17)
            for outro in set("0123456789") - {numero[i]}
        ]

    assert por_cento(Fraction(sum(percebidas), len(percebidas))).startswith("98,6")


# --- Nenhuma página promete mais

DOCUMENTO = (RAIZ / "docs/dominio/nup.md").read_text()
MAXIMO = 99.767  # por cento dos enganos de um algarismo, no NUP
TEXTOS = [
    *(RAIZ / "src/pen").rglob("*.jinja"),
    *(RAIZ / "src/pen/nup").rglob("*.py"),
    *(RAIZ / "docs").rglob("*.md"),
    *RAIZ.glob("*.md"),
]
DO_ASSUNTO = re.compile(
    r"d[íi]gitos?\b.*(perceb|apanh|detect|garant|engano|erros?\b|troca)|(perceb|apanh|detect|engano).*d[íi]gitos?\b", re.I
)
RESSALVA = re.compile(
    r"(quase|nem|não|mas não)( são)? tod[oa]s?\b( os| as)?( erros?| enganos?)?|não (é|são) 100\s?%|não provam? que", re.I
)
EXAGERO = re.compile(
    r"\b100\s?%"
    r"|\btod[oa]s? (?:os |as )?(?:erro|engano|troca|inversão|inversões|falha)|\bqualquer (?:erro|engano|troca)"
    r"|sempre (?:perceb|apanh|detect|peg)|nenhum (?:erro|engano)|nunca (?:falha|erra|deixa)|sem falha"
    r"|(?:garant|prova)\w* que (?:o|um) (?:número|processo)",
    re.IGNORECASE,
)  # fmt: skip
POR_CENTO = re.compile(r"(\d{1,3}(?:,\d+)?)\s?%")


def exageros(texto: str) -> list[str]:
    """As frases sobre o que os dígitos percebem que prometem tudo, ou mais do que a conta dá."""
    liso = re.sub(r"<[^>]+>|\s+", " ", texto)
    frases = [f for f in re.split(r"(?<=[.!?;:])\s", liso) if DO_ASSUNTO.search(f)]
    return [f for f in frases if EXAGERO.search(RESSALVA.sub("", f))]


def percentuais(texto: str) -> Iterator[float]:
    for frase in re.split(r"(?<=[.!?;:])\s", re.sub(r"<[^>]+>|\s+", " ", texto)):
        if DO_ASSUNTO.search(frase):
            yield from (float(n.replace(",", ".")) for n in POR_CENTO.findall(frase))


@pytest.mark.parametrize("arquivo", TEXTOS, ids=lambda a: str(a.relative_to(RAIZ)))
def test_nenhum_texto_diz_que_os_digitos_percebem_tudo(arquivo):
    assert exageros(arquivo.read_text()) == []


@pytest.mark.parametrize("arquivo", sorted((RAIZ / "src/pen").rglob("*.jinja")), ids=lambda a: a.name)
def test_nenhuma_pagina_promete_mais_do_que_a_conta_da(arquivo):
    assert all(p <= MAXIMO for p in percentuais(arquivo.read_text()))


def test_alguma_pagina_fala_do_assunto_e_diz_quanto():
    pagina = (RAIZ / "src/pen/nup/jinja2/nup/conferir.jinja").read_text()

    assert list(percentuais(pagina)) == [99.7, 98.6]


@pytest.mark.parametrize(
    "frase",
    [
        "Os dígitos verificadores percebem todo erro de digitação.",
        "Os dígitos apanham 100% dos enganos.",
        "<p>Qualquer engano\né percebido pelos dígitos.</p>",
        "Os dígitos garantem que o processo existe.",
        "Os dígitos detectam todos os erros.",
    ],
)
def test_a_cerca_ve_um_exagero(frase):
    assert len(exageros(frase)) == 1


def test_a_cerca_ve_um_numero_grande_demais_e_deixa_passar_a_ressalva():
    assert [p > MAXIMO for p in percentuais("Os dígitos percebem 99,9% dos enganos.")] == [True]
    assert exageros("Os dígitos apanham quase todos os enganos, mas não todos.") == []


# --- Apoio


def somas_de_todas_as_bases(tamanho: int, *, sem: set[int]) -> Counter[tuple[int, int]]:
    """Quantas bases dão cada par de restos (S, e T antes de somar o primeiro dígito), sem contar as posições em ``sem``."""
    somas: Counter[tuple[int, int]] = Counter({(0, 0): 1})
    for i in set(range(tamanho)) - sem:
        p, seguintes = peso(i, tamanho), Counter()
        for (s, t), quantas in somas.items():
            for a in range(10):
                seguintes[(s + p * a) % 11, (t + (p + 1) * a) % 11] += quantas
        somas = seguintes
    return somas


def pares_diferentes() -> list[tuple[int, int]]:
    return [(a, b) for a in range(10) for b in range(10) if a != b]


def inverter(texto: str, i: int) -> str:
    return texto[:i] + texto[i + 1] + texto[i] + texto[i + 2 :]


def por_cento(parte: Fraction) -> str:
    return f"{round(float(parte) * 100, 3):.3f}%".replace(".", ",")
