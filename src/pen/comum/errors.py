"""A raiz dos erros de domínio."""


class ErroDeDominio(Exception):
    """O que dá errado por regra do negócio, e uma pessoa ou um sistema pode corrigir.

    ``codigo`` é contrato: vai para a resposta REST, o SOAP fault e o log; a frase pode mudar, o código não.
    ``situacao_http`` é a situação com que as interfaces HTTP respondem.
    """

    codigo = "erro-de-dominio"
    situacao_http = 422

    def __init__(self, mensagem: str, **detalhes: object) -> None:
        super().__init__(mensagem)
        self.mensagem, self.detalhes = mensagem, detalhes


class SemPermissao(ErroDeDominio):
    """Quem pede não pode o que pede, e já sabe que o objeto existe."""

    codigo = "sem-permissao"
    situacao_http = 403


class NaoEncontrado(ErroDeDominio):
    """Não existe, ou não existe para quem pede: as duas respostas são iguais."""

    codigo = "nao-encontrado"
    situacao_http = 404


class PedidoIncompleto(ErroDeDominio):
    """Falta um dado, ou um não serve; ``detalhes['campo']`` diz qual, quando se sabe."""

    codigo = "pedido-incompleto"


class LimiteExcedido(ErroDeDominio):
    """Pedidos demais em pouco tempo; ``detalhes['espere_segundos']`` diz quando tentar de novo."""

    codigo = "limite-excedido"
    situacao_http = 429


class BuscaInvalida(ErroDeDominio):
    """Faltou dizer o que buscar, ou o que se pediu não se entende."""

    codigo = "busca-invalida"


class BuscaDemorada(LimiteExcedido):
    """A busca passou do tempo que o serviço dá a cada uma."""

    codigo = "busca-demorada"
    situacao_http = 503


def conferir(condicao: bool, erro: ErroDeDominio) -> None:
    """Levanta ``erro`` quando a condição não vale."""
    if not condicao:
        raise erro
