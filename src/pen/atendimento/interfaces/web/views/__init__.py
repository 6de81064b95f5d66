"""As páginas: o catálogo e a abertura, o chamado de quem abriu, e a fila de quem atende."""
