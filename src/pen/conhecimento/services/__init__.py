"""O que muda o conhecimento."""
