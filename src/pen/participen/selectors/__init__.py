"""As leituras do fórum."""
