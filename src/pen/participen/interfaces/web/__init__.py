"""As páginas do fórum."""
