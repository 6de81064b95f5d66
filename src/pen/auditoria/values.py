"""Os nomes dos atos em palavras, o que se filtra e o que se vê."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

# Quem cria um código novo põe aqui a frase dele, no grupo a que pertence.
FRASES_POR_GRUPO = {
    "Papéis": {
        "papel.concedido": "Concedeu um papel",
        "papel.encerrado": "Encerrou um papel",
    },
    "Pessoas": {
        "pessoa.entrou": "Entrou no sistema",
        "pessoa.saiu_de_aparelho": "Saiu de um aparelho",
        "pessoa.trocou_email": "Trocou o e-mail",
        "pessoa.segundo_fator_ligado": "Ligou o segundo fator",
        "pessoa.segundo_fator_desligado": "Desligou o segundo fator",
        "pessoa.segundo_fator_desligado_por_outra": "Desligou o segundo fator de outra pessoa",
        "pessoa.codigos_de_reserva_criados": "Criou códigos de reserva",
        "pessoa.codigo_de_reserva_usado": "Usou um código de reserva",
        "chave.criada": "Criou uma chave de acesso",
        "chave.revogada": "Revogou uma chave de acesso",
        "pessoa.excluiu_conta": "Excluiu a própria conta",
    },
    "Credenciais de sistema": {
        "credencial.pedida": "Pediu uma credencial",
        "credencial.aprovada": "Aprovou um pedido de credencial",
        "credencial.recusada": "Recusou um pedido de credencial",
        "credencial.criada": "Criou uma credencial",
        "credencial.revogada": "Revogou uma credencial",
        "credencial.cancelada": "Cancelou um pedido de credencial",
        "credencial.devolvida": "Devolveu um pedido de credencial para correção",
    },
    "Órgãos": {
        "orgao.alterado": "Alterou os dados do órgão",
        "orgao.suspenso": "Suspendeu o órgão",
        "orgao.reativado": "Reativou o órgão",
        "orgao.responsavel_trocado": "Trocou o responsável pelo órgão",
    },
    "Processos": {
        "processo.oculto": "Ocultou um processo",
        "processo.resumido": "Resumiu um processo",
        "processo.restaurado": "Restaurou um processo",
        "movimento.retido": "Reteve um movimento",
        "movimento.liberado": "Liberou um movimento",
        "nome.mascarado": "Mascarou um nome",
    },
    "Unidades protocolizadoras": {
        "cnup.pedido": "Fez um pedido ao cadastro de unidades",
        "cnup.em_analise": "Respondeu à devolução de um pedido ao cadastro de unidades",
        "cnup.devolvido": "Devolveu um pedido ao cadastro de unidades",
        "cnup.confirmado": "Confirmou um lado de uma migração",
        "cnup.deferido": "Deferiu um pedido ao cadastro de unidades",
        "cnup.indeferido": "Indeferiu um pedido ao cadastro de unidades",
        "cnup.cancelado": "Cancelou um pedido ao cadastro de unidades",
        "cnup.expirado": "Deixou expirar um pedido ao cadastro de unidades",
        "gestor_de_up.designado": "Designou um gestor de UP",
        "gestor_de_up.encerrado": "Encerrou a designação de um gestor de UP",
        "numeros.externos": "Informou números dados por outro sistema",
        "numeros.ano_desfeito": "Desfez um ano que um relógio adiantado tinha aberto numa unidade",
    },
    "Conhecimento": {
        "artigo.escrito": "Escreveu um artigo",
        "artigo.alterado": "Alterou um artigo",
        "artigo.enviado": "Enviou um artigo à revisão",
        "artigo.devolvido": "Devolveu um artigo a quem o escreveu",
        "artigo.publicado": "Publicou um artigo",
        "artigo.retirado": "Retirou um artigo da base",
        "artigo.trazido_de_volta": "Trouxe um artigo de volta à base",
        "artigo.aprendido_esquecido": "Esqueceu uma palavra que a busca tinha aprendido",
        "sinonimos.escritos": "Escreveu sinônimos da busca",
        "sinonimos.excluidos": "Desfez sinônimos da busca",
        "artigo.imagem_incluida": "Incluiu imagens num artigo",
        "artigo.imagem_excluida": "Excluiu uma imagem de um artigo",
        "produto.criado": "Criou um produto",
        "produto.alterado": "Alterou um produto",
        "produto.retirado": "Retirou um produto do catálogo",
        "produto.devolvido": "Devolveu um produto ao catálogo",
    },
    "ParticiPEN": {
        "topico.aberto": "Abriu um tópico no fórum",
        "topico.respondido": "Respondeu a um tópico do fórum",
        "topico.solucao_marcada": "Marcou a resposta que resolveu um tópico",
        "topico.solucao_desmarcada": "Desmarcou a resposta que resolvia um tópico",
        "topico.fechado": "Fechou um tópico do fórum",
        "topico.reaberto": "Reabriu um tópico do fórum",
        "topico.movido": "Mudou um tópico de categoria",
        "topico.fixado": "Fixou um tópico no alto",
        "topico.solto": "Tirou um tópico do alto",
        "publicacao.alterada": "Alterou o que escreveu no fórum",
        "publicacao.denunciada": "Denunciou uma publicação do fórum",
        "publicacao.aprovada": "Publicou o que esperava a moderação",
        "publicacao.escondida": "Escondeu uma publicação do fórum",
        "publicacao.mantida": "Manteve uma publicação denunciada",
        "publicacao.mostrada": "Voltou a mostrar uma publicação do fórum",
        "decisao.recorrida": "Recorreu de uma decisão da moderação",
        "recurso.aceito": "Aceitou um recurso no fórum",
        "recurso.negado": "Negou um recurso no fórum",
        "regras.publicadas": "Publicou as regras de convivência do fórum",
        "regras.aceitas": "Aceitou as regras de convivência do fórum",
        "forum.politica_adotada": "Mudou a política de moderação do fórum",
        "categoria.criada": "Criou uma categoria do fórum",
        "categoria.alterada": "Alterou uma categoria do fórum",
        "etiqueta.criada": "Criou uma etiqueta do fórum",
        "etiqueta.alterada": "Alterou uma etiqueta do fórum",
    },
    "Central de Atendimento": {
        "manifestacao.recebida": "Enviou uma sugestão, reclamação ou elogio",
        "manifestacao.respondida": "Respondeu uma sugestão, reclamação ou elogio",
        "manifestacao.encaminhada": "Encaminhou uma manifestação à ouvidoria",
        "tipo.criado": "Criou um tipo de suporte",
        "tipo.retirado": "Retirou um tipo de suporte",
        "tipo.devolvido": "Devolveu um tipo de suporte ao catálogo",
        "formulario.publicado": "Publicou um formulário",
        "expediente.alterado": "Alterou o expediente",
        "expediente.dia_incluido": "Incluiu um dia sem expediente",
        "expediente.dia_excluido": "Excluiu um dia sem expediente",
        "meta.definida": "Definiu uma meta",
        "meta.excluida": "Excluiu uma meta",
        "politica.adotada": "Adotou uma política de silêncio",
        "equipe.distribuicao": "Mudou a distribuição de uma equipe de atendimento",
        "integrante.incluido": "Incluiu uma pessoa numa equipe de atendimento",
        "integrante.encerrado": "Tirou uma pessoa de uma equipe de atendimento",
        "webhook.criado": "Criou um webhook",
        "webhook.segredo_trocado": "Trocou o segredo de um webhook",
        "webhook.pausado": "Pausou um webhook",
        "webhook.retomado": "Retomou um webhook",
        "webhook.excluido": "Excluiu um webhook",
    },
    "E-mails institucionais": {
        "conversa.assumir": "Assumiu uma conversa de um e-mail institucional",
        "conversa.responder": "Respondeu por um e-mail institucional",
        "conversa.recusar": "Recusou por ser suporte uma mensagem a um e-mail institucional",
        "conversa.aceitar": "Disse que não era suporte uma mensagem recusada",
        "conversa.arquivar": "Arquivou uma conversa de um e-mail institucional",
        "conversa.reabrir": "Reabriu uma conversa de um e-mail institucional",
        "conversa.anotar": "Anotou numa conversa de um e-mail institucional",
        "conversa.classificar": "Disse de que caso do guia trata uma conversa",
        "caixa.alterada": "Alterou uma caixa de e-mail institucional",
        "comunicado.escrito": "Escreveu um comunicado oficial",
        "comunicado.enviado": "Enviou um comunicado oficial",
        "comunicado.excluido": "Excluiu um comunicado oficial que não tinha saído",
        "triagem.expressao_escrita": "Escreveu uma expressão da triagem das mensagens",
        "triagem.expressao_excluida": "Excluiu uma expressão da triagem das mensagens",
    },
    "Chamados": {
        "chamado.abrir": "Abriu um chamado",
        "chamado.assumir": "Assumiu um chamado",
        "chamado.atribuir": "Passou um chamado a um atendente",
        "chamado.responder": "Respondeu num chamado",
        "chamado.anotar": "Anotou num chamado",
        "chamado.pedir_informacao": "Pediu uma informação num chamado",
        "chamado.pedir_validacao": "Pediu que se testasse a solução de um chamado",
        "chamado.aguardar_terceiro": "Passou um chamado a esperar outra equipe",
        "chamado.retomar": "Retomou um chamado",
        "chamado.encaminhar": "Encaminhou um chamado a outra equipe",
        "chamado.completar": "Acrescentou informação a um chamado",
        "chamado.encerrar": "Encerrou um chamado",
        "chamado.confirmar": "Confirmou a solução de um chamado",
        "chamado.cancelar": "Cancelou um chamado",
        "chamado.lembrar": "Lembrou quem não respondeu num chamado",
        "chamado.silenciar": "Encerrou um chamado por falta de resposta",
        "chamado.reabrir": "Reabriu um chamado",
        "chamado.informar": "Disse num chamado como acabou o principal",
        "chamado.orientar": "Orientou num chamado, por um gatilho",
        "macro.criada": "Criou uma macro da Central",
        "macro.alterada": "Alterou uma macro da Central",
        "macro.retirada": "Retirou uma macro da Central",
        "gatilho.criado": "Criou um gatilho da Central",
        "gatilho.alterado": "Alterou um gatilho da Central",
        "gatilho.ligado": "Ligou um gatilho da Central",
        "gatilho.desligado": "Desligou um gatilho da Central",
        "chamado.unir": "Uniu um chamado a outro",
        "chamado.separar": "Separou um chamado do que o tinha unido",
        "chamado.dividir": "Dividiu um chamado",
        "chamado.duplicar": "Encerrou um chamado por já haver outro",
    },
    "Regras e cobertura": {
        "regra.criada": "Criou uma regra",
        "regra.encerrada": "Encerrou uma regra",
        "cobertura.alterada": "Alterou a cobertura",
    },
}
FRASES = {codigo: frase for grupo in FRASES_POR_GRUPO.values() for codigo, frase in grupo.items()}


def descrever(ato: str) -> str:
    """O ato em palavras; um código que ainda não tem frase aparece como é."""
    return FRASES.get(ato, ato)


@dataclass(frozen=True, slots=True)
class FiltrosDeAtos:
    """O que se quer ver, dentro do que se pode; os dias são os de Brasília, com as duas pontas."""

    ato: str = ""
    orgao_id: int | None = None
    so_meus: bool = False
    desde: date | None = None
    ate: date | None = None


class AtoVisto(NamedTuple):
    """Um ato como quem lê o vê: ``nome`` fica vazio para quem não pode saber o nome das pessoas."""

    id: uuid.UUID
    ocorrido_em: datetime
    ato: str
    objeto: str
    pessoa_id: int | None
    nome: str
    credencial_id: uuid.UUID | None
    sigla: str
    detalhes: dict[str, Any]


class PaginaDeAtos(NamedTuple):
    """Uma página e o marcador da seguinte, vazio na última."""

    itens: list[AtoVisto]
    proxima: str
