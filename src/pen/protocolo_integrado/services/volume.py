"""Um registro nacional de qualquer tamanho, inventado, para medir: o mesmo número de processos dá sempre as mesmas linhas.

Cada processo tem número de verdade, oito movimentos, 1,45 interessado em média, e é de um de ``ORGAOS`` órgãos, repartidos como
na vida: o maior tem quase um sexto deles (Zipf). O que se inventa é só o documento; as linhas dele são as que a recepção gravaria,
e por isso enviar o que se gerou não muda nada. As regras estão em docs/operar/volume.md.
"""

import gc
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, product
from typing import NamedTuple, TypeVar

from django.db import connection, transaction

from pen.comum.tempo import BRASILIA
from pen.identidade.public import Esfera, Orgao, OrigemDoCodigo, Poder
from pen.nup.public import Forma, Numero, Veredito, digitos_verificadores
from pen.protocolo_integrado.errors import VolumeImpossivel
from pen.protocolo_integrado.models import Registro, TotalDoDia
from pen.protocolo_integrado.selectors.lexemas import vetores_de_busca
from pen.protocolo_integrado.services.conferencia import chave_do_andamento
from pen.protocolo_integrado.services.gravacao import resumir_conteudo, texto_buscavel
from pen.protocolo_integrado.services.indices import TABELAS, refazer_indices, tirar_indices
from pen.protocolo_integrado.services.linhas import (
    COPIAR_INTERESSADOS,
    COPIAR_REGISTROS,
    EscritaDeAndamentos,
    RegistroAGravar,
    copiar,
    linhas_de_interessados,
    linhas_de_registros,
)
from pen.protocolo_integrado.values import AndamentoConferido, DocumentoConferido, InteressadoConferido

_T = TypeVar("_T")
BLOCO = 500  # processos gerados e gravados de uma vez, todos de um órgão
ORGAOS = 300
MOVIMENTOS = 8
PREFIXO = "VOLUME"  # o código dos órgãos inventados: VOLUME1 a VOLUME300
HOJE = datetime(2026, 1, 1, 12, tzinfo=UTC)  # fixo, para que as linhas não mudem com o dia
DIAS = 700
_PRIMEIRA_UNIDADE = 70_000
_ANOS = range(2004, 2026)
_INTERESSADOS = (1,) * 68 + (2,) * 22 + (3,) * 7 + (4,) * 3  # média 1,45

_AREAS = (
    "Pessoal", "Material", "Patrimônio", "Orçamento e Finanças", "Licitação", "Fiscalização", "Ouvidoria", "Outorga",
    "Transporte Rodoviário", "Transporte Ferroviário", "Arrecadação", "Acesso à Informação", "Vigilância Sanitária",
    "Meio Ambiente", "Propriedade Industrial", "Telecomunicações",
)  # fmt: skip
_OBJETOS = (
    "Abono Permanência", "Auto de Infração", "Férias", "Licença para Capacitação", "Pregão Eletrônico", "Termo de Cooperação",
    "Pagamento de Diárias", "Registro de Transportador", "Vale-Pedágio Obrigatório", "Excesso de Peso", "Produto Perigoso",
    "Recurso Administrativo", "Parcelamento de Multa", "Convênio", "Contrato de Concessão", "Declaração de Utilidade Pública",
    "Aposentadoria", "Progressão Funcional", "Registro de Medicamento", "Licença Ambiental", "Patente de Invenção",
)  # fmt: skip
_ATOS = (
    "Concessão", "Análise", "Cobrança", "Renovação", "Prestação de Contas", "Cancelamento", "Impugnação",
    "Notificação de Autuação", "Acompanhamento", "Homologação",
)  # fmt: skip
_LUGARES = (
    "Brasília", "Goiânia", "Cuiabá", "Belém", "Porto Alegre", "Curitiba", "São Paulo", "Recife", "Salvador", "Fortaleza",
    "Vitória", "Campo Grande", "Juiz de Fora", "Uberlândia", "Santa Maria", "Manaus", "Palmas", "Teresina",
)  # fmt: skip
_NOMES = (
    "Ana", "Antônio", "Beatriz", "Carlos", "Cláudia", "Fernanda", "Francisco", "João", "José", "Juliana", "Luís", "Luzia",
    "Márcia", "Maria", "Paulo", "Pedro", "Quitéria", "Rafael", "Sebastião", "Tereza", "Iracema", "Ubiratan", "Zuleica",
)  # fmt: skip
_SOBRENOMES = (
    "Almeida", "Araújo", "Barbosa", "Cardoso", "Conceição", "Costa", "Ferreira", "Gomes", "Lima", "Nascimento", "Oliveira",
    "Pereira", "Ribeiro", "Rocha", "Santos", "Silva", "Souza", "Teixeira", "Zimmermann", "Xavier", "Guimarães", "Tavares",
)  # fmt: skip
_EMPRESAS = ("Transportes", "Logística", "Comércio de Alimentos", "Construções", "Agropecuária", "Serviços", "Farmacêutica")
_UNIDADES = ("PROTOCOLO GERAL", "GEFIS", "GEAUT", "COPAG", "SUROC", "SUFIS", "CEATI", "UR-SP", "UR-RS", "UR-MG", "GAB-DG")
_DOCUMENTOS = ("Despacho", "Ofício", "Nota Técnica", "Memorando", "Parecer", "Notificação")
_ESPECIES = ("Processo Administrativo", "Auto de Infração", "Pedido de Acesso à Informação", "Contratação", "Recurso")


Movimento = tuple[int, str, str]  # segundos desde 1970 em UTC, unidade e operação


class Inventado(NamedTuple):
    """Um processo inventado, sem os movimentos, e eles."""

    documento: DocumentoConferido
    movimentos: list[Movimento]


class Bloco(NamedTuple):
    """Processos inventados de um órgão (de 1 a ``ORGAOS``) e quando ele os teria enviado."""

    orgao: int
    enviado_em: datetime
    processos: list[Inventado]

    def documentos(self) -> list[DocumentoConferido]:
        """Os documentos inteiros, como a recepção os teria conferido."""
        return [replace(i.documento, andamentos=_conferidos(i.movimentos)) for i in self.processos]


def inventar_bloco(bloco: int, quantos: int = BLOCO) -> Bloco:
    """O ``bloco`` de ordem 0 em diante, sempre o mesmo; os primeiros ``quantos`` processos dele."""
    sorte = random.Random(bloco)  # noqa: S311 - inventa dados, não segredos
    orgao = sorte.choices(range(1, ORGAOS + 1), cum_weights=_pesos())[0]
    enviado_em = HOJE - timedelta(seconds=sorte.randrange(DIAS * 86_400))
    por_ano = 999_999 // BLOCO
    ano = _ANOS[bloco // por_ano % len(_ANOS)]
    unidade = _PRIMEIRA_UNIDADE + orgao + ORGAOS * (bloco // (por_ano * len(_ANOS)))
    primeiro = bloco % por_ano * BLOCO + 1
    processos = [_inventar(sorte.random, f"{unidade:05d}", n, ano) for n in range(primeiro, primeiro + quantos)]
    return Bloco(orgao, enviado_em, processos)


@cache
def _pesos() -> list[float]:
    """Zipf: o órgão de ordem n recebe na proporção de 1/n."""
    return list(accumulate(1 / n for n in range(1, ORGAOS + 1)))


def _inventar(acaso: Callable[[], float], unidade: str, sequencia: int, ano: int) -> Inventado:
    numero = _numero(unidade, sequencia, ano)
    segundos = _comeco_do_ano(ano) + int(acaso() * 300 * 86_400)
    documento = DocumentoConferido(
        numero=numero, produzido_em=datetime.fromtimestamp(segundos, UTC), especie=_um(acaso, _ESPECIES),
        assunto=f"{_um(acaso, _assuntos())}, exercício {ano}",
        identificacao=str(10_000 + int(acaso() * 990_000)) if acaso() < 0.3 else "", relacionados=[],
        interessados=[
            InteressadoConferido(_um(acaso, _empresas() if acaso() < 0.3 else _pessoas())) for _ in range(_um(acaso, _INTERESSADOS))
        ],
        andamentos=[],
    )  # fmt: skip
    return Inventado(documento, _movimentos(acaso, numero.texto, segundos))


def _numero(unidade: str, sequencia: int, ano: int) -> Numero:
    base = f"{unidade}{sequencia:06d}{ano}"
    digitos = digitos_verificadores(base)
    return Numero(f"{unidade}.{sequencia:06d}/{ano}-{digitos}", base + digitos, Forma.ATUAL, Veredito.OK)


def _movimentos(acaso: Callable[[], float], numero: str, segundos: int) -> list[Movimento]:
    unidade = _um(acaso, _UNIDADES)
    movimentos = [(segundos, unidade, f"Processo público {numero} gerado")]
    assinaturas = _assinaturas()
    for _ in range(MOVIMENTOS - 1):
        sorteado = acaso()
        segundos += 60 + int(sorteado * 600_000)
        especie = int(sorteado * 4_000) % 4
        if especie == 0:
            operacao = "Conclusão do processo na unidade"
        elif especie == 1:
            operacao, unidade = f"Processo remetido pela unidade {unidade}", _UNIDADES[int(acaso() * len(_UNIDADES))]
        elif especie == 2:
            resto = assinaturas[int(acaso() * len(assinaturas))]
            operacao = f"Assinado documento {1_000_000 + int(sorteado * 8_999_999)} {resto}"
        else:
            operacao = "Processo recebido na unidade"
        movimentos.append((segundos, unidade, operacao))
    return movimentos


def _conferidos(movimentos: list[Movimento]) -> list[AndamentoConferido]:
    """Os movimentos como a recepção os teria conferido: o primeiro diz que o processo é público, os outros não dizem nada."""
    return [
        AndamentoConferido(
            chave_do_andamento(segundos // 86_400, segundos % 86_400, 0, unidade, operacao), segundos * 1_000_000, unidade,
            operacao, nivel=None if n else 0, nivel_definido=n == 0,
        )
        for n, (segundos, unidade, operacao) in enumerate(movimentos)
    ]  # fmt: skip


def _um(acaso: Callable[[], float], opcoes: Sequence[_T]) -> _T:
    return opcoes[int(acaso() * len(opcoes))]


# Combinados de antemão: um sorteio só, em vez de um por palavra.


@cache
def _assuntos() -> list[str]:
    return [f"{a}: {o} - {f} em {x}" for a, o, f, x in product(_AREAS, _OBJETOS, _ATOS, _LUGARES)]


@cache
def _pessoas() -> list[str]:
    return [" ".join(partes) for partes in product(_NOMES, _SOBRENOMES, _SOBRENOMES)]


@cache
def _empresas() -> list[str]:
    return [f"{a} & {b} {ramo} Ltda" for a, b, ramo in product(_SOBRENOMES, _SOBRENOMES, _EMPRESAS)]


@cache
def _assinaturas() -> list[str]:
    return [f"({tipo}) por {nome} {sobrenome}" for tipo, nome, sobrenome in product(_DOCUMENTOS, _NOMES, _SOBRENOMES)]


@cache
def _comeco_do_ano(ano: int) -> int:
    return int(datetime(ano, 1, 1, tzinfo=UTC).timestamp())


# --- Gravar e apagar

_SOMAR = """
INSERT INTO protocolo_integrado_totaldodia AS t (dia, orgao_id, remessas, remessas_recusadas, documentos, novos, alterados,
    repetidos, recusados, andamentos_novos, duracao_ms)
SELECT dia, orgao, 1, 0, novos, novos, 0, 0, 0, andamentos, 0
FROM (VALUES (%s::date, %s::bigint, %s::int, %s::int)) AS v (dia, orgao, novos, andamentos)
ON CONFLICT (dia, orgao_id) DO UPDATE SET remessas = t.remessas + 1, documentos = t.documentos + excluded.documentos,
    novos = t.novos + excluded.novos, andamentos_novos = t.andamentos_novos + excluded.andamentos_novos
"""


def preparar_volume() -> None:
    """Esvazia o registro, cria os órgãos inventados e tira os índices, que se refazem mais depressa no fim.

    Levanta:
        VolumeImpossivel: o registro tem processos que não são inventados; nada muda.
    """
    apagar_volume()
    Orgao.objects.bulk_create(
        [
            Orgao(
                codigo=f"{PREFIXO}{n}", sigla=f"VOL{n}", nome=f"Órgão Inventado {n}", origem_do_codigo=OrigemDoCodigo.PROPRIO,
                esfera=Esfera.FEDERAL, poder=Poder.EXECUTIVO,
            )
            for n in range(1, ORGAOS + 1)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    tirar_indices()


@transaction.atomic
def apagar_volume() -> None:
    """Esvazia o registro inventado e refaz os índices que faltarem. Pode rodar duas vezes.

    Levanta:
        VolumeImpossivel: o registro tem processos que não são inventados; nada muda.
    """
    inventados = Orgao.objects.filter(codigo__startswith=PREFIXO, origem_do_codigo=OrigemDoCodigo.PROPRIO)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(TABELAS)} IN ACCESS EXCLUSIVE MODE")
        if Registro.objects.exclude(orgao__in=inventados).exists():
            raise VolumeImpossivel("Este registro tem processos de verdade; use um banco só para medir.")
        cursor.execute(f"TRUNCATE {', '.join(TABELAS)}")
    TotalDoDia.objects.filter(orgao__in=inventados).delete()
    refazer_indices()


def gravar_bloco(bloco: int, quantos: int = BLOCO) -> int:
    """Grava os primeiros ``quantos`` processos do bloco num registro sem índices, por COPY; devolve quantos foram."""
    gc.disable()  # nada aqui faz ciclos, e o coletor percorreria dezenas de milhares de objetos vivos a cada bloco
    try:
        _copiar_bloco(inventar_bloco(bloco, quantos))
    finally:
        gc.enable()
    return quantos


def _copiar_bloco(bloco: Bloco) -> None:
    orgao, enviado_em, _ = bloco
    orgao_id, documentos = _ids_dos_orgaos()[orgao], bloco.documentos()
    vetores = vetores_de_busca([texto_buscavel(d) for d in documentos])
    registros = [
        RegistroAGravar(d, resumir_conteudo(d), 0, None, vetor, enviado_em)
        for d, vetor in zip(documentos, vetores, strict=True)
    ]
    andamentos = EscritaDeAndamentos(orgao_id, enviado_em)
    for d in documentos:
        andamentos.escrever(d.numero.normalizado, enumerate(d.andamentos))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        andamentos.copiar_para(cursor)
        copiar(cursor, COPIAR_INTERESSADOS, linhas_de_interessados(documentos, orgao_id))
        copiar(cursor, COPIAR_REGISTROS, linhas_de_registros(registros, orgao_id, enviado_em))
        dia = enviado_em.astimezone(BRASILIA).date()
        cursor.execute(_SOMAR, [dia, orgao_id, len(documentos), len(documentos) * MOVIMENTOS])


@cache
def _ids_dos_orgaos() -> dict[int, int]:
    """O id de cada órgão inventado, pela ordem dele."""
    orgaos = Orgao.objects.filter(codigo__startswith=PREFIXO, origem_do_codigo=OrigemDoCodigo.PROPRIO)
    return {int(codigo.removeprefix(PREFIXO)): pk for codigo, pk in orgaos.values_list("codigo", "pk")}
