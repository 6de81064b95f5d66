"""As palavras do CNUP e da numeração: do que o domínio sabe ao que a pessoa lê."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from django.forms import Form

from pen.designsys.filtros import data_hora
from pen.identidade.public import Ator
from pen.nup.enums.situacoes import Condicao, Destino, Operacao, Passo, SituacaoDaUnidade, SituacaoDoPedido
from pen.nup.models import GestorDeUp, PassoDoPedido, Pedido, Unidade, Versao
from pen.nup.rules import pode_decidir
from pen.nup.selectors.numeracao import NumeroEmitido

TEXTO_DA_ADESAO = (
    "Quem pede passa a ser gestor de UP do órgão: pede unidades, cuida delas e dá números. É preciso ter sido designado por "
    "portaria. O nome e o contato ficam públicos, como a norma manda."
)
TEXTO_DA_DESCENTRALIZACAO = (
    "A entidade passa a responder por si no cadastro, com as unidades que tem. Quem decide é a equipe PEN."
)
CORES_DA_UNIDADE = {
    SituacaoDaUnidade.PENDENTE: "warning", SituacaoDaUnidade.ATIVA: "success", SituacaoDaUnidade.INATIVA: "neutro",
}  # fmt: skip
CORES_DO_PEDIDO = {
    SituacaoDoPedido.EM_ANALISE: "info", SituacaoDoPedido.DEVOLVIDO: "warning", SituacaoDoPedido.EM_CONFIRMACAO: "info",
    SituacaoDoPedido.DEFERIDO: "success", SituacaoDoPedido.INDEFERIDO: "danger",
}  # fmt: skip
CORES_DO_DESTINO = {Destino.RESERVADO: "info", Destino.USADO: "success", Destino.ANULADO: "danger"}
ROTULOS = {
    "nome": "Nome", "unidade_siorg": "Unidade no SIORG", "endereco": "Endereço", "municipio": "Município (IBGE)", "uf": "UF",
    "cep": "CEP", "email": "E-mail", "telefone": "Telefone", "codigo": "Código pedido", "portaria": "Portaria",
}  # fmt: skip
# O que a página diz e o botão de cada passo, na ordem em que aparecem.
PASSOS = {
    Passo.DEFERIR: ("Deferir", "Motivo do deferimento", "primary"),
    Passo.CONFIRMAR: ("Confirmar a migração", "", "primary"),
    Passo.RESPONDER: ("Responder", "Resposta", "primary"),
    Passo.DEVOLVER: ("Devolver a quem pediu", "O que falta", "secondary"),
    Passo.INDEFERIR: ("Indeferir", "Por que nega", "secondary"),
    Passo.CANCELAR: ("Cancelar o pedido", "", "tertiary"),
}
FEITOS = {
    "": "Pediu", Passo.DEVOLVER: "Devolveu", Passo.RESPONDER: "Respondeu", Passo.DEFERIR: "Deferiu",
    Passo.INDEFERIR: "Indeferiu", Passo.CONFIRMAR: "Confirmou", Passo.CANCELAR: "Cancelou", Passo.EXPIRAR: "Expirou",
}  # fmt: skip
COLUNAS_DO_CSV = (
    "codigo", "situacao", "nome", "orgao_codigo", "orgao_sigla", "orgao_gestor_sigla", "unidade_siorg", "endereco",
    "municipio_ibge", "uf", "cep", "email", "telefone", "carga_inicial",
)  # fmt: skip
COLUNAS_DOS_GESTORES = ("orgao_codigo", "orgao_sigla", "orgao", "gestor", "email", "telefone", "portaria", "desde")
COLUNAS_DA_VERSAO = ("De", "Até", "O que houve", "Nome", "Órgão", "Órgão gestor", "Situação")
COLUNAS_DE_QUEM_MUDOU = ("Quem mudou", "Por quê")


class LinhaDaUnidade(NamedTuple):
    """Uma unidade numa lista."""

    codigo: str
    nome: str
    orgao: str
    gestor: str
    uf: str
    situacao: str
    cor: str


def linha_da_unidade(unidade: Unidade) -> LinhaDaUnidade:
    """A unidade em palavras; a que ainda não tem dono diz de onde veio."""
    situacao = SituacaoDaUnidade(unidade.situacao)
    return LinhaDaUnidade(
        unidade.codigo, unidade.nome or "Vista em números reais; sem dono no cadastro",
        unidade.orgao.sigla if unidade.orgao else "–", unidade.orgao_gestor.sigla if unidade.orgao_gestor else "–",
        unidade.uf or "–", situacao.label, CORES_DA_UNIDADE[situacao],
    )  # fmt: skip


def dados_da_unidade(unidade: Unidade) -> list[tuple[str, str]]:
    """O que se diz da unidade ao público."""
    orgao, gestor = unidade.orgao, unidade.orgao_gestor
    campos = ("unidade_siorg", "endereco", "municipio", "uf", "cep", "email", "telefone")
    return [
        ("Órgão", f"{orgao.sigla} – {orgao.nome}" if orgao else ""),
        ("Órgão gestor", f"{gestor.sigla} – {gestor.nome}" if gestor else ""),
        ("Número que dá", "NIPE, de 20 algarismos" if unidade.do_nipe else "NUP, de 17 algarismos"),
        *((ROTULOS[campo], getattr(unidade, campo)) for campo in campos if getattr(unidade, campo)),
    ]


def linha_da_versao(versao: Versao, *, com_quem: bool) -> list[str]:
    """Uma versão na história; ``com_quem`` diz também quem a fez e por quê, o que o público não vê."""
    operacao = Operacao(versao.operacao).label if versao.operacao else "carga inicial"
    quem = [versao.por.nome_visivel if versao.por else "O sistema", versao.motivo or "–"]
    return [
        data_hora(versao.desde), data_hora(versao.ate) if versao.ate else "hoje", operacao, versao.nome or "–",
        versao.orgao.sigla if versao.orgao else "–", versao.orgao_gestor.sigla if versao.orgao_gestor else "–",
        SituacaoDaUnidade(versao.situacao).label, *(quem if com_quem else []),
    ]  # fmt: skip


def operacoes_da_unidade(unidade: Unidade) -> list[tuple[str, str]]:
    """O que quem cuida pode pedir, na situação dela: (operação, rótulo)."""
    cabem = {
        SituacaoDaUnidade.ATIVA: [Operacao.ALTERACAO, Operacao.INATIVACAO, Operacao.MIGRACAO],
        SituacaoDaUnidade.INATIVA: [Operacao.REATIVACAO, Operacao.MIGRACAO],
    }.get(SituacaoDaUnidade(unidade.situacao), [])
    return [(o.value, f"Pedir {o.label}") for o in cabem if not (unidade.do_nipe and o == Operacao.MIGRACAO)]


def totais(contagem: Mapping[str, int]) -> list[tuple[str, int]]:
    """Quantas unidades em cada situação, para o gráfico e a tabela."""
    return [(SituacaoDaUnidade(situacao).label.capitalize(), quantas) for situacao, quantas in contagem.items()]


def unidade_no_csv(u: Unidade) -> list[object]:
    """Uma linha do CSV de unidades."""
    return [
        u.codigo, u.situacao, u.nome, u.orgao and u.orgao.codigo, u.orgao and u.orgao.sigla,
        u.orgao_gestor and u.orgao_gestor.sigla, u.unidade_siorg, u.endereco, u.municipio, u.uf, u.cep, u.email, u.telefone,
        "sim" if u.da_carga_inicial else "não",
    ]  # fmt: skip


def linha_do_gestor(g: GestorDeUp) -> list[str]:
    """Um gestor de UP na lista pública."""
    return [f"{g.orgao.sigla} – {g.orgao.nome}", g.pessoa.nome_visivel, g.email or "–", g.telefone or "–"]


def gestor_no_csv(g: GestorDeUp) -> list[object]:
    """Uma linha do CSV de gestores."""
    return [
        g.orgao.codigo,
        g.orgao.sigla,
        g.orgao.nome,
        g.pessoa.nome,
        g.email,
        g.telefone,
        g.portaria,
        g.desde.date().isoformat(),
    ]


class LinhaDoPedido(NamedTuple):
    """Um pedido numa lista. ``vez`` diz o que se espera de quem lê."""

    id: uuid.UUID
    operacao: str
    orgao: str
    unidade: str
    pedido_em: Any
    prazo: Any
    situacao: str
    cor: str
    vez: str


def linha_do_pedido(pedido: Pedido, *, para: Ator) -> LinhaDoPedido:
    """O pedido em palavras."""
    situacao = SituacaoDoPedido(pedido.situacao)
    vez = "decidir" if situacao == SituacaoDoPedido.EM_ANALISE and pode_decidir(para, pedido) else ""
    if situacao == SituacaoDoPedido.DEVOLVIDO and pedido.pedido_por_id == para.pk:
        vez = "responder"
    return LinhaDoPedido(
        pedido.pk, Operacao(pedido.operacao).label, pedido.orgao.sigla, pedido.unidade.codigo if pedido.unidade else "–",
        pedido.pedido_em, pedido.prazo if pedido.aberto else None, situacao.label, CORES_DO_PEDIDO.get(situacao, "neutro"), vez,
    )  # fmt: skip


def dados_do_pedido(pedido: Pedido) -> list[tuple[str, str]]:
    """O que foi pedido, campo a campo."""
    pares = [("Órgão", f"{pedido.orgao.sigla} – {pedido.orgao.nome} (código {pedido.orgao.codigo})")]
    if pedido.operacao == Operacao.ADESAO:
        condicao = Condicao.VINCULADA if pedido.orgao_gestor else Condicao.GESTOR
        pares.append(("Como", condicao.label.capitalize()))
    if pedido.orgao_gestor:
        pares.append(("Órgão gestor", f"{pedido.orgao_gestor.sigla} – {pedido.orgao_gestor.nome}"))
    if pedido.destino:
        pares.append(("Passa para", f"{pedido.destino.sigla} – {pedido.destino.nome}"))
    if pedido.unidade:
        pares.append(("Unidade", f"{pedido.unidade.codigo} – {pedido.unidade.nome}"))
    pares += [(rotulo, pedido.dados[campo]) for campo, rotulo in ROTULOS.items() if pedido.dados.get(campo)]
    return [*pares, ("Pedido por", pedido.pedido_por.nome_visivel), ("Pedido em", data_hora(pedido.pedido_em))]


def historia(passos: Sequence[PassoDoPedido]) -> list[tuple[str, str, str, str]]:
    """Cada passo: quando, quem, o que fez e o que escreveu."""
    return [(data_hora(p.em), p.por.nome_visivel if p.por else "O sistema", FEITOS[p.passo], p.texto) for p in passos]


class PassoAMostrar(NamedTuple):
    """Um passo que a pessoa pode dar: o botão e, se pede texto, o formulário."""

    nome: str
    botao: str
    enfase: str
    form: Form | None


def passos_a_mostrar(pedido: Pedido, passos: frozenset[Passo], formularios: Mapping[Passo, Form]) -> list[PassoAMostrar]:
    """Os passos possíveis, na ordem da página, com os rótulos que a operação pede."""
    for passo, form in formularios.items():
        form.fields["motivo"].label = PASSOS[passo][1]
    if (deferir := formularios.get(Passo.DEFERIR)) is not None:
        _ajustar_a_decisao(pedido, deferir)
    return [
        PassoAMostrar(p.value, botao, enfase, formularios.get(p)) for p, (botao, _, enfase) in PASSOS.items() if p in passos
    ]


def _ajustar_a_decisao(pedido: Pedido, form: Form) -> None:
    """Só pede o código a quem cria unidade ou instituição, e o SIORG a quem cadastra ou reativa no NUP."""
    federal = pedido.orgao.esfera == "federal"
    if pedido.operacao == Operacao.CADASTRO:
        form.fields["codigo"].label = "Código da unidade"
        form.fields["codigo"].help_text = "Vazio, vale o pedido pelo órgão ou o próximo livre."
    elif pedido.operacao == Operacao.ADESAO and not federal:
        form.fields["codigo"].label = "Instituição do NIPE"
        form.fields["codigo"].help_text = "Vazio, vale a da relação oficial dos municípios."
    else:
        del form.fields["codigo"]
    muda_o_siorg = pedido.unidade and pedido.dados.get("unidade_siorg", "") not in {"", pedido.unidade.unidade_siorg}
    if not federal or not (pedido.operacao in {Operacao.CADASTRO, Operacao.REATIVACAO} or muda_o_siorg):
        del form.fields["siorg_conferido"]


def linha_do_numero(n: NumeroEmitido) -> tuple[str, str, str, str, str, str]:
    """Um número dado: como se escreve, destino e cor, documento, motivo e quando."""
    destino = Destino(n.destino)
    quando = data_hora(n.destinado_em)
    return n.numero.formatado, destino.label, CORES_DO_DESTINO.get(destino, "neutro"), n.documento or "–", n.motivo, quando


def ler_uuid(texto: str) -> uuid.UUID | None:
    """O UUID do texto, ou ``None`` se não é um."""
    try:
        return uuid.UUID(texto)
    except ValueError:
        return None


def nome_no_cabecalho(nome: str) -> str:
    """O nome de um anexo como vai em ``filename*`` (RFC 5987)."""
    return quote(nome, safe="")
