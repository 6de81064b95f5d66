from django.apps import AppConfig


class AssistenteConfig(AppConfig):
    name = "pen.assistente"
    label = "assistente"

    def ready(self) -> None:
        """Inscreve quem guarda as conversas de quem entrou."""
        from pen.assistente.services import titular
        from pen.identidade.public import registrar_guardiao

        registrar_guardiao("assistente", exportar=titular.exportar_conversas, excluir=titular.excluir_conversas)
