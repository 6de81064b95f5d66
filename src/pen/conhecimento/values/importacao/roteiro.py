"""Reconhecer um roteiro de atendimento pelos títulos que as páginas deles sempre têm: situação, solução, modelo, responsável…"""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pen.comum.texto import sem_acentos
from pen.conhecimento.enums import Especie, NivelDoRoteiro
from pen.conhecimento.values.importacao.modelo import ArtigoLido, Aviso

CABE = 500  # caracteres de um resumo, de uma situação e das palavras-chave
SECAO_DO_MODELO = "## Modelo da resposta"
# O começo do título, sem acentos → o que a seção é.
PARTES = {
    "situacao": "situacao", "quando": "quando", "em que situacao": "quando", "solucao": "solucao", "modelo": "modelo",
    "responsavel": "nivel", "quem": "nivel", "palavra": "palavras",
}  # fmt: skip
_NIVEL = re.compile(r"\bn(?:ivel)?\s*([123])\b")
_MODELO = re.compile(rf"^#+ {SECAO_DO_MODELO.lstrip('# ')}[ \t]*$", re.M)
_LEITOR = MarkdownIt("commonmark", {"html": False}).enable("table")


def separar_modelo(corpo: str) -> tuple[str, str]:
    """O corpo e o modelo da resposta, que é a seção do fim com esse título; vazio, se não há."""
    achados = list(_MODELO.finditer(corpo))
    if not achados:
        return corpo, ""
    return corpo[: achados[-1].start()].strip(), corpo[achados[-1].end() :].strip()


def reconhecer_roteiro(lido: ArtigoLido) -> None:
    """Se a página tem as seções de um roteiro, põe cada uma no seu lugar, e ela passa a ser um; as outras ficam no texto."""
    secoes = _secoes(lido.corpo)
    achadas: dict[str, str] = {}
    resto: list[str] = []
    for titulo, cabeca, texto in secoes:
        parte = next((p for comeco, p in PARTES.items() if sem_acentos(titulo).startswith(comeco)), None)
        if parte is None or parte in achadas:
            resto.append(f"{cabeca}\n\n{texto}".strip())
        else:
            achadas[parte] = texto
    if not {"solucao", "modelo"} <= achadas.keys() or not {"situacao", "quando"} & achadas.keys():
        return
    cabecalho = lido.cabecalho
    situacao, quando = (texto_puro(achadas.get(parte, "")) for parte in ("situacao", "quando"))
    cabecalho.especie = Especie.ROTEIRO
    cabecalho.quando = cabecalho.quando or _que_caiba(lido, quando or situacao, "a situação")
    cabecalho.resumo = cabecalho.resumo or _que_caiba(lido, situacao if quando else "", "a situação")
    palavras = re.sub(r"\s*[,;]\s*", ", ", texto_puro(achadas.get("palavras", "")))
    cabecalho.palavras_chave = cabecalho.palavras_chave or _que_caiba(lido, palavras, "as palavras-chave")
    nivel = _NIVEL.search(sem_acentos(achadas.get("nivel", "")))
    if nivel is None:
        lido.avisos.append(Aviso(1, "não diz que nível resolve (N1, N2 ou N3); fica o nível 2"))
    cabecalho.nivel = cabecalho.nivel or NivelDoRoteiro(f"n{nivel[1]}" if nivel else "n2")
    lido.modelo = _sem_moldura(achadas["modelo"])
    lido.corpo = "\n\n".join(filter(None, [achadas["solucao"], *resto]))


def texto_puro(markdown: str) -> str:
    """As palavras do texto, numa linha."""
    itens = [_palavras(s.children or []) for s in _LEITOR.parse(markdown) if s.type == "inline"]
    return " ".join(" ".join(itens).split())


def _palavras(filhos: list[Token]) -> str:
    return "".join(" " if f.type in {"softbreak", "hardbreak"} else f.content for f in filhos)


def _secoes(corpo: str) -> list[tuple[str, str, str]]:
    """As seções do nível mais alto: o título sem marcas, a linha dele e o texto; o que vem antes da primeira não tem título."""
    linhas, simbolos = corpo.split("\n"), _LEITOR.parse(corpo)
    titulos = [(n, s) for n, s in enumerate(simbolos) if s.type == "heading_open" and s.level == 0]
    if not titulos:
        return []
    alto = min(s.tag for _, s in titulos)
    inicios = [
        (s.map[0], s.map[1], _palavras(simbolos[n + 1].children or [])) for n, s in titulos if s.tag == alto and s.map
    ]
    antes = "\n".join(linhas[: inicios[0][0]]).strip()
    fins = [inicio for inicio, _, _ in inicios[1:]] + [len(linhas)]
    secoes = [("", "", antes)] if antes else []
    for (inicio, texto, titulo), fim in zip(inicios, fins, strict=True):
        cabeca = "\n".join(linhas[inicio:texto]).strip()
        secoes.append((titulo.strip(" :"), cabeca, "\n".join(linhas[texto:fim]).strip()))
    return secoes


def _que_caiba(lido: ArtigoLido, texto: str, o_que: str) -> str:
    if len(texto) <= CABE:
        return texto
    lido.avisos.append(Aviso(1, f"{o_que} passa de {CABE} caracteres, e foi cortada"))
    return texto[: CABE - 1].rsplit(" ", 1)[0] + "…"


def _sem_moldura(modelo: str) -> str:
    """O modelo é texto para copiar: sai o bloco de citação ou de código que o envolve."""
    linhas = modelo.split("\n")
    if all(linha.startswith(">") or not linha.strip() for linha in linhas):
        return "\n".join(linha[1:].removeprefix(" ") for linha in linhas).strip()
    simbolos = _LEITOR.parse(modelo)
    return simbolos[0].content.strip() if [s.type for s in simbolos] in (["fence"], ["code_block"]) else modelo
