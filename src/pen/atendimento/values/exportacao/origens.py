"""De que sistema vem, e quem lê cada formato dele."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pen.atendimento.enums import SistemaDeOrigem
from pen.atendimento.values.exportacao.glpi import ler_json_do_glpi
from pen.atendimento.values.exportacao.leitura import e_json
from pen.atendimento.values.exportacao.modelo import ChamadoExportado, Modo, Recusado
from pen.atendimento.values.exportacao.planilha import DO_GLPI, DO_ZAMMAD, ler_chamados_da_planilha
from pen.atendimento.values.exportacao.zammad import ler_json_do_zammad

COLUNAS = {SistemaDeOrigem.GLPI: DO_GLPI, SistemaDeOrigem.ZAMMAD: DO_ZAMMAD}
DO_JSON = {SistemaDeOrigem.GLPI: ler_json_do_glpi, SistemaDeOrigem.ZAMMAD: ler_json_do_zammad}


def ler_exportacao(
    sistema: SistemaDeOrigem, caminhos: Sequence[Path], modo: Modo, *, agora: datetime
) -> Iterator[ChamadoExportado | Recusado]:
    """Os chamados dos arquivos, um de cada vez; o que se repete é recusado da segunda vez.

    Levanta:
        ExportacaoIlegivel: um arquivo não é uma exportação deste sistema.
    """
    vistos: dict[str, str] = {}
    for lido in _lidos(sistema, caminhos, modo, agora):
        if isinstance(lido, ChamadoExportado):
            if primeiro := vistos.get(lido.codigo):
                yield Recusado(lido.onde, f"o chamado {lido.codigo} já veio em {primeiro}")
                continue
            vistos[lido.codigo] = lido.onde
        yield lido


def _lidos(
    sistema: SistemaDeOrigem, caminhos: Sequence[Path], modo: Modo, agora: datetime
) -> Iterator[ChamadoExportado | Recusado]:
    em_json = [caminho for caminho in caminhos if e_json(caminho)]
    if em_json:
        yield from DO_JSON[sistema](em_json, modo, agora=agora)
    for caminho in (c for c in caminhos if c not in em_json):
        yield from ler_chamados_da_planilha(caminho, COLUNAS[sistema], modo, agora=agora)
