"""``pen remessa``: o cliente dos órgãos que não têm SEI. Não precisa de banco nem de instalação."""

import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

import click
from tqdm import tqdm

from pen.protocolo_integrado.interfaces.soap.arquivos import DocumentoDeArquivo, conferir_arquivo, ler_documentos
from pen.protocolo_integrado.interfaces.soap.cliente import ClienteSoap, FalhaDoServico

ACEITO = "Ok!"
TENTATIVAS = 5
ARQUIVO = click.Path(exists=True, dir_okay=False, path_type=Path)
BARRA = "{desc} {percentage:3.0f}% |{bar}| {n_fmt} de {total_fmt} documentos, {rate_fmt}, faltam {remaining}"


@click.group("remessa")
def comando() -> None:
    """Remessas ao Protocolo Integrado, a partir de arquivos XML ou CSV."""


@comando.command("conferir")
@click.argument("arquivo", type=ARQUIVO)
@click.option("--json", "em_json", is_flag=True)
def conferir(arquivo: Path, em_json: bool) -> int:
    """Confere ARQUIVO sem enviar nada: diz a linha e o motivo de cada problema. Sai com 1 se houver algum."""
    documentos, problemas = conferir_arquivo(arquivo, agora=datetime.now(UTC))
    if em_json:
        lista = [{"linha": p.linha, "motivo": p.motivo} for p in problemas]
        click.echo(json.dumps({"documentos": documentos, "problemas": lista}, ensure_ascii=False, indent=1))
    else:
        for p in problemas:
            click.echo(f"{arquivo.name}, linha {p.linha}: {p.motivo}")
        click.echo(f"{documentos} documentos, {len(problemas)} problemas.")
    return 1 if problemas else 0


@comando.command("enviar")
@click.argument("arquivo", type=ARQUIVO)
@click.option("--para", "url", required=True, help="Endereço do serviço, como https://…/ProtocoloWS/integradorService")
@click.option("--orgao", required=True, help="Código do órgão (o usuário da credencial).")
@click.option("--senha-arquivo", required=True, type=ARQUIVO, help="Arquivo que contém só a senha.")
@click.option("--autoridade", type=ARQUIVO, help="Certificados confiáveis em PEM, para instalações de teste.")
@click.option("--do-inicio", is_flag=True, help="Reenvia também o que já foi aceito antes.")
@click.option("--json", "em_json", is_flag=True)
def enviar(
    arquivo: Path, url: str, orgao: str, senha_arquivo: Path, autoridade: Path | None, do_inicio: bool, em_json: bool
) -> int:
    """Envia ARQUIVO em lotes. Se parar no meio, rode de novo: continua de onde estava.

    O que foi aceito fica anotado ao lado do arquivo, em ARQUIVO.enviados. Sai com 1 se algum documento foi recusado.
    """
    diario = Diario(arquivo.with_name(f"{arquivo.name}.enviados"), url=url, orgao=orgao, do_inicio=do_inicio)
    total = sum(1 for _ in ler_documentos(arquivo))
    aceitos = pulados = 0
    recusas: list[dict[str, object]] = []
    with (
        ClienteSoap(url, orgao=orgao, senha=_senha(senha_arquivo), autoridade=autoridade) as cliente,
        tqdm(total=total, desc="Enviando", unit=" documentos", bar_format=BARRA, disable=em_json or None) as barra,
    ):
        for lote in _lotes(ler_documentos(arquivo), cliente.maximo()):
            faltam = [d for d in lote if not diario.aceitou(d.xml)]
            pulados += len(lote) - len(faltam)
            resultados = _insistir(cliente, [d.xml for d in faltam]) if faltam else []
            for documento, resultado in zip(faltam, resultados, strict=True):
                if resultado == ACEITO:
                    aceitos += 1
                    diario.anotar(documento.xml)
                else:
                    recusa: dict[str, object] = {
                        "linha": documento.linha,
                        "protocolo": documento.recebido.protocolo,
                        "motivo": resultado,
                    }
                    recusas.append(recusa)
            diario.gravar()
            barra.update(len(lote))
    _relatar(arquivo, aceitos, pulados, recusas, em_json)
    return 1 if recusas else 0


def _senha(arquivo: Path) -> str:
    try:
        return arquivo.read_text().strip()
    except (OSError, UnicodeDecodeError) as erro:
        raise click.ClickException(f"Não consegui ler a senha em {arquivo}.") from erro


class Diario:
    """O que já foi aceito, por conteúdo: um resumo por linha, gravado em disco a cada lote."""

    def __init__(self, caminho: Path, *, url: str, orgao: str, do_inicio: bool) -> None:
        self.caminho, self._sal = caminho, f"{url}\0{orgao}\0"
        self._novos: list[str] = []
        try:
            caminho.open("a").close()
            lidos = [] if do_inicio else caminho.read_text(errors="replace").split()
        except OSError as erro:
            raise click.ClickException(f"Não consigo anotar os envios em {caminho}: {erro.strerror}.") from erro
        self._aceitos = set(lidos)

    def aceitou(self, xml: str) -> bool:
        """Se este mesmo conteúdo já foi aceito neste endereço, por este órgão."""
        return self._resumir(xml) in self._aceitos

    def anotar(self, xml: str) -> None:
        """Anota um conteúdo aceito; vale depois de ``gravar``."""
        self._novos.append(self._resumir(xml))

    def gravar(self) -> None:
        """Leva ao disco o que foi anotado."""
        with self.caminho.open("a") as arquivo:
            arquivo.writelines(f"{resumo}\n" for resumo in self._novos)
        self._aceitos.update(self._novos)
        self._novos.clear()

    def _resumir(self, xml: str) -> str:
        return sha256((self._sal + xml).encode()).hexdigest()


def _lotes(documentos: Iterable[DocumentoDeArquivo], tamanho: int) -> Iterator[list[DocumentoDeArquivo]]:
    iterador = iter(documentos)
    while lote := list(islice(iterador, tamanho)):
        yield lote


def _insistir(cliente: ClienteSoap, documentos: list[str]) -> list[str]:
    """Envia; se o serviço não responde, espera (1, 2, 4, 8 s) e tenta de novo."""
    for tentativa in range(TENTATIVAS):
        try:
            return cliente.enviar(documentos)
        except FalhaDoServico as erro:
            if erro.negocial or tentativa == TENTATIVAS - 1:
                raise
            time.sleep(2**tentativa)
    raise AssertionError


def _relatar(arquivo: Path, aceitos: int, pulados: int, recusas: list[dict[str, object]], em_json: bool) -> None:
    if em_json:
        resumo = {"aceitos": aceitos, "ja_enviados": pulados, "recusados": recusas}
        click.echo(json.dumps(resumo, ensure_ascii=False, indent=1))
        return
    for r in recusas:
        click.echo(f"{arquivo.name}, linha {r['linha']}, protocolo {r['protocolo']}: {r['motivo']}")
    click.echo(f"{aceitos} aceitos, {pulados} já enviados antes, {len(recusas)} recusados.")
