"""O que se lê das caixas."""
