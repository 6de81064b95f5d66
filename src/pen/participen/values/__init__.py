"""Valores do fórum."""
