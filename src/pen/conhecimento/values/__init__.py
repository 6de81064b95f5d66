"""Valores do conhecimento: não conhecem o banco."""
