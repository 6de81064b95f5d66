from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from pen.protocolo_integrado.enums import Visibilidade

# Junto do vetor no índice: a busca lê só os dias mais novos das listas de cada palavra (ADR 0040).
DIA_DA_ATUALIZACAO = models.Func(
    "atualizado_em", template="(%(expressions)s AT TIME ZONE 'UTC')::date", output_field=models.DateField()
)


class Registro(models.Model):
    """O que um órgão diz de um número. O público vê o processo: todos os registros do mesmo número.

    Dados pessoais: nomes podem aparecer no assunto, como o órgão os enviou; o vetor de busca inclui os nomes dos
    interessados e só existe enquanto o registro é público.
    """

    pk = models.CompositePrimaryKey("numero", "orgao_id")
    numero = models.CharField(max_length=50, db_collation="C", help_text="Número canônico: só algarismos e letras.")
    orgao = models.ForeignKey("identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False)
    numero_enviado = models.CharField(max_length=80)
    forma = models.CharField(max_length=16)
    veredito = models.CharField(max_length=20)
    especie = models.CharField(max_length=200)
    assunto = models.TextField()
    identificacao = models.CharField(max_length=200, blank=True)
    produzido_em = models.DateTimeField()
    relacionados = ArrayField(models.CharField(max_length=50), default=list)
    visibilidade = models.PositiveSmallIntegerField(choices=Visibilidade, default=Visibilidade.PUBLICO)
    visibilidade_decidida = models.PositiveSmallIntegerField(
        null=True, choices=Visibilidade, help_text="O que o órgão decidiu, e que vale sobre o que os textos sugerem."
    )
    conteudo = models.UUIDField(help_text="Resumo dos metadados e interessados: igual, nada mudou.")
    registrado_em = models.DateTimeField()
    atualizado_em = models.DateTimeField(help_text="Última vez em que algo mudou.")
    carregado_em = models.DateTimeField(
        help_text="Quando o órgão enviou o que está aqui; o que repetiu depois, em «Reenvio»."
    )
    vetor = SearchVectorField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = "registro", "registros"
        constraints = [
            models.CheckConstraint(condition=models.Q(numero__regex=r"^[0-9A-Z]+$"), name="registro_numero_canonico"),
            models.CheckConstraint(condition=models.Q(visibilidade__lte=2), name="registro_visibilidade_conhecida"),
            models.CheckConstraint(
                condition=models.Q(visibilidade_decidida=None) | models.Q(visibilidade_decidida=models.F("visibilidade")),
                name="registro_decisao_do_orgao_vale",
            ),
            models.CheckConstraint(
                condition=models.Q(visibilidade=0) | models.Q(vetor=None), name="registro_nao_publico_nao_e_buscavel"
            ),
        ]
        indexes = [
            GinIndex("vetor", DIA_DA_ATUALIZACAO, "orgao", name="registro_busca", fastupdate=True),
            models.Index(models.F("atualizado_em").desc(), "numero", name="registro_por_atualizacao"),
            models.Index("orgao", models.F("atualizado_em").desc(), name="registro_por_orgao"),
            models.Index("produzido_em", name="registro_por_producao"),
        ]

    def __str__(self) -> str:
        return self.numero


class Andamento(models.Model):
    """Um movimento do histórico, como o órgão o descreveu. Chega uma vez só: a chave vem do conteúdo.

    Dados pessoais: o texto livre do órgão pode citar nomes; os CPFs válidos já chegam aqui mascarados.
    """

    pk = models.CompositePrimaryKey("numero", "orgao_id", "chave")
    numero = models.CharField(max_length=50, db_collation="C")
    orgao = models.ForeignKey(
        "identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    chave = models.UUIDField(help_text="BLAKE2b de instante, unidade e operação.")
    ocorrido_em = models.DateTimeField()
    registrado_em = models.DateTimeField()
    posicao = models.PositiveIntegerField(help_text="Ordem na remessa, para desempatar o mesmo segundo.")
    nivel = models.PositiveSmallIntegerField(null=True, choices=Visibilidade)
    nivel_definido = models.BooleanField(default=False)
    unidade = models.TextField(blank=True)
    operacao = models.TextField(blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "andamento", "andamentos"

    def __str__(self) -> str:
        return f"{self.numero} {self.ocorrido_em:%Y-%m-%d}"


class Interessado(models.Model):
    """Uma parte do processo, como o órgão a enviou por último.

    Dados pessoais: nome; CPF ou CNPJ só como hash com chave e forma mascarada.
    """

    pk = models.CompositePrimaryKey("numero", "orgao_id", "ordem")
    numero = models.CharField(max_length=50, db_collation="C")
    orgao = models.ForeignKey(
        "identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    ordem = models.PositiveIntegerField()
    nome = models.CharField(max_length=500)
    documento_hash = models.BinaryField(null=True)
    documento_mascarado = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "interessado", "interessados"
        indexes = [
            models.Index(
                fields=["documento_hash"],
                name="interessado_por_documento",
                condition=models.Q(documento_hash__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.numero} {self.ordem}"


class Reenvio(models.Model):
    """A última vez em que o órgão enviou de novo um número sem nada mudar; o que nunca se repetiu não tem.

    Fica fora do ``Registro`` para que repetir não regrave a linha larga nem as entradas dela nos índices. Esta é estreita, e a
    atualizada cabe na mesma página, que a migração deixa pela metade.

    Dados pessoais: nenhum além do número do processo.
    """

    pk = models.CompositePrimaryKey("numero", "orgao_id")
    numero = models.CharField(max_length=50, db_collation="C")
    orgao = models.ForeignKey(
        "identidade.Orgao", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    carregado_em = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "reenvio", "reenvios"

    def __str__(self) -> str:
        return self.numero
