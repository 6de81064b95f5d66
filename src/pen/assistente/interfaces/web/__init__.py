"""As páginas do assistente."""
