"""Composição: configurações, endereços, servidor e linha de comando. Conhece todos; ninguém o conhece."""
