"""Valores do correio: não conhecem o banco."""
