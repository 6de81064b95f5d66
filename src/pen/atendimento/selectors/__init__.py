"""As leituras do atendimento."""
