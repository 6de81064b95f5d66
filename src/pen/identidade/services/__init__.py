"""O que muda na identidade."""
