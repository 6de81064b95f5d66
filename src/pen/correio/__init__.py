"""As caixas de e-mail institucionais."""
