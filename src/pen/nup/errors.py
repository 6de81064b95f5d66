"""Os erros de quem gera números. Quem lê não erra: a leitura devolve um veredito."""

from pen.comum.errors import ErroDeDominio


class NupInvalido(ErroDeDominio):
    """Uma parte do número está fora do que a norma permite; ``detalhes['parte']`` diz qual."""

    codigo = "nup-invalido"
