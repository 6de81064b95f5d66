from django.db import models

from pen.comum.identificadores import uuid7
from pen.correio.enums import Especie, Passo, Situacao, SituacaoDoEnvio

ASSUNTO_MAXIMO, NOME_MAXIMO, TEXTO_MAXIMO, MOTIVO_MAXIMO = 300, 200, 100_000, 500  # caracteres


class Conversa(models.Model):
    """O que uma pessoa de fora e uma caixa se disseram sobre um assunto.

    Dados pessoais: o nome e o endereço de quem escreveu; o assunto pode trazer dados de quem quer que seja; quem cuida, em função
    pública.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chave = models.CharField(max_length=22, unique=True, help_text="A parte sorteada do endereço.")
    caixa = models.ForeignKey("correio.Caixa", on_delete=models.PROTECT, related_name="+")
    comunicado = models.ForeignKey("correio.Comunicado", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    caso = models.ForeignKey("correio.Caso", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    assunto = models.CharField(max_length=ASSUNTO_MAXIMO, blank=True)
    remetente = models.CharField(max_length=254, blank=True, help_text="Em minúsculas; vazio, se a mensagem não diz.")
    remetente_nome = models.CharField(max_length=NOME_MAXIMO, blank=True)
    responder_a = models.CharField(max_length=254, blank=True, help_text="Para onde vão as respostas; vazio, não há.")
    situacao = models.CharField("situação", max_length=14, choices=Situacao, default=Situacao.NOVA)
    por_ler = models.BooleanField(default=True, help_text="Chegou algo depois do último passo de uma pessoa.")
    suspeita = models.JSONField(default=list, help_text="O que na triagem contou: lista de [expressão, peso, por quê].")
    de_programa = models.BooleanField(default=False, help_text="Começou por uma mensagem que um programa escreveu.")
    recusa_automatica = models.BooleanField(default=False)
    recusada_em = models.DateTimeField(null=True, blank=True, help_text="A última vez; fica, ainda que se desfaça.")
    recusa_desfeita_em = models.DateTimeField(null=True, blank=True)
    cuida = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    motivo = models.CharField(max_length=MOTIVO_MAXIMO, blank=True, help_text="Por que se arquivou.")
    versao = models.PositiveIntegerField(
        default=1, help_text="Cresce com tudo que acontece: quem leu outra perde a corrida."
    )
    recebida_em = models.DateTimeField()
    mexida_em = models.DateTimeField()
    primeira_resposta_em = models.DateTimeField(null=True, blank=True)
    anonimizada_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "conversa", "conversas"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(situacao=Situacao.RECUSADA) | models.Q(recusada_em__isnull=False),
                name="conversa_recusada_tem_data",
            ),
            models.CheckConstraint(
                condition=~models.Q(situacao=Situacao.EM_TRATAMENTO) | models.Q(cuida__isnull=False),
                name="conversa_em_tratamento_tem_quem_cuida",
            ),
            models.CheckConstraint(
                condition=~models.Q(situacao=Situacao.ARQUIVADA) | ~models.Q(motivo=""),
                name="conversa_arquivada_tem_motivo",
            ),
        ]
        indexes = [
            models.Index(fields=["situacao", "-id"], name="conversa_da_fila"),
            models.Index(fields=["caixa", "situacao", "-id"], name="conversa_da_caixa"),
            models.Index(
                fields=["comunicado"], condition=models.Q(comunicado__isnull=False), name="conversa_do_comunicado"
            ),
            models.Index(fields=["remetente"], name="conversa_do_remetente"),
            models.Index(fields=["mexida_em"], condition=models.Q(anonimizada_em=None), name="conversa_da_guarda"),
        ]

    def __str__(self) -> str:
        return f"conversa {self.pk}"


class Item(models.Model):
    """O que aconteceu numa conversa: uma mensagem, uma nota, um passo.

    Dados pessoais: o que se escreveu, de quem veio e para quem foi, os nomes dos anexos; quem agiu, em função pública.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversa = models.ForeignKey("correio.Conversa", on_delete=models.PROTECT, related_name="+")
    especie = models.CharField("espécie", max_length=10, choices=Especie)
    passo = models.CharField(max_length=11, choices=Passo, blank=True)
    por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    em = models.DateTimeField()
    texto = models.TextField(max_length=TEXTO_MAXIMO, blank=True)
    de = models.CharField(max_length=254, blank=True, help_text="De uma recebida: quem a mandou.")
    para = models.CharField(max_length=254, blank=True, help_text="De uma que sai: a quem vai.")
    identificacao = models.CharField(max_length=260, blank=True, help_text="O Message-ID.")
    em_resposta_a = models.CharField(max_length=260, blank=True, help_text="De uma que sai: o Message-ID a que responde.")
    conversa_ate_aqui = models.TextField(blank=True, help_text="De uma que sai: os Message-ID de References.")
    anexos = models.JSONField(default=list, help_text="De uma recebida: lista de {nome, formato, tamanho}.")
    original = models.CharField(max_length=64, blank=True, help_text="Resumo SHA-256 do original, na pasta das mensagens.")
    tamanho = models.PositiveBigIntegerField(default=0, help_text="Do original, em bytes.")
    de_programa = models.BooleanField(default=False)
    cortado = models.BooleanField(default=False, help_text="A mensagem passava do limite.")

    class Meta:
        verbose_name, verbose_name_plural = "item da conversa", "itens das conversas"
        indexes = [
            models.Index(fields=["conversa", "id"], name="item_da_conversa"),
            models.Index(fields=["identificacao"], condition=~models.Q(identificacao=""), name="item_pela_identificacao"),
            models.Index(
                fields=["para", "em"], condition=models.Q(especie=Especie.AUTOMATICA), name="item_automatico_a_quem"
            ),
            models.Index(fields=["original"], condition=~models.Q(original=""), name="item_pelo_original"),
        ]

    def __str__(self) -> str:
        return f"{self.get_especie_display()} {self.pk}"


class Envio(models.Model):
    """A saída de uma mensagem de uma caixa: uma linha por mensagem, até o servidor de correio a aceitar.

    Dados pessoais: nenhum; o texto e o endereço estão no item.
    """

    item = models.OneToOneField("correio.Item", primary_key=True, on_delete=models.PROTECT, related_name="+")
    situacao = models.CharField("situação", max_length=8, choices=SituacaoDoEnvio, default=SituacaoDoEnvio.PENDENTE)
    tentativas = models.PositiveIntegerField(default=0)
    proxima_em = models.DateTimeField()
    criado_em = models.DateTimeField()
    enviado_em = models.DateTimeField(null=True, blank=True)
    erro_codigo = models.CharField(max_length=40, blank=True)
    erro_texto = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "envio", "envios"
        indexes = [
            models.Index(
                fields=["proxima_em"], condition=models.Q(situacao=SituacaoDoEnvio.PENDENTE), name="envio_que_espera"
            )
        ]

    def __str__(self) -> str:
        return f"envio {self.pk}"


class Recebimento(models.Model):
    """O registro de que uma mensagem chegou a uma caixa, e o que se fez com ela.

    Dados pessoais: nenhum.
    """

    caixa = models.ForeignKey("correio.Caixa", on_delete=models.PROTECT, related_name="+")
    marca = models.CharField(max_length=64, help_text="SHA-256 do Message-ID com o que a mensagem diz.")
    destino = models.CharField(max_length=10)
    em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "recebimento", "recebimentos"
        constraints = [models.UniqueConstraint(fields=["caixa", "marca"], name="recebimento_unico")]
        indexes = [models.Index(fields=["em"], name="recebimento_da_guarda")]

    def __str__(self) -> str:
        return f"recebimento {self.pk}"
