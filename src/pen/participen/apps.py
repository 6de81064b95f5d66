from django.apps import AppConfig


class ParticipenConfig(AppConfig):
    name = "pen.participen"
    label = "participen"

    def ready(self) -> None:
        """Inscreve o fórum como fonte da base, quem redige e cancela os avisos dele, e quem guarda os dados de quem participa."""
        from pen.conhecimento.public import registrar_fonte
        from pen.identidade.public import registrar_guardiao
        from pen.notificacoes.public import registrar_cancelador, registrar_redator
        from pen.participen.selectors.fonte import achar_na_comunidade
        from pen.participen.services import avisos, seguimento, titular

        registrar_fonte(achar_na_comunidade)
        registrar_redator(avisos.TIPO_DE_NOVIDADE, avisos.redigir_novidades)
        registrar_cancelador(avisos.TIPO_DE_NOVIDADE, seguimento.deixar_pelos_avisos)
        registrar_redator(avisos.TIPO_DE_DECISAO, avisos.redigir_decisoes)
        registrar_redator(avisos.TIPO_DE_FILA, avisos.redigir_fila)
        registrar_guardiao("participen", exportar=titular.exportar_participacao, excluir=titular.excluir_participacao)
