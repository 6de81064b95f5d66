"""Os pesos do vetor de um chamado: quem lê cada palavra."""

PEDIDO, DITO, DA_EQUIPE = "A", "B", "C"
A_VISTA = PEDIDO + DITO  # o que quem abriu e quem segue leem
