from django.apps import AppConfig


class AtendimentoConfig(AppConfig):
    name = "pen.atendimento"
    label = "atendimento"

    def ready(self) -> None:
        """Inscreve quem redige os avisos dos chamados e quem guarda os dados de quem participa deles."""
        from pen.atendimento.services import avisos_do_chamado, titular
        from pen.identidade.public import registrar_guardiao
        from pen.notificacoes.public import registrar_redator

        registrar_redator(avisos_do_chamado.TIPO_DE_AVISO, avisos_do_chamado.redigir_avisos_do_chamado)
        registrar_guardiao("atendimento", exportar=titular.exportar_chamados, excluir=titular.excluir_participacao)
