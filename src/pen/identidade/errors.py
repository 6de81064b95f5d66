"""O que pode dar errado ao se apresentar e ao dar papéis."""

from pen.comum.errors import ErroDeDominio, NaoEncontrado, SemPermissao


class CredencialInvalida(ErroDeDominio):
    """Código ou segredo errados, credencial revogada, ou órgão que não existe: a resposta é sempre a mesma."""

    codigo = "credencial-invalida"
    situacao_http = 401


class CredenciaisDemais(ErroDeDominio):
    """O órgão já tem o máximo de credenciais ativas; é preciso revogar alguma antes."""

    codigo = "credenciais-demais"


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


class EntradaRecusada(ErroDeDominio):
    """O gov.br, ou o código por e-mail, não confirmou quem é; a mensagem diz o que fazer."""

    codigo = "entrada-recusada"
    situacao_http = 403


class GovbrIndisponivel(ErroDeDominio):
    """O gov.br não respondeu, ou respondeu o que não se entende; tentar de novo depois resolve."""

    codigo = "govbr-indisponivel"
    situacao_http = 503


class PessoaInativa(EntradaRecusada):
    codigo = "pessoa-inativa"


class CodigoNaoConfere(ErroDeDominio):
    """Errado, vencido, já usado ou tentado vezes demais: a resposta é a mesma."""

    codigo = "codigo-nao-confere"


class EmailEmUso(ErroDeDominio):
    codigo = "email-em-uso"
    situacao_http = 409


class PessoaNaoEncontrada(NaoEncontrado):
    codigo = "pessoa-nao-encontrada"


class SegundoFatorNaoEncontrado(NaoEncontrado):
    """A pessoa não está com o segundo fator ligado."""

    codigo = "segundo-fator-nao-encontrado"


class PapelInvalido(ErroDeDominio):
    codigo = "papel-invalido"


class PapelNaoEncontrado(NaoEncontrado):
    codigo = "papel-nao-encontrado"


class AparelhoNaoEncontrado(NaoEncontrado):
    codigo = "aparelho-nao-encontrado"


class PapelImpedeExclusao(ErroDeDominio):
    """Quem tem papel precisa deixá-lo antes de excluir a conta: os atos dele precisam de um responsável."""

    codigo = "papel-impede-exclusao"
    situacao_http = 409


class EntradaFraca(SemPermissao):
    """A pessoa tem o papel, mas entrou por um meio que não basta para exercê-lo."""

    codigo = "entrada-fraca"


class ChaveInvalida(ErroDeDominio):
    """A chave de acesso não existe, venceu ou foi revogada; a resposta é a mesma."""

    codigo = "chave-invalida"
    situacao_http = 401


class EscopoInsuficiente(SemPermissao):
    """A chave de acesso não deixa fazer isto."""

    codigo = "escopo-insuficiente"
