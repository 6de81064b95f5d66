"""O fórum por API."""
