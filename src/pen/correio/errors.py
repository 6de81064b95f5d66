"""Os erros do correio."""

from pen.comum.errors import ErroDeDominio, NaoEncontrado


class CaixaNaoEncontrada(NaoEncontrado):
    codigo = "caixa-nao-encontrada"


class ConversaNaoEncontrada(NaoEncontrado):
    codigo = "conversa-nao-encontrada"


class ConversaMudou(ErroDeDominio):
    """Outra pessoa mexeu, ou chegou mensagem, depois do que quem pede leu."""

    codigo = "conversa-mudou"
    situacao_http = 409


class PassoImpossivel(ErroDeDominio):
    """Na situação em que a conversa está, isto não se faz."""

    codigo = "passo-impossivel"
    situacao_http = 409


class ComunicadoNaoEncontrado(NaoEncontrado):
    codigo = "comunicado-nao-encontrado"


class ComunicadoJaEnviado(ErroDeDominio):
    """Outra pessoa enviou, alterou ou excluiu antes."""

    codigo = "comunicado-ja-enviado"
    situacao_http = 409


class EnvioProprio(ErroDeDominio):
    """Quem escreveu um comunicado não o envia: outra pessoa lê antes."""

    codigo = "envio-proprio"
    situacao_http = 403


class SemDestinatario(ErroDeDominio):
    """A mensagem não diz de quem veio: não há a quem responder."""

    codigo = "sem-destinatario"


class OriginalIndisponivel(ErroDeDominio):
    """O original não está na pasta: ela não é a que o banco conhece."""

    codigo = "original-indisponivel"
    situacao_http = 503
