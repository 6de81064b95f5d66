"""Tópicos, respostas e participantes para testes."""

from datetime import datetime
from itertools import count
from uuid import uuid4

from pen.identidade.public import Orgao, Pessoa
from pen.participen.enums import SituacaoDaPublicacao
from pen.participen.models import Publicacao, Topico
from pen.participen.selectors.conduta import regras_em_vigor
from pen.participen.services.busca_previa import buscar_antes
from pen.participen.services.conduta import aceitar_regras
from pen.participen.services.topicos import TopicoEscrito, abrir_topico, responder_topico
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

_numeros = count(1)
TITULO = "Como assinar em bloco no SEI?"


def fabricar_participante(*, novato: bool = False, orgao: Orgao | None = None, **campos: object) -> Pessoa:
    """Quem aceitou as regras; menos o ``novato``, alguém que a moderação já leu antes."""
    pessoa = fabricar_pessoa(**{"forte": False} | campos)
    aceitar_regras(por=pessoa, versao=regras_em_vigor().versao, orgao=orgao)
    if not novato:
        tornar_conhecida(pessoa)
    return pessoa


def fabricar_moderacao() -> Pessoa:
    """Alguém da equipe central que aceitou as regras."""
    pessoa = fabricar_central()
    aceitar_regras(por=pessoa, versao=regras_em_vigor().versao)
    return pessoa


def tornar_conhecida(pessoa: Pessoa) -> None:
    """Põe à vista uma resposta antiga da pessoa, num tópico que só serve a isto e ninguém lê."""
    topico = fabricar_topico(fabricar_moderacao(), categoria="sobre-o-forum", titulo=f"Olá, pessoa {next(_numeros)}")
    responder_direto(topico, pessoa)
    topico.situacao = SituacaoDaPublicacao.ESCONDIDA
    topico.save()


def escrever_topico(**campos: object) -> TopicoEscrito:
    """O que se escreve de um tópico."""
    padrao = {"titulo": TITULO, "especie": "duvida", "texto": "Quero assinar **vários** documentos de uma vez."}
    return TopicoEscrito(**padrao | campos)


def fabricar_topico(
    autor: Pessoa | None = None, *, categoria: str = "sei", agora: datetime | None = None, declara: bool = False,
    **campos: object,
) -> Topico:  # fmt: skip
    """Um tópico, de quem buscou antes."""
    autor = autor or fabricar_participante()
    escrito = escrever_topico(**campos)
    busca = buscar_antes(por=autor, palavras=f"{escrito.titulo[:150]} {next(_numeros)}")
    return abrir_topico(
        por=autor,
        categoria=categoria,
        escrito=escrito,
        prova=busca.prova,
        palavras=busca.palavras,
        agora=agora,
        declara=declara,
    )


def fabricar_resposta(topico: Topico, autor: Pessoa | None = None, texto: str = "Use o bloco de assinatura.") -> Publicacao:
    """Uma resposta, pelo serviço."""
    return responder_topico(por=autor or fabricar_participante(), numero=topico.pk, texto=texto, envio=uuid4())


def responder_direto(
    topico: Topico, autor: Pessoa, texto: str = "Uma resposta.", situacao: str = "publicada"
) -> Publicacao:
    """Uma resposta posta no banco, sem avisos nem índice."""
    return Publicacao.objects.create(
        topico=topico, autor=autor, texto=texto, situacao=situacao, envio=uuid4(), em=topico.criado_em
    )  # fmt: skip


def abertura_de(topico: Topico) -> Publicacao:
    """A publicação que abre o tópico."""
    return Publicacao.objects.select_related("topico").get(topico=topico, abre=True)
