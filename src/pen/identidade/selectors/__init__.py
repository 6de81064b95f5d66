"""O que se lê da identidade."""
