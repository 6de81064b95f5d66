"""Os atos do assistente."""
