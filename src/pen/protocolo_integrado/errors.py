"""O que pode dar errado no Protocolo Integrado."""

from pen.comum.errors import ErroDeDominio, LimiteExcedido, NaoEncontrado
from pen.protocolo_integrado.enums import CodigoDeRecusa


class RemessaRecusada(ErroDeDominio):
    """A remessa inteira não pôde ser lida; nada dela foi guardado. ``recusa`` é o código do contrato."""

    codigo = "remessa-recusada"
    situacao_http = 400

    def __init__(self, mensagem: str, recusa: CodigoDeRecusa = CodigoDeRecusa.LISTA) -> None:
        super().__init__(f"{recusa.value} - {mensagem}")
        self.recusa = recusa


class DocumentoRecusado(ErroDeDominio):
    """Um documento da remessa não vale; os outros seguem."""

    codigo = "documento-recusado"

    def __init__(self, recusa: CodigoDeRecusa, mensagem: str) -> None:
        super().__init__(f"{recusa.value} - {mensagem}")
        self.recusa = recusa


class ProcessoNaoEncontrado(NaoEncontrado):
    """Nenhum processo público tem esse número; o processo oculto responde igual."""

    codigo = "processo-nao-encontrado"


class RemessaNaoEncontrada(NaoEncontrado):
    """O órgão não tem essa remessa; a de outro órgão responde igual."""

    codigo = "remessa-nao-encontrada"


class BuscaInvalida(ErroDeDominio):
    """Faltou dizer o que buscar, ou o que se pediu não se entende."""

    codigo = "busca-invalida"


class BuscaDemorada(LimiteExcedido):
    """A busca passou do tempo que o serviço dá a cada uma."""

    codigo = "busca-demorada"
    situacao_http = 503
