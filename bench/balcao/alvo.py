"""O que se mede de cada servidor, e o que cada um entrega a quem mede."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.carga import Pedido

LISTA, PEDIDO, VINTE = "lista da fila", "pedido, todas as mensagens", "pedido de 20 mensagens"
RARA, COMUM, ABERTURA = "busca, palavra rara", "busca, palavra comum", "abertura"
LINHAS = (LISTA, PEDIDO, VINTE, RARA, COMUM, ABERTURA)  # a abertura por último: muda o que as outras leem
PALAVRAS = {RARA: "xilofone", COMUM: "certificado"}
POR_PAGINA = 25
PROCESSOS = 2  # servidores, em todos
AMOSTRA = 200  # pedidos diferentes que se sorteiam
ASSUNTO = "Página em branco na assinatura de documento"
DESCRICAO = "O comportamento se repete em outro navegador. Confira se o certificado está instalado na cadeia correta."


@dataclass(frozen=True)
class Alvo:
    """Um servidor ligado: a porta, o processo de onde sai a árvore dele, os pedidos de cada linha e quantos chamados tem."""

    porta: int
    pid: int
    pedidos: dict[str, list[Pedido]]
    quantos: Callable[[], int]
