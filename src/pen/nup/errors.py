"""Os erros do cadastro e da numeração. Quem lê um número não erra: a leitura devolve um veredito."""

from pen.comum.errors import ErroDeDominio, NaoEncontrado


class NupInvalido(ErroDeDominio):
    """Uma parte do número está fora do que a norma permite; ``detalhes['parte']`` diz qual."""

    codigo = "nup-invalido"


class UnidadeNaoEncontrada(NaoEncontrado):
    codigo = "unidade-nao-encontrada"


class PedidoNaoEncontrado(NaoEncontrado):
    codigo = "pedido-nao-encontrado"


class PedidoEmOutraSituacao(ErroDeDominio):
    """O passo não cabe na situação em que o pedido está."""

    codigo = "pedido-em-outra-situacao"
    situacao_http = 409


class PedidoJaAberto(ErroDeDominio):
    """A unidade ou o órgão já tem um pedido aberto."""

    codigo = "pedido-ja-aberto"
    situacao_http = 409


class MudancaImpossivel(ErroDeDominio):
    """O cadastro não está como o pedido supõe: código ocupado, unidade em outra situação, órgão que já participa."""

    codigo = "mudanca-impossivel"
    situacao_http = 409


class AnexoInvalido(ErroDeDominio):
    codigo = "anexo-invalido"


class UnidadeNaoNumera(ErroDeDominio):
    """A unidade está pendente ou inativa."""

    codigo = "unidade-nao-numera"
    situacao_http = 409


class SequenciaEsgotada(ErroDeDominio):
    codigo = "sequencia-esgotada"
    situacao_http = 409


class ChaveRepetida(ErroDeDominio):
    """A chave de idempotência já foi usada para outro pedido."""

    codigo = "chave-repetida"
    situacao_http = 409


class RelogioAtrasado(ErroDeDominio):
    """O relógio está num ano que a unidade já deixou, há mais tempo do que se tolera."""

    codigo = "relogio-atrasado"
    situacao_http = 503


class NumeroNaoEmitido(NaoEncontrado):
    codigo = "numero-nao-emitido"


class DestinoDefinitivo(ErroDeDominio):
    """O número já foi anulado, ou foi dado por outro sistema: o destino não muda mais."""

    codigo = "destino-definitivo"
    situacao_http = 409


class SequenciaInvalida(ErroDeDominio):
    """O último número informado não vem depois do que já saiu."""

    codigo = "sequencia-invalida"


class MascaraInvalida(ErroDeDominio):
    """A máscara não segue a linguagem; ``detalhes['posicao']`` diz onde, a partir de 1."""

    codigo = "mascara-invalida"


class ConferenciaNaoEncontrada(NaoEncontrado):
    codigo = "conferencia-nao-encontrada"


class SemEspaco(ErroDeDominio):
    """Há conferências em lote demais guardadas; abre lugar quando as mais velhas vencem ou são excluídas."""

    codigo = "sem-espaco"
    situacao_http = 503


class ColunaNaoEncontrada(ErroDeDominio):
    codigo = "coluna-nao-encontrada"
