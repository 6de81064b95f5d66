"""Trazer os chamados de outro sistema: o ensaio, que só conta, e a gravação em lotes, que se pode repetir e interromper.

Cada lote é uma transação. O chamado de lá e o daqui se ligam por ``ChamadoImportado``: importar de novo acrescenta só as
mensagens que faltam, e acerta o que mudou lá enquanto ninguém mexeu no chamado aqui. Ninguém é avisado, e de quem não entrou
aqui não fica nada.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from pen.atendimento.enums import CanalDaMensagem, EspecieDeGuarda, Situacao
from pen.atendimento.errors import AnexoRecusado, MapaInvalido
from pen.atendimento.models import ChamadoImportado, Equipe, Formulario, PassoDoChamado
from pen.atendimento.services.anexos import ANEXOS_POR_CHAMADO, AnexoPreparado, preparar_anexos
from pen.atendimento.services.guarda import PRAZOS
from pen.atendimento.services.lote_importado import ABERTURA, Colocado, LoteImportado, Preparados, encerramento_de_la
from pen.atendimento.values.anexos import AnexoNovo, conferir_anexo
from pen.atendimento.values.exportacao.mapa import VAZIO, Mapa
from pen.atendimento.values.exportacao.modelo import AnexoExportado, ChamadoExportado, Recusado
from pen.auditoria.public import registrar_ato
from pen.comum.errors import conferir
from pen.identidade.public import Orgao, OrgaoNaoEncontrado, Pessoa, achar_orgao, consultar_orgao, pessoas_pelos_correios

CHAMADOS_POR_LOTE, BYTES_POR_LOTE = 500, 64 * 2**20
LISTADOS_MAXIMO = 1_000  # recusas e anexos que o relatório guarda; os outros só se contam
_VEZ = 0x70656E696D70  # duas importações ao mesmo tempo gravam um lote de cada vez
Aproveitado = TypeVar("Aproveitado")


@dataclass(slots=True)
class Relatorio:
    """O que uma importação, ou o ensaio de uma, encontrou e fez. Os e-mails só vivem aqui."""

    chamados: int = 0
    mensagens: int = 0
    internas: int = 0
    novos: int = 0
    alterados: int = 0
    iguais: int = 0
    anonimizados: int = 0
    mensagens_gravadas: int = 0
    passados_da_guarda: int = 0
    datas_acertadas: int = 0
    anexos: int = 0
    anexos_ausentes: int = 0
    destinos: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    sem_destino: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    pessoas: set[str] = field(default_factory=set, repr=False)
    desconhecidas: set[str] = field(default_factory=set, repr=False)
    recusados: list[Recusado] = field(default_factory=list)
    quantos_recusados: int = 0
    anexos_recusados: list[Recusado] = field(default_factory=list)
    quantos_anexos_recusados: int = 0

    @property
    def completo(self) -> bool:
        """Se tudo o que se leu tem lugar aqui."""
        return not self.quantos_recusados and not self.sem_destino

    def recusar(self, recusado: Recusado) -> None:
        """Anota o que não entra."""
        self.quantos_recusados += 1
        if len(self.recusados) < LISTADOS_MAXIMO:
            self.recusados.append(recusado)

    def recusar_anexo(self, recusado: Recusado) -> None:
        """Anota um anexo que fica para trás; o chamado dele entra."""
        self.quantos_anexos_recusados += 1
        if len(self.anexos_recusados) < LISTADOS_MAXIMO:
            self.anexos_recusados.append(recusado)


def importar_chamados(
    lidos: Iterable[ChamadoExportado | Recusado], mapa: Mapa, *, agora: datetime, ensaio: bool,
    ao_avancar: Callable[[int], object] = lambda n: None,
) -> Relatorio:  # fmt: skip
    """Confere os chamados e, se não é ensaio, grava-os em lotes; devolve o que houve. O que não tem lugar fica para a próxima vez.

    Levanta:
        MapaInvalido: o mapa cita um produto, um órgão ou uma equipe que não há aqui.
    """
    relatorio, lugares = Relatorio(), _Lugares(mapa)
    for lote in _em_lotes(_colocar(lidos, lugares, relatorio)):
        pessoas = _pessoas_do_lote(lote, relatorio)
        _contar(lote, relatorio, agora)
        if ensaio:
            _ensaiar_lote(lote, mapa, relatorio)
        else:
            _gravar_lote(lote, mapa, pessoas, relatorio, agora)
        ao_avancar(len(lote))
    return relatorio


class _Lugares:
    """O que o mapa cita, achado no banco."""

    def __init__(self, mapa: Mapa) -> None:
        em_vigor = Formulario.objects.order_by("tipo_id", "-versao").distinct("tipo_id").select_related("tipo__produto")
        formularios = {f"{f.tipo.produto.codigo}/{f.tipo.codigo}": f for f in em_vigor}
        equipes = {equipe.codigo: equipe for equipe in Equipe.objects.filter(encerrada_em=None)}
        self.mapa = mapa
        self.formularios = {c: _citado(formularios, c, "produtos") for c in mapa.produtos.linhas.values()}
        self.equipes = {c: _citado(equipes, c, "equipes") for c in mapa.equipes.linhas.values()}
        self.orgaos = {c: _orgao(c) for c in mapa.orgaos.linhas.values()}

    def colocar(self, de_la: ChamadoExportado, relatorio: Relatorio) -> Colocado | None:
        """O lugar do chamado; nenhum, se o mapa não diz algum dos quatro: o relatório diz qual."""
        mapa = self.mapa
        destino = mapa.situacao_de(de_la.situacao)
        situacao = f"{destino.situacao}/{destino.desfecho}".rstrip("/") if destino else None
        achados = {
            "produtos": (de_la.categoria, mapa.produtos.achar(de_la.categoria)),
            "orgaos": (de_la.entidade, mapa.orgaos.achar(de_la.entidade)),
            "situacoes": (de_la.situacao, situacao),
            "equipes": (de_la.grupo, mapa.equipes.achar(de_la.grupo)),
        }
        for parte, (valor, achado) in achados.items():
            if achado is None:
                relatorio.sem_destino[parte][valor or VAZIO] += 1
            else:
                relatorio.destinos[parte][valor or VAZIO, achado] += 1
        produto, orgao, equipe = (achados[parte][1] for parte in ("produtos", "orgaos", "equipes"))
        if produto is None or orgao is None or equipe is None or destino is None:
            return None
        return Colocado(de_la, self.formularios[produto], self.orgaos[orgao], self.equipes[equipe], destino)


def _citado(achados: Mapping[str, Any], codigo: str, parte: str) -> Any:
    conferir(codigo in achados, MapaInvalido(f"[{parte}]: «{codigo}» não existe aqui. «--modelo-de-mapa» mostra o que há."))
    return achados[codigo]


def _orgao(codigo: str) -> Orgao:
    """O órgão do código ou, na falta, o da sigla."""
    try:
        return consultar_orgao(codigo)
    except OrgaoNaoEncontrado:
        try:
            return achar_orgao(codigo)
        except OrgaoNaoEncontrado as erro:
            raise MapaInvalido(f"[orgaos] «{codigo}»: {erro.mensagem}") from None


def _colocar(
    lidos: Iterable[ChamadoExportado | Recusado], lugares: _Lugares, relatorio: Relatorio
) -> Iterator[Colocado]:  # fmt: skip
    for lido in lidos:
        if isinstance(lido, Recusado):
            relatorio.recusar(lido)
            continue
        relatorio.chamados += 1
        if colocado := lugares.colocar(lido, relatorio):
            yield colocado


def _em_lotes(colocados: Iterable[Colocado]) -> Iterator[list[Colocado]]:
    """Lotes de até quinhentos chamados, ou menos, se são grandes: o que está na memória tem limite."""
    lote: list[Colocado] = []
    tamanho = 0
    for colocado in colocados:
        lote.append(colocado)
        tamanho += colocado.de_la.tamanho
        if len(lote) >= CHAMADOS_POR_LOTE or tamanho >= BYTES_POR_LOTE:
            yield lote
            lote, tamanho = [], 0
    if lote:
        yield lote


def _pessoas_do_lote(lote: Sequence[Colocado], relatorio: Relatorio) -> dict[str, Pessoa]:
    citadas = {c.de_la.solicitante for c in lote} | {c.de_la.atendente for c in lote}
    citadas = (citadas | {m.autor for c in lote for m in c.de_la.mensagens}) - {""}
    pessoas = pessoas_pelos_correios(citadas)
    relatorio.pessoas |= pessoas.keys()
    relatorio.desconhecidas |= citadas - pessoas.keys()
    return pessoas


def _contar(lote: Sequence[Colocado], relatorio: Relatorio, agora: datetime) -> None:
    limite = agora - PRAZOS[EspecieDeGuarda.CHAMADO]
    for c in lote:
        relatorio.mensagens += len(c.de_la.mensagens)
        relatorio.internas += sum(1 for m in c.de_la.mensagens if m.interna)
        relatorio.datas_acertadas += c.de_la.datas_acertadas
        relatorio.passados_da_guarda += (
            c.destino.situacao == Situacao.ENCERRADO and encerramento_de_la(c.de_la, agora) < limite
        )


def _ensaiar_lote(lote: Sequence[Colocado], mapa: Mapa, relatorio: Relatorio) -> None:
    codigos = [c.de_la.codigo for c in lote]
    ja = ChamadoImportado.objects.filter(origem=mapa.origem, codigo__in=codigos).count()
    relatorio.iguais += ja
    relatorio.novos += len(lote) - ja
    for c in lote:
        for _, anexos in _anexos_de(c.de_la):
            _aproveitar(anexos, c.de_la.onde, relatorio, conferir_anexo)


def _anexos_de(de_la: ChamadoExportado) -> Iterator[tuple[str, Sequence[AnexoExportado]]]:
    """Os anexos da abertura e de cada mensagem, com o código dela."""
    yield ABERTURA, de_la.anexos
    for mensagem in de_la.mensagens:
        yield mensagem.codigo, mensagem.anexos


def _aproveitar(
    anexos: Sequence[AnexoExportado], onde: str, relatorio: Relatorio, fazer: Callable[[AnexoNovo], Aproveitado]
) -> list[Aproveitado]:
    """O que ``fazer`` dá de cada anexo que veio e se aceita; os outros vão para o relatório."""
    feitos = []
    for anexo in anexos:
        if anexo.abrir is None:
            relatorio.anexos_ausentes += 1
            continue
        try:
            with anexo.abrir() as conteudo:
                feitos.append(fazer(AnexoNovo(anexo.nome, conteudo)))
            relatorio.anexos += 1
        except AnexoRecusado as erro:
            relatorio.recusar_anexo(Recusado(onde, erro.mensagem))
        except OSError as erro:
            relatorio.recusar_anexo(Recusado(onde, f"«{anexo.nome}» não se pôde ler: {erro.strerror}."))
    return feitos


def _gravar_lote(
    lote: Sequence[Colocado], mapa: Mapa, pessoas: Mapping[str, Pessoa], relatorio: Relatorio, agora: datetime
) -> None:
    """Grava um lote inteiro, ou nada dele."""
    anexos = _preparar_novos(lote, mapa, relatorio)  # antes da transação: refazer uma imagem demora
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_VEZ])
        ja = {i.codigo: i for i in _importados(lote, mapa).select_for_update(of=("self", "chamado")).order_by("chamado")}
        vindas = _mensagens_vindas([i.chamado_id for i in ja.values()])
        obra = LoteImportado(mapa, pessoas, anexos, agora)
        for colocado in lote:
            if (importado := ja.get(colocado.de_la.codigo)) is None:
                obra.criar(colocado)
            else:
                obra.atualizar(colocado, importado, vindas[importado.chamado_id])
        obra.gravar()
        contas = {
            "novos": len(obra.novos),
            "alterados": len(obra.mudados),
            "mensagens": obra.mensagens,
            "anexos": len(obra.anexos),
        }
        if any(contas.values()):
            registrar_ato(por=None, ato="chamados.importados", objeto=f"importacao:{mapa.origem}", detalhes=contas)
    relatorio.novos += len(obra.novos)
    relatorio.alterados += len(obra.mudados)
    relatorio.iguais += obra.iguais
    relatorio.anonimizados += obra.anonimizados
    relatorio.mensagens_gravadas += obra.mensagens


def _importados(lote: Sequence[Colocado], mapa: Mapa) -> QuerySet[ChamadoImportado]:
    codigos = [c.de_la.codigo for c in lote]
    return ChamadoImportado.objects.filter(origem=mapa.origem, codigo__in=codigos).select_related("chamado")


def _mensagens_vindas(chamados: Sequence[UUID]) -> defaultdict[UUID, set[str]]:
    """Os códigos das mensagens de lá que cada chamado já tem."""
    vindas: defaultdict[UUID, set[str]] = defaultdict(set)
    passos = PassoDoChamado.objects.filter(chamado__in=chamados, canal=CanalDaMensagem.IMPORTACAO)
    for chamado_id, codigo in passos.values_list("chamado_id", "detalhes__codigo"):
        vindas[chamado_id].add(codigo)
    return vindas


def _preparar_novos(lote: Sequence[Colocado], mapa: Mapa, relatorio: Relatorio) -> Preparados:
    """Confere e guarda na pasta os anexos das mensagens que ainda não vieram."""
    ja = {i.codigo: i.chamado_id for i in _importados(lote, mapa)}
    vindas = _mensagens_vindas(list(ja.values()))
    preparados: dict[tuple[str, str], Sequence[AnexoPreparado]] = {}
    for c in lote:
        tem, quantos = vindas[ja[c.de_la.codigo]] if c.de_la.codigo in ja else set(), 0
        for codigo, anexos in _anexos_de(c.de_la):
            if not anexos or codigo in tem:
                continue
            cabem = anexos[: max(0, ANEXOS_POR_CHAMADO - quantos)]
            for sobra in anexos[len(cabem) :]:
                frase = f"«{sobra.nome}»: um chamado tem até {ANEXOS_POR_CHAMADO} anexos."
                relatorio.recusar_anexo(Recusado(c.de_la.onde, frase))
            feitos = _aproveitar(cabem, c.de_la.onde, relatorio, lambda novo: preparar_anexos([novo])[0])
            quantos += len(feitos)
            preparados[c.de_la.codigo, codigo] = feitos
    return preparados
