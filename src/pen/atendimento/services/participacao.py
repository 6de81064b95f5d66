"""O que quem abriu, e quem segue, faz com o chamado."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Nivel, Passo
from pen.atendimento.errors import DestinoInvalido, PassoImpossivel, ReaberturaVencida
from pen.atendimento.models import Chamado, Integrante, PassoDoChamado, Seguidor
from pen.atendimento.models.chamado import TEXTO_MAXIMO
from pen.atendimento.rules import e_solicitante, participa, passou_de_reabrir
from pen.atendimento.selectors.equipes import equipes_do_produto
from pen.atendimento.services.anexos import AnexoPreparado, preparar_anexos
from pen.atendimento.services.avisos_do_chamado import Evento, avisar_do_chamado
from pen.atendimento.services.passo import PAGINA, conferir_visivel, dar_passo, mudar_de_equipe, por_fim, travar_chamado
from pen.atendimento.values.anexos import AnexoNovo
from pen.comum.errors import SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import Pessoa, contar_uso, pessoa_do_cpf

REABERTURAS_ATE_A_COORDENACAO = 2
SEGUIDORES_MAXIMO = 20
MENSAGENS_POR_MINUTO = 30
SO_PARTICIPANTES = "Só quem abriu ou segue o chamado pode fazer isto."


@transaction.atomic
def completar_chamado(
    *, por: Pessoa, chave: str, texto: str, anexos: Sequence[AnexoNovo] = (), preparados: Sequence[AnexoPreparado] = (),
    canal: CanalDaMensagem = PAGINA, agora: datetime | None = None,
) -> Chamado:  # fmt: skip
    """Acrescenta o que a pessoa diz ou manda; se se esperava por ela, o atendimento volta a andar.

    ``preparados`` são os anexos que quem chama já conferiu e guardou.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel, AnexoRecusado, LimiteExcedido.
        PedidoIncompleto: sem texto e sem anexo.
    """
    contar_uso(f"chamado:{por.pk}", limite=MENSAGENS_POR_MINUTO)
    conferir_visivel(por, chave)
    preparados = [*preparados, *preparar_anexos(anexos)]
    chamado = travar_chamado(por, chave)
    conferir(participa(por, chamado), SemPermissao(SO_PARTICIPANTES))
    limpo = exigir_texto(texto, "" if preparados else "Escreva a sua resposta.", TEXTO_MAXIMO, campo="texto")
    agora = agora or timezone.now()
    passo = dar_passo(chamado, Passo.COMPLETAR, por=por, agora=agora, texto=limpo, canal=canal, anexos=preparados)
    avisar_do_chamado(Evento.COMPLETADO, chamado, passo)
    return chamado


@transaction.atomic
def confirmar_solucao(
    *, por: Pessoa, chave: str, texto: str = "", canal: CanalDaMensagem = PAGINA, agora: datetime | None = None
) -> Chamado:
    """Diz que a solução serviu, e encerra.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel, PedidoIncompleto.
    """
    chamado, passo = _acabar(por, chave, Passo.CONFIRMAR, Desfecho.CONFIRMADO, texto, canal, agora or timezone.now())
    avisar_do_chamado(Evento.CONFIRMADO, chamado, passo)
    return chamado


@transaction.atomic
def cancelar_chamado(
    *, por: Pessoa, chave: str, texto: str = "", canal: CanalDaMensagem = PAGINA, agora: datetime | None = None
) -> Chamado:
    """Desiste do chamado.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel, PedidoIncompleto.
    """
    return _acabar(por, chave, Passo.CANCELAR, Desfecho.CANCELADO, texto, canal, agora or timezone.now())[0]


@transaction.atomic
def reabrir_chamado(
    *, por: Pessoa, chave: str, texto: str, canal: CanalDaMensagem = PAGINA, agora: datetime | None = None
) -> Chamado:
    """Reabre dentro do prazo: volta à frente da fila, com o mesmo atendente e sem triagem.

    Da segunda vez em diante, quem recebe é a coordenação do nível 3.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel, PedidoIncompleto.
        ReaberturaVencida: passou o prazo; ``detalhes['vencida_em']`` diz quando.
    """
    agora = agora or timezone.now()
    chamado = travar_chamado(por, chave)
    conferir(participa(por, chamado), SemPermissao(SO_PARTICIPANTES))
    limpo = exigir_texto(texto, "Diga por que o chamado precisa voltar.", TEXTO_MAXIMO, campo="texto")
    unido = PassoImpossivel("Este chamado foi unido a outro seu: escreva nele.")
    conferir(chamado.desfecho != Desfecho.UNIDO, unido)
    conferir(
        not passou_de_reabrir(chamado, agora),
        ReaberturaVencida(
            "O prazo de reabrir este chamado acabou. Abra outro, ligado a ele.", vencida_em=chamado.reabrivel_ate
        ),
    )
    chamado.desfecho, chamado.encerrado_em, chamado.reabrivel_ate, chamado.principal = "", None, None, None
    chamado.reaberturas += 1
    chamado.na_fila_desde = agora
    if chamado.reaberturas >= REABERTURAS_ATE_A_COORDENACAO:
        _passar_a_coordenacao(chamado, agora)
    detalhes = {"reabertura": chamado.reaberturas}
    passo = dar_passo(chamado, Passo.REABRIR, por=por, agora=agora, texto=limpo, canal=canal, detalhes=detalhes)
    avisar_do_chamado(Evento.REABERTO, chamado, passo)
    return chamado


@transaction.atomic
def incluir_seguidor(*, por: Pessoa, chave: str, cpf: str, agora: datetime | None = None) -> None:
    """Deixa o colega do CPF ver o chamado, completá-lo e receber os avisos; incluir de novo não muda nada.

    O CPF só se procura depois de conferido quem pede: dele nasce uma pessoa, se ela ainda não entrou.

    Levanta:
        ChamadoNaoEncontrado.
        SemPermissao: só quem abriu inclui.
        PapelInvalido: o CPF não confere.
        DestinoInvalido: já há seguidores demais.
    """
    chamado = travar_chamado(por, chave)
    conferir(e_solicitante(por, chamado), SemPermissao("Só quem abriu o chamado inclui colegas."))
    colega, seguidores = pessoa_do_cpf(cpf), Seguidor.objects.filter(chamado=chamado)
    cabe_mais = seguidores.exclude(pessoa=colega).count() < SEGUIDORES_MAXIMO
    conferir(cabe_mais, DestinoInvalido(f"Um chamado tem no máximo {SEGUIDORES_MAXIMO} seguidores.", campo="cpf"))
    if colega.pk != chamado.solicitante_id:
        Seguidor.objects.get_or_create(
            chamado=chamado, pessoa=colega, defaults={"por": por, "desde": agora or timezone.now()}
        )  # fmt: skip


@transaction.atomic
def excluir_seguidor(*, por: Pessoa, chave: str, seguidor_id: int) -> None:
    """Tira um colega do chamado, ou a si mesmo; de novo, não muda nada.

    Levanta:
        ChamadoNaoEncontrado.
        SemPermissao: só quem abriu tira os outros.
    """
    chamado = travar_chamado(por, chave)
    seguidor = Seguidor.objects.filter(chamado=chamado, pk=seguidor_id).first()
    if seguidor is not None:
        pode = e_solicitante(por, chamado) or seguidor.pessoa_id == por.pk
        conferir(pode, SemPermissao("Só quem abriu o chamado tira colegas."))
        seguidor.delete()


def _acabar(
    por: Pessoa, chave: str, passo: Passo, desfecho: Desfecho, texto: str, canal: CanalDaMensagem, agora: datetime
) -> tuple[Chamado, PassoDoChamado]:  # fmt: skip
    chamado = travar_chamado(por, chave)
    conferir(e_solicitante(por, chamado), SemPermissao("Só quem abriu o chamado pode fazer isto."))
    if chamado.aberto:
        por_fim(chamado, desfecho, agora=agora)
    dado = dar_passo(
        chamado, passo, por=por, agora=agora, canal=canal, texto=exigir_texto(texto, "", TEXTO_MAXIMO, campo="texto")
    )
    avisar_do_chamado(Evento.ACABOU, chamado, dado)
    return chamado, dado


def _passar_a_coordenacao(chamado: Chamado, agora: datetime) -> None:
    """Deixa o chamado com a coordenação de uma equipe de nível 3 do produto, se há."""
    terceiro = equipes_do_produto(chamado.produto_id).filter(nivel__in=[Nivel.NEGOCIAL, Nivel.TECNICO])
    coordenacao = Integrante.objects.filter(equipe__in=terceiro.values("pk"), coordena=True, ate=None)
    if (quem := coordenacao.select_related("equipe").order_by("pk").first()) is not None:
        if quem.equipe_id != chamado.equipe_id:
            mudar_de_equipe(chamado, quem.equipe, agora=agora)
        chamado.atendente_id = quem.pessoa_id
