"""O que a identidade anuncia a quem está acima."""

from django.dispatch import Signal

# Enviado dentro da transação do ato, para que a auditoria o grave junto ou nada valha.
# Leva ``por`` (Pessoa ou None), ``ato`` (texto estável), ``objeto`` (texto), ``orgao_id`` (int ou None) e ``detalhes`` (dict).
ato_praticado = Signal()

# Enviado depois do commit, uma vez por entrada que termina: a pessoa saiu, tirou o aparelho da lista, entrou de novo no mesmo
# navegador, ou todas terminaram juntas (conta excluída, segundo fator desligado por outra). A sessão que só venceu não avisa.
# Leva ``pessoa_id`` (int) e ``entrada_id`` (UUID). Serve para quem está acima esquecer o que ligou àquele aparelho.
entrada_encerrada = Signal()

# Enviado depois do commit quando a pessoa digita o código que foi por e-mail: prova que o endereço dela recebe.
# Leva ``pessoa_id`` (int).
email_confirmado = Signal()
