"""As palavras da Central: do que o domínio sabe ao que a pessoa lê."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse

from pen.atendimento.enums import (
    CanalDaMensagem,
    Desfecho,
    EspecieDeManifestacao,
    Marco,
    Passo,
    Relogio,
    Situacao,
    SituacaoDaManifestacao,
)
from pen.atendimento.models import (
    Chamado,
    DiaSemExpediente,
    Disparo,
    Macro,
    Manifestacao,
    PoliticaDeSilencio,
    Presenca,
    Rascunho,
    TipoDeSuporte,
)
from pen.atendimento.models.expediente import DIA_INTEIRO, DIAS
from pen.atendimento.selectors.automacao import Ensaio, acoes_da_macro
from pen.atendimento.selectors.simulacao import Simulacao
from pen.atendimento.values.expediente import Expediente, Minutos, Trecho
from pen.atendimento.values.leituras import AnexoLido, ChamadoNaLista, PassoLido
from pen.atendimento.values.prazo import Contagem
from pen.atendimento.values.tempos import Tempo
from pen.conhecimento.public import ArtigoPublicado, EsferaDeAtendimento, Especie, Produto
from pen.designsys.filtros import data, data_hora, hora, horas, milhar, plural, quebras, tamanho
from pen.identidade.public import Ator, nome_visivel

CORES = {
    Situacao.NA_FILA: "neutro", Situacao.EM_ATENDIMENTO: "info", Situacao.AGUARDANDO_USUARIO: "warning",
    Situacao.AGUARDANDO_TERCEIRO: "info", Situacao.ENCERRADO: "success",
}  # fmt: skip
FEITOS = {passo.value: passo.label for passo in Passo}
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
    Passo.UNIR: ("Unir a outro da mesma pessoa", "tertiary"),
    Passo.DIVIDIR: ("Dividir em dois", "tertiary"),
    Passo.SEPARAR: ("Separar do que o uniu", "secondary"),
    Passo.ENCERRAR: ("Encerrar", "primary"),
}


# O que se faz a vários chamados de uma vez.
EM_LOTE = {
    Passo.ASSUMIR: "Assumir",
    Passo.ATRIBUIR: "Passar a um atendente",
    Passo.ENCAMINHAR: "Encaminhar a outra equipe",
    Passo.RESPONDER: "Responder",
    Passo.ANOTAR: "Anotar",
    Passo.ENCERRAR: "Encerrar",
}
COMECO = 120  # caracteres de uma mensagem numa escolha
ESFERAS = {
    EsferaDeAtendimento.FEDERAL: "Ministérios, autarquias, fundações e empresas da União.",
    EsferaDeAtendimento.ESTADUAL: "Secretarias, autarquias, fundações e empresas de estados e do Distrito Federal.",
    EsferaDeAtendimento.MUNICIPAL: "Prefeituras, autarquias, fundações e empresas de municípios.",
    EsferaDeAtendimento.OUTROS_PODERES: "Legislativo, Judiciário, Ministério Público, Defensoria e tribunais de contas.",
}


class LinhaDoChamado(NamedTuple):
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


class ItemDaHistoria(NamedTuple):
    """Um passo na página: quem, o que fez, e o que disse."""

    ancora: str
    em: datetime
    quem: str
    fez: str
    texto: str
    interno: bool
    da_equipe: bool
    anexos: Sequence[AnexoVisto]
    de: str  # o protocolo do chamado do passo: o da página, ou um unido a ele


def linha_do_chamado(chamado: ChamadoNaLista, *, agora: datetime) -> LinhaDoChamado:
    """O chamado em palavras; ``prazo`` é o que vence primeiro e ainda corre."""
    prazo, situacao, nome = chamado.prazo_a_cumprir, Situacao(chamado.situacao), chamado.nome_do_atendente
    return LinhaDoChamado(
        chave=chamado.chave, protocolo=chamado.protocolo, assunto=chamado.assunto, produto=chamado.nome_do_produto,
        orgao=chamado.sigla_do_orgao, situacao=situacao.label, cor=CORES[situacao],
        atendente="" if nome is None else nome_visivel(nome, ativa=chamado.atendente_ativo), aberto_em=chamado.aberto_em,
        prazo=prazo, vencido=prazo is not None and prazo < agora, reaberto=chamado.reaberturas > 0 and chamado.aberto,
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


def historia_em_palavras(passos: Iterable[PassoLido]) -> list[ItemDaHistoria]:
    """Os passos, do primeiro ao último, com os anexos de cada um."""
    return [
        ItemDaHistoria(
            ancora=f"passo-{p.protocolo}-{p.ordem}", de=p.protocolo, em=p.em, quem=_quem(p), fez=FEITOS[p.passo], texto=p.texto,
            interno=p.interno, da_equipe=p.da_equipe, anexos=[ver_anexo(a) for a in p.anexos],
        )
        for p in passos
    ]  # fmt: skip


def _quem(passo: PassoLido) -> str:
    """Quem deu o passo; do que veio de outro sistema, só se sabe o nome de quem entra aqui."""
    if passo.nome is not None:
        return nome_visivel(passo.nome, ativa=passo.ativo)
    if passo.canal != CanalDaMensagem.IMPORTACAO:
        return "A Central"
    return "Quem atendia" if passo.da_equipe else "Quem abriu, ou um colega"


def ver_anexo(anexo: AnexoLido) -> AnexoVisto:
    """O anexo, com o tamanho em palavras."""
    return AnexoVisto(anexo.id, anexo.nome, tamanho(anexo.tamanho))


def dados_do_atendimento(chamado: Chamado) -> list[tuple[str, str]]:
    """O que a equipe precisa ter à vista."""
    parado = " (parado)" if chamado.pausado_em else ""
    resposta = f"feita em {data_hora(chamado.primeira_resposta_em)}" if chamado.primeira_resposta_em else ""
    solucao = f"até {data_hora(chamado.prazo_da_solucao)}{parado}" if chamado.prazo_da_solucao else ""
    if not resposta and chamado.prazo_da_resposta:
        resposta = f"até {data_hora(chamado.prazo_da_resposta)}{parado}"
    quem = chamado.solicitante
    prazos = [("Primeira resposta", resposta), ("Solução", solucao)]  # um encerrado que veio de outro sistema não os tem
    return [
        ("Quem abriu", quem.nome_visivel if quem.is_active else "Alguém sem conta aqui"), ("Equipe", chamado.equipe.nome),
        ("Atendente", chamado.atendente.nome_visivel if chamado.atendente else "Ninguém ainda"),
        *((nome, valor) for nome, valor in prazos if valor),
    ]  # fmt: skip


def dados_do_chamado(chamado: Chamado, numero_anterior: str = "") -> list[tuple[str, str]]:
    """O que se perguntou na abertura, na ordem e com os rótulos da versão do formulário com que se abriu."""
    anterior = [("Número no sistema anterior", numero_anterior)] if numero_anterior else []
    campos = chamado.formulario.lido().campos
    dadas = chamado.respostas
    respostas = [(c.rotulo, quebras(c.em_palavras(dadas[c.codigo]))) for c in campos if c.codigo in dadas]
    return [
        ("Produto", chamado.produto.nome), ("Tipo de suporte", chamado.formulario.tipo.nome),
        ("Órgão", f"{chamado.orgao.sigla} – {chamado.orgao.nome}"), ("Aberto em", data_hora(chamado.aberto_em)),
        *anterior, *respostas,
    ]  # fmt: skip


def botao_do_passo(passo: Passo) -> tuple[str, str, str]:
    """O nome do passo no endereço, o texto do botão e a ênfase."""
    return (passo.value.replace("_", "-"), *(DE_QUEM_ABRIU | DE_QUEM_ATENDE)[passo])


def passo_no_endereco(nome: str) -> Passo | None:
    """O passo que se escreveu no endereço; nenhum, se não é um que se pede na página."""
    return next((p for p in (*DE_QUEM_ABRIU, *DE_QUEM_ATENDE) if p.value == nome.replace("-", "_")), None)


def em_ordem(passos: Collection[Passo]) -> list[Passo]:
    """Os passos como a página os mostra: os de quem abriu, e os de quem atende."""
    return [p for p in (*DE_QUEM_ABRIU, *DE_QUEM_ATENDE) if p in passos]


def conhecimento_em_palavras(artigos: Sequence[ArtigoPublicado]) -> list[tuple[str, str, str]]:
    """De cada artigo: o código, o título, e o que se faz com ele na resposta."""
    return [
        (
            a.artigo.codigo,
            a.versao.titulo,
            "Usar na resposta" if a.artigo.especie == Especie.ROTEIRO else "Citar na resposta",
        )
        for a in artigos
    ]


def copia_do_chamado(chamado: Chamado) -> dict[str, str]:
    """O que o formulário de abertura traz escrito quando se continua um chamado."""
    respostas = {f"r_{codigo}": texto for codigo, texto in chamado.respostas.items()}
    return {
        "anterior": chamado.chave, "orgao": chamado.orgao.codigo, "assunto": chamado.assunto,
        "descricao": chamado.descricao, **respostas,
    }  # fmt: skip


def endereco_de_continuar(chamado: Chamado) -> str:
    """A página que abre outro chamado ligado a este, com tudo copiado."""
    tipo = chamado.formulario.tipo
    partes = [EsferaDeAtendimento(chamado.esfera).no_endereco, chamado.produto.codigo, tipo.codigo]
    return f"{reverse('atendimento:abrir', args=partes)}?continua={chamado.chave}"


def linha_do_rascunho(rascunho: Rascunho) -> tuple[str, str, datetime, str, str]:
    """O assunto, o que se pede, quando se mexeu, e os endereços de continuar e de apagar."""
    tipo = rascunho.tipo
    partes = [EsferaDeAtendimento(rascunho.esfera).no_endereco, tipo.produto.codigo, tipo.codigo]
    return (
        rascunho.campos.get("assunto") or "Sem assunto ainda", f"{tipo.nome}: {tipo.produto.nome}", rascunho.alterado_em,
        reverse("atendimento:abrir", args=partes), reverse("atendimento:descartar_rascunho", args=partes),
    )  # fmt: skip


def prazos_em_palavras(
    contagens: Sequence[tuple[str, datetime, Contagem]],
) -> list[tuple[str, str, list[tuple[str, str, str]]]]:  # fmt: skip
    """De cada prazo: o nome, a frase, e as linhas (dia, horário, o que contou)."""
    return [
        (
            nome, f"{horas(contagem.total)} de expediente, até {data_hora(prazo)}.",
            [
                (data(t.inicio), _das_as(t), "parado, à espera de alguém" if parado else horas(t.duracao))
                for t, parado in sorted(
                    [*((t, False) for t in contagem.contados), *((p, True) for p in contagem.pausas)]
                )
            ],
        )
        for nome, prazo, contagem in contagens
    ]  # fmt: skip


def _das_as(trecho: Trecho) -> str:
    fim = hora(trecho.fim) if data(trecho.inicio) == data(trecho.fim) else data_hora(trecho.fim)
    return f"das {hora(trecho.inicio)} às {fim}"


def escolha_de_mensagens(chamado: Chamado, passos: Sequence[PassoLido]) -> dict[int, str]:
    """Ordem → o começo de cada mensagem de quem abriu ou segue este chamado."""
    dos_de_fora = [p for p in passos if p.chamado_id == chamado.pk and not p.da_equipe and p.por_id is not None]
    textos = {p.ordem: chamado.descricao if p.passo == Passo.ABRIR else p.texto for p in dos_de_fora}
    return {ordem: texto if len(texto) <= COMECO else texto[:COMECO] + "…" for ordem, texto in textos.items() if texto}


def escolha_de_folhas(produtos: Sequence[tuple[Produto, Sequence[TipoDeSuporte]]]) -> dict[str, str]:
    """``produto/tipo`` → o que se lê."""
    return {f"{p.codigo}/{t.codigo}": f"{p.nome}: {t.nome}" for p, tipos in produtos for t in tipos}


def escolha_de_chamados(chamados: Sequence[ChamadoNaLista]) -> dict[str, str]:
    """Protocolo → o que se lê dele numa escolha."""
    return {c.protocolo: f"{c.protocolo}, {c.sigla_do_orgao}: {c.assunto} ({Situacao(c.situacao).label})" for c in chamados}


def semana_em_palavras(expediente: Expediente) -> list[tuple[str, str]]:
    """Cada dia da semana e o seu horário."""
    return [(nome.capitalize(), _periodos(expediente.semana.get(dia, ())) or "Não responde") for dia, nome in DIAS]


def linha_do_dia(dia: DiaSemExpediente) -> tuple[str, str, str, str]:
    """Um dia sem expediente na tabela."""
    inteiro = (dia.inicio, dia.fim) == (0, DIA_INTEIRO)
    quanto = "O dia todo" if inteiro else _periodos([(dia.inicio, dia.fim)])
    return data(dia.dia), dia.nome[:1].upper() + dia.nome[1:], quanto, dia.ato or "Previsto"


def _periodos(periodos: Sequence[Minutos]) -> str:
    return " e ".join(f"das {hora_curta(de)} às {hora_curta(ate)}" for de, ate in periodos)


def hora_curta(minutos: int) -> str:
    """Os minutos do dia como ``8h`` ou ``8h30``."""
    return f"{minutos // 60}h{minutos % 60:02}" if minutos % 60 else f"{minutos // 60}h"


def outros_em_palavras(outros: Sequence[Presenca]) -> str:
    """``Fulana está respondendo; Sicrano está vendo.``; vazio, se não há ninguém."""
    frases = [f"{p.pessoa.nome_visivel} está {'escrevendo' if p.passo else 'vendo'}" for p in outros]
    return "; ".join(frases) + "." if frases else ""


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


def macro_em_palavras(macro: Macro, chamado: Chamado, para: Ator, respostas: Mapping[str, str] | None) -> dict[str, Any]:
    """O que a macro fará neste chamado: (passo, texto, equipe) de cada um, na ordem; só se aplica já respondida."""
    acoes = acoes_da_macro(macro, chamado, respostas, para=para)
    passos = [(DE_QUEM_ATENDE[acao.passo][0], texto, acao.equipe) for acao, texto in acoes]
    return {"pk": macro.pk, "nome": macro.nome, "passos": passos, "pronta": respostas is not None}


def ensaio_em_palavras(ensaio: Ensaio, quando: Passo | Tempo) -> str:
    """O que o gatilho teria feito, numa frase."""
    pelo_tempo, vezes = isinstance(quando, Tempo), plural(ensaio.passos, "vez", "vezes")
    if ensaio.passos == 0:
        nada = "Nenhum chamado chegou a este tempo" if pelo_tempo else "Ninguém deu este passo"
        return f"{nada} nos últimos 180 dias: não há com que ensaiar."
    houve = f"Chamados chegaram a este tempo {vezes}" if pelo_tempo else f"Alguém fez isto {vezes}"
    return f"{houve} nos últimos 180 dias; em {milhar(ensaio.casaram)}, o gatilho teria agido."


def momento_em_palavras(momento: Passo | Tempo) -> str:
    """Quando um gatilho age, depois do nome dele: ``quando alguém abriu o chamado``, ``2h antes do prazo da solução``."""
    if not isinstance(momento, Tempo):
        return f"quando alguém {momento.label}"
    quanto = f"{duracao_curta(momento.minutos)} de expediente"
    if momento.marco == Marco.SEM_MOVIMENTO:
        return f"depois de {quanto} sem que ninguém mexa, {Situacao(momento.situacao).label}"
    do_prazo = momento.marco.label.removeprefix("o ")
    if momento.minutos == 0:
        return f"quando vence o {do_prazo}"
    return f"{quanto} {'antes' if momento.antes else 'depois'} do {do_prazo}"


def duracao_curta(minutos: int) -> str:
    """``2h``, ``1h30`` ou ``45min``."""
    return hora_curta(minutos) if minutos >= 60 else f"{minutos}min"


def linha_do_disparo(disparo: Disparo) -> tuple[str, str, str]:
    """Por que disparou, em que chamado, e se se cumpriu."""
    feito = "à espera" if disparo.feito_em is None else f"não coube: {disparo.frase}" if disparo.frase else "feito"
    if disparo.passo is None:
        causa = f"Prazo de {data_hora(disparo.prazo)}"
    else:
        causa = f"{disparo.passo.get_passo_display().capitalize()}, {data_hora(disparo.passo.em)}"
    return causa, disparo.chamado.protocolo, feito


def dados_da_manifestacao(manifestacao: Manifestacao) -> list[tuple[str, str]]:
    """O registro inteiro, como se imprime para levar à ouvidoria."""
    pares = [
        ("Protocolo", manifestacao.protocolo), ("Espécie", EspecieDeManifestacao(manifestacao.especie).label),
        ("De", manifestacao.pessoa.nome_visivel), ("Recebida em", data_hora(manifestacao.recebida_em)),
        ("Produto", manifestacao.produto.nome if manifestacao.produto else "–"),
        ("Sobre o chamado", manifestacao.chamado.protocolo if manifestacao.chamado else "–"),
    ]  # fmt: skip
    if manifestacao.respondida_em is None:
        return [*pares, ("Resposta até", data_hora(manifestacao.prazo))]
    return [
        *pares,
        (SituacaoDaManifestacao(manifestacao.situacao).label.capitalize(), data_hora(manifestacao.respondida_em)),
    ]


def _ate(chamado: Chamado) -> str:
    prazo = chamado.prazo_a_cumprir
    o_que = "A solução é prometida" if chamado.primeira_resposta_em else "A primeira resposta é prometida"
    return f"{o_que} até {data_hora(prazo)}." if prazo else ""
