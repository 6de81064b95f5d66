"""As origens inconsistentes em palavras."""

from pen.designsys.filtros import data_hora, milhar
from pen.protocolo_integrado.selectors.origens import Inconsistencia, OrigemInconsistente

COLUNAS = ("Órgão que enviou", "Unidade", "Ano", "O que não bate", "Números", "Último em")
MOTIVOS = {
    Inconsistencia.DESCONHECIDA: ("Não está no cadastro", "o começo do número não é código de nenhuma unidade conhecida"),
    Inconsistencia.INATIVA_NO_ANO: ("Inativa no ano", "a unidade passou o ano inteiro do número sem poder numerar"),
}


def linha_da_origem(origem: OrigemInconsistente) -> list[str]:
    """Uma linha da tabela."""
    motivo = MOTIVOS[origem.inconsistencia][0]
    return [origem.orgao.sigla, origem.codigo, str(origem.ano), motivo, milhar(origem.numeros), data_hora(origem.ultima_em)]
