"""As escolhas fechadas do número e do cadastro."""
