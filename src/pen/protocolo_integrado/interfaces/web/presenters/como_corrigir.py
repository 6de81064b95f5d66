"""O que cada código de recusa quer dizer para quem cuida do sistema do órgão, e como corrigir. O motivo vem da recusa."""

from typing import NamedTuple

from pen.protocolo_integrado.enums import CodigoDeRecusa
from pen.protocolo_integrado.services.remessa import DOCUMENTOS_MAXIMO


class Orientacao(NamedTuple):
    """O que houve, e o que fazer."""

    o_que_houve: str
    como_corrigir: str


COMO_CORRIGIR: dict[CodigoDeRecusa, Orientacao] = {
    CodigoDeRecusa.CREDENCIAL: Orientacao(
        "O código do órgão ou a senha não conferem, ou a credencial foi revogada.",
        "Confira o código e a senha no sistema, sem espaços no começo nem no fim, e se a senha é do ambiente certo "
        "(homologação ou produção). Se a senha se perdeu, crie outra em «Credenciais do órgão».",
    ),
    CodigoDeRecusa.LISTA: Orientacao(
        f"A mensagem não pôde ser lida: está malformada ou vazia, tem mais de {DOCUMENTOS_MAXIMO} documentos, é grande demais, ou "
        "um texto traz caracteres que não são texto.",
        f"Envie em UTF-8, de 1 a {DOCUMENTOS_MAXIMO} documentos por vez. No SEI, procure no processo caracteres estranhos colados "
        "de outro programa e grave o campo de novo. Se a mensagem for grande demais, envie em partes menores.",
    ),
    CodigoDeRecusa.NUMERO: Orientacao(
        "O número do protocolo não tem nenhum algarismo, ou passa de 50 caracteres sem a pontuação.",
        "Envie o número como está no processo, com ou sem pontos. Dígito verificador errado não é motivo de recusa.",
    ),
    CodigoDeRecusa.FALTA_ELEMENTO: Orientacao(
        "Falta um elemento obrigatório, ou ele veio vazio.",
        "Preencha o elemento que o motivo cita: Protocolo, DataHoraProducao, Especie, Assunto ou, em cada movimento, "
        "DataHoraOperacao. No SEI, confira se o tipo do processo tem nome.",
    ),
    CodigoDeRecusa.DATA_INVALIDA: Orientacao(
        "Uma data não existe, não se entende ou é anterior a 1800.",
        "Escreva a data como 2026-11-21T14:35:00-03:00 (ano, mês, dia, hora e fuso). O motivo diz o elemento e o que veio.",
    ),
    CodigoDeRecusa.DATA_FUTURA: Orientacao(
        "Uma data está mais de um dia no futuro.",
        "Acerte o relógio e o fuso horário do servidor que envia e, se a data foi digitada errada, corrija-a no processo. "
        "Depois, envie de novo.",
    ),
    CodigoDeRecusa.TEXTO_LONGO: Orientacao(
        "Um texto, ou uma lista, passa do tamanho máximo.",
        "Encurte o texto que o motivo cita. Se for o histórico, envie os movimentos em mais de uma remessa: eles se somam.",
    ),
    CodigoDeRecusa.ORGAO_SUSPENSO: Orientacao(
        "O órgão está suspenso ou extinto nesta instalação, e nada do que ele envia é aceito.",
        "Fale com a equipe central. Não é preciso mudar nada no sistema: o que não entrou é enviado de novo depois.",
    ),
    CodigoDeRecusa.OUTRO: Orientacao(
        "O documento não pôde ser aceito por um motivo que não está entre os outros códigos.",
        "Leia o motivo. Se não bastar, fale com a equipe central e informe o número do recibo e o protocolo.",
    ),
}
