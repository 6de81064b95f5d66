from django.apps import AppConfig


class AtendimentoConfig(AppConfig):
    name = "pen.atendimento"
    label = "atendimento"

    def ready(self) -> None:
        """Inscreve quem redige os avisos, quem guarda os dados de quem participa dos chamados, e o balcão que as caixas indicam."""
        from pen.atendimento.rules import e_atendente
        from pen.atendimento.services import avisos_de_manifestacao, avisos_de_webhook, avisos_do_chamado, titular
        from pen.atendimento.services.balcao import BALCAO
        from pen.atendimento.values.avisos import TIPO_DE_AVISO
        from pen.conhecimento.public import registrar_quem_atende
        from pen.correio.public import registrar_balcao
        from pen.identidade.public import registrar_guardiao
        from pen.notificacoes.public import registrar_redator

        registrar_quem_atende(e_atendente)
        registrar_balcao(BALCAO)
        registrar_redator(
            avisos_de_manifestacao.TIPO_DE_AVISO_DE_MANIFESTACAO, avisos_de_manifestacao.redigir_avisos_de_manifestacao
        )
        registrar_redator(TIPO_DE_AVISO, avisos_do_chamado.redigir_avisos_do_chamado)
        registrar_redator(avisos_de_webhook.TIPO_DE_AVISO_DE_WEBHOOK, avisos_de_webhook.redigir_avisos_de_webhook)
        registrar_guardiao("atendimento", exportar=titular.exportar_chamados, excluir=titular.excluir_participacao)
