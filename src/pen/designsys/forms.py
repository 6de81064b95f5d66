"""A base dos formulários do gov.br."""


class FormularioBase:
    """Formulário das nossas páginas."""
