"""As leituras do assistente."""
