"""As páginas da Central."""

from django.urls import reverse


def dar(client, chamado, passo, **dados):
    """Envia o formulário de um passo na página do chamado."""
    nome = passo.value.replace("_", "-")
    return client.post(
        reverse("atendimento:dar_passo", args=[chamado.chave, nome]), {f"{passo.value}-{c}": v for c, v in dados.items()}
    )
