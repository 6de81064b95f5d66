"""O que pode dar errado ao escolher como ser avisado."""

from pen.comum.errors import ErroDeDominio, NaoEncontrado


class PreferenciaInvalida(ErroDeDominio):
    codigo = "preferencia-invalida"


class InscricaoInvalida(ErroDeDominio):
    """O navegador informou um endereço de push fora da lista, ou chaves que não se entendem."""

    codigo = "inscricao-invalida"


class InscricaoNaoEncontrada(NaoEncontrado):
    codigo = "inscricao-nao-encontrada"
