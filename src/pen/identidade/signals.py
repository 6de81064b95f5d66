"""O que a identidade anuncia a quem está acima."""

from django.dispatch import Signal

# Enviado dentro da transação do ato, para que a auditoria o grave junto ou nada valha.
# Leva ``por`` (Pessoa ou None), ``ato`` (texto estável), ``objeto`` (texto), ``orgao_id`` (int ou None) e ``detalhes`` (dict).
ato_praticado = Signal()
