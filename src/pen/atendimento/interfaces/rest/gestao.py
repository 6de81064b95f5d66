"""O que a equipe central e a coordenação fazem, por API: equipes, política de silêncio, painel e guarda."""

from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from pen.atendimento.enums import Distribuicao, Relogio
from pen.atendimento.interfaces.rest.chave import ChaveDaPessoa, quem_da_chave
from pen.atendimento.selectors.equipes import equipes_e_integrantes
from pen.atendimento.selectors.expediente import politica_em_vigor
from pen.atendimento.selectors.manifestacoes import rodadas_de_guarda
from pen.atendimento.selectors.painel import LinhaDoGrupo, Tempos, UsoDoRoteiro, painel_da_central
from pen.atendimento.selectors.simulacao import simular_politica
from pen.atendimento.services.equipes import alterar_distribuicao, encerrar_integrante, incluir_integrante
from pen.atendimento.services.politica import adotar_politica
from pen.atendimento.values.silencio import Politica
from pen.identidade.public import Escopo, Pessoa

router = Router(tags=["Gestão da Central"], auth=ChaveDaPessoa(), throttle=[])


class IntegranteSchema(Schema):
    id: int
    nome: str
    coordena: bool
    recebe: bool


class EquipeSchema(Schema):
    """Uma equipe em atividade e quem está nela."""

    id: int
    codigo: str
    nome: str
    nivel: str
    distribuicao: Distribuicao
    integrantes: list[IntegranteSchema]


class IntegranteNovoSchema(Schema):
    cpf: str = Field(max_length=20)
    coordena: bool = False


class DistribuicaoSchema(Schema):
    distribuicao: Distribuicao


class PoliticaSchema(Schema):
    relogio: Relogio
    horas: int
    lembretes: list[int] = Field(max_length=5)
    horas_de_reabertura: int


class SimulacaoSchema(Schema):
    """O que a política teria feito com as esperas dos últimos 180 dias."""

    esperas: int
    encerrados: int
    respondidos_depois: int
    em_dia_sem_expediente: int
    mediana_da_resposta_em_horas: float | None


class TemposSchema(Schema):
    """Minutos de expediente; nulos, sem nada medido."""

    mediana: float | None
    p90: float | None

    @staticmethod
    def de(tempos: Tempos) -> "TemposSchema":
        """Os tempos do painel."""
        return TemposSchema(mediana=tempos.mediana, p90=tempos.p90)


class GrupoSchema(Schema):
    """Um produto, esfera, tipo ou nível; tempos em minutos de expediente."""

    nome: str
    abertos: int
    por_encerrar: int
    reabertos: int
    resposta: float | None
    solucao: float | None
    solucao_p90: float | None

    @staticmethod
    def de(linha: LinhaDoGrupo) -> "GrupoSchema":
        """A linha do painel."""
        return GrupoSchema(**linha._asdict())


class RoteiroUsadoSchema(Schema):
    codigo: str
    respostas: int
    encerramentos: int
    reabertos: int

    @staticmethod
    def de(uso: UsoDoRoteiro) -> "RoteiroUsadoSchema":
        """O uso no painel."""
        return RoteiroUsadoSchema(**uso._asdict())


class DiaDoPainelSchema(Schema):
    dia: date
    abertos: int
    encerrados: int


class HoraSchema(Schema):
    dia_da_semana: int = Field(description="0 é segunda-feira.")
    hora: int = Field(description="De Brasília.")
    abertos: int


class PainelSchema(Schema):
    """Os chamados abertos no período."""

    abertos: int
    encerrados: int
    por_encerrar: int
    reabertos: int
    duplicados: int
    por_silencio: int
    resposta: TemposSchema
    solucao: TemposSchema
    avaliacoes_pedidas: int
    avaliacoes_dadas: int
    nota_media: float | None = Field(description="Nula com menos de cinco notas.")
    grupos: dict[str, list[GrupoSchema]]
    dias: list[DiaDoPainelSchema]
    horas: list[HoraSchema]
    roteiros: list[RoteiroUsadoSchema]


class RodadaSchema(Schema):
    """O que uma rodada da guarda fez."""

    em: datetime
    especie: str
    limite: datetime
    quantos: int


@router.get("/atendimento/equipes", response=list[EquipeSchema], summary="As equipes", operation_id="listar_equipes")
def equipes(request: HttpRequest) -> list[EquipeSchema]:
    """As em atividade, para a equipe central."""
    lidas = equipes_e_integrantes(para=_quem(request, Escopo.LER))
    return [
        EquipeSchema(
            id=e.pk, codigo=e.codigo, nome=e.nome, nivel=e.nivel, distribuicao=Distribuicao(e.distribuicao),
            integrantes=[
                IntegranteSchema(id=i.pk, nome=i.pessoa.nome_visivel, coordena=i.coordena, recebe=i.recebe) for i in quem
            ],
        )
        for e, quem in lidas
    ]  # fmt: skip


@router.post(
    "/atendimento/equipes/{equipe_id}/integrantes", response={204: None}, summary="Pôr alguém na equipe",
    operation_id="incluir_integrante",
)  # fmt: skip
def incluir(request: HttpRequest, equipe_id: int, novo: IntegranteNovoSchema) -> Status[None]:
    """Pelo CPF; se já está, muda só se coordena."""
    incluir_integrante(por=_quem(request, Escopo.ESCREVER), equipe_id=equipe_id, **novo.dict())
    return Status(204, None)


@router.delete(
    "/atendimento/equipes/integrantes/{integrante_id}", response={204: None}, summary="Tirar alguém da equipe",
    operation_id="encerrar_integrante",
)  # fmt: skip
def encerrar(request: HttpRequest, integrante_id: int) -> Status[None]:
    """Os chamados que estão com a pessoa continuam na equipe."""
    encerrar_integrante(por=_quem(request, Escopo.ESCREVER), integrante_id=integrante_id)
    return Status(204, None)


@router.put(
    "/atendimento/equipes/{equipe_id}/distribuicao", response={204: None}, summary="Como os chamados acham atendente",
    operation_id="alterar_distribuicao",
)  # fmt: skip
def distribuir(request: HttpRequest, equipe_id: int, pedido: DistribuicaoSchema) -> Status[None]:
    """Os que já estão na fila não mudam."""
    alterar_distribuicao(por=_quem(request, Escopo.ESCREVER), equipe_id=equipe_id, distribuicao=pedido.distribuicao)
    return Status(204, None)


@router.get("/atendimento/politica", response=PoliticaSchema, summary="A política de silêncio", operation_id="ver_politica")
def politica(request: HttpRequest) -> PoliticaSchema:
    """A que está em vigor."""
    quem_da_chave(request, Escopo.LER)
    p = politica_em_vigor()
    return PoliticaSchema(
        relogio=Relogio(p.relogio), horas=p.horas, lembretes=list(p.lembretes), horas_de_reabertura=p.horas_de_reabertura
    )


@router.put("/atendimento/politica", response={204: None}, summary="Adotar uma política", operation_id="adotar_politica")
def adotar(request: HttpRequest, nova: PoliticaSchema) -> Status[None]:
    """Vale também para os chamados que já esperam."""
    adotar_politica(
        por=_quem(request, Escopo.ESCREVER), politica=_politica(nova), horas_de_reabertura=nova.horas_de_reabertura
    )
    return Status(204, None)


@router.post(
    "/atendimento/politica/simulacao", response=SimulacaoSchema, summary="Simular uma política",
    operation_id="simular_politica",
)  # fmt: skip
def simular(request: HttpRequest, nova: PoliticaSchema) -> SimulacaoSchema:
    """Sobre as esperas que já houve; nada muda."""
    feita = simular_politica(_politica(nova), para=_quem(request, Escopo.LER), agora=timezone.now())
    mediana = feita.mediana_da_resposta
    return SimulacaoSchema(
        esperas=feita.esperas, encerrados=feita.encerrados, respondidos_depois=feita.respondidos_depois,
        em_dia_sem_expediente=feita.em_dia_sem_expediente,
        mediana_da_resposta_em_horas=None if mediana is None else mediana.total_seconds() / 3600,
    )  # fmt: skip


@router.get(
    "/atendimento/painel", response=PainelSchema, summary="Os números de um período", operation_id="painel_da_central"
)
def painel(request: HttpRequest, desde: date, ate: date) -> PainelSchema:
    """Para a equipe central e quem coordena; o período vai até um ano, em dias de Brasília."""
    p = painel_da_central(para=_quem(request, Escopo.LER), desde=desde, ate=ate)
    return PainelSchema(
        abertos=p.abertos, encerrados=p.encerrados, por_encerrar=p.por_encerrar, reabertos=p.reabertos,
        duplicados=p.duplicados, por_silencio=p.por_silencio, resposta=TemposSchema.de(p.resposta),
        solucao=TemposSchema.de(p.solucao), avaliacoes_pedidas=p.satisfacao.pedidas, avaliacoes_dadas=p.satisfacao.dadas,
        nota_media=p.satisfacao.media,
        grupos={nome: [GrupoSchema.de(linha) for linha in linhas] for nome, linhas in p.grupos.items()},
        dias=[DiaDoPainelSchema(dia=dia, abertos=a, encerrados=e) for dia, a, e in p.dias],
        horas=[HoraSchema(dia_da_semana=d, hora=h, abertos=n) for (d, h), n in sorted(p.calor.items())],
        roteiros=[RoteiroUsadoSchema.de(uso) for uso in p.roteiros],
    )  # fmt: skip


@router.get(
    "/atendimento/guarda", response=list[RodadaSchema], summary="As rodadas da guarda", operation_id="listar_guarda"
)
def guarda(request: HttpRequest) -> list[RodadaSchema]:
    """As sessenta últimas, para a equipe central."""
    rodadas = rodadas_de_guarda(para=_quem(request, Escopo.LER))
    return [RodadaSchema(em=r.em, especie=r.especie, limite=r.limite, quantos=r.quantos) for r in rodadas]


def _politica(p: PoliticaSchema) -> Politica:
    return Politica(p.relogio, p.horas, tuple(p.lembretes))


def _quem(request: HttpRequest, escopo: Escopo) -> Pessoa:
    return quem_da_chave(request, escopo, Escopo.PAPEIS)
