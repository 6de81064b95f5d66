"""Os comandos do correio."""
