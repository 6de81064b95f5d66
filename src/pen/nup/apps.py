from django.apps import AppConfig


class NupConfig(AppConfig):
    name = "pen.nup"
    label = "nup"

    def ready(self) -> None:
        """Inscreve quem redige os avisos dos pedidos e quem guarda os dados dos gestores de UP."""
        from pen.identidade.public import registrar_guardiao
        from pen.notificacoes.public import registrar_redator
        from pen.nup.services import avisos_de_pedido, gestores

        registrar_redator(avisos_de_pedido.TIPO_DE_AVISO, avisos_de_pedido.redigir_avisos_de_pedido)
        registrar_guardiao("nup", exportar=gestores.exportar_designacoes, excluir=gestores.excluir_designacoes)
