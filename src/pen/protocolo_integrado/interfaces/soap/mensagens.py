"""Mensagens SOAP 1.1: do XML aos documentos recebidos, e dos resultados ao XML. Não usa o Django."""

import re
from functools import partial
from xml.sax.saxutils import escape

from lxml import etree

from pen.protocolo_integrado.errors import RemessaRecusada
from pen.protocolo_integrado.values import (
    DOCUMENTOS_LIDOS_MAXIMO,
    DocumentoRecebido,
    InteressadoRecebido,
    Movimento,
    MovimentoRecebido,
    ResultadoDocumento,
)

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICO = "http://endpoint.ws.protocolo.gov.br/"
CONSULTAR_MAXIMO = "getQuantidadeMaximaDocumentosPorRequisicao"
ENVIAR_LISTA = "enviarListaDocumentos"

_PROIBIDOS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCIA = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));")
_CODIFICACOES = {
    "utf-8",
    "utf8",
    "utf-16",
    "us-ascii",
    "ascii",
    "iso-8859-1",
    "iso-8859-15",
    "latin1",
    "windows-1252",
    "cp1252",
}
_DECLARACAO = re.compile(rb"\s*<\?xml[^>]{0,200}?\?>")
_CODIFICACAO = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
MARCAS_MAXIMO = 1_000_000  # sinais «<»: cada um vira até dois nós de 120 bytes na árvore
_MENSAGEM_DO_ERRO = re.compile(r", line \d+, column \d+.*", re.DOTALL)


def ler_mensagem(corpo: bytes) -> tuple[str, list[DocumentoRecebido]]:
    """A operação pedida e, no envio, os documentos na ordem em que vieram.

    Um caractere que o XML proíbe não derruba a mensagem: vira U+FFFD, e só o documento que o contém será recusado.

    Levanta:
        RemessaRecusada: não é XML, tem DOCTYPE, não é um envelope SOAP 1.1, ou a operação não existe.
    """
    if (marcas := corpo.count(b"<")) > MARCAS_MAXIMO:
        raise RemessaRecusada(f"A mensagem tem {marcas} marcas XML; o máximo é {MARCAS_MAXIMO}. Envie menos documentos.")
    raiz = ler_xml(corpo)
    corpo_soap = next((e for e in raiz if e.tag == f"{{{ENVELOPE}}}Body"), None)
    if raiz.tag != f"{{{ENVELOPE}}}Envelope" or corpo_soap is None:
        raise RemessaRecusada("A mensagem não é um envelope SOAP 1.1.")
    pedido = next((e for e in corpo_soap if isinstance(e.tag, str)), None)
    operacao = "" if pedido is None else _local(pedido)
    if operacao == CONSULTAR_MAXIMO:
        return operacao, []
    if operacao == ENVIAR_LISTA and pedido is not None:
        lista = next((e for e in pedido if _local(e) == "ListaDocumentos"), None)
        return operacao, [] if lista is None else ler_lista(lista)
    raise RemessaRecusada(f"Operação desconhecida; use {CONSULTAR_MAXIMO} ou {ENVIAR_LISTA}.")


def ler_lista(lista: etree._Element) -> list[DocumentoRecebido]:
    """Os documentos de um elemento ``ListaDocumentos``; elementos desconhecidos são ignorados."""
    quantos = sum(1 for _ in lista.iterchildren("{*}Documento"))
    if quantos > DOCUMENTOS_LIDOS_MAXIMO:
        return [DocumentoRecebido()] * quantos
    return [ler_documento(e) for e in lista.iterchildren("{*}Documento")]


def ler_xml(corpo: bytes) -> etree._Element:
    """Lê XML vindo de fora: sem DOCTYPE, sem entidades, sem rede, com profundidade e textos limitados."""
    try:
        raiz = _analisar(corpo)
    except etree.XMLSyntaxError as erro:
        try:
            raiz = _analisar(_reparar(corpo))
        except (etree.XMLSyntaxError, LookupError):
            linha, coluna = erro.position
            raise RemessaRecusada(f"XML malformado na linha {linha}, coluna {coluna}: {motivo_do_erro(erro)}.") from None
    if raiz.getroottree().docinfo.doctype:  # type: ignore[attr-defined]
        raise RemessaRecusada("DOCTYPE não é aceito.")
    return raiz


def motivo_do_erro(erro: etree.XMLSyntaxError) -> str:
    """O motivo que o analisador deu, sem a posição."""
    return _MENSAGEM_DO_ERRO.sub("", erro.msg or "")[:200]


def _analisar(corpo: bytes) -> etree._Element:
    analisador = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(corpo, analisador)


def _reparar(corpo: bytes) -> bytes:
    """Troca por U+FFFD o que não é texto. Levanta ``LookupError`` se a codificação declarada não é das conhecidas."""
    declaracao = _DECLARACAO.match(corpo)
    declarada = _CODIFICACAO.search(declaracao[0]) if declaracao else None
    codificacao = declarada[1].decode().lower() if declarada else "utf-8"
    if codificacao not in _CODIFICACOES:
        raise LookupError(codificacao)
    texto = corpo[declaracao.end() if declaracao else 0 :].decode(codificacao, "replace")
    texto = _REFERENCIA.sub(_sem_referencia_proibida, _PROIBIDOS.sub("\ufffd", texto))
    return texto.lstrip("\ufeff").encode()


def _sem_referencia_proibida(achado: re.Match[str]) -> str:
    digitos = (achado[1] or achado[2]).lstrip("0")
    ponto = int(digitos or "0", 16 if achado[1] else 10) if len(digitos) <= 8 else 0
    proibida = not 0 < ponto <= 0x10FFFF or _PROIBIDOS.match(chr(ponto))
    return "\ufffd" if proibida else achado[0]


def _local(elemento: etree._Element) -> str:
    tag = elemento.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _texto(elemento: etree._Element) -> str:
    return "".join(map(str, elemento.itertext())) if len(elemento) else elemento.text or ""


def ler_documento(elemento: etree._Element) -> DocumentoRecebido:
    """Um elemento ``Documento``; repetido um elemento simples, vale o primeiro."""
    textos: dict[str, str] = {}
    relacionados: list[str | None] = []
    interessados: list[InteressadoRecebido] = []
    movimentos: list[Movimento] = []
    for filho in elemento:
        tag = filho.tag
        match nome := tag if type(tag) is str and tag[0] != "{" else _local(filho):
            case "ListaProtocolosRelacionados":
                relacionados += [_texto(r) for r in filho.iterchildren("{*}ProtocoloRelacionado")]
            case "ListaInteressados":
                interessados += [
                    InteressadoRecebido(_filhos(i).get("NomeInteressado")) for i in filho.iterchildren("{*}Interessado")
                ]
            case "Historico":
                movimentos += _movimentos(filho)
            case _:
                textos.setdefault(nome, _texto(filho))
    return DocumentoRecebido(
        protocolo=textos.get("Protocolo"), produzido_em=textos.get("DataHoraProducao"), especie=textos.get("Especie"),
        assunto=textos.get("Assunto"), identificacao=textos.get("IdentificacaoDocumento"), relacionados=relacionados,
        interessados=interessados, movimentos=movimentos, bruto=partial(_bruto, elemento),
    )  # fmt: skip


def _filhos(elemento: etree._Element) -> dict[str, str]:
    return {f.tag.rpartition("}")[2]: (f.text or "") if not len(f) else _texto(f) for f in elemento}


# Um movimento como o contrato o escreve.
_MOVIMENTO = re.compile(
    "<ItemHistorico><DataHoraOperacao>([^<]*)</DataHoraOperacao><UnidadeOperacao>([^<]*)</UnidadeOperacao>"
    "<Operacao>([^<]*)</Operacao></ItemHistorico>"
)
_MARCAS_DO_MOVIMENTO = 8


def _movimentos(historico: etree._Element) -> list[Movimento]:
    """Os movimentos de um ``Historico``.

    O analisador o reescreve de uma forma só (sem comentários, CDATA nem prefixos à toa), e uma expressão lê dela todos os que
    seguem o contrato, sem criar um objeto por elemento. Se sobrar outra marca ou um caractere escapado, lê-se elemento a elemento.
    """
    escrito = etree.tostring(historico, encoding="unicode", with_tail=False)
    movimentos: list[Movimento] = _MOVIMENTO.findall(escrito)
    if escrito.count("<") == _MARCAS_DO_MOVIMENTO * len(movimentos) + 2 and "&" not in escrito:
        return movimentos
    return [_movimento(m) for m in historico.iterchildren("{*}ItemHistorico")]


def _movimento(elemento: etree._Element) -> Movimento:
    campos = _filhos(elemento)
    return MovimentoRecebido(campos.get("DataHoraOperacao"), campos.get("UnidadeOperacao"), campos.get("Operacao"))


def _bruto(elemento: etree._Element) -> str:
    return etree.tostring(elemento, encoding="unicode", with_tail=False)


def documento_em_xml(d: DocumentoRecebido) -> str:
    """O elemento ``Documento`` de um documento recebido, na ordem do contrato; o que é ``None`` não aparece."""
    relacionados = "".join(_elemento("ProtocoloRelacionado", r) for r in d.relacionados)
    interessados = "".join(
        f"<Interessado>{_elemento('NomeInteressado', i.nome or '')}</Interessado>" for i in d.interessados
    )
    movimentos = "".join(
        f"<ItemHistorico>{_elemento('DataHoraOperacao', quando)}{_elemento('UnidadeOperacao', unidade or '')}"
        f"{_elemento('Operacao', operacao or '')}</ItemHistorico>"
        for quando, unidade, operacao in d.movimentos
    )
    return (
        f"<Documento>{_elemento('Protocolo', d.protocolo)}{_elemento('DataHoraProducao', d.produzido_em)}"
        f"{_elemento('Especie', d.especie)}{_elemento('Assunto', d.assunto)}"
        f"{_elemento('IdentificacaoDocumento', d.identificacao or None)}"
        + (f"<ListaProtocolosRelacionados>{relacionados}</ListaProtocolosRelacionados>" if relacionados else "")
        + (f"<ListaInteressados>{interessados}</ListaInteressados>" if interessados else "")
        + f"<Historico>{movimentos}</Historico></Documento>"
    )


def pedido_do_maximo() -> bytes:
    """O envelope do pedido de ``getQuantidadeMaximaDocumentosPorRequisicao``."""
    return _envelope(f'<ns:{CONSULTAR_MAXIMO} xmlns:ns="{SERVICO}"/>')


def pedido_do_envio(documentos: list[str]) -> bytes:
    """O envelope do envio de elementos ``Documento`` já escritos."""
    lista = "".join(documentos)
    return _envelope(
        f'<ns:{ENVIAR_LISTA} xmlns:ns="{SERVICO}"><ListaDocumentos>{lista}</ListaDocumentos></ns:{ENVIAR_LISTA}>'
    )


def resposta_do_maximo(quantidade: int) -> bytes:
    """O envelope da resposta de ``getQuantidadeMaximaDocumentosPorRequisicao``."""
    return _envelope(
        f'<ns:{CONSULTAR_MAXIMO}Response xmlns:ns="{SERVICO}"><NumeroMaximoDocumentos>{quantidade}</NumeroMaximoDocumentos>'
        f"</ns:{CONSULTAR_MAXIMO}Response>"
    )


def resposta_do_envio(resultados: list[ResultadoDocumento]) -> bytes:
    """Um ``ResultadoDocumento`` por documento, na mesma ordem; aceito é exatamente ``Ok!``."""
    itens = "".join(
        f"<ResultadoDocumento><Protocolo>{_xml(r.protocolo)}</Protocolo><Resultado>{_xml(r.mensagem)}</Resultado>"
        "</ResultadoDocumento>"
        for r in resultados
    )
    return _envelope(f'<ns:{ENVIAR_LISTA}Response xmlns:ns="{SERVICO}">{itens}</ns:{ENVIAR_LISTA}Response>')


def falha(mensagem: str, *, codigo: str = "", do_cliente: bool = True) -> bytes:
    """Um SOAP Fault. Com ``codigo`` (NF00…) é erro negocial e leva ``detail/NegocioFault/mensagemFault``.

    O cliente dos órgãos procura o código no ``faultstring``: a mensagem deve começar por ele.
    """
    detalhe = (
        f'<detail><ns:NegocioFault xmlns:ns="{SERVICO}"><codigoFault>{_xml(codigo)}</codigoFault>'
        f"<mensagemFault>{_xml(mensagem)}</mensagemFault></ns:NegocioFault></detail>"
        if codigo
        else ""
    )
    lado = "Client" if do_cliente else "Server"
    return _envelope(
        f"<soap:Fault><faultcode>soap:{lado}</faultcode><faultstring>{_xml(mensagem)}</faultstring>{detalhe}</soap:Fault>"
    )


def _elemento(nome: str, valor: str | None) -> str:
    return "" if valor is None else f"<{nome}>{_xml(valor)}</{nome}>"


def _envelope(corpo: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soap:Envelope xmlns:soap="{ENVELOPE}"><soap:Body>{corpo}</soap:Body></soap:Envelope>'
    ).encode()


def _xml(texto: str) -> str:
    return escape(_PROIBIDOS.sub("\ufffd", texto))
