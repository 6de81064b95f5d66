"""As páginas das caixas."""
