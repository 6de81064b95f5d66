"""Pedir uma mudança no cadastro. Cada pedido confere quem pede e o que pede, e já nasce na fila de quem decide."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import (
    Esfera,
    Orgao,
    OrgaoNaoEncontrado,
    Pessoa,
    SituacaoDoOrgao,
    e_da_equipe_central,
    exigir_entrada_forte,
    orgaos_por_id,
)
from pen.nup.enums.situacoes import Condicao, Operacao, SituacaoDaUnidade
from pen.nup.errors import AnexoInvalido, MudancaImpossivel, PedidoJaAberto, UnidadeNaoEncontrada
from pen.nup.models import Anexo, GestorDeUp, Participacao, PassoDoPedido, Pedido, Unidade
from pen.nup.rules import e_vinculada, gere_unidades_de, lados_que_confirma, pode_pedir_por
from pen.nup.services.avisos_de_pedido import Evento, avisar_do_pedido
from pen.nup.values.numeros import e_codigo_de_unidade
from pen.nup.values.pedidos import PRAZOS, situacao_inicial

ANEXOS_POR_PEDIDO = 5
ANEXO_MAXIMO = 5 * 2**20  # bytes
_FORMATOS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
SO_GESTOR = "Só quem é gestor de UP do órgão pode pedir isto."


@dataclass(frozen=True, slots=True)
class AnexoNovo:
    """Um documento que acompanha o pedido: PDF, PNG ou JPEG, até 5 MB."""

    nome: str
    conteudo: bytes


@dataclass(frozen=True, slots=True)
class Designacao:
    """A designação de um gestor de UP: portaria, e-mail e telefone institucionais."""

    portaria: str
    email: str
    telefone: str

    def limpa(self) -> "Designacao":
        """Sem espaços nas pontas.

        Levanta:
            PedidoIncompleto: falta um dado.
        """
        return Designacao(
            portaria=exigir_texto(self.portaria, "Informe o número e a data da portaria.", 200, campo="portaria"),
            email=exigir_texto(self.email, "Informe o e-mail institucional.", 254, campo="email"),
            telefone=exigir_texto(self.telefone, "Informe o telefone, com DDD.", 30, campo="telefone"),
        )


@dataclass(frozen=True, slots=True)
class FichaDaUnidade:
    """O que o órgão diz de uma unidade. ``unidade_siorg`` é o código dela no SIORG; obrigatório no NUP."""

    nome: str
    unidade_siorg: str = ""
    endereco: str = ""
    municipio: str = ""
    uf: str = ""
    cep: str = ""
    email: str = ""
    telefone: str = ""

    def limpa(self, *, do_nipe: bool) -> dict[str, str]:
        """Os campos, sem espaços nas pontas.

        Levanta:
            PedidoIncompleto: falta o nome ou, no NUP, a unidade do SIORG; ou um campo é longo demais ou malformado.
        """
        maximos = {
            "nome": 200,
            "unidade_siorg": 10,
            "endereco": 300,
            "municipio": 7,
            "uf": 2,
            "cep": 8,
            "email": 254,
            "telefone": 30,
        }
        faltas = {"nome": "Informe o nome da unidade."}
        if not do_nipe:
            faltas["unidade_siorg"] = "Informe o código da unidade no SIORG."
        campos = {c: exigir_texto(v, faltas.get(c, ""), maximos[c], campo=c) for c, v in asdict(self).items()}
        for campo, largura, o_que in (("municipio", 7, "código IBGE do município"), ("cep", 8, "CEP")):
            valor = campos[campo]
            if valor and not (len(valor) == largura and valor.isascii() and valor.isdecimal()):
                raise PedidoIncompleto(f"O {o_que} tem {largura} algarismos.", campo=campo)
        if (siorg := campos["unidade_siorg"]) and not (siorg.isascii() and siorg.isdecimal()):
            raise PedidoIncompleto("O código do SIORG só tem algarismos.", campo="unidade_siorg")
        return campos


@transaction.atomic
def pedir_adesao(
    *,
    por: Pessoa,
    orgao_id: int,
    designacao: Designacao,
    motivo: str,
    orgao_gestor_id: int | None = None,
    anexos: Sequence[AnexoNovo] = (),
    agora: datetime | None = None,
) -> Pedido:
    """Pede que o órgão participe do CNUP, com quem pede como gestor de UP.

    Com ``orgao_gestor_id``, como entidade vinculada a ele; sem, como órgão gestor. Estados e municípios numeram por NIPE.

    Levanta:
        EntradaFraca, OrgaoNaoEncontrado, PedidoIncompleto, AnexoInvalido, PedidoJaAberto.
        MudancaImpossivel: o órgão já participa, não está ativo, ou não pode ser vinculado a esse órgão gestor.
    """
    exigir_entrada_forte(por)
    orgao = _orgao_ativo(orgao_id)
    conferir(
        not Participacao.objects.filter(orgao=orgao).exists(),
        MudancaImpossivel(f"{orgao.sigla} já participa do CNUP.", campo="orgao"),
    )
    if orgao_gestor_id is not None:
        gestor = Participacao.objects.filter(orgao_id=orgao_gestor_id, condicao=Condicao.GESTOR, instituicao=None).first()
        conferir(
            gestor is not None and orgao.esfera == Esfera.FEDERAL and orgao_gestor_id != orgao_id,
            MudancaImpossivel(
                "O órgão gestor indicado não está no CNUP, ou não pode ter esta entidade.", campo="orgao_gestor"
            ),
        )
    dados = asdict(designacao.limpa())
    return _abrir(
        Operacao.ADESAO,
        por=por,
        orgao=orgao,
        orgao_gestor_id=orgao_gestor_id,
        dados=dados,
        motivo=motivo,
        anexos=anexos,
        agora=agora,
    )


@transaction.atomic
def pedir_cadastro(
    *,
    por: Pessoa,
    orgao_id: int,
    ficha: FichaDaUnidade,
    motivo: str,
    codigo: str = "",
    anexos: Sequence[AnexoNovo] = (),
    agora: datetime | None = None,
) -> Pedido:
    """Pede uma unidade nova; ``codigo`` é o que o órgão já usa ou prefere, e quem decide o confirma ou dá outro.

    Levanta:
        SemPermissao, OrgaoNaoEncontrado, PedidoIncompleto, AnexoInvalido.
        MudancaImpossivel: o órgão não participa do CNUP, ou o código já tem dono ou não serve.
    """
    participacao = _participacao_de_quem_pede(por, orgao_id)
    codigo = codigo.strip()
    if codigo:
        conferir_codigo_livre(codigo, participacao)
    dados = ficha.limpa(do_nipe=participacao.instituicao is not None) | {"codigo": codigo}
    return _abrir(
        Operacao.CADASTRO, por=por, orgao=participacao.orgao, orgao_gestor_id=participacao.orgao_gestor_id, dados=dados,
        motivo=motivo, anexos=anexos, agora=agora,
    )  # fmt: skip


@transaction.atomic
def pedir_alteracao(
    *,
    por: Pessoa,
    codigo: str,
    ficha: FichaDaUnidade,
    motivo: str,
    anexos: Sequence[AnexoNovo] = (),
    agora: datetime | None = None,
) -> Pedido:
    """Pede a mudança do nome, da unidade do SIORG, do endereço ou dos contatos.

    Levanta:
        SemPermissao, UnidadeNaoEncontrada, PedidoIncompleto, AnexoInvalido, PedidoJaAberto.
        MudancaImpossivel: a unidade não está ativa.
    """
    unidade = _unidade_de_quem_pede(por, codigo, SituacaoDaUnidade.ATIVA)
    dados = ficha.limpa(do_nipe=unidade.do_nipe)
    return _abrir_sobre(unidade, Operacao.ALTERACAO, por=por, dados=dados, motivo=motivo, anexos=anexos, agora=agora)


@transaction.atomic
def pedir_inativacao(
    *, por: Pessoa, codigo: str, motivo: str, anexos: Sequence[AnexoNovo] = (), agora: datetime | None = None
) -> Pedido:
    """Pede que a unidade deixe de numerar, também a de um órgão suspenso ou extinto; levanta o mesmo que ``pedir_alteracao``."""
    unidade = _unidade_de_quem_pede(por, codigo, SituacaoDaUnidade.ATIVA, do_orgao_ativo=False)
    return _abrir_sobre(unidade, Operacao.INATIVACAO, por=por, motivo=motivo, anexos=anexos, agora=agora)


@transaction.atomic
def pedir_reativacao(
    *, por: Pessoa, codigo: str, motivo: str, anexos: Sequence[AnexoNovo] = (), agora: datetime | None = None
) -> Pedido:
    """Pede que a unidade volte a numerar; levanta o mesmo que ``pedir_alteracao`` (aqui, se não está inativa)."""
    unidade = _unidade_de_quem_pede(por, codigo, SituacaoDaUnidade.INATIVA)
    return _abrir_sobre(unidade, Operacao.REATIVACAO, por=por, motivo=motivo, anexos=anexos, agora=agora)


@transaction.atomic
def pedir_migracao(
    *,
    por: Pessoa,
    codigo: str,
    destino_id: int,
    motivo: str,
    anexos: Sequence[AnexoNovo] = (),
    agora: datetime | None = None,
) -> Pedido:
    """Pede que a unidade passe a outro órgão gestor; o lado de quem pede já fica confirmado.

    Levanta:
        UnidadeNaoEncontrada, PedidoIncompleto, AnexoInvalido, PedidoJaAberto.
        SemPermissao: quem pede não é de nenhum dos lados, nem da equipe PEN.
        MudancaImpossivel: o destino não é órgão gestor, é o mesmo, ou a unidade é do NIPE ou não tem dono.
    """
    unidade = _travar_unidade(codigo)
    destino = Participacao.objects.filter(orgao_id=destino_id).select_related("orgao").first()
    serve = destino is not None and destino.instituicao is None and destino.condicao == Condicao.GESTOR
    conferir(
        unidade.orgao_gestor_id is not None and not unidade.do_nipe,
        MudancaImpossivel("Só migra unidade do NUP que tem órgão gestor."),
    )
    conferir(
        serve and destino_id != unidade.orgao_gestor_id,
        MudancaImpossivel("O destino precisa ser outro órgão gestor que participe do CNUP.", campo="destino"),
    )
    conferir(
        e_da_equipe_central(por) or gere_unidades_de(por, unidade.orgao_gestor_id, destino_id),
        SemPermissao("Só os gestores de UP dos dois órgãos gestores, ou a equipe PEN, pedem a migração."),
    )
    orgao = unidade.orgao
    assert orgao is not None  # quem tem órgão gestor tem órgão
    return _abrir(
        Operacao.MIGRACAO, por=por, orgao=orgao, orgao_gestor_id=unidade.orgao_gestor_id, destino_id=destino_id,
        unidade=unidade, motivo=motivo, anexos=anexos, agora=agora,
    )  # fmt: skip


@transaction.atomic
def pedir_descentralizacao(
    *, por: Pessoa, orgao_id: int, motivo: str, anexos: Sequence[AnexoNovo] = (), agora: datetime | None = None
) -> Pedido:
    """O órgão gestor pede que a vinculada ``orgao_id`` passe a responder por si; decide a equipe PEN.

    Levanta:
        OrgaoNaoEncontrado, PedidoIncompleto, AnexoInvalido, PedidoJaAberto.
        SemPermissao: quem pede não é gestor de UP do órgão gestor.
        MudancaImpossivel: não é vinculada, ou ainda não tem gestor de UP próprio.
    """
    orgao = _orgao_ativo(orgao_id)
    participacao = Participacao.objects.select_related("orgao").filter(orgao=orgao).first()
    if participacao is None or not e_vinculada(participacao):
        raise MudancaImpossivel(f"{orgao.sigla} não é entidade vinculada no CNUP.", campo="orgao")
    conferir(
        gere_unidades_de(por, participacao.orgao_gestor_id), SemPermissao("Só o órgão gestor pede a descentralização.")
    )
    conferir(
        GestorDeUp.objects.filter(orgao=orgao, ate=None).exists(),
        MudancaImpossivel(f"{orgao.sigla} precisa antes ter um gestor de UP próprio.", campo="orgao"),
    )
    return _abrir(
        Operacao.DESCENTRALIZACAO,
        por=por,
        orgao=orgao,
        orgao_gestor_id=participacao.orgao_gestor_id,
        motivo=motivo,
        anexos=anexos,
        agora=agora,
    )


def conferir_codigo_livre(codigo: str, participacao: Participacao) -> None:
    """O código serve para uma unidade nova do órgão.

    Levanta:
        MudancaImpossivel: não tem a forma do NUP ou da instituição do NIPE, ou a unidade já tem dono.
    """
    instituicao = participacao.instituicao
    largura = 8 if instituicao else 5
    bem_formado = len(codigo) == largura and e_codigo_de_unidade(codigo)
    conferir(
        bem_formado and codigo.startswith(instituicao or ""),
        MudancaImpossivel(
            f"O código tem {largura} algarismos" + (f" e começa por {instituicao}." if instituicao else "."), campo="codigo"
        ),
    )
    ocupado = Unidade.objects.filter(codigo=codigo).exclude(situacao=SituacaoDaUnidade.PENDENTE).exists()
    conferir(not ocupado, MudancaImpossivel(f"O código {codigo} já é de outra unidade.", campo="codigo"))


def acrescentar_anexos(pedido: Pedido, anexos: Sequence[AnexoNovo], *, por: Pessoa, agora: datetime) -> None:
    """Guarda os anexos, conferidos pelo conteúdo; só dentro da transação do passo que os traz.

    Levanta:
        AnexoInvalido: formato que não se aceita, grande ou vazio, ou anexos demais.
    """
    ja_ha = Anexo.objects.filter(pedido=pedido).count() if anexos else 0
    conferir(ja_ha + len(anexos) <= ANEXOS_POR_PEDIDO, AnexoInvalido(f"São até {ANEXOS_POR_PEDIDO} anexos por pedido."))
    novos = []
    for anexo in anexos:
        formato = next((f for inicio, f in _FORMATOS.items() if anexo.conteudo.startswith(inicio)), "")
        conferir(bool(formato), AnexoInvalido(f"O anexo «{anexo.nome[:60]}» não é PDF, PNG nem JPEG."))
        conferir(len(anexo.conteudo) <= ANEXO_MAXIMO, AnexoInvalido(f"O anexo «{anexo.nome[:60]}» passa de 5 MB."))
        nome = exigir_texto(anexo.nome.replace("\n", " ")[-150:], "O anexo não tem nome.", 150, campo="anexos")
        novos.append(
            Anexo(
                pedido=pedido,
                nome=nome,
                formato=formato,
                tamanho=len(anexo.conteudo),
                conteudo=anexo.conteudo,
                por=por,
                em=agora,
            )
        )
    Anexo.objects.bulk_create(novos)


def _abrir_sobre(unidade: Unidade, operacao: Operacao, **partes: Any) -> Pedido:
    """Abre o pedido sobre a unidade; quando ela não é do próprio órgão gestor, ele também decide."""
    orgao, gestor = unidade.orgao, unidade.orgao_gestor_id
    assert orgao is not None  # conferido por _unidade_de_quem_pede
    return _abrir(operacao, orgao=orgao, orgao_gestor_id=gestor if gestor != orgao.pk else None, unidade=unidade, **partes)


def _abrir(
    operacao: Operacao,
    *,
    por: Pessoa,
    orgao: Orgao,
    orgao_gestor_id: int | None,
    motivo: str,
    anexos: Sequence[AnexoNovo],
    agora: datetime | None,
    unidade: Unidade | None = None,
    destino_id: int | None = None,
    dados: Mapping[str, str] | None = None,
) -> Pedido:
    agora = agora or timezone.now()
    situacao = situacao_inicial(operacao)
    pedido = Pedido(
        operacao=operacao, situacao=situacao, orgao=orgao, orgao_gestor_id=orgao_gestor_id, destino_id=destino_id,
        unidade=unidade, dados=dict(dados or {}), motivo=exigir_texto(motivo, "Diga por que pede.", campo="motivo"),
        pedido_por=por, pedido_em=agora, prazo=agora + PRAZOS[situacao],
    )  # fmt: skip
    lados = lados_que_confirma(por, pedido)
    pedido.origem_confirmada_em = agora if pedido.orgao_gestor_id in lados else None
    pedido.destino_confirmado_em = agora if pedido.destino_id in lados else None
    if pedido.origem_confirmada_em and pedido.destino_confirmado_em:
        pedido.destino_confirmado_em = None  # quem é dos dois lados confirma o outro de propósito, num segundo passo
    try:
        with transaction.atomic():
            pedido.save(force_insert=True)
    except IntegrityError as erro:
        de_quem = f"A unidade {unidade.codigo}" if unidade else orgao.sigla
        raise PedidoJaAberto(f"{de_quem} já tem um pedido aberto: espere a decisão, ou cancele-o.") from erro
    PassoDoPedido.objects.create(pedido=pedido, por=por, em=agora, texto=pedido.motivo)
    acrescentar_anexos(pedido, anexos, por=por, agora=agora)
    registrar_ato(
        por=por,
        ato="cnup.pedido",
        objeto=f"pedido_cnup:{pedido.pk}",
        orgao_id=orgao.pk,
        detalhes={"operacao": operacao.value},
    )
    avisar_do_pedido(Evento.A_DECIDIR, pedido)
    avisar_do_pedido(Evento.RECEBIDO, pedido)
    return pedido


def _orgao_ativo(orgao_id: int) -> Orgao:
    orgao = orgaos_por_id({orgao_id}).get(orgao_id)
    if orgao is None:
        raise OrgaoNaoEncontrado("Não existe esse órgão.")
    conferir(orgao.situacao == SituacaoDoOrgao.ATIVO, MudancaImpossivel(f"{orgao.sigla} não está ativo.", campo="orgao"))
    return orgao


def _participacao_de_quem_pede(por: Pessoa, orgao_id: int) -> Participacao:
    orgao = _orgao_ativo(orgao_id)
    participacao = Participacao.objects.filter(orgao=orgao).select_related("orgao").first()
    if participacao is None:
        raise MudancaImpossivel(f"{orgao.sigla} ainda não participa do CNUP; peça antes a adesão.", campo="orgao")
    conferir(pode_pedir_por(por, participacao), SemPermissao(SO_GESTOR))
    return participacao


def _unidade_de_quem_pede(por: Pessoa, codigo: str, situacao: SituacaoDaUnidade, *, do_orgao_ativo: bool = True) -> Unidade:
    """A unidade, travada, se ``por`` é gestor de UP do órgão dela ou do órgão gestor a que ela pertence."""
    unidade = _travar_unidade(codigo)
    conferir(gere_unidades_de(por, unidade.orgao_id, unidade.orgao_gestor_id), SemPermissao(SO_GESTOR))
    if do_orgao_ativo and unidade.orgao_id is not None:
        _orgao_ativo(unidade.orgao_id)
    conferir(
        unidade.situacao == situacao,
        MudancaImpossivel(f"A unidade {unidade.codigo} está {unidade.get_situacao_display()}, e isto não cabe."),
    )
    return unidade


def _travar_unidade(codigo: str) -> Unidade:
    travadas = Unidade.objects.select_for_update(no_key=True).filter(codigo=codigo)
    unidade = travadas.first() if e_codigo_de_unidade(codigo) else None
    if unidade is None:
        raise UnidadeNaoEncontrada(f"Não há unidade protocolizadora com o código {codigo[:20]}.")
    return unidade
