"""Unir dois chamados da mesma pessoa, separar o que se uniu, e dividir um em dois. Nada do que se disse muda de lugar."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo
from pen.atendimento.errors import DestinoInvalido, PassoImpossivel
from pen.atendimento.models import Anexo, Chamado, PassoDoChamado, Seguidor
from pen.atendimento.rules import atende, pode_separar
from pen.atendimento.selectors.catalogo import consultar_folha
from pen.atendimento.selectors.chamados import achar_chamado
from pen.atendimento.services.abertura import ChamadoNovo, gravar_abertura, montar_chamado
from pen.atendimento.services.anexos import AnexoPreparado
from pen.atendimento.services.numeracao import numerar_protocolo
from pen.atendimento.services.passo import PAGINA, dar_passo, por_fim, travar_chamado
from pen.comum.armazem import Guardado
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.conhecimento.public import EsferaDeAtendimento
from pen.identidade.public import Pessoa

OUTRA_EQUIPE = "O chamado está com outra equipe."


@transaction.atomic
def unir_chamado(
    *, por: Pessoa, chave: str, principal: str, canal: CanalDaMensagem = PAGINA, agora: datetime | None = None
) -> Chamado:
    """Encerra o chamado unido a outro da mesma pessoa, de protocolo ``principal``, em cuja página a história dele passa a aparecer.

    Quem seguia este passa a seguir o outro. Em sete dias, pode-se separar.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel.
        DestinoInvalido: o outro é o mesmo, já acabou, é de outra pessoa, ou está com outra equipe.
    """
    agora = agora or timezone.now()
    outro = achar_chamado(principal, para=por)
    # Na mesma ordem em toda transação, para que dois atendentes não se travem.
    list(Chamado.objects.select_for_update().filter(pk=outro.pk) if outro.chave < chave else ())
    chamado = travar_chamado(por, chave)
    conferir(atende(por, chamado), SemPermissao(OUTRA_EQUIPE))
    destino = Chamado.objects.select_for_update().get(pk=outro.pk)
    conferir(destino.pk != chamado.pk, DestinoInvalido("Um chamado não se une a si mesmo.", campo="principal"))
    # Os de quem não se sabe quem é (anonimizados, importados) têm todos a mesma linha no lugar da pessoa.
    da_mesma = destino.solicitante_id == chamado.solicitante_id and chamado.solicitante.is_active
    frase = "Só se unem chamados da mesma pessoa; de pessoas diferentes, use «Já há outro chamado»."
    conferir(da_mesma, DestinoInvalido(frase, campo="principal"))
    serve = destino.aberto and atende(por, destino)
    conferir(serve, DestinoInvalido("O outro chamado já acabou, ou está com outra equipe.", campo="principal"))
    ja = set(Seguidor.objects.filter(chamado=destino).values_list("pessoa_id", flat=True))
    passam = [s for s in Seguidor.objects.filter(chamado=chamado) if s.pessoa_id not in ja]
    Seguidor.objects.bulk_create(
        Seguidor(chamado=destino, pessoa_id=s.pessoa_id, desde=agora, por_id=s.por_id) for s in passam
    )
    if chamado.aberto:
        chamado.principal = destino
        por_fim(chamado, Desfecho.UNIDO, agora=agora)
    detalhes = {"principal": str(destino.pk), "seguidores": [s.pessoa_id for s in passam]}
    dar_passo(chamado, Passo.UNIR, por=por, agora=agora, canal=canal, detalhes=detalhes)
    nota = f"O chamado {chamado.protocolo}, da mesma pessoa, foi unido a este; a história dele está aqui."
    dar_passo(destino, Passo.ANOTAR, por=por, agora=agora, canal=canal, texto=nota, interno=True)
    return destino


@transaction.atomic
def separar_chamado(*, por: Pessoa, chave: str, canal: CanalDaMensagem = PAGINA, agora: datetime | None = None) -> Chamado:
    """Desfaz a união: o chamado volta a andar sozinho, e quem só o seguia deixa de seguir o outro.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao.
        PassoImpossivel: não está unido, ou passaram os sete dias.
    """
    agora = agora or timezone.now()
    chamado = travar_chamado(por, chave)
    conferir(atende(por, chamado), SemPermissao(OUTRA_EQUIPE))
    conferir(pode_separar(chamado, agora), PassoImpossivel("O chamado não está unido a outro, ou já passaram sete dias."))
    uniao = PassoDoChamado.objects.filter(chamado=chamado, passo=Passo.UNIR).latest("ordem")
    Seguidor.objects.filter(chamado=chamado.principal, pessoa__in=uniao.detalhes["seguidores"]).delete()
    chamado.desfecho, chamado.encerrado_em, chamado.reabrivel_ate, chamado.principal = "", None, None, None
    chamado.na_fila_desde = agora
    dar_passo(chamado, Passo.SEPARAR, por=por, agora=agora, canal=canal)
    return chamado


@transaction.atomic
def dividir_chamado(
    *,
    por: Pessoa,
    chave: str,
    ordem: int,
    produto: str,
    tipo: str,
    assunto: str,
    canal: CanalDaMensagem = PAGINA,
    agora: datetime | None = None,
) -> Chamado:
    """Abre, em nome de quem abriu este, outro chamado com a mensagem do passo ``ordem`` e os anexos dela, ligado a este.

    Levanta:
        ChamadoNaoEncontrado, SemPermissao, PassoImpossivel, ProdutoNaoEncontrado, ProdutoForaDaEsfera, SemEquipe.
        PedidoIncompleto: falta o assunto, ou o passo não é uma mensagem de quem abriu ou segue.
    """
    agora = agora or timezone.now()
    chamado = travar_chamado(por, chave)
    conferir(atende(por, chamado), SemPermissao(OUTRA_EQUIPE))
    mensagem = PassoDoChamado.objects.filter(chamado=chamado, ordem=ordem, da_equipe=False).exclude(por=None).first()
    texto = (chamado.descricao if mensagem.passo == Passo.ABRIR else mensagem.texto) if mensagem else ""
    if mensagem is None or not texto:
        raise PedidoIncompleto("Escolha uma mensagem de quem abriu ou acompanha o chamado.", campo="ordem")
    folha = consultar_folha(produto, tipo, EsferaDeAtendimento(chamado.esfera))
    pedido = ChamadoNovo(uuid4(), chamado.orgao, produto, tipo, assunto, texto, respostas={})
    anexos = [
        AnexoPreparado("", a.nome, a.formato, Guardado(a.resumo, a.tamanho)) for a in Anexo.objects.filter(passo=mensagem)
    ]
    novo = montar_chamado(pedido, folha, solicitante=chamado.solicitante, anterior=chamado, agora=agora)
    novo.protocolo = numerar_protocolo(agora)
    gravar_abertura(novo, tipo=folha.tipo, por=None, anexos=anexos, canal=canal)
    dar_passo(chamado, Passo.DIVIDIR, por=por, agora=agora, canal=canal, detalhes={"novo": str(novo.pk), "ordem": ordem})
    return novo
