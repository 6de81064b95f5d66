"""As páginas: a base, um artigo, e a redação."""
