"""O que pode dar errado no Protocolo Integrado."""

from pen.comum.errors import ErroDeDominio, NaoEncontrado
from pen.protocolo_integrado.enums import CodigoDeRecusa


class RemessaRecusada(ErroDeDominio):
    """A remessa inteira não pôde ser lida; nada dela foi guardado. ``recusa`` é o código do contrato."""

    codigo = "remessa-recusada"
    situacao_http = 400

    def __init__(self, mensagem: str, recusa: CodigoDeRecusa = CodigoDeRecusa.LISTA) -> None:
        super().__init__(f"{recusa.value} - {mensagem}")
        self.recusa = recusa


class RecepcaoOcupada(ErroDeDominio):
    """Há remessas demais ao mesmo tempo; nada foi lido, e reenviar daqui a pouco resolve."""

    codigo = "recepcao-ocupada"
    situacao_http = 503


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


class NumeroNaoAcompanhavel(ErroDeDominio):
    """O texto não parece número de processo, e nenhum órgão enviou nada parecido."""

    codigo = "numero-nao-acompanhavel"


class AcompanhamentosDemais(ErroDeDominio):
    codigo = "acompanhamentos-demais"


class MotivoAusente(ErroDeDominio):
    codigo = "motivo-ausente"


class MovimentoNaoEncontrado(NaoEncontrado):
    codigo = "movimento-nao-encontrado"


class NomeNaoEncontrado(NaoEncontrado):
    codigo = "nome-nao-encontrado"


class RetencaoInvalida(ErroDeDominio):
    codigo = "retencao-invalida"


class RetencaoNaoEncontrada(NaoEncontrado):
    codigo = "retencao-nao-encontrada"


class AdesaoNaoEncontrada(NaoEncontrado):
    """Não existe, ou não é visível a quem pede."""

    codigo = "adesao-nao-encontrada"


class AdesaoJaAberta(ErroDeDominio):
    codigo = "adesao-ja-aberta"
    situacao_http = 409


class AdesaoEmOutraSituacao(ErroDeDominio):
    """O passo não cabe na situação de agora: alguém já o deu, ou ainda falta o anterior."""

    codigo = "adesao-em-outra-situacao"
    situacao_http = 409


class AdesoesDemais(ErroDeDominio):
    codigo = "adesoes-demais"


class ConferenciaIncompleta(ErroDeDominio):
    """Há item em falta na conferência, e quem aprova não disse por que o dispensa."""

    codigo = "conferencia-incompleta"


class CredencialJaEmitida(ErroDeDominio):
    """A senha só aparece uma vez; perdida, cria-se outra credencial."""

    codigo = "credencial-ja-emitida"
    situacao_http = 409


class AmbienteNaoLiberado(ErroDeDominio):
    """O órgão ainda não pode ter credencial deste ambiente."""

    codigo = "ambiente-nao-liberado"
    situacao_http = 409


class ResponsavelInvalido(ErroDeDominio):
    """A pessoa já é a responsável, ou a conta dela está desativada."""

    codigo = "responsavel-invalido"


class OrgaoEmOutraSituacao(ErroDeDominio):
    codigo = "orgao-em-outra-situacao"
    situacao_http = 409


class PeriodoInvalido(ErroDeDominio):
    """O período acaba antes de começar, ou é longo demais."""

    codigo = "periodo-invalido"


class OrgaoAmbiguo(ErroDeDominio):
    """Mais de um órgão tem a sigla ou o código que a pessoa digitou."""

    codigo = "orgao-ambiguo"


class VolumeImpossivel(ErroDeDominio):
    """Gerar ou apagar processos inventados mexeria em processos de verdade."""

    codigo = "volume-impossivel"
    situacao_http = 409


class DistribuicaoImpossivel(ErroDeDominio):
    """O registro não pode ser repartido agora, ou desse jeito; o que está em uso não mudou."""

    codigo = "distribuicao-impossivel"
    situacao_http = 409
