from datetime import datetime

from django.db import models

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo, Situacao
from pen.atendimento.values.leituras import ChamadoNaLista, PassoLido
from pen.atendimento.values.prazo import prazo_a_cumprir
from pen.comum.identificadores import uuid7
from pen.conhecimento.public import EsferaDeAtendimento

ASSUNTO_MAXIMO, TEXTO_MAXIMO = 200, 20_000  # caracteres


class Chamado(models.Model):
    """Um pedido de ajuda, do protocolo ao encerramento. As regras estão em docs/dominio/atendimento.md.

    Dados pessoais: quem abriu e quem atende; o assunto, a descrição e as respostas podem trazer dados de quem escreveu.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    protocolo = models.CharField(max_length=24, unique=True)
    chave = models.CharField(max_length=22, unique=True, help_text="A parte sorteada do endereço.")
    envio = models.UUIDField(
        unique=True, help_text="Sorteado com a página de abertura: enviar duas vezes abre um chamado só."
    )
    esfera = models.CharField(max_length=20, choices=EsferaDeAtendimento)
    produto = models.ForeignKey("conhecimento.Produto", on_delete=models.PROTECT, related_name="+")
    formulario = models.ForeignKey("atendimento.Formulario", on_delete=models.PROTECT, related_name="+")
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+")
    solicitante = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    assunto = models.CharField(max_length=ASSUNTO_MAXIMO)
    descricao = models.TextField("descrição", max_length=TEXTO_MAXIMO)
    respostas = models.JSONField(default=dict, help_text="Do formulário: código do campo → texto.")

    situacao = models.CharField("situação", max_length=20, choices=Situacao, default=Situacao.NA_FILA)
    desfecho = models.CharField(max_length=12, choices=Desfecho, blank=True)
    equipe = models.ForeignKey("atendimento.Equipe", on_delete=models.PROTECT, related_name="+")
    atendente = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    aberto_em = models.DateTimeField()
    na_fila_desde = models.DateTimeField(help_text="Quando entrou na fila em que está, ou da última vez.")
    encerrado_em = models.DateTimeField(null=True, blank=True)
    reabrivel_ate = models.DateTimeField(null=True, blank=True)
    reaberturas = models.PositiveSmallIntegerField(default=0)
    anonimizado_em = models.DateTimeField(null=True, blank=True, help_text="Desde quando não diz de quem era.")

    prazo_da_resposta = models.DateTimeField(null=True, blank=True)
    primeira_resposta_em = models.DateTimeField(null=True, blank=True)
    prazo_da_solucao = models.DateTimeField(null=True, blank=True)
    uteis_ate_a_resposta = models.PositiveIntegerField(
        null=True, blank=True, help_text="Minutos de expediente, sem as pausas."
    )
    uteis_ate_a_solucao = models.PositiveIntegerField(null=True, blank=True, help_text="Idem; do último encerramento.")
    pausado_em = models.DateTimeField(null=True, blank=True, help_text="Desde quando os prazos estão parados.")
    silencio_desde = models.DateTimeField(null=True, blank=True, help_text="Desde quando se espera por quem abriu.")
    principal = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="O que trata da mesma coisa."
    )
    anterior = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="O que este continua, porque já não se podia reabrir.",
    )  # fmt: skip
    espera_de = models.CharField(max_length=200, blank=True, help_text="De quem se espera, em «à espera de outra equipe».")
    passos = models.PositiveIntegerField(default=0, help_text="Quantos já se deram; é também a versão do chamado.")

    class Meta:
        verbose_name, verbose_name_plural = "chamado", "chamados"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(situacao=Situacao.ENCERRADO, encerrado_em__isnull=False, reabrivel_ate__isnull=False)
                & ~models.Q(desfecho="")
                | ~models.Q(situacao=Situacao.ENCERRADO) & models.Q(encerrado_em=None, reabrivel_ate=None, desfecho=""),
                name="chamado_encerrado_tem_desfecho",
            ),
            models.CheckConstraint(
                condition=models.Q(silencio_desde=None) | models.Q(situacao=Situacao.AGUARDANDO_USUARIO),
                name="chamado_silencio_so_a_espera_de_quem_abriu",
            ),
            models.CheckConstraint(
                condition=models.Q(situacao__in=[Situacao.AGUARDANDO_USUARIO, Situacao.AGUARDANDO_TERCEIRO])
                | models.Q(pausado_em=None),
                name="chamado_so_pausa_a_espera",
            ),
            models.CheckConstraint(
                condition=~models.Q(situacao=Situacao.EM_ATENDIMENTO) | models.Q(atendente__isnull=False),
                name="chamado_em_atendimento_tem_atendente",
            ),
        ]
        indexes = [
            models.Index(fields=["solicitante", "-id"], name="chamado_por_solicitante"),
            models.Index(fields=["produto", "-id"], name="chamado_por_produto"),
            models.Index(fields=["aberto_em"], name="chamado_por_abertura"),
            models.Index(
                fields=["encerrado_em"], condition=models.Q(encerrado_em__isnull=False), name="chamado_por_encerramento"
            ),
            models.Index(fields=["orgao", "-id"], name="chamado_por_orgao"),
            models.Index(  # a ordem da fila, e o que as contagens dela leem
                fields=["equipe", "-reaberturas", "na_fila_desde", "id"],
                include=[
                    "situacao",
                    "atendente",
                    "pausado_em",
                    "prazo_da_resposta",
                    "primeira_resposta_em",
                    "prazo_da_solucao",
                ],
                condition=~models.Q(situacao=Situacao.ENCERRADO),
                name="chamado_na_fila",
            ),
            models.Index(
                fields=["atendente", "prazo_da_solucao"],
                condition=~models.Q(situacao=Situacao.ENCERRADO),
                name="chamado_aberto_por_atendente",
            ),
            models.Index(
                fields=["silencio_desde"], condition=models.Q(silencio_desde__isnull=False), name="chamado_em_silencio"
            ),
            models.Index(fields=["anterior"], condition=models.Q(anterior__isnull=False), name="chamado_por_anterior"),
            models.Index(fields=["principal"], condition=models.Q(principal__isnull=False), name="chamado_por_principal"),
        ]

    def __str__(self) -> str:
        return self.protocolo

    @property
    def prazo_a_cumprir(self) -> datetime | None:
        """Como em ``values.prazo``."""
        return prazo_a_cumprir(
            aberto=self.aberto, pausado_em=self.pausado_em, respondido_em=self.primeira_resposta_em,
            da_resposta=self.prazo_da_resposta, da_solucao=self.prazo_da_solucao,
        )  # fmt: skip

    @property
    def aberto(self) -> bool:
        """Se ainda se espera algo de alguém."""
        return self.situacao != Situacao.ENCERRADO

    def na_lista(self) -> ChamadoNaLista:
        """O que uma linha de lista mostra dele; lido com o produto, o órgão, a equipe e o atendente."""
        a = self.atendente
        return ChamadoNaLista(
            self.pk, self.chave, self.protocolo, self.assunto, self.situacao, self.desfecho, self.aberto_em, self.na_fila_desde,
            self.encerrado_em, self.reaberturas, self.prazo_da_resposta, self.primeira_resposta_em, self.prazo_da_solucao,
            self.pausado_em, self.produto.codigo, self.produto.nome, self.orgao.codigo, self.orgao.sigla, self.equipe.codigo,
            a.nome if a else None, a is not None and a.is_active,
        )  # fmt: skip


class PassoDoChamado(models.Model):
    """Um passo na história: o que se fez e, quando há, o que se disse. Não muda depois de gravado.

    Dados pessoais: quem deu o passo; o texto pode trazer dados de quem escreveu.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chamado = models.ForeignKey("atendimento.Chamado", on_delete=models.PROTECT, related_name="+")
    ordem = models.PositiveIntegerField()
    passo = models.CharField(max_length=20, choices=Passo)
    por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    da_equipe = models.BooleanField(default=False)
    interno = models.BooleanField(default=False, help_text="Só as equipes veem.")
    canal = models.CharField(max_length=10, choices=CanalDaMensagem)
    em = models.DateTimeField()
    situacao = models.CharField("situação", max_length=20, choices=Situacao, help_text="Em que o passo deixou o chamado.")
    texto = models.TextField(max_length=TEXTO_MAXIMO, blank=True)
    detalhes = models.JSONField(default=dict, help_text="Identificadores e escolhas do passo; nunca dados pessoais.")

    class Meta:
        verbose_name, verbose_name_plural = "passo do chamado", "passos do chamado"
        constraints = [
            models.UniqueConstraint(fields=["chamado", "ordem"], name="passo_do_chamado_em_ordem"),
            models.CheckConstraint(
                condition=~models.Q(interno=True) | models.Q(da_equipe=True), name="passo_interno_e_da_equipe"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-em"], condition=models.Q(passo__in=[Passo.PEDIR_INFORMACAO, Passo.PEDIR_VALIDACAO]),
                name="passo_que_pede",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.passo} ({self.chamado_id})"

    def lido(self) -> PassoLido:
        """O que a história mostra dele, sem os anexos; lido com quem o deu e o chamado."""
        return PassoLido(
            self.pk, self.chamado_id, self.chamado.protocolo, self.ordem, self.passo, self.por_id,
            self.por.nome if self.por else None, self.por is not None and self.por.is_active, self.da_equipe, self.interno,
            self.canal, self.em, self.situacao, self.texto,
        )  # fmt: skip


class Passagem(models.Model):
    """Um tempo do chamado com uma equipe; a aberta é a de agora.

    Dados pessoais: nenhum.
    """

    chamado = models.ForeignKey("atendimento.Chamado", on_delete=models.PROTECT, related_name="+")
    equipe = models.ForeignKey("atendimento.Equipe", on_delete=models.PROTECT, related_name="+")
    desde = models.DateTimeField()
    ate = models.DateTimeField("até", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "passagem", "passagens"
        constraints = [
            models.UniqueConstraint(fields=["chamado"], condition=models.Q(ate=None), name="passagem_aberta_unica"),
        ]
        indexes = [models.Index(fields=["chamado", "equipe"], name="passagem_por_chamado")]

    def __str__(self) -> str:
        return f"{self.chamado_id} com a equipe {self.equipe_id}"


class Seguidor(models.Model):
    """Um colega que vê o chamado e recebe os avisos dele.

    Dados pessoais: quem segue.
    """

    chamado = models.ForeignKey("atendimento.Chamado", on_delete=models.PROTECT, related_name="+")
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    desde = models.DateTimeField()
    por = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "seguidor", "seguidores"
        constraints = [models.UniqueConstraint(fields=["chamado", "pessoa"], name="seguidor_unico")]
        indexes = [models.Index(fields=["pessoa", "chamado"], name="seguidor_por_pessoa")]

    def __str__(self) -> str:
        return f"pessoa {self.pessoa_id} segue {self.chamado_id}"


class ContadorDeProtocolo(models.Model):
    """O último protocolo de cada ano.

    Dados pessoais: nenhum.
    """

    ano = models.PositiveSmallIntegerField(primary_key=True)
    ultimo = models.PositiveIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "contador de protocolo", "contadores de protocolo"

    def __str__(self) -> str:
        return f"{self.ano}: {self.ultimo}"
