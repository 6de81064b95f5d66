"""O chamado em que a conversa pode virar: o que já se sabe dela, para a pessoa conferir."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pen.assistente.enums import Desfecho, Intencao
from pen.assistente.models import Conversa, Fala
from pen.assistente.selectors.conversas import ver_falas
from pen.atendimento.public import TipoDeSuporte, esfera_do_orgao, tipos_do_produto
from pen.comum.texto import sem_acentos
from pen.conhecimento.public import EsferaDeAtendimento, Produto, produtos_citados
from pen.identidade.public import Pessoa, orgaos_em_que_atua, orgaos_por_id

ASSUNTO_MAXIMO = 120
FALAS_NO_CHAMADO = 10
# O que se diz, e o que há no nome do tipo de suporte que serve a isso; o primeiro que casa vale.
_TIPOS = (
    (
        r"\b(erro\w*|falha\w*|bug|trav\w+|nao (funciona|abre|carrega|entra|consigo|aparece)|parou|500|404|indisponivel|fora do ar)",
        "erro",
    ),
    (r"\b(credencia\w+|token|certificado|usuario de sistema|webservice)", "credencia"),
    (r"\b(acess\w+|permiss\w+|senha|login|perfil|cadastr\w+|habilit\w+|liber\w+)", "acesso"),
    (r"\b(suge\w+|melhori\w+|seria bom|poderia ter|deveria ter)", "melhoria"),
)  # fmt: skip
_DUVIDA = "duvida"


@dataclass(frozen=True, slots=True)
class ChamadoSugerido:
    """O que a conversa diz do chamado; o que é nulo, a pessoa escolhe."""

    esfera: EsferaDeAtendimento | None
    produto: Produto | None
    tipo: TipoDeSuporte | None
    assunto: str
    descricao: str
    orgao: str = ""
    tipos: Sequence[TipoDeSuporte] = ()

    @property
    def completo(self) -> bool:
        """Se já se sabe que formulário preencher."""
        return self.tipo is not None


def sugerir_chamado(
    conversa: Conversa, *, para: Pessoa, esfera: EsferaDeAtendimento | None = None, produto: Produto | None = None, tipo: str = ""
) -> ChamadoSugerido:  # fmt: skip
    """O chamado; ``esfera``, ``produto`` e ``tipo`` (o código), se a pessoa já os disse."""
    falas = list(Fala.objects.filter(conversa=conversa).order_by("-ordem")[:FALAS_NO_CHAMADO])[::-1]
    perguntas = [f for f in falas if f.intencao in {Intencao.PERGUNTA, Intencao.PROCESSO}]
    dito = "\n".join(f.pergunta for f in perguntas)
    orgao = next(iter(orgaos_por_id(set(orgaos_em_que_atua(para))).values()), None)
    esfera = esfera or (esfera_do_orgao(orgao) if orgao else None)
    produto = produto or conversa.produto or _produto(dito, falas, para)
    tipos = tipos_do_produto(produto, esfera) if produto and esfera else []
    do_tipo = next((t for t in tipos if t.codigo == tipo), None) or _tipo(dito, tipos)
    assunto = perguntas[-1].pergunta if perguntas else ""
    assunto = assunto if len(assunto) <= ASSUNTO_MAXIMO else assunto[:ASSUNTO_MAXIMO].rsplit(" ", 1)[0] + "…"
    return ChamadoSugerido(esfera, produto, do_tipo, assunto, _descricao(falas, para), orgao.sigla if orgao else "", tipos)


def _produto(dito: str, falas: Sequence[Fala], para: Pessoa) -> Produto | None:
    """O que se citou, se é um só; senão, o do trecho que mais se aproximou."""
    citados = produtos_citados(dito)
    if citados:
        return citados[0] if len(citados) == 1 else None
    vistos = ver_falas([f for f in falas if f.trechos][-1:], para=para)
    do_trecho = [t.publicado.artigo.produto for visto in vistos for t in visto.trechos[:1] if t]
    return do_trecho[0] if do_trecho else None


def _tipo(dito: str, tipos: Sequence[TipoDeSuporte]) -> TipoDeSuporte | None:
    """O tipo cujo nome tem o que se disse; na falta, o de registrar dúvida."""
    simples = sem_acentos(dito)
    for no_nome in [nome for padrao, nome in _TIPOS if re.search(padrao, simples)] + [_DUVIDA]:
        achado = next((tipo for tipo in tipos if no_nome in sem_acentos(tipo.nome)), None)
        if achado is not None:
            return achado
    return None


def _descricao(falas: Sequence[Fala], para: Pessoa) -> str:
    """A conversa, como quem atende vai ler: o que a pessoa escreveu e o que o assistente mostrou."""
    linhas = ["Conversa com o assistente:"]
    for visto in ver_falas(falas, para=para):
        linhas.append(f"— {visto.fala.pergunta}")
        mostrou = visto.fala.desfecho in {Desfecho.RESPONDIDA, Desfecho.EM_DUVIDA}
        mostrados = [
            t.publicado.versao.titulo for t in visto.trechos[:1] if mostrou and t and not t.publicado.artigo.interno
        ]
        linhas.append(f"  Assistente: {f'mostrou «{mostrados[0]}»' if mostrados else visto.fala.get_desfecho_display()}.")
    return "\n".join(linhas)
