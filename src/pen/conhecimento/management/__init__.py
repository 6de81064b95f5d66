"""Os comandos do conhecimento."""
