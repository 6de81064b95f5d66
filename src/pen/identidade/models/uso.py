from django.db import models


class JanelaDeUso(models.Model):
    """Quantos pedidos uma origem fez numa janela de tempo; tabela sem registro em disco (UNLOGGED) e de vida curta.

    Dados pessoais: a origem (um endereço de rede) só existe como hash com chave, e some em uma hora.
    """

    pk = models.CompositePrimaryKey("chave", "janela")
    chave = models.CharField(max_length=64, db_collation="C")
    janela = models.DateTimeField()
    usos = models.PositiveIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = "janela de uso", "janelas de uso"
        indexes = [models.Index(fields=["janela"], name="janela_de_uso_por_tempo")]
