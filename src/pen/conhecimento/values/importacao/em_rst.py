"""Ler um artigo em reStructuredText, com as construções do Sphinx que as bases usam, e passá-lo a Markdown."""

import re
from collections.abc import Iterable, Sequence
from posixpath import dirname, join, normpath, relpath

from docutils import nodes
from docutils.core import publish_doctree

from pen.conhecimento.enums import Especie
from pen.conhecimento.values.importacao import sphinx
from pen.conhecimento.values.importacao.cabecalho import CHAVES, montar_cabecalho, nome_da_chave
from pen.conhecimento.values.importacao.em_markdown import e_indice, so_tem_ligacoes
from pen.conhecimento.values.importacao.modelo import ArtigoLido, Aviso, Cabecalho, Referencias, Rotulo
from pen.conhecimento.values.importacao.roteiro import reconhecer_roteiro, separar_modelo
from pen.conhecimento.values.ligacoes import ligacoes_do_texto
from pen.conhecimento.values.markdown import titulos_do_texto

sphinx.ensinar()

AVISO = 2  # o nível, no docutils, do que se conta a quem importa
AJUSTES = {
    "file_insertion_enabled": False, "raw_enabled": False, "doctitle_xform": False, "docinfo_xform": False, "report_level": AVISO,
    "halt_level": 5, "traceback": True, "warning_stream": False, "_disable_config": True, "syntax_highlight": "none",
    "line_length_limit": 20_000, "smart_quotes": False, "input_encoding": "unicode", "language_code": "en",
}  # fmt: skip
DO_SPHINX = {"orphan", "tocdepth", "nocomments", "nosearch"}  # campos que não dizem nada do artigo
ADMOESTACOES = {
    "note": "Nota", "warning": "Atenção", "attention": "Atenção", "caution": "Cuidado", "danger": "Perigo", "error": "Erro",
    "hint": "Sugestão", "important": "Importante", "tip": "Dica",
}  # fmt: skip
FRASES = (
    (r'Unknown directive type "(.+?)"', "a diretiva «{0}» não se entende; o texto dela entra como código"),
    (r'Unknown interpreted text role "(.+?)"', "o papel «{0}» não se entende; fica só o texto"),
    (r'"(.+?)" directive disabled|deactivated; ignoring "(.+?)" directive', "a diretiva «{0}» não se aceita, e fica de fora"),
    (r'Undefined substitution referenced: "(.+?)"', "a substituição «{0}» não está definida"),
    (r'Unknown target name: "(.+?)"', "a ligação «{0}» não leva a lugar nenhum"),
    (r'Duplicate (?:explicit|implicit) target name: "(.+?)"', "o rótulo «{0}» se repete"),
    (r"Title (?:under|over)line too short", "a linha do título é mais curta que ele"),
    (r'Error in "(.+?)" directive:\s*(.*)', "a diretiva «{0}» tem um erro; o texto dela entra como código ({1})"),
    (r"Inline (.+?) start-string without end-string", "uma marca abre e não fecha ({0})"),
    (r"(?:Block quote|Bullet list|Definition list|Enumerated list|Explicit markup) ends without a blank line",
     "falta uma linha vazia no fim do bloco"),
    (r"Unexpected indentation", "recuo inesperado"),
    (r"Malformed table", "a tabela está malformada"),
)  # fmt: skip
_ESPECIAIS = re.compile(r"[\\`*\[\]]|<(?=[a-zA-Z/!?])|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_NO_COMECO = re.compile(r"^(?:([-+#>=~|])|(\d{1,9})([.)]))(?=\s|$|[-=~>|])")
_PAPEL = re.compile(r":[\w:+.-]+:`(.*?)(?:\s*<[^<>]*>)?`", re.S)
_ALTO = str.maketrans("0123456789oaºªn", "⁰¹²³⁴⁵⁶⁷⁸⁹ºªºªⁿ")
_BAIXO = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_DE_PASSAGEM = re.compile(r"\(#@([^()\s]+)\)")
INVISIVEIS = (nodes.Invisible, nodes.system_message, nodes.meta)


def ler_rst(caminho: str, texto: str, referencias: Referencias | None = None) -> ArtigoLido:
    """O artigo do arquivo, em Markdown. Sem ``referencias``, as ligações pelo nome ficam só no texto delas.

    Levanta:
        ArtigoIlegivel: o cabeçalho não se entende.
    """
    documento = publish_doctree(texto, source_path=caminho, settings_overrides=AJUSTES)
    conversor = _Conversor(caminho, documento, referencias)
    cabecalho, de_mais = _cabecalho(documento)
    secoes = [s for s in documento.children if isinstance(s, nodes.section) and "system-messages" not in s["classes"]]
    primeira = secoes[0] if secoes else None
    if primeira is not None and not cabecalho.titulo:
        cabecalho.titulo = " ".join(primeira.children[0].astext().split())
    bruto = conversor.converter(primeira)
    corpo, ancoras = conversor.com_ancoras(bruto)
    _metadados(documento, cabecalho)
    lido = ArtigoLido(caminho, cabecalho, corpo, avisos=[*de_mais, *conversor.avisos, *_mensagens(documento)])
    nomes: dict[str, str] = documento.nameids
    lido.rotulos = {
        nome: Rotulo(caminho, ancoras.get(no_id, ""), conversor.titulo_de(no_id) or cabecalho.titulo)
        for nome, no_id in nomes.items() if no_id and documento.nametypes.get(nome)
    }  # fmt: skip
    lido.termos = [t.astext().casefold() for t in documento.findall(nodes.term)] if ".. glossary::" in texto else []
    lido.arvore = [entrada for no in documento.findall(sphinx.arvore) for entrada in no["entradas"]]
    lido.so_liga = so_tem_ligacoes(corpo, so_titulos_e_listas=e_indice(caminho)) and bool(lido.arvore or e_indice(caminho))
    lido.linhas = conversor.linhas
    if cabecalho.especie == Especie.ROTEIRO:
        lido.corpo, lido.modelo = separar_modelo(corpo)
    elif cabecalho.especie is None:
        reconhecer_roteiro(lido)
    return lido


def _cabecalho(documento: nodes.document) -> tuple[Cabecalho, list[Aviso]]:
    """Os campos do alto do arquivo, ou logo abaixo do título, e os que não se usam; o que o Sphinx lê dali não importa aqui.

    Levanta:
        ArtigoIlegivel: uma chave se repete, ou um valor não serve.
    """
    visiveis = [no for no in documento.children if not isinstance(no, INVISIVEIS)]
    if visiveis and isinstance(visiveis[0], nodes.section):
        visiveis = [no for no in visiveis[0].children[1:] if not isinstance(no, INVISIVEIS)]
    if not visiveis or not isinstance(lista := visiveis[0], nodes.field_list):
        return Cabecalho(), []
    campos = [(_linha(c), c.children[0].astext(), c.children[1].astext()) for c in lista.children]
    nomes = {nome_da_chave(nome) for _, nome, _ in campos}
    if lista.parent is not documento and not nomes <= CHAVES.keys() | DO_SPHINX:
        return Cabecalho(), []  # uma lista de campos que é texto
    lista.parent.remove(lista)
    usados = [campo for campo in campos if nome_da_chave(campo[1]) in CHAVES]
    outros = [campo for campo in campos if campo not in usados and nome_da_chave(campo[1]) not in DO_SPHINX]
    return montar_cabecalho(usados), [Aviso(linha, f"o campo «{nome}» não se usa") for linha, nome, _ in outros]


def _metadados(documento: nodes.document, cabecalho: Cabecalho) -> None:
    for meta in documento.findall(nodes.meta):
        if meta.get("name") == "keywords":
            cabecalho.palavras_chave = cabecalho.palavras_chave or meta.get("content", "")
        elif meta.get("name") == "description":
            cabecalho.resumo = cabecalho.resumo or meta.get("content", "")


def _mensagens(documento: nodes.document) -> list[Aviso]:
    """O que o docutils não entendeu, em português."""
    avisos = []
    mensagens = {id(m): m for m in [*documento.findall(nodes.system_message), *documento.transform_messages]}
    for mensagem in mensagens.values():
        if mensagem.get("level", 0) < AVISO:
            continue
        dita = mensagem.children[0].astext() if mensagem.children else ""
        achada = next(((frase, a) for padrao, frase in FRASES if (a := re.search(padrao, dita, re.S))), None)
        frase = achada[0].format(*filter(None, achada[1].groups())) if achada else f"não se entende: {dita}"
        avisos.append(Aviso(mensagem.get("line", 1), " ".join(frase.split())[:300]))
    return avisos


def _linha(no: nodes.Node) -> int:
    """A linha do nó, ou a de quem o contém."""
    atual: nodes.Node | None = no
    while atual is not None:
        if atual.line:
            return atual.line
        atual = atual.parent
    return 1


class _Conversor:
    """Da árvore do docutils ao Markdown. Cada método ``bloco_`` e ``linha_`` cuida de um nó; dos outros, valem os filhos."""

    def __init__(self, caminho: str, documento: nodes.document, referencias: Referencias | None) -> None:
        self.caminho, self.documento, self.referencias = caminho, documento, referencias
        self.avisos: list[Aviso] = []
        self.linhas: dict[tuple[str, str], int] = {}
        self.titulos: list[nodes.section] = []  # na ordem em que saíram
        self.notas: list[str] = []
        self.nos: dict[str, nodes.Element] = {}
        for no in documento.findall(nodes.Element):
            self.nos |= dict.fromkeys(no["ids"], no)
        self.fundo = 0
        self.primeira: nodes.section | None = None

    def converter(self, primeira: nodes.section | None) -> str:
        """O documento todo; a primeira seção é o artigo, e o título dela já saiu."""
        self.primeira = primeira
        partes = []
        for no in self.documento.children:
            if no is primeira:
                partes.append(self.blocos(no.children[1:]))
            elif not (isinstance(no, nodes.section) and "system-messages" in no["classes"]):
                partes.append(self.bloco(no))
        if self.notas:
            partes += ["**Notas**", *self.notas]
        return "\n\n".join(filter(None, partes)).strip()

    def com_ancoras(self, corpo: str) -> tuple[str, dict[str, str]]:
        """O corpo com as ligações de dentro da página prontas, e a âncora de cada identificador do docutils."""
        saidas = [titulo.ancora for titulo in titulos_do_texto(corpo)]
        de_secao = {id(secao): ancora for secao, ancora in zip(self.titulos, saidas, strict=False)}
        ancoras: dict[str, str] = {}
        for no_id, no in self.nos.items():
            secao = self._secao(no)
            ancoras[no_id] = de_secao.get(id(secao), "") if secao is not None else ""
        return _DE_PASSAGEM.sub(lambda m: f"(#{ancoras.get(m[1], '')})", corpo), ancoras

    def titulo_de(self, no_id: str) -> str:
        """O título da figura, da tabela ou da seção que tem o identificador."""
        no = self.nos.get(no_id)
        if isinstance(no, nodes.figure | nodes.table):
            legenda = next((f for f in no.children if isinstance(f, nodes.caption | nodes.title)), None)
            if legenda is not None:
                return str(legenda.astext())
        secao = self._secao(no)
        return " ".join(secao.children[0].astext().split()) if secao is not None else ""

    def _secao(self, no: nodes.Node | None) -> nodes.section | None:
        while no is not None and not isinstance(no, nodes.section):
            no = no.parent
        return no

    # --- Blocos

    def blocos(self, filhos: Iterable[nodes.Node]) -> str:
        return "\n\n".join(filter(None, (self.bloco(filho) for filho in filhos)))

    def bloco(self, no: nodes.Node) -> str:
        if isinstance(no, nodes.Invisible | nodes.meta | sphinx.arvore):
            return ""
        nome = type(no).__name__
        if nome in ADMOESTACOES:
            return _quadro(ADMOESTACOES[nome], self.blocos(no.children))
        if metodo := getattr(self, f"bloco_{nome}", None):
            return str(metodo(no))
        if isinstance(no, nodes.Inline | nodes.Text):
            return self.linha(no)
        return self.blocos(no.children)

    def bloco_section(self, no: nodes.section) -> str:
        self.fundo += 1
        self.titulos.append(no)
        titulo = "#" * min(6, self.fundo) + " " + self.linhas_de(no.children[0])
        texto = self.blocos(no.children[1:])
        self.fundo -= 1
        return f"{titulo}\n\n{texto}".strip()

    def bloco_paragraph(self, no: nodes.Node) -> str:
        texto = self.linhas_de(no)
        return _NO_COMECO.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", texto)

    def bloco_rubric(self, no: nodes.rubric) -> str:
        return f"**{self.linhas_de(no)}**" if no.children else ""

    def bloco_attribution(self, no: nodes.attribution) -> str:
        return f"— {self.linhas_de(no)}"

    def bloco_bullet_list(self, no: nodes.bullet_list) -> str:
        return self._lista([("- ", self.blocos(item.children)) for item in no.children])

    def bloco_enumerated_list(self, no: nodes.enumerated_list) -> str:
        comeco = no.get("start", 1)
        return self._lista([(f"{n}. ", self.blocos(item.children)) for n, item in enumerate(no.children, comeco)])

    def bloco_definition_list(self, no: nodes.definition_list) -> str:
        itens = []
        for item in no.children:
            termos = ", ".join(f"**{self.linhas_de(t)}**" for t in item.children if isinstance(t, nodes.term))
            qual = "".join(f" ({self.linhas_de(c)})" for c in item.children if isinstance(c, nodes.classifier))
            texto = self.blocos(d for d in item.children if isinstance(d, nodes.definition))
            itens.append(("* ", _rotular(f"{termos}{qual}", texto)))
        return self._lista(itens)

    def bloco_field_list(self, no: nodes.field_list) -> str:
        campos = [(campo.children[0], campo.children[1]) for campo in no.children]
        itens = [_rotular(f"**{self.linhas_de(nome)}**", self.blocos(corpo.children)) for nome, corpo in campos]
        return self._lista([("* ", item) for item in itens])

    def bloco_option_list(self, no: nodes.option_list) -> str:
        itens = []
        for item in no.children:
            opcoes = ", ".join(_em_codigo(opcao.astext()) for opcao in item.children[0].children)
            itens.append(("* ", _rotular(opcoes, self.blocos(item.children[1].children))))
        return self._lista(itens)

    def bloco_literal_block(self, no: nodes.literal_block) -> str:
        linguas: list[str] = [c for c in no["classes"] if c not in {"code", "none", "text", "default"}]
        lingua = linguas[0] if linguas else ""
        return _cercar(no.astext(), lingua)

    def bloco_doctest_block(self, no: nodes.doctest_block) -> str:
        return _cercar(no.astext(), "python")

    def bloco_math_block(self, no: nodes.math_block) -> str:
        self.avisar(no, "fórmula não se desenha, e fica como código")
        return _cercar(no.astext(), "math")

    def bloco_line_block(self, no: nodes.line_block) -> str:
        return "\\\n".join(linha or "\u00a0" for linha in self._versos(no, 0))

    def _versos(self, no: nodes.line_block, fundo: int) -> list[str]:
        versos = []
        for filho in no.children:
            if isinstance(filho, nodes.line_block):
                versos += self._versos(filho, fundo + 1)
            else:
                versos.append("\u00a0" * 4 * fundo + self.bloco_paragraph(filho))
        return versos

    def bloco_block_quote(self, no: nodes.block_quote) -> str:
        return _citar(self.blocos(no.children))

    def bloco_admonition(self, no: nodes.admonition) -> str:
        return _quadro(self.linhas_de(no.children[0]), self.blocos(no.children[1:]))

    def bloco_topic(self, no: nodes.topic) -> str:
        titulo = next((f for f in no.children if isinstance(f, nodes.title)), None)
        texto = self.blocos(f for f in no.children if not isinstance(f, nodes.title))
        return _quadro(self.linhas_de(titulo), texto) if titulo is not None else _citar(texto)

    bloco_sidebar = bloco_topic

    def bloco_transition(self, no: nodes.transition) -> str:
        return "---"

    def bloco_figure(self, no: nodes.figure) -> str:
        legenda = next((f for f in no.children if isinstance(f, nodes.caption)), None)
        for imagem in no.findall(nodes.image):
            if not imagem.get("alt") and legenda is not None:
                imagem["alt"] = legenda.astext()
        partes = [f"*{self.linhas_de(f)}*" if f is legenda else self.bloco(f) for f in no.children]
        return "\n\n".join(filter(None, partes))

    def bloco_image(self, no: nodes.image) -> str:
        return self.linha_image(no)

    def bloco_reference(self, no: nodes.reference) -> str:
        return self.linha_reference(no)

    def bloco_footnote(self, no: nodes.footnote) -> str:
        rotulo = next((f.astext() for f in no.children if isinstance(f, nodes.label)), "")
        texto = self.blocos(f for f in no.children if not isinstance(f, nodes.label))
        self.notas.append(f"\\[{_escapar(rotulo)}\\] {texto}")
        return ""

    bloco_citation = bloco_footnote

    def bloco_system_message(self, no: nodes.system_message) -> str:
        codigo = next((f for f in no.children if isinstance(f, nodes.literal_block)), None)
        recusada = "disabled" in no.astext() or "deactivated" in no.astext()
        return _cercar(codigo.astext(), "") if codigo is not None and not recusada else ""

    def bloco_table(self, no: nodes.table) -> str:
        titulo = next((f"**{self.linhas_de(f)}**" for f in no.children if isinstance(f, nodes.title)), "")
        linhas = self._grade(no)
        if not linhas:
            return titulo
        largura = max(len(linha) for linha in linhas)
        escritas = ["| " + " | ".join([*linha, *[""] * (largura - len(linha))]) + " |" for linha in linhas]
        return "\n\n".join(filter(None, [titulo, "\n".join([escritas[0], "|" + " --- |" * largura, *escritas[1:]])]))

    def _grade(self, no: nodes.table) -> list[list[str]]:
        """As linhas da tabela; a primeira é o cabeçalho. Uma célula que ocupa várias aparece na primeira delas."""
        grade, ocupadas = [], dict[int, int]()
        for fileira in no.findall(nodes.row):
            celulas: list[str] = []
            for entrada in fileira.findall(nodes.entry):
                while ocupadas.get(len(celulas), 0):
                    ocupadas[len(celulas)] -= 1
                    celulas.append("")
                mais, abaixo = entrada.get("morecols", 0), entrada.get("morerows", 0)
                if mais or abaixo:
                    self.avisar(entrada, "célula que ocupa várias fica só na primeira")
                for n in range(mais + 1):
                    if abaixo:
                        ocupadas[len(celulas)] = abaixo
                    celulas.append(self._celula(entrada) if n == 0 else "")
            while ocupadas.get(len(celulas), 0):
                ocupadas[len(celulas)] -= 1
                celulas.append("")
            grade.append(celulas)
        return grade

    def _celula(self, entrada: nodes.Element) -> str:
        if len(entrada.children) > 1 or not all(isinstance(f, nodes.paragraph | nodes.image) for f in entrada.children):
            self.avisar(entrada, "célula com lista ou vários parágrafos fica numa linha só")
        return " ".join(filter(None, map(self._na_celula, entrada.findall()))).replace("|", "\\|")

    def _na_celula(self, no: nodes.Node) -> str:
        if isinstance(no, nodes.literal_block):
            return _em_codigo(" ".join(no.astext().split()))
        if isinstance(no, nodes.paragraph | nodes.caption):
            return self.linhas_de(no)
        return self.linha(no) if isinstance(no, nodes.image) and not _num_paragrafo(no) else ""

    def _lista(self, itens: Sequence[tuple[str, str]]) -> str:
        escritos = [_pendurar(marca, texto) for marca, texto in itens]
        return ("\n\n" if any("\n\n" in texto for _, texto in itens) else "\n").join(escritos)

    def avisar(self, no: nodes.Node, frase: str) -> None:
        """Anota o que não se entendeu, na linha do nó."""
        self.avisos.append(Aviso(_linha(no), frase))

    # --- Linhas

    def linhas_de(self, no: nodes.Node) -> str:
        """O texto do nó, numa linha."""
        return re.sub(r"[ \t\n]+", " ", "".join(self.linha(filho) for filho in no.children)).strip()

    def linha(self, no: nodes.Node) -> str:
        if isinstance(no, nodes.Text):
            return _escapar(no.astext())
        if metodo := getattr(self, f"linha_{type(no).__name__}", None):
            return str(metodo(no))
        return "".join(self.linha(filho) for filho in no.children)

    def linha_strong(self, no: nodes.strong) -> str:
        return f"**{texto}**" if (texto := self.linhas_de(no)) else ""

    def linha_emphasis(self, no: nodes.emphasis) -> str:
        return f"*{texto}*" if (texto := self.linhas_de(no)) else ""

    linha_title_reference = linha_emphasis

    def linha_literal(self, no: nodes.literal) -> str:
        return _em_codigo(" ".join(no.astext().split()))

    linha_math = linha_literal

    def linha_superscript(self, no: nodes.superscript) -> str:
        return _escapar(no.astext().translate(_ALTO))

    def linha_subscript(self, no: nodes.subscript) -> str:
        return _escapar(no.astext().translate(_BAIXO))

    def linha_footnote_reference(self, no: nodes.footnote_reference) -> str:
        return f"\\[{_escapar(no.astext())}\\]"

    linha_citation_reference = linha_footnote_reference

    def linha_problematic(self, no: nodes.problematic) -> str:
        achado = _PAPEL.fullmatch(no.astext())
        return _escapar(achado[1] if achado else no.astext().strip("|"))

    def linha_system_message(self, no: nodes.system_message) -> str:
        return ""

    linha_target = linha_raw = linha_system_message

    def linha_image(self, no: nodes.image) -> str:
        return f"![{_escapar(no.get('alt', ''))}]({self._destino(no, no['uri'])})"

    def linha_reference(self, no: nodes.reference) -> str:
        texto = self.linhas_de(no) if not any(isinstance(f, nodes.image) for f in no.children) else self._so_imagens(no)
        if no.get("refid"):
            return f"[{texto}](#@{no['refid']})" if self._tem_ancora(no["refid"]) else texto
        if not (endereco := no.get("refuri", "")):
            return texto
        if endereco == no.astext() or endereco == f"mailto:{no.astext()}":
            return f"<{no.astext()}>"
        return f"[{texto}]({self._destino(no, endereco)})"

    def _so_imagens(self, no: nodes.reference) -> str:
        return "".join(self.linha_image(f) for f in no.children if isinstance(f, nodes.image))

    def _tem_ancora(self, no_id: str) -> bool:
        secao = self._secao(self.nos.get(no_id))
        return secao is not None and secao is not self.primeira

    def linha_ligacao(self, no: sphinx.ligacao) -> str:
        """``:ref:``, ``:doc:`` e os outros: a ligação, se o que citam existe; senão, o texto."""
        texto, papel, alvo = self.linhas_de(no), no["papel"], no["alvo"]
        if self.referencias is None:
            return texto or _escapar(alvo)
        if papel == "download":
            return f"[{texto or _escapar(alvo)}]({self._destino(no, alvo)})"
        caminho, ancora, titulo = self._achar(papel, alvo)
        if caminho is None:
            self.avisar(no, f"«:{papel}:`{alvo}`» não leva a lugar nenhum")
            return texto or _escapar(alvo)
        texto = texto or _escapar(alvo if papel == "term" else titulo or alvo)
        daqui = "" if caminho == self.caminho else relpath(caminho, dirname(self.caminho) or ".")
        if not daqui and not ancora:
            return texto
        return f"[{texto}]({self._destino(no, daqui + ('#' + ancora if ancora else ''))})"

    def _achar(self, papel: str, alvo: str) -> tuple[str | None, str, str]:
        """O caminho, a âncora e o título do que se cita."""
        assert self.referencias is not None
        if papel in {"doc", "any"}:
            for extensao in (".rst", ".md", ""):
                partido = alvo.lstrip("/") if alvo.startswith("/") else join(dirname(self.caminho), alvo)
                if (caminho := normpath(partido) + extensao) in self.referencias.titulos:
                    return caminho, "", self.referencias.titulos[caminho]
        if papel in {"term", "any"} and (caminho := self.referencias.termos.get(alvo.casefold(), "")):
            return caminho, "", alvo
        rotulo = self.referencias.rotulos.get(nodes.fully_normalize_name(alvo))
        return (
            (rotulo.caminho, rotulo.ancora, rotulo.titulo)
            if rotulo and papel in {"ref", "numref", "any"}
            else (None, "", "")
        )

    def _destino(self, no: nodes.Node, destino: str) -> str:
        escrito = f"<{destino}>" if re.search(r"[\s()]", destino) else destino
        for ligacao in ligacoes_do_texto(f"[x]({escrito})"):
            self.linhas.setdefault((ligacao.destino, ""), _linha(no))
        return escrito


def _num_paragrafo(no: nodes.Node | None) -> bool:
    while no is not None and not isinstance(no, nodes.entry):
        if isinstance(no, nodes.paragraph | nodes.caption):
            return True
        no = no.parent
    return False


def _escapar(texto: str) -> str:
    """O texto sem nada que o Markdown leia como marca."""
    return _ESPECIAIS.sub(lambda m: f"\\{m[0]}", texto)


def _em_codigo(texto: str) -> str:
    cerca = "`" * (max((len(m) for m in re.findall("`+", texto)), default=0) + 1)
    folga = " " if texto.startswith("`") or texto.endswith("`") else ""
    return f"{cerca}{folga}{texto}{folga}{cerca}" if texto else ""


def _cercar(texto: str, lingua: str) -> str:
    cerca = "`" * max(3, max((len(m) for m in re.findall("`+", texto)), default=0) + 1)
    return f"{cerca}{lingua}\n{texto.rstrip()}\n{cerca}"


def _citar(texto: str) -> str:
    return "\n".join(f"> {linha}".rstrip() for linha in texto.split("\n"))


def _pendurar(marca: str, texto: str) -> str:
    primeira, *outras = texto.split("\n")
    recuo = " " * len(marca)
    return "\n".join([(marca + primeira).rstrip(), *((recuo + linha).rstrip() for linha in outras)])


def _rotular(rotulo: str, texto: str) -> str:
    """O rótulo e o texto: na mesma linha, se o texto começa por um parágrafo."""
    if not texto:
        return rotulo
    return f"{rotulo}\n\n{texto}" if re.match(r"(?:[-*+] |[>#|]|\d+\. |```|!\[)", texto) else f"{rotulo}: {texto}"


def _quadro(titulo: str, texto: str) -> str:
    return _citar(_rotular(f"**{titulo}**", texto))
