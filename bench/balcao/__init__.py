"""Quanto custa o dia de uma Central, ao lado do Request Tracker 5 e do django-helpdesk?

A lista da fila, a página de um chamado, a abertura e a busca, por HTTP, com os mesmos chamados e mensagens nos três, no mesmo
PostgreSQL e com dois processos cada um. O que se compara é a CPU por pedido (do servidor com os filhos, mais a do banco), que a
máquina ocupada perturba pouco. Uma resposta sem o que se espera dela invalida a medida.
"""

from bench.balcao.medida import exigir, medir

__all__ = ["exigir", "medir"]
