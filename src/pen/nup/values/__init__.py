"""Valores do número do processo e do cadastro de quem o dá; nada aqui conhece o banco."""
