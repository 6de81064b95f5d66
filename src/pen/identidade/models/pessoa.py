from django.contrib.auth.models import AbstractUser
from django.db import models


class Pessoa(AbstractUser):
    """Quem entra no sistema. Os papéis chegam com a capacidade de acompanhar processos.

    Dados pessoais: nome, e-mail e CPF (chave do gov.br), só da própria pessoa.
    """

    cpf = models.CharField("CPF", max_length=11, unique=True, null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "pessoa", "pessoas"
        constraints = [
            models.CheckConstraint(condition=models.Q(cpf__regex=r"^[0-9]{11}$"), name="pessoa_cpf_tem_11_digitos"),
        ]
