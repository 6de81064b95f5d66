"""O que a demonstração mostra nas caixas: uma mensagem administrativa em cada uma, e um pedido de suporte, que se recusa."""

from email.message import EmailMessage

from pen.correio.models import Caixa
from pen.correio.services.recepcao import receber_mensagem

_MENSAGENS = (
    (
        "adesao-pen",
        "Prazo da adesão",
        "Enviamos o termo de adesão do município há duas semanas.\nQual é o prazo da análise?",
    ),
    ("adesao-pen", "Ajuda", "Estamos com erro ao instalar o SEI: a tela fica em branco depois da senha."),
    (
        "processo-eletronico",
        "Ofício recebido",
        "Confirmamos o recebimento do ofício e a presença na reunião dos pontos focais.",
    ),
)


def cadastrar_exemplo() -> None:
    """Entrega as mensagens de exemplo às caixas, como o servidor de correio faria; de novo, não dobra."""
    enderecos = dict(Caixa.objects.values_list("codigo", "endereco"))
    for numero, (codigo, assunto, texto) in enumerate(_MENSAGENS):
        mensagem = EmailMessage()
        mensagem["From"], mensagem["To"] = f"Pessoa de Exemplo {numero} <pessoa{numero}@orgao.example>", enderecos[codigo]
        mensagem["Subject"], mensagem["Message-ID"] = assunto, f"<exemplo-{numero}@orgao.example>"
        mensagem.set_content(texto)
        receber_mensagem(mensagem.as_bytes(), para=enderecos[codigo])
