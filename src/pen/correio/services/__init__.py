"""O que muda nas caixas."""
