"""Os erros do fórum."""

from collections.abc import Sequence

from pen.comum.errors import ErroDeDominio, NaoEncontrado
from pen.comum.segredos import Segredo


class TopicoNaoEncontrado(NaoEncontrado):
    codigo = "topico-nao-encontrado"


class PublicacaoNaoEncontrada(NaoEncontrado):
    codigo = "publicacao-nao-encontrada"


class CategoriaNaoEncontrada(NaoEncontrado):
    codigo = "categoria-nao-encontrada"


class EtiquetaNaoEncontrada(NaoEncontrado):
    codigo = "etiqueta-nao-encontrada"


class DecisaoNaoEncontrada(NaoEncontrado):
    codigo = "decisao-nao-encontrada"


class RegrasNaoAceitas(ErroDeDominio):
    """A pessoa ainda não aceitou a versão em vigor das regras de convivência."""

    codigo = "regras-nao-aceitas"
    situacao_http = 403


class BuscaNaoFeita(ErroDeDominio):
    """Falta a prova de que a pessoa buscou antes, ou ela venceu, ou é de outra pessoa ou de outras palavras."""

    codigo = "busca-nao-feita"


class DadosExpostos(ErroDeDominio):
    """O texto parece ter CPF, CNPJ, senha ou chave, que ``segredos`` diz, e quem escreve não declarou que é engano."""

    codigo = "dados-expostos"

    def __init__(self, segredos: Sequence[Segredo]) -> None:
        super().__init__(
            "O texto parece ter dados que não deveriam ir a público. Tire-os ou, se não são de uma pessoa nem segredo, marque a "
            "declaração."
        )
        self.segredos = segredos


class TopicoFechado(ErroDeDominio):
    """O tópico não recebe mais respostas."""

    codigo = "topico-fechado"
    situacao_http = 409


class PublicacaoEmOutraSituacao(ErroDeDominio):
    """Outra pessoa decidiu antes, ou a publicação não está como este ato precisa."""

    codigo = "publicacao-em-outra-situacao"
    situacao_http = 409


class DecisaoPropria(ErroDeDominio):
    """Quem escreveu não decide sobre o que escreveu, e quem decidiu não julga o recurso."""

    codigo = "decisao-propria"
    situacao_http = 403


class CadastroInvalido(ErroDeDominio):
    """O nome já existe, ou não serve."""

    codigo = "cadastro-invalido"
