"""A Central, equipes e chamados para testes."""

from datetime import datetime
from uuid import uuid4

from pen.atendimento.enums import Nivel
from pen.atendimento.models import Chamado, Equipe, Integrante, Seguidor
from pen.atendimento.services.abertura import ChamadoNovo, abrir_chamado
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Orgao, Pessoa
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa

RESPOSTAS = {"passos": "1. Entrar\n2. Assinar", "ambiente": "Produção"}


def em(texto: str) -> datetime:
    """O instante de Brasília: ``2026-11-16T10:00``."""
    return datetime.fromisoformat(texto).replace(tzinfo=BRASILIA)


SEGUNDA = em("2026-11-16T10:00")  # a sexta desta semana é feriado


def fabricar_atendente(equipe: str | Equipe = "triagem", *, coordena: bool = False, forte: bool = True) -> Pessoa:
    """Uma pessoa da equipe, como ela estaria no pedido seguinte."""
    if isinstance(equipe, str):
        equipe = Equipe.objects.get(codigo=equipe)
    pessoa = fabricar_pessoa(forte=forte)
    Integrante.objects.create(equipe=equipe, pessoa=pessoa, coordena=coordena)
    return pessoa


def fabricar_seguidor(chamado: Chamado, pessoa: Pessoa | None = None) -> Pessoa:
    """Um colega que quem abriu incluiu no chamado."""
    seguidor = pessoa or fabricar_pessoa()
    Seguidor.objects.create(chamado=chamado, pessoa=seguidor, por=chamado.solicitante, desde=chamado.aberto_em)
    return seguidor


def fabricar_equipe(nivel: Nivel = Nivel.TRIAGEM, *produtos: object) -> Equipe:
    equipe = Equipe.objects.create(codigo=f"equipe-{uuid4().hex[:8]}", nome="Outra equipe", nivel=nivel)
    equipe.produtos.set(produtos)
    return equipe


def pedido_de_chamado(orgao: Orgao | None = None, **campos: object) -> ChamadoNovo:
    """Um erro do SEI, bem contado."""
    padrao = {
        "envio": uuid4(), "orgao": orgao or fabricar_orgao(), "produto": "sei", "tipo": "reportar-erro",
        "assunto": "Erro ao assinar documento", "descricao": "Ao assinar, aparece uma página em branco.", "respostas": RESPOSTAS,
    }  # fmt: skip
    return ChamadoNovo(**padrao | campos)


def fabricar_chamado(por: Pessoa | None = None, *, agora: datetime = SEGUNDA, **campos: object) -> Chamado:
    return abrir_chamado(por=por or fabricar_pessoa(), pedido=pedido_de_chamado(**campos), agora=agora)
