"""Dar e encerrar papéis; cada mudança é anunciada à auditoria na mesma transação."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.comum.errors import SemPermissao, conferir
from pen.comum.identificadores import uuid7
from pen.comum.texto import cpf_confere
from pen.identidade.enums import Papel
from pen.identidade.errors import PapelInvalido, PapelNaoEncontrado
from pen.identidade.models import Atribuicao, Orgao, Pessoa
from pen.identidade.rules import PAPEIS_DO_ORGAO, pode_dar_papel
from pen.identidade.signals import ato_praticado


@transaction.atomic
def conceder_papel(*, por: Pessoa | None, pessoa: Pessoa, papel: Papel, orgao: Orgao | None = None) -> Atribuicao:
    """Dá o papel à pessoa; se ela já o tem, devolve o que há. ``por=None`` é o comando da instalação.

    Levanta:
        SemPermissao: ``por`` não pode dar este papel.
        PapelInvalido: papel de órgão sem órgão, ou central com órgão.
    """
    conferir(
        por is None or pode_dar_papel(por, papel, orgao.pk if orgao else None),
        SemPermissao("Você não pode dar este papel."),
    )
    if (papel in PAPEIS_DO_ORGAO) != (orgao is not None):
        raise PapelInvalido("Gestão e consulta são papéis num órgão; equipe central e auditoria, na instalação inteira.")
    try:
        with transaction.atomic():
            atribuicao = Atribuicao.objects.create(pessoa=pessoa, papel=papel, orgao=orgao, concedido_por=por)
    except IntegrityError:
        return Atribuicao.objects.get(pessoa=pessoa, papel=papel, orgao=orgao, encerrado_em=None)
    _anunciar(por, "papel.concedido", atribuicao)
    return atribuicao


@transaction.atomic
def convidar_pelo_cpf(*, por: Pessoa | None, cpf: str, papel: Papel, orgao: Orgao | None = None) -> Atribuicao:
    """Dá o papel a quem tem o CPF (só algarismos), mesmo que ainda não tenha entrado: vale quando entrar pelo gov.br.

    Levanta:
        SemPermissao, PapelInvalido: como em ``conceder_papel``; ou o CPF não confere.
    """
    return conceder_papel(por=por, pessoa=pessoa_do_cpf(cpf), papel=papel, orgao=orgao)


def pessoa_do_cpf(cpf: str) -> Pessoa:
    """A pessoa do CPF, com pontos ou sem; quem ainda não entrou passa a existir, e é ela quando entrar pelo gov.br.

    Levanta:
        PapelInvalido: o CPF não confere.
    """
    algarismos = "".join(c for c in cpf if c.isascii() and c.isdecimal())
    conferir(cpf_confere(algarismos), PapelInvalido("O CPF não confere; verifique os algarismos."))
    pessoa, _ = Pessoa.objects.get_or_create(cpf=algarismos, defaults={"username": str(uuid7()), "password": "!"})
    return pessoa


def inventar_pessoas(quantas: int) -> list[Pessoa]:
    """Pessoas que não existem, para medir: sem CPF, sem e-mail e sem como entrar; as mesmas de novo, se já há."""
    nomes = [f"inventada-{n}" for n in range(quantas)]
    sem_senha = {"password": "!"}
    novas = (Pessoa(username=nome, nome=nome.replace("-", " ").capitalize(), **sem_senha) for nome in nomes)
    Pessoa.objects.bulk_create(novas, ignore_conflicts=True, batch_size=1_000)
    return list(Pessoa.objects.filter(username__in=nomes).order_by("pk"))


def pessoa_anonima() -> Pessoa:
    """A pessoa sem dado nenhum, que fica no lugar de quem já não se pode nomear; uma só na instalação."""
    valores = {"password": "!", "is_active": False}
    return Pessoa.objects.get_or_create(username="anonima", defaults=valores)[0]


@transaction.atomic
def encerrar_papel(*, por: Pessoa | None, atribuicao_id: int) -> None:
    """Encerra um papel vigente; a própria pessoa também pode deixar o seu.

    Levanta:
        PapelNaoEncontrado: não há papel vigente com esse número, ou não é visível a quem pede.
    """
    atribuicao = Atribuicao.objects.select_for_update().filter(pk=atribuicao_id, encerrado_em=None).first()
    if atribuicao is None or not (
        por is None or por.pk == atribuicao.pessoa_id or pode_dar_papel(por, Papel(atribuicao.papel), atribuicao.orgao_id)
    ):
        raise PapelNaoEncontrado("Nenhum papel vigente com esse número.")
    atribuicao.encerrado_em, atribuicao.encerrado_por = timezone.now(), por
    atribuicao.save(update_fields=["encerrado_em", "encerrado_por"])
    _anunciar(por, "papel.encerrado", atribuicao)


def _anunciar(por: Pessoa | None, ato: str, atribuicao: Atribuicao) -> None:
    ato_praticado.send(
        Atribuicao, por=por, ato=ato, objeto=f"pessoa:{atribuicao.pessoa_id}", orgao_id=atribuicao.orgao_id,
        detalhes={"papel": atribuicao.papel},
    )  # fmt: skip
