from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from pen.identidade.values import nome_visivel


class Pessoa(AbstractUser):
    """Quem entra no sistema. A chave é o CPF (gov.br) ou, para quem entra sem ele, o e-mail confirmado.

    Dados pessoais: nome, e-mail e CPF, só da própria pessoa; excluída a conta, os três somem e fica só a linha.
    """

    # Como a pessoa entrou neste pedido; quem responde por isso é o middleware da identidade. Sem ele, papel nenhum vale.
    entrada_forte = False

    cpf = models.CharField("CPF", max_length=11, unique=True, null=True, blank=True)
    nome = models.CharField(max_length=200, blank=True, help_text="Nome social, quando há; senão, o do gov.br.")
    email_confirmado_em = models.DateTimeField(null=True, blank=True)
    excluida_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "pessoa", "pessoas"
        constraints = [
            models.CheckConstraint(condition=models.Q(cpf__regex=r"^[0-9]{11}$"), name="pessoa_cpf_tem_11_digitos"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="pessoa_email_unico"),
            models.CheckConstraint(
                condition=models.Q(excluida_em=None) | models.Q(cpf=None, nome="", email="", is_active=False),
                name="pessoa_excluida_nao_guarda_dados",
            ),
        ]

    def __str__(self) -> str:
        return f"pessoa {self.pk}"  # o nome não vai para logs nem mensagens de erro

    @property
    def nome_visivel(self) -> str:
        """O nome, ou por que não há um."""
        return nome_visivel(self.nome, ativa=self.is_active)
