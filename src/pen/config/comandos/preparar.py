"""``pen preparar``: deixa a instalação pronta para servir; rodar de novo não muda nada."""

from collections.abc import Callable

import click


@click.command()
def comando() -> None:
    """Aplica as migrações, carrega órgãos, unidades já vistas e o catálogo da Central, e reúne os arquivos estáticos."""
    preparar(dizer=click.echo)


def preparar(*, dizer: Callable[[str], object]) -> None:
    """O mesmo que o comando, para uso pela demonstração; ``dizer`` recebe uma frase por etapa."""
    from django.core.management import call_command

    from pen.atendimento.public import carregar_atendimento
    from pen.conhecimento.public import carregar_sinonimos, indexar_o_que_falta
    from pen.correio.public import carregar_caixas
    from pen.identidade.public import carregar_orgaos
    from pen.nup.public import carregar_unidades_observadas
    from pen.participen.public import carregar_forum

    dizer("Aplicando as migrações do banco…")
    call_command("migrate", verbosity=0, interactive=False)
    carga = carregar_orgaos()
    dizer(f"Órgãos: {carga.novos} novos, {carga.existentes} já estavam.")
    dizer(f"Unidades protocolizadoras da carga inicial: {carregar_unidades_observadas()} novas.")
    do_guia = carregar_atendimento()
    dizer(f"Central de Atendimento: {do_guia.produtos} produtos novos, {do_guia.tipos} tipos de suporte.")
    dizer(
        f"Base de conhecimento: {carregar_sinonimos()} grupos de sinônimos novos, {indexar_o_que_falta()} artigos indexados."
    )
    dizer(f"E-mails institucionais: {carregar_caixas()} caixas novas.")
    dizer(f"ParticiPEN: {carregar_forum()} categorias novas.")
    dizer("Reunindo os arquivos estáticos…")
    call_command("collectstatic", verbosity=0, interactive=False)
