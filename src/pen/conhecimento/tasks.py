"""Os trabalhos do conhecimento: cascas finas sobre os serviços."""

from procrastinate.contrib.django import app

from pen.conhecimento.services.imagens import excluir_imagens_abandonadas
from pen.conhecimento.services.indice import tirar_palavras


@app.periodic(cron="35 4 * * *")
@app.task(queueing_lock="excluir_imagens_abandonadas")
def limpar_imagens(timestamp: int) -> None:
    """De madrugada, apaga o conteúdo que nenhuma imagem cita."""
    excluir_imagens_abandonadas()


@app.periodic(cron="40 4 * * 0")
@app.task(queueing_lock="tirar_palavras")
def limpar_vocabulario(timestamp: int) -> None:
    """Aos domingos, tira do vocabulário da busca as palavras que nenhum artigo usa mais."""
    tirar_palavras()
