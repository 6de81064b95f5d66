"""As escolhas fechadas do fórum. Os valores são gravados e vão para a API: não mudam."""

from django.db import models


class EspecieDeTopico(models.TextChoices):
    """O que se quer com o tópico."""

    DUVIDA = "duvida", "Dúvida"
    OBSERVACAO = "observacao", "Observação"
    BOA_PRATICA = "boa_pratica", "Boa prática"
    PROPOSTA = "proposta", "Proposta"


class AmbienteDoRelato(models.TextChoices):
    """Onde acontece o que o tópico conta."""

    PRODUCAO = "producao", "Produção"
    HOMOLOGACAO = "homologacao", "Homologação"
    TREINAMENTO = "treinamento", "Treinamento"


class SituacaoDaPublicacao(models.TextChoices):
    AGUARDA = "aguarda", "espera a moderação"
    PUBLICADA = "publicada", "publicada"
    ESCONDIDA = "escondida", "escondida"


class Motivo(models.TextChoices):
    """Por que algo se denuncia ou se esconde; cada um é um item das regras de convivência."""

    RESPEITO = "respeito", "Desrespeita, ofende ou discrimina"
    DADOS = "dados", "Mostra dado pessoal, senha ou informação sigilosa"
    SUPORTE = "suporte", "É pedido de suporte, que precisa de protocolo"
    ASSUNTO = "assunto", "Não é assunto do PEN, ou está repetido"
    PROPAGANDA = "propaganda", "É propaganda, venda ou negociação"
    ENGANO = "engano", "Ensina algo errado ou arriscado"


class AtoDeModeracao(models.TextChoices):
    """O que a moderação fez."""

    APROVAR = "aprovar", "publicou"
    ESCONDER = "esconder", "escondeu"
    MANTER = "manter", "manteve"
    MOSTRAR = "mostrar", "voltou a mostrar"
    FECHAR = "fechar", "fechou"
    REABRIR = "reabrir", "reabriu"
    MOVER = "mover", "mudou de categoria"
    FIXAR = "fixar", "fixou no alto"
    SOLTAR = "soltar", "tirou do alto"


class RitmoDeSeguir(models.TextChoices):
    """De quanto em quanto tempo quem segue é avisado."""

    IMEDIATO = "imediato", "Logo que acontecer"
    DIARIO = "diario", "Um resumo por dia"
    SEMANAL = "semanal", "Um resumo por semana"
    NENHUM = "nenhum", "Nenhum aviso"
