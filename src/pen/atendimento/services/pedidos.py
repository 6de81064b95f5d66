"""Um passo pedido de fora, pela página ou pela API: do nome dele e do que se disse ao serviço que o faz."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo
from pen.atendimento.models import Chamado
from pen.atendimento.services import atendimento, participacao
from pen.atendimento.services.duplicados import encerrar_duplicado
from pen.atendimento.services.passo import PAGINA
from pen.atendimento.services.uniao import dividir_chamado, separar_chamado, unir_chamado
from pen.atendimento.values.anexos import AnexoNovo
from pen.atendimento.values.passos import DA_EQUIPE, DE_QUEM_ABRIU
from pen.comum.errors import PedidoIncompleto, conferir
from pen.identidade.public import Pessoa

PEDIVEIS = DE_QUEM_ABRIU | DA_EQUIPE - {Passo.INFORMAR}  # o resto acontece sozinho


class _Comuns(TypedDict):
    por: Pessoa
    chave: str
    canal: CanalDaMensagem


@dataclass(frozen=True, slots=True)
class PedidoDePasso:
    """O que se quer, e o que cada passo exige: texto, de quem se espera, destino… O que o passo não usa se ignora.

    ``visto`` é a ordem do último passo que a pessoa leu; ``principal``, um protocolo; ``folha``, ``produto/tipo``.
    """

    passo: Passo
    texto: str = ""
    visto: int | None = None
    roteiro: str = ""
    anexos: Sequence[AnexoNovo] = ()
    atendente: int | None = None
    equipe: int | None = None
    motivo: str = ""
    tentado: str = ""
    de_quem: str = ""
    principal: str = ""
    desfecho: str = ""
    aos_ligados: str = ""
    ordem: int = 0
    folha: str = ""
    assunto: str = ""


def fazer_passo(*, por: Pessoa, chave: str, pedido: PedidoDePasso, canal: CanalDaMensagem = PAGINA) -> Chamado:
    """Dá o passo; levanta o que o serviço dele levanta.

    Levanta:
        PedidoIncompleto: o passo não se pede, ou falta o que ele exige; ``detalhes['campo']`` diz o quê.
    """
    p = pedido
    conferir(p.passo in PEDIVEIS, PedidoIncompleto("Este passo não se pede: acontece sozinho.", campo="passo"))
    de: _Comuns = {"por": por, "chave": chave, "canal": canal}
    match p.passo:
        case Passo.COMPLETAR:
            return participacao.completar_chamado(texto=p.texto, anexos=p.anexos, **de)
        case Passo.CONFIRMAR:
            return participacao.confirmar_solucao(texto=p.texto, **de)
        case Passo.CANCELAR:
            return participacao.cancelar_chamado(texto=p.texto, **de)
        case Passo.REABRIR:
            return participacao.reabrir_chamado(texto=p.texto, **de)
        case Passo.ASSUMIR:
            return atendimento.assumir_chamado(**de)
        case Passo.RETOMAR:
            return atendimento.retomar_chamado(**de)
        case Passo.ATRIBUIR:
            return atendimento.atribuir_chamado(a=_exigir(p.atendente, "Escolha o atendente.", "atendente"), **de)
        case Passo.AGUARDAR_TERCEIRO:
            return atendimento.aguardar_terceiro(de_quem=p.de_quem, texto=p.texto, **de)
        case Passo.ENCAMINHAR:
            equipe = _exigir(p.equipe, "Escolha a equipe.", "equipe")
            return atendimento.encaminhar_chamado(equipe_id=equipe, motivo=p.motivo, tentado=p.tentado, **de)
        case Passo.UNIR:
            return unir_chamado(principal=p.principal, **de)
        case Passo.SEPARAR:
            return separar_chamado(**de)
        case Passo.DIVIDIR:
            produto, _, tipo = p.folha.partition("/")
            return dividir_chamado(ordem=p.ordem, produto=produto, tipo=tipo, assunto=p.assunto, **de)
        case Passo.DUPLICAR:
            return encerrar_duplicado(principal=p.principal, **de)
        case Passo.ENCERRAR:
            escolhido = next((d for d in Desfecho if d.value == (p.desfecho or Desfecho.RESOLVIDO.value)), None)
            conferir(escolhido is not None, PedidoIncompleto("Esse desfecho não existe.", campo="desfecho"))
            assert escolhido is not None
            return atendimento.encerrar_chamado(
                resposta=p.texto, desfecho=escolhido, visto=p.visto, anexos=p.anexos, aos_ligados=p.aos_ligados,
                roteiro=p.roteiro, **de,
            )  # fmt: skip
    return atendimento.falar_no_chamado(
        passo=p.passo, texto=p.texto, visto=p.visto, anexos=p.anexos, roteiro=p.roteiro, **de
    )  # fmt: skip


def _exigir(valor: int | None, frase: str, campo: str) -> int:
    conferir(valor is not None, PedidoIncompleto(frase, campo=campo))
    assert valor is not None
    return valor
