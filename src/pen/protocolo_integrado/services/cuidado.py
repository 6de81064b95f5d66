"""O cuidado do órgão com o que publica: ocultar, resumir e restaurar processos, reter textos e mascarar nomes.

Cada ato pede um motivo, vale na hora em toda parte (páginas, busca, API, feed e avisos que ainda não saíram) e fica na
auditoria. O que o órgão decide vale sobre o que os textos sugerem, e sobre o que ele reenviar.
"""

from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import SemPermissao, conferir
from pen.comum.texto import normalizar_texto, sem_acentos
from pen.identidade.public import Pessoa, gere_o_orgao
from pen.protocolo_integrado.documentos_de_pessoa import hash_do_nome, iniciais, trocar_nome
from pen.protocolo_integrado.enums import Visibilidade
from pen.protocolo_integrado.errors import (
    MotivoAusente,
    MovimentoNaoEncontrado,
    NomeNaoEncontrado,
    ProcessoNaoEncontrado,
    RetencaoInvalida,
    RetencaoNaoEncontrada,
)
from pen.protocolo_integrado.models import Andamento, Interessado, NomeMascarado, Registro, Retencao
from pen.protocolo_integrado.services.gravacao import travar_numeros
from pen.protocolo_integrado.services.vetores import refazer_vetores

TRECHO_MINIMO = 8  # um trecho curto demais reteria quase tudo
ATOS = {
    Visibilidade.OCULTO: "processo.oculto",
    Visibilidade.RESUMIDO: "processo.resumido",
    Visibilidade.PUBLICO: "processo.restaurado",
}

_DECIDIR = """
UPDATE protocolo_integrado_registro SET
    visibilidade_decidida = %(decidida)s, visibilidade = %(decidida)s, vetor = NULL, atualizado_em = %(agora)s
WHERE numero = %(numero)s AND orgao_id = %(orgao)s
"""


@transaction.atomic
def decidir_visibilidade(*, por: Pessoa, numero: str, orgao_id: int, visibilidade: Visibilidade, motivo: str) -> None:
    """O órgão decide quanto o público vê do que ele enviou deste número canônico.

    O processo inteiro segue a decisão mais restrita entre os órgãos que o informam.

    Levanta:
        SemPermissao, MotivoAusente.
        ProcessoNaoEncontrado: o órgão não enviou este número.
    """
    _exigir(por, orgao_id, motivo)
    travar_numeros([numero])
    _achar_registro(numero, orgao_id)
    with connection.cursor() as cursor:
        cursor.execute(
            _DECIDIR, {"decidida": int(visibilidade), "agora": timezone.now(), "numero": numero, "orgao": orgao_id}
        )
    refazer_vetores([numero])
    registrar_ato(
        por=por, ato=ATOS[visibilidade], objeto=f"processo:{numero}", orgao_id=orgao_id, detalhes={"motivo": motivo}
    )


@transaction.atomic
def mascarar_nome(*, por: Pessoa, numero: str, orgao_id: int, ordem: int, motivo: str) -> None:
    """Troca um nome pelas iniciais, nos interessados e no assunto, e o mantém assim quando o órgão o reenviar.

    ``ordem`` é a posição do interessado no registro.

    Levanta:
        SemPermissao, MotivoAusente.
        NomeNaoEncontrado: não há interessado nessa posição.
    """
    _exigir(por, orgao_id, motivo)
    travar_numeros([numero])
    registro = _achar_registro(numero, orgao_id)
    interessado = Interessado.objects.filter(numero=numero, orgao_id=orgao_id, ordem=ordem).first()
    if interessado is None:
        raise NomeNaoEncontrado("Nenhum interessado nessa posição.")
    nome = interessado.nome
    NomeMascarado.objects.get_or_create(
        numero=numero, orgao_id=orgao_id, nome_hash=hash_do_nome(nome), defaults={"motivo": motivo, "criado_por": por}
    )
    Interessado.objects.filter(numero=numero, orgao_id=orgao_id, nome=nome).update(nome=iniciais(nome))
    assunto = trocar_nome(registro.assunto, nome)
    Registro.objects.filter(numero=numero, orgao_id=orgao_id).update(assunto=assunto, atualizado_em=timezone.now())
    refazer_vetores([numero])
    registrar_ato(
        por=por, ato="nome.mascarado", objeto=f"processo:{numero}", orgao_id=orgao_id, detalhes={"motivo": motivo}
    )


@transaction.atomic
def reter_movimento(*, por: Pessoa, numero: str, orgao_id: int, chave: UUID, motivo: str) -> Retencao:
    """Deixa de mostrar o texto de um movimento; a data e a unidade continuam.

    Levanta:
        SemPermissao, MotivoAusente.
        MovimentoNaoEncontrado: não é um movimento deste órgão neste número.
    """
    _exigir(por, orgao_id, motivo)
    if not Andamento.objects.filter(numero=numero, orgao_id=orgao_id, chave=chave).exists():
        raise MovimentoNaoEncontrado("Nenhum movimento do órgão com esse identificador.")
    retencao = _reter(Retencao(orgao_id=orgao_id, numero=numero, chave=chave, motivo=motivo, criada_por=por))
    registrar_ato(
        por=por, ato="movimento.retido", objeto=f"processo:{numero}", orgao_id=orgao_id,
        detalhes={"motivo": motivo, "movimento": str(chave)},
    )  # fmt: skip
    return retencao


@transaction.atomic
def criar_regra_de_retencao(*, por: Pessoa, orgao_id: int, trecho: str, motivo: str) -> Retencao:
    """Deixa de mostrar o texto de todo movimento do órgão que contém o trecho, já recebido ou por receber.

    Levanta:
        SemPermissao, MotivoAusente.
        RetencaoInvalida: o trecho tem menos de ``TRECHO_MINIMO`` letras.
    """
    _exigir(por, orgao_id, motivo)
    limpo = sem_acentos(normalizar_texto(trecho))[:200]
    conferir(
        len(limpo) >= TRECHO_MINIMO,
        RetencaoInvalida(f"Escreva pelo menos {TRECHO_MINIMO} letras do trecho: um trecho curto esconderia quase tudo."),
    )
    retencao = _reter(Retencao(orgao_id=orgao_id, trecho=limpo, motivo=motivo, criada_por=por))
    registrar_ato(
        por=por, ato="regra.criada", objeto=f"regra:{retencao.pk}", orgao_id=orgao_id,
        detalhes={"motivo": motivo, "trecho": limpo},
    )  # fmt: skip
    return retencao


@transaction.atomic
def encerrar_retencao(*, por: Pessoa, retencao_id: UUID) -> None:
    """Volta a mostrar o que a retenção escondia.

    Levanta:
        RetencaoNaoEncontrada: não há retenção vigente com esse identificador num órgão que a pessoa gere.
    """
    retencao = Retencao.objects.select_for_update().filter(pk=retencao_id, encerrada_em=None).first()
    if retencao is None or not gere_o_orgao(por, retencao.orgao_id):
        raise RetencaoNaoEncontrada("Nenhuma retenção em vigor com esse identificador.")
    retencao.encerrada_em = timezone.now()
    retencao.save(update_fields=["encerrada_em"])
    ato, objeto = ("movimento.liberado", f"processo:{retencao.numero}") if retencao.numero else (
        "regra.encerrada", f"regra:{retencao.pk}"
    )  # fmt: skip
    registrar_ato(por=por, ato=ato, objeto=objeto, orgao_id=retencao.orgao_id, detalhes={})


def _exigir(por: Pessoa, orgao_id: int, motivo: str) -> None:
    conferir(gere_o_orgao(por, orgao_id), SemPermissao("Só quem gere o órgão pode fazer isto."))
    conferir(bool(motivo.strip()), MotivoAusente("Escreva o motivo: ele fica registrado."))


def _achar_registro(numero: str, orgao_id: int) -> Registro:
    registro = Registro.objects.defer("vetor").filter(numero=numero, orgao_id=orgao_id).first()
    if registro is None:
        raise ProcessoNaoEncontrado("O órgão não enviou um processo com esse número.")
    return registro


def _reter(retencao: Retencao) -> Retencao:
    try:
        with transaction.atomic():
            retencao.save(force_insert=True)
    except IntegrityError:
        return Retencao.objects.get(
            orgao_id=retencao.orgao_id,
            trecho=retencao.trecho,
            numero=retencao.numero,
            chave=retencao.chave,
            encerrada_em=None,
        )
    return retencao
