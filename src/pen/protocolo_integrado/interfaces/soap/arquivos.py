"""Arquivos de remessa: XML (``ListaDocumentos`` ou o envelope inteiro) e CSV (uma linha por movimento). Sem Django."""

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree

from pen.comum.errors import ErroDeDominio
from pen.comum.planilha import abrir_csv
from pen.comum.tempo import BRASILIA
from pen.protocolo_integrado.errors import DocumentoRecusado
from pen.protocolo_integrado.interfaces.soap import mensagens
from pen.protocolo_integrado.services.conferencia import conferir_documento
from pen.protocolo_integrado.values import DocumentoRecebido, InteressadoRecebido, MovimentoRecebido

HORA_LEGAL = datetime(1914, 1, 1, tzinfo=BRASILIA)
COLUNAS_OBRIGATORIAS = ("protocolo", "data_producao", "especie", "assunto")
_DATAS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


class ArquivoInvalido(ErroDeDominio):
    """O arquivo não pode ser lido como remessa; a mensagem diz por quê."""

    codigo = "arquivo-invalido"


@dataclass(frozen=True, slots=True)
class Problema:
    """Um problema do arquivo: a linha (a partir de 1) e o motivo."""

    linha: int
    motivo: str


@dataclass(frozen=True, slots=True)
class DocumentoDeArquivo:
    """Um documento do arquivo e a linha em que começa."""

    linha: int
    recebido: DocumentoRecebido

    @property
    def xml(self) -> str:
        """O elemento ``Documento``, pronto para enviar."""
        return mensagens.documento_em_xml(self.recebido)


def ler_documentos(arquivo: Path) -> Iterator[DocumentoDeArquivo]:
    """Os documentos do arquivo, na ordem; o XML é lido aos poucos, a memória não cresce com o arquivo.

    Levanta:
        ArquivoInvalido: não é XML nem CSV de remessa; diz a linha.
    """
    return _do_csv(arquivo) if arquivo.suffix.lower() == ".csv" else _do_xml(arquivo)


def conferir_arquivo(arquivo: Path, *, agora: datetime) -> tuple[int, list[Problema]]:
    """Quantos documentos há e o que há de errado neles, por linha: primeiro o esquema, depois as regras do contrato."""
    problemas = [] if arquivo.suffix.lower() == ".csv" else _problemas_do_esquema(arquivo)
    recusas: list[Problema] = []
    comecos: list[int] = []
    for documento in ler_documentos(arquivo):
        comecos.append(documento.linha)
        try:
            conferir_documento(documento.recebido, agora=agora)
        except DocumentoRecusado as erro:
            recusas.append(Problema(documento.linha, erro.mensagem))
    # o documento que já tem problema de esquema não precisa dizer o mesmo de outro jeito
    com_problema = {comecos[bisect_right(comecos, p.linha) - 1] for p in problemas if comecos and p.linha >= comecos[0]}
    problemas += [p for p in recusas if p.linha not in com_problema]
    return len(comecos), sorted(problemas, key=lambda p: p.linha)


def _do_xml(arquivo: Path) -> Iterator[DocumentoDeArquivo]:
    try:
        eventos = etree.iterparse(
            str(arquivo), events=("end",), tag="{*}Documento", resolve_entities=False, no_network=True, load_dtd=False,
            huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        for _, elemento in eventos:
            if elemento.getroottree().docinfo.doctype:
                raise ArquivoInvalido("DOCTYPE não é aceito.")
            recebido = mensagens.ler_documento(elemento)
            yield DocumentoDeArquivo(elemento.sourceline or 0, replace(recebido, bruto=str))
            elemento.clear()
            while elemento.getprevious() is not None:
                del elemento.getparent()[0]
    except etree.XMLSyntaxError as erro:
        raise ArquivoInvalido(f"XML malformado na linha {erro.lineno}: {mensagens.motivo_do_erro(erro)}.") from None
    except OSError as erro:
        raise ArquivoInvalido(f"Não consegui ler {arquivo.name}: {erro.strerror}.") from erro


def _do_csv(arquivo: Path) -> Iterator[DocumentoDeArquivo]:
    """Junta as linhas do mesmo protocolo, mesmo separadas; os dados do documento são os da primeira."""
    documentos: dict[str, DocumentoDeArquivo] = {}
    with abrir_csv(arquivo) as linhas:
        if faltam := [c for c in COLUNAS_OBRIGATORIAS if c not in (linhas.fieldnames or [])]:
            raise ArquivoInvalido(f"Faltam as colunas: {', '.join(faltam)}. Veja docs/contratos/arquivo-de-remessa.md.")
        try:
            for linha in linhas:
                _juntar_linha(
                    documentos,
                    {k: (v or "").strip() for k, v in linha.items() if isinstance(v, str | None)},
                    linhas.line_num,
                )
        except csv.Error as erro:
            raise ArquivoInvalido(f"CSV malformado na linha {linhas.line_num}: {erro}.") from erro
    yield from documentos.values()


def _juntar_linha(documentos: dict[str, DocumentoDeArquivo], linha: dict[str, str], n: int) -> None:
    if not any(linha.values()):
        return
    protocolo = linha["protocolo"]
    if protocolo not in documentos:
        recebido = DocumentoRecebido(
            protocolo=protocolo, produzido_em=_data(linha["data_producao"]), especie=linha["especie"], assunto=linha["assunto"],
            identificacao=linha.get("identificacao") or None, relacionados=_partes(linha.get("relacionados")),
            interessados=[InteressadoRecebido(nome) for nome in _partes(linha.get("interessados"))], movimentos=[],
        )  # fmt: skip
        documentos[protocolo] = DocumentoDeArquivo(n, recebido)
    if linha.get("movimento_data") or linha.get("movimento_operacao"):
        movimento = MovimentoRecebido(
            _data(linha.get("movimento_data", "")), linha.get("movimento_unidade", ""), linha.get("movimento_operacao", "")
        )
        movimentos = documentos[protocolo].recebido.movimentos
        assert isinstance(movimentos, list)
        movimentos.append(movimento)


def _partes(texto: str | None) -> list[str]:
    return [parte.strip() for parte in (texto or "").split("|") if parte.strip()]


def _data(texto: str) -> str:
    """``dd/mm/aaaa [hh:mm[:ss]]`` ou ``aaaa-mm-dd``, no horário de Brasília, como xs:dateTime; o resto fica como está."""
    for formato in _DATAS:
        try:
            instante = datetime.strptime(texto, formato).replace(tzinfo=BRASILIA)
        except ValueError:
            continue
        if instante < HORA_LEGAL:  # antes dela o fuso tem segundos, que o xs:dateTime não aceita
            instante = instante.replace(tzinfo=timezone(timedelta(hours=-3)))
        return instante.isoformat()
    return texto


def _problemas_do_esquema(arquivo: Path) -> list[Problema]:
    try:
        raiz = mensagens.ler_xml(arquivo.read_bytes())
    except ErroDeDominio as erro:
        raise ArquivoInvalido(erro.mensagem.partition(" - ")[2] or erro.mensagem) from None
    lista = next(raiz.iter("{*}ListaDocumentos"), None)
    if lista is None:
        raise ArquivoInvalido("O arquivo não tem o elemento ListaDocumentos.")
    esquema = _esquema()
    esquema.validate(lista)
    return [Problema(erro.line, _em_portugues(erro.message)) for erro in esquema.error_log]  # type: ignore[attr-defined]


@cache
def _esquema() -> etree.XMLSchema:
    texto = files("pen.protocolo_integrado.interfaces.soap").joinpath("lista-documentos.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(texto))


_ELEMENTO, _ESPERADO = r"Element '([^']+)': ", r"Expected is (?:one of )?\(\s*(.+?)\s*\)\."
_TRADUCOES = [
    (_ELEMENTO + r"This element is not expected\. " + _ESPERADO, r"\1 está fora do lugar; aqui se espera \2."),
    (_ELEMENTO + r"This element is not expected\.", r"\1 não faz parte deste ponto da remessa."),
    (_ELEMENTO + r"Missing child element\(s\)\. " + _ESPERADO, r"Em \1 falta \2."),
    (
        _ELEMENTO + r"'(.*)' is not a valid value of the atomic type 'xs:dateTime'\.",
        r"\1 «\2» não é data e hora válida (AAAA-MM-DDThh:mm:ss-03:00).",
    ),
    (_ELEMENTO + r"\[facet 'pattern'\].*", r"\1 veio vazio."),
    (_ELEMENTO + r"'.*' is not a valid value of the atomic type 'TextoObrigatorio'\.", r"\1 veio vazio."),
    (_ELEMENTO + r"No matching global declaration available.*", r"\1 não é uma lista de remessa."),
    (_ELEMENTO + r".*", r"\1 não segue o esquema da remessa."),
]


def _em_portugues(mensagem: str) -> str:
    for padrao, frase in _TRADUCOES:
        if re.fullmatch(padrao, mensagem, re.DOTALL):
            return re.sub(padrao, frase, mensagem, flags=re.DOTALL)
    return "Não segue o esquema da remessa."
