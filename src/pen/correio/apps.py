from django.apps import AppConfig


class CorreioConfig(AppConfig):
    name = "pen.correio"
    label = "correio"

    def ready(self) -> None:
        """Inscreve quem guarda os dados de quem escreveu às caixas e de quem cuida delas."""
        from pen.correio.services.titular import exportar_conversas, manter_conversas
        from pen.identidade.public import registrar_guardiao

        registrar_guardiao("correio", exportar=exportar_conversas, excluir=manter_conversas)
