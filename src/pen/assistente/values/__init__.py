"""Valores do assistente: não conhecem o banco."""
