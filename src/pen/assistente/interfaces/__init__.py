"""As portas do assistente."""
