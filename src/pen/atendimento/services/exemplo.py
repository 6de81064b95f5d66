"""O exemplo da demonstração: equipes com gente, e chamados em várias situações, pelos mesmos serviços dos outros."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from pen.atendimento.enums import Passo
from pen.atendimento.models import Chamado, Equipe
from pen.atendimento.services.abertura import ChamadoNovo, abrir_chamado
from pen.atendimento.services.atendimento import encaminhar_chamado, encerrar_chamado, falar_no_chamado
from pen.atendimento.services.equipes import incluir_integrante
from pen.identidade.public import Orgao, Pessoa

ERRO = {
    "passos": "1. Abrir o processo\n2. Clicar em «Assinar»\n3. Confirmar",
    "ambiente": "Produção",
    "versao_sei": "4.1.2",
}


@transaction.atomic
def cadastrar_exemplo(*, orgao: Orgao, solicitante: Pessoa, triagem: Pessoa, tecnica: Pessoa) -> None:
    """``triagem`` e ``tecnica`` coordenam as suas equipes, e ``solicitante`` tem quatro chamados; de novo, não muda nada."""
    equipes = {e.codigo: e for e in Equipe.objects.filter(codigo__in=["triagem", "tecnica"])}
    incluir_integrante(por=None, equipe_id=equipes["triagem"].pk, cpf=triagem.cpf or "", coordena=True)
    incluir_integrante(por=None, equipe_id=equipes["tecnica"].pk, cpf=tecnica.cpf or "", coordena=True)
    if Chamado.objects.filter(solicitante=solicitante).exists():
        return
    agora = timezone.now()

    def abrir(tipo: str, assunto: str, descricao: str, dias: int, **respostas: str) -> Chamado:
        pedido = ChamadoNovo(uuid5(NAMESPACE_URL, assunto), orgao, "sei", tipo, assunto, descricao, respostas)
        return abrir_chamado(por=solicitante, pedido=pedido, agora=agora - timedelta(days=dias))

    abrir(
        "registrar-duvida",
        "Como incluir um documento externo",
        "Recebemos um ofício em papel. Como ele entra no processo?",
        0,
    )
    espera = abrir(
        "reportar-erro", "Página em branco ao assinar", "Ao assinar, a página fica em branco e nada é gravado.", 1, **ERRO
    )  # fmt: skip
    _falar(espera, triagem, Passo.PEDIR_INFORMACAO, "Isso acontece também em outro navegador? Qual?", agora)
    sobe = abrir("reportar-erro", "Erro ao enviar processo a outro órgão", "O envio para no meio.", 2, **ERRO)
    encaminhar_chamado(
        por=triagem, chave=sobe.chave, equipe_id=equipes["tecnica"].pk, motivo="O erro é do módulo, e não do uso.",
        tentado="Repetimos o envio em homologação, com o mesmo erro.", agora=agora - timedelta(days=1),
    )  # fmt: skip
    fim = abrir("registrar-duvida", "Onde vejo a versão do SEI", "Precisamos informar a versão numa pesquisa.", 3)
    encerrar_chamado(por=triagem, chave=fim.chave, resposta="Está em «Sobre», no menu do usuário.", agora=agora)


def _falar(chamado: Chamado, por: Pessoa, passo: Passo, texto: str, agora: datetime) -> None:
    falar_no_chamado(por=por, chave=chamado.chave, passo=passo, texto=texto, agora=agora)
