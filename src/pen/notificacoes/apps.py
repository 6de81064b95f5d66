from importlib import import_module

from django.apps import AppConfig


class NotificacoesConfig(AppConfig):
    name = "pen.notificacoes"
    label = "notificacoes"

    def ready(self) -> None:
        """Liga-se à identidade: ao que ela anuncia, como quem guarda dados da pessoa, e como quem lhe dá recados."""
        from pen.identidade.public import registrar_guardiao, registrar_recado
        from pen.notificacoes.interfaces.web.recados import recado_do_email
        from pen.notificacoes.services.guarda import dados_da_pessoa, excluir_dados_da_pessoa

        import_module("pen.notificacoes.receivers")
        registrar_guardiao("notificacoes", exportar=dados_da_pessoa, excluir=excluir_dados_da_pessoa)
        registrar_recado("notificacoes", recado_do_email)
