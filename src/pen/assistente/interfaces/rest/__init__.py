"""A API do assistente."""
