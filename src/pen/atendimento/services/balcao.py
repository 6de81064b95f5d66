"""A Central, para as caixas institucionais: onde se abre um chamado, e se um texto cita um. Nada aqui abre, muda ou mostra um."""

from django.urls import reverse

from pen.atendimento.values.protocolo import cita_protocolo
from pen.conhecimento.public import EsferaDeAtendimento, produtos_citados
from pen.correio.public import Balcao, Caminho

PRODUTOS_MAXIMO = 2  # de quem cita mais que isso não se sabe de que fala


def caminhos_do_texto(texto: str) -> list[Caminho]:
    """A página de cada produto citado, uma por esfera a que se oferece; nenhuma, se não se sabe de que se fala."""
    produtos = produtos_citados(texto)
    if len(produtos) > PRODUTOS_MAXIMO:
        return []
    esferas = [EsferaDeAtendimento(esfera) for produto in produtos for esfera in produto.esferas]
    donos = [produto for produto in produtos for _ in produto.esferas]
    return [
        Caminho(
            f"{produto.nome}, {esfera.label}", reverse("atendimento:produto", args=[esfera.no_endereco, produto.codigo])
        )
        for produto, esfera in zip(donos, esferas, strict=True)
    ]


BALCAO = Balcao(
    inicio=lambda: reverse("atendimento:inicio"),
    chamados=lambda: reverse("atendimento:chamados"),
    caminhos=caminhos_do_texto,
    cita_chamado=cita_protocolo,
)
