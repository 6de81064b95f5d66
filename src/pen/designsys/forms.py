"""A base dos formulários das páginas; a aparência está na macro ``campo``."""


class FormularioBase:
    """Mistura para ``forms.Form``: quem confere e explica é o servidor, num resumo e ao lado de cada campo.

    Sem o atributo ``required`` o navegador não interrompe o envio com um aviso que some; a macro ``campo`` diz
    o que é opcional, e o Django liga ajuda e erro à entrada por ``aria-describedby``.
    """

    use_required_attribute = False
