"""Os erros do conhecimento."""

from pen.comum.errors import ErroDeDominio, NaoEncontrado


class ArtigoNaoEncontrado(NaoEncontrado):
    codigo = "artigo-nao-encontrado"


class ProdutoInvalido(ErroDeDominio):
    """O código já existe ou é malformado, ou falta uma esfera."""

    codigo = "produto-invalido"


class ProdutoNaoEncontrado(NaoEncontrado):
    codigo = "produto-nao-encontrado"


class VersaoEmOutraSituacao(ErroDeDominio):
    """Outra pessoa enviou, devolveu ou publicou antes."""

    codigo = "versao-em-outra-situacao"
    situacao_http = 409


class RevisaoPropria(ErroDeDominio):
    """Quem escreveu não publica: outra pessoa lê antes."""

    codigo = "revisao-propria"
    situacao_http = 403


class ImagemRecusada(ErroDeDominio):
    """A imagem não pode ser guardada, ou não pode sair; a frase diz por quê."""

    codigo = "imagem-recusada"


class ImagemIndisponivel(ErroDeDominio):
    """O conteúdo não está na pasta das imagens: ela não é a que o banco conhece."""

    codigo = "imagem-indisponivel"
    situacao_http = 503


class ImportacaoInvalida(ErroDeDominio):
    """A pasta não serve: não tem artigos, tem demais, ou o que se disse dela não existe aqui."""

    codigo = "importacao-invalida"
