"""As interfaces do fórum."""
