"""O que se lê do conhecimento."""
