"""Um passo pedido de fora, pela página ou pela API: do nome dele e do que se disse ao serviço que o faz."""

from collections.abc import Sequence
from dataclasses import dataclass

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo
from pen.atendimento.models import Chamado
from pen.atendimento.services import atendimento, participacao
from pen.atendimento.services.duplicados import encerrar_duplicado
from pen.atendimento.services.uniao import dividir_chamado, separar_chamado, unir_chamado
from pen.atendimento.values.anexos import AnexoNovo
from pen.atendimento.values.passos import DA_EQUIPE, DE_QUEM_ABRIU
from pen.comum.errors import PedidoIncompleto, conferir
from pen.identidade.public import Pessoa

PEDIVEIS = DE_QUEM_ABRIU | DA_EQUIPE - {Passo.INFORMAR}  # o resto acontece sozinho


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


def fazer_passo(
    *, por: Pessoa, chave: str, pedido: PedidoDePasso, canal: CanalDaMensagem = CanalDaMensagem.PAGINA
) -> Chamado:
    """Dá o passo; levanta o que o serviço dele levanta.

    Levanta:
        PedidoIncompleto: o passo não se pede, ou falta o que ele exige; ``detalhes['campo']`` diz o quê.
    """
    p = pedido
    conferir(p.passo in PEDIVEIS, PedidoIncompleto("Este passo não se pede: acontece sozinho.", campo="passo"))
    match p.passo:
        case Passo.COMPLETAR:
            return participacao.completar_chamado(por=por, chave=chave, texto=p.texto, anexos=p.anexos, canal=canal)
        case Passo.CONFIRMAR:
            return participacao.confirmar_solucao(por=por, chave=chave, texto=p.texto)
        case Passo.CANCELAR:
            return participacao.cancelar_chamado(por=por, chave=chave, texto=p.texto)
        case Passo.REABRIR:
            return participacao.reabrir_chamado(por=por, chave=chave, texto=p.texto, canal=canal)
        case Passo.ASSUMIR:
            return atendimento.assumir_chamado(por=por, chave=chave)
        case Passo.RETOMAR:
            return atendimento.retomar_chamado(por=por, chave=chave)
        case Passo.ATRIBUIR:
            atendente = _exigir(p.atendente, "Escolha o atendente.", "atendente")
            return atendimento.atribuir_chamado(por=por, chave=chave, a=atendente)
        case Passo.AGUARDAR_TERCEIRO:
            return atendimento.aguardar_terceiro(por=por, chave=chave, de_quem=p.de_quem, texto=p.texto)
        case Passo.ENCAMINHAR:
            equipe = _exigir(p.equipe, "Escolha a equipe.", "equipe")
            return atendimento.encaminhar_chamado(
                por=por, chave=chave, equipe_id=equipe, motivo=p.motivo, tentado=p.tentado
            )
        case Passo.UNIR:
            return unir_chamado(por=por, chave=chave, principal=p.principal)
        case Passo.SEPARAR:
            return separar_chamado(por=por, chave=chave)
        case Passo.DIVIDIR:
            produto, _, tipo = p.folha.partition("/")
            return dividir_chamado(por=por, chave=chave, ordem=p.ordem, produto=produto, tipo=tipo, assunto=p.assunto)
        case Passo.DUPLICAR:
            return encerrar_duplicado(por=por, chave=chave, principal=p.principal)
        case Passo.ENCERRAR:
            escolhido = next((d for d in Desfecho if d.value == (p.desfecho or Desfecho.RESOLVIDO.value)), None)
            conferir(escolhido is not None, PedidoIncompleto("Esse desfecho não existe.", campo="desfecho"))
            assert escolhido is not None
            return atendimento.encerrar_chamado(
                por=por, chave=chave, resposta=p.texto, desfecho=escolhido, visto=p.visto, anexos=p.anexos,
                aos_ligados=p.aos_ligados, roteiro=p.roteiro,
            )  # fmt: skip
    return atendimento.falar_no_chamado(
        por=por, chave=chave, passo=p.passo, texto=p.texto, visto=p.visto, anexos=p.anexos, roteiro=p.roteiro
    )


def _exigir(valor: int | None, frase: str, campo: str) -> int:
    conferir(valor is not None, PedidoIncompleto(frase, campo=campo))
    assert valor is not None
    return valor
