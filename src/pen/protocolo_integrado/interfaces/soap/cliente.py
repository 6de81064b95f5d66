"""O cliente do serviço SOAP: o que os órgãos sem SEI usam (``pen remessa enviar``). Não usa o Django."""

import ssl
from pathlib import Path
from types import TracebackType

import httpx
from lxml import etree

from pen.comum.errors import ErroDeDominio
from pen.protocolo_integrado.interfaces.soap import mensagens

ESPERA_MAXIMA = 120.0  # segundos por resposta


class FalhaDoServico(ErroDeDominio):
    """O serviço recusou ou não respondeu. ``negocial``: reenviar igual dará no mesmo; senão, vale tentar de novo."""

    codigo = "falha-do-servico"

    def __init__(self, mensagem: str, *, negocial: bool) -> None:
        super().__init__(mensagem)
        self.negocial = negocial


class ClienteSoap:
    """Uma conexão com o serviço de um endereço, como um órgão.

    ``url`` é o endereço do serviço, com ou sem ``?wsdl``; ``autoridade`` é um arquivo PEM de certificados confiáveis,
    para instalações de teste.
    """

    def __init__(self, url: str, *, orgao: str, senha: str, autoridade: Path | None = None) -> None:
        self.url = url.partition("?")[0]
        try:
            confianca = ssl.create_default_context(cafile=str(autoridade)) if autoridade else True
        except (ssl.SSLError, OSError) as erro:
            raise FalhaDoServico(f"{autoridade} não tem certificados em PEM.", negocial=False) from erro
        self._http = httpx.Client(auth=(orgao, senha), timeout=ESPERA_MAXIMA, verify=confianca)

    def __enter__(self) -> "ClienteSoap":
        return self

    def __exit__(self, tipo: type[BaseException] | None, erro: BaseException | None, rastro: TracebackType | None) -> None:
        self._http.close()

    def maximo(self) -> int:
        """Quantos documentos o serviço aceita por vez.

        Levanta:
            FalhaDoServico: não respondeu, ou recusou a credencial.
        """
        texto = self._chamar(mensagens.pedido_do_maximo()).findtext(".//NumeroMaximoDocumentos") or ""
        if not texto.isdecimal() or int(texto) < 1:
            raise FalhaDoServico("O serviço não disse quantos documentos aceita por vez.", negocial=False)
        return int(texto)

    def enviar(self, documentos: list[str]) -> list[str]:
        """Envia elementos ``Documento`` e devolve o resultado de cada um, na ordem (``Ok!`` é aceito).

        Levanta:
            FalhaDoServico: a remessa inteira foi recusada, ou não há uma resposta por documento.
        """
        resposta = self._chamar(mensagens.pedido_do_envio(documentos))
        resultados = [r.text or "" for r in resposta.iterfind(".//ResultadoDocumento/Resultado")]
        if len(resultados) != len(documentos):
            raise FalhaDoServico(
                f"O serviço respondeu {len(resultados)} resultados para {len(documentos)} documentos.", negocial=False
            )
        return resultados

    def _chamar(self, envelope: bytes) -> etree._Element:
        cabecalhos = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
        try:
            resposta = self._http.post(self.url, content=envelope, headers=cabecalhos)
            raiz = mensagens.ler_xml(resposta.content)
        except httpx.InvalidURL as erro:
            raise FalhaDoServico(f"«{self.url}» não é um endereço.", negocial=False) from erro
        except httpx.HTTPError as erro:
            raise FalhaDoServico(
                f"Não consegui falar com {self.url}: {erro or type(erro).__name__}.", negocial=False
            ) from erro
        except ErroDeDominio as erro:
            raise FalhaDoServico(f"{self.url} respondeu {resposta.status_code} sem SOAP.", negocial=False) from erro
        if (falha := raiz.find(f".//{{{mensagens.ENVELOPE}}}Fault")) is not None:
            frase = falha.findtext("faultstring") or "sem explicação"
            raise FalhaDoServico(frase, negocial="NF00" in frase)
        return raiz
