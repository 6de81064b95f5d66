"""A lista de chamados como planilha: um por linha, com as colunas que quem exportou escolheu, na língua dele."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pen.atendimento.errors import ExportacaoIlegivel
from pen.atendimento.values.exportacao.campos import (
    conferir_datas,
    em_ordem,
    exigir_instante,
    html_em_texto,
    ler_codigo,
    ler_correio,
    ler_instante,
    ler_linha,
)
from pen.atendimento.values.exportacao.leitura import ler_planilha
from pen.atendimento.values.exportacao.modelo import ChamadoExportado, Ilegivel, MensagemExportada, Modo, Recusado
from pen.comum.errors import conferir
from pen.comum.texto import sem_acentos

Colunas = Mapping[str, tuple[str, ...]]  # campo nosso → os cabeçalhos por que se conhece
DO_GLPI: Colunas = {
    "codigo": ("ID",),
    "assunto": ("Título", "Title"),
    "descricao": ("Descrição", "Description"),
    "situacao": ("Status", "Situação"),
    "categoria": ("Categoria", "Category"),
    "entidade": ("Entidade", "Entity"),
    "grupo": ("Atribuído - Grupo técnico", "Atribuído para - Grupo técnico", "Assigned to - Technician group"),
    "solicitante": ("Requerente - E-mail", "Requester - Email", "Requerente - Requerente", "Requester - Requester"),
    "atendente": ("Atribuído - Técnico", "Atribuído para - Técnico", "Assigned to - Technician"),
    "aberto_em": ("Data de abertura", "Opening date"),
    "encerrado_em": ("Data de fechamento", "Data da solução", "Closing date", "Resolution date"),
    "alterado_em": ("Última atualização", "Last update"),
    "acompanhamentos": ("Acompanhamentos - Descrição", "Acompanhamento - Descrição", "Followups - Description"),
    "solucao": ("Solução - Solução", "Solução", "Solution - Solution"),
}
DO_ZAMMAD: Colunas = {
    "codigo": ("#", "Número", "Number"),
    "assunto": ("Título", "Title"),
    "situacao": ("Estado", "Situação", "State"),
    "categoria": ("Grupo", "Group"),
    "entidade": ("Organização", "Organization"),
    "grupo": ("Grupo", "Group"),
    "solicitante": ("Cliente", "Customer"),
    "atendente": ("Proprietário", "Responsável", "Owner"),
    "aberto_em": ("Criado em", "Criado às", "Created At"),
    "encerrado_em": ("Fechado em", "Fechado às", "Closed At"),
    "alterado_em": ("Atualizado em", "Atualizado às", "Updated At"),
}
EXIGIDAS = ("codigo", "assunto", "situacao", "aberto_em")
SEPARADORES_DO_GLPI = ("#LBBR#", "#LBHR#")  # como algumas versões escrevem <br> e <hr>


def ler_chamados_da_planilha(
    caminho: Path, conhecidas: Colunas, modo: Modo, *, agora: datetime
) -> Iterator[ChamadoExportado | Recusado]:
    """Os chamados da planilha, uma linha de cada vez.

    Levanta:
        ExportacaoIlegivel: não é uma planilha, ou faltam colunas.
    """
    cabecalho, linhas = ler_planilha(caminho)
    lugares = _lugares(caminho, cabecalho, conhecidas, modo)
    for linha in linhas:
        if isinstance(linha, Recusado):
            yield linha
            continue
        onde, celulas = linha
        try:
            yield _chamado(onde, {campo: celulas[n] for campo, n in lugares.items()}, modo, agora)
        except Ilegivel as erro:
            yield Recusado(onde, str(erro))


def _lugares(caminho: Path, cabecalho: list[str], conhecidas: Colunas, modo: Modo) -> dict[str, int]:
    """Em que coluna está cada campo nosso: a do mapa ou, na falta, a primeira por que se conhece."""
    posicoes = {_chave(nome): n for n, nome in reversed(list(enumerate(cabecalho)))}
    lugares = {}
    for campo, nomes in conhecidas.items():
        pedida = modo.colunas.get(campo)
        if pedida is not None and _chave(pedida) not in posicoes:
            raise ExportacaoIlegivel(f"«{caminho.name}» não tem a coluna «{pedida}», que o mapa pede.")
        achada = next(
            (n for nome in ([pedida] if pedida else nomes) if (n := posicoes.get(_chave(nome))) is not None), None
        )
        if achada is not None:
            lugares[campo] = achada
    faltam = [conhecidas[campo][0] for campo in EXIGIDAS if campo not in lugares]
    frase = f"«{caminho.name}»: não achei as colunas {', '.join(f'«{c}»' for c in faltam)}. Se têm outro nome, diga-o em [colunas]."
    conferir(not faltam, ExportacaoIlegivel(frase))
    return lugares


def _chave(nome: str) -> str:
    return " ".join(sem_acentos(nome).split())


def _chamado(onde: str, celulas: Mapping[str, str], modo: Modo, agora: datetime) -> ChamadoExportado:
    codigo = ler_codigo(celulas["codigo"], "número")
    aberto_em = exigir_instante(celulas["aberto_em"], "data de abertura", modo.fuso)
    conferir_datas(aberto_em, agora)
    encerrado_em = ler_instante(celulas.get("encerrado_em"), "data de fechamento", modo.fuso)
    alterado_em = ler_instante(celulas.get("alterado_em"), "última atualização", modo.fuso)
    depois = encerrado_em or alterado_em or aberto_em
    # A planilha junta os acompanhamentos públicos e os privados numa célula: nenhum se mostra a quem abriu.
    notas = [("acompanhamentos", True), ("solucao", False)]
    mensagens = [
        MensagemExportada(codigo=campo, em=depois, texto=texto, da_equipe=True, interna=interna)
        for campo, interna in notas if (texto := html_em_texto(_com_quebras(celulas.get(campo, ""))))
    ]  # fmt: skip
    ordenadas, acertadas = em_ordem(mensagens, aberto_em)
    return ChamadoExportado(
        onde=onde, codigo=codigo, numero=codigo, assunto=ler_linha(celulas["assunto"]),
        descricao=html_em_texto(_com_quebras(celulas.get("descricao", ""))), situacao=ler_linha(celulas["situacao"]),
        categoria=_primeira(celulas, "categoria"), entidade=_primeira(celulas, "entidade"), grupo=_primeira(celulas, "grupo"),
        solicitante=ler_correio(celulas.get("solicitante")), atendente=ler_correio(celulas.get("atendente")),
        aberto_em=aberto_em, encerrado_em=encerrado_em, alterado_em=alterado_em, mensagens=ordenadas,
        tamanho=sum(len(celula) for celula in celulas.values()), datas_acertadas=acertadas,
    )  # fmt: skip


def _primeira(celulas: Mapping[str, str], campo: str) -> str:
    """O primeiro valor de uma célula com vários, um por linha."""
    valores = [ler_linha(v) for v in _com_quebras(celulas.get(campo, "")).splitlines()]
    return next((v for v in valores if v), "")


def _com_quebras(texto: str) -> str:
    for marca in SEPARADORES_DO_GLPI:
        texto = texto.replace(marca, "\n")
    return texto
