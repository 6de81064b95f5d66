from django.apps import AppConfig


class ProtocoloIntegradoConfig(AppConfig):
    name = "pen.protocolo_integrado"
    label = "protocolo_integrado"

    def ready(self) -> None:
        """Inscreve-se no que está abaixo: quem redige os avisos, quem os cancela, e quem guarda os dados da pessoa."""
        from pen.identidade.public import registrar_guardiao
        from pen.notificacoes.public import registrar_cancelador, registrar_redator
        from pen.protocolo_integrado.services import (
            acompanhamentos,
            adesao,
            avisos,
            avisos_de_adesao,
            avisos_de_integracao,
            novidades,
        )

        registrar_redator(novidades.TIPO_DE_AVISO, avisos.redigir_avisos)
        registrar_cancelador(novidades.TIPO_DE_AVISO, acompanhamentos.deixar_pelos_avisos)
        registrar_guardiao(
            "protocolo_integrado",
            exportar=acompanhamentos.exportar_acompanhamentos,
            excluir=acompanhamentos.excluir_acompanhamentos,
        )
        registrar_redator(avisos_de_adesao.TIPO_DE_AVISO_DE_ADESAO, avisos_de_adesao.redigir_avisos_de_adesao)
        registrar_guardiao("adesoes", exportar=adesao.exportar_adesoes, excluir=adesao.excluir_contatos_das_adesoes)
        registrar_redator(avisos_de_integracao.TIPO_DE_AVISO, avisos_de_integracao.redigir_avisos_de_integracao)
