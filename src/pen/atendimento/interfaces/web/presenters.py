"""As palavras da Central: do que o domínio sabe ao que a pessoa lê."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from pen.atendimento.enums import Desfecho, EsferaDeAtendimento, Passo, Relogio, Situacao
from pen.atendimento.models import Anexo, Chamado, DiaSemExpediente, PassoDoChamado, PoliticaDeSilencio
from pen.atendimento.models.expediente import DIA_INTEIRO, DIAS
from pen.atendimento.selectors.simulacao import Simulacao
from pen.atendimento.values.expediente import Expediente, Minutos
from pen.atendimento.values.passos import QUE_ASSUMEM, cabe
from pen.designsys.filtros import data, data_hora, milhar, quebras
from pen.identidade.public import Pessoa

CORES = {
    Situacao.NA_FILA: "neutro", Situacao.EM_ATENDIMENTO: "info", Situacao.AGUARDANDO_USUARIO: "warning",
    Situacao.AGUARDANDO_TERCEIRO: "info", Situacao.ENCERRADO: "success",
}  # fmt: skip
# O botão e a ênfase de cada passo, na ordem em que aparecem.
DE_QUEM_ABRIU = {
    Passo.COMPLETAR: ("Enviar mensagem", "primary"),
    Passo.CONFIRMAR: ("A solução serviu: encerrar", "secondary"),
    Passo.REABRIR: ("Reabrir o chamado", "primary"),
    Passo.CANCELAR: ("Desistir do chamado", "tertiary"),
}
DE_QUEM_ATENDE = {
    Passo.ASSUMIR: ("Assumir", "primary"),
    Passo.RESPONDER: ("Responder", "primary"),
    Passo.PEDIR_INFORMACAO: ("Pedir informação", "secondary"),
    Passo.PEDIR_VALIDACAO: ("Pedir que teste", "secondary"),
    Passo.RETOMAR: ("Retomar", "secondary"),
    Passo.AGUARDAR_TERCEIRO: ("Esperar outra equipe", "secondary"),
    Passo.ENCAMINHAR: ("Encaminhar", "secondary"),
    Passo.ATRIBUIR: ("Passar a outro atendente", "secondary"),
    Passo.ANOTAR: ("Anotar", "tertiary"),
    Passo.DUPLICAR: ("Já há outro chamado", "tertiary"),
    Passo.ENCERRAR: ("Encerrar", "primary"),
}


ESFERAS = {
    EsferaDeAtendimento.FEDERAL: "Ministérios, autarquias, fundações e empresas da União.",
    EsferaDeAtendimento.ESTADUAL: "Secretarias, autarquias, fundações e empresas de estados e do Distrito Federal.",
    EsferaDeAtendimento.MUNICIPAL: "Prefeituras, autarquias, fundações e empresas de municípios.",
    EsferaDeAtendimento.OUTROS_PODERES: "Legislativo, Judiciário, Ministério Público, Defensoria e tribunais de contas.",
}


@dataclass(frozen=True, slots=True)
class LinhaDoChamado:
    """Um chamado numa lista."""

    chave: str
    protocolo: str
    assunto: str
    produto: str
    orgao: str
    situacao: str
    cor: str
    atendente: str
    aberto_em: datetime
    prazo: datetime | None
    vencido: bool
    reaberto: bool


class AnexoVisto(NamedTuple):
    """Um anexo na página, com o tamanho em palavras."""

    id: UUID
    nome: str
    tamanho: str


@dataclass(frozen=True, slots=True)
class ItemDaHistoria:
    """Um passo na página: quem, o que fez, e o que disse."""

    ordem: int
    em: datetime
    quem: str
    fez: str
    texto: str
    interno: bool
    da_equipe: bool
    anexos: Sequence[AnexoVisto]


def linha_do_chamado(chamado: Chamado, *, agora: datetime) -> LinhaDoChamado:
    """O chamado em palavras; ``prazo`` é o que vence primeiro e ainda corre."""
    prazo = chamado.prazo_a_cumprir
    return LinhaDoChamado(
        chave=chamado.chave, protocolo=chamado.protocolo, assunto=chamado.assunto, produto=chamado.produto.nome,
        orgao=chamado.orgao.sigla, situacao=Situacao(chamado.situacao).label, cor=CORES[Situacao(chamado.situacao)],
        atendente=nome_de(chamado.atendente) if chamado.atendente else "", aberto_em=chamado.aberto_em, prazo=prazo,
        vencido=prazo is not None and prazo < agora and chamado.pausado_em is None,
        reaberto=chamado.reaberturas > 0 and chamado.aberto,
    )  # fmt: skip


def situacao_em_palavras(
    chamado: Chamado, encerra_em: datetime | None, *, da_equipe: bool
) -> tuple[str, str]:  # fmt: skip
    """Com quem está e até quando: (cor da mensagem, frase), para quem abriu ou para a equipe.

    ``encerra_em`` é quando o silêncio o encerra; nulo, se não encerra.
    """
    match Situacao(chamado.situacao):
        case Situacao.NA_FILA:
            return "info", f"Está na fila da equipe «{chamado.equipe.nome}». {_ate(chamado)}"
        case Situacao.EM_ATENDIMENTO:
            return "info", f"A equipe «{chamado.equipe.nome}» está cuidando. {_ate(chamado)}"
        case Situacao.AGUARDANDO_USUARIO:
            de_quem = "de quem abriu" if da_equipe else "sua"
            fim = f" Sem ela, o chamado é encerrado em {data_hora(encerra_em)}." if encerra_em else ""
            return "warning", f"A equipe espera uma resposta {de_quem}.{fim}"
        case Situacao.AGUARDANDO_TERCEIRO:
            calma = "Os prazos estão parados." if da_equipe else "Você não precisa fazer nada."
            return "info", f"A equipe espera por: {chamado.espera_de}. {calma}"
    frase = f"Encerrado em {data_hora(chamado.encerrado_em)}: {Desfecho(chamado.desfecho).label}."
    if chamado.reabrivel_ate is not None:
        quem = "quem abriu pode" if da_equipe else "você pode"
        frase += f" Se não resolveu, {quem} reabrir até {data_hora(chamado.reabrivel_ate)}."
    return "success", frase


def historia_em_palavras(
    passos: Sequence[PassoDoChamado], anexos: Mapping[UUID, Sequence[Anexo]] = MappingProxyType({})
) -> list[ItemDaHistoria]:
    """Os passos, do primeiro ao último, com os anexos de cada um."""
    return [
        ItemDaHistoria(
            ordem=p.ordem, em=p.em, quem=nome_de(p.por) if p.por else "A Central", fez=Passo(p.passo).label, texto=p.texto,
            interno=p.interno, da_equipe=p.da_equipe, anexos=[ver_anexo(a) for a in anexos.get(p.pk, ())],
        )
        for p in passos
    ]  # fmt: skip


def ver_anexo(anexo: Anexo) -> AnexoVisto:
    """``12 KB`` ou ``3,4 MB``."""
    kb = max(1, round(anexo.tamanho / 1024))
    return AnexoVisto(anexo.pk, anexo.nome, f"{kb} KB" if kb < 1024 else f"{kb / 1024:.1f} MB".replace(".", ","))


def dados_do_atendimento(chamado: Chamado) -> list[tuple[str, str]]:
    """O que a equipe precisa ter à vista."""
    parado = " (parado)" if chamado.pausado_em else ""
    resposta = f"feita em {data_hora(chamado.primeira_resposta_em)}" if chamado.primeira_resposta_em else ""
    return [
        ("Quem abriu", nome_de(chamado.solicitante)), ("Equipe", chamado.equipe.nome),
        ("Atendente", nome_de(chamado.atendente) if chamado.atendente else "Ninguém ainda"),
        ("Primeira resposta", resposta or f"até {data_hora(chamado.prazo_da_resposta)}{parado}"),
        ("Solução", f"até {data_hora(chamado.prazo_da_solucao)}{parado}"),
    ]  # fmt: skip


def dados_do_chamado(chamado: Chamado) -> list[tuple[str, str]]:
    """O que se perguntou na abertura, na ordem e com os rótulos da versão do formulário com que se abriu."""
    campos = chamado.formulario.lido().campos
    respostas = [(c.rotulo, quebras(chamado.respostas[c.codigo])) for c in campos if c.codigo in chamado.respostas]
    return [
        ("Produto", chamado.produto.nome), ("Tipo de suporte", chamado.formulario.tipo.nome),
        ("Órgão", f"{chamado.orgao.sigla} – {chamado.orgao.nome}"), ("Aberto em", data_hora(chamado.aberto_em)), *respostas,
    ]  # fmt: skip


def passos_que_cabem(
    chamado: Chamado, *, de_quem_abriu: bool, solicitante: bool, atende: bool, agora: datetime
) -> list[Passo]:
    """Os passos que a pessoa pode dar agora, na ordem em que a página os mostra."""
    situacao, passos = Situacao(chamado.situacao), []
    if de_quem_abriu:
        so_de_quem_abriu = {Passo.CONFIRMAR, Passo.CANCELAR}
        passos += [p for p in DE_QUEM_ABRIU if cabe(p, situacao) and (solicitante or p not in so_de_quem_abriu)]
        if chamado.reabrivel_ate is not None and agora > chamado.reabrivel_ate:
            passos.remove(Passo.REABRIR)
    if atende:
        na_fila = situacao == Situacao.NA_FILA
        passos += [p for p in DE_QUEM_ATENDE if cabe(p, situacao) or (na_fila and p in QUE_ASSUMEM)]
    return passos


def esfera_no_endereco(esfera: EsferaDeAtendimento) -> str:
    """O código da esfera como vai no endereço da página."""
    return esfera.value.replace("_", "-")


def semana_em_palavras(expediente: Expediente) -> list[tuple[str, str]]:
    """Cada dia da semana e o seu horário."""
    return [(nome.capitalize(), _periodos(expediente.semana.get(dia, ())) or "Não responde") for dia, nome in DIAS]


def linha_do_dia(dia: DiaSemExpediente) -> tuple[str, str, str, str]:
    """Um dia sem expediente na tabela."""
    inteiro = (dia.inicio, dia.fim) == (0, DIA_INTEIRO)
    quanto = "O dia todo" if inteiro else _periodos([(dia.inicio, dia.fim)])
    return data(dia.dia), dia.nome[:1].upper() + dia.nome[1:], quanto, dia.ato or "Previsto"


def _periodos(periodos: Sequence[Minutos]) -> str:
    return " e ".join(f"das {_hora(de)} às {_hora(ate)}" for de, ate in periodos)


def _hora(minutos: int) -> str:
    return f"{minutos // 60}h{minutos % 60:02}" if minutos % 60 else f"{minutos // 60}h"


def contagens_em_palavras(contagens: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Rótulo, quantos, e o filtro da fila que os mostra."""
    situacoes = [
        (Situacao(s).label.capitalize(), contagens[s.value], f"?situacao={s.value}")
        for s in Situacao if s != Situacao.ENCERRADO
    ]  # fmt: skip
    return [("Meus", contagens["meus"], "?meus=on"), ("Vencidos", contagens["vencidos"], "?vencidos=on"), *situacoes]


def politica_em_palavras(politica: PoliticaDeSilencio) -> str:
    """A política em vigor, numa frase."""
    lembretes = " e ".join(f"{h} h" for h in politica.lembretes)
    quando = data_hora(politica.desde)
    return (
        f"Desde {quando}: {politica.horas} {Relogio(politica.relogio).label} sem resposta encerram o chamado, com lembretes em "
        f"{lembretes}; reabre-se em {politica.horas_de_reabertura} horas."
    )


def simulacao_em_palavras(simulacao: Simulacao) -> list[tuple[str, str]]:
    """O que teria acontecido, linha por linha."""
    mediana = simulacao.mediana_da_resposta
    demora = f"{mediana.total_seconds() / 3600:.1f} horas".replace(".", ",") if mediana is not None else "ninguém respondeu"
    return [
        ("Esperas por quem abriu, em 180 dias", milhar(simulacao.esperas)),
        ("Chamados que teriam sido encerrados", milhar(simulacao.encerrados)),
        ("Destes, respondidos mais tarde", milhar(simulacao.respondidos_depois)),
        ("Destes, os que venceriam em dia sem expediente", milhar(simulacao.em_dia_sem_expediente)),
        ("Metade das respostas chega em até", demora),
    ]  # fmt: skip


def nome_de(pessoa: Pessoa) -> str:
    """O nome; de quem excluiu a conta, só que existiu."""
    return pessoa.nome or "Pessoa que saiu"


def _ate(chamado: Chamado) -> str:
    prazo = chamado.prazo_a_cumprir
    o_que = "A solução é prometida" if chamado.primeira_resposta_em else "A primeira resposta é prometida"
    return f"{o_que} até {data_hora(prazo)}." if prazo else ""
