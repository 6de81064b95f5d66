"""Credenciais de sistema: criar, revogar e conferir."""

import hmac
import threading
import time
import uuid
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pen.comum.errors import conferir
from pen.identidade.enums import Ambiente, Finalidade, SituacaoDaCredencial, SituacaoDoOrgao
from pen.identidade.errors import CredenciaisDemais, CredencialInvalida, CredencialNaoEncontrada, OrgaoSuspenso
from pen.identidade.models import CredencialDeSistema, Orgao, Pessoa
from pen.identidade.segredos import Argon2Enxuto, digerir_segredo, sortear_segredo
from pen.identidade.selectors.credenciais import credenciais_do_orgao, credencial_ativa
from pen.identidade.services.ritmo import contar_uso, esta_no_limite
from pen.identidade.signals import ato_praticado
from pen.identidade.values import SistemaAutenticado

ATIVAS_MAXIMO = 5  # por finalidade e ambiente: cada uma é mais um Argon2 a cada entrada errada
VALIDADE_DA_CONFERENCIA = 300  # segundos em que um segredo já conferido não paga Argon2 de novo
CONFERIDOS_MAXIMO = 5000
INTERVALO_DO_ULTIMO_USO = timedelta(minutes=5)
MENSAGEM = "Código do órgão ou senha inválidos."
MENSAGENS = {
    Finalidade.ENVIO: MENSAGEM,
    Finalidade.NUMERACAO: f"{MENSAGEM} Para numerar, use uma credencial de numeração: a de enviar não serve.",
}
_HASH_DE_NINGUEM = "argon2$argon2id$v=19$m=19456,t=2,p=1$bmluZ3VlbW5pbmd1ZW0$" + "A" * 43


@transaction.atomic
def criar_credencial(
    *, por: Pessoa | None, orgao: Orgao, ambiente: Ambiente, finalidade: Finalidade = Finalidade.ENVIO
) -> tuple[CredencialDeSistema, str]:
    """Cria uma credencial ativa e devolve também o segredo em claro, que não poderá ser visto de novo.

    Várias valem ao mesmo tempo, para trocar sem parar. ``por=None`` é o comando da instalação.

    Levanta:
        CredenciaisDemais: o órgão já tem ``ATIVAS_MAXIMO`` ativas desta finalidade neste ambiente.
    """
    Orgao.objects.select_for_update(no_key=True).get(pk=orgao.pk)  # no_key: não segura as remessas do órgão
    ativas = credenciais_do_orgao(orgao.pk, finalidade).filter(ambiente=ambiente, revogada_em=None).count()
    demais = f"{orgao.sigla} já tem {ativas} credenciais ativas de {ambiente.label}, que é o máximo. Revogue alguma antes."
    conferir(ativas < ATIVAS_MAXIMO, CredenciaisDemais(demais))
    segredo = sortear_segredo()
    credencial = CredencialDeSistema(
        orgao=orgao, finalidade=finalidade, ambiente=ambiente, segredo=make_password(segredo, hasher=Argon2Enxuto())
    )
    credencial.digesto = digerir_segredo(credencial.pk, segredo)
    credencial.save(force_insert=True)
    _anunciar(por, "credencial.criada", credencial)
    return credencial, segredo


@transaction.atomic
def revogar_credencial(
    *, por: Pessoa | None, orgao: Orgao, credencial_id: uuid.UUID, finalidade: Finalidade = Finalidade.ENVIO
) -> bool:
    """Revoga a credencial do órgão; vale no pedido seguinte. A que já estava revogada fica como está, e devolve falso.

    Levanta:
        CredencialNaoEncontrada: o órgão não tem essa credencial, com essa finalidade.
    """
    do_orgao = credenciais_do_orgao(orgao.pk, finalidade)
    credencial = do_orgao.select_for_update().filter(pk=credencial_id).first()
    if credencial is None:
        raise CredencialNaoEncontrada(f"O órgão {orgao.sigla} não tem a credencial {credencial_id}.")
    if credencial.situacao == SituacaoDaCredencial.REVOGADA:
        return False
    credencial.situacao, credencial.revogada_em = SituacaoDaCredencial.REVOGADA, timezone.now()
    credencial.save(update_fields=["situacao", "revogada_em"])
    _anunciar(por, "credencial.revogada", credencial)
    return True


def autenticar_sistema(
    *, codigo: str, segredo: str, origem: str, finalidade: Finalidade = Finalidade.ENVIO
) -> SistemaAutenticado:
    """Confere código e segredo contra as credenciais ativas do órgão que servem à ``finalidade``.

    O mesmo código pode existir no SIORG e no IBGE: quem decide é o segredo. ``origem`` é o endereço de rede de quem
    pede; depois de muitas recusas em um minuto, o segredo deixa de ser conferido até a janela virar.

    Levanta:
        CredencialInvalida: não confere, está revogada ou não existe (sem dizer qual).
        LimiteExcedido: recusas demais vindas da mesma origem.
        OrgaoSuspenso: confere, mas o órgão está suspenso.
    """
    digesto = _digerir(finalidade, codigo, segredo)
    sistema = _apresentar(_conferidos.get(digesto))
    if sistema is None:
        credencial_id = _conferir_segredo(codigo, segredo, origem, finalidade)
        _conferidos.guardar(digesto, credencial_id)
        sistema = _apresentar(credencial_id)
    if sistema is None:  # revogada no meio
        raise CredencialInvalida(MENSAGENS[finalidade])
    return sistema


def autenticar_credencial(*, credencial_id: uuid.UUID) -> SistemaAutenticado:
    """Reapresenta quem já provou o segredo antes (portador de um token de envio); levanta os mesmos erros."""
    sistema = _apresentar(credencial_id)
    if sistema is None:
        raise CredencialInvalida(MENSAGEM)
    return sistema


def _conferir_segredo(codigo: str, segredo: str, origem: str, finalidade: Finalidade) -> uuid.UUID:
    chave = f"autenticacao-recusada:{origem}"
    esta_no_limite(chave, limite=settings.AUTENTICACOES_RECUSADAS_POR_MINUTO)
    ativas = CredencialDeSistema.objects.filter(
        orgao__codigo=codigo.strip().upper()[:20], finalidade=finalidade, situacao=SituacaoDaCredencial.ATIVA
    )
    candidatas = list(ativas) if "\0" not in codigo else []
    for credencial in candidatas:
        if credencial.digesto and hmac.compare_digest(credencial.digesto, digerir_segredo(credencial.pk, segredo)):
            return credencial.pk
    for credencial in candidatas:
        if check_password(segredo, credencial.segredo):
            CredencialDeSistema.objects.filter(pk=credencial.pk).update(digesto=digerir_segredo(credencial.pk, segredo))
            return credencial.pk
    if not candidatas:
        check_password(segredo, _HASH_DE_NINGUEM)  # órgão que não existe custa o mesmo tempo
    contar_uso(chave)
    raise CredencialInvalida(MENSAGENS[finalidade])


def _apresentar(credencial_id: uuid.UUID | None) -> SistemaAutenticado | None:
    """O sistema que a credencial apresenta, lida agora do banco; ``None`` se já não vale."""
    if credencial_id is None:
        return None
    agora = timezone.now()
    lida = credencial_ativa(credencial_id, uso_antes_de=agora - INTERVALO_DO_ULTIMO_USO)
    if lida is None:
        return None
    sistema, situacao, uso_vencido = lida
    if situacao != SituacaoDoOrgao.ATIVO:
        raise OrgaoSuspenso(
            f"O órgão {sistema.orgao_sigla} está {situacao.label}: os sistemas dele não enviam nem numeram."
        )
    if uso_vencido:
        vencido = Q(ultimo_uso_em=None) | Q(ultimo_uso_em__lt=agora - INTERVALO_DO_ULTIMO_USO)
        CredencialDeSistema.objects.filter(vencido, pk=credencial_id).update(ultimo_uso_em=agora)
    return sistema


def _digerir(finalidade: Finalidade, codigo: str, segredo: str) -> bytes:
    return hmac.digest(
        settings.SECRET_KEY.encode(), f"{finalidade}\0{codigo}\0{segredo}".encode("utf-8", "surrogatepass"), sha256
    )


def _anunciar(por: Pessoa | None, ato: str, credencial: CredencialDeSistema) -> None:
    ato_praticado.send(
        CredencialDeSistema, por=por, ato=ato, objeto=f"credencial:{credencial.pk}", orgao_id=credencial.orgao_id,
        detalhes={"finalidade": Finalidade(credencial.finalidade).label, "ambiente": Ambiente(credencial.ambiente).label},
    )  # fmt: skip


class _Conferidos:
    """Os segredos conferidos há pouco neste servidor, só como HMAC; a credencial ainda é lida do banco a cada pedido."""

    def __init__(self) -> None:
        self._trava = threading.Lock()
        self._itens: dict[bytes, tuple[uuid.UUID, float]] = {}

    def get(self, digesto: bytes) -> uuid.UUID | None:
        with self._trava:
            item = self._itens.get(digesto)
        return item[0] if item and item[1] > time.monotonic() else None

    def guardar(self, digesto: bytes, credencial_id: uuid.UUID) -> None:
        with self._trava:
            if len(self._itens) >= CONFERIDOS_MAXIMO:
                self._itens.clear()
            self._itens[digesto] = (credencial_id, time.monotonic() + VALIDADE_DA_CONFERENCIA)


_conferidos = _Conferidos()
