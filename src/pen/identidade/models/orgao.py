from django.db import models
from django.db.models.functions import Upper

from pen.identidade.enums import Esfera, OrigemDoCodigo, Poder, SituacaoDoOrgao


class Orgao(models.Model):
    """Órgão ou entidade que pode enviar processos.

    Dados pessoais: nenhum.
    """

    origem_do_codigo = models.CharField(max_length=10, choices=OrigemDoCodigo)
    codigo = models.CharField(max_length=10, help_text="Código SIORG, IBGE ou próprio; é o login do sistema do órgão.")
    sigla = models.CharField(max_length=30)
    nome = models.CharField(max_length=200)
    esfera = models.CharField(max_length=10, choices=Esfera)
    poder = models.CharField(max_length=12, choices=Poder)
    uf = models.CharField(max_length=2, blank=True)
    superior = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    situacao = models.CharField(max_length=10, choices=SituacaoDoOrgao, default=SituacaoDoOrgao.ATIVO)
    site = models.URLField(max_length=300, blank=True)
    consulta_publica = models.CharField(
        max_length=300, blank=True, help_text="Endereço da consulta própria do órgão; {numero} vira o número do processo."
    )

    cobertura = models.CharField(
        max_length=1000, blank=True, help_text="O que o órgão diz ao público do que envia: «este órgão envia apenas…»."
    )

    class Meta:
        verbose_name, verbose_name_plural = "órgão", "órgãos"
        constraints = [
            models.UniqueConstraint(fields=["origem_do_codigo", "codigo"], name="orgao_codigo_unico"),
            models.CheckConstraint(condition=models.Q(codigo__regex=r"^[0-9A-Z]{1,10}$"), name="orgao_codigo_bem_formado"),
            models.CheckConstraint(
                condition=~models.Q(origem_do_codigo=OrigemDoCodigo.IBGE)
                | models.Q(codigo__regex=r"^([0-9]{2}|[0-9]{7})$"),
                name="orgao_codigo_ibge_tem_2_ou_7_digitos",
            ),
            models.CheckConstraint(
                condition=models.Q(consulta_publica="") | models.Q(consulta_publica__regex=r"^https?://"),
                name="orgao_consulta_publica_e_endereco_web",
            ),
        ]
        indexes = [
            models.Index(fields=["codigo"], name="orgao_por_codigo"),
            models.Index(Upper("sigla"), name="orgao_por_sigla"),
        ]

    def __str__(self) -> str:
        return f"{self.sigla} – {self.nome}"

    def endereco_da_consulta(self, numero: str) -> str:
        """O endereço do processo na consulta própria do órgão, ou vazio quando o órgão não informou."""
        return self.consulta_publica.replace("{numero}", numero)
