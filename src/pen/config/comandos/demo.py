"""``pen demo``: instala, carrega e serve a demonstração. Os casos entram pelo serviço SOAP, como um órgão os enviaria."""

import csv
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import click
import httpx
from django.conf import settings
from django.utils import timezone
from tqdm import tqdm

from pen.atendimento import public as atendimento
from pen.comum.errors import ErroDeDominio
from pen.config.comandos.preparar import preparar
from pen.config.comandos.servir import exigir_porta_livre
from pen.conhecimento.public import importar_artigos
from pen.correio import public as correio
from pen.identidade.public import (
    Ambiente,
    Orgao,
    OrgaoNaoEncontrado,
    OrigemDoCodigo,
    Papel,
    achar_orgao,
    consultar_orgao,
    convidar_pelo_cpf,
    criar_credencial,
    criar_orgao,
    pessoa_do_cpf,
)
from pen.nup.public import cadastrar_exemplo
from pen.participen import public as participen
from pen.protocolo_integrado.interfaces.soap.cliente import ClienteSoap
from pen.protocolo_integrado.interfaces.soap.mensagens import documento_em_xml
from pen.protocolo_integrado.public import DocumentoRecebido, MovimentoRecebido

PROCESSO_DE_EXEMPLO = "50650.001658/2017-17"
ORGAO_DE_EXEMPLO, UNIDADE_DE_EXEMPLO = "ANTT", "50650"
MANUAIS = settings.RAIZ / "docs/manuais"
CHAMADOS_DA_GRANDE = 100_000
CPF_DA_CENTRAL, CPF_DA_GESTAO, CPF_DA_TECNICA = "33344455508", "22233344405", "66677788830"  # contas do provedor de teste
ESPERA_PELO_SERVIDOR = 30.0
BARRA = "{desc} {percentage:3.0f}% |{bar}| {n_fmt} de {total_fmt}, {rate_fmt}, faltam {remaining}"

# coluna do e-SIC -> (unidade que age, o que aconteceu)
MOVIMENTOS = [
    ("data_do_pedido", "Serviço de Informação ao Cidadão", "Pedido de acesso à informação registrado"),
    ("data_da_resposta", "Serviço de Informação ao Cidadão", "Resposta enviada ao solicitante: {atendimento}"),
    ("data_recurso_1", "Autoridade superior", "Recurso em primeira instância recebido"),
    ("data_resposta_recurso_1", "Autoridade superior", "Recurso em primeira instância respondido"),
    ("data_recurso_2", "Autoridade máxima", "Recurso em segunda instância recebido"),
    ("data_resposta_recurso_2", "Autoridade máxima", "Recurso em segunda instância respondido"),
    ("data_recurso_3", "Controladoria-Geral da União", "Recurso à CGU recebido"),
    ("data_resposta_recurso_3", "Controladoria-Geral da União", "Recurso à CGU respondido"),
    ("data_recurso_4", "Comissão Mista de Reavaliação de Informações", "Recurso à CMRI recebido"),
    ("data_resposta_recurso_4", "Comissão Mista de Reavaliação de Informações", "Recurso à CMRI respondido"),
]


@click.command()
@click.option("--porta", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--endereco", default="127.0.0.1", show_default=True)
@click.option("--so-carregar", is_flag=True, help="Carrega os dados e termina, sem servir.")
@click.option("--grande", is_flag=True, help="Inventa antes cem mil chamados, com um milhão de mensagens.")
def comando(porta: int, endereco: str, so_carregar: bool, grande: bool) -> None:
    """Prepara o banco, carrega 3.743 casos reais pelo serviço SOAP e serve o portal. Ctrl-C encerra tudo."""
    exigir_porta_livre(endereco, porta)
    preparar(dizer=click.echo)
    from django.db import connections

    credenciais = _garantir_credenciais()
    _garantir_papeis()
    _garantir_unidade()
    if grande:
        _inventar_chamados()
    _garantir_chamados()
    _garantir_conversas()
    _garantir_topicos()
    _garantir_manuais()
    connections.close_all()
    base = f"http://{'127.0.0.1' if endereco == '0.0.0.0' else endereco}:{porta}"  # noqa: S104
    os.environ["PEN_ENDERECO"] = base
    if settings.LOCAL:  # num banco de verdade, nada de entrada de faz de conta
        os.environ |= {"PEN_GOVBR_DE_TESTE": "sim", "PEN_CAIXA_LOCAL": "sim"}
    with _servindo(endereco, porta), _trabalhando():
        _esperar(base)
        _carregar(base, credenciais)
        if so_carregar:
            return
        _anunciar(base, credenciais)
        try:
            while True:
                signal.pause()
        except KeyboardInterrupt:
            click.echo("\nEncerrando…")


# --- Órgãos e credenciais da demonstração


def _garantir_credenciais() -> dict[str, str]:
    """Uma credencial de produção por órgão do e-SIC; os segredos ficam na pasta de dados, só para o dono ler."""
    arquivo = _anotacao("credenciais.json")
    credenciais: dict[str, str] = json.loads(arquivo.read_text()) if arquivo.exists() else {}
    faltam = [linha for linha in _ler("orgaos_do_esic.csv") if linha["codigo"] not in credenciais]
    vistos = set(credenciais)
    for linha in tqdm(faltam, desc="Credenciais", bar_format=BARRA, unit=" órgãos", disable=not faltam):
        if linha["codigo"] not in vistos:
            _, credenciais[linha["codigo"]] = criar_credencial(por=None, orgao=_orgao(linha), ambiente=Ambiente.PRODUCAO)
            vistos.add(linha["codigo"])
    arquivo.touch(mode=0o600)
    arquivo.write_text(json.dumps(credenciais))
    return credenciais


def _garantir_papeis() -> None:
    """As pessoas de teste que já chegam com papel: uma na equipe central, outra na gestão de um órgão."""
    if settings.LOCAL:
        convidar_pelo_cpf(por=None, cpf=CPF_DA_CENTRAL, papel=Papel.EQUIPE_CENTRAL)
        convidar_pelo_cpf(por=None, cpf=CPF_DA_GESTAO, papel=Papel.GESTOR, orgao=achar_orgao(ORGAO_DE_EXEMPLO))


def _garantir_unidade() -> None:
    """O órgão de exemplo no cadastro de unidades, com a dele ativa: pedido por quem o gere, deferido pela equipe central."""
    if settings.LOCAL:
        gestor, central = pessoa_do_cpf(CPF_DA_GESTAO), pessoa_do_cpf(CPF_DA_CENTRAL)
        gestor.entrada_forte = central.entrada_forte = True
        cadastrar_exemplo(orgao=achar_orgao(ORGAO_DE_EXEMPLO), codigo=UNIDADE_DE_EXEMPLO, gestor=gestor, central=central)


def _inventar_chamados() -> None:
    """Os chamados da demonstração grande; numa Central que já tem chamados, nada."""
    with tqdm(total=CHAMADOS_DA_GRANDE, desc="Chamados", bar_format=BARRA, unit=" chamados") as barra:
        try:
            mensagens = atendimento.inventar_chamados(CHAMADOS_DA_GRANDE, ao_avancar=barra.update)
        except ErroDeDominio as erro:
            click.echo(f"\n{erro.mensagem}")
            return
    click.echo(f"{CHAMADOS_DA_GRANDE} chamados e {mensagens} mensagens.")


def _garantir_chamados() -> None:
    """As equipes da Central com gente, e quatro chamados de quem gere o órgão de exemplo."""
    if settings.LOCAL:
        gestor, central, tecnica = (pessoa_do_cpf(cpf) for cpf in (CPF_DA_GESTAO, CPF_DA_CENTRAL, CPF_DA_TECNICA))
        gestor.entrada_forte = central.entrada_forte = tecnica.entrada_forte = True
        atendimento.cadastrar_exemplo(
            orgao=achar_orgao(ORGAO_DE_EXEMPLO), solicitante=gestor, triagem=central, tecnica=tecnica
        )


def _garantir_conversas() -> None:
    """Três mensagens às caixas institucionais, uma delas de suporte, que se recusa."""
    if settings.LOCAL:
        correio.cadastrar_exemplo()


def _garantir_topicos() -> None:
    """Alguns tópicos no fórum, das contas de teste."""
    if settings.LOCAL:
        gestor, central, tecnica = (pessoa_do_cpf(cpf) for cpf in (CPF_DA_GESTAO, CPF_DA_CENTRAL, CPF_DA_TECNICA))
        gestor.entrada_forte = central.entrada_forte = tecnica.entrada_forte = True
        participen.cadastrar_exemplo(orgao=achar_orgao(ORGAO_DE_EXEMPLO), gestor=gestor, tecnica=tecnica, central=central)


def _garantir_manuais() -> None:
    """Os manuais deste produto, na base; de novo, só os que mudaram."""
    if settings.LOCAL and MANUAIS.is_dir():
        relatorio = importar_artigos(MANUAIS, agora=timezone.now(), ensaio=False)
        for recusado in relatorio.recusados.linhas:
            click.echo(f"Manual recusado: {recusado}")


def _anotacao(nome: str) -> Path:
    """O arquivo em que a demonstração anota algo sobre o banco em uso."""
    banco = settings.DATABASES["default"]
    marca = sha256(f"{banco['HOST']}:{banco['PORT']}/{banco['NAME']}".encode()).hexdigest()[:8]
    return settings.PASTA_DE_DADOS / f"demonstracao-{marca}-{nome}"


def _orgao(linha: dict[str, str]) -> Orgao:
    origem = OrigemDoCodigo(linha["origem_do_codigo"])
    try:
        return consultar_orgao(linha["codigo"], origem)
    except OrgaoNaoEncontrado:
        return criar_orgao(codigo=linha["codigo"], sigla=linha["sigla"], nome=linha["nome"], origem=origem)


# --- Casos do e-SIC


def _carregar(base: str, credenciais: dict[str, str]) -> None:
    """Envia os casos de cada órgão com a credencial dele, em lotes; o que já foi enviado não vai de novo."""
    marca = _anotacao("carregados")
    enviados = set(marca.read_text().split()) if marca.exists() else set()
    por_orgao = {codigo: lista for codigo, lista in _casos_por_orgao().items() if codigo not in enviados}
    if not por_orgao:
        return
    total = sum(len(lista) for lista in por_orgao.values())
    with (
        tqdm(total=total, desc="Enviando casos por SOAP", bar_format=BARRA, unit=" casos") as barra,
        marca.open("a") as anotar,
    ):
        for codigo, documentos in por_orgao.items():
            url = f"{base}/ProtocoloWS/integradorService"
            with ClienteSoap(url, orgao=codigo, senha=credenciais[codigo]) as cliente:
                maximo = cliente.maximo()
                iterador = iter(documentos)
                while lote := list(islice(iterador, maximo)):
                    resultados = cliente.enviar([documento_em_xml(d) for d in lote])
                    if recusas := [r for r in resultados if r != "Ok!"]:
                        raise click.ClickException(f"O serviço recusou um caso da demonstração: {recusas[0]}")
                    barra.update(len(lote))
            anotar.write(f"{codigo}\n")


def _casos_por_orgao() -> dict[str, list[DocumentoRecebido]]:
    codigos = {linha["orgao_destinatario"]: linha["codigo"] for linha in _ler("orgaos_do_esic.csv")}
    casos: dict[str, list[DocumentoRecebido]] = {}
    for linha in _ler("pedidos_esic_2017.csv"):
        casos.setdefault(codigos[linha["orgao_destinatario"]], []).append(_documento(linha))
    return casos


def _documento(linha: dict[str, str]) -> DocumentoRecebido:
    orgao = linha["orgao_destinatario"]
    assunto = re.sub(r"^[\d.]+\s*", "", linha["assunto_classificado"])
    producao = _instante(linha["data_do_pedido"])
    return DocumentoRecebido(
        protocolo=linha["nup"], produzido_em=f"{producao[:10]}T00:00:00-03:00", especie="Processo",
        assunto="Acesso à informação" + (f" - {assunto}" if assunto else ""),
        movimentos=[
            MovimentoRecebido(
                _instante(linha[coluna]), f"{unidade}/{orgao}",
                operacao.format(atendimento=(linha["atendimento"] or "sem classificação").lower()),
            )
            for coluna, unidade, operacao in MOVIMENTOS
            if linha[coluna]
        ],
    )  # fmt: skip


def _instante(texto: str) -> str:
    """``15/05/2017 13:42:26`` ou ``2017-05-29`` como xs:dateTime no horário de Brasília."""
    if "/" in texto:
        dia, _, hora = texto.partition(" ")
        d, m, a = dia.split("/")
        return f"{a}-{m}-{d}T{hora or '00:00:00'}-03:00"
    return f"{texto[:10]}T00:00:00-03:00"


def _ler(nome: str) -> Iterator[dict[str, str]]:
    texto = files("pen.config").joinpath("dados", nome).read_text(encoding="utf-8")
    yield from csv.DictReader(texto.splitlines())


# --- Servidor e trabalhador


class _Subcomando:
    """Um ``pen …`` rodando ao lado, com a saída num arquivo; ao sair do bloco, recebe SIGTERM e é esperado."""

    def __init__(self, *argumentos: str) -> None:
        self._argumentos = argumentos
        self._registro = settings.PASTA_DE_DADOS / f"{argumentos[0]}.log"
        self._processo: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> None:
        # Sessão própria: o Ctrl-C do terminal chega só a nós, que encerramos os dois na ordem.
        with self._registro.open("ab") as registro:
            comando = [sys.executable, "-m", "pen.config", *self._argumentos]
            self._processo = subprocess.Popen(
                comando,
                env=os.environ | {"PEN_CONSULTA_MAXIMO_SEGUNDOS": ""},
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=registro,
                stderr=registro,
            )

    def __exit__(self, *_: Any) -> None:
        assert self._processo is not None
        self._processo.terminate()
        try:
            self._processo.wait(15)
        except subprocess.TimeoutExpired:
            self._processo.kill()
            self._processo.wait()


def _servindo(endereco: str, porta: int) -> _Subcomando:
    processos = min(multiprocessing.cpu_count(), 4)
    return _Subcomando("servir", "--endereco", endereco, "--porta", str(porta), "--processos", str(processos))


def _trabalhando() -> _Subcomando:
    return _Subcomando("trabalhar")


def _esperar(base: str) -> None:
    fim = time.monotonic() + ESPERA_PELO_SERVIDOR
    while time.monotonic() < fim:
        try:
            if httpx.get(f"{base}/saude/", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise click.ClickException("O servidor não respondeu a tempo.")


def _anunciar(base: str, credenciais: dict[str, str]) -> None:
    orgao = consultar_orgao(
        next(linha["codigo"] for linha in _ler("orgaos_do_esic.csv") if linha["sigla"] == ORGAO_DE_EXEMPLO)
    )
    click.echo(
        f"""
O PEN Aberto está no ar:

  Portal            {base}/
  Um processo real  {base}/protocolo/processos/{re.sub(r"[^0-9]", "", PROCESSO_DE_EXEMPLO)}/
  Conferir número   {base}/nup/
  Central           {base}/atendimento/
  E-mails do guia   {base}/correio/
  Uma unidade       {base}/nup/unidades/{UNIDADE_DE_EXEMPLO}/
  API de consulta   {base}/api/v1/documentacao
  Serviço SOAP      {base}/ProtocoloWS/integradorService?wsdl
  Entrar            {base}/entrar/ (contas de teste: Sicrana é da equipe central e da triagem; Beltrano gere {orgao.sigla};
                    Nome Social é da equipe técnica)
  E-mails enviados  {base}/caixa-local/

  Credencial de demonstração ({orgao.sigla}): usuário {orgao.codigo}, senha {credenciais[orgao.codigo]}

O registro do servidor está em {settings.PASTA_DE_DADOS / "servir.log"}. Ctrl-C encerra."""
    )
