"""As páginas: a leitura, a escrita, a moderação e o cadastro."""
