"""Valores do atendimento: o tempo, o protocolo, os passos e os formulários. Nada aqui conhece o banco."""
