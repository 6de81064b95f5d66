"""O que muda no registro nacional."""
