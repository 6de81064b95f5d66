"""A conversa de quem pergunta, com o que a base e o registro dizem hoje: o que se retirou, ou a pessoa já não lê, não aparece."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pen.assistente.enums import Desfecho
from pen.assistente.models import Conversa, Fala
from pen.assistente.models.conversa import GUARDADA
from pen.assistente.rules import continua
from pen.comum.preparadas import lendo_preparado
from pen.conhecimento.public import (
    AchadoForaDaBase,
    Produto,
    ReferenciaDeTrecho,
    TrechoPublicado,
    procurar_fora,
    produtos_oferecidos,
    trechos_das_referencias,
)
from pen.identidade.public import Ator, Pessoa
from pen.protocolo_integrado.public import (
    AndamentoVisto,
    ProcessoVisto,
    consultar_processos,
    ultimos_andamentos,
)

FALAS_NA_PAGINA = 30
FORA_DA_BASE = 3  # de cada fonte


@dataclass(frozen=True, slots=True)
class FalaVista:
    """Uma fala e o que se mostra dela; um trecho nulo já não está na base."""

    fala: Fala
    trechos: Sequence[TrechoPublicado | None] = ()
    produtos: Sequence[Produto] = ()
    processo: ProcessoVisto | None = None
    ultimo: AndamentoVisto | None = None

    @property
    def redigida_vale(self) -> bool:
        """Se a base ainda diz o que dizia quando se respondeu: o que se redigiu de um texto que mudou ou saiu não se mostra."""
        publicadas = [trecho.publicado.versao.publicada_em if trecho else None for trecho in self.trechos]
        return all(em is not None and em <= self.fala.em for em in publicadas)


def fora_da_base(fala: Fala | None) -> list[AchadoForaDaBase]:
    """Onde mais há resposta à pergunta que a base não respondeu, ou só talvez; nada, às outras."""
    if fala is None or Desfecho(fala.desfecho) not in {Desfecho.NAO_SABE, Desfecho.EM_DUVIDA}:
        return []
    return procurar_fora(fala.pergunta, produto_id=fala.conversa.produto_id, quantos=FORA_DA_BASE)


@lendo_preparado()
def conversa_da_chave(chave: str, *, para: Ator) -> Conversa | None:
    """A conversa do aparelho; nula, se não há, ou se é de outra pessoa que entrou nele."""
    conversa = Conversa.objects.select_related("produto").filter(chave=chave).first() if chave else None
    return conversa if conversa is not None and continua(para, conversa) else None


def conversa_a_continuar(atual: Conversa | None, *, para: Ator, agora: datetime) -> Conversa | None:
    """A última conversa da pessoa, se ela entrou e não é a deste aparelho; a que já passou do tempo de guarda não vem."""
    if not isinstance(para, Pessoa):
        return None
    guardadas = Conversa.objects.filter(pessoa=para, ultima_em__gte=agora - GUARDADA).select_related("produto")
    ultima = guardadas.order_by("-ultima_em", "-pk").first()
    return None if ultima == atual else ultima


def falas_da_conversa(conversa: Conversa | None, *, para: Ator) -> list[FalaVista]:
    """As últimas trinta falas, da mais antiga à mais nova."""
    if conversa is None:
        return []
    ultimas = list(Fala.objects.filter(conversa=conversa).order_by("-ordem")[:FALAS_NA_PAGINA])
    return ver_falas(ultimas[::-1], para=para)


def ver_falas(falas: Sequence[Fala], *, para: Ator) -> list[FalaVista]:
    """Cada fala com os trechos, os produtos e o processo que ela mostra a ``para``."""
    referencias = [ReferenciaDeTrecho(**trecho) for fala in falas for trecho in fala.trechos]
    publicados = trechos_das_referencias(referencias, para=para)
    com_produtos = {codigo for fala in falas for codigo in fala.produtos}
    produtos = {p.codigo: p for p in produtos_oferecidos()} if com_produtos else {}
    processos = consultar_processos({fala.numero for fala in falas if fala.numero}, para=para)
    ultimos = ultimos_andamentos({p.numero.normalizado: p for p in processos.values()}.values())
    return [
        FalaVista(
            fala, [publicados.get(ReferenciaDeTrecho(**trecho)) for trecho in fala.trechos],
            [produtos[codigo] for codigo in fala.produtos if codigo in produtos],
            processo := processos.get(fala.numero), ultimos.get(processo.numero.normalizado) if processo else None,
        )
        for fala in falas
    ]  # fmt: skip
