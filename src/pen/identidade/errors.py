"""O que pode dar errado ao se apresentar."""

from pen.comum.errors import ErroDeDominio, NaoEncontrado


class CredencialInvalida(ErroDeDominio):
    """Código ou segredo errados, credencial revogada, ou órgão que não existe: a resposta é sempre a mesma."""

    codigo = "credencial-invalida"
    situacao_http = 401


class CredencialNaoEncontrada(NaoEncontrado):
    codigo = "credencial-nao-encontrada"


class OrgaoSuspenso(ErroDeDominio):
    """A credencial está certa, mas o órgão está impedido de enviar."""

    codigo = "orgao-suspenso"
    situacao_http = 403


class OrgaoNaoEncontrado(NaoEncontrado):
    codigo = "orgao-nao-encontrado"


class OrgaoJaExiste(ErroDeDominio):
    codigo = "orgao-ja-existe"
    situacao_http = 409


class OrgaoInvalido(ErroDeDominio):
    codigo = "orgao-invalido"
