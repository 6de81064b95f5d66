"""O exemplo da demonstração: alguns tópicos das contas de teste, pelos mesmos serviços dos outros."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from pen.identidade.public import Orgao, Pessoa
from pen.participen.enums import AtoDeModeracao, EspecieDeTopico, SituacaoDaPublicacao
from pen.participen.models import Publicacao, Topico
from pen.participen.selectors.conduta import regras_em_vigor
from pen.participen.services.busca_previa import buscar_antes
from pen.participen.services.conduta import aceitar_regras
from pen.participen.services.moderacao import decidir
from pen.participen.services.topicos import (
    TopicoEscrito,
    abrir_topico,
    dizer_que_ajudou,
    marcar_solucao,
    responder_topico,
)

DUVIDA = TopicoEscrito(
    "Como mapear as unidades antes de ligar o Tramita GOV.BR?", EspecieDeTopico.DUVIDA,
    "Temos 140 unidades no SEI e não queremos que todas recebam processos de fora.\n\n"
    "1. Vocês mapearam todas ou só o protocolo?\n2. Quem decide, em cada área, o que chega?",
    "Vamos ligar o módulo em produção no mês que vem, e hoje só o protocolo recebe documentos de fora.", "SEI 4.1.2",
    "homologacao", ["integracao", "administradores"],
)  # fmt: skip
BOA_PRATICA = TopicoEscrito(
    "Lista de conferência para atualizar o SEI sem susto", EspecieDeTopico.BOA_PRATICA,
    "O que funcionou nas últimas três atualizações:\n\n"
    "- ensaiar em homologação com uma cópia recente do banco;\n- avisar as áreas com uma semana;\n"
    "- congelar os módulos na versão que o fabricante do SEI indica;\n- guardar a volta pronta, e **testada**.\n\n"
    "| Passo | Quem | Quando |\n|---|---|---|\n| Ensaio | tecnologia | duas semanas antes |\n| Aviso | gestão | uma semana antes |",
    "Um roteiro curto, que qualquer órgão pode adaptar.", "SEI 4.0 e 4.1", "producao", ["atualizacao", "tecnologia"],
)  # fmt: skip
PROPOSTA = TopicoEscrito(
    "Modelos de despacho compartilhados entre órgãos", EspecieDeTopico.PROPOSTA,
    "Muitos despachos são iguais em todo lugar. Proponho uma coleção de modelos, "
    "com texto em linguagem simples e revista por quem usa.",
    "Cada órgão reescreve o mesmo texto.", etiquetas=["documentos", "usuarios"],
)  # fmt: skip
ESPERA = TopicoEscrito(
    "Atalhos de teclado que vocês usam no dia a dia", EspecieDeTopico.OBSERVACAO,
    "Quais atalhos valem a pena ensinar a quem começa agora?", etiquetas=["capacitacao"],
)  # fmt: skip


@transaction.atomic
def cadastrar_exemplo(*, orgao: Orgao, gestor: Pessoa, tecnica: Pessoa, central: Pessoa) -> None:
    """Quatro tópicos, um resolvido e um à espera da moderação; num fórum que já tem tópicos, nada."""
    regras = regras_em_vigor()
    if regras is None or Topico.objects.exists():
        return
    agora = timezone.now()
    for pessoa, seu in ((gestor, orgao), (tecnica, None), (central, None)):
        aceitar_regras(por=pessoa, versao=regras.versao, orgao=seu)
    duvida = _abrir(gestor, "tramita-gov-br", DUVIDA, agora - timedelta(days=5))
    _aprovar_o_que_espera(central)
    _abrir(gestor, "sei", BOA_PRATICA, agora - timedelta(days=3))
    resposta = responder_topico(
        por=central, numero=duvida.pk, envio=uuid5(NAMESPACE_URL, "exemplo-1"), agora=agora - timedelta(days=4),
        texto="Comece só pelo protocolo central, e mapeie as outras quando a área pedir. "
        "Assim cada unidade sabe que vai receber.\n\n"
        "**Risco:** uma unidade mapeada sem aviso deixa processos parados na caixa.",
    )  # fmt: skip
    responder_topico(
        por=gestor, numero=duvida.pk, envio=uuid5(NAMESPACE_URL, "exemplo-2"), agora=agora - timedelta(days=2),
        texto="Fizemos assim em homologação, e deu certo. Obrigado!",
    )  # fmt: skip
    dizer_que_ajudou(por=gestor, publicacao_id=resposta.pk)
    marcar_solucao(por=gestor, publicacao_id=resposta.pk)
    _abrir(gestor, "implantacao-e-gestao", PROPOSTA, agora - timedelta(days=1))
    _abrir(tecnica, "sei", ESPERA, agora)


def _abrir(por: Pessoa, categoria: str, escrito: TopicoEscrito, agora: datetime) -> Topico:
    busca = buscar_antes(por=por, palavras=escrito.titulo)
    return abrir_topico(
        por=por, categoria=categoria, escrito=escrito, prova=busca.prova, palavras=busca.palavras, agora=agora
    )  # fmt: skip


def _aprovar_o_que_espera(por: Pessoa) -> None:
    for publicacao in Publicacao.objects.filter(situacao=SituacaoDaPublicacao.AGUARDA):
        decidir(por=por, publicacao_id=publicacao.pk, ato=AtoDeModeracao.APROVAR, agora=publicacao.em)
