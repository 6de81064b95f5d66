from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class GovbrDeTesteConfig(AppConfig):
    name = "pen.govbr_de_teste"
    label = "govbr_de_teste"

    def ready(self) -> None:
        """Não deixa o servidor subir onde a entrada de teste não pode estar."""
        exigir_ambiente_de_teste()


def exigir_ambiente_de_teste() -> None:
    """Recusa a configuração que instala a entrada de teste sem dizer que o ambiente é de teste.

    Levanta:
        ImproperlyConfigured: ``GOVBR_DE_TESTE`` não é exatamente ``True``.
    """
    if getattr(settings, "GOVBR_DE_TESTE", False) is not True:
        raise ImproperlyConfigured(
            "pen.govbr_de_teste deixa qualquer um entrar como qualquer pessoa: só pode ser instalado com "
            "GOVBR_DE_TESTE, na demonstração ou nos testes."
        )
