"""As páginas do correio."""
