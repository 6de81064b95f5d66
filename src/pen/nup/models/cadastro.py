from django.db import models

from pen.nup.enums.situacoes import Condicao, Operacao, SituacaoDaUnidade

_UF = "(1[1-7]|2[1-9]|3[1235]|4[1-3]|5[0-3])"  # os códigos IBGE das 27 UFs
INSTITUICAO_DO_NIPE = rf"^{_UF}[0-9]{{3}}$"  # OOIII
CODIGO_DA_UNIDADE = rf"^([0-9]{{5}}|{_UF}[0-9]{{6}})$"  # NUP: UUUUU; NIPE: OOIIIUUU


class Participacao(models.Model):
    """Como um órgão está no CNUP (IN 13/2020).

    Dados pessoais: nenhum.
    """

    orgao = models.OneToOneField("identidade.Orgao", primary_key=True, on_delete=models.PROTECT, related_name="+")
    condicao = models.CharField("condição", max_length=15, choices=Condicao)
    orgao_gestor = models.ForeignKey(
        "identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="De quem a entidade vinculada depende; só as vinculadas têm.",
    )  # fmt: skip
    instituicao = models.CharField(
        "instituição do NIPE", max_length=5, null=True, blank=True, unique=True,
        help_text="Origem (código IBGE da UF) e três algarismos; só estados e municípios têm.",
    )  # fmt: skip
    desde = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "participação no CNUP", "participações no CNUP"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(condicao=Condicao.VINCULADA, orgao_gestor__isnull=False)
                | ~models.Q(condicao=Condicao.VINCULADA) & models.Q(orgao_gestor=None),
                name="participacao_so_vinculada_tem_gestor",
            ),
            models.CheckConstraint(
                condition=models.Q(orgao_gestor=None) | ~models.Q(orgao_gestor=models.F("orgao")),
                name="participacao_nao_depende_de_si",
            ),
            models.CheckConstraint(
                condition=models.Q(instituicao=None)
                | models.Q(condicao=Condicao.GESTOR, instituicao__regex=INSTITUICAO_DO_NIPE),
                name="participacao_instituicao_bem_formada",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.orgao_id} ({self.condicao})"


class GestorDeUp(models.Model):
    """A designação de uma pessoa para pedir e cuidar das unidades de um órgão (IN 13/2020, art. 8º).

    Dados pessoais: quem é, e-mail e telefone institucionais, que a norma manda publicar; somem com a conta da pessoa.
    """

    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+")
    pessoa = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    portaria = models.CharField(max_length=200, help_text="Número e data da portaria que designa.")
    email = models.EmailField("e-mail institucional", blank=True)
    telefone = models.CharField(max_length=30, blank=True)
    desde = models.DateTimeField()
    designado_por = models.ForeignKey("identidade.Pessoa", on_delete=models.PROTECT, related_name="+")
    ate = models.DateTimeField(null=True, blank=True)
    encerrado_por = models.ForeignKey(
        "identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name, verbose_name_plural = "gestor de UP", "gestores de UP"
        constraints = [
            models.UniqueConstraint(
                fields=["orgao", "pessoa"], condition=models.Q(ate=None), name="gestor_de_up_vigente_unico"
            ),
            models.CheckConstraint(
                condition=models.Q(ate=None, encerrado_por=None) | models.Q(ate__isnull=False),
                name="gestor_de_up_encerrado_tem_data",
            ),
        ]
        indexes = [models.Index(fields=["pessoa"], condition=models.Q(ate=None), name="gestor_de_up_por_pessoa")]

    def __str__(self) -> str:
        return f"{self.orgao_id}: pessoa {self.pessoa_id}"


class DadosDaUnidade(models.Model):
    """O que de uma unidade pode mudar; igual na unidade e em cada versão dela.

    Dados pessoais: nenhum; e-mail e telefone são da unidade.
    """

    nome = models.CharField(max_length=200, blank=True)
    orgao = models.ForeignKey("identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    orgao_gestor = models.ForeignKey("identidade.Orgao", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    situacao = models.CharField("situação", max_length=10, choices=SituacaoDaUnidade)
    unidade_siorg = models.CharField("unidade no SIORG", max_length=10, blank=True)
    endereco = models.CharField("endereço", max_length=300, blank=True)
    municipio = models.CharField("município (código IBGE)", max_length=7, blank=True)
    uf = models.CharField("UF", max_length=2, blank=True)
    cep = models.CharField("CEP", max_length=8, blank=True)
    email = models.EmailField("e-mail", blank=True)
    telefone = models.CharField(max_length=30, blank=True)

    class Meta:
        abstract = True


CAMPOS_DA_VERSAO = tuple(campo.name for campo in DadosDaUnidade._meta.local_fields)


class Unidade(DadosDaUnidade):
    """A unidade protocolizadora. O código nunca muda e a linha nunca some: o banco recusa (migração 0001).

    Dados pessoais: nenhum; e-mail e telefone são da unidade.
    """

    codigo = models.CharField("código", max_length=8, unique=True)
    da_carga_inicial = models.BooleanField(default=False, help_text="Vista em números reais, sem dono conhecido.")

    class Meta:
        verbose_name, verbose_name_plural = "unidade protocolizadora", "unidades protocolizadoras"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(codigo__regex=CODIGO_DA_UNIDADE) & ~models.Q(codigo="00000"),
                name="unidade_codigo_bem_formado",
            ),
            models.CheckConstraint(
                condition=models.Q(situacao=SituacaoDaUnidade.PENDENTE)
                | models.Q(orgao__isnull=False, orgao_gestor__isnull=False) & ~models.Q(nome=""),
                name="unidade_que_numera_tem_dono",
            ),
        ]
        indexes = [
            models.Index(fields=["orgao"], name="unidade_por_orgao"),
            models.Index(fields=["orgao_gestor"], name="unidade_por_orgao_gestor"),
        ]

    def __str__(self) -> str:
        return self.codigo

    @property
    def do_nipe(self) -> bool:
        """Se numera por NIPE (estado ou município) e não por NUP."""
        return len(self.codigo) == 8


class Versao(DadosDaUnidade):
    """Como a unidade estava de um instante a outro. Só se acrescenta; a vigente é fechada quando vem outra.

    Dados pessoais: quem decidiu a mudança, em função pública.
    """

    unidade = models.ForeignKey("nup.Unidade", on_delete=models.PROTECT, related_name="+")
    desde = models.DateTimeField()
    ate = models.DateTimeField(null=True, blank=True)
    operacao = models.CharField(
        "operação", max_length=20, choices=Operacao, blank=True, help_text="Vazia na carga inicial."
    )
    pedido = models.ForeignKey("nup.Pedido", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    por = models.ForeignKey("identidade.Pessoa", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    motivo = models.CharField(max_length=1000)

    class Meta:
        verbose_name, verbose_name_plural = "versão da unidade", "versões da unidade"
        constraints = [
            models.UniqueConstraint(fields=["unidade"], condition=models.Q(ate=None), name="versao_vigente_unica"),
            models.CheckConstraint(
                condition=models.Q(ate=None) | models.Q(ate__gte=models.F("desde")), name="versao_fecha_depois"
            ),
        ]
        indexes = [models.Index(fields=["unidade", "desde"], name="versao_por_unidade")]

    def __str__(self) -> str:
        return f"{self.unidade_id} desde {self.desde:%Y-%m-%d}"
