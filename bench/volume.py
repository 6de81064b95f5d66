"""Documentos verossímeis: NUPs que conferem, oito movimentos com as frases do SEI, 1,45 interessado em média.

Tudo sai de uma semente fixa: duas execuções medem os mesmos documentos. Todos são públicos (o caso mais caro: o
assunto e os nomes entram no índice de busca) e nenhum tem relacionados.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pen.nup.public import gerar_nup
from pen.protocolo_integrado.values import DocumentoRecebido, InteressadoRecebido, MovimentoRecebido

BRASILIA = ZoneInfo("America/Sao_Paulo")
MOVIMENTOS = 8
UP = "50500"
ANO_INICIAL = 2004
SEQUENCIA_MAXIMA = 999_999
INTERESSADOS = {1: 0.68, 2: 0.22, 3: 0.07, 4: 0.03}  # média 1,45

_AREAS = ["Pessoal", "Material", "Patrimônio", "Orçamento e Finanças", "Licitação", "Fiscalização", "Ouvidoria",
          "Transporte Rodoviário", "Transporte Ferroviário", "Outorga", "Arrecadação", "Acesso à Informação"]  # fmt: skip
_OBJETOS = ["Abono Permanência", "Auto de Infração", "Férias", "Licença para Capacitação", "Pregão Eletrônico",
            "Termo de Cooperação", "Pagamento de Diárias", "Registro de Transportador", "Vale-Pedágio Obrigatório",
            "Excesso de Peso", "Produto Perigoso", "Recurso Administrativo", "Parcelamento de Multa", "Convênio",
            "Contrato de Concessão", "Declaração de Utilidade Pública", "Aposentadoria", "Progressão Funcional"]  # fmt: skip
_ATOS = ["Concessão", "Análise", "Cobrança", "Renovação", "Prestação de Contas", "Cancelamento", "Impugnação",
         "Notificação de Autuação", "Acompanhamento", "Homologação"]  # fmt: skip
_LUGARES = ["Brasília", "Goiânia", "Cuiabá", "Belém", "Porto Alegre", "Curitiba", "São Paulo", "Recife", "Salvador",
            "Fortaleza", "Vitória", "Campo Grande", "Juiz de Fora", "Uberlândia", "Santa Maria"]  # fmt: skip
_NOMES = ["Ana", "Antônio", "Beatriz", "Carlos", "Cláudia", "Fernanda", "Francisco", "João", "José", "Juliana", "Luís",
          "Luzia", "Márcia", "Maria", "Paulo", "Pedro", "Quitéria", "Rafael", "Sebastião", "Tereza"]  # fmt: skip
_SOBRENOMES = ["Almeida", "Araújo", "Barbosa", "Cardoso", "Conceição", "Costa", "Ferreira", "Gomes", "Lima", "Nascimento",
               "Oliveira", "Pereira", "Ribeiro", "Rocha", "Santos", "Silva", "Souza", "Teixeira", "Zimmermann"]  # fmt: skip
_EMPRESAS = ["Transportes", "Logística", "Comércio de Alimentos", "Construções", "Agropecuária", "Serviços"]
_UNIDADES = ["PROTOCOLO GERAL", "GEFIS", "GEAUT", "COPAG", "SUROC", "SUFIS", "CEATI", "UR-SP", "UR-RS", "UR-MG", "GAB-DG"]
_DOCUMENTOS = ["Despacho", "Ofício", "Nota Técnica", "Memorando", "Parecer", "Notificação"]


def documentos(quantos: int, *, semente: int = 1) -> Iterator[DocumentoRecebido]:
    """``quantos`` documentos, sempre os mesmos para a mesma ``semente``; sementes diferentes não repetem números."""
    sorte = random.Random(semente)
    for n in range(quantos):
        ano = ANO_INICIAL + n // SEQUENCIA_MAXIMA
        yield _documento(sorte, gerar_nup(f"{int(UP) + semente:05d}", n % SEQUENCIA_MAXIMA + 1, ano).formatado)


def _documento(sorte: random.Random, numero: str) -> DocumentoRecebido:
    produzido_em = datetime(2023, 1, 2, 8, tzinfo=BRASILIA) + timedelta(minutes=sorte.randrange(700_000))
    quantos = sorte.choices(list(INTERESSADOS), list(INTERESSADOS.values()))[0]
    return DocumentoRecebido(
        protocolo=numero, produzido_em=produzido_em.isoformat(), especie="Processo Administrativo", assunto=_assunto(sorte),
        identificacao=str(sorte.randrange(10_000, 999_999)) if sorte.random() < 0.3 else None,
        interessados=[InteressadoRecebido(_interessado(sorte)) for _ in range(quantos)],
        movimentos=list(_movimentos(sorte, numero, produzido_em)),
    )  # fmt: skip


def _assunto(sorte: random.Random) -> str:
    objeto, ato = sorte.choice(_OBJETOS), sorte.choice(_ATOS)
    return f"{sorte.choice(_AREAS)}: {objeto} - {ato} em {sorte.choice(_LUGARES)}, exercício {sorte.randrange(2015, 2025)}"


def _interessado(sorte: random.Random) -> str:
    if sorte.random() < 0.3:
        return f"{sorte.choice(_SOBRENOMES)} & {sorte.choice(_SOBRENOMES)} {sorte.choice(_EMPRESAS)} Ltda"
    return f"{sorte.choice(_NOMES)} {sorte.choice(_SOBRENOMES)} {sorte.choice(_SOBRENOMES)}"


def _movimentos(sorte: random.Random, numero: str, desde: datetime) -> Iterator[MovimentoRecebido]:
    unidade, quando = sorte.choice(_UNIDADES), desde
    for n in range(MOVIMENTOS):
        if n == 0:
            operacao = f"Processo público {numero} gerado"
        else:
            quando += timedelta(seconds=sorte.randrange(60, 900_000))
            operacao, unidade = _operacao(sorte, unidade)
        yield MovimentoRecebido(quando.isoformat(), unidade, operacao)


def _operacao(sorte: random.Random, unidade: str) -> tuple[str, str]:
    match sorte.randrange(4):
        case 0:
            return "Conclusão do processo na unidade", unidade
        case 1:
            destino = sorte.choice(_UNIDADES)
            return f"Processo remetido pela unidade {unidade}", destino
        case 2:
            nome = f"{sorte.choice(_NOMES)} {sorte.choice(_SOBRENOMES)}"
            return f"Assinado documento {sorte.randrange(10**6, 10**7)} ({sorte.choice(_DOCUMENTOS)}) por {nome}", unidade
        case _:
            return "Processo recebido na unidade", unidade
