"""Os navegadores em que a pessoa aceitou push."""

from uuid import UUID

from django.db import transaction

from pen.identidade.public import Pessoa
from pen.notificacoes.canais.push import chaves_conferem, endpoint_permitido
from pen.notificacoes.errors import InscricaoInvalida, InscricaoNaoEncontrada
from pen.notificacoes.models import InscricaoPush

INSCRICOES_POR_PESSOA = 10


@transaction.atomic
def inscrever_navegador(
    *, por: Pessoa, endpoint: str, p256dh: str, auth: str, aparelho: str = "", da_entrada: UUID | None = None
) -> InscricaoPush:
    """Registra um navegador; inscrito de novo por outra pessoa, passa a ser só dela.

    ``da_entrada`` é a entrada em que a pessoa está: quando ela sair deste aparelho, a inscrição some.

    Levanta:
        InscricaoInvalida: o endereço não é de um serviço de push conhecido, ou as chaves não se entendem.
    """
    if len(endpoint) > 1000 or not endpoint_permitido(endpoint):
        raise InscricaoInvalida("O serviço de avisos deste navegador não é conhecido por esta instalação.")
    if not chaves_conferem(p256dh, auth):
        raise InscricaoInvalida("O navegador não informou as chaves como deveria.")
    dados = {"pessoa_id": por.pk, "p256dh": p256dh, "auth": auth, "aparelho": aparelho[:60], "da_entrada": da_entrada}
    inscricao, _ = InscricaoPush.objects.update_or_create(endpoint=endpoint, defaults=dados)
    sobrando = InscricaoPush.objects.filter(pessoa=por).order_by("-id").values("pk")[INSCRICOES_POR_PESSOA:]
    InscricaoPush.objects.filter(pk__in=sobrando).delete()
    return inscricao


def excluir_inscricao(*, por: Pessoa, inscricao_id: UUID) -> None:
    """Tira um navegador da própria pessoa.

    Levanta:
        InscricaoNaoEncontrada: não existe, ou é de outra pessoa.
    """
    excluidas, _ = InscricaoPush.objects.filter(pessoa=por, pk=inscricao_id).delete()
    if not excluidas:
        raise InscricaoNaoEncontrada("Este navegador não está entre os seus.")


def excluir_inscricoes_da_entrada(*, pessoa_id: int, entrada_id: UUID) -> None:
    """A pessoa saiu de um aparelho: os navegadores que ela inscreveu naquela entrada não recebem mais."""
    InscricaoPush.objects.filter(pessoa_id=pessoa_id, da_entrada=entrada_id).delete()
