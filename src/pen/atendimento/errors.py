"""O que pode dar errado no atendimento."""

from typing import Any

from pen.comum.errors import ErroDeDominio, NaoEncontrado


class SemExpediente(ErroDeDominio):
    """O calendário não deixa contar horas úteis."""

    codigo = "sem-expediente"
    situacao_http = 503


class ProdutoForaDaEsfera(ErroDeDominio):
    """O produto existe, e não se oferece à esfera; ``detalhes`` diz as esferas que o têm."""

    codigo = "produto-fora-da-esfera"
    situacao_http = 404


class FormularioInvalido(ErroDeDominio):
    """A definição de um formulário não serve; ``detalhes['campo']`` diz qual campo dele."""

    codigo = "formulario-invalido"


class ChamadoNaoEncontrado(NaoEncontrado):
    codigo = "chamado-nao-encontrado"


class PassoImpossivel(ErroDeDominio):
    """O passo não cabe na situação em que o chamado está; ``detalhes['situacao']`` diz qual é."""

    codigo = "passo-impossivel"
    situacao_http = 409


class MensagemNaoLida(ErroDeDominio):
    """Chegou uma mensagem depois da última que quem escreve tinha visto; ``mensagens`` são os passos novos, em ordem."""

    codigo = "mensagem-nao-lida"
    situacao_http = 409

    def __init__(self, mensagem: str, mensagens: list[Any]) -> None:
        super().__init__(mensagem)
        self.mensagens = mensagens


class ReaberturaVencida(ErroDeDominio):
    """Passou o prazo de reabrir; abre-se outro chamado, ligado a este."""

    codigo = "reabertura-vencida"
    situacao_http = 409


class AnexoRecusado(ErroDeDominio):
    """O anexo não pode ser guardado; a frase diz por quê."""

    codigo = "anexo-recusado"


class AnexoNaoConferido(AnexoRecusado):
    """O antivírus não disse se o anexo tem praga; daqui a pouco pode dizer."""

    codigo = "anexo-nao-conferido"
    situacao_http = 503


class AntivirusSemResposta(ErroDeDominio):
    """O antivírus não respondeu a tempo, ou não se entende o que disse."""

    codigo = "antivirus-sem-resposta"
    situacao_http = 503


class GrandeParaOAntivirus(ErroDeDominio):
    """O arquivo passa do que o antivírus desta instalação aceita."""

    codigo = "grande-para-o-antivirus"


class SemEquipe(ErroDeDominio):
    """Nenhuma equipe recebe o que se pede; quem opera precisa criar uma."""

    codigo = "sem-equipe"
    situacao_http = 503


class DestinoInvalido(ErroDeDominio):
    """A equipe ou a pessoa a quem se passa o chamado não pode recebê-lo."""

    codigo = "destino-invalido"


class EquipeNaoEncontrada(NaoEncontrado):
    codigo = "equipe-nao-encontrada"


class AvaliacaoNaoEncontrada(NaoEncontrado):
    codigo = "avaliacao-nao-encontrada"


class AvaliacaoVencida(ErroDeDominio):
    """Passou o prazo de avaliar um encerramento."""

    codigo = "avaliacao-vencida"
    situacao_http = 410


class AnexoIndisponivel(ErroDeDominio):
    """O conteúdo não está na pasta dos anexos: ela não é a que o banco conhece."""

    codigo = "anexo-indisponivel"
    situacao_http = 503


class ManifestacaoNaoEncontrada(NaoEncontrado):
    codigo = "manifestacao-nao-encontrada"


class ManifestacaoTratada(ErroDeDominio):
    """Outra pessoa respondeu ou encaminhou antes."""

    codigo = "manifestacao-tratada"
    situacao_http = 409


class AutomacaoNaoEncontrada(NaoEncontrado):
    """A macro ou o gatilho não existe, ou não é para quem pede."""

    codigo = "automacao-nao-encontrada"


class ExportacaoIlegivel(ErroDeDominio):
    """O arquivo que outro sistema exportou não se lê; a frase diz qual, e por quê."""

    codigo = "exportacao-ilegivel"


class MapaInvalido(ErroDeDominio):
    """O mapa de uma importação não se entende, ou cita o que não há aqui."""

    codigo = "mapa-invalido"


class InscricaoNaoEncontrada(NaoEncontrado):
    codigo = "webhook-nao-encontrado"


class VolumeImpossivel(ErroDeDominio):
    """Não se inventa volume onde já há chamados, ou onde falta o catálogo."""

    codigo = "volume-impossivel"
