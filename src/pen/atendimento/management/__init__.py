"""Os comandos do atendimento."""
