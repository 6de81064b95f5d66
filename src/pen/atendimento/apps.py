from django.apps import AppConfig


class AtendimentoConfig(AppConfig):
    name = "pen.atendimento"
    label = "atendimento"

    def ready(self) -> None:
        """Inscreve quem redige os avisos dos chamados."""
        from pen.atendimento.services import avisos_do_chamado
        from pen.notificacoes.public import registrar_redator

        registrar_redator(avisos_do_chamado.TIPO_DE_AVISO, avisos_do_chamado.redigir_avisos_do_chamado)
